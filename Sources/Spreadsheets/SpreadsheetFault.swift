/// Where a cell stands, as a spreadsheet program names it.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  /// From 1, as a spreadsheet program shows it.
  public var row: Int
  /// From 0.
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// “C7”
  public var description: String { Self.letters(column) + String(row) }

  /// A, B, … Z, AA, AB, …
  public static func letters(_ column: Int) -> String {
    var number = max(0, column) + 1
    var letters: [UInt8] = []
    while number > 0 {
      letters.insert(UInt8(0x41 + (number - 1) % 26), at: 0)
      number = (number - 1) / 26
    }
    return String(decoding: letters, as: UTF8.self)
  }
}

/// Why a file cannot be read as a table, in words for the one who has it.
public struct SpreadsheetFault: Error, Hashable, Sendable {
  public enum Code: String, Sendable {
    /// A quote that was opened is never closed.
    case openQuote = "open-quote"
    /// Text stands behind a closing quote.
    case strayText = "stray-text"
    /// Neither of the encodings that are read, or two of them mixed.
    case encoding
    /// A format that is not read.
    case format
    /// The parts of a workbook do not fit together.
    case damaged
    /// More than is read: a cell, a row, a sheet, or a zip that would fill the memory.
    case tooLarge = "too-large"
    /// What no workbook needs: a DOCTYPE, an entity, a password.
    case forbidden
    /// There is nothing in it, or no such sheet, or several to choose from.
    case sheet
  }

  public var code: Code
  public var place: Place?
  public var why: String
  public var next: String

  public init(_ code: Code, at place: Place? = nil, _ why: String, next: String = "") {
    self.code = code
    self.place = place
    self.why = why
    self.next = next
  }
}
