import CanonicalJSON
import Foundation
import LogStore
import Projections
import Testing

/// The fold and a second, naive reading of the rules must agree, whatever happened and whenever it is asked.
@Suite("Two readings of the rules")
struct TwoReadingsTests {
  /// `TRACKER_HISTORIES` sets how many random histories are tried.
  static let histories = ProcessInfo.processInfo.environment["TRACKER_HISTORIES"].flatMap { UInt64($0) } ?? 160

  private func fold(_ lines: [[UInt8]], asOf: Day, knownAt: Instant?) throws -> [JSONValue]? {
    let history = try History(LinesLog(lines: lines), knownAt: knownAt)
    do {
      let view = try history.obligations(history.question(asOf: asOf, root: nil))
      return view.rows.map { row in
        var object = row.json.object ?? JSONObject()
        object["reliedOn"] = nil
        return .object(object)
      }
    } catch is RowOverflow { return nil }
  }

  private func naive(_ lines: [[UInt8]], asOf: Day, knownAt: Instant?) throws -> [JSONValue]? {
    do { return try NaiveFold(lines: lines, asOf: asOf, knownAt: knownAt).rows() } catch is NaiveSum.TooLarge {
      return nil
    }
  }

  @Test("For random histories both give the same rows, on a grid of as-of and known-at, and at every prefix")
  func agree() throws {
    let days = ["2009-12-31", "2010-03-31", "2010-05-09", "2010-05-10", "2010-06-30", "2010-12-31", "2012-01-01"]
      .compactMap { Day($0) }
    var (rows, categories): (Int, Set<String>) = (0, [])
    for seed in 0..<Self.histories {
      let lines = RandomHistory(seed: seed, events: 14 + Int(seed % 24)).lines
      var questions: [([[UInt8]], Day, Instant?)] = []
      for day in days {
        for known in [nil, "2010-01-20", "2010-02-10"] as [String?] {
          questions.append((lines, day, known.flatMap { Day($0) }.map { Instant.end(of: $0) }))
        }
      }
      for length in 1..<lines.count { questions.append((Array(lines.prefix(length)), days[5], nil)) }
      for (lines, day, known) in questions {
        let (mine, other) = (try fold(lines, asOf: day, knownAt: known), try naive(lines, asOf: day, knownAt: known))
        if mine != other {
          Issue.record(
            "seed \(seed), \(lines.count) lines, as of \(day), known at \(known?.description ?? "the end"): \(difference(mine, other))"
          )
          return
        }
        rows += mine?.count ?? 0
        for row in mine ?? [] { categories.insert(row["category"]?.string ?? "") }
      }
    }
    #expect(rows > 1_000)
    #expect(
      categories.count == ObligationRow.Category.allCases.count,
      "never met: \(Set(ObligationRow.Category.allCases.map(\.rawValue)).subtracting(categories))")
  }

  private func difference(_ mine: [JSONValue]?, _ other: [JSONValue]?) -> String {
    guard let mine, let other else { return "one of the two overflows" }
    guard mine.count == other.count else { return "\(mine.count) rows for \(other.count)" }
    for (left, right) in zip(mine, other) where left != right {
      let members = (left.object?.members ?? []).filter { right[$0.name] != $0.value }
      let row = "\(left["promise"]?.string ?? "")/\(left["creditor"]?.string ?? "")"
      return row + ": "
        + members.map { member in
          let text = { (value: JSONValue?) in String(decoding: (value ?? .null).canonicalBytes, as: UTF8.self) }
          return "\(member.name) \(text(member.value)) for \(text(right[member.name]))"
        }.joined(separator: ", ")
    }
    return ""
  }
}
