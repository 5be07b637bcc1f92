internal import GRDB
internal import GRDBSQLite

/// A statement that is bound and run without values of its own between: an import runs each of these for every event, and
/// there the boxes around three texts and two blobs cost as much as finding their place in the book.
struct BoundStatement {
  private let db: Database
  private let statement: Statement
  private let handle: SQLiteStatement

  /// - Precondition: it lives no longer than the transaction, and two of one text are not used at the same time.
  init(_ db: Database, _ sql: String) throws {
    self.db = db
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// The bytes are copied by SQLite before the call returns.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// - Parameter index: from 1, as everywhere below.
  func bind(_ index: Int32, _ number: Int64?) throws {
    try check(number.map { sqlite3_bind_int64(handle, index, $0) } ?? sqlite3_bind_null(handle, index))
  }

  func bind(_ index: Int32, text: String?) throws {
    guard var text else { return try check(sqlite3_bind_null(handle, index)) }
    // An empty text may have no address, and without one it would be NULL.
    guard !text.isEmpty else { return try check(sqlite3_bind_text(handle, index, "", 0, Self.copied)) }
    let code = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), Self.copied)
      }
    }
    try check(code)
  }

  func bind(_ index: Int32, blob: [UInt8]) throws {
    let code = blob.withUnsafeBytes { bytes in
      bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
    }
    try check(code)
  }

  /// Runs it to its end, for its effect.
  func run() throws { _ = try number() }

  /// Runs it and gives the number in the first column of its first row; nil = it has no row.
  func number() throws -> Int64? {
    let code = sqlite3_step(handle)
    let number = code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : nil
    let error = code == SQLITE_ROW || code == SQLITE_DONE ? nil : failure(code)
    sqlite3_reset(handle)
    if let error { throw error }
    return number
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private func failure(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
  }
}
