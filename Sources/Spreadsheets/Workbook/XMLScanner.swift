/// Reads the XML of a workbook: elements, attributes and text, by their names without prefixes.
///
/// A DOCTYPE and every entity but the five of XML are refused: no workbook needs them, and they are how small files become
/// large ones and read what they should not.
struct XMLScanner {
  enum Event: Hashable {
    case start(String, [String: String])
    case end(String)
    case text(String)
  }

  private let bytes: [UInt8]
  private let part: String
  private var at = 0
  private var open: [String] = []
  private var pending: Event?

  /// - Parameter part: its name in the workbook, for what is said of it.
  init(_ bytes: [UInt8], part: String) throws(SpreadsheetFault) {
    self.bytes = bytes
    self.part = part
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(4).contains(0) {
      throw SpreadsheetFault(.format, "“\(part)” is written in UTF-16, which is not read in workbooks")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  private static let deepest = 128

  private var broken: SpreadsheetFault { ZipFile.damaged("“\(part)” is no XML (byte \(at))") }

  /// nil at the end.
  mutating func next() throws(SpreadsheetFault) -> Event? {
    if let event = pending {
      pending = nil
      return event
    }
    while at < bytes.count {
      guard bytes[at] == 0x3C else { return .text(try text(until: 0x3C)) }
      if starts("<!--") {
        try skip(behind: "-->")
      } else if starts("<![CDATA[") {
        let start = at + 9
        try skip(behind: "]]>")
        return .text(String(decoding: bytes[start..<(at - 3)], as: UTF8.self))
      } else if starts("<?") {
        try skip(behind: "?>")
      } else if starts("<!") {
        throw SpreadsheetFault(.forbidden, "“\(part)” has a DOCTYPE, which no workbook needs")
      } else {
        return try tag()
      }
    }
    guard open.isEmpty else { throw broken }
    return nil
  }

  private func starts(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    return text.withUTF8Buffer { buffer in (0..<count).allSatisfy { bytes[at + $0] == buffer[$0] } }
  }

  private mutating func skip(behind text: StaticString) throws(SpreadsheetFault) {
    while at < bytes.count, !starts(text) { at += 1 }
    guard at < bytes.count else { throw broken }
    at += text.utf8CodeUnitCount
  }

  private mutating func tag() throws(SpreadsheetFault) -> Event {
    at += 1
    if at < bytes.count, bytes[at] == 0x2F {
      at += 1
      let name = try name()
      space()
      guard at < bytes.count, bytes[at] == 0x3E, open.popLast() == name else { throw broken }
      at += 1
      return .end(name)
    }
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      space()
      guard at < bytes.count else { throw broken }
      if bytes[at] == 0x3E {
        at += 1
        guard open.count < Self.deepest else { throw broken }
        open.append(name)
        return .start(name, attributes)
      }
      if bytes[at] == 0x2F {
        at += 1
        guard at < bytes.count, bytes[at] == 0x3E else { throw broken }
        at += 1
        pending = .end(name)
        return .start(name, attributes)
      }
      let attribute = try self.name()
      space()
      guard at < bytes.count, bytes[at] == 0x3D else { throw broken }
      at += 1
      space()
      guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 else { throw broken }
      let quote = bytes[at]
      at += 1
      attributes[attribute] = try text(until: quote)
      guard at < bytes.count else { throw broken }
      at += 1
    }
  }

  private mutating func space() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  /// Without its prefix.
  private mutating func name() throws(SpreadsheetFault) -> String {
    var start = at
    while at < bytes.count, ![0x20, 0x09, 0x0A, 0x0D, 0x2F, 0x3E, 0x3D, 0x3C, 0x22, 0x27].contains(bytes[at]) {
      if bytes[at] == 0x3A { start = at + 1 }
      at += 1
    }
    guard start < at else { throw broken }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func text(until end: UInt8) throws(SpreadsheetFault) -> String {
    var text: [UInt8] = []
    while at < bytes.count, bytes[at] != end {
      if bytes[at] == 0x26 {
        text += try reference().utf8
      } else {
        text.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func reference() throws(SpreadsheetFault) -> String {
    let start = at + 1
    while at < bytes.count, bytes[at] != 0x3B, at - start < 12 { at += 1 }
    guard at < bytes.count, bytes[at] == 0x3B else { throw broken }
    let name = String(decoding: bytes[start..<at], as: UTF8.self)
    at += 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let isHex = name.hasPrefix("#x")
      guard name.hasPrefix("#"), let value = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
        let scalar = Unicode.Scalar(value), value > 0
      else {
        throw SpreadsheetFault(.forbidden, "“\(part)” has an entity of its own (&\(name);), which no workbook needs")
      }
      return String(scalar)
    }
  }
}
