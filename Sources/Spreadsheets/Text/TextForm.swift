/// How a text file is written, as far as it must be known to read it: found, and said.
public struct TextForm: Hashable, Sendable {
  public enum Encoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16 (little-endian)"
    case utf16BigEndian = "UTF-16 (big-endian)"
    case windows1252 = "Windows-1252"
  }

  public enum Delimiter: UInt8, Sendable, CaseIterable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09
    case bar = 0x7C

    public var word: String {
      switch self {
      case .comma: "commas"
      case .semicolon: "semicolons"
      case .tab: "tabs"
      case .bar: "upright bars"
      }
    }
  }

  public var encoding: Encoding
  public var hasMark: Bool
  public var delimiter: Delimiter
  /// The file's first line names the delimiter, for Excel.
  public var hasDelimiterLine: Bool

  /// “UTF-8 with a byte order mark, semicolons”
  public var words: String {
    encoding.rawValue + (hasMark && encoding == .utf8 ? " with a byte order mark" : "") + ", \(delimiter.word)"
      + (hasDelimiterLine ? " (named by its first line)" : "")
  }
}

/// Looks at a whole file once, in chunks, and says how it is written. What it keeps does not grow with the file.
///
/// A byte order mark decides the encoding; without one, what is valid UTF-8 is UTF-8, and the rest Windows-1252, unless it
/// holds a byte that Windows-1252 does not have, or sequences of UTF-8 beside bytes that are none (two files pasted into
/// one): both are refused.
public struct TextSurvey: Sendable {
  private var sample: [UInt8] = []
  private var check = UTF8Check()
  private var lines = 1
  private var firstFault: Int?
  private var undefinedLine: Int?
  private var hasNull = false

  /// What the delimiter is found in.
  private static let sampled = 1 << 16

  public init() {}

  public mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) {
    if sample.count < Self.sampled { sample += chunk.prefix(Self.sampled - sample.count) }
    for byte in chunk {
      if byte == 0x0A {
        lines += 1
      } else if byte == 0 {
        hasNull = true
      }
      check.take(byte)
      if byte >= 0x80 {
        if check.faults > 0, firstFault == nil { firstFault = lines }
        if undefinedLine == nil, Windows1252.isUndefined(byte) { undefinedLine = lines }
      }
    }
  }

  /// - Parameter prefersTabs: the file's name says that its cells are divided by tabs; decides where both would do.
  public func finish(prefersTabs: Bool = false) throws(SpreadsheetFault) -> TextForm {
    let (encoding, mark) = try encoding()
    var transcoder = Transcoder(encoding)
    var text: [UInt8] = []
    // The sample may end within a character: what is not whole is left out.
    try? sample.withUnsafeBufferPointer { buffer throws(SpreadsheetFault) in
      try transcoder.take(UnsafeBufferPointer(rebasing: buffer.dropFirst(mark)), into: &text)
    }
    let named = Self.delimiterLine(of: text)
    return TextForm(
      encoding: encoding, hasMark: mark > 0,
      delimiter: named ?? Self.delimiter(of: text, prefersTabs: prefersTabs), hasDelimiterLine: named != nil)
  }

  private func encoding() throws(SpreadsheetFault) -> (TextForm.Encoding, mark: Int) {
    if sample.starts(with: [0xEF, 0xBB, 0xBF]) {
      guard check.isValid else { throw Self.mixed(firstFault ?? lines) }
      return (.utf8, 3)
    }
    if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    if hasNull {
      // Every second byte of western text is nothing in UTF-16.
      let head = sample.prefix(512)
      let (even, odd) = head.enumerated().reduce(into: (0, 0)) { counts, byte in
        if byte.element == 0 { if byte.offset % 2 == 0 { counts.0 += 1 } else { counts.1 += 1 } }
      }
      if even == 0, odd * 3 > head.count { return (.utf16LittleEndian, 0) }
      if odd == 0, even * 3 > head.count { return (.utf16BigEndian, 0) }
      throw SpreadsheetFault(
        .format, "this is no text: it holds zero bytes", next: "Save it as CSV (UTF-8) from the program it is from.")
    }
    if check.isValid { return (.utf8, 0) }
    if check.sequences > 0 { throw Self.mixed(firstFault ?? lines) }
    if let undefinedLine {
      throw SpreadsheetFault(
        .encoding, "line \(undefinedLine) is neither UTF-8 nor Windows-1252", next: "Save the file as CSV UTF-8.")
    }
    return (.windows1252, 0)
  }

  private static func mixed(_ line: Int) -> SpreadsheetFault {
    SpreadsheetFault(
      .encoding, "the file begins as UTF-8, and line \(line) is not: two encodings are mixed in it",
      next: "Save the file as CSV UTF-8.")
  }

  private static func delimiterLine(of text: [UInt8]) -> TextForm.Delimiter? {
    guard text.count >= 5, String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep=",
      text.count == 5 || text[5] == 0x0A || text[5] == 0x0D
    else { return nil }
    return TextForm.Delimiter(rawValue: text[4])
  }

  /// That which divides the most rows into the same number of cells.
  private static func delimiter(of text: [UInt8], prefersTabs: Bool) -> TextForm.Delimiter {
    var best: (delimiter: TextForm.Delimiter, score: (Int, Int))?
    let order: [TextForm.Delimiter] =
      prefersTabs ? [.tab, .comma, .semicolon, .bar] : [.comma, .semicolon, .tab, .bar]
    for delimiter in order {
      var counts: [Int: Int] = [:]
      var (count, isQuoted, rows) = (0, false, 0)
      for byte in text {
        if byte == 0x22 { isQuoted.toggle() }
        guard !isQuoted else { continue }
        if byte == delimiter.rawValue { count += 1 }
        if byte == 0x0A || byte == 0x0D {
          if count > 0 { counts[count, default: 0] += 1 }
          count = 0
          rows += 1
          if rows > 200 { break }
        }
      }
      if count > 0 { counts[count, default: 0] += 1 }
      let score = counts.map { ($0.value, $0.key) }.max { $0 < $1 } ?? (0, 0)
      if score > (best?.score ?? (0, 0)) { best = (delimiter, score) }
    }
    return best?.delimiter ?? (prefersTabs ? .tab : .comma)
  }
}

/// Checks UTF-8 byte by byte (Unicode 15, table 3-7), so that it can be done in chunks.
struct UTF8Check: Sendable {
  private var need = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF
  private(set) var faults = 0
  /// Whole sequences of more than one byte.
  private(set) var sequences = 0

  var isValid: Bool { faults == 0 && need == 0 }

  mutating func take(_ byte: UInt8) {
    if need == 0, byte < 0x80 { return }
    guard need == 0 else {
      if byte >= low, byte <= high {
        need -= 1
        (low, high) = (0x80, 0xBF)
        if need == 0 { sequences += 1 }
        return
      }
      faults += 1
      need = 0
      (low, high) = (0x80, 0xBF)
      if byte >= 0x80 { begin(byte) }
      return
    }
    begin(byte)
  }

  private mutating func begin(_ byte: UInt8) {
    switch byte {
    case 0xC2...0xDF: need = 1
    case 0xE0...0xEF:
      need = 2
      if byte == 0xE0 { low = 0xA0 }
      if byte == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      need = 3
      if byte == 0xF0 { low = 0x90 }
      if byte == 0xF4 { high = 0x8F }
    default: faults += 1
    }
  }
}
