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
    var changed = 0
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
          return true
        }
      } catch is RowOverflow {}
      // Each line was told of, or the replay stopped where a sum is too large.
      for (line, event) in zip(lines, events) { #expect(try decoder.event(line, at: event.position) == event) }
    }
    #expect(changed > 1_500)
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
        #expect(log.asked.withLock { $0 } < lines.count)
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
