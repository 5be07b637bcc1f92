internal import GRDB
internal import GRDBSQLite
public import LogStore

extension SQLiteLog {
  /// Lines of which only the digest is left.
  ///
  /// No pass over all lines: those that were never here have no id, and the index of ids begins with these; one that was
  /// erased keeps its id, and an event about the log says so.
  public func withheldCount() throws(StoreError) -> Int {
    try read { db in
      let erased = """
        WITH erased AS (
          SELECT DISTINCT json_extract(CAST(line AS TEXT), '$.data.position') + 1 AS number FROM event
          WHERE stream = 'log' AND instr(line, CAST('"type":"EntryErased"' AS BLOB)))
        SELECT count(*) FROM event JOIN erased USING (number) WHERE id IS NOT NULL AND length(line) = 56
        """
      let absent = try Int.fetchOne(db, sql: "SELECT count(*) FROM event WHERE id IS NULL") ?? 0
      return absent + (try Int.fetchOne(db, sql: erased) ?? 0)
    }
  }
}

/// A book has an index over its streams.
extension SQLiteLog: StreamsReading {
  /// Streams that are read in one transaction.
  private static let streamsAtOnce = 500

  public func forEachLine(
    ofEach streams: [String], _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    for start in stride(from: 0, to: streams.count, by: Self.streamsAtOnce) {
      let some = streams[start..<min(streams.count, start + Self.streamsAtOnce)]
      try read { try BookSession($0).forEachLine(of: some, body) }
    }
  }
}

extension BookSession {
  /// The lines of several streams, stream by stream, each lent where the database has it: a question about many agreements
  /// looks at thousands of lines, and a value made of each costs as much as finding it.
  func forEachLine(
    of streams: some Sequence<String>, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let statement = try db.cachedStatement(sql: "SELECT number, line FROM event WHERE stream = ? ORDER BY version")
    let rows = statement.sqliteStatement
    defer { sqlite3_reset(rows) }
    for stream in streams {
      try statement.setArguments([stream])
      var code = sqlite3_step(rows)
      while code == SQLITE_ROW {
        // An empty blob has no address, and neither has one for which memory was wanting.
        let blob = sqlite3_column_blob(rows, 1)
        let bytes = UnsafeRawBufferPointer(start: blob, count: blob == nil ? 0 : Int(sqlite3_column_bytes(rows, 1)))
        try body(Int(sqlite3_column_int64(rows, 0)) - 1, bytes.assumingMemoryBound(to: UInt8.self))
        code = sqlite3_step(rows)
      }
      guard code == SQLITE_DONE else {
        throw DatabaseError(
          resultCode: ResultCode(rawValue: code),
          message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
      }
    }
  }
}
