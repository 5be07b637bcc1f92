import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// E1: what is erased is gone, also for whoever reads the bytes of the disk; the log is still the same log.
@Suite("Store: erasure")
struct ErasureTests {
  private static func holds(_ bytes: Data, _ word: String) -> Bool { bytes.range(of: Data(word.utf8)) != nil }

  /// The words that stand in a file and in whatever a database writes beside it.
  private static func onDisk(_ path: String, _ words: [String]) -> [String] {
    var found: [String] = []
    for ending in ["", "-wal", "-shm", "-journal"] {
      guard let bytes = FileManager.default.contents(atPath: path + ending) else { continue }
      found += words.filter { holds(bytes, $0) }.map { "\($0) in the file\(ending)" }
    }
    return found
  }

  /// - Parameter filling: how long a value is; long ones lie in overflow pages.
  private static func draft(_ word: String, filling: Int) -> EventDraft {
    var draft = Drafts.draft("party/p", text: "line-\(word)" + String(repeating: "x", count: filling))
    draft.privateValues["address"] = .string("value-\(word)" + String(repeating: "y", count: filling))
    draft.privateValues["name"] = .string("name-\(word)")
    return draft
  }

  private static func digest(_ name: String, at position: Int, _ log: any LogStoring) throws -> String {
    try #require(
      try log.openings(at: position).first { (try? JSONValue(canonical: $0))?["name"]?.string == name }
        .map { Opening.digest(of: $0) })
  }

  @Test(
    "E1 an erased value is gone from store, exports, WAL and free pages, and the root is the same",
    arguments: Engine.allCases, [10, 3_000, 40_000])
  func value(engine: Engine, filling: Int) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    store.log.use(try CheckpointTests.signer(1))
    for word in ["alpha", "beta", "gamma"] { _ = try store.log.append([Self.draft(word, filling: filling)]) }
    let (lines, before) = (store.lines, try store.log.head())
    let kept = try store.log.openings(at: 0)
    if let path = store.path {
      #expect(Self.onDisk(path, ["value-beta"]) != [], "the search finds what is there")
    }
    let gone = try Self.digest("address", at: 1, store.log)
    let event = Drafts.draft("party/p", text: "erased")
    let erased = try store.log.append(
      [event], expected: [:], isClockTrusted: false, erasing: Erasure(openings: [gone]))
    #expect(erased == Appended(positions: [3], wasThere: false))
    try (store.log as? any FileStoring)?.purge()
    // While the book is open, not only when it was closed.
    if let path = store.path { #expect(Self.onDisk(path, ["value-beta"]) == []) }
    let names = try store.log.openings(at: 1).compactMap { (try? JSONValue(canonical: $0))?["name"]?.string }
    #expect(names == ["name"])
    #expect(try store.log.openings(at: 0) == kept)
    var all: [[UInt8]] = []
    try store.log.forEachOpening { _, opening in all.append(opening) }
    #expect(all.count == 5 && !all.contains { Opening.digest(of: $0) == gone })
    #expect(Array(store.lines.prefix(3)) == lines, "no line was changed")
    #expect(try store.log.root(of: 3) == before.root)
    let note = try #require(try store.log.checkpoint())
    #expect(
      try Checkpoint(note: note) == Checkpoint(origin: CheckpointTests.origin, size: 4, root: store.log.head().root))
    // The reply was lost, and the caller tries again.
    #expect(
      try store.log.append([event], expected: [:], isClockTrusted: false, erasing: Erasure(openings: [gone])).wasThere)
    // A copy made from the store has it no more.
    let copy = try engine.make()
    #expect(try copy.log.restore(store.lines, openings: all) == 4)
    #expect(try copy.log.head() == store.log.head())
    if let path = copy.path { #expect(Self.onDisk(path, ["value-beta"]) == []) }
    // The draft that is erased still counts as the same event.
    guard let path = store.path else { return }
    try (store.log as? SQLiteLog)?.close()
    #expect(Self.onDisk(path, ["value-beta"]) == [])
    #expect(Self.onDisk(path, ["value-alpha", "name-beta"]).count == 2, "everything else is there")
    let log = try SQLiteLog(path: path, opening: .readOnly)
    #expect(try log.structureFaults(atMost: 10) == [])
  }

  @Test(
    "E1 an erased line is gone with its values and from read models; its digest keeps its place",
    arguments: Engine.allCases, [10, 3_000, 30_000])
  func line(engine: Engine, filling: Int) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    store.log.use(try CheckpointTests.signer(1))
    // The erased line is the last of its stream: the model holds its words.
    for word in ["alpha", "beta"] { _ = try store.log.append([Self.draft(word, filling: filling)]) }
    let (lines, before) = (store.lines, try store.log.head())
    let rows = try store.log.rows(of: model.name, prefix: "")
    #expect(rows.contains { Self.holds(Data($0.bytes), "line-beta") }, "the search finds what is there")
    let digests = try store.log.openings(at: 1).map { Opening.digest(of: $0) }
    let erasure = Erasure(openings: digests, lines: [1])
    _ = try store.log.append(
      [Drafts.draft("log", text: "erased")], expected: [:], isClockTrusted: false, erasing: erasure)
    try (store.log as? any FileStoring)?.purge()
    let words = ["line-beta", "value-beta", "name-beta"]
    if let path = store.path { #expect(Self.onDisk(path, words) == []) }
    #expect(store.lines[0] == lines[0])
    #expect(store.lines[1] == LogLine.withheldBytes(entry: LogDigest.entry(of: lines[1])))
    #expect(try store.log.root(of: 2) == before.root)
    let after = try store.log.rows(of: model.name, prefix: "")
    #expect(!after.contains { Self.holds(Data($0.bytes), "line-beta") })
    // The rows are those that a rebuild makes.
    try store.log.rebuild(model, pageSize: 7)
    #expect(try store.log.rows(of: model.name, prefix: "") == after)
    #expect(try store.log.openings(at: 1) == [])
    // The stream goes on behind the erased line, and a copy of it is taken.
    _ = try store.log.append([Self.draft("gamma", filling: filling)])
    let value = try JSONValue(canonical: #require(store.lines.last))
    #expect(value["streamVersion"] == 3)
    #expect(value["previous"]?.string == Base64.encode(LogDigest.entry(of: lines[1])))
    let copy = try engine.make(readModels: [model])
    #expect(try copy.log.restore(store.lines) == 4)
    #expect(try copy.log.head() == store.log.head())
    guard let path = store.path else { return }
    try (store.log as? SQLiteLog)?.close()
    #expect(Self.onDisk(path, words) == [])
    #expect(try SQLiteLog(path: path, opening: .readOnly).structureFaults(atMost: 10) == [])
  }

  @Test("E1 nothing is erased if its event is refused, or the line is not there", arguments: Engine.allCases)
  func refused(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append([Self.draft("alpha", filling: 10)])
    let (lines, openings) = (store.lines, try store.log.openings(at: 0))
    let digest = try Self.digest("name", at: 0, store.log)
    #expect(throws: StoreError.self) {
      try store.log.append(
        [Drafts.draft("party/p")], expected: ["party/p": .noStream], isClockTrusted: false,
        erasing: Erasure(openings: [digest], lines: [0]))
    }
    for position in [-1, 2, Int.max - 1] {
      #expect(throws: StoreError.self) {
        try store.log.append(
          [Drafts.draft("party/p")], expected: [:], isClockTrusted: false,
          erasing: Erasure(openings: [digest], lines: [position]))
      }
    }
    #expect(store.lines == lines)
    #expect(try store.log.openings(at: 0) == openings)
  }

  // MARK: H1, as far as the store goes

  /// What is done to the file, which kind of fault it is, and the position that is named.
  static let harms: [(sql: String, code: String, position: Int?)] = [
    ("DROP TRIGGER eventIsNeverChanged; UPDATE event SET entry = zeroblob(32) WHERE number = 4", "entry-differs", 3),
    (
      "DROP TRIGGER eventIsNeverChanged; UPDATE event SET line = CAST(replace(CAST(line AS TEXT), 'beta', 'bete') AS BLOB)"
        + " WHERE number = 2", "entry-differs", 1
    ),
    ("DROP TRIGGER eventIsNeverChanged; UPDATE event SET stream = 'party/q' WHERE number = 2", "index-differs", 1),
    ("DROP TRIGGER eventIsNeverChanged; UPDATE event SET version = 99 WHERE number = 9", "index-differs", 8),
    ("DROP TRIGGER eventIsNeverChanged; UPDATE event SET id = 'x' WHERE number = 5", "index-differs", 4),
    ("DROP TRIGGER eventIsNeverChanged; UPDATE event SET recordedAt = 0 WHERE number = 5", "index-differs", 4),
    ("UPDATE opening SET digest = 'x' || digest WHERE number = 3", "opening-differs", 2),
    ("UPDATE opening SET number = 1 WHERE number = 3", "opening-differs", 0),
    ("UPDATE node SET hash = zeroblob(32) WHERE level = 3 AND place = 0", "tree-differs", 7),
    ("DELETE FROM node", "tree-differs", 7),
    ("INSERT INTO node VALUES (6, 0, zeroblob(32))", "tree-differs", nil),
    ("UPDATE tree SET subtrees = zeroblob(64)", "tree-differs", nil),
    ("DROP TRIGGER eventIsNeverDeleted; DELETE FROM event WHERE number = 6", "gap", 5),
    ("DROP TRIGGER eventIsNeverDeleted; DELETE FROM event WHERE number = 9", "tree-differs", nil),
  ]

  @Test("H1 whatever is changed beside the lines of a book is noticed, with its place", arguments: harms)
  func harmed(sql: String, code: String, position: Int?) throws {
    let book = TemporaryBook("harmed")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    for word in ["alpha", "beta", "gamma"] { _ = try log.append([Self.draft(word, filling: 10)]) }
    for _ in 0..<6 { _ = try log.append([Drafts.draft()]) }
    #expect(try log.structureFaults(atMost: 10) == [])
    try log.close()
    try #require(try Hammer.sql(sql, on: book.path).isFine)
    let faults = try SQLiteLog(path: book.path, opening: .readOnly).structureFaults(atMost: 10)
    let first = try #require(faults.first)
    #expect(first.code == code && first.position == position, "\(faults)")
  }
}
