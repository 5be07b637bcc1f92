import Agreements
import CanonicalJSON
import Projections
import Testing

/// The worked cases: stories with figures that were worked out by hand, and what the fold makes of them.
@Suite("Worked cases")
struct WorkedCases {
  /// Ten unnamed practices, £3.5m saved, up to £100,000 each, withdrawn in September 2010.
  private func bury() -> CaseBuilder {
    var story = CaseBuilder(creditors: ["g"])
    story.group(10)
    story.promise(to: "g", .upTo(100_000, per: .each), account: "news story", by: "pulse")
    story.saving("s", by: "g", 3_500_000)
    let withdrawal = story.withdrawn(.whole, "2010-09")
    story.deal(
      .positionStated(PositionStated(proposition: "the board made the decision", admits: [withdrawal])),
      when: "2011-09",
      by: "d")
    return story
  }

  @Test("1 Bury: a cap and an unnamed group, withdrawn after delivery, admitted")
  func case1() throws {
    let row = try #require(try bury().rows(asOf: "2011-09-30").first)
    #expect(row.category == .withdrawnAfterPerformance)
    #expect(row.strength == .admitted)
    #expect(row.count == 10)
    #expect(row.promised == pounds(0, 1_000_000))
    #expect(row.outstanding == pounds(0, 1_000_000))
    #expect(row.paid == .zero)
    #expect(row.flags.isEmpty)
  }

  @Test("2 Before the withdrawal: not determined, missing the due date")
  func case2() throws {
    let row = try #require(try bury().rows(asOf: "2010-08-31").first)
    #expect(row.category == .undetermined)
    #expect(row.missing == ["due date"])
    #expect(row.withdrawn == .zero)
  }

  @Test("3 Two accounts: each listed, the row is their hull, accounts-conflict")
  func case3() throws {
    var story = bury()
    story.promise(
      to: "g", .money(Money(low: 10_000_000, high: 10_000_000, per: .each)), account: "editorial", by: "pulse")
    let row = try #require(try story.rows(asOf: "2011-09-30").first)
    #expect(row.promised == pounds(0, 1_000_000))
    #expect(row.flags == [.accountsConflict])
  }

  @Test("4 Share with cap: 70% of £180,000 is capped at £100,000, of £90,000 it is £63,000")
  func case4() throws {
    var story = CaseBuilder(creditors: ["g"])
    story.group(2, members: ["pa", "pb"])
    story.promise(to: "g", .share(.init(percentHundredths: 7000, cap: 10_000_000, isEach: true)))
    story.saving("a", by: "pa", 180_000)
    story.saving("b", by: "pb", 90_000)
    let rows = try story.rows(asOf: "2011-09-30")
    #expect(rows.map(\.promised) == [pounds(100_000), pounds(63_000)])
    #expect(try ObligationsView.Total(rows).promised == pounds(163_000))
  }

  @Test("5 Part payment: earned £63,000, paid £20,000, due: underpaid, £43,000 outstanding")
  func case5() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(63_000), due: "2010-03-31")
    story.done(by: "pa", .yes, when: "2010-01-31")
    story.paid("pa", 20_000, "2010-03-01")
    let row = try #require(try story.rows(asOf: "2010-04-01").first)
    #expect(row.category == .underpaid)
    #expect(row.outstanding == pounds(43_000))
    // 20,000 of 63,000 = 31.746 %
    #expect((row.paid.low * 1_000_000 / row.earned.low + 50) / 100 == 3175)
  }

  private func reinstated(_ sum: Int64?, paid: Int64, consent: Consent? = nil) -> CaseBuilder {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(40_000))
    story.done(by: "pa", .yes, when: "2012-03-31")
    story.withdrawn(.whole, "2012-05-01")
    story.deal(
      .promiseReinstated(
        PromiseReinstated(promise: q, money: sum.map { .exactly($0 * 100) }, consent: consent)), when: "2012-09-01")
    story.paid("pa", paid, "2012-10-01")
    return story
  }

  @Test("6 Reinstated in full and paid: honoured late; withdrawn in between")
  func case6() throws {
    let story = reinstated(nil, paid: 40_000)
    let row = try #require(try story.rows(asOf: "2012-10-31").first)
    #expect(row.category == .honouredLate)
    #expect(row.outstanding == .zero)
    #expect(try story.rows(asOf: "2012-08-31").first?.category == .withdrawnAfterPerformance)
    // 1 May to 1 September 2012
    let days = try #require(Day("2012-09-01")).number - (try #require(Day("2012-05-01"))).number
    #expect(days == 123)
  }

  @Test("7 Reinstated lower without consent: varied unilaterally, £15,000 outstanding")
  func case7() throws {
    let row = try #require(try reinstated(25_000, paid: 25_000).rows(asOf: "2012-10-31").first)
    #expect(row.category == .variedUnilaterally)
    #expect(row.outstanding == pounds(15_000))
  }

  private func varied(_ consent: Consent) -> CaseBuilder {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(60_000))
    story.done(by: "pa", .yes, when: "2010-03-31")
    story.deal(
      .agreementVaried(
        AgreementVaried(
          terms: "less", consent: consent, promises: [.init(promise: q, money: .exactly(4_500_000))])),
      when: "2010-05-01")
    story.paid("pa", 45_000, "2010-06-01")
    return story
  }

  @Test("8 Varied by consent: £45,000 paid, honoured")
  func case8() throws {
    let row = try #require(try varied(.yes).rows(asOf: "2011-01-01").first)
    #expect(row.category == .honoured)
    #expect(row.outstanding == .zero)
  }

  @Test("9 Varied without consent: £15,000 outstanding", arguments: [Consent.no, .disputed])
  func case9(consent: Consent) throws {
    let row = try #require(try varied(consent).rows(asOf: "2011-01-01").first)
    #expect(row.category == .variedUnilaterally)
    #expect(row.outstanding == pounds(15_000))
    #expect(row.flags.contains(.consentDisputed) == (consent == .disputed))
  }

  @Test("10 Condition failed, settled as agreed: excused, nothing earned")
  func case10() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(30_000), conditions: [("fall", "attendances fall by 5 %")])
    story.outcome("fall", .failed, by: "d", when: "2010-04-30", settled: .agreed)
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.category == .excused)
    #expect(row.earned == .zero)
    #expect(!row.flags.contains(.conditionOneSided))
  }

  @Test("11 Condition disputed: earned £0 to £30,000")
  func case11() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(30_000), conditions: [("fall", "attendances fall by 5 %")])
    story.outcome("fall", .failed, by: "d", when: "2010-04-30")
    #expect(try story.rows(asOf: "2010-04-30").first?.flags == [.conditionOneSided])
    story.outcome("fall", .met, by: "pa", when: "2010-05-31")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.category == .conditionsDisputed)
    #expect(row.earned == pounds(0, 30_000))
  }

  @Test(
    "12 Savings revised: 25% of £3,500,000 or of £2,100,000",
    arguments: [
      (nil, 875_000, 875_000), (Consent.yes, 525_000, 525_000), (.no, 525_000, 875_000), (.disputed, 525_000, 875_000),
    ]
      as [(Consent?, Int64, Int64)])
  func case12(agreed: Consent?, low: Int64, high: Int64) throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .share(.init(percentHundredths: 2500)))
    story.saving("s", by: "pa", 3_500_000)
    if let agreed {
      story.deal(
        .savingRevised(
          SavingRevised(
            saving: SavingKey(unchecked: "s"), money: .exactly(210_000_000), agreed: agreed, byParty: party("d"))),
        when: "2010-07-01")
    }
    #expect(try story.rows(asOf: "2011-01-01").first?.earned == pounds(low, high))
  }

  @Test("13 Gross is not net: no outcome of the condition; once due it is missing")
  func case13() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000), due: "2010-06-30", conditions: [("net", "a net saving")])
    story.saving("s", by: "pa", 50_000, measure: .gross)
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.earned == pounds(0, 10_000))
    #expect(row.category == .undetermined)
    #expect(row.missing == ["outcome of net"])
  }

  @Test("14 Set-off: £8,000 of £18,000 accepted, £10,000 outstanding")
  func case14() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(50_000), due: "2010-06-30")
    story.done(by: "pa", .yes, when: "2010-03-31")
    story.deal(
      .setOffApplied(
        SetOffApplied(promise: q, to: party("pa"), money: .exactly(1_800_000), accepted: 800_000)), when: "2010-05-01")
    story.paid("pa", 32_000, "2010-06-01")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.outstanding == pounds(10_000))
    #expect(row.flags.contains(.setOffDisputed))
    #expect(row.category == .underpaid)
  }

  @Test("15 Debtor abolished: candidates are listed and none is chosen; a transfer moves the debt")
  func case15() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(43_000), due: "2012-03-31")
    story.done(by: "pa", .yes, when: "2012-01-31")
    story.add(
      "party/d",
      .partySucceeded(PartySucceeded(to: ["nhse", "ccg", "sos"].map(party), kind: .abolition)), when: "2013-03-31")
    var row = try #require(try story.rows(asOf: "2014-01-01").first)
    #expect(row.debtor == party("d"))
    #expect(row.outstanding == pounds(43_000))
    #expect(row.flags == [.successorUnresolved])
    #expect(row.candidates == ["ccg", "nhse", "sos"].map(party))
    story.deal(
      .obligationTransferred(
        ObligationTransferred(promise: q, from: party("d"), to: party("nhse"), instrument: "scheme")),
      when: "2013-04-01")
    story.add("party/ccg", .partySucceeded(PartySucceeded(to: [party("icb")], kind: .merger)), when: "2022-07-01")
    row = try #require(try story.rows(asOf: "2023-01-01").first)
    #expect(row.debtor == party("nhse"))
    #expect(row.candidates.isEmpty)
    #expect(row.flags.isEmpty)
  }

  @Test("16 Overdue (the row): £100,000 due 30 September 2010, paid a year later")
  func case16() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(100_000), due: "2010-09-30")
    story.done(by: "pa", .yes, when: "2010-03-31")
    story.paid("pa", 100_000, "2011-09-30")
    #expect(try story.rows(asOf: "2011-09-29").first?.category == .overdue)
    #expect(try story.rows(asOf: "2010-09-30").first?.category == .open)
    #expect(try story.rows(asOf: "2011-09-30").first?.category == .honouredLate)
  }

  @Test("17 Withdrawn before performance: nothing earned, costs only listed")
  func case17() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(15_000))
    story.done(by: "pa", .no, when: "2010-03-31")
    story.withdrawn(.whole, "2010-03-20")
    story.deal(
      .costIncurred(CostIncurred(by: party("pa"), money: .exactly(230_000), what: "a nurse")), when: "2010-03-01")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.category == .withdrawnBeforePerformance)
    #expect(row.earned == .zero)
    #expect(row.outstanding == .zero)
  }

  @Test("18 Mid-year stop: £6,000 earned and paid, £6,000 withdrawn, nothing outstanding")
  func case18() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(12_000))
    story.done(by: "pa", .part, when: "2010-09-30", period: "2010-04-01/2010-09-30", earned: 6_000)
    story.withdrawn(.future, "2010-10-01", pounds: 6_000)
    for month in 4...9 { story.paid("pa", 1_000, "2010-0\(month)-28") }
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.category == .withdrawnPartPerformed)
    #expect(row.earned == pounds(6_000))
    #expect(row.outstanding == .zero)
    #expect(row.withdrawn == pounds(6_000))
  }

  @Test("19 One of ten named: £80,000 in its own letter, the other nine up to £900,000")
  func case19() throws {
    var story = CaseBuilder(creditors: ["g"])
    story.group(10, members: ["p4"])
    story.promise(to: "g", .upTo(100_000, per: .each))
    story.promise(to: "p4", .pounds(80_000), account: "letter to P4", when: "2009-01-15")
    let rows = try story.rows(asOf: "2011-01-01")
    #expect(rows.map(\.creditor) == [party("g"), party("p4")])
    #expect(rows.map(\.count) == [9, 1])
    #expect(rows.map(\.promised) == [pounds(0, 900_000), pounds(80_000)])
    #expect(rows.allSatisfy { !$0.flags.contains(.accountsConflict) })
    #expect(try ObligationsView.Total(rows).promised == pounds(80_000, 980_000))
  }

  @Test("20 Correction (the row): known before it, not withdrawn on 20 September 2010; known after it, withdrawn")
  func case20() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000))
    story.done(by: "pa", .yes, when: "2010-03-31")
    let withdrawal = story.add(
      "agreement/deal",
      .promiseWithdrawn(PromiseWithdrawn(promise: q, scope: .whole, decidedBy: "the board")), when: "2010-09-30",
      recorded: "2010-10-05")
    var set = JSONObject()
    set["when"] = ["edtf": "2010-09-15"]
    story.add(
      "agreement/deal", .entryCorrected(EntryCorrected(target: withdrawal, set: set, why: "the minute")),
      recorded: "2011-01-10")
    #expect(try story.rows(asOf: "2010-09-20", knownAt: "2010-12-31").first?.category == .undetermined)
    #expect(try story.rows(asOf: "2010-09-20", knownAt: "2011-01-10").first?.category == .withdrawnAfterPerformance)
    #expect(try story.rows(asOf: "2010-09-14").first?.category == .undetermined)
  }

  @Test("21 A payment with two sources is one payment")
  func case21() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(30_000))
    let payment = story.deal(
      .paymentMade(PaymentMade(promise: q, to: party("pa"), money: .exactly(3_000_000))), when: "2010-05-01", by: "pa")
    story.deal(.corroborated(Corroborated(target: payment, agrees: .yes)), when: "2010-06")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.paid == pounds(30_000))
    #expect(row.category == .honoured)
  }

  @Test("22 Deferred without a due date: put off, never overdue by itself")
  func case22() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(30_000))
    story.saving("s", by: "pa", 100_000)
    story.deal(.promiseSuspended(PromiseSuspended(promise: q, reason: "temporarily stop the release")), when: "2009-11")
    for day in ["2010-12-31", "2020-12-31"] { #expect(try story.rows(asOf: day).first?.category == .suspended) }
  }

  @Test(
    "23 The greater of two: list 6,200 × £0.95 = £5,890 against freed-up resources",
    arguments: [(4_100, 5_890), (9_000, 9_000)] as [(Int64, Int64)])
  func case23(resources: Int64, sum: Int64) throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .greaterOf([.exactly(589_000), .exactly(resources * 100)]))
    #expect(try story.rows(asOf: "2011-01-01").first?.promised == pounds(sum))
  }

  @Test("24 Award, then payment: overdue until paid, then honoured late; the award is the terms")
  func case24() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .upTo(30_000), due: "2004-03-31", when: "2003-04-01")
    story.done(by: "pa", .yes, when: "2004-03-31")
    story.deal(
      .disputeRaised(
        DisputeRaised(
          dispute: DisputeKey(unchecked: "x"), route: RouteKey(unchecked: "nhs-dispute-resolution"),
          claimant: party("pa"))),
      when: "2006-01-01")
    story.deal(
      .disputeConcluded(
        DisputeConcluded(
          dispute: DisputeKey(unchecked: "x"), outcome: .determined, money: .exactly(1_801_700),
          interest: Money(low: 0, high: 499_999), promise: q)), when: "2007-02-01")
    let before = try #require(try story.rows(asOf: "2007-03-01").first)
    #expect(before.category == .overdue)
    #expect(before.promised == pounds(18_017))
    story.paid("pa", 18_017, "2007-04-01")
    let after = try #require(try story.rows(asOf: "2007-04-30").first)
    #expect(after.category == .honouredLate)
    // Interest is listed elsewhere and never part of what is outstanding.
    #expect(after.outstanding == .zero)
  }

  @Test("25 Plans are not promises: no rows")
  func case25() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.add(
      "plan/p1",
      .reductionPlanned(
        ReductionPlanned(planner: party("d"), scope: "contracts", money: Money(low: 3_400_000_000, high: 3_700_000_000))
      ))
    #expect(try story.rows(asOf: "2011-01-01").isEmpty)
  }
}
