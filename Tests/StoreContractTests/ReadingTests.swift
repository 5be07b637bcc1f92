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
  func r2(engine: Engine) throws {
    let store = try engine.make()
    try inThreads(9) { writer in
      guard writer > 0 else { return try watch(store.log, until: 96) }
      var random = SeededRandom(seed: UInt64(writer))
      for number in 0..<12 {
        Thread.sleep(forTimeInterval: Double.random(in: 0...0.003, using: &random))
        if number.isMultiple(of: 4) {
          var wrong = Drafts.draft()
          wrong.meaning["basis"] = nil
          _ = try? store.log.append([Drafts.draft(), wrong])
        }
        _ = try store.log.append([Drafts.draft()])
      }
    }
  }

  @Test("R2 no late arrival while one transaction is held open for two seconds: the others come behind it")
  func r2held() throws {
    let book = TemporaryBook("held")
    let slow = try SQLiteLog(
      path: book.path, opening: .new, environment: .fixed(), readModels: [SlowModel(seconds: 2, type: "Slow")])
    let other = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed(seed: 2))
    let reader = try SQLiteLog(path: book.path, opening: .readOnly)
    var held = Drafts.draft(text: "held")
    held.type = "Slow"
    let drafts = [held]
    try inThreads(4) { thread in
      switch thread {
      case 0: try watch(reader, until: 10)
      case 1: #expect(try slow.append(drafts).positions == [0])
      default:
        Thread.sleep(forTimeInterval: 0.3)
        for _ in 0..<(thread == 2 ? 5 : 4) {
          let positions = try (thread == 2 ? other : slow).append([Drafts.draft()]).positions
          #expect(positions[0] > 0)
        }
      }
    }
    for log in [slow, other, reader] { try log.close() }
  }

  /// Reads the log again and again until it has so many events; what was read once must stay the beginning.
  private func watch(_ log: any LogStoring, until count: Int) throws {
    var seen: [[UInt8]] = []
    while seen.count < count {
      var lines: [[UInt8]] = []
      try log.forEachLine { position, line in
        #expect(position == lines.count)
        lines.append(Array(line))
        return true
      }
      #expect(lines.count >= seen.count && Array(lines.prefix(seen.count)) == seen)
      seen = lines
    }
  }

  @Test("R4 every start and limit gives the same slice of the whole, on every engine", arguments: Engine.allCases)
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
    for wrong in [-1, 20, Int.max] {
      #expect(#expect(throws: StoreError.self) { try store.log.lines(at: [wrong]) }?.code == .noSuchPosition)
    }
    let before = #expect(throws: StoreError.self) { try store.log.forEachLine(from: -1, limit: 1) { _, _ in true } }
    #expect(before?.code == .noSuchPosition)
  }

  @Test(
    "R4 forward and backward to any limit = the log turned and cut; R5 filters = filter of the full read",
    arguments: Engine.allCases)
  func r5(engine: Engine) throws {
    let clock = MovedClock("2012-01-02T10:00:00.000Z")
    let store = try engine.make(
      environment: LogEnvironment(now: { clock.now() }, random: { RandomBox(seed: 1).bytes($0) }))
    var random = SeededRandom(seed: 5)
    let streams = ["party/a", "party/b", "agreement/a", "log"]
    // More than a page of the engine, so that pages are put together too.
    for _ in 0..<240 {
      clock.move(by: 60_000)
      let batch = (0..<10).map { _ in
        var draft = Drafts.draft(streams.randomElement(using: &random) ?? "log")
        draft.type = ["Made", "Paid", "Unheard"].randomElement(using: &random) ?? "Made"
        return draft
      }
      _ = try store.log.append(batch)
    }
    var whole: [Place] = []
    var scanner = LineScanner()
    try store.log.forEachLine { position, line in
      let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
      guard case .event(let record) = parsed else { return true }
      whole.append(
        Place(position: position, stream: record.stream, type: record.type, recordedAt: record.recordedAt))
      return true
    }
    let file = try JSONLinesCopy(of: store.lines)
    for number in 0..<60 {
      var query = LogQuery(order: number.isMultiple(of: 2) ? .forward : .backward)
      if Bool.random(using: &random) { query.start = Int.random(in: 0...2_500, using: &random) }
      if Bool.random(using: &random) { query.limit = [0, 1, 7, 1_000].randomElement(using: &random) }
      if Bool.random(using: &random) {
        query.streams = Set(streams.filter { _ in Bool.random(using: &random) })
      }
      if Bool.random(using: &random) { query.types = ["Paid", "Unheard"] }
      if Bool.random(using: &random) {
        query.recordedUntil = Instant(
          milliseconds: clock.now().milliseconds - Int64.random(in: 0...15_000_000, using: &random))
      }
      let logs: [any LogReading] = [store.log, file.log]
      for log in logs {
        var found: [Int] = []
        try log.forEachLine(matching: query) { position, _ in
          found.append(position)
          return true
        }
        #expect(found == Self.expected(whole, query), "query \(number): \(query)")
      }
    }
  }

  struct Place {
    var position: Int
    var stream: String
    var type: String
    var recordedAt: Instant
  }

  /// The law of `LogQuery`, word for word.
  private static func expected(_ whole: [Place], _ query: LogQuery) -> [Int] {
    let fitting = whole.filter { place in
      let isFromStart =
        query.start.map { query.order == .forward ? place.position >= $0 : place.position <= $0 } ?? true
      return isFromStart && query.streams?.contains(place.stream) ?? true && query.types?.contains(place.type) ?? true
        && query.recordedUntil.map { place.recordedAt <= $0 } ?? true
    }.map(\.position)
    return Array((query.order == .forward ? fitting : fitting.reversed()).prefix(query.limit ?? Int.max))
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

  @Test("R7 positions go on after a restart, VACUUM and a restore, and are never used twice")
  func r7() throws {
    let book = TemporaryBook("restart")
    var log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft(), Drafts.draft()])
    #expect(throws: StoreError.self) { try log.append([Drafts.draft(), Drafts.draft("no stream")]) }
    try log.close()
    try #require(try Hammer.sql("VACUUM", on: book.path).isFine)
    log = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed())
    #expect(try log.append([Drafts.draft()]).positions == [2])
    var lines: [[UInt8]] = []
    try log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    try log.close()
    for ending in ["-wal", "-shm"] { #expect(access(book.path + ending, F_OK) != 0, "one plain file is left") }
    let copy = TemporaryBook("restored")
    log = try SQLiteLog(path: copy.path, opening: .new, environment: .fixed())
    #expect(try log.restore(lines) == 3)
    #expect(try log.append([Drafts.draft()]).positions == [3])
    try log.close()
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
    let differing = #expect(throws: StoreError.self) { try other.log.restore(lines) }
    #expect(differing?.code == .notAPrefix && differing?.what == "event 1 differs from the book's")
    let fewer = #expect(throws: StoreError.self) { try copy.log.restore(Array(lines.prefix(3))) }
    #expect(fewer?.code == .notAPrefix && fewer?.what == "the book has 11 events, these lines are only 3")
    var gap = lines
    gap.remove(at: 1)
    let empty = try engine.make()
    let gapped = #expect(throws: StoreError.self) { try empty.log.restore(gap) }
    #expect(gapped?.what == "party/p1 has a gap: version 2 follows 0")
    // The fourth line is the second of party/p0, here behind another first one.
    let foreign = try engine.make(environment: .fixed(seed: 98))
    _ = try foreign.log.append((0..<10).map { Drafts.draft("party/p\($0 % 3)", text: "\($0)") })
    var mixed = lines
    mixed[3] = foreign.lines[3]
    let unchained = #expect(throws: StoreError.self) { try empty.log.restore(mixed) }
    #expect(unchained?.code == .badLine && unchained?.position == 3)
    #expect(unchained?.what == "“previous” is not the digest of the stream's event before")
    // A private value that no line names.
    let stray = #expect(throws: StoreError.self) { try empty.log.restore(lines, openings: [Array("[\"x\"]".utf8)]) }
    #expect(stray?.what == "1 private values belong to no line")
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

  @Test("P4 a rebuild of nothing, of foreign events only, and with an unknown type", arguments: Engine.allCases)
  func p4(engine: Engine) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    try store.log.rebuild(model, pageSize: 7)
    #expect(try store.log.rows(of: model.name, prefix: "").isEmpty)
    #expect(try store.log.state(of: model.name) == ReadModelState(version: 1, position: 0))
    _ = try store.log.append([Drafts.draft("foreign/a"), Drafts.draft("foreign/b")])
    var unknown = Drafts.draft()
    unknown.type = "NeverHeardOf"
    _ = try store.log.append([unknown])
    let live = try store.log.rows(of: model.name, prefix: "")
    try store.log.rebuild(model, pageSize: 7)
    #expect(try store.log.rows(of: model.name, prefix: "") == live)
    #expect(try store.log.state(of: model.name)?.position == 3)
    #expect(try store.log.rows(of: "never-heard-of", prefix: "").isEmpty)
    #expect(try store.log.state(of: "never-heard-of") == nil)
  }

  @Test(
    "P4 a poison event stops the model and is named; the rows are those before it, whatever the batches were",
    arguments: Engine.allCases)
  func p4poison(engine: Engine) throws {
    let model = CountingModel(poison: "Poison")
    var poison = Drafts.draft()
    poison.type = "Poison"
    let drafts = [Drafts.draft("party/a"), Drafts.draft(), Drafts.draft("party/a"), poison, Drafts.draft()]
    var digests: Set<[UInt8]> = []
    for size in [1, 2, 5] {
      let store = try engine.make(readModels: [model])
      var rest = drafts[...]
      while !rest.isEmpty {
        _ = try store.log.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(try store.log.size() == 5)
      let stopped = ReadModelState(version: 1, position: 3, stoppedAt: 3, reason: "poison")
      #expect(try store.log.state(of: model.name) == stopped)
      digests.insert(ReadModelRow.digest(of: try store.log.rows(of: model.name, prefix: "")))
      for pageSize in [1, 2, 1_000] {
        try store.log.rebuild(model, pageSize: pageSize)
        #expect(try store.log.state(of: model.name) == stopped)
        digests.insert(ReadModelRow.digest(of: try store.log.rows(of: model.name, prefix: "")))
      }
      // A model that has learned to take the event in goes on.
      try store.log.rebuild(CountingModel(), pageSize: 2)
      #expect(try store.log.state(of: model.name) == ReadModelState(version: 1, position: 5))
    }
    #expect(digests.count == 1)
  }

  @Test("P4 a key that no row can have stops the model", arguments: Engine.allCases)
  func p4key(engine: Engine) throws {
    for key in ["", "a b", "é", "line\nfeed"] {
      let model = KeyModel(key: key)
      let store = try engine.make(readModels: [model])
      _ = try store.log.append([Drafts.draft()])
      #expect(try store.log.state(of: model.name)?.stoppedAt == 0)
      #expect(try store.log.rows(of: model.name, prefix: "").isEmpty)
    }
    let store = try engine.make(readModels: [KeyModel(key: "a/b~")])
    _ = try store.log.append([Drafts.draft()])
    for (prefix, count) in [("", 1), ("a", 1), ("a/b~", 1), ("a/b~c", 0), ("b", 0), ("A", 0)] {
      #expect(try store.log.rows(of: "key", prefix: prefix).count == count)
    }
  }

  /// Sets one row under a key that a test gives.
  struct KeyModel: ReadModel {
    let name = "key"
    let version = 1
    let key: String

    func apply(_ events: [StoredLine], to rows: inout ReadModelRows, log: any StreamReading) throws {
      rows.set(key, to: [0x31])
    }
  }

  @Test("P5 readers see the old rows or the new ones during a rebuild, never none", arguments: Engine.allCases)
  func p5(engine: Engine) throws {
    let model = CountingModel()
    let store = try engine.make(readModels: [model])
    _ = try store.log.append((0..<60).map { Drafts.draft("party/p\($0 % 5)") })
    try inThreads(3) { thread in
      switch thread {
      case 0: for _ in 0..<10 { try store.log.rebuild(model, pageSize: 7) }
      case 1: for _ in 0..<20 { _ = try store.log.append([Drafts.draft("party/p0")]) }
      default:
        for _ in 0..<100 {
          let rows = try store.log.rows(of: model.name, prefix: "party/")
          #expect(rows.count == 5)
        }
      }
    }
    let live = try store.log.rows(of: model.name, prefix: "")
    #expect(try store.log.state(of: model.name)?.position == 80)
    try store.log.rebuild(model, pageSize: 1_000)
    #expect(try store.log.rows(of: model.name, prefix: "") == live)
  }

  @Test("A model that was away while others added catches up, when the book is opened and when an event is added")
  func catchingUp() throws {
    let model = CountingModel()
    let book = TemporaryBook("away")
    let keeper = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), readModels: [model])
    _ = try keeper.append([Drafts.draft()])
    let other = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed(seed: 2))
    _ = try other.append([Drafts.draft(), Drafts.draft("party/a")])
    #expect(try keeper.state(of: model.name)?.position == 1)
    _ = try keeper.append([Drafts.draft()])
    #expect(try keeper.state(of: model.name)?.position == 4)
    _ = try other.append([Drafts.draft("party/a")])
    let again = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed(seed: 3), readModels: [model])
    #expect(try again.state(of: model.name)?.position == 5)
    let live = try again.rows(of: model.name, prefix: "")
    try again.rebuild(model, pageSize: 2)
    #expect(try again.rows(of: model.name, prefix: "") == live)
    for log in [keeper, other, again] { try log.close() }
  }

  @Test("V3 a type that nobody knows and a version of the future are kept, byte for byte", arguments: Engine.allCases)
  func v3(engine: Engine) throws {
    let store = try engine.make()
    var unknown = Drafts.draft()
    unknown.type = "NeverHeardOf"
    unknown.version = 99
    unknown.meaning["unheardMember"] = ["deep": [1, 2, ["x": .null]]]
    _ = try store.log.append([unknown, Drafts.draft()])
    let value = try JSONValue(canonical: store.lines[0])
    #expect(value["type"] == "NeverHeardOf" && value["v"] == 99)
    #expect(value["unheardMember"] == unknown.meaning["unheardMember"])
    let copy = try engine.make()
    #expect(try copy.log.restore(store.lines) == 2)
    #expect(copy.lines == store.lines)
  }
}
