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
    (0..<24 as Range<UInt64>).map { PlainHistory(seed: $0, events: 80, oddness: $0 % 2 == 0 ? 0 : 300).lines }
      + (0..<24 as Range<UInt64>).map { RandomHistory(seed: $0, events: 30).lines } + [mixed(3_000, seed: 8)]
  }

  @Test("Each row is that of the whole rule book on the day that it names, and batches of any sizes give the same rows")
  func rows() throws {
    let model = PositionModel()
    var (rows, plain) = (0, 0)
    for (number, lines) in histories().enumerated() {
      let log = LinesLog(lines: lines)
      let history = try History(log)
      let store = InMemoryLog(readModels: [])
      _ = try store.restore(lines)
      var digests: Set<[UInt8]> = []
      for size in [1, 17, 100_000] where number % 12 == 0 || size > 1 {
        try store.rebuild(model, pageSize: size)
        digests.insert(ReadModelRow.digest(of: store.rows(of: model.name, prefix: "")))
      }
      #expect(digests.count == 1, "history \(number)")
      guard store.state(of: model.name)?.stoppedAt == nil else { continue }
      let kept = store.rows(of: model.name, prefix: "agreement/")
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
    let lines = mixed(1, seed: 8)
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
    let streams = LinesOfStreams(payments)
    for (count, isStated) in [(901, true), (902, false)] {
      var rows = ReadModelRows { _ in nil }
      let stopped: Bool
      do {
        try PositionModel().apply(registered + payments.prefix(count), to: &rows, log: streams.prefix(count))
        stopped = false
      } catch let error as StoreError {
        #expect(error.what == "a sum in large is larger than can be stated")
        stopped = true
      }
      #expect(stopped != isStated)
    }
  }
}

/// The lines of one agreement; nobody else has any.
private struct LinesOfStreams: StreamReading {
  var lines: [StoredLine]

  init(_ lines: [StoredLine]) { self.lines = lines }

  func prefix(_ count: Int) -> Self { Self(Array(lines.prefix(count))) }

  func lines(in stream: String) throws(StoreError) -> [StoredLine] { stream == "agreement/large" ? lines : [] }
}
