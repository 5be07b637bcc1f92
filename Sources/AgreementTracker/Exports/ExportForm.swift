internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Projections
public import Reports
internal import SQLiteStore
public import Spreadsheets

/// The forms in which answers go to other programs. (The log itself goes out as JSON Lines, with `copy` or line by line.)
public enum ExportForm: String, Sendable, CaseIterable {
  case csv, xlsx, json, sqlite

  public struct Options: Sendable {
    /// nil = all tables; CSV holds one.
    public var kind: ExportKind?
    /// CSV: begin with the byte order mark.
    public var hasMark = false
    /// SQLite is made in a file of its own first: the folder for it, where the export will be.
    public var folder = "."

    public init(kind: ExportKind? = nil, hasMark: Bool = false, folder: String = ".") {
      self.kind = kind
      self.hasMark = hasMark
      self.folder = folder
    }
  }

  /// The whole export as bytes. The same question to the same log gives the same bytes (SQLite: the same rows).
  public func bytes(_ source: ExportSource, _ options: Options) throws -> [UInt8] {
    switch self {
    case .csv: return try csv(source, options)
    case .json:
      return try source.json(options.kind.map { [$0] } ?? ExportKind.allCases).canonicalBytes + [0x0A]
    case .xlsx, .sqlite:
      let tables = try (options.kind.map { [$0] } ?? ExportKind.allCases).map { try source.table($0) }
      let all = [source.about.table(of: tables)] + tables
      return self == .xlsx ? try Self.workbook(all) : try Self.database(all, in: options.folder)
    }
  }

  // MARK: CSV

  private func csv(_ source: ExportSource, _ options: Options) throws -> [UInt8] {
    let table = try source.table(options.kind ?? .obligations)
    var writer = DelimitedWriter.csv(hasMark: options.hasMark)
    writer.add((table.header() + ExportAbout.stamp).map(WrittenCell.text))
    let stamp = source.about.stampCells.map(\.written)
    for row in table.cells { writer.add(row.map(\.written) + stamp) }
    // That there is nothing is an answer too, and must say to which question.
    if table.rows.isEmpty { writer.add(table.header().map { _ in .blank } + stamp) }
    return writer.bytes
  }

  // MARK: XLSX

  private static func workbook(_ tables: [ExportTable]) throws -> [UInt8] {
    try WorkbookWriter.bytes(
      tables.map { table in
        WorkbookWriter.Sheet(
          name: table.name.prefix(1).uppercased() + table.name.dropFirst(), header: table.header(),
          rows: table.cells.map { $0.map(\.written) })
      })
  }

  // MARK: SQLite

  private static func database(_ tables: [ExportTable], in folder: String) throws -> [UInt8] {
    let path = "\(folder)/.export-\(getpid()).new"
    unlink(path)
    defer { for ending in ["", "-journal"] { unlink(path + ending) } }
    do throws(StoreError) {
      try TableFile.make(at: path, tables.map(\.stored), tables.compactMap(\.poundsView))
    } catch {
      throw TrackerError(.cannotWrite, "the database cannot be made: \(error.what)", place: folder)
    }
    guard let bytes = try SmallFile.read(path, atMost: Int.max) else {
      throw TrackerError(.cannotWrite, "the database was taken away while it was made", place: path)
    }
    return bytes
  }
}

extension ExportCell {
  /// As CSV, TSV and workbooks have it.
  public var written: WrittenCell {
    switch self {
    case .none: .blank
    // A name that turns letters round, or clears the screen, would show another name than stands in the log.
    case .text(let text): .text(text.plainText)
    case .whole(let number): .whole(number)
    case .pence(let pence): .pence(pence)
    case .day(let day): .day(Int(day.number), text: day.description)
    }
  }

  fileprivate var stored: TableFile.Value {
    switch self {
    case .none: .null
    case .text(let text): .text(text)
    case .whole(let number), .pence(let number): .integer(number)
    case .day(let day): .text(day.description)
    }
  }
}

extension ExportTable {
  /// Sums in pence.
  fileprivate var stored: TableFile.Table {
    let names = header(isInPence: true)
    let isInteger = columns.flatMap { $0.kind == .money ? [true, true, false] : [$0.kind == .whole] }
    // Of “about”, a value is whatever it is.
    let rows = cells.map { row in
      zip(row, isInteger).map { cell, isInteger -> TableFile.Value in
        if case .integer(let number) = cell.stored, !isInteger { return .text(String(number)) }
        return cell.stored
      }
    }
    return TableFile.Table(name: name, columns: Array(zip(names, isInteger)), rows: rows)
  }

  /// The same with sums in pounds, for programs that show rather than add; nil where there are no sums.
  fileprivate var poundsView: TableFile.View? {
    guard columns.contains(where: { $0.kind == .money }) else { return nil }
    let names = columns.flatMap { column -> [String] in
      guard column.kind == .money else { return ["\"\(column.name)\""] }
      let ends = ["low", "high"].map {
        "round(\"\(column.name)_\($0)_pence\" / 100.0, 2) AS \"\(column.name)_\($0)_pounds\""
      }
      return ends + ["\"\(column.name)\""]
    }
    return TableFile.View(name: "\(name)_in_pounds", query: "SELECT \(names.joined(separator: ", ")) FROM \"\(name)\"")
  }
}
