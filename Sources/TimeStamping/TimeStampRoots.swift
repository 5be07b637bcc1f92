internal import Crypto
internal import SwiftASN1
internal import X509

/// The certificates at which a chain may end. Whoever gives them says: these I trust to tell the time.
package struct TimeStampRoots: Hashable, Sendable {
  let certificates: [Certificate]

  /// - Parameter files: Each a certificate in DER, or text in PEM with one certificate or more (RFC 7468). They must be of
  ///   certification authorities; the certificate of a time-stamping authority itself is no root.
  /// - Throws: `too-large` (64 KiB a file), `root-unreadable`. A file without a certificate is refused: it would trust nobody.
  package init(_ files: [[UInt8]]) throws(TimeStampFault) {
    var certificates: [Certificate] = []
    for file in files {
      guard file.count <= DERReading.largest else {
        throw TimeStampFault(.tooLarge, "A file of trusted roots has more than \(DERReading.largest) bytes.")
      }
      do {
        // A text that begins with a zero begins like a SEQUENCE too, but it is none to its end.
        if file.first == 0x30, let node = try? DER.parse(file) {
          certificates.append(try Certificate(derEncoded: node))
        } else {
          let documents = try PEMDocument.parseMultiple(pemString: String(decoding: file, as: UTF8.self))
          guard !documents.isEmpty else { throw Self.unreadable }
          for document in documents { certificates.append(try Certificate(pemDocument: document)) }
        }
      } catch {
        throw Self.unreadable
      }
    }
    self.certificates = certificates
  }

  private static let unreadable = TimeStampFault(
    .rootUnreadable, "A trusted root is no certificate in DER or PEM, or its key is of a kind that is not taken.")

  static func fingerprint(_ certificate: Certificate) -> [UInt8] {
    var serializer = DER.Serializer()
    // What was read from bytes is written as the same bytes.
    guard (try? serializer.serialize(certificate)) != nil else { return [] }
    return TimeStampDigest.sha256.hash(serializer.serializedBytes)
  }
}
