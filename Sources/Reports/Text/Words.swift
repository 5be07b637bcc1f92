import Agreements
public import Projections

// The words of categories, strengths, flags and of what is not claimed. Plain, neutral, the same everywhere.

/// “1 event”, “2 events”
public func eventCount(_ count: Int) -> String { "\(count) event\(count == 1 ? "" : "s")" }

extension ObligationRow.Category {
  public var words: String {
    switch self {
    case .excused: "excused"
    case .honoured: "paid in full"
    case .honouredLate: "paid in full, late"
    case .withdrawnAfterPerformance: "promise withdrawn after delivery"
    case .withdrawnPartPerformed: "promise withdrawn after part delivery"
    case .withdrawnBeforePerformance: "promise withdrawn before delivery"
    case .clawedBack: "money taken back without agreement"
    case .variedUnilaterally: "terms lowered by one side"
    case .conditionsDisputed: "conditions disputed"
    case .suspended: "put off"
    case .overdue: "overdue, nothing paid"
    case .underpaid: "due, paid in part"
    case .open: "open"
    case .undetermined: "not determined"
    }
  }
}

extension ObligationRow.Strength {
  public var words: String {
    switch self {
    case .documented: "documented: it stands in a paper of the debtor's own"
    case .admitted: "admitted: the debtor says so itself"
    case .denied: "denied by the debtor"
    case .inferred: "inferred from other facts"
    case .asserted: "asserted, and neither admitted nor denied"
    }
  }
}

extension ObligationRow.Flag {
  public var words: String {
    switch self {
    case .accountsConflict: "the sources differ on what was promised"
    case .conditionOneSided: "that a condition failed is the debtor's word alone"
    case .consentDisputed: "whether there was consent is disputed"
    case .datesStraddle: "something may or may not have happened by this day"
    case .mayBeLate: "the last payment may have been late"
    case .orderNotKnown: "the order of two events is not known"
    case .outsideRows: "an event names somebody to whom nothing was promised"
    case .performanceDisputed: "one record says it was done, another that it was not"
    case .reclaimed: "money was taken back without agreement"
    case .setOffDisputed: "a set-off was accepted only in part"
    case .successorUnresolved: "who owes it now is not settled"
    case .sumApproximate: "a sum is given as “about”"
    case .sumNotFixed: "how much is due was not fixed"
    }
  }
}

extension RenegedView.NotClaimed {
  /// A full sentence, so that no figure stands without its limits.
  public var sentence: String { "Not claimed: \(words)" }

  /// What follows “Not claimed:”.
  var words: String {
    switch self {
    case .ceilingWasDue(let amount):
      if amount.low == 0 {
        "that \(Amount.pounds(amount.high ?? 0)) was due. “\(amount)” sets a ceiling, and no event fixes the sum."
      } else {
        "which sum within \(amount) was due; no event fixes it."
      }
    case .division(let count):
      "how much each of \(count.map(String.init) ?? "an unknown number of") practices was owed; the record does not "
        + "divide the sum."
    case .accountsDiffer: "which of the accounts of the promise is right; all are listed."
    case .sumIsApproximate: "an exact sum; a source says “about”."
    case .daysAreVague: "the exact order of events whose days are not known."
    case .successor: "who owes it today; the candidates are listed, none is chosen."
    case .onlyAsserted: "that the debtor agrees; no event records its admission or denial."
    case .denied: "that the debtor agrees; it denies it, and its words are quoted."
    case .amountNotKnown: "any upper limit of the sum; none is recorded."
    case .savingsAsReported: "that the savings were checked by anybody; they are as reported."
    }
  }
}

extension ObligationRow.Figure {
  public var words: String {
    switch self {
    case .promised: "Promised"
    case .earned: "Earned"
    case .paid: "Paid"
    case .setOff: "Set off"
    case .withdrawn: "Withdrawn"
    case .outstanding: "Outstanding"
    case .due: "Due date"
    case .debtor: "Debtor"
    case .category: "Category"
    case .strength: "Strength"
    }
  }
}

extension ObligationRow {
  /// “10 practices”, “practice-1”: whom the row stands for.
  public var creditorWords: String {
    switch count {
    case 1: creditor.rawValue
    case nil: "\(creditor) (number not known)"
    case let count?: "\(creditor) (\(count))"
    }
  }
}

/// The line under every finding.
public let notLegalAdvice = "This is a record and a calculator. It is not legal advice, and it accuses nobody."
