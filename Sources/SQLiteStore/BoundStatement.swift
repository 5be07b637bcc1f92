internal import CanonicalJSON
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

  /// The text of an id.
  func bind(_ index: Int32, _ id: EventID?) throws {
    guard let id else { return try check(sqlite3_bind_null(handle, index)) }
    let code = withUnsafeTemporaryAllocation(of: CChar.self, capacity: EventID.length) { text in
      guard let start = text.baseAddress else { return SQLITE_NOMEM }
      id.write(to: start)
      return sqlite3_bind_text(handle, index, start, Int32(EventID.length), Self.copied)
    }
    try check(code)
  }

  /// Runs it to its end, for its effect, with bytes that are lent to SQLite for as long and not copied.
  func run(with blob: [UInt8], at index: Int32) throws {
    try blob.withUnsafeBytes { bytes in
      let code =
        bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil)
      try check(code)
      _ = try number()
    }
  }

  func run(with first: [UInt8], at index: Int32, _ second: [UInt8], at other: Int32) throws {
    try first.withUnsafeBytes { bytes in
      try check(sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil))
      try run(with: second, at: other)
    }
  }

  /// Runs it to its end, for its effect.
  func run() throws { _ = try number() }

  /// Runs it and gives the number in the first column of its first row; nil = it has no row.
  func number() throws -> Int64? { try first { $0.number(0) } }

  /// Runs it and reads its first row; nil = it has none.
  func first<T>(_ read: (Columns) throws -> T) throws -> T? {
    defer { sqlite3_reset(handle) }
    return try step() ? read(Columns(handle: handle)) : nil
  }

  /// Runs it and reads all its rows.
  func all<T>(_ read: (Columns) throws -> T) throws -> [T] {
    defer { sqlite3_reset(handle) }
    var rows: [T] = []
    while try step() { rows.append(try read(Columns(handle: handle))) }
    return rows
  }

  private func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  /// The columns of a row, from 0; to be read before the next step.
  struct Columns {
    fileprivate let handle: SQLiteStatement

    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }
    func number(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }
    func text(_ index: Int32) -> String { sqlite3_column_text(handle, index).map { String(cString: $0) } ?? "" }

    func bytes(_ index: Int32) -> [UInt8] {
      guard let start = sqlite3_column_blob(handle, index) else { return [] }
      return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
    }
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private func failure(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
  }
}
