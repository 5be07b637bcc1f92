import Agreements
import CanonicalJSON
import TestSupport
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
    ("£34 to £37 million", 3_400_000_000, 3_700_000_000, .total, false),
    ("£3.5–4m", 350_000_000, 400_000_000, .total, false), ("£500 to £1m", 50_000, 100_000_000, .total, false),
    ("between £5,000 and £6k", 500_000, 600_000, .total, false), ("95p", 95, 95, .total, false),
    ("£1bn", 100_000_000_000, 100_000_000_000, .total, false), ("£0.5m", 50_000_000, 50_000_000, .total, false),
    ("at most £100,000 per practice", 0, 10_000_000, .each, false),
    ("£5,000 in total", 500_000, 500_000, .total, false),
    ("circa  £3.5 million", 350_000_000, 350_000_000, .total, true), ("–", 0, 0, .total, false),
    ("about £34m to £37m each", 3_400_000_000, 3_700_000_000, .each, true),
    ("£1\u{A0}million", 100_000_000, 100_000_000, .total, false), ("£587,808", 58_780_800, 58_780_800, .total, false),
    // In words, to the last of them.
    ("two hundred thousand", 20_000_000, 20_000_000, .total, false),
    ("two hundred thousand pounds", 20_000_000, 20_000_000, .total, false),
    ("£2 hundred thousand", 20_000_000, 20_000_000, .total, false),
    ("up to a hundred thousand each", 0, 10_000_000, .each, false),
    ("half a million pounds", 50_000_000, 50_000_000, .total, false),
    ("one million two hundred and fifty thousand", 125_000_000, 125_000_000, .total, false),
    ("twenty-five thousand", 2_500_000, 2_500_000, .total, false), ("Ninety pounds", 9_000, 9_000, .total, false),
    ("about three hundred and five pounds", 30_500, 30_500, .total, true),
    ("between one thousand and two thousand pounds", 100_000, 200_000, .total, false),
  ]

  @Test("Sums are read as people write them", arguments: sums)
  func readSums(text: String, low: Int64, high: Int64?, per: Money.Per, isAbout: Bool) throws {
    let money = try Money(words: text)
    #expect(money.low == low && money.high == high && money.per == per && money.isAbout == isAbout)
    let again = try Money(words: money.description)
    #expect(again.low == low && again.high == high && again.per == per && again.isAbout == isAbout)
  }

  /// The plain forms are read on a short way; with a space behind the pound sign the same sums take the long one.
  @Test(
    "Law: plain sums are read the same on both ways, and what the short way does not take goes the long one",
    arguments: [
      ("0", 0), ("5", 500), ("1234", 123_400), ("1,234", 123_400), ("12,345.60", 1_234_560), ("1,234,567", 123_456_700),
      ("0.05", 5), ("100,000,000,000", 10_000_000_000_000), ("007", 700), ("12.5", 1_250),
    ] as [(String, Int64)])
  func plainSums(text: String, pence: Int64) throws {
    for form in [text, "£\(text)", "£ \(text)", "\(text) in total"] {
      guard let money = try? Money(words: form) else {
        // Refused on one way, refused on both.
        #expect((try? Money(words: "£ \(text)")) == nil && (try? Money(words: text)) == nil, "\(form)")
        continue
      }
      #expect(money.low == pence && money.high == pence && money.per == .total && !money.isAbout, "\(form)")
      #expect(money.words == (form == money.description ? nil : form))
    }
    for wrong in ["£1,00,000", "1,2345", "£,100", "£1234,567", "1.234", "£", "100,000,000,001"] {
      #expect(throws: WordsFault.self) { try Money(words: wrong) }
    }
  }

  @Test(
    "What is no sum is refused with what to write",
    arguments: [
      "", "£", "£1,00,000", "1.2.3", "£5,000.123", "(123)", "123-", "minus five", "£-5", "1e9", "£9,999,999,999,999",
      "up to", "£5 to", "½", "5 000", "£37m to £34m", "£5 each a year", "£5 a year each", "£5 each each", "£.50", "£5.",
      "£95p", "1,2345",
      "1,,000", ",000", "two three hundred", "thousand thousand", "two thousand three thousand", "hundred odd",
      "a pounds",
      "two hundred thousand and a bit", "some hundreds", "two to three hundred thousand", "minus two thousand",
      "two hundred pence thousand", "a million billion", "half a pound a million",
      "ten", "twenty-five", "one", "£100,000,000,001",
      "£99999999999999999999999", "about", "each", "70%", "£5 or so", "١٢٣",
    ])
  func noSums(text: String) {
    let fault = #expect(throws: WordsFault.self) { try Money(words: text) }
    #expect(fault?.next.isEmpty == false)
  }

  @Test("A comma in the wrong place is answered with what may have been meant")
  func commas() {
    let fault = #expect(throws: WordsFault.self) { try Money(words: "£1,00,000") }
    #expect(fault?.why == "£1,00,000 is not an amount: the commas are in the wrong place")
    #expect(fault?.next == "Did you mean £100,000 or £1,000,000? A limit is written “up to £100,000”.")
    let other = #expect(throws: WordsFault.self) { try Money(words: "up to £1,0000 each") }
    #expect(other?.next.hasPrefix("Did you mean £10,000? ") == true)
    let negative = #expect(throws: WordsFault.self) { try Money(words: "(1,234)") }
    #expect(negative?.why == "(1,234) is a negative amount")
  }

  @Test("Law: money printed and read again is the same money, for every shape and many sizes")
  func moneyLaw() throws {
    var random = SeededRandom(seed: 20)
    var sizes: [Int64] = [0, 1, 9, 10, 99, 100, 101, 99_999, 100_000, 123_456_789, Money.limit - 1, Money.limit]
    var most: Int64 = 9
    while most < Money.limit {
      sizes.append(Int64.random(in: 0...most, using: &random))
      most = most * 10 + 9
    }
    for low in sizes {
      for high in sizes.map(Optional.some) + [nil] where (high ?? low) >= low {
        for per in Money.Per.allCases {
          for isAbout in [false, true] {
            let money = Money(low: low, high: high, per: per, isAbout: isAbout)
            var again = try Money(words: money.description)
            again.words = nil
            #expect(again == money, "\(money.description)")
          }
        }
      }
    }
  }

  @Test("The words are kept beside what was understood, unless they are what is printed anyway")
  func keptWords() throws {
    #expect(try Money(words: "up to £100,000 each").words == nil)
    #expect(try Money(words: "£3.5m").words == "£3.5m")
    #expect(try Money(words: "nil").words == "nil")
  }

  @Test(
    "A day by which something is to be may be the end of a month or a year; what happened at such an end has no day",
    arguments: [
      ("end of March 2027", "2027-03-31"), ("the end of March 2027", "2027-03-31"),
      ("at the end of 2026/27", "2027-03-31"),
      ("end of 2011", "2011-12-31"), ("end of the 2026/27", "2027-03-31"), ("31 March 2010", "2010-03-31"),
      ("March 2027", "2027-03"), ("by March 2027", "../2027-03"),
    ])
  func deadlines(text: String, edtf: String) throws {
    #expect(try ImpreciseDate(deadline: text).edtf == edtf)
    if text.contains("end") { #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) } }
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
    ("FY2010", "2009-04-01/2010-03-31"), ("FY 09/10", "2009-04-01/2010-03-31"), ("FY99", "1998-04-01/1999-03-31"),
    ("financial year 2009/10", "2009-04-01/2010-03-31"), ("2009–10", "2009-04-01/2010-03-31"),
    ("2012-13", "2012-04-01/2013-03-31"), ("1999-00", "1999-04-01/2000-03-31"), ("2010-10", "2010-10"),
    ("before 2009/10", "../2009-03-31"), ("by 2009/10", "../2010-03-31"), ("after 2009/10", "2010-04-01/.."),
    ("2009/10 to 2010/11", "2009-04-01/2011-03-31"), ("Sept 14, 2010", "2010-09-14"),
    ("14th of September 2010", "2010-09-14"), ("from 1 May 2010 to 3 June 2010", "2010-05-01/2010-06-03"),
    ("about September 2010 to about 5 October 2010", "2010-09~/2010-10-05~"), ("2010/2012", "2010/2012"),
    ("by about June 2011", "../2011-06~"), ("on or before 31 March 2010", "../2010-03-31"), ("2011-06~", "2011-06~"),
    // A record counts in days; the hour stays in the words.
    ("on 3 July 2010", "2010-07-03"), ("in March 2027", "2027-03"), ("in 2009/10", "2009-04-01/2010-03-31"),
    ("3 July 2010 at nine", "2010-07-03"), ("3 July 2010, 9.15 am", "2010-07-03"), ("13/03/2010 at 9", "2010-03-13"),
    ("2010-07-03 09:15", "2010-07-03"), ("3 July 2010 in the morning at ten past nine", "2010-07-03"),
    ("3 July 2010 in the afternoon", "2010-07-03"),
    ("May 2010 – June 2010", "2010-05/2010-06"), ("29 February 2012", "2012-02-29"), ("since 2010", "2010/.."),
    ("by the end of March 2027", "../2027-03-31"), ("before the end of 2026/27", "../2027-03-31"),
    ("by end of February 2012", "../2012-02-29"), ("after the end of March 2010", "2010-04-01/.."),
    ("31 March 2010 at the latest", "../2010-03-31"),
    ("9am on 30 November 2010", "2010-11-30"), ("at half past nine on 3 July 2010", "2010-07-03"),
  ]

  @Test("Dates are read as people write them and printed back with the same days", arguments: dates)
  func readDates(text: String, edtf: String) throws {
    let date = try ImpreciseDate(words: text)
    #expect(date.edtf == edtf)
    #expect(try ImpreciseDate(words: date.description) == date, "\(date.description)")
  }

  @Test("Law: a date printed and read again is the same date, for every form")
  func dateLaw() throws {
    let units = ["1800", "1999", "2010", "2010-01", "2010-09", "2012-12", "2010-04-01", "2012-02-29", "2199-12-31"]
    let ends = units + units.map { $0 + "~" } + ["2010-10", "2009-10", "2000-01", "2011-03-31"]
    var count = 0
    for first in ends + [".."] {
      for last in ends + ["..", ""] {
        let edtf = last.isEmpty ? first : "\(first)/\(last)"
        guard let date = ImpreciseDate(edtf: edtf) else { continue }
        count += 1
        #expect(try ImpreciseDate(words: date.description) == date, "\(edtf): \(date.description)")
      }
    }
    #expect(count > 250)
    for year in 1800...2198 {
      let date = try #require(ImpreciseDate(edtf: "\(year)-04-01/\(year + 1)-03-31"))
      #expect(try ImpreciseDate(words: date.description) == date, "\(date.description)")
    }
  }

  @Test("What has two readings is asked about, wherever in the text it stands")
  func twoReadings() {
    let year = #expect(throws: WordsFault.self) { try ImpreciseDate(words: "2009-10") }
    #expect(year?.why == "“2009-10” is not clear: the financial year 2009/10, or October 2009?")
    #expect(year?.next == "Write 2009/10, or October 2009.")
    for text in ["before 2010-11", "about 2010-11", "2010-11 to 2012", "by 04/05/2010", "4.5.2010", "04-05-2010"] {
      let fault = #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) }
      #expect(fault?.why.contains("is not clear") == true, "\(text)")
    }
  }

  @Test("A day with its month as a number is taken where it has one reading, and that with the day first")
  func oneReading() throws {
    for (text, edtf) in [
      ("13/04/2010", "2010-04-13"), ("14.9.2010", "2010-09-14"), ("31-01-2010", "2010-01-31"),
      ("04/04/2010", "2010-04-04"),
      ("by 30/06/2011", "../2011-06-30"), ("about 14/09/2010", "2010-09-14~"),
      ("13/04/2010 to 30/04/2010", "2010-04-13/2010-04-30"), ("29/02/2012", "2012-02-29"),
    ] {
      #expect(try ImpreciseDate(words: text).edtf == edtf, "\(text)")
    }
    for (text, why, next) in [
      ("04/13/2010", "is written with the month first", "Write 13 April 2010."),
      ("31/02/2010", "is no day: February 2010 has 28", "the month alone: February 2010."),
      ("30/02/2012", "is no day: February 2012 has 29", "the month alone: February 2012."),
      ("31/06/2010", "is no day: June 2010 has 30", "the month alone: June 2010."),
      ("31/31/2010", "is no date", "Write the month as a word"),
      ("04/05/10", "is no date", "Write the month as a word"),
    ] {
      let fault = #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) }
      #expect(
        fault?.why.contains(why) == true && fault?.next.contains(next) == true, "\(text): \(String(describing: fault))")
    }
  }

  @Test("Whoever leaves out the year is told to add it")
  func yearMissing() {
    for text in ["before May", "May", "3 May", "by 31 March", "about Sept.", "May to June"] {
      let fault = #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) }
      #expect(fault?.why == "“\(text)” says no year" && fault?.next == "Add it, like “\(text) 2010”.", "\(text)")
    }
  }

  /// text, what to write instead
  static let nearly: [(String, String)] = [
    ("May to July 2010", "Write “May 2010 to July 2010”."), ("May or June 2010", "Write “May 2010 to June 2010”."),
    ("Sept–Nov 2010", "Write “September 2010 to November 2010”."), ("2009 or 2010", "Write “2009 to 2010”."),
    ("between May and July 2010", "Write “May 2010 to July 2010”."),
    ("1-3 May 2010", "Write “1 May 2010 to 3 May 2010”."), ("1 to 3 May 2010", "Write “1 May 2010 to 3 May 2010”."),
    ("1 May to 3 June 2010", "Write “1 May 2010 to 3 June 2010”."),
    ("summer 2010", "Write “June 2010 to August 2010”."),
    ("in the winter of 2010", "Write “December 2010 to February 2011”."),
    ("mid-September 2010", "Write “September 2010”, or the first and the last day that it may be."),
    ("the end of May 2010", "Write “May 2010”, or the first and the last day that it may be."),
    ("early 2010", "Write “2010”, or the first and the last day that it may be."),
  ]

  @Test("Days that are nearly said are told how they are written, and what is written so is a date", arguments: nearly)
  func nearlyDates(text: String, next: String) throws {
    let fault = #expect(throws: WordsFault.self) { try ImpreciseDate(words: text) }
    #expect(fault?.next == next && fault?.why == "“\(text)” is no date", "\(String(describing: fault))")
    let written = try #require(next.split(separator: "“").last?.split(separator: "”").first)
    _ = try ImpreciseDate(words: String(written))
  }

  @Test(
    "A share is no sum, and whoever types it for one is told the flag",
    arguments: [
      ("70% of savings, at most £100,000", "--share \"70% of savings, at most £100,000\""),
      ("60 per cent", "--share \"60 per cent\""), ("70%", "--share \"70%\""),
      ("70% of income", "--share \"70% at most £100,000 each\""),
    ])
  func sharesAsSums(text: String, flag: String) {
    let fault = #expect(throws: WordsFault.self) { try Money(words: text) }
    #expect(fault?.why == "“\(text)” is a share and no sum" && fault?.next.hasSuffix(flag) == true)
  }

  /// text, hundredths of a percent, cap in pence, each
  static let shares: [(String, Int64, Int64?, Bool)] = [
    ("70%", 7_000, nil, false), ("70% at most £100,000 each", 7_000, 10_000_000, true),
    ("70% of savings, at most £100,000", 7_000, 10_000_000, false),
    ("70% of the saving, at most £100,000", 7_000, 10_000_000, false),
    ("62.5 per cent of the savings made (max £5k)", 6_250, 500_000, false),
    ("33.33%, up to £2.4m", 3_333, 240_000_000, false), ("70% each", 7_000, nil, true),
    ("70% of what is saved, capped at £100,000 per practice", 7_000, 10_000_000, true),
    ("100% of their savings", 10_000, nil, false), ("0.5%", 50, nil, false),
    ("60% of what they save on prescribing in 2026/27, at most £240,000", 6_000, 24_000_000, false),
    ("60% of savings on drugs", 6_000, nil, false),
    ("60% of what they save on prescribing (at most £240,000)", 6_000, 24_000_000, false),
  ]

  @Test("Shares are read as people write them, and printed so that they can be read again", arguments: shares)
  func readShares(text: String, percent: Int64, cap: Int64?, isEach: Bool) throws {
    let share = try PaymentPromised.Share(words: text)
    #expect(share == PaymentPromised.Share(percentHundredths: percent, cap: cap, isEach: isEach))
    #expect(try PaymentPromised.Share(words: share.description) == share, "\(share)")
  }

  @Test(
    "What could be meant in two ways, or is none, is no share",
    arguments: [
      "much%", "%", "70", "70.125%", "-5%", "10001%", "70% £100,000", "70% at least £5", "70% £5 to £10",
      "70% of income", "60% of savings on prescribing (at most two hundred pounds)",
      "60% of what they save on prescribing but only half this year",
      "60% of savings on prescribing in excess of their plan",
      "60% of savings on drugs above 2%", "60% of savings on ", "60% of savings on prescribing, if they hit the target",
      "70% at most £5 a year", "70% about £5", "70% not known", "7 0%", "70%%",
    ])
  func noShares(text: String) {
    #expect(throws: WordsFault.self) { try PaymentPromised.Share(words: text) }
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
      "201X", "2010-09-14T10:00", "FY100", "FY+1", "+2010", "31 June 2010", "29 February 2011", "14 Ju 2010", "by",
      "about",
      "before", "to", "2010 to", "2011 to 2010", "04/05/10", "31/31/2010", "14thst May 2010", "about 2009/10",
      "before about", "by by 2010", "2009/11", "09/10", "٢٠١٠",
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
