internal import CanonicalJSON
internal import TransparencyLog

/// The digest of a line as it is printed beside it.
public enum LogStoreDigest {
  /// Base64 of SHA-256(line bytes without LF).
  public static func entry(of line: [UInt8]) -> String { Base64.encode(LogDigest.entry(of: line)) }

  /// SHA-256 of a line; of a line that is left out, the digest that it bears.
  public static func bytes(of line: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
  }
}
