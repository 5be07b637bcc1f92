internal import GRDB
internal import GRDBSQLite

/// Lines copied out of a book, one behind the other in one piece of memory.
///
/// Why not a value a row: a line is some five hundred bytes and is looked at once; an array for each, and a row of values
/// before it, cost more than reading the page of the database that it lies in.
struct LinePage {
  private var bytes: [UInt8] = []
  /// Where each line ends in `bytes`, and its position in the log.
  private var places: [(end: Int, position: Int)] = []

  var count: Int { places.count }
  var lastPosition: Int? { places.last?.position }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  /// Takes all rows of a statement whose columns are `number` and `line`.
  mutating func take(_ statement: Statement, _ db: Database) throws {
    let rows = statement.sqliteStatement
    defer { sqlite3_reset(rows) }
    while true {
      switch sqlite3_step(rows) {
      case SQLITE_ROW:
        let count = Int(sqlite3_column_bytes(rows, 1))
        if count > 0, let blob = sqlite3_column_blob(rows, 1) {
          bytes.append(contentsOf: UnsafeRawBufferPointer(start: blob, count: count))
        }
        places.append((bytes.count, Int(sqlite3_column_int64(rows, 0)) - 1))
      case SQLITE_DONE: return
      case let code:
        throw DatabaseError(
          resultCode: ResultCode(rawValue: code),
          message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
      }
    }
  }

  /// Calls `body` with each line until it returns false; did it never?
  func forEachLine(_ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool) rethrows -> Bool {
    try bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      for place in places {
        guard try body(place.position, UnsafeBufferPointer(rebasing: bytes[start..<place.end])) else { return false }
        start = place.end
      }
      return true
    }
  }
}
