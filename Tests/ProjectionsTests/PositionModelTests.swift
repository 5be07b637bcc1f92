import Agreements
import CanonicalJSON
import LogStore
import Projections
import TestSupport
import Testing

/// The rows that a book keeps are folded the quick way where an agreement is plain. They must be what the whole rule book
/// says, however the events came in.
@Suite("The read model of positions")
struct PositionModelTests {
  private func mixed(_ events: Int, seed: UInt64) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    MixedLog.make(events, seed: seed) { lines.append($0) }
    return lines
  }

  private func histories() -> [[[UInt8]]] {
    (0..<120 as Range<UInt64>).map { PlainHistory(seed: $0, events: 80, oddness: $0 % 2 == 0 ? 0 : 2_000).lines }
      + (0..<24 as Range<UInt64>).map { RandomHistory(seed: $0, events: 30).lines } + [mixed(3_000, seed: 8)]
  }

  @Test("Each row is that of the whole rule book on the day that it names, and batches of any sizes give the same rows")
  func rows() throws {
    let model = PositionModel()
    var (rows, plain) = (0, 0)
    for (number, lines) in histories().enumerated() {
      let log = LinesLog(lines: lines)
      let history = try History(log)
      let stored = lines.enumerated().map { StoredLine(position: $0.offset, line: $0.element) }
      let streams = try LinesOfStreams(stored)
      var digests: Set<[UInt8]> = []
      var kept: [ReadModelRow] = []
      var isStopped = false
      for size in [1, 17, 100_000] where number % 12 == 0 || size > 1 {
        let built = try ReadModelRun.build(model, size: lines.count, pageSize: size, log: streams) { Array(stored[$0]) }
        kept = built.rows.map { ReadModelRow(key: $0.key, bytes: $0.value) }
        digests.insert(ReadModelRow.digest(of: kept))
        isStopped = built.state.stoppedAt != nil
      }
      #expect(digests.count == 1, "history \(number)")
      if isStopped { continue }
      kept.removeAll { !$0.key.hasPrefix("agreement/") }
      #expect(kept.count == history.agreements.count)
      for row in kept {
        let value = try JSONValue(canonical: row.bytes)
        let day = try #require(value["asOf"]?.string.flatMap { Day($0) })
        let agreement = AgreementKey(unchecked: String(row.key.dropFirst("agreement/".count)))
        let question = history.question(asOf: day, root: nil)
        let view = try history.obligations(question, scope: Scope(agreement: agreement))
        guard value["rows"] == .array(view.rows.map(\.json)) else {
          Issue.record("history \(number), \(row.key) as of \(day)")
          return
        }
        rows += view.rows.count
        var answer = ObligationsAnswer(history, question, agreement: agreement)
        try answer.write(members: JSONObject(), whole: { _ in .null }) { _ in }
        plain += answer.plainRows
      }
    }
    // Both ways were gone.
    #expect(plain > 500)
    #expect(rows > plain + 100)
  }

  @Test("An agreement whose sums may be too large is folded with all checks, and the model stops where one is")
  func largeSums() throws {
    // Who is who, and no agreement.
    let lines = Array(mixed(400, seed: 8).prefix(200))
    func promise(_ number: Int64, _ version: Int64) throws -> [UInt8] {
      let last = try #require(lines.last)
      var line = try #require(try JSONValue(canonical: last).object)
      line["data"] = [
        "promise": "q", "to": "p1", "money": ["low": .integer(Money.limit), "high": .integer(Money.limit)],
      ]
      line["type"] = "PaymentMade"
      let id = EventID(high: 0x0190_0000_0000_7000 + UInt64(number) << 16, low: 0x8000_0000_0000_0001)
      line["id"] = .string(id.description)
      line["stream"] = "agreement/large"
      line["streamVersion"] = .integer(version)
      return JSONValue.object(line).canonicalBytes
    }
    // 10^13 pence each: 900 of them can be stated, 901 cannot.
    var payments: [StoredLine] = []
    let registered = lines.enumerated().map { StoredLine(position: $0.offset, line: $0.element) }
    var account = try #require(try JSONValue(canonical: promise(0, 1)).object)
    account["type"] = "PaymentPromised"
    payments.append(StoredLine(position: lines.count, line: JSONValue.object(account).canonicalBytes))
    for number in 1...901 as ClosedRange<Int64> {
      payments.append(StoredLine(position: lines.count + Int(number), line: try promise(number, number + 1)))
    }
    for (count, isStated) in [(901, true), (902, false)] {
      var rows = ReadModelRows { _ in nil }
      let stopped: Bool
      do {
        try PositionModel().apply(
          registered + payments.prefix(count), to: &rows, log: LinesOfStreams(registered + payments.prefix(count)))
        stopped = false
      } catch let error as StoreError {
        #expect(error.what == "a sum in large is larger than can be stated")
        stopped = true
      }
      #expect(stopped != isStated)
    }
  }
}

/// Lines by their streams.
private struct LinesOfStreams: StreamReading {
  private var streams: [String: [StoredLine]] = [:]

  init(_ lines: [StoredLine]) throws {
    for stored in lines {
      let stream = try JSONValue(canonical: stored.line)["stream"]?.string ?? ""
      streams[stream, default: []].append(stored)
    }
  }

  func lines(in stream: String) throws(StoreError) -> [StoredLine] { streams[stream] ?? [] }
}
