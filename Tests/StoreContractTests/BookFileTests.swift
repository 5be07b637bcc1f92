import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing

/// What a book is as a file: refused by name if it is none, read from where nothing can be written, safe from edits.
@Suite("Store: the book as a file")
struct BookFileTests {
  private func code(_ path: String, _ opening: SQLiteLog.Opening) -> StoreError.Code? {
    do throws(StoreError) {
      try SQLiteLog(path: path, opening: opening).close()
      return nil
    } catch {
      return error.code
    }
  }

  @Test("A file that is no book, and a newer book, are refused by name; nothing is changed in them")
  func strangers() throws {
    let book = TemporaryBook("strange")
    let path = book.path
    #expect(code(path, .existing) == .noSuchFile)
    #expect(code(path, .readOnly) == .noSuchFile)
    #expect(code(NSTemporaryDirectory(), .existing) == .cannotRead)
    #expect(code("\(path)/no/such/folder.tracker", .new) == .cannotWrite)
    let text = Data("hello, this is a text and no database at all".utf8)
    try text.write(to: URL(fileURLWithPath: path))
    #expect(code(path, .readOnly) == .notABook)
    #expect(code(path, .existing) == .notABook)
    #expect(code(path, .new) == .cannotWrite)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    // Somebody else's database.
    unlink(path)
    try #require(try Hammer.sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)", on: path).isFine)
    let theirs = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(code(path, .existing) == .notABook)
    #expect(code(path, .readOnly) == .notABook)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == theirs)
    unlink(path)
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(code(path, .existing) == .notABook)
    #expect(code(path, .readOnly) == .notABook)
    unlink(path)
    try SQLiteLog(path: path, opening: .new).close()
    try #require(try Hammer.sql("PRAGMA user_version = 99", on: path).isFine)
    let newer = try Data(contentsOf: URL(fileURLWithPath: path))
    for opening in [SQLiteLog.Opening.existing, .readOnly] {
      let error = #expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: opening) }
      #expect(error?.code == .newerBook)
      #expect(error?.what == "\(path) is a book of format 99; this program knows formats up to 3")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == newer)
    try #require(try Hammer.sql("PRAGMA user_version = 0", on: path).isFine)
    let none = #expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: .existing) }
    #expect(none?.code == .damaged)
    #expect(none?.what == "\(path) says that it is a book of format 0, which there never was")
  }

  @Test("A book that is not as it must be is said to be damaged: a table gone, pages overwritten, cut off")
  func damaged() throws {
    let book = TemporaryBook("damaged")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    for _ in 0..<40 { _ = try log.append([Drafts.draft(text: String(repeating: "x", count: 3_000))]) }
    try log.close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: book.path))
    func read() -> StoreError.Code? {
      do {
        let log = try SQLiteLog(path: book.path, opening: .readOnly)
        try log.forEachLine { _, _ in true }
        return nil
      } catch {
        return (error as? StoreError)?.code
      }
    }
    #expect(read() == nil)
    for (sql, words) in [
      ("DELETE FROM tree", "the book has no tree"),
      ("DROP TABLE tree", "the book does not agree with itself: no such table: tree"),
    ] {
      try #require(try Hammer.sql(sql, on: book.path).isFine)
      let again = try SQLiteLog(path: book.path, opening: .existing)
      let adding = #expect(throws: StoreError.self) { try again.append([Drafts.draft()]) }
      let asking = #expect(throws: StoreError.self) { try again.head() }
      for error in [adding, asking] { #expect(error?.code == .damaged && error?.what == words, "\(error?.what ?? "")") }
      try again.close()
    }
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: book.path))
    #expect(read() == .damaged)
    var torn = whole
    for offset in stride(from: 8_192, to: torn.count, by: 4_096) {
      torn.replaceSubrange(offset..<offset + 64, with: [UInt8](repeating: 0xA5, count: 64))
    }
    try torn.write(to: URL(fileURLWithPath: book.path))
    #expect(read() == .damaged)
  }

  @Test("Triggers keep accidents away from events; the marks name the file")
  func triggers() throws {
    let book = TemporaryBook("triggers")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft()])
    try log.close()
    for (statement, words) in [
      ("UPDATE event SET line = x'00'", "events are never changed"), ("DELETE FROM event", "events are never deleted"),
      ("INSERT OR REPLACE INTO event SELECT * FROM event", "events are never replaced"),
    ] {
      let result = try Hammer.sql(statement, on: book.path)
      #expect(!result.isFine && result.output.contains(words), "\(statement): \(result.output)")
    }
    #expect(try Hammer.sql("PRAGMA application_id", on: book.path).output == "\(0x7472_6B72)")
    #expect(try Hammer.sql("PRAGMA journal_mode", on: book.path).output == "delete", "at rest it is one plain file")
  }

  @Test(
    "Names that look like something else to a database are names of files",
    arguments: [
      "file:odd", ":memory:", "what?vfs=none", "100%41", "two words #1", "é",
    ])
  func oddNames(name: String) throws {
    let folder = "\(NSTemporaryDirectory())/names-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let log = try SQLiteLog(path: "\(folder)/\(name).tracker", opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft()])
    try log.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(name).tracker"])
  }

  // MARK: F2, read-only

  @Test("F2 a book is read from a folder that cannot be written, and adding to it is a typed error")
  func readOnlyFile() throws {
    let book = TemporaryBook("readonly")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft()])
    try log.close()
    let reader = try SQLiteLog(path: book.path, opening: .readOnly)
    #expect(try reader.size() == 1)
    let refused = #expect(throws: StoreError.self) { try reader.append([Drafts.draft()]) }
    #expect(refused?.code == .readOnly && refused?.what == "\(book.path) is open for reading only")
    #expect(#expect(throws: StoreError.self) { try reader.restore([]) }?.code == .readOnly)
    // Reading leaves nothing beside the book.
    for ending in ["-wal", "-shm", "-journal"] { #expect(access(book.path + ending, F_OK) != 0) }
  }

  /// A folder that this process, or a child without the rights of root, cannot write.
  private func inReadOnlyFolder(_ body: (_ book: String, _ lock: () -> Void) throws -> Void) throws {
    let folder = "/tmp/tracker-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/book.tracker"
    defer {
      chmod(folder, 0o755)
      try? FileManager.default.removeItem(atPath: folder)
    }
    try body(path) {
      for ending in ["", "-wal", "-shm"] { chmod(path + ending, 0o444) }
      chmod(folder, 0o555)
    }
  }

  /// The size, or the code and the words of the refusal.
  private func read(_ path: String) throws -> [String] {
    if geteuid() == 0 { return try Hammer(path, "nobody").finished() }
    do throws(StoreError) {
      return ["\(try SQLiteLog(path: path, opening: .readOnly).size())"]
    } catch {
      return [error.code.rawValue, error.what]
    }
  }

  @Test("F2 somebody who may only read reads a closed book, and a copy of an open one that has no WAL")
  func readOnlyFolder() throws {
    try inReadOnlyFolder { path, lock in
      let log = try SQLiteLog(path: path, opening: .new, environment: .fixed())
      _ = try log.append([Drafts.draft()])
      try log.close()
      // A copy that was made while a program held the book says WAL in its header, and has none.
      try #require(try Hammer.sql("PRAGMA journal_mode = WAL", on: path).output == "wal")
      lock()
      #expect(try read(path) == ["1"])
    }
    try inReadOnlyFolder { path, lock in
      let log = try SQLiteLog(path: path, opening: .new, environment: .fixed())
      _ = try log.append([Drafts.draft()])
      try log.close()
      lock()
      #expect(try read(path) == ["1"])
    }
  }

  @Test("F2 a book with the WAL of a crash beside it is never read in part: whoever may only read is told so")
  func crashInReadOnlyFolder() throws {
    try inReadOnlyFolder { path, lock in
      let hammer = try Hammer(path, "kill")
      _ = hammer.killed(after: 2_000)
      try #require(access(path + "-wal", F_OK) == 0)
      unlink(path + "-shm")
      lock()
      #expect(
        try read(path) == [
          "cannot-read",
          "beside \(path) stands \(path)-wal, which a program left that did not end well, and both are the book: copy "
            + "both into a folder that you can write, and open the copy",
        ])
      chmod((path as NSString).deletingLastPathComponent, 0o755)
      chmod(path, 0o644)
      chmod(path + "-wal", 0o644)
      let log = try SQLiteLog(path: path, opening: .existing)
      #expect(try log.size() >= 3)
      try log.close()
      #expect(access(path + "-wal", F_OK) != 0)
    }
  }
}
