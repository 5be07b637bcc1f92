/// Writes rows as delimited text: CSV for spreadsheet programs (RFC 4180), or TSV for scripts.
///
/// Law: what `DelimitedReader` reads of a CSV is what was written, but for the apostrophe before a text that would be run
/// as a formula.
public struct DelimitedWriter: Sendable {
  public private(set) var bytes: [UInt8]
  private let isForScripts: Bool

  /// CSV: commas, CR LF, cells quoted where they must be, no text that a spreadsheet program would run.
  ///
  /// - Parameter hasMark: begin with the byte order mark, by which Excel knows UTF-8; other programs stumble over it.
  public static func csv(hasMark: Bool = false) -> DelimitedWriter {
    DelimitedWriter(bytes: hasMark ? [0xEF, 0xBB, 0xBF] : [], isForScripts: false)
  }

  /// TSV: tabs, LF, nothing quoted: a tab or the end of a line within a text becomes a space.
  public static var tsv: DelimitedWriter { DelimitedWriter(bytes: [], isForScripts: true) }

  public mutating func add(_ row: [WrittenCell]) {
    for (index, cell) in row.enumerated() {
      if index > 0 { bytes.append(isForScripts ? 0x09 : 0x2C) }
      bytes += (isForScripts ? Self.scriptText(cell.plain) : Self.csvText(cell)).utf8
    }
    bytes += isForScripts ? [0x0A] : [0x0D, 0x0A]
  }

  private static func scriptText(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }

  private static func csvText(_ cell: WrittenCell) -> String {
    // Numbers are ours, a minus before them is one: only texts can be formulas.
    guard case .text(let text) = cell else { return cell.plain }
    return quoted(guarded(text))
  }

  /// A text that a spreadsheet program would run as a formula gets an apostrophe; a number, also one below zero, is none.
  public static func guarded(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, starters.contains(first), !isNumber(text) else { return text }
    return "'" + text
  }

  /// What begins a formula: = + - @, white space that is skipped before them, and the wide forms that some versions take.
  private static let starters: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  /// A sign, digits with commas between, and at most one point with digits behind it.
  static func isNumber(_ text: String) -> Bool {
    var digits = Substring(text)
    if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2, whole.utf8.first.map(isDigit) == true,
      whole.utf8.last.map(isDigit) == true
    else { return false }
    guard whole.utf8.allSatisfy({ isDigit($0) || $0 == 0x2C }) else { return false }
    return parts.dropFirst().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// RFC 4180; a semicolon or a tab too, since some programs take them for the delimiter.
  public static func quoted(_ text: String) -> String {
    let isSpecial = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D, 0x3B, 0x09].contains($0) }
    guard isSpecial || text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
