internal import Foundation
internal import GRDB
public import LogStore

/// Tables as a plain SQLite database for other programs: no log, no book, nothing that could be recorded into.
///
/// It is made anew each time and never changed: whoever opens it reads. It needs no WAL, so that it opens from a folder
/// that cannot be written.
public enum TableFile {
  public enum Value: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)
  }

  public struct Table: Sendable {
    public var name: String
    /// By name; is it a whole number, or text?
    public var columns: [(name: String, isInteger: Bool)]
    public var rows: [[Value]]

    public init(name: String, columns: [(name: String, isInteger: Bool)], rows: [[Value]]) {
      self.name = name
      self.columns = columns
      self.rows = rows
    }
  }

  public struct View: Sendable {
    public var name: String
    /// What follows CREATE VIEW name AS.
    public var query: String

    public init(name: String, query: String) {
      self.name = name
      self.query = query
    }
  }

  /// Makes the file at a path where none is.
  ///
  /// - Throws: in the words of SQLite, without the statement; the file is then to be taken away.
  public static func make(at path: String, _ tables: [Table], _ views: [View]) throws(StoreError) {
    do { try write(path, tables, views) } catch {
      let fault = error as? DatabaseError
      throw StoreError(fault?.resultCode == .SQLITE_FULL ? .diskFull : .cannotWrite, fault?.message ?? "\(error)")
    }
  }

  private static func write(_ path: String, _ tables: [Table], _ views: [View]) throws {
    let queue = try DatabaseQueue(path: path.hasPrefix("/") ? path : "./\(path)")
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA page_size = 4096")
      try db.inTransaction {
        for table in tables { try make(table, db) }
        for view in views { try db.execute(sql: "CREATE VIEW \(quoted(view.name)) AS \(view.query)") }
        return .commit
      }
    }
    try queue.close()
  }

  private static func make(_ table: Table, _ db: Database) throws {
    let columns = table.columns.map { "\(quoted($0.name)) \($0.isInteger ? "INTEGER" : "TEXT")" }
    try db.execute(sql: "CREATE TABLE \(quoted(table.name)) (\(columns.joined(separator: ", "))) STRICT")
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    let insert = try db.makeStatement(sql: "INSERT INTO \(quoted(table.name)) VALUES (\(places))")
    for row in table.rows {
      insert.setUncheckedArguments(
        StatementArguments(
          row.map { value -> (any DatabaseValueConvertible)? in
            switch value {
            case .null: nil
            case .text(let text): text
            case .integer(let number): number
            }
          }))
      try insert.execute()
    }
  }

  private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
