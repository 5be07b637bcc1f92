public import Agreements
public import CanonicalJSON

/// A time limit that an event may begin, and its last day as far as the day of the event is known.
///
/// Nothing is chosen and nobody is advised: it says by which day a way would have to be gone, if it is open at all. Rules and
/// provisions are those of England as they stood in the middle of 2026.
public struct TimeLimit: Hashable, Sendable {
  public enum Route: String, Sendable {
    case disputeResolution = "nhs-dispute-resolution"
    case judicialReview = "judicial-review"
    case courtClaim = "court-claim"
    case informationRequest = "foi"
  }

  public var route: Route
  /// The last day, if the event was on the first day that it can have been on; this one is safe. nil = it cannot be told.
  public var safe: Day?
  /// The last day, if it was on the last day that it can have been on.
  public var latest: Day?

  /// The limits that an event may begin; none for what is no refusal and no request.
  ///
  /// - Parameters:
  ///   - contract: of the agreement; nil = not known.
  ///   - due: when the promise that it is about was to be paid; nil = not known.
  public static func begun(
    by statement: Statement, contract: AgreementMade.ContractStatus?, due: DueDate?
  ) -> [TimeLimit] {
    switch statement.body {
    case .promiseWithdrawn, .promiseSuspended, .paymentReclaimed, .setOffApplied: break
    case .agreementVaried(let varied) where varied.consent != .yes: break
    case .informationRequested(let request) where request.law == .foi:
      // Twenty working days after it was received: on which day that was, and which are bank holidays, is not known here.
      return [TimeLimit(route: .informationRequest)]
    default: return []
    }
    let (first, last) = (statement.when?.date.earliest, statement.when?.date.latest)
    var limits = [
      // “Not later than 3 months after”: CPR 54.5(1); the day itself is left out (Dodds v Walker [1981]).
      TimeLimit(route: .judicialReview, safe: first?.adding(months: 3), latest: last?.adding(months: 3)),
      // “3 years beginning with”: the day itself is day one; GMS Regs 2015 reg 83, PMS Regs 2015 reg 76.
      TimeLimit(
        route: .disputeResolution, safe: first?.adding(months: 36).adding(-1),
        latest: last?.adding(months: 36).adding(-1)),
    ]
    // An NHS contract gives no rights that a court could enforce: NHS Act 2006 s.9(5).
    if contract != .nhs {
      // Six years from the day on which it fell due unpaid: Limitation Act 1980 s.5.
      limits.append(
        TimeLimit(
          route: .courtClaim, safe: due?.earliest?.adding(months: 72), latest: due?.latest?.adding(months: 72)))
    }
    return limits
  }
}

extension Day {
  /// So many months on: the day of the same number; in a month that has none, its last day (Dodds v Walker [1981]).
  public func adding(months: Int) -> Day {
    let civil = civil
    let count = civil.year * 12 + civil.month - 1 + months
    let (year, month) = (count / 12, count % 12 + 1)
    return Day(year: year, month: month, day: min(civil.day, Day.length(ofMonth: month, year: year))) ?? self
  }
}
