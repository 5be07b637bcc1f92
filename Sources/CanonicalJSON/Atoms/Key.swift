/// The grammar that all keys share: 1 to 64 of `a-z 0-9 -`, beginning with a letter or a digit.
public enum Key {
  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    Array(bytes).withUnsafeBufferPointer { isValid($0) }
  }

  /// The same of bytes that lie in one piece: this is asked of every line.
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard (1...64).contains(bytes.count), bytes[0] != UInt8(ascii: "-") else { return false }
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): continue
      default: return false
      }
    }
    return true
  }

  public static func isValid(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isValid($0) }
  }
}
