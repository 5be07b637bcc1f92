internal import Crypto

/// The digests that are taken for an imprint and under a signature: SHA-2 of 256 bits and more (FIPS 180-4).
///
/// SHA-1 and older are refused: whoever can make two documents with one digest can have the wrong one stamped.
package enum TimeStampDigest: String, Hashable, Sendable, CaseIterable {
  case sha256 = "SHA-256"
  case sha384 = "SHA-384"
  case sha512 = "SHA-512"

  /// Bytes of a digest.
  package var length: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  var identifier: String {
    switch self {
    case .sha256: "2.16.840.1.101.3.4.2.1"
    case .sha384: "2.16.840.1.101.3.4.2.2"
    case .sha512: "2.16.840.1.101.3.4.2.3"
    }
  }

  init?(identifier: String) {
    guard let found = Self.allCases.first(where: { $0.identifier == identifier }) else { return nil }
    self = found
  }

  func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    return switch self {
    case .sha256: Array(SHA256.hash(data: bytes))
    case .sha384: Array(SHA384.hash(data: bytes))
    case .sha512: Array(SHA512.hash(data: bytes))
    }
  }
}
