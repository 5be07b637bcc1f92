import CanonicalJSON
import LogStore
import Projections
import TestSupport
import Testing

/// Long logs, as they are measured with: the fold, the quick way of it among it, against the naive reading of the rules.
@Suite("Long logs, read naively")
struct LongLogsTests {
  private static let events = 10_000

  enum Kind: CaseIterable {
    /// All agreements are plain.
    case register
    /// Every type of event, corrections, one large agreement, one agreement in twenty-five disputed.
    case mixed

    func lines(_ events: Int) -> [[UInt8]] {
      var lines: [[UInt8]] = []
      switch self {
      case .register: RegisterLog.make(events, seed: 6) { lines.append($0) }
      case .mixed: MixedLog.make(events, seed: 6) { lines.append($0) }
      }
      return lines
    }
  }

  /// (as of, known at): at the end, in the middle with what is known today, and in the middle as it was known then.
  private static let questions: [(String, String?)] = [
    ("2030-01-01", nil), ("2015-12-31", nil), ("2015-12-31", "2015-12-31"),
  ]

  @Test("The rows of ten thousand events are those of the naive reading", arguments: Kind.allCases)
  func rows(_ kind: Kind) throws {
    let lines = kind.lines(Self.events)
    #expect(lines.count >= Self.events)
    var counts: [Int] = []
    for (asOf, known) in Self.questions {
      let day = try #require(Day(asOf))
      let knownAt = known.flatMap { Day($0) }.map { Instant.end(of: $0) }
      let history = try History(LinesLog(lines: lines), knownAt: knownAt)
      let question = history.question(asOf: day, root: nil)
      let view = try history.obligations(question)
      var written: [UInt8] = []
      var answer = ObligationsAnswer(history, question)
      try answer.write(members: JSONObject(), whole: { _ in .null }) { written += $0 }
      // The quick way first, for what it writes is what people get.
      let rows = view.rows.map(\.json)
      #expect(try JSONValue(canonical: written)["rows"] == .array(rows))
      #expect(answer.plainRows * 5 > rows.count * 4)
      let naive = try NaiveFold(lines: lines, asOf: day, knownAt: knownAt).rows()
      let bare = rows.map { row in
        var object = row.object ?? JSONObject()
        object["reliedOn"] = nil
        return JSONValue.object(object)
      }
      #expect(naive.count == bare.count)
      if let place = zip(naive, bare).enumerated().first(where: { $0.element.0 != $0.element.1 }) {
        Issue.record("as of \(asOf): \(bare[place.offset]) and naively \(naive[place.offset])")
      }
      counts.append(rows.count)
    }
    #expect(counts[0] > 2_000)
    // Half of the promises were made by then.
    #expect(counts[1] > 800 && counts[1] < counts[0])
    #expect(counts[2] <= counts[1])
  }
}
