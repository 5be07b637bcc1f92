/// Windows-1252: ISO 8859-1, but for 0x80 to 0x9F.
package enum Windows1252 {
  /// 0x80 to 0x9F; 0 = no character.
  private static let upper: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
  ]

  static func isUndefined(_ byte: UInt8) -> Bool { scalar(byte) == 0 && byte != 0 }

  package static func scalar(_ byte: UInt8) -> UInt16 {
    (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : UInt16(byte)
  }
}

/// Turns the chunks of a file into UTF-8, whatever it was written in.
struct Transcoder: Sendable {
  private let encoding: TextForm.Encoding
  /// The first byte of a UTF-16 unit whose second is in the next chunk.
  private var half: UInt8?
  /// The first unit of a pair.
  private var lead: UInt16?

  init(_ encoding: TextForm.Encoding) { self.encoding = encoding }

  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>, into text: inout [UInt8]) throws(SpreadsheetFault) {
    switch encoding {
    case .utf8: text += chunk
    case .windows1252: for byte in chunk { Self.append(UInt32(Windows1252.scalar(byte)), to: &text) }
    case .utf16LittleEndian, .utf16BigEndian:
      for byte in chunk {
        guard let first = half else {
          half = byte
          continue
        }
        half = nil
        let isLittle = encoding == .utf16LittleEndian
        try take(unit: UInt16(isLittle ? byte : first) << 8 | UInt16(isLittle ? first : byte), into: &text)
      }
    }
  }

  private mutating func take(unit: UInt16, into text: inout [UInt8]) throws(SpreadsheetFault) {
    if let first = lead {
      guard (0xDC00...0xDFFF).contains(unit) else { throw Self.broken }
      lead = nil
      Self.append(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), to: &text)
    } else if (0xD800...0xDBFF).contains(unit) {
      lead = unit
    } else {
      guard !(0xDC00...0xDFFF).contains(unit) else { throw Self.broken }
      Self.append(UInt32(unit), to: &text)
    }
  }

  func finish() throws(SpreadsheetFault) {
    guard half == nil, lead == nil else { throw Self.broken }
  }

  private static let broken = SpreadsheetFault(
    .encoding, "the file is broken: half a character of UTF-16 stands alone", next: "Save the file as CSV UTF-8.")

  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    switch scalar {
    case 0..<0x80: text.append(UInt8(scalar))
    case 0x80..<0x800:
      text.append(UInt8(0xC0 | scalar >> 6))
      text.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      text.append(UInt8(0xE0 | scalar >> 12))
      text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      text.append(UInt8(0x80 | scalar & 0x3F))
    default:
      text.append(UInt8(0xF0 | scalar >> 18 & 0x07))
      text.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      text.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}
