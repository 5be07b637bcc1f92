import Agreements
import CanonicalJSON
import Projections
import Testing

/// Rules that no worked case touches, each with a story that fails without it.
@Suite("The rules in their corners")
struct RuleDetails {
  @Test("A vague date is never padded: what straddles the day is not counted, and the row says so")
  func straddling() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000), due: "2010-01-31")
    story.done(by: "pa", .yes, when: "2009-12-31")
    story.paid("pa", 10_000, "2010-06")
    let row = try #require(try story.rows(asOf: "2010-06-15").first)
    #expect(row.category == .overdue)
    #expect(row.flags == [.datesStraddle])
    #expect(try story.rows(asOf: "2010-05-31").first?.flags == [])
    #expect(try story.rows(asOf: "2010-06-30").first?.category == .honouredLate)
  }

  @Test("The four corners of the two times: back-dated and recorded late")
  func twoTimes() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000), due: "2010-01-31")
    story.done(by: "pa", .yes, when: "2009-12-31")
    story.clock = try #require(Instant("2012-06-01T09:00:00.000Z"))
    story.paid("pa", 10_000, "2010-01-15")
    #expect(try story.rows(asOf: "2010-02-28", knownAt: "2011-01-01").first?.category == .overdue)
    #expect(try story.rows(asOf: "2010-02-28", knownAt: "2012-06-01").first?.category == .honoured)
    #expect(try story.rows(asOf: "2010-01-10", knownAt: "2012-06-01").first?.category == .open)
    #expect(try story.rows(asOf: "2010-01-10", knownAt: "2011-01-01").first?.category == .open)
  }

  @Test("A retraction takes an event out; retracting the retraction brings it back")
  func retractions() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000), due: "2010-01-31")
    story.done(by: "pa", .yes, when: "2009-12-31")
    let payment = story.deal(
      .paymentMade(PaymentMade(promise: q, to: party("pa"), money: .exactly(1_000_000))), when: "2010-01-15")
    #expect(try story.rows(asOf: "2011-01-01").first?.category == .honoured)
    let retraction = story.deal(.entryRetracted(EntryRetracted(target: payment, why: "twice")))
    #expect(try story.rows(asOf: "2011-01-01").first?.category == .overdue)
    story.deal(.entryRetracted(EntryRetracted(target: retraction, why: "no, it was right")))
    #expect(try story.rows(asOf: "2011-01-01").first?.category == .honoured)
  }

  @Test("Of each member the last correction wins; a correction of a correction changes nothing")
  func corrections() throws {
    var story = CaseBuilder(creditors: ["pa"])
    let promise = story.promise(to: "pa", .pounds(10_000))
    func set(_ pence: Int64) -> JSONObject {
      var set = JSONObject()
      set["data"] = [
        "promise": "q", "to": "pa", "money": ["low": .integer(pence), "high": .integer(pence)],
      ]
      return set
    }
    let first = story.deal(.entryCorrected(EntryCorrected(target: promise, set: set(2_000_000), why: "slip")))
    story.deal(.entryCorrected(EntryCorrected(target: promise, set: set(3_000_000), why: "slip")))
    #expect(try story.rows(asOf: "2011-01-01").first?.promised == pounds(30_000))
    story.deal(.entryCorrected(EntryCorrected(target: first, set: set(9_000_000), why: "wrong target")))
    #expect(try story.rows(asOf: "2011-01-01").first?.promised == pounds(30_000))
  }

  @Test("Unknown never becomes nothing: a promise without an upper limit keeps it open")
  func unknownHigh() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .money(Money(low: 500_000, high: nil)), due: "2010-01-31")
    story.done(by: "pa", .yes, when: "2009-12-31")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.outstanding == Amount(low: 500_000, high: nil))
    #expect(row.category == .overdue)
  }

  @Test("Sums beyond 2^53 − 1 pence are a typed error that names the row")
  func overflow() throws {
    var story = CaseBuilder(creditors: ["g"])
    story.group(1_000_000)
    story.promise(to: "g", .money(Money(low: Money.limit, high: Money.limit, per: .each)))
    #expect(throws: RowOverflow(agreement: AgreementKey(unchecked: "deal"), promise: q, creditor: party("g"))) {
      try story.rows(asOf: "2011-01-01")
    }
  }

  @Test("A known type in a later version stops the fold, with its position")
  func newerVersion() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000))
    story.deal(.newer(type: "PaymentMade", version: 2))
    #expect(throws: VersionTooNew(position: 2, type: "PaymentMade", version: 2)) { try story.rows(asOf: "2011-01-01") }
  }

  @Test("A sum for the group as a whole keeps it one row; a sum each divides it")
  func division() throws {
    var story = CaseBuilder(creditors: ["g"])
    story.group(3, members: ["pa"])
    story.promise(to: "g", .money(Money(low: 1_000_000, high: 1_000_000, per: .each)))
    #expect(try story.rows(asOf: "2011-01-01").map(\.count) == [2, 1])
    story.paid("g", 5_000, "2010-05-01")
    let rows = try story.rows(asOf: "2011-01-01")
    #expect(rows.map(\.count) == [3])
    #expect(rows.first?.outstanding == pounds(25_000))
  }

  @Test("Somebody to whom nothing was promised changes no row, and every row says so")
  func outside() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000))
    story.paid("px", 10_000, "2010-05-01")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.paid == .zero)
    #expect(row.flags == [.outsideRows])
  }

  @Test("A paper of the debtor makes it documented; its admission admitted; its denial denied")
  func strength() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000), by: "lmc")
    story.done(by: "pa", .yes, when: "2009-12-31")
    let withdrawal = story.withdrawn(.whole, "2010-09-30")
    #expect(try story.rows(asOf: "2011-01-01").first?.strength == .asserted)
    var denied = story
    denied.deal(.positionStated(PositionStated(proposition: "no", denies: [withdrawal])), when: "2010-10-01", by: "d")
    #expect(try denied.rows(asOf: "2011-01-01").first?.strength == .denied)
    denied.deal(.positionStated(PositionStated(proposition: "yes", admits: [withdrawal])), when: "2010-11-01", by: "d")
    #expect(try denied.rows(asOf: "2011-01-01").first?.strength == .admitted)
    story.add(
      "exhibit/minute", .exhibitFiled(ExhibitFiled(exhibit: "1", title: "Minute", kind: .minute, author: party("d"))))
    story.add(
      "agreement/deal", .corroborated(Corroborated(target: withdrawal, agrees: .yes)), when: "2010-12-01",
      exhibit: "minute")
    #expect(try story.rows(asOf: "2011-01-01").first?.strength == .documented)
  }

  @Test("Money taken back without agreement is clawed back; with it, it is not")
  func clawback() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .pounds(10_000))
    story.paid("pa", 10_000, "2010-05-01")
    story.deal(
      .paymentReclaimed(PaymentReclaimed(promise: q, to: party("pa"), money: .exactly(400_000), agreed: .no)),
      when: "2010-08-01")
    let row = try #require(try story.rows(asOf: "2011-01-01").first)
    #expect(row.category == .clawedBack)
    #expect(row.outstanding == pounds(4_000))
    #expect(row.flags == [.reclaimed])
  }

  @Test("Shares are rounded to the nearest penny, halves up")
  func rounding() throws {
    var story = CaseBuilder(creditors: ["pa"])
    story.promise(to: "pa", .share(.init(percentHundredths: 3333)))
    story.deal(
      .savingReported(
        SavingReported(
          saving: SavingKey(unchecked: "s"), by: party("pa"), money: .exactly(15_000),
          period: try #require(ImpreciseDate(edtf: "2010")), measure: .net)), when: "2010-03-31")
    // 15,000 × 33.33 % = 4,999.5 pence
    #expect(try story.rows(asOf: "2011-01-01").first?.promised == .exactly(5_000))
  }
}
