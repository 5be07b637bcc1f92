import Agreements
import CanonicalJSON
import LogStore
import Projections
import Synchronization
import TestSupport
import Testing

/// A replay folds at each event only the promises that it can concern. What it tells must be what folding everything anew
/// after each event tells.
@Suite("A replay, step by step")
struct ReplayLawTests {
  private let day = Day("2010-06-30") ?? Day(number: 0)

  /// One change by what people see of it: which row and field, and the two values.
  private func told(_ change: ReplayView.Change) -> String {
    func value(_ row: ObligationRow?) -> String {
      let value = row.map { $0.json[change.field.rawValue] ?? .null } ?? .null
      return String(decoding: value.canonicalBytes, as: UTF8.self)
    }
    return "\(change.promise) \(change.creditor) \(change.field) \(value(change.before)) \(value(change.after))"
  }

  private func mixed(_ events: Int, seed: UInt64) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    MixedLog.make(events, seed: seed, disputedEvery: 8) { lines.append($0) }
    return lines
  }

  @Test("Each step tells what all promises folded anew before and after it tell, whatever happened")
  func anew() throws {
    var histories = (0..<60 as Range<UInt64>).map { RandomHistory(seed: $0, events: 30).lines }
    histories += (0..<20 as Range<UInt64>).map { PlainHistory(seed: $0, events: 50, oddness: 600).lines }
    histories += (0..<60 as Range<UInt64>).map { ShareHistory(seed: $0, events: 40).lines }
    var (changed, revised, unchanged) = (0, 0, 0)
    for (number, lines) in histories.enumerated() {
      var decoder = EventDecoder()
      var events: [LoggedEvent] = []
      var replay = Replay(asOf: day)
      do {
        try replay.run(LinesLog(lines: lines)) { step in
          let before = events
          events.append(step.event)
          let anew = try Replay.changes(from: before, to: events, touching: [step.event.stream], asOf: day)
          guard step.changes.map(told) == anew.map(told) else {
            Issue.record("history \(number), line \(step.event.position + 1): \(step.event.body.typeName)")
            return false
          }
          changed += anew.count
          if case .savingRevised = step.event.body { if anew.isEmpty { unchanged += 1 } else { revised += 1 } }
          return true
        }
      } catch is RowOverflow {}
      // Each line was told of, or the replay stopped where a sum is too large.
      for (line, event) in zip(lines, events) { #expect(try decoder.event(line, at: event.position) == event) }
    }
    #expect(changed > 3_000)
    #expect(revised > 50, "a saving that was revised changed a share \(revised) times")
    #expect(unchanged > 50)
  }

  @Test("A replay of one agreement that knows the history looks at fewer lines and tells the same")
  func knowing() throws {
    let lines = mixed(1_500, seed: 3)
    let log = CountedLines(lines)
    let history = try History(log)
    for agreement in ["a0", "a7", "a8", "none"].map(AgreementKey.init(unchecked:)) {
      for (known, limit) in [(nil, nil), (nil, 700), ("2014-12-31", nil)] as [(String?, Int?)] {
        let knownAt = known.flatMap { Day($0) }.map { Instant.end(of: $0) }
        func steps(_ history: History?) throws -> [ReplayView.Step] {
          var replay = Replay(
            asOf: Day("2030-01-01") ?? day, knownAt: knownAt, scope: Scope(agreement: agreement))
          var steps: [ReplayView.Step] = []
          try replay.run(log, until: limit, history: history) { step in
            steps.append(step); return true
          }
          return steps
        }
        let whole = try steps(nil)
        log.asked.withLock { $0 = 0 }
        let some = try steps(history)
        #expect(some.map(\.event) == whole.map(\.event))
        #expect(some.flatMap(\.changes) == whole.flatMap(\.changes))
        // Most events are of the first agreement.
        #expect(agreement.rawValue == "a0" || log.asked.withLock { $0 } < lines.count / 2)
        #expect(agreement.rawValue == "none" || !whole.isEmpty)
      }
    }
  }

  @Test("It fails where a replay of the whole log fails: at a line of another agreement that is no event")
  func broken() throws {
    var lines = mixed(900, seed: 3)
    let place = try #require(
      lines.lastIndex { line in
        let text = String(decoding: line, as: UTF8.self)
        return text.contains("\"PaymentMade\"") && !text.contains("\"agreement/a0\"")
      })
    var line = try #require(try JSONValue(canonical: lines[place]).object)
    line["data"] = ["money": "no money"]
    lines[place] = JSONValue.object(line).canonicalBytes
    let log = LinesLog(lines: lines)
    let history = try History(log)
    func failure(_ history: History?) throws -> (StoreError?, Int) {
      var replay = Replay(asOf: day, scope: Scope(agreement: AgreementKey(unchecked: "a0")))
      var steps = 0
      do {
        try replay.run(log, history: history) { _ in
          steps += 1
          return true
        }
      } catch let error as StoreError { return (error, steps) }
      return (nil, steps)
    }
    let (whole, some) = (try failure(nil), try failure(history))
    #expect(whole.0?.position == place)
    #expect(some.0 == whole.0)
    #expect(some.1 == whole.1)
    #expect(whole.1 > 10)
  }
}

/// A made-up agreement in which promises are shares of what is saved, or sums; savings name one of them or none, and are
/// revised, corrected and taken back.
private struct ShareHistory {
  private(set) var lines: [[UInt8]] = []
  private var random: SeededRandom
  private var ids: [(id: String, data: JSONValue)] = []

  init(seed: UInt64, events: Int) {
    random = SeededRandom(seed: seed)
    add(
      "AgreementMade",
      ["title": "x", "debtor": "d", "creditors": ["pa"], "form": "letter", "contractStatus": "nhs"])
    for _ in 0..<events { event() }
  }

  private mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &random)] }

  private mutating func event() {
    var data = JSONObject()
    let pence = pick([1_000, 2_000, 5_000] as [Int64])
    let money: JSONValue = ["low": .integer(pence), "high": .integer(pence)]
    let promise = JSONValue.string(pick(["q1", "q2", "q3"]))
    switch pick([0, 0, 1, 1, 1, 2, 2, 2, 3, 4]) {
    case 0:
      (data["promise"], data["to"]) = (promise, "pa")
      if pick([true, true, false]) {
        data["share"] = ["of": "saving", "percentHundredths": 5_000]
      } else {
        data["money"] = money
      }
      add("PaymentPromised", .object(data))
    case 1:
      (data["saving"], data["by"], data["money"]) = (
        .string(pick(["s1", "s2"])), .string(pick(["pa", "pa", "pb"])), money
      )
      (data["period"], data["measure"]) = ("2009", "net")
      if pick([true, false]) { data["promise"] = promise }
      add("SavingReported", .object(data))
    case 2:
      add(
        "SavingRevised",
        [
          "saving": .string(pick(["s1", "s2"])), "money": money, "agreed": .string(pick(["yes", "no"])),
          "byParty": "d",
        ])
    case 3: add("EntryRetracted", ["target": .string(pick(ids).id), "why": "wrong"])
    default:
      let target = pick(ids)
      guard case .object(var set) = target.data, set["money"] != nil else { return }
      set["money"] = money
      add("EntryCorrected", ["target": .string(target.id), "why": "wrong", "set": ["data": .object(set)]])
    }
  }

  private mutating func add(_ type: String, _ data: JSONValue) {
    let id = EventID(high: 0x0190_0000_0000_7000 + UInt64(lines.count) << 16, low: 0x8000_0000_0000_0001).description
    // Some have not happened by the day that is asked for, of some it is not known.
    let when = pick(["2010-03-31", "2010-03-31", "2010-04", "2010", "2011-01-01"])
    let line: JSONObject = [
      "assertedBy": ["party": "lmc"], "basis": "document", "data": data, "id": .string(id), "previous": "",
      "recordedAt": "2010-05-01T09:00:00.000Z", "recordedBy": "officer",
      "salt": .string(Base64.encode([UInt8](repeating: 1, count: 16))), "stream": "agreement/a",
      "streamVersion": .integer(Int64(lines.count) + 1), "type": .string(type), "v": 1, "visibility": "committee",
      "when": ["edtf": .string(when)],
    ]
    lines.append(JSONValue.object(line).canonicalBytes)
    ids.append((id, data))
  }
}

/// A log that counts the lines it is asked for.
private final class CountedLines: LogReading {
  let log: LinesLog
  let asked = Mutex(0)

  init(_ lines: [[UInt8]]) { log = LinesLog(lines: lines) }

  func size() -> Int { log.size() }
  func head() -> LogHead { log.head() }

  func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    try log.forEachLine(from: start, limit: limit) { position, line in
      asked.withLock { $0 += 1 }
      return try body(position, line)
    }
  }

  func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    asked.withLock { $0 += positions.count }
    return try log.lines(at: positions)
  }
}
