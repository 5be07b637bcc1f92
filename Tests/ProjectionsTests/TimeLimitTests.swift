import Agreements
import CanonicalJSON
import Testing

import Projections

/// The last days by which a way would have to be gone, if it is open. The expected days were worked out by hand with a
/// calendar; where the day of the event is vague there are two, and the first is safe.
@Suite("Time limits that an event may begin")
struct TimeLimitTests {
  /// when, route, safe, latest
  static let cases: [(String?, TimeLimit.Route, String?, String?)] = [
    // No 31 November; February's last day; the same number and not the last day.
    ("2010-08-31", .judicialReview, "2010-11-30", "2010-11-30"),
    ("2010-11-30", .judicialReview, "2011-02-28", "2011-02-28"),
    ("2011-11-30", .judicialReview, "2012-02-29", "2012-02-29"),
    ("2012-02-29", .judicialReview, "2012-05-29", "2012-05-29"),
    // Some day in September: between the first and the last.
    ("2010-09", .judicialReview, "2010-12-01", "2010-12-30"),
    // Three years beginning with the day end on the day before the anniversary.
    ("2010-09-15", .disputeResolution, "2013-09-14", "2013-09-14"),
    ("2010-09", .disputeResolution, "2013-08-31", "2013-09-29"),
    ("2012-02-29", .disputeResolution, "2015-02-27", "2015-02-27"),
    ("2013-03-01", .disputeResolution, "2016-02-29", "2016-02-29"),
    ("2012-03-01", .disputeResolution, "2015-02-28", "2015-02-28"),
    // Open at one end, or not known.
    ("../2010-09-15", .disputeResolution, nil, "2013-09-14"), (nil, .judicialReview, nil, nil),
  ]

  private func withdrawal(_ when: String?) throws -> Statement {
    let promise = try #require(PromiseKey(rawValue: "slice"))
    let party = try #require(PartyKey(rawValue: "pct"))
    var statement = Statement(
      assertedBy: .init(party: party), basis: .document,
      body: .promiseWithdrawn(PromiseWithdrawn(promise: promise, scope: .whole, decidedBy: "the board")),
      visibility: .committee)
    if let when { statement.when = .init(date: try #require(ImpreciseDate(edtf: when))) }
    return statement
  }

  @Test("Three months after, and three years beginning with", arguments: cases)
  func lastDays(when: String?, route: TimeLimit.Route, safe: String?, latest: String?) throws {
    let limits = TimeLimit.begun(by: try withdrawal(when), contract: .unknown, due: nil)
    let limit = try #require(limits.first { $0.route == route })
    #expect(limit.safe?.description == safe && limit.latest?.description == latest)
  }

  @Test("Six years from the day it was due; an NHS contract has no way to court")
  func court() throws {
    for (due, safe, latest) in [
      ("2010-09-30", "2016-09-30", "2016-09-30"), ("2012-02-29", "2018-02-28", "2018-02-28"),
      ("2027-03", "2033-03-01", "2033-03-31"),
    ] {
      let date = DueDate(try #require(ImpreciseDate(edtf: due)))
      let limits = TimeLimit.begun(by: try withdrawal("2010-09"), contract: .nonNHS, due: date)
      let limit = try #require(limits.first { $0.route == .courtClaim })
      #expect(limit.safe?.description == safe && limit.latest?.description == latest)
    }
    let nhs = TimeLimit.begun(by: try withdrawal("2010-09"), contract: .nhs, due: nil)
    #expect(!nhs.contains { $0.route == .courtClaim } && nhs.count == 2)
  }
}
