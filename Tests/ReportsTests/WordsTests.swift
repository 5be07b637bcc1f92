import Agreements
import CanonicalJSON
import Projections
import Reports
import Testing

/// The words of findings: plain, neutral, each its own.
@Suite("Words of findings")
struct WordsTests {
  static let categories: [(ObligationRow.Category, String)] = [
    (.excused, "excused"), (.honoured, "paid in full"), (.honouredLate, "paid in full, late"),
    (.withdrawnAfterPerformance, "promise withdrawn after delivery"),
    (.withdrawnPartPerformed, "promise withdrawn after part delivery"),
    (.withdrawnBeforePerformance, "promise withdrawn before delivery"),
    (.clawedBack, "money taken back without agreement"), (.variedUnilaterally, "terms lowered by one side"),
    (.conditionsDisputed, "conditions disputed"), (.suspended, "put off"), (.overdue, "overdue, nothing paid"),
    (.underpaid, "due, paid in part"), (.open, "open"), (.undetermined, "not determined"),
  ]

  @Test("Each category in plain words", arguments: categories)
  func category(category: ObligationRow.Category, words: String) { #expect(category.words == words) }

  @Test("No two say the same, and none accuses")
  func neutral() {
    let limits: [RenegedView.NotClaimed] = [
      .ceilingWasDue(.init(low: 0, high: 100)), .ceilingWasDue(.init(low: 5, high: 100)), .division(count: 10),
      .division(count: nil), .accountsDiffer, .sumIsApproximate, .daysAreVague, .successor, .onlyAsserted, .denied,
      .amountNotKnown, .savingsAsReported,
    ]
    let all =
      ObligationRow.Category.allCases.map(\.words) + ObligationRow.Strength.allCases.map(\.words)
      + ObligationRow.Flag.allCases.filter { $0 != .reclaimed }.map(\.words) + limits.map(\.sentence)
    #expect(Self.categories.count == ObligationRow.Category.allCases.count)
    #expect(Set(all).count == all.count)
    for word in ["renege", "broke", "cheat", "lied", "unlawful", "illegal", "guilt", "fault", "must pay"] {
      #expect(!all.contains { $0.lowercased().contains(word) }, "\(word)")
    }
    #expect(limits.allSatisfy { $0.sentence.hasPrefix("Not claimed: ") && $0.sentence.hasSuffix(".") })
  }

  /// part, whole, told
  static let percentages: [(Int64, Int64, String)] = [
    (100_000_000, 350_000_000, "28.57%"), (2_000_000, 6_300_000, "31.75%"), (1, 3, "33.33%"), (2, 3, "66.67%"),
    (1, 2, "50%"), (1, 1000, "0.10%"), (1, 8, "12.50%"), (0, 5, "0%"), (5, 5, "100%"), (1, 0, "0%"),
    (1, 20_000, "0.01%"), (9_007_199_254_740_991, 9_007_199_254_740_991, "100%"),
  ]

  @Test("Parts of a hundred, to two places, halves up, without floating point", arguments: percentages)
  func percentage(part: Int64, whole: Int64, told: String) { #expect(Percentage.of(part, whole) == told) }
}
