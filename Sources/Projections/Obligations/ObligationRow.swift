public import Agreements
public import CanonicalJSON

/// One promise to one creditor, as it stands: the figures, what they are called, and what they rest on.
public struct ObligationRow: Hashable, Sendable {
  public var agreement: AgreementKey
  public var promise: PromiseKey
  /// nil where the log does not say who promised.
  public var debtor: PartyKey?
  /// Those who may have taken the debt over; nobody is chosen.
  public var candidates: [PartyKey] = []
  public var creditor: PartyKey
  /// How many practices the row stands for; nil = not known.
  public var count: Int64?
  public var due: DueDate?

  public var promised: Amount = .zero
  public var earned: Amount = .zero
  public var paid: Amount = .zero
  public var setOff: Amount = .zero
  public var withdrawn: Amount = .zero
  public var outstanding: Amount = .zero

  public var category: Category = .open
  public var strength: Strength?
  public var flags: Set<Flag> = []
  /// What would have to be known to say more.
  public var missing: [String] = []
  /// The accounts and every counted event that set a figure, the debtor or the category; in log order.
  public var reliedOn: [EventID] = []
  /// How each figure came about, step by step, for `explain`.
  public var workings: [Working] = []
  /// What each category would take, for `explain --why-not`.
  public var trials: [Trial] = []

  public enum Category: String, Sendable, CaseIterable {
    case excused, honoured
    case honouredLate = "honoured-late"
    case withdrawnAfterPerformance = "withdrawn-after-performance"
    case withdrawnPartPerformed = "withdrawn-part-performed"
    case withdrawnBeforePerformance = "withdrawn-before-performance"
    case clawedBack = "clawed-back"
    case variedUnilaterally = "varied-unilaterally"
    case conditionsDisputed = "conditions-disputed"
    case suspended, overdue, underpaid, open, undetermined

    /// Does the row belong into the report on reneged deals? The word is that report's name and no status.
    public var isReneged: Bool {
      switch self {
      case .withdrawnAfterPerformance, .withdrawnPartPerformed, .withdrawnBeforePerformance, .clawedBack,
        .variedUnilaterally, .overdue, .underpaid:
        true
      default: false
      }
    }

    /// Shown apart in that report.
    public var isNotSettled: Bool {
      switch self {
      case .conditionsDisputed, .suspended, .undetermined: true
      default: false
      }
    }
  }

  /// How far the failure is shown, weakest last.
  public enum Strength: String, Sendable, CaseIterable {
    case documented, admitted, denied, inferred, asserted
  }

  /// What a reader must know beside the figures.
  public enum Flag: String, Sendable, CaseIterable, Comparable {
    case accountsConflict = "accounts-conflict"
    case conditionOneSided = "condition-one-sided"
    case consentDisputed = "consent-disputed"
    case datesStraddle = "dates-straddle"
    case mayBeLate = "may-be-late"
    case orderNotKnown = "order-not-known"
    case outsideRows = "outside-rows"
    case performanceDisputed = "performance-disputed"
    case reclaimed
    case setOffDisputed = "set-off-disputed"
    case successorUnresolved = "successor-unresolved"
    case sumApproximate = "sum-approximate"
    case sumNotFixed = "sum-not-fixed"

    public static func < (left: Flag, right: Flag) -> Bool { left.rawValue < right.rawValue }
  }

  /// The figures of a row, by the names that they have in JSON.
  public enum Figure: String, Sendable, CaseIterable {
    case promised, earned, paid, setOff, withdrawn, outstanding, due, debtor, category, strength
  }

  /// One step by which a figure came about.
  public struct Working: Hashable, Sendable {
    public var figure: Figure
    /// What was done, in words.
    public var text: String
    /// The sum that the step adds or takes, or the result so far.
    public var amount: Amount?
    public var events: [EventID]
  }

  public subscript(figure: Figure) -> Amount? {
    switch figure {
    case .promised: promised
    case .earned: earned
    case .paid: paid
    case .setOff: setOff
    case .withdrawn: withdrawn
    case .outstanding: outstanding
    case .due, .debtor, .category, .strength: nil
    }
  }
}

/// When a sum is due, as written; a hull of several accounts is written in days.
public struct DueDate: Hashable, Sendable {
  public var edtf: String
  public var earliest: Day?
  public var latest: Day?

  /// As people write it.
  public var words: String { ImpreciseDate(edtf: edtf)?.description ?? edtf }

  public init(_ date: ImpreciseDate) {
    edtf = date.edtf
    earliest = date.earliest
    latest = date.latest
  }

  /// The hull of what rival accounts state; nil if none states one, or if nothing is left known of either end.
  init?(hullOf dates: [ImpreciseDate]) {
    guard let first = dates.first else { return nil }
    if dates.count == 1 {
      (edtf, earliest, latest) = (first.edtf, first.earliest, first.latest)
      return
    }
    let starts = dates.map(\.earliest)
    let ends = dates.map(\.latest)
    earliest = starts.contains(nil) ? nil : starts.compactMap(\.self).min()
    latest = ends.contains(nil) ? nil : ends.compactMap(\.self).max()
    if dates.allSatisfy({ $0 == first }) {
      edtf = first.edtf
    } else if let earliest, earliest == latest {
      edtf = earliest.description
    } else if earliest == nil, latest == nil {
      return nil
    } else {
      edtf = "\(earliest?.description ?? "..")/\(latest?.description ?? "..")"
    }
  }

  /// Passed when its latest day is before the day asked for; an open end never passes.
  func isPassed(on day: Day) -> Bool {
    latest.map { $0 < day } ?? false
  }
}

/// A sum of the row went past 2^53 − 1 pence.
public struct RowOverflow: Error, Hashable, Sendable {
  public var agreement: AgreementKey
  public var promise: PromiseKey?
  public var creditor: PartyKey?

  public init(agreement: AgreementKey, promise: PromiseKey?, creditor: PartyKey?) {
    self.agreement = agreement
    self.promise = promise
    self.creditor = creditor
  }
}
