import Agreements
import CanonicalJSON
import LogStore
import Projections
import TestSupport
import Testing

/// What is read and folded the quick way must be what the whole rule book says, byte for byte.
@Suite("The quick reading and the whole one")
struct QuickReadingTests {
  private func days() -> [Day] {
    ["2009-12-31", "2010-01-15", "2010-02-28", "2010-03-31", "2010-12-31", "2012-01-01"].compactMap { Day($0) }
  }

  /// The answer as the view of the whole rule book gives it.
  private func whole(_ view: ObligationsView) -> JSONValue {
    var object = JSONObject()
    object["balances"] = .array(view.balances.map(\.json))
    object["costs"] = .array(view.costs.map { .string($0.description) })
    object["format"] = "x"
    object["rows"] = .array(view.rows.map(\.json))
    object["straddling"] = .array(view.straddling.map { .string($0.description) })
    let total = view.total
    object["total"] = [
      "promised": total.promised.json, "paid": total.paid.json, "withdrawn": total.withdrawn.json,
      "outstanding": total.outstanding.json,
    ]
    return .object(object)
  }

  /// The written answer and that of the view; nil where a sum is too large for either.
  private func answers(_ lines: [[UInt8]], asOf day: Day, knownAt: Instant?) throws -> (
    written: [UInt8]?, whole: [UInt8]?, view: ObligationsView?, plain: Int
  ) {
    let history = try History(LinesLog(lines: lines), knownAt: knownAt)
    let question = history.question(asOf: day, root: nil)
    let view: ObligationsView?
    do { view = try history.obligations(question) } catch is RowOverflow { view = nil }
    var written: [UInt8]? = []
    var answer = ObligationsAnswer(history, question)
    do {
      try answer.write(members: JSONObject(["format": "x"]), whole: whole) { written?.append(contentsOf: $0) }
    } catch is RowOverflow { written = nil }
    return (written, view.map { whole($0).canonicalBytes }, view, answer.plainRows)
  }

  @Test("Answers written row by row are those of the view, for registers nearly all of whose agreements are plain")
  func plainRegisters() throws {
    var (plain, categories): (Int, Set<ObligationRow.Category>) = (0, [])
    var flags: Set<ObligationRow.Flag> = []
    for seed in 0..<160 as Range<UInt64> {
      let lines = PlainHistory(seed: seed, events: 40 + Int(seed % 40), oddness: seed % 2 == 0 ? 0 : 150).lines
      for day in days() {
        for known in [nil, "2010-02-10"] as [String?] {
          let knownAt = known.flatMap { Day($0) }.map { Instant.end(of: $0) }
          let answer = try answers(lines, asOf: day, knownAt: knownAt)
          guard answer.written == answer.whole else {
            Issue.record("seed \(seed), as of \(day), known at \(known ?? "the end")")
            return
          }
          plain += answer.plain
          if answer.plain == answer.view?.rows.count {
            for row in answer.view?.rows ?? [] {
              categories.insert(row.category)
              flags.formUnion(row.flags)
            }
          }
        }
      }
    }
    #expect(plain > 2_000)
    #expect(
      categories == [
        .excused, .honoured, .honouredLate, .withdrawnAfterPerformance, .withdrawnBeforePerformance, .overdue,
        .underpaid, .open, .undetermined,
      ])
    #expect(flags == [.datesStraddle, .mayBeLate, .sumApproximate, .sumNotFixed])
  }

  @Test("And for a log in which everything happens, nearly all of whose agreements are folded the short way")
  func mixedLog() throws {
    var lines: [[UInt8]] = []
    MixedLog.make(10_000, seed: 5) { lines.append($0) }
    #expect(lines.count >= 10_000)
    for (day, known) in [("2030-01-01", nil), ("2018-06-30", "2016-12-31")] as [(String, String?)] {
      let day = try #require(Day(day))
      let answer = try answers(lines, asOf: day, knownAt: known.flatMap { Day($0) }.map { Instant.end(of: $0) })
      #expect(answer.written == answer.whole)
      #expect(answer.plain * 5 > (answer.view?.rows.count ?? 0) * 4)
    }
  }

  @Test("And for histories in which everything collides")
  func randomHistories() throws {
    for seed in 0..<120 as Range<UInt64> {
      let lines = RandomHistory(seed: seed, events: 14 + Int(seed % 24)).lines
      for day in days() {
        let answer = try answers(lines, asOf: day, knownAt: nil)
        guard answer.written == answer.whole else {
          Issue.record("seed \(seed), as of \(day)")
          return
        }
      }
    }
  }

  @Test("Sums near what can be stated are added with all checks")
  func largeSums() throws {
    let limit = Money.limit
    var lines = PlainHistory(seed: 1, events: 0, oddness: 0).lines
    let made = "\"agreement/a\""
    guard
      let promise = PlainHistory(seed: 2, events: 400, oddness: 0).lines.first(where: {
        let text = String(decoding: $0, as: UTF8.self)
        return text.contains("\"PaymentPromised\"") && text.contains(made)
      })
    else {
      Issue.record("the history has no promise in agreement a")
      return
    }
    guard case .object(var line) = try JSONValue(canonical: promise) else { return }
    for number in 0..<1_000 {
      line["data"] = [
        "promise": .string("q\(number)"), "to": "pa", "money": ["low": .integer(limit), "high": .integer(limit)],
      ]
      line["id"] = .string(
        EventID(high: 0x0190_0000_0000_7000 + UInt64(number) << 16, low: 0x8000_0000_0000_0001).description)
      lines.append(JSONValue.object(line).canonicalBytes)
      // 900 × 10^13 pence are just below 2^53, 901 are just above.
      guard [899, 900, 901, 999].contains(number) else { continue }
      let answer = try answers(lines, asOf: days()[5], knownAt: nil)
      #expect(answer.written == answer.whole)
      #expect((answer.whole == nil) == (number + 1 > 900))
    }
  }

  @Test("A line that is taken quickly is taken by the decoder, whatever byte of it is changed")
  func linesAndMutants() throws {
    var random = SeededRandom(seed: 7)
    var quick = QuickLines(isChecking: true)
    var decoder = EventDecoder()
    var (taken, mutantsTaken) = (0, 0)
    let lines = PlainHistory(seed: 3, events: 150, oddness: 500).lines + RandomHistory(seed: 3, events: 60).lines
    let insertions = ["\\n", "é", "0", ",", "\"", "\\u001f", "\\/"]
    // The same line where it lies, with another behind it that must not be looked into.
    var framed = QuickLines(isChecking: true)
    let behind = [0x0A] + (lines.last ?? []) + [UInt8](repeating: 0, count: LineCursor.room)
    func check(_ line: [UInt8]) -> Bool {
      let isTaken = line.withUnsafeBufferPointer { quick.read($0, at: 5) }
      let isTakenInPlace = (line + behind).withUnsafeBufferPointer { both in
        framed.read(UnsafeBufferPointer(rebasing: both[..<line.count]), at: 5, isFramed: true)
      }
      guard isTaken == isTakenInPlace else { return false }
      guard isTaken else { return true }
      guard framed.id == quick.id, framed.salt == quick.salt, framed.doing == quick.doing else { return false }
      guard let event = try? decoder.event(line, at: 5) else { return false }
      taken += 1
      return event.id == quick.id && event.recordedAt == quick.recordedAt
        && event.stream.description == quick.name(ofStream: quick.stream)
    }
    for line in lines {
      #expect(check(line))
      for _ in 0..<60 {
        var mutant = line
        let at = Int.random(in: 0..<line.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutant.remove(at: at)
        case 2: mutant.removeLast(line.count - at)
        case 1:
          mutant.insert(
            contentsOf: Array(insertions[Int.random(in: 0..<insertions.count, using: &random)].utf8), at: at)
        default: mutant[at] = UInt8.random(in: 0...255, using: &random)
        }
        let before = taken
        if !check(mutant) {
          Issue.record("taken quickly, refused by the decoder: \(String(decoding: mutant, as: UTF8.self))")
          return
        }
        mutantsTaken += taken - before
      }
    }
    #expect(taken - mutantsTaken > 150)
    #expect(mutantsTaken > 400)
  }
}
