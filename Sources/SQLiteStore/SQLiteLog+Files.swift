internal import Foundation
internal import GRDB
public import LogStore

/// The bytes of files in a book: the table `file` says which are there, `filePiece` holds them.
///
/// In the same file as the log, so that whoever copies a book has its papers too, and one commit covers both.
extension SQLiteLog {
  public func keep(_ file: IncomingFile) throws(StoreError) {
    try checkRoom(for: [file])
    _ = try write { session throws(StoreError) in
      try session.keep(file)
      return Appended(positions: [], wasThere: true)
    }
  }

  public func storedFiles() throws(StoreError) -> [StoredFile] {
    guard format > 2 else { return [] }
    return try read { try BookSession($0).storedFiles() }
  }

  public func forEachPiece(of digest: FileDigest, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
    guard format > 2 else { return }
    // A piece at a time: nothing is held while the caller works on it, and rows that were put in between the numbers by
    // somebody else come along and are noticed.
    var last = Int64.min
    while let (number, bytes) = try read({ try BookSession($0).piece(of: digest, after: last) }) {
      guard try bytes.withUnsafeBytes({ try body($0) }) else { return }
      last = number
    }
  }

  /// A commit writes the bytes into the journal first and then into the book, so there must be room for both. Asked before,
  /// because a disk that runs full in the middle troubles everybody else on it.
  func checkRoom(for files: [IncomingFile]) throws(StoreError) {
    let needed = files.map(\.size).reduce(0, +)
    guard needed > 0 else { return }
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let wanted = UInt64(needed) * 2 + (1 << 20)
    guard free < wanted else { return }
    throw StoreError(
      .diskFull,
      "there is too little room beside \(path): \(free / 1000) kB are free, and \(wanted / 1000 + 1) kB are needed while a "
        + "file of \(needed) bytes is stored; nothing was added")
  }
}

extension BookSession {
  /// Keeps the bytes of a file once; of one that is there already nothing is read.
  func keep(_ file: IncomingFile) throws(StoreError) {
    do {
      let digest = Data(file.digest.bytes)
      let isThere = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM file WHERE sha256 = ?)", arguments: [digest])
      guard isThere != true else { return }
      try db.execute(sql: "INSERT INTO file (sha256, size) VALUES (?, ?)", arguments: [digest, file.size])
      let insert = try db.cachedStatement(sql: "INSERT INTO filePiece (sha256, number, bytes) VALUES (?, ?, ?)")
      try file.forEachRow { number, row in
        try insert.execute(arguments: [digest, number, Data(row)])
      }
    } catch let error as DatabaseError {
      throw SQLiteLog.typed(error, "the book")
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.fileDiffers, "the file could not be read to its end: \(error)")
    }
  }

  func storedFiles() throws -> [StoredFile] {
    try Row.fetchAll(db, sql: "SELECT sha256, size FROM file ORDER BY sha256").compactMap { row in
      FileDigest([UInt8](row[0] as Data)).map { StoredFile(digest: $0, size: row[1]) }
    }
  }

  /// The next piece behind a number.
  func piece(of digest: FileDigest, after last: Int64) throws -> (number: Int64, bytes: [UInt8])? {
    let statement = try db.cachedStatement(
      sql: "SELECT number, bytes FROM filePiece WHERE sha256 = ? AND number > ? ORDER BY number LIMIT 1")
    guard let row = try Row.fetchOne(statement, arguments: [Data(digest.bytes), last]) else { return nil }
    return (row[0], try row.withUnsafeData(atIndex: 1) { $0.map { [UInt8]($0) } ?? [] })
  }
}
