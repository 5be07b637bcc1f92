import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// Groups R and P, and F5, on every engine.
@Suite("Store: reading and read models")
struct ReadingTests {
  @Test("R1 positions rise without a gap in commit order; R3 stream order is version order", arguments: Engine.allCases)
  func r1(engine: Engine) throws {
    let store = try engine.make()
    for number in 0..<30 { _ = try store.log.append([Drafts.draft("party/p\(number % 3)", text: "\(number)")]) }
    var positions: [Int] = []
    try store.log.forEachLine { position, _ in
      positions.append(position)
      return true
    }
    #expect(positions == Array(0..<30))
    for stream in 0..<3 {
      let places = try store.log.positions(in: "party/p\(stream)")
      #expect(places == Array(stride(from: stream, to: 30, by: 3)))
      let versions = try store.log.lines(at: places).map { try JSONValue(canonical: $0)["streamVersion"]?.integer }
      #expect(versions == (1...10).map { Int64($0) })
    }
  }

  @Test(
    "R2 no late arrival: while eight write, a reader never sees a new event at or below what it saw",
    arguments: Engine.allCases)
  func r2(engine: Engine) async throws {
    let store = try engine.make()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for number in 0..<12 {
            if number.isMultiple(of: 4) {
              var wrong = Drafts.draft()
              wrong.meaning["basis"] = nil
              _ = try? store.log.append([Drafts.draft(), wrong])
            }
            _ = try store.log.append([Drafts.draft()])
          }
        }
      }
      group.addTask {
        var seen: [[UInt8]] = []
        while seen.count < 96 {
          let lines = store.lines
          #expect(lines.count >= seen.count && Array(lines.prefix(seen.count)) == seen)
          seen = lines
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(
    "R4 every start and limit gives the same slice of the whole; R5 so do positions asked for",
    arguments: Engine.allCases)
  func r4(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append((0..<20).map { Drafts.draft(text: "\($0)") })
    let whole = store.lines
    for start in 0...21 {
      for limit in [0, 1, 7, 20, 100] {
        var slice: [[UInt8]] = []
        try store.log.forEachLine(from: start, limit: limit) { position, line in
          #expect(position == start + slice.count)
          slice.append(Array(line))
          return true
        }
        #expect(slice == Array(whole.dropFirst(start).prefix(limit)))
      }
    }
    #expect(try store.log.lines(at: [19, 0, 7, 7]) == [whole[19], whole[0], whole[7], whole[7]])
    for wrong in [-1, 20] {
      #expect(#expect(throws: StoreError.self) { try store.log.lines(at: [wrong]) }?.code == .noSuchPosition)
    }
  }

  @Test("R6 an append during a read neither repeats nor skips", arguments: Engine.allCases)
  func r6(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append((0..<5).map { Drafts.draft(text: "\($0)") })
    var seen: [Int] = []
    try store.log.forEachLine { position, _ in
      if position == 2 { _ = try store.log.append([Drafts.draft()]) }
      seen.append(position)
      return true
    }
    #expect(seen == Array(0..<seen.count) && seen.count >= 5)
    #expect(store.lines.count == 6)
  }

  @Test("R7 positions go on after a restart and VACUUM, and are never used twice")
  func r7() throws {
    let path = "\(NSTemporaryDirectory())/restart-\(UUID().uuidString).tracker"
    defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) } }
    var log = try SQLiteLog(path: path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft(), Drafts.draft()])
    try log.close()
    let vacuum = Process()
    vacuum.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    vacuum.arguments = ["python3", "-c", "import sqlite3,sys\nsqlite3.connect(sys.argv[1]).execute('VACUUM')", path]
    try vacuum.run()
    vacuum.waitUntilExit()
    try #require(vacuum.terminationStatus == 0)
    log = try SQLiteLog(path: path, opening: .existing, environment: .fixed())
    #expect(try log.append([Drafts.draft()]).positions == [2])
    try log.close()
    for ending in ["-wal", "-shm"] { #expect(access(path + ending, F_OK) != 0, "one plain file is left") }
  }

  static let texts: [String] = [
    "é", "e\u{301}", "😂\u{10FFFF}\u{FFFF}", "\"\\/\n\r\t\u{0}\u{1F}\u{7F}\u{80}", "‮",
    String(repeating: "x", count: 60_000),
  ]

  @Test(
    "R8 bytes come back as they were: all planes, NFC and NFD, escapes, the longest line", arguments: Engine.allCases)
  func r8(engine: Engine) throws {
    let store = try engine.make()
    for text in Self.texts { _ = try store.log.append([Drafts.draft(text: text)]) }
    let short = try JSONValue(canonical: store.lines[0]).canonicalBytes.count
    let longest = Drafts.draft("agreement/b", text: String(repeating: "y", count: 65_535 - short + "é".utf8.count))
    _ = try store.log.append([longest])
    #expect(store.lines.last?.count == 65_535)
    let found = store.lines.prefix(Self.texts.count).map { (try? JSONValue(canonical: $0))?["data"]?["what"] }
    #expect(found == Self.texts.map { JSONValue.string($0) })
    var frontier = TreeFrontier()
    for line in store.lines { frontier.append(entry: LogDigest.entry(of: line)) }
    #expect(try store.log.head() == LogHead(size: store.lines.count, root: frontier.root))
  }

  @Test("F5 export, import and export again give the same bytes", arguments: Engine.allCases)
  func f5(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append((0..<10).map { Drafts.draft("party/p\($0 % 3)", text: "\($0)") })
    let lines = store.lines
    let copy = try engine.make()
    #expect(try copy.log.restore(lines) == 10)
    #expect(copy.lines == lines)
    #expect(try copy.log.restore(lines) == 0)
    #expect(try copy.log.head() == store.log.head())
    _ = try store.log.append([Drafts.draft()])
    #expect(try copy.log.restore(store.lines) == 1)
    let other = try engine.make(environment: .fixed(seed: 99))
    _ = try other.log.append([Drafts.draft()])
    #expect(#expect(throws: StoreError.self) { try other.log.restore(lines) }?.code == .notAPrefix)
    #expect(#expect(throws: StoreError.self) { try copy.log.restore(Array(lines.prefix(3))) }?.code == .notAPrefix)
    var gap = lines
    gap.remove(at: 1)
    let empty = try engine.make()
    #expect(throws: StoreError.self) { try empty.log.restore(gap) }
    #expect(try empty.log.size() == 0)
  }

  // MARK: Read models

  @Test("P2 kept live = rebuilt, byte for byte, at every prefix length", arguments: Engine.allCases)
  func p2(engine: Engine) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    var random = SeededRandom(seed: 3)
    for _ in 0..<25 {
      let batch = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        Drafts.draft("party/p\(Int.random(in: 0..<4, using: &random))")
      }
      _ = try store.log.append(batch)
      let live = try store.log.rows(of: model.name, prefix: "")
      let copy = InMemoryLog()
      _ = try copy.restore(store.lines)
      try copy.rebuild(model, pageSize: 1)
      #expect(live == copy.rows(of: model.name, prefix: ""))
    }
  }

  @Test("P3 a rebuild in pages of 1, 7 and 1,000 gives the same digest", arguments: Engine.allCases)
  func p3(engine: Engine) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    _ = try store.log.append((0..<40).map { Drafts.draft("party/p\($0 % 5)") })
    let live = ReadModelRow.digest(of: try store.log.rows(of: model.name, prefix: ""))
    for size in [1, 7, 1_000] {
      try store.log.rebuild(model, pageSize: size)
      #expect(ReadModelRow.digest(of: try store.log.rows(of: model.name, prefix: "")) == live)
      #expect(try store.log.state(of: model.name)?.position == 40)
    }
  }

  @Test("P4 a poison event stops the model and names the position; the log goes on", arguments: Engine.allCases)
  func p4(engine: Engine) throws {
    let model = CountingModel(poison: "Poison")
    let store = try engine.make(readModels: [model])
    try store.log.rebuild(model, pageSize: 7)
    #expect(try store.log.rows(of: model.name, prefix: "").isEmpty)
    _ = try store.log.append([Drafts.draft()])
    var poison = Drafts.draft()
    poison.type = "Poison"
    _ = try store.log.append([poison])
    _ = try store.log.append([Drafts.draft()])
    let state = try #require(try store.log.state(of: model.name))
    #expect(state.stoppedAt == 1 && state.reason == "poison")
    #expect(try store.log.size() == 3)
  }

  @Test("P5 readers see the old rows or the new ones during a rebuild, never none", arguments: Engine.allCases)
  func p5(engine: Engine) async throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    _ = try store.log.append((0..<60).map { Drafts.draft("party/p\($0 % 5)") })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for _ in 0..<10 { try store.log.rebuild(model, pageSize: 7) } }
      group.addTask { for _ in 0..<10 { _ = try store.log.append([Drafts.draft("party/p0")]) } }
      group.addTask {
        for _ in 0..<40 {
          let rows = try store.log.rows(of: model.name, prefix: "party/")
          #expect(rows.count == 5)
        }
      }
      try await group.waitForAll()
    }
    let live = try store.log.rows(of: model.name, prefix: "")
    try store.log.rebuild(model, pageSize: 1_000)
    #expect(try store.log.rows(of: model.name, prefix: "") == live)
  }

  // MARK: JSON Lines

  @Test("JSON Lines are read as a stream: same lines, same head, any order of asking")
  func jsonLines() throws {
    let store = try Engine.memory.make()
    for text in Self.texts { _ = try store.log.append([Drafts.draft(text: text)]) }
    let path = "\(NSTemporaryDirectory())/lines-\(UUID().uuidString).jsonl"
    defer { unlink(path) }
    try Data(store.lines.joined(separator: [0x0A]) + [0x0A]).write(to: URL(fileURLWithPath: path))
    let log = try JSONLinesLog(path: path)
    #expect(try log.lines(at: [4, 0, 5]) == [store.lines[4], store.lines[0], store.lines[5]])
    let head = try store.log.head()
    #expect(try log.head() == head)
    #expect(try log.size() == Self.texts.count)
    #expect(throws: StoreError.self) { try log.lines(at: [6]) }
  }

  /// What mail, git and editors do to a file, and the code that says so.
  static let damages: [(String, JSONFault.Code)] = [
    ("{}", .noFinalLineFeed), ("\u{FEFF}{}\n", .byteOrderMark),
    (String(repeating: "x", count: 70_000), .lineTooLong),
  ]

  @Test("A file that was cut, marked or has an endless line says so with its line", arguments: damages)
  func damagedFiles(text: String, code: JSONFault.Code) throws {
    let path = "\(NSTemporaryDirectory())/damaged-\(UUID().uuidString).jsonl"
    defer { unlink(path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let log = try JSONLinesLog(path: path)
    let error = #expect(throws: StoreError.self) { try log.size() }
    #expect(error?.fault?.code == code)
    #expect(error?.position == 0)
  }

  @Test("Only files are read: a folder, a pipe and nothing are refused in words")
  func noFiles() {
    for path in [NSTemporaryDirectory(), "/dev/null", "/no/such/file.jsonl"] {
      #expect(throws: StoreError.self) { try JSONLinesLog(path: path) }
    }
  }
}
