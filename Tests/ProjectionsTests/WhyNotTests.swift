import Agreements
import CanonicalJSON
import Foundation
import LogStore
import Projections
import Testing

/// The rules of the categories read backwards, held to the rules themselves.
@Suite("Why a row is not in a category")
struct WhyNotTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../events/cases").standardized.path

  static let cases: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".jsonl") }
    .filter { !$0.hasSuffix(".drafts.jsonl") }.sorted()

  private func rows(_ path: String, _ day: String) throws -> [ObligationRow] {
    let history = try History(try JSONLinesLog(path: path))
    let question = history.question(asOf: try #require(Day(day)), root: nil)
    return try history.obligations(question, isExplaining: true).rows
  }

  @Test("Law: the category is the first in order whose rule holds, in all recorded cases", arguments: cases)
  func law(name: String) throws {
    var count = 0
    for year in [2003, 2005, 2009, 2010, 2011, 2012, 2014, 2016, 2019, 2021, 2024, 2026] {
      for day in ["03-31", "09-30"] {
        for row in try rows("\(Self.folder)/\(name)", "\(year)-\(day)") {
          #expect(row.trials.first(where: \.holds)?.category == row.category, "\(name) \(year)-\(day) \(row.promise)")
          #expect(row.trials.map(\.category) == ObligationRow.Category.inOrder)
          count += 1
        }
      }
    }
    // Plans are no promises, and what was paid too much was promised by nobody.
    let bare = ["nottinghamshire-overpayments-2024.jsonl", "planned-cuts-2010.jsonl"]
    #expect((count == 0) == bare.contains(name))
  }

  @Test("Law: so it is in histories made at random, in which every category occurs")
  func randomHistories() throws {
    var seen: Set<ObligationRow.Category> = []
    let days = ["2010-03-31", "2010-05-09", "2010-05-10", "2010-06-30", "2010-12-31", "2012-01-01"].compactMap {
      Day($0)
    }
    for seed: UInt64 in 0..<400 {
      let history = try History(LinesLog(lines: RandomHistory(seed: seed, events: 14 + Int(seed % 24)).lines))
      for day in days {
        // A sum that is too large has no rows at all.
        guard let view = try? history.obligations(history.question(asOf: day, root: nil), isExplaining: true) else {
          continue
        }
        for row in view.rows {
          guard row.trials.first(where: \.holds)?.category != row.category else {
            seen.insert(row.category)
            continue
          }
          Issue.record("seed \(seed), as of \(day), \(row.promise), \(row.creditor): \(row.category)")
          return
        }
      }
    }
    #expect(seen.count == ObligationRow.Category.allCases.count, "\(seen)")
  }

  @Test("Where something was paid, no further payment is proposed to undo it, in all recorded cases", arguments: cases)
  func paid(name: String) throws {
    for row in try rows("\(Self.folder)/\(name)", "2026-09-30") {
      for need in row.trials.flatMap(\.ways).flatMap({ $0 })
      where need.text.hasPrefix("nothing was paid") && !need.isMet {
        #expect(
          need.changedBy == ["EntryCorrected", "EntryRetracted"] && !need.events.isEmpty, "\(name) \(row.promise)")
      }
    }
  }

  @Test("Without workings nothing is worked out")
  func bare() throws {
    let history = try History(try JSONLinesLog(path: "\(Self.folder)/bury-2009-10.jsonl"))
    let question = history.question(asOf: try #require(Day("2011-09-30")), root: nil)
    #expect(try history.obligations(question).rows.allSatisfy(\.trials.isEmpty))
  }

  @Test("Bury is not overdue: a withdrawal stands, and no due date is known")
  func bury() throws {
    let row = try #require(try rows("\(Self.folder)/bury-2009-10.jsonl", "2011-09-30").first)
    let overdue = try #require(row.trials.first { $0.category == .overdue })
    #expect(!overdue.holds && overdue.ways.count == 2)
    let unmet = overdue.ways[0].filter { !$0.isMet }.map(\.text)
    #expect(
      unmet == [
        "no withdrawal without consent stands", "the due date has passed (no due date is known)",
        "something is surely outstanding (up to £1,000,000)",
      ])
    #expect(overdue.ways[0].first?.changedBy == ["PromiseReinstated", "EntryRetracted"])
    // Nothing was paid, and what was done is on record: the rest of the rule is met.
    #expect(overdue.ways[1].filter(\.isMet).count == 3)
  }
}
