internal import CanonicalJSON
internal import TransparencyLog

/// The digest of a line as it is printed beside it.
public enum LogStoreDigest {
  /// Base64 of SHA-256(line bytes without LF).
  public static func entry(of line: [UInt8]) -> String { Base64.encode(LogDigest.entry(of: line)) }
}
