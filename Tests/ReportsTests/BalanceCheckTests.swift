import Agreements
import CanonicalJSON
import Projections
import Reports
import TestSupport
import Testing

/// What a paper says is owed, against what the record gives. All figures by hand.
@Suite("Balances that papers state")
struct BalanceCheckTests {
  /// £50,000 promised, £20,000 paid on 1 March 2011: £50,000 outstanding before, £30,000 after.
  private static let deal = [
    Story.draft(
      "PaymentPromised", "2010-03-31",
      #"{"promise":"p","to":"practice-a","money":{"low":5000000,"high":5000000},"due":"2010-12-31"}"#),
    Story.draft(
      "PaymentMade", "2011-03-01", #"{"promise":"p","to":"practice-a","money":{"low":2000000,"high":2000000}}"#),
  ]

  static let papers: [(data: String, verdict: BalanceCheck.Verdict)] = [
    (#"{"promise":"p","outstanding":{"low":3000000,"high":3000000},"asOf":"2011-06-30"}"#, .equal),
    // Before the payment.
    (#"{"promise":"p","outstanding":{"low":5000000,"high":5000000},"asOf":"2011-02-28"}"#, .equal),
    (#"{"promise":"p","outstanding":{"low":2950000,"high":2950000},"asOf":"2011-06-30"}"#, .differs(by: 50_000)),
    (#"{"promise":"p","outstanding":{"low":3000001,"high":3000001},"asOf":"2011-06-30"}"#, .differs(by: 1)),
    // An interval that lies apart: £30,000 less its upper end of £25,000.
    (#"{"promise":"p","outstanding":{"low":0,"high":2500000},"asOf":"2011-06-30"}"#, .differs(by: 500_000)),
    (
      #"{"promise":"p","outstanding":{"low":0,"high":4000000},"asOf":"2011-06-30"}"#,
      .cannotBeCompared(why: "the paper states no exact sum; the record’s lies within it")
    ),
    (
      #"{"promise":"p","outstanding":{"low":0},"asOf":"2011-06-30"}"#,
      .cannotBeCompared(why: "the paper states no sum that is known")
    ),
    (
      #"{"promise":"p","outstanding":{"low":3000000,"high":3000000},"asOf":"2011-06-30/.."}"#,
      .cannotBeCompared(why: "the paper does not say for which day it speaks")
    ),
    (
      #"{"promise":"p","outstanding":{"low":3000000,"high":3000000,"about":true},"asOf":"2011-06-30"}"#,
      .cannotBeCompared(why: "the paper says “about”; the record gives the same sum")
    ),
  ]

  @Test("Equal, differs by so much, or cannot be compared and why", arguments: papers)
  func verdicts(data: String, verdict: BalanceCheck.Verdict) throws {
    let story = try Story(Self.deal + [Story.draft("BalanceStated", "2011-07-01", data)])
    let check = try story.ask { history, question in
      let events = try history.streams.flatMap { try history.standing(in: $0) }
      return BalanceCheck(
        try history.obligations(question), events: Dictionary(uniqueKeysWithValues: events.map { ($0.id, $0) }))
    }
    #expect(check.lines.map(\.verdict) == [verdict])
    let isDifferent = if case .differs = verdict { true } else { false }
    #expect(check.differs == isDifferent)
    #expect(check.text().contains(verdict.result))
    #expect(check.json["balances"]?.array?.first?["result"]?.string == verdict.word)
  }
}
