internal import GRDB
public import LogStore

/// A copy of a book while others go on writing.
extension SQLiteLog {
  /// Opens a book to copy it. Where it can be written it is opened so: then it has a journal, and others can write while it is
  /// copied. In a folder that cannot be written it is read as it is; so is a book of an older format, which a copy must not
  /// change.
  public static func openForCopying(_ path: String) throws(StoreError) -> SQLiteLog {
    let reader = try SQLiteLog(path: path, opening: .readOnly)
    guard reader.format == BookSchema.version else { return reader }
    do throws(StoreError) {
      let writer = try SQLiteLog(path: path, opening: .existing)
      try reader.close()
      return writer
    } catch {
      guard [.readOnly, .cannotWrite, .cannotRead, .busy].contains(error.code) else { throw error }
      return reader
    }
  }

  /// The version of the database library, and whether it can search texts (FTS5).
  public static func library() -> (version: String, hasFullText: Bool)? {
    try? DatabaseQueue().read { db in
      let version = try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? ""
      let options = try String.fetchAll(db, sql: "PRAGMA compile_options")
      return (version, options.contains("ENABLE_FTS5"))
    }
  }

  /// Copies the book as it is at one moment, into a file that must not be there yet. The copy is a plain book without a
  /// journal beside it, and is synced.
  ///
  /// It holds all that was acknowledged before this was called, and a beginning of what comes meanwhile.
  public func backUp(to path: String) throws(StoreError) {
    let file = BookFile(path: path, patience: patience, vfs: nil)
    let copy = try file.createEmpty()
    do {
      try queue.backup(to: copy)
      try copy.writeWithoutTransaction { db in
        // The pages came with the mark of a journal; at rest a book has none.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete" else {
          throw StoreError(.cannotWrite, "\(path) could not be finished")
        }
      }
      try copy.close()
    } catch {
      try? copy.close()
      file.remove()
      throw Self.typed(error, path)
    }
  }
}
