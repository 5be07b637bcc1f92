internal import Foundation
internal import GRDB
internal import LogStore
internal import TransparencyLog

/// A book as a file: found or made, opened for reading or for writing, known by its marks.
///
/// Nothing is changed in a file before it is known to be a book.
struct BookFile {
  let path: String
  /// Seconds to wait for somebody else who holds the book.
  let patience: Double
  /// A file system of its own, only in the tests of faults.
  let vfs: String?

  // MARK: Opening

  /// Opens it without a right to write: nothing is made beside it where nothing can be made.
  func openForReading() throws(StoreError) -> (DatabaseQueue, format: Int32) {
    try mustExist()
    do {
      do {
        return try checked(name)
      } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
        // The header says WAL, and the two files of a WAL cannot be made here. If there is no WAL, the file is all there is.
        guard !hasWAL else {
          throw StoreError(
            .cannotRead,
            "beside \(path) stands \(path)-wal, which a program left that did not end well, and both are the book: copy "
              + "both into a folder that you can write, and open the copy")
        }
        return try checked(uri(["immutable=1"]))
      }
    } catch {
      throw SQLiteLog.typed(error, path)
    }
  }

  private func checked(_ name: String) throws -> (DatabaseQueue, format: Int32) {
    let queue = try DatabaseQueue(path: name, configuration: configuration(isReadOnly: true))
    return (queue, try queue.read { db in try BookSchema.check(db, path: path) })
  }

  func openForWriting(isSynced: Bool) throws(StoreError) -> DatabaseQueue {
    try mustExist()
    do {
      var queue = try DatabaseQueue(path: name, configuration: configuration(isReadOnly: false))
      if try queue.read({ db in try BookSchema.check(db, path: path) }) < BookSchema.version {
        try bringUpToDate(queue)
        queue = try DatabaseQueue(path: name, configuration: configuration(isReadOnly: false))
      }
      try untilFree { try queue.writeWithoutTransaction { db in try makeDurable(db, isSynced: isSynced) } }
      return queue
    } catch {
      throw SQLiteLog.typed(error, path)
    }
  }

  /// SQLite does not wait by itself for somebody who holds a book that has no journal yet.
  private func untilFree(_ body: () throws -> Void) throws {
    let end = ContinuousClock.now + .seconds(patience)
    while true {
      do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        guard ContinuousClock.now < end else {
          var refusal = SQLiteLog.typed(error, path)
          refusal.what += ". Waited \(Int(patience)) s"
          throw refusal
        }
        usleep(20_000)
      }
    }
  }

  /// Writes the lines of an older book, not one byte changed, into a new file of today's format beside it, checks that both
  /// have the same root, keeps the old file as NAME.tracker.format-N, and puts the new one in its place.
  ///
  /// Why not change the tables where they are: a migration that is cut off must leave the old book as it was, and what is
  /// checked here is the very thing that a book is for.
  private func bringUpToDate(_ queue: DatabaseQueue) throws {
    try queue.writeWithoutTransaction { db in
      // A journal with something in it would be taken for one of the new file.
      if let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)"), row[0] as Int != 0 {
        throw StoreError(.busy, "somebody else has \(path) open, so it cannot be brought up to date")
      }
      // Whoever writes meanwhile, with an older program, would write into a file that is about to be replaced.
      try db.inTransaction(.immediate) {
        let session = BookSession(db)
        let format = try BookSchema.check(db, path: path)
        guard format < BookSchema.version else { return .rollback }
        let size = try session.size()
        let lines = try session.lines(from: 0, count: size).map(\.line)
        var openings: [[UInt8]] = []
        for position in 0..<size { openings += try session.openings(of: position) }
        let kept = format > 1 ? try session.keptCheckpoints() : []
        let latest = format > 1 ? try session.checkpoint() : nil
        let temporary = BookFile(path: "\(path).new", patience: patience, vfs: vfs)
        temporary.remove()
        do {
          let copy = try SQLiteLog(
            path: temporary.path, opening: .new, environment: .system, readModels: [], vfs: vfs, isSynced: true)
          _ = try copy.restore(lines, openings: openings)
          for checkpoint in kept { try copy.keep(checkpoint) }
          if let latest { try copy.adopt(latest) }
          let head = try copy.head()
          try copy.close()
          guard head.size == size, head.root == (try session.frontier()).root else {
            throw StoreError(.damaged, "\(path) does not agree with itself, so it was not brought up to date")
          }
        } catch {
          // It holds private values, too.
          temporary.remove()
          throw error
        }
        let names = ["\(path).format-\(format)"] + (2...99).map { "\(path).format-\(format)-\($0)" }
        guard names.contains(where: { link(path, $0) == 0 }), rename(temporary.path, path) == 0 else {
          temporary.remove()
          throw StoreError(.cannotWrite, "\(path) cannot be replaced: \(String(cString: strerror(errno)))")
        }
        return .rollback
      }
    }
    try queue.close()
    for ending in ["-wal", "-shm"] { unlink(path + ending) }
  }

  /// Makes a file where none is; of two who try, one succeeds.
  func create(isSynced: Bool) throws(StoreError) -> DatabaseQueue {
    try takePlace()
    do {
      let queue = try DatabaseQueue(path: name, configuration: configuration(isReadOnly: false))
      try queue.writeWithoutTransaction { db in
        // With pages of 4 KiB a long import makes twice as many calls of the system, a seventh of its time; with 16 KiB a single
        // append writes too much. Any book is read, whatever its pages are.
        try db.execute(sql: "PRAGMA page_size = 8192")
        try db.inTransaction(.immediate) {
          try BookSchema.create(db)
          return .commit
        }
        try makeDurable(db, isSynced: isSynced)
      }
      return queue
    } catch {
      remove()
      throw SQLiteLog.typed(error, path)
    }
  }

  /// Makes an empty file, for a copy; only its user can read it, whatever the book's own rights are.
  func createEmpty() throws(StoreError) -> DatabaseQueue {
    try takePlace(mode: 0o600)
    do { return try DatabaseQueue(path: name, configuration: configuration(isReadOnly: false)) } catch {
      remove()
      throw SQLiteLog.typed(error, path)
    }
  }

  private func takePlace(mode: mode_t = 0o666) throws(StoreError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      switch errno {
      case EEXIST: throw StoreError(.cannotWrite, "\(path) is there already")
      case ENOSPC, EDQUOT: throw StoreError(.diskFull, "the disk is full; \(path) was not made")
      case EROFS, EACCES, EPERM: throw StoreError(.readOnly, "\(path) cannot be made: \(reason)")
      // In the words of SQLite, which says the same of a book that is there.
      default: throw StoreError(.cannotWrite, "\(path) cannot be opened: unable to open database file")
      }
    }
    Foundation.close(descriptor)
  }

  /// Takes away a book that was just made and never used.
  func remove() {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
  }

  // MARK: Settings

  private func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(patience)
    configuration.label = "book"
    configuration.prepareDatabase { db in
      // A book may come from a stranger: what stands in its schema may not call functions, a page is looked at before it is
      // believed, and a file that is cut short while it is read gives an error and no crash.
      try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
      // What is deleted is overwritten: an erased value must not stay in a page that is free.
      if !isReadOnly { try db.execute(sql: "PRAGMA secure_delete = ON") }
    }
    return configuration
  }

  /// What is asked for is read back: a file system that cannot do it would lose acknowledged events in silence.
  private func makeDurable(_ db: Database, isSynced: Bool) throws {
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
    guard mode == "wal" else {
      throw StoreError(
        .cannotWrite, "\(path): the database cannot keep a log of its writes here (journal_mode = \(mode ?? "none"))")
    }
    try db.execute(sql: "PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
    try db.execute(sql: "PRAGMA foreign_keys = ON")
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
    guard synchronous == 2 || !isSynced else {
      throw StoreError(
        .cannotWrite, "\(path): the database does not sync its commits (synchronous = \(synchronous ?? -1))")
    }
  }

  // MARK: Names

  private func mustExist() throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { throw StoreError(.noSuchFile, "there is no book \(path)") }
      throw StoreError(.cannotRead, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError(.cannotRead, "\(path) is no file but a folder or a device; a record book is a file")
    }
  }

  private var hasWAL: Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// As SQLite takes it. A path that begins like a URI would be read as one.
  private var name: String {
    if let vfs { return uri(["vfs=\(vfs)"]) }
    return path.hasPrefix("file:") || path.hasPrefix(":") ? "./" + path : path
  }

  private func uri(_ parameters: [String]) -> String {
    var name = path.hasPrefix("/") ? "file:" : "file:./"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0..<0x21, 0x7F...:
        name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      default: name.unicodeScalars.append(UnicodeScalar(byte))
      }
    }
    return name + "?" + parameters.joined(separator: "&")
  }
}
