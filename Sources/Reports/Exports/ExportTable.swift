public import Agreements
public import CanonicalJSON
public import Projections

// Answers as tables for other programs. A table is a value: which columns it has is written once, in the catalogue, and
// every format and the documentation are made from it.

/// One column of an exported table.
public struct ExportColumn: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case text, whole
    /// A sum: the column becomes NAME_low and NAME_high, and NAME with the sum in words.
    case money
    /// A day where it is known; else as much of it as is known, as EDTF.
    case date
  }

  public var name: String
  public var kind: Kind
  /// What stands in it, in a sentence.
  public var meaning: String

  init(_ name: String, _ kind: Kind, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
  }
}

/// What stands in one cell.
public enum ExportValue: Hashable, Sendable {
  /// Not known, or none; never 0.
  case none
  case text(String)
  case whole(Int64)
  case money(Amount, words: String)
  case date(edtf: String, day: Day?)
}

/// One table: its columns and rows.
public struct ExportTable: Hashable, Sendable {
  public var name: String
  public var columns: [ExportColumn]
  public var rows: [[ExportValue]]

  init(_ kind: ExportKind, _ rows: [[ExportValue]]) {
    name = kind.rawValue
    columns = kind.columns
    self.rows = rows
  }

  init(name: String, columns: [ExportColumn], rows: [[ExportValue]]) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }
}

/// A cell as formats hold it: one value, and no interval.
public enum ExportCell: Hashable, Sendable {
  case none
  case text(String)
  case whole(Int64)
  case pence(Int64)
  case day(Day)
}

extension ExportTable {
  /// The header, with three names for a sum.
  ///
  /// - Parameter isInPence: the names of sums say so; where sums are pounds they say nothing.
  public func header(isInPence: Bool = false) -> [String] {
    let unit = isInPence ? "_pence" : ""
    return columns.flatMap { column in
      column.kind == .money
        ? ["\(column.name)_low\(unit)", "\(column.name)_high\(unit)", column.name] : [column.name]
    }
  }

  /// Rows of single values, as many as the header has names.
  public var cells: [[ExportCell]] { rows.map { row in zip(columns, row).flatMap { ExportTable.cells($0, $1) } } }

  private static func cells(_ column: ExportColumn, _ value: ExportValue) -> [ExportCell] {
    switch value {
    case .none: column.kind == .money ? [.none, .none, .none] : [.none]
    case .text(let text): [.text(text)]
    case .whole(let number): [.whole(number)]
    // Where nothing is known there is no figure at all, not even the 0 that the interval begins with.
    case .money(.unknown, let words): [.none, .none, .text(words)]
    case .money(let amount, let words): [.pence(amount.low), amount.high.map(ExportCell.pence) ?? .none, .text(words)]
    case .date(_, let day?): [.day(day)]
    case .date(let edtf, nil): [.text(edtf)]
    }
  }
}

/// The question that an export answers, and what it was limited to: it stands in every export.
public struct ExportAbout: Sendable {
  public var question: Question
  public var scope: Scope
  /// The file that was asked.
  public var book: String
  /// “tracker 0.1.0”
  public var program: String
  /// Events that were not told to the practice that this is for; nil where it is for everybody.
  public var leftOut: Int?
  /// Numbers of events that may or may not have happened by the day, and are counted in no row.
  public var perhaps: [Int] = []

  public init(question: Question, scope: Scope, book: String, program: String, leftOut: Int? = nil) {
    self.question = question
    self.scope = scope
    self.book = book
    self.program = program
    self.leftOut = leftOut
  }

  var filter: String {
    let parts = [scope.agreement.map { "agreement \($0)" }, scope.creditor.map { "practice \($0)" }].compactMap { $0 }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  /// Columns that every row of a CSV ends with: a page of a table that is passed on alone says what it shows.
  public static let stamp = [
    "as_of", "known_at", "filter", "log_events", "log_root", "not_here", "not_told", "perhaps",
  ]

  public var stampCells: [ExportCell] {
    [
      .day(question.asOf), .text(question.knownAtText ?? "everything recorded"), .text(filter),
      .whole(Int64(question.size)), question.root.map { .text(Base64.encode($0)) } ?? .none,
      .whole(Int64(question.leftOut)), leftOut.map { .whole(Int64($0)) } ?? .none,
      perhaps.isEmpty ? .none : .text(perhapsNumbers),
    ]
  }

  /// What a person is told too; empty if there is no such event.
  public var perhapsWords: String {
    guard let first = perhaps.first else { return "" }
    return perhaps.count == 1
      ? "Event \(first) may or may not have happened by that day; it is in no figure."
      : "Events \(perhapsNumbers) may or may not have happened by that day; they are in no figure."
  }

  private var perhapsNumbers: String {
    let named = perhaps.prefix(ObligationsView.named).map(String.init).joined(separator: ", ")
    return named + (perhaps.count > ObligationsView.named ? " and \(perhaps.count - ObligationsView.named) more" : "")
  }

  /// The table that says what the others are.
  public func table(of tables: [ExportTable]) -> ExportTable {
    var rows: [(String, ExportValue)] = [
      ("as_of", .date(edtf: question.asOf.description, day: question.asOf)),
      ("known_at", .text(question.knownAtText ?? "everything recorded")), ("filter", .text(filter)),
      ("log_events", .whole(Int64(question.size))),
      ("log_root", question.root.map { .text(Base64.encode($0)) } ?? .none), ("book", .text(book)),
      ("program", .text(program)),
      ("sums", .text("Sums are intervals, low to high. “up to” is a ceiling and no sum that is due.")),
      ("empty", .text("An empty cell is not known, or none; it is never 0.")),
      ("advice", .text(notLegalAdvice)),
    ]
    if let leftOut {
      rows.append(("left_out", .text("\(leftOut) events that are not this practice’s, or cannot be told to be")))
    }
    if question.leftOut > 0 {
      rows.append(
        ("not_here", .text(question.leftOutWords)))
    }
    if !perhaps.isEmpty { rows.append(("perhaps_happened", .text(perhapsWords))) }
    rows += tables.map { ("rows in \($0.name)", .whole(Int64($0.rows.count))) }
    return ExportTable(
      name: "about",
      columns: [ExportColumn("name", .text, "what is said"), ExportColumn("value", .text, "what it is")],
      rows: rows.map { [.text($0), $1] })
  }
}
