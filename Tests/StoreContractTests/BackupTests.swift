import CanonicalJSON
import Foundation
import LogStore
import Projections
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// F4, and who is named when somebody has to wait.
@Suite("Store: backups and waiting", .serialized)
struct BackupTests {
  private static func lines(_ log: SQLiteLog) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    return lines
  }

  @Test("F4 a backup taken while another process writes is a whole book, and a beginning of what the book becomes")
  func whileOthersWrite() throws {
    let book = TemporaryBook("busy")
    let copies = (0..<6).map { _ in TemporaryBook("copy") }
    let hammer = try Hammer(book.path, "kill", seed: 21)
    // It has written when it says so; from then on it goes on as fast as it can.
    var tries = 0
    while (try? SQLiteLog(path: book.path, opening: .readOnly).size()) ?? 0 == 0, tries < 1_000 {
      usleep(10_000)
      tries += 1
    }
    var before: [Int] = []
    for copy in copies {
      let log = try SQLiteLog.openForCopying(book.path)
      before.append(try log.size())
      try log.backUp(to: copy.path)
      try log.close()
      usleep(20_000)
    }
    _ = hammer.killed(after: 20_000)
    let whole = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed())
    let lines = try Self.lines(whole)
    for (copy, size) in zip(copies, before) {
      let log = try SQLiteLog(path: copy.path, opening: .readOnly)
      let held = try Self.lines(log)
      #expect(held.count >= size, "all that was there when it began")
      #expect(held.count.isMultiple(of: 3), "no batch in part")
      #expect(held == Array(lines.prefix(held.count)))
      #expect(try log.structureFaults(atMost: 3) == [])
      #expect(try log.head().root == whole.root(of: held.count))
      #expect(try log.state(of: PositionModel().name)?.position == held.count)
      #expect(access(copy.path + "-wal", F_OK) != 0, "one plain file")
      // And it is a book: one can go on in it.
      let again = try SQLiteLog(path: copy.path, opening: .existing, environment: .fixed())
      #expect(try again.append([Drafts.draft()]).positions == [held.count])
      try again.close()
    }
    #expect(before.last ?? 0 > before.first ?? 0, "the other one did write meanwhile")
    try whole.close()
  }

  @Test("A backup has the files, is readable by its user alone, and overwrites nothing")
  func withFiles() throws {
    let (book, copy) = (TemporaryBook("book"), TemporaryBook("copy"))
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    let file = IncomingFile(Array(repeating: 7, count: 600_000))
    _ = try log.append(
      [Drafts.draft()], expected: [:], isClockTrusted: false, erasing: Erasure(), files: [file])
    try log.backUp(to: copy.path)
    #expect(try SQLiteLog(path: copy.path, opening: .readOnly).storedFiles() == log.storedFiles())
    var status = stat()
    #expect(stat(copy.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    let bytes = FileManager.default.contents(atPath: copy.path)
    #expect(throws: StoreError.self) { try log.backUp(to: copy.path) }
    #expect(FileManager.default.contents(atPath: copy.path) == bytes)
    #expect(throws: StoreError.self) { try log.backUp(to: "\(copy.path)/no/such.tracker") }
    try log.close()
  }

  @Test(
    "Whoever waits is told who holds the book, as the kernel knows it; nobody is named once that one is gone",
    arguments: [true, false])
  func holder(isOpen: Bool) throws {
    let book = TemporaryBook("held")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), patience: 0.3)
    _ = try log.append([Drafts.draft()])
    // A book that nobody has open has no journal: then other bytes are locked.
    if !isOpen { try log.close() }
    #expect(BookHolder.of(book.path) == nil)
    let hold = """
      BEGIN IMMEDIATE;
      WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000000) SELECT count(*) FROM c;
      """
    let other = try Hammer(book.path, "sql:\(hold)")
    let started = Int(time(nil))
    var found: BookHolder?
    for _ in 0..<500 where found == nil {
      found = BookHolder.of(book.path)
      usleep(10_000)
    }
    let holder = try #require(found)
    #expect(holder.process == other.process.processIdentifier)
    // The statement that it was given is not told.
    #expect(holder.command == "storehammer")
    #expect(abs(holder.startedAt - started) <= 5)
    let error = #expect(throws: StoreError.self) {
      let log = isOpen ? log : try SQLiteLog(path: book.path, opening: .existing, patience: 0.3)
      _ = try log.append([Drafts.draft()])
    }
    #expect(error?.code == .busy)
    #expect(
      error?.what.contains("someone else is adding to this book (storehammer, since ") == true, "\(error?.what ?? "")")
    #expect(error?.what.hasSuffix(". Waited 0 s") == true, "\(error?.what ?? "")")
    kill(other.process.processIdentifier, SIGKILL)
    other.process.waitUntilExit()
    #expect(BookHolder.of(book.path) == nil, "nobody who is gone")
    if isOpen { try log.close() }
  }
}
