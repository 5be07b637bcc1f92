import Agreements
import CanonicalJSON
import LogStore
import Projections
import TestSupport
import Testing

/// Lines that are found by their streams, as a book finds them.
private struct IndexedLines: StreamsReading {
  let log: LinesLog
  private var positions: [String: [Int]] = [:]

  init(_ lines: [[UInt8]]) throws {
    log = LinesLog(lines: lines)
    for (position, line) in lines.enumerated() {
      let stream = try JSONValue(canonical: line)["stream"]?.string ?? ""
      positions[stream, default: []].append(position)
    }
  }

  func size() -> Int { log.size() }
  func head() -> LogHead { log.head() }
  func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws { try log.forEachLine(from: start, limit: limit, body) }
  func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] { try log.lines(at: positions) }

  func forEachLine(
    ofEach streams: [String], _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    for position in streams.flatMap({ positions[$0] ?? [] }) {
      try log.lines[position].withUnsafeBufferPointer { try body(position, $0) }
    }
  }
}

/// Out of the part of a log that a question needs, the answer is that of the whole log.
@Suite("The part of a log that a question needs")
struct PartOfLogTests {
  private let days = ["2010-01-15", "2010-03-31", "2010-06-30", "2012-01-01"].compactMap { Day($0) }

  private func histories() -> [[[UInt8]]] {
    (0..<40).map { PlainHistory(seed: $0, events: 60, oddness: $0 % 2 == 0 ? 0 : 600).lines }
      + (0..<60).map { RandomHistory(seed: $0, events: 14 + Int($0 % 24)).lines }
  }

  /// Both ways of answering; nil where a sum is too large.
  private func answers(_ history: History, _ day: Day, _ scope: Scope) throws -> (view: ObligationsView, [UInt8])? {
    let question = history.question(asOf: day, root: nil)
    do {
      let view = try history.obligations(question, scope: scope)
      var written: [UInt8] = []
      var answer = ObligationsAnswer(history, question, agreement: scope.agreement, debtor: scope.debtor)
      try answer.write(members: JSONObject(["format": "x"]), whole: { _ in "too large" }) { written += $0 }
      return (view, written)
    } catch is RowOverflow { return nil }
  }

  @Test("Obligations and replays of each agreement, with and without the names of all who are named")
  func agreements() throws {
    var (rows, steps) = (0, 0)
    for (number, lines) in histories().enumerated() {
      let log = try IndexedLines(lines)
      for (day, known) in zip(days, [nil, nil, "2010-02-10", nil] as [String?]) {
        let knownAt = known.flatMap { Day($0) }.map { Instant.end(of: $0) }
        let whole = try History(log, knownAt: knownAt)
        for agreement in whole.agreements {
          let scope = Scope(agreement: agreement)
          for isNaming in [false, true] {
            let part = try PartOfLog(
              of: log, head: log.head(), agreements: [agreement], others: [], isNaming: isNaming)
            let history = try History(part, knownAt: knownAt)
            #expect(history.size == lines.count)
            let (mine, all) = (try answers(history, day, scope), try answers(whole, day, scope))
            guard mine?.view == all?.view, mine?.1 == all?.1 else {
              Issue.record("history \(number), \(agreement), as of \(day)")
              return
            }
            rows += mine?.view.rows.count ?? 0
            guard all != nil, day == days[3] else { continue }
            let (some, every) = (try told(part, day, scope), try told(log, day, scope))
            guard some == every else {
              Issue.record("history \(number), replay of \(agreement)")
              return
            }
            steps += some.count
          }
        }
      }
    }
    #expect(rows > 1_000)
    #expect(steps > 1_000)
  }

  private func told(_ log: any LogReading, _ day: Day, _ scope: Scope) throws -> [ReplayView.Change] {
    var replay = Replay(asOf: day, scope: scope)
    var changes: [ReplayView.Change] = []
    do {
      try replay.run(log) { step in
        changes += step.changes; return true
      }
    } catch is RowOverflow {}
    return changes
  }

  @Test("What one party owes, out of the agreements that the read model names")
  func debtors() throws {
    let model = PositionModel()
    var (rows, fewer) = (0, 0)
    for (number, lines) in histories().prefix(40).enumerated() {
      let log = try IndexedLines(lines)
      let store = InMemoryLog(readModels: [model])
      _ = try store.restore(lines)
      let whole = try History(log)
      for debtor in ["d", "e", "pa", "nobody"].map(PartyKey.init(unchecked:)) {
        let found = try model.agreements(
          mentioning: debtor, size: lines.count, state: store.state(of: model.name), log: log
        ) { key in store.rows(of: model.name, prefix: key).first { $0.key == key }?.bytes }
        let agreements = try #require(found)
        if agreements.count < whole.agreements.count { fewer += 1 }
        let part = try PartOfLog(
          of: log, head: log.head(), agreements: agreements, others: [.party(debtor)], isNaming: false)
        for day in days {
          let scope = Scope(debtor: debtor)
          let (mine, all) = (try answers(History(part), day, scope), try answers(whole, day, scope))
          guard mine?.view == all?.view, mine?.1 == all?.1 else {
            Issue.record("history \(number), what \(debtor) owes as of \(day)")
            return
          }
          #expect(mine?.view.rows.allSatisfy { $0.debtor == debtor } ?? true)
          rows += mine?.view.rows.count ?? 0
        }
      }
    }
    #expect(rows > 200)
    #expect(fewer > 20)
  }

  @Test("Rows that are behind, stopped, of another version or of another log are not believed")
  func disbelief() throws {
    let model = PositionModel()
    let lines = PlainHistory(seed: 1, events: 60, oddness: 0).lines
    let log = LinesLog(lines: lines)
    let current = ReadModelState(version: model.version, position: lines.count)
    func rows(of lines: [[UInt8]]) throws -> (String) throws -> [UInt8]? {
      let store = InMemoryLog(readModels: [model])
      _ = try store.restore(lines)
      return { key in store.rows(of: model.name, prefix: key).first { $0.key == key }?.bytes }
    }
    func asked(_ state: ReadModelState?, _ row: (String) throws -> [UInt8]?) throws -> [AgreementKey]? {
      try model.agreements(
        mentioning: PartyKey(unchecked: "d"), size: lines.count, state: state, log: log, row: row)
    }
    let own = try rows(of: lines)
    #expect(try asked(current, own)?.isEmpty == false)
    #expect(try asked(nil, own) == nil)
    #expect(try asked(ReadModelState(version: model.version - 1, position: lines.count), own) == nil)
    #expect(try asked(ReadModelState(version: model.version, position: lines.count - 1), own) == nil)
    #expect(try asked(ReadModelState(version: model.version, position: lines.count + 1), own) == nil)
    #expect(try asked(ReadModelState(version: model.version, position: lines.count, stoppedAt: 3), own) == nil)
    // As many events, but others: a state alone would not show it.
    var other: [[UInt8]] = []
    for seed in 2..<40 as Range<UInt64> where other.count < lines.count {
      other = PlainHistory(seed: seed, events: 80, oddness: 0).lines
    }
    #expect(try asked(current, rows(of: Array(other.prefix(lines.count)))) == nil)
    #expect(try asked(current, rows(of: Array(lines.dropLast()))) == nil)
    #expect(try asked(current) { _ in nil } == nil)
  }
}
