import CanonicalJSON
import Foundation
import LogStore
import Projections
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// An append that comes page by page is one append: all of it or nothing.
@Suite("Store: long appends")
struct LongAppendTests {
  private struct Enough: Error {}

  @Test("What a page throws takes everything back; meanwhile nobody else sees a part of it")
  func allOrNone() throws {
    let book = TemporaryBook("long")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), readModels: [CountingModel()])
    _ = try log.append([Drafts.draft()])
    let head = try log.head()
    #expect(throws: Enough.self) {
      _ = try log.appendLong(expected: [:], isClockTrusted: false) { pages in
        try pages.add((0..<40).map { _ in Drafts.draft() })
        try pages.add((0..<40).map { _ in Drafts.draft() })
        // Another connection reads the log as it was before.
        let other = try SQLiteLog(path: book.path, opening: .readOnly)
        #expect(try other.size() == 1)
        try other.close()
        throw Enough()
      }
    }
    #expect(try log.head() == head)
    #expect(try log.state(of: CountingModel().name)?.position == 1)
  }

  @Test("Pages of any sizes give one log with one checkpoint, and the rows that a rebuild gives")
  func pages() throws {
    let book = TemporaryBook("pages")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), readModels: [CountingModel()])
    let key = try SigningKey(name: "test", type: .ed25519, seed: [UInt8](repeating: 3, count: 32))
    log.use(LogSigner(origin: "test", keys: [key]))
    _ = try log.append([Drafts.draft()])
    let positions = try log.appendLong(expected: ["agreement/a": .exact(1)], isClockTrusted: false) { pages in
      for size in [1, 7, 30] { try pages.add((0..<size).map { _ in Drafts.draft() }) }
    }
    #expect(positions == 1..<39)
    #expect(try log.version(of: "agreement/a") == 39)
    let copy = InMemoryLog()
    var lines: [[UInt8]] = []
    try log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    // Versions, “previous” and the tree are checked on the way into another log.
    #expect(try copy.restore(lines) == 39)
    #expect(try copy.head() == log.head())
    try copy.rebuild(CountingModel(), pageSize: 10)
    #expect(try log.rows(of: CountingModel().name, prefix: "") == copy.rows(of: CountingModel().name, prefix: ""))
    let checkpoint = try Checkpoint(note: try #require(try log.checkpoint()))
    let root = try log.head().root
    #expect(checkpoint.size == 39 && checkpoint.root == root)
  }

  @Test("A stream that moved on, an id that is there and a page that is no good are refused, and nothing is written")
  func refused() throws {
    let book = TemporaryBook("refused")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    let there = Drafts.draft()
    _ = try log.append([there])
    func refusal(_ expected: Int64, _ drafts: [EventDraft]) -> StoreError? {
      #expect(throws: StoreError.self) {
        try log.appendLong(expected: ["agreement/a": .exact(expected)], isClockTrusted: false) { pages in
          try pages.add([Drafts.draft()])
          try pages.add(drafts)
        }
      }
    }
    var wrong = Drafts.draft()
    wrong.meaning["basis"] = nil
    #expect(refusal(0, [])?.code == .wrongVersion)
    #expect(refusal(1, [there])?.code == .idConflict)
    #expect(refusal(1, [there])?.what == "some of these events are there already")
    #expect(refusal(1, [Drafts.draft(), there, Drafts.draft()])?.code == .idConflict)
    let twice = Drafts.draft()
    #expect(refusal(1, [twice, twice])?.what == "an id stands twice in the batch")
    #expect(refusal(1, [wrong])?.code == .invalidDraft)
    #expect(try log.size() == 1)
  }

  @Test("What guards a book against replacing stands behind a long append as before it, also where it was refused")
  func guarded() throws {
    let book = TemporaryBook("guarded")
    func log() throws -> SQLiteLog { try SQLiteLog(path: book.path, opening: .existing, environment: .fixed()) }
    func isGuarded() throws -> Bool {
      let (words, isFine) = try Hammer.sql("INSERT OR REPLACE INTO event SELECT * FROM event", on: book.path)
      return !isFine && words.contains("events are never replaced")
    }
    let there = Drafts.draft()
    let made = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    _ = try made.append([there])
    try made.close()
    // As in a book of an older program.
    let older = try Hammer.sql(
      """
      DROP TRIGGER eventIsNeverReplaced;
      CREATE TRIGGER eventIsNeverReplaced BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;
      """, on: book.path)
    #expect(try older.isFine && isGuarded())
    for drafts in [[Drafts.draft(), there], [Drafts.draft()], [there]] {
      let log = try log()
      _ = try? log.appendLong(expected: [:], isClockTrusted: false) { pages in try pages.add(drafts) }
      try log.close()
      #expect(try isGuarded())
    }
    let now = try log()
    #expect(try now.size() == 2)
    try now.close()
    // A guard that somebody took away is not ours to make.
    #expect(try Hammer.sql("DROP TRIGGER eventIsNeverReplaced", on: book.path).isFine)
    let last = try log()
    _ = try last.appendLong(expected: [:], isClockTrusted: false) { pages in try pages.add([Drafts.draft()]) }
    try last.close()
    #expect(try !isGuarded())
  }

  @Test("Law: an agreement that is too long for its rows to be kept is so whatever the batches were")
  func longAgreements() throws {
    let history = PlainHistory(seed: 11, events: 120, oddness: 300)
    let model = PositionModel(mostEvents: 20)
    var digests: Set<[UInt8]> = []
    for size in [1, 13, 1_000] {
      let log = InMemoryLog(environment: .fixed(), readModels: [])
      _ = try log.restore(history.lines)
      try log.rebuild(model, pageSize: size)
      digests.insert(ReadModelRow.digest(of: log.rows(of: model.name, prefix: "")))
      var counted = 0
      for row in log.rows(of: model.name, prefix: "events/agreement/") {
        let stream = String(row.key.dropFirst("events/".count))
        let count = log.positions(in: stream).count
        #expect(String(decoding: row.bytes, as: UTF8.self) == String(count))
        let position = try #require(log.rows(of: model.name, prefix: stream).first { $0.key == stream })
        let isKept = try JSONValue(canonical: position.bytes)["rows"] != nil
        #expect(isKept == (count <= 20), "\(stream) has \(count) events")
        counted += 1
      }
      #expect(counted == 3)
    }
    #expect(digests.count == 1)
  }
}
