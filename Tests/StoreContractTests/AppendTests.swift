import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import Synchronization
import TestSupport
import Testing
import TransparencyLog

/// Groups A and I of the store's contract, on every engine.
@Suite("Store: appending")
struct AppendTests {
  @Test(
    "A1 a first append gives versions 1…n; a second noStream fails with expected and actual", arguments: Engine.allCases
  )
  func a1(engine: Engine) throws {
    let store = try engine.make()
    let drafts = (0..<3).map { Drafts.draft(text: "\($0)") }
    let appended = try store.log.append(drafts, expected: ["agreement/a": .noStream])
    #expect(appended == Appended(positions: [0, 1, 2], wasThere: false))
    #expect(try store.log.version(of: "agreement/a") == 3)
    let error = #expect(throws: StoreError.self) {
      try store.log.append([Drafts.draft()], expected: ["agreement/a": .noStream])
    }
    #expect(error?.code == .wrongVersion)
    #expect(error?.what == "agreement/a is at version 3, not 0")
    #expect(error?.conflict == VersionConflict(stream: "agreement/a", expected: 0, actual: 3, between: [0, 1, 2]))
  }

  @Test("A2 exact: right, stale, in the future; any; an empty batch", arguments: Engine.allCases)
  func a2(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append([Drafts.draft()])
    _ = try store.log.append([Drafts.draft()], expected: ["agreement/a": .exact(1)])
    for wrong: Int64 in [0, 1, 3, 99] {
      #expect(throws: StoreError.self) {
        try store.log.append([Drafts.draft()], expected: ["agreement/a": .exact(wrong)])
      }
    }
    _ = try store.log.append([Drafts.draft()], expected: ["agreement/a": .any])
    #expect(try store.log.append([]) == Appended(positions: [], wasThere: false))
    #expect(try store.log.size() == 3)
  }

  @Test("A3 event k of n is invalid: nothing is stored, no hole", arguments: Engine.allCases)
  func a3(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append([Drafts.draft()])
    let root = try store.log.head().root
    var wrong = Drafts.draft()
    wrong.meaning["basis"] = nil
    let long = Drafts.draft(text: String(repeating: "x", count: 66_000))
    let noStream = Drafts.draft("Agreement/a")
    var wrongKind = Drafts.draft()
    wrongKind.meaning["data"] = "no object"
    var given = Drafts.draft()
    given.meaning["streamVersion"] = 7
    var smuggled = Drafts.draft()
    smuggled.meaning["private"] = ["contact": "a name"]
    var named = Drafts.draft()
    named.meaning["data"] = ["inner": ["é": 1]]
    var secret = Drafts.draft()
    secret.privateValues["contact"] = .integer(1 << 53)
    var nameless = Drafts.draft()
    nameless.privateValues["é"] = "a name"
    let version1 = Drafts.draft(id: EventID("018f3c1e-7b5a-1c3d-9e2f-0123456789ab"))
    for bad in [wrong, long, noStream, wrongKind, given, smuggled, named, secret, nameless, version1] {
      let error = #expect(throws: StoreError.self) { try store.log.append([Drafts.draft(), bad, Drafts.draft()]) }
      #expect(error?.code == .invalidDraft)
      #expect(error?.what.hasPrefix("event 2 of 3: ") == true)
    }
    func words(_ bad: EventDraft) -> String {
      #expect(throws: StoreError.self) { try store.log.append([Drafts.draft(), bad, Drafts.draft()]) }?.what ?? ""
    }
    #expect(words(given) == "event 2 of 3: “streamVersion” is filled in by the store and cannot be given")
    #expect(words(secret).hasPrefix("event 2 of 3: private value “contact”: "), "\(words(secret))")
    #expect(try store.log.size() == 1)
    #expect(try store.log.head().root == root)
    #expect(try store.log.append([Drafts.draft()]).positions == [1])
  }

  @Test("A4 several streams in one batch: consecutive positions in the given order", arguments: Engine.allCases)
  func a4(engine: Engine) throws {
    let store = try engine.make()
    let streams = ["party/a", "agreement/a", "party/a", "log", "plan/p"]
    let appended = try store.log.append(streams.map { Drafts.draft($0) })
    #expect(appended.positions == [0, 1, 2, 3, 4])
    let found = store.lines.map { (try? JSONValue(canonical: $0))?["stream"]?.string }
    #expect(found == streams)
    #expect(try store.log.positions(in: "party/a") == [0, 2])
  }

  @Test(
    "A5 sixteen writers, exact, one stream: one winner a version, losers get a conflict", arguments: Engine.allCases)
  func a5(engine: Engine) throws {
    let store = try engine.make()
    for version in 0..<8 {
      let wins = Counter()
      try inThreads(16) { _ in
        do throws(StoreError) {
          let appended = try store.log.append([Drafts.draft()], expected: ["agreement/a": .exact(Int64(version))])
          #expect(appended.positions == [version])
          wins.add(1)
        } catch {
          #expect(error.code == .wrongVersion)
          #expect(
            error.conflict
              == VersionConflict(stream: "agreement/a", expected: version, actual: version + 1, between: [version]))
        }
      }
      #expect(wins.value == 1)
    }
    #expect(try store.log.version(of: "agreement/a") == 8)
  }

  @Test("A6 sixteen writers, any: all succeed, each writer's own order is kept", arguments: Engine.allCases)
  func a6(engine: Engine) throws {
    let store = try engine.make()
    try inThreads(16) { writer in
      for number in 0..<5 { _ = try store.log.append([Drafts.draft(text: "\(writer)/\(number)")]) }
    }
    let texts = store.lines.compactMap { (try? JSONValue(canonical: $0))?["data"]?["what"]?.string }
    #expect(texts.count == 80)
    for writer in 0..<16 {
      #expect(texts.filter { $0.hasPrefix("\(writer)/") } == (0..<5).map { "\(writer)/\($0)" })
    }
  }

  @Test("A6 writers that share a commit: one that is refused does not harm the others", arguments: Engine.allCases)
  func a6refused(engine: Engine) throws {
    let store = try engine.make()
    let refused = Counter()
    try inThreads(16) { writer in
      for number in 0..<5 {
        if writer.isMultiple(of: 4) {
          #expect(
            #expect(throws: StoreError.self) {
              try store.log.append([Drafts.draft(), Drafts.draft("no stream")])
            }?.code == .invalidDraft)
          refused.add(1)
        } else {
          _ = try store.log.append([Drafts.draft("party/p\(writer)", text: "\(number)")])
        }
      }
    }
    #expect(refused.value == 20)
    #expect(try store.log.size() == 60)
    let copy = InMemoryLog()
    #expect(try copy.restore(store.lines) == 60)
    #expect(try copy.head() == store.log.head())
  }

  @Test("A7 a book that somebody holds is waited for; then busy is said, and nothing is half done")
  func a7() throws {
    let file = TemporaryBook("busy")
    let slow = try SQLiteLog(
      path: file.path, opening: .new, environment: .fixed(), readModels: [SlowModel(seconds: 1.2, type: "Slow")])
    let hasty = try SQLiteLog(path: file.path, opening: .existing, environment: .fixed(seed: 2), patience: 0.2)
    let patient = try SQLiteLog(path: file.path, opening: .existing, environment: .fixed(seed: 3))
    defer { for log in [slow, hasty, patient] { try? log.close() } }
    var draft = Drafts.draft()
    draft.type = "Slow"
    let drafts = [draft]
    let refused = Counter()
    try inThreads(3) { number in
      if number == 0 {
        _ = try slow.append(drafts)
        return
      }
      Thread.sleep(forTimeInterval: 0.4)
      if number == 1 {
        #expect(try hasty.size() == 0, "reading needs no turn")
        let error = #expect(throws: StoreError.self) { try hasty.append([Drafts.draft(), Drafts.draft()]) }
        #expect(error?.code == .busy)
        refused.add(1)
      } else {
        #expect(try patient.append([Drafts.draft()]).positions == [1])
      }
    }
    #expect(refused.value == 1)
    #expect(try hasty.append([Drafts.draft()]).positions == [2], "it may be tried again")
  }

  // MARK: Idempotency

  @Test("I1 the same id and content again: already there, whatever the expectation says", arguments: Engine.allCases)
  func i1(engine: Engine) throws {
    let store = try engine.make()
    let drafts = [Drafts.draft(text: "one"), Drafts.draft("party/a", text: "two")]
    let first = try store.log.append(drafts, expected: ["agreement/a": .noStream])
    for expectation: StreamExpectation in [.noStream, .exact(7), .any] {
      let again = try store.log.append(drafts, expected: ["agreement/a": expectation])
      #expect(again == Appended(positions: first.positions, wasThere: true))
    }
    var other = drafts[0]
    other.recordedBy = "somebody else"
    #expect(try store.log.append([other]).wasThere)
    #expect(try store.log.size() == 2)
  }

  @Test("I2 the same id with other content is a conflict, private values included", arguments: Engine.allCases)
  func i2(engine: Engine) throws {
    let store = try engine.make()
    var draft = Drafts.draft(text: "one")
    draft.privateValues["contact"] = "a name"
    _ = try store.log.append([draft])
    #expect(try store.log.append([draft]).wasThere)
    var changed = draft
    changed.meaning["note"] = "more"
    var secret = draft
    secret.privateValues["contact"] = "another name"
    var moved = draft
    moved.stream = "party/b"
    for wrong in [changed, secret, moved] {
      #expect(#expect(throws: StoreError.self) { try store.log.append([wrong]) }?.code == .idConflict)
    }
    let openings = try store.log.openings(at: 0)
    #expect(openings.count == 1)
    let digest = Base64.encode(LogDigest.sha256(openings[0]))
    #expect(try JSONValue(canonical: store.lines[0])["private"]?["contact"]?.string == digest)
  }

  @Test("I3 a batch that is known in part is a conflict, nothing is written", arguments: Engine.allCases)
  func i3(engine: Engine) throws {
    let store = try engine.make()
    let known = Drafts.draft()
    _ = try store.log.append([known])
    let part = #expect(throws: StoreError.self) { try store.log.append([known, Drafts.draft()]) }
    #expect(part?.code == .idConflict)
    #expect(part?.what == "1 of these 2 events are there already, the others are not")
    let twice = Drafts.draft()
    let same = #expect(throws: StoreError.self) { try store.log.append([twice, twice]) }
    #expect(same?.code == .idConflict && same?.what == "an id stands twice in the batch")
    #expect(try store.log.size() == 1)
  }

  @Test("I4 the reply is lost after the commit: a retry does not duplicate", arguments: Engine.allCases)
  func i4(engine: Engine) throws {
    let store = try engine.make()
    let draft = Drafts.draft()
    _ = try store.log.append([draft], expected: ["agreement/a": .noStream])
    // The caller never saw the answer and tries again, word for word.
    #expect(try store.log.append([draft], expected: ["agreement/a": .noStream]).positions == [0])
    #expect(try store.log.size() == 1)
  }

  @Test("I5 ids are unique across streams", arguments: Engine.allCases)
  func i5(engine: Engine) throws {
    let store = try engine.make()
    let draft = Drafts.draft("agreement/a")
    _ = try store.log.append([draft])
    #expect(
      #expect(throws: StoreError.self) { try store.log.append([Drafts.draft("party/b", id: draft.id)]) }?.code
        == .idConflict)
  }

  @Test(
    "T5 the clock jumps back: recordedAt never decreases; far behind it is refused, unless it is trusted",
    arguments: Engine.allCases)
  func t5(engine: Engine) throws {
    let moments = MovedClock("2012-03-25T00:59:59.000Z")
    let store = try engine.make(
      environment: LogEnvironment(now: { moments.now() }, random: { RandomBox(seed: 1).bytes($0) }))
    _ = try store.log.append([Drafts.draft()])
    moments.move(by: -300_000)
    _ = try store.log.append([Drafts.draft()])
    let times = store.lines.compactMap { (try? JSONValue(canonical: $0))?["recordedAt"]?.string }
    #expect(times == ["2012-03-25T00:59:59.000Z", "2012-03-25T00:59:59.000Z"])
    moments.move(by: -400_000)
    #expect(#expect(throws: StoreError.self) { try store.log.append([Drafts.draft()]) }?.code == .clockBehind)
    _ = try store.log.append([Drafts.draft()], expected: [:], isClockTrusted: true)
    #expect(try store.log.size() == 3)
  }
}

/// A number that several threads add to.
final class Counter: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }
  func add(_ more: Int) { number.withLock { $0 += more } }
}

/// A clock that a test moves.
final class MovedClock: Sendable {
  private let instant: Mutex<Instant>

  init(_ start: String) { instant = Mutex(Instant(start) ?? Instant(milliseconds: 0)) }

  func now() -> Instant { instant.withLock { $0 } }
  func move(by milliseconds: Int64) {
    instant.withLock { $0 = Instant(milliseconds: $0.milliseconds + milliseconds) }
  }
}
