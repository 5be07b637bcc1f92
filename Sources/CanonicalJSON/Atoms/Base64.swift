/// Base64 of RFC 4648, section 4, with padding, and strict: for each run of bytes there is one text and no other.
///
/// Foundation's decoder takes texts whose unused bits are set; then one digest has several spellings, and a changed
/// byte of a line could go unseen. So this one stands on the evidence path.
public enum Base64 {
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
      guard let start = text.baseAddress else { return 0 }
      let written = bytes.withContiguousStorageIfAvailable { write($0, to: start) }
      return written ?? Array(bytes).withUnsafeBufferPointer { write($0, to: start) }
    }
  }

  /// The same where there is room for it: four characters for each three bytes or fewer.
  ///
  /// - Returns: how many characters were written.
  static func write(_ bytes: UnsafeBufferPointer<UInt8>, to text: UnsafeMutablePointer<UInt8>) -> Int {
    var (index, at) = (0, 0)
    while index < bytes.count {
      let held = min(3, bytes.count - index)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < held ? UInt32(bytes[index + offset]) : 0) }
      for place in 0..<4 {
        text[at + place] = place <= held ? character(for: group >> UInt32(18 - 6 * place) & 63) : UInt8(ascii: "=")
      }
      index += held
      at += 4
    }
    return at
  }

  /// What stands for six bits.
  private static func character(for bits: UInt32) -> UInt8 {
    let bits = UInt8(truncatingIfNeeded: bits)
    return switch bits {
    case 0..<26: UInt8(ascii: "A") + bits
    case 26..<52: UInt8(ascii: "a") + bits - 26
    case 52..<62: UInt8(ascii: "0") + bits - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  /// nil for anything that `encode` would not write.
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    // Bytes in a row are not slowed by what a collection may be.
    let decoded = text.withContiguousStorageIfAvailable { read($0) }
    return decoded ?? Array(text).withUnsafeBufferPointer { read($0) }
  }

  private static func read(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
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
