/// The escapes of JSON strings, read and written as a pair.
package enum JSONText {
  /// Where the first character from `start` on stands that is written with an escape (RFC 8785, 3.2.2.2); nearly no text has
  /// one, so eight bytes are looked at in one go.
  static func firstToEscape(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = text.baseAddress else { return nil }
    var at = start
    while at + 8 <= text.count {
      let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
      // What is not ASCII needs none, but is rare enough to be looked at byte by byte.
      if Scanner.needingALook(word) != 0 {
        for index in at..<at + 8 where isEscaped(base[index]) { return index }
      }
      at += 8
    }
    while at < text.count {
      if isEscaped(base[at]) { return at }
      at += 1
    }
    return nil
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  static func escape(of byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "\""): Array("\\\"".utf8)
    case UInt8(ascii: "\\"): Array("\\\\".utf8)
    case 0x08: Array("\\b".utf8)
    case 0x09: Array("\\t".utf8)
    case 0x0A: Array("\\n".utf8)
    case 0x0C: Array("\\f".utf8)
    case 0x0D: Array("\\r".utf8)
    default: Array("\\u00".utf8) + [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
    }
  }

  /// The text that the bytes between two quotes stand for. They were scanned before, so every escape is whole.
  package static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count else {
        plain.append(bytes[at])
        at += 1
        continue
      }
      switch bytes[at + 1] {
      case UInt8(ascii: "b"): plain.append(0x08)
      case UInt8(ascii: "t"): plain.append(0x09)
      case UInt8(ascii: "n"): plain.append(0x0A)
      case UInt8(ascii: "f"): plain.append(0x0C)
      case UInt8(ascii: "r"): plain.append(0x0D)
      case UInt8(ascii: "u"):
        var scalar = UInt32(unit(bytes, at: at + 2))
        if scalar >= 0xD800, scalar < 0xDC00, at + 12 <= bytes.count {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (UInt32(unit(bytes, at: at + 8)) - 0xDC00)
          at += 6
        }
        plain += Array(String(Character(UnicodeScalar(scalar) ?? "\u{FFFD}")).utf8)
        at += 4
      case let other: plain.append(other)
      }
      at += 2
    }
    return String(decoding: plain, as: UTF8.self)
  }

  static let hexadecimal = Array("0123456789abcdef".utf8)

  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16 {
    guard index + 4 <= bytes.count else { return 0xFFFD }
    return (0..<4).reduce(0) { $0 << 4 | UInt16(hexDigit(bytes[index + $1]) ?? 0) }
  }
}
