/// Base64 of RFC 4648, section 4, with padding, and strict: for each run of bytes there is one text and no other.
///
/// Foundation's decoder takes texts whose unused bits are set; then one digest has several spellings, and a changed
/// byte of a line could go unseen. So this one stands on the evidence path.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The same behind what is written already.
  package static func append(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
    var (group, held) = (UInt32(0), 0)
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      held += 1
      if held == 3 {
        text.append(alphabet[Int(group >> 18 & 63)])
        text.append(alphabet[Int(group >> 12 & 63)])
        text.append(alphabet[Int(group >> 6 & 63)])
        text.append(alphabet[Int(group & 63)])
        (group, held) = (0, 0)
      }
    }
    if held == 1 {
      text += [alphabet[Int(group >> 2)], alphabet[Int(group << 4 & 63)], UInt8(ascii: "="), UInt8(ascii: "=")]
    } else if held == 2 {
      text += [
        alphabet[Int(group >> 10)], alphabet[Int(group >> 4 & 63)], alphabet[Int(group << 2 & 63)], UInt8(ascii: "="),
      ]
    }
  }

  /// nil for anything that `encode` would not write.
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var (group, held, padding) = (UInt32(0), 0, 0)
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        guard padding <= 2 else { return nil }
        group <<= 6
      } else {
        guard padding == 0, let value = value(of: character) else { return nil }
        group = group << 6 | UInt32(value)
      }
      held += 1
      guard held == 4 else { continue }
      bytes.append(UInt8(truncatingIfNeeded: group >> 16))
      if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
      if padding > 0, group & (padding == 2 ? 0xFFFF : 0xFF) != 0 { return nil }
      (group, held) = (0, 0)
    }
    return bytes
  }

  /// Is this the one spelling of exactly `count` bytes? Nothing is copied out: every line of a log asks this twice.
  package static func isEncoding(_ text: UnsafeBufferPointer<UInt8>, ofBytes count: Int) -> Bool {
    guard text.count == (count + 2) / 3 * 4 else { return false }
    let padding = (3 - count % 3) % 3
    let last = text.count - padding
    for index in 0..<last where value(of: text[index]) == nil { return false }
    for index in last..<text.count where text[index] != UInt8(ascii: "=") { return false }
    // The bits that stand for no byte are zero.
    guard padding > 0, let bits = value(of: text[last - 1]) else { return true }
    return bits & (padding == 1 ? 0b11 : 0b1111) == 0
  }

  public static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
