import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// A book of an older format becomes one of today's: not one byte of its lines is changed, and the old file is kept.
@Suite("Store: books of older formats")
struct MigrationTests {
  /// The tables as format 1 had them.
  static let tables = """
    CREATE TABLE event (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,
      version INTEGER NOT NULL, recordedAt INTEGER NOT NULL, entry BLOB NOT NULL, line BLOB NOT NULL,
      UNIQUE (stream, version)) STRICT;
    CREATE TABLE opening (digest TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL REFERENCES event (number),
      bytes BLOB NOT NULL) STRICT;
    CREATE INDEX openingByEvent ON opening (number);
    CREATE TABLE tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, subtrees BLOB NOT NULL) STRICT;
    CREATE TABLE readModel (name TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL,
      stoppedAt INTEGER, reason TEXT) STRICT;
    CREATE TABLE readModelRow (model TEXT NOT NULL, key TEXT NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (model, key)) STRICT, WITHOUT ROWID;
    CREATE TRIGGER eventIsNeverChanged BEFORE UPDATE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER eventIsNeverDeleted BEFORE DELETE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
    PRAGMA application_id = 1953655666; PRAGMA user_version = 1;
    """

  private static func blob(_ bytes: [UInt8]) -> String { "x'\(bytes.hex)'" }

  /// A folder with a book of format 1, and what it holds.
  private final class OldBook {
    let folder = "\(NSTemporaryDirectory())/old-\(UUID().uuidString)"
    let lines: [[UInt8]]
    let openings: [[UInt8]]
    let head: LogHead
    var path: String { "\(folder)/book.tracker" }

    init() throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let store = Store(log: InMemoryLog(environment: .fixed()), path: nil)
      for number in 0..<19 {
        var draft = Drafts.draft("party/p\(number % 3)", text: "é \(number)")
        if number.isMultiple(of: 4) { draft.privateValues["name"] = .string("a name \(number)") }
        _ = try store.log.append([draft])
      }
      lines = store.lines
      head = try store.log.head()
      var openings: [(Int, [UInt8])] = []
      try store.log.forEachOpening { openings.append(($0, $1)) }
      self.openings = openings.map(\.1)
      var frontier = TreeFrontier()
      var statements = [MigrationTests.tables]
      for (position, line) in lines.enumerated() {
        let value = try JSONValue(canonical: line)
        frontier.append(entry: LogDigest.entry(of: line))
        let moment = Instant(value["recordedAt"]?.string ?? "")?.milliseconds ?? 0
        statements.append(
          """
          INSERT INTO event VALUES (\(position + 1), '\(value["id"]?.string ?? "")', '\(value["stream"]?.string ?? "")',
            \(value["streamVersion"]?.integer ?? 0), \(moment), \(MigrationTests.blob(LogDigest.entry(of: line))),
            \(MigrationTests.blob(line)));
          """)
      }
      for (position, opening) in openings {
        statements.append(
          "INSERT INTO opening VALUES ('\(Opening.digest(of: opening))', \(position + 1), \(MigrationTests.blob(opening)));"
        )
      }
      statements.append("INSERT INTO tree VALUES (1, \(frontier.size), \(MigrationTests.blob(frontier.bytes)));")
      for statement in statements { try #require(try Hammer.sql(statement, on: path).isFine, "\(statement)") }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var bytes: Data? { FileManager.default.contents(atPath: path) }
    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

    /// Is the book at a path, opened for writing, the one that the old one was?
    func check(_ log: SQLiteLog) throws {
      let store = Store(log: log, path: nil)
      #expect(store.lines == lines)
      #expect(try log.head() == head)
      var found: [[UInt8]] = []
      try log.forEachOpening { found.append($1) }
      #expect(found == openings)
      #expect(try log.structureFaults(atMost: 5) == [])
    }
  }

  @Test("It is read as it is; whoever writes gets today's format, and the old file stays beside it, byte for byte")
  func upToDate() throws {
    let old = try OldBook()
    let before = try #require(old.bytes)
    let reader = try SQLiteLog(path: old.path, opening: .readOnly)
    try old.check(reader)
    #expect(try reader.checkpoint() == nil)
    #expect(try reader.keptCheckpoints() == [])
    let noHashes = #expect(throws: StoreError.self) { try reader.keptHashes(level: 3, in: 0..<1) }
    #expect(
      noHashes?.what
        == "\(old.path) is a book of an older format that keeps no hashes; adding to it brings it up to date")
    #expect(old.bytes == before, "reading changes nothing")
    #expect(old.files == ["book.tracker"])

    let log = try SQLiteLog(path: old.path, opening: .existing, environment: .fixed())
    try old.check(log)
    let naive = NaiveTree(leaves: old.lines.map { LogDigest.leaf(of: LogDigest.entry(of: $0)) })
    for size in 0...old.lines.count { #expect(try log.root(of: size) == naive.root(of: size)) }
    log.use(try CheckpointTests.signer(1))
    _ = try log.append([Drafts.draft("party/p0")])
    #expect(try Checkpoint(note: #require(try log.checkpoint())).size == 20)
    try log.close()
    #expect(old.files == ["book.tracker", "book.tracker.format-1"])
    #expect(FileManager.default.contents(atPath: "\(old.path).format-1") == before)
    #expect(try Hammer.sql("PRAGMA user_version", on: old.path).output == "3")
    // Once is enough.
    try SQLiteLog(path: old.path, opening: .existing).close()
    #expect(old.files == ["book.tracker", "book.tracker.format-1"])
  }

  @Test("A book of format 2 keeps its checkpoints, and takes files from then on")
  func ofFormat2() throws {
    let book = TemporaryBook("format-2")
    defer { unlink("\(book.path).format-2") }
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    log.use(try CheckpointTests.signer(1))
    _ = try log.append([Drafts.draft("party/p0")])
    let early = try log.signHead()
    try log.keep(KeptCheckpoint(note: early, tokens: [[1, 2, 3]]))
    _ = try log.append([Drafts.draft("party/p1"), Drafts.draft("party/p2")])
    let (latest, kept, head) = (try log.checkpoint(), try log.keptCheckpoints(), try log.head())
    let lines = Store(log: log, path: nil).lines
    try log.close()
    // What format 2 did not have is all that tells them apart.
    try #require(try Hammer.sql("DROP TABLE filePiece; DROP TABLE file; PRAGMA user_version = 2", on: book.path).isFine)
    let before = FileManager.default.contents(atPath: book.path)
    let reader = try SQLiteLog(path: book.path, opening: .readOnly)
    #expect(try reader.storedFiles() == [] && reader.checkpoint() == latest && reader.size() == 3)
    #expect(try reader.structureFaults(atMost: 5) == [])
    #expect(FileManager.default.contents(atPath: book.path) == before, "reading changes nothing")
    let again = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed())
    #expect(Store(log: again, path: nil).lines == lines)
    #expect(try again.head() == head && again.checkpoint() == latest && again.keptCheckpoints() == kept)
    let file = IncomingFile(Array("a letter".utf8))
    try again.keep(file)
    #expect(try again.storedFiles().map(\.digest) == [file.digest])
    #expect(try again.structureFaults(atMost: 5) == [])
    try again.close()
    #expect(FileManager.default.contents(atPath: "\(book.path).format-2") == before)
    #expect(try Hammer.sql("PRAGMA user_version", on: book.path).output == "3")
  }

  @Test("Cut off in between, the old book is there as it was, and the next who opens it goes on")
  func cutOff() throws {
    // The new file was half written.
    let first = try OldBook()
    let before = try #require(first.bytes)
    try Data("SQLite format 3\u{0} half of a book".utf8).write(to: URL(fileURLWithPath: "\(first.path).new"))
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(first.path).new-wal"))
    let log = try SQLiteLog(path: first.path, opening: .existing)
    try first.check(log)
    try log.close()
    #expect(first.files == ["book.tracker", "book.tracker.format-1"])
    #expect(FileManager.default.contents(atPath: "\(first.path).format-1") == before)
    // The old file had its second name already, but was not replaced yet.
    let second = try OldBook()
    try #require(link(second.path, "\(second.path).format-1") == 0)
    let again = try SQLiteLog(path: second.path, opening: .existing)
    try second.check(again)
    try again.close()
    #expect(second.files == ["book.tracker", "book.tracker.format-1", "book.tracker.format-1-2"])
  }

  @Test("An old book that does not agree with itself is refused, and nothing of it is changed")
  func damaged() throws {
    var said: Set<String> = []
    for sql in [
      "UPDATE tree SET subtrees = zeroblob(96)", "UPDATE tree SET size = 5",
      "DROP TRIGGER eventIsNeverChanged; UPDATE event SET line = CAST(replace(CAST(line AS TEXT), ' 7', ' 8') AS BLOB)",
      "DROP TRIGGER eventIsNeverDeleted; DELETE FROM opening; DELETE FROM event WHERE number = 9",
    ] {
      let old = try OldBook()
      try #require(try Hammer.sql(sql, on: old.path).isFine)
      let before = old.bytes
      let error = #expect(throws: StoreError.self, "\(sql)") { try SQLiteLog(path: old.path, opening: .existing) }
      said.insert(error?.what.replacingOccurrences(of: old.path, with: "BOOK") ?? "")
      #expect(old.bytes == before && old.files == ["book.tracker"], "\(sql): \(old.files)")
    }
    #expect(said.contains("the tree of the book does not fit its size"), "\(said)")
    #expect(said.contains("BOOK does not agree with itself, so it was not brought up to date"), "\(said)")
  }
}
