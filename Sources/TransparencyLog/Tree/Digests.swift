internal import Crypto

/// The hashes of the log (log-format, section 2; RFC 6962, section 2.1). Digests are 32 bytes.
public enum LogDigest {
  /// entry = SHA-256(line bytes without LF). `sha256sum` of the line gives it.
  public static func entry(of line: some Collection<UInt8>) -> [UInt8] {
    let hashed = line.withContiguousStorageIfAvailable { Digest256(of: UnsafeRawBufferPointer($0)).bytes }
    return hashed ?? Array(SHA256.hash(data: Array(line)))
  }

  /// leaf = SHA-256(0x00 || entry)
  public static func leaf(of entry: [UInt8]) -> [UInt8] {
    if let entry = Digest256(bytes: entry) { return Digest256.hashed(0x00, entry).bytes }
    var hash = SHA256()
    hash.update(data: [0x00])
    hash.update(data: entry)
    return Array(hash.finalize())
  }

  /// node = SHA-256(0x01 || left || right)
  public static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    if let left = Digest256(bytes: left), let right = Digest256(bytes: right) {
      return Digest256.hashed(0x01, left, right).bytes
    }
    var hash = SHA256()
    hash.update(data: [0x01])
    hash.update(data: left)
    hash.update(data: right)
    return Array(hash.finalize())
  }

  /// The root of a log without lines: SHA-256("").
  public static var emptyRoot: [UInt8] { Array(SHA256.hash(data: [UInt8]())) }

  /// SHA-1, only for the names of version 5 UUIDs (RFC 9562, section 5.5); it protects nothing.
  public static func sha1(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: bytes)) }

  public static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] { entry(of: bytes) }
}

extension Array where Element == UInt8 {
  /// Lower-case hexadecimal, as `sha256sum` prints it.
  public var hex: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
