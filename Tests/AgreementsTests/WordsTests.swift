import Agreements
import CanonicalJSON
import Testing

/// What people type and what they read.
@Suite("Words for money and dates")
struct WordsTests {
  /// text, low, high, per, about
  static let sums: [(String, Int64, Int64?, Money.Per, Bool)] = [
    ("£5,000", 500_000, 500_000, .total, false), ("5000", 500_000, 500_000, .total, false),
    ("£1,234.56", 123_456, 123_456, .total, false), ("£0.05", 5, 5, .total, false),
    ("up to £100,000", 0, 10_000_000, .total, false), ("Up to £100,000 each", 0, 10_000_000, .each, false),
    ("at least £3,000", 300_000, nil, .total, false), ("£3.5m", 350_000_000, 350_000_000, .total, false),
    ("about £3.5m", 350_000_000, 350_000_000, .total, true), ("100k", 10_000_000, 10_000_000, .total, false),
    ("£34m to £37m", 3_400_000_000, 3_700_000_000, .total, false),
    ("£34-37m", 3_400_000_000, 3_700_000_000, .total, false),
    ("between £34m and £37m", 3_400_000_000, 3_700_000_000, .total, false), ("nil", 0, 0, .total, false),
    ("not known", 0, nil, .total, false), ("£12,000 a year", 1_200_000, 1_200_000, .year, false),
    ("£1\u{A0}million", 100_000_000, 100_000_000, .total, false), ("£587,808", 58_780_800, 58_780_800, .total, false),
  ]

  @Test("Sums are read as people write them", arguments: sums)
  func readSums(text: String, low: Int64, high: Int64?, per: Money.Per, isAbout: Bool) throws {
    let money = try Money(words: text)
    #expect(money.low == low && money.high == high && money.per == per && money.isAbout == isAbout)
    let again = try Money(words: money.description)
    #expect(again.low == low && again.high == high && again.per == per && again.isAbout == isAbout)
  }

  @Test(
    "What is no sum is refused with what to write",
    arguments: [
      "", "£", "£1,00,000", "1.2.3", "£5,000.123", "(123)", "123-", "minus five", "£-5", "1e9", "£9,999,999,999,999",
      "up to", "£5 to", "½", "5 000", "£37m to £34m",
    ])
  func noSums(text: String) {
    let fault = #expect(throws: WordsFault.self) { try Money(words: text) }
    #expect(fault?.next.isEmpty == false)
  }

  /// text, EDTF
  static let dates: [(String, String)] = [
    ("September 2010", "2010-09"), ("Sept 2010", "2010-09"), ("sep 2010", "2010-09"),
    ("14 September 2010", "2010-09-14"),
    ("14th Sep 2010", "2010-09-14"), ("2010", "2010"), ("2010-09-14", "2010-09-14"), ("2010-09", "2010-09"),
    ("2009/10", "2009-04-01/2010-03-31"), ("2009/2010", "2009-04-01/2010-03-31"), ("FY10", "2009-04-01/2010-03-31"),
    ("before May 2011", "../2011-04-30"), ("by 31 March 2010", "../2010-03-31"), ("after June 2010", "2010-07-01/.."),
    ("from May 2010", "2010-05/.."), ("about June 2011", "2011-06~"),
    ("1 May 2010 to 3 June 2010", "2010-05-01/2010-06-03"),
    ("between May 2010 and June 2010", "2010-05/2010-06"), ("../2010-03-31", "../2010-03-31"),
  ]

  @Test("Dates are read as people write them and printed back with the same days", arguments: dates)
  func readDates(text: String, edtf: String) throws {
    let date = try ImpreciseDate(words: text)
    #expect(date.edtf == edtf)
    let again = try ImpreciseDate(words: date.description)
    #expect(again.earliest == date.earliest && again.latest == date.latest, "\(date.description)")
  }

  @Test("A day with its month as a number is asked about, never guessed")
  func ambiguous() {
    let fault = #expect(throws: WordsFault.self) { try ImpreciseDate(words: "04/05/2010") }
    #expect(fault?.why == "“04/05/2010” is not clear: 4 May or 5 April?")
    #expect(fault?.next == "Write 4 May 2010, or 2010-05-04.")
  }

  @Test(
    "What is no date is refused",
    arguments: [
      "", "yesterday", "32 May 2010", "2010-13", "2010-02-30", "May", "1799", "2200", "../..", "2011/2010", "2010?",
      "201X", "2010-09-14T10:00",
    ])
  func noDates(text: String) {
    #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) }
  }

  /// EDTF, first day, last day
  static let intervals: [(String, String?, String?)] = [
    ("2010-09-14~", "2010-09-13", "2010-09-15"), ("2011-06~", "2011-05-01", "2011-07-31"),
    ("2011~", "2010-01-01", "2012-12-31"),
    ("2010-12~", "2010-11-01", "2011-01-31"), ("2010", "2010-01-01", "2010-12-31"),
    ("2010-02", "2010-02-01", "2010-02-28"),
    ("../2010-09", nil, "2010-09-30"), ("2010-09/..", "2010-09-01", nil),
    ("2010-09~/2010-10-05~", "2010-08-01", "2010-10-06"),
  ]

  @Test("Every date is an interval of days; “about” widens an end by one unit", arguments: intervals)
  func readIntervals(edtf: String, first: String?, last: String?) throws {
    let date = try #require(ImpreciseDate(edtf: edtf))
    #expect(date.earliest?.description == first)
    #expect(date.latest?.description == last)
  }

  @Test("Amounts are printed as intervals; unknown is said")
  func amounts() {
    #expect(Amount(low: 0, high: 100_000_000).description == "up to £1,000,000")
    #expect(Amount(low: 852_329, high: 852_329).description == "£8,523.29")
    #expect(Amount(low: 0, high: nil).description == "not known")
    #expect(Amount(low: 300_000, high: nil).description == "at least £3,000")
    #expect(Amount(low: 5, high: 5).description == "£0.05")
  }

  @Test("Sums of intervals are exact, and past 2^53 − 1 an error")
  func arithmetic() throws {
    #expect(try Amount(low: 1, high: 5) + Amount(low: 2, high: nil) == Amount(low: 3, high: nil))
    #expect(Amount(low: 10, high: 20).less(Amount(low: 5, high: 12)) == Amount(low: 0, high: 15))
    #expect(Amount(low: 10, high: 20).less(Amount(low: 5, high: nil)) == Amount(low: 0, high: 15))
    #expect(Amount(low: 10, high: nil).less(Amount(low: 5, high: 6)) == Amount(low: 4, high: nil))
    #expect(throws: AmountOverflow.self) { try Amount.exactly(Amount.limit) + .exactly(1) }
    #expect(throws: AmountOverflow.self) { try Amount.exactly(1 << 40).times(1 << 40) }
  }
}
