internal import Agreements
internal import CanonicalJSON

// Agreements, promises, money and disputes.

extension SentenceWriter {
  func sentence(_ made: AgreementMade) -> String {
    var known = [made.form.words]
    switch made.contractStatus {
    case .nhs: known.append("an NHS contract")
    case .nonNHS: known.append("no NHS contract")
    case .unknown: break
    }
    let term = made.term.map { ", \($0)" } ?? ""
    return "Agreement between \(lexicon.name(made.debtor)) and \(lexicon.names(made.creditors)): "
      + "\(made.title)\(term) (\(known.joined(separator: ", ")))"
  }

  func sentence(_ varied: AgreementVaried) -> String {
    let sums = varied.promises.map { ". New sum for \($0.promise): \(sum($0.money))" }.joined()
    return "Terms varied: \(varied.terms)\(sums)\(only(varied.creditor)) (\(varied.consent.words))"
  }

  func sentence(_ promised: PaymentPromised) -> String {
    let terms: String =
      switch promised.terms {
      case .money(let money): sum(money)
      case .share(let share): share.description
      case .greaterOf(let sums): "the greater of \(Lexicon.list(sums.map { sum($0) }))"
      }
    let conditions =
      promised.conditions.isEmpty ? "" : ", if " + Lexicon.list(promised.conditions.map(\.text))
    let due = promised.due.map { ", due \($0)" } ?? ""
    let known = [promised.purpose.map { "purpose: \($0)" }, promised.account.map { "account “\($0)”" }]
      .compactMap { $0 }
    return "Promised to \(lexicon.name(promised.to)): \(terms)\(conditions)\(due)"
      + aside(known.isEmpty ? nil : known.joined(separator: "; "))
  }

  func sentence(_ outcome: ConditionOutcome) -> String {
    let settled: String? =
      switch outcome.settled {
      case .agreed?: "settled by agreement"
      case .determined?: "settled by a decision"
      case nil: nil
      }
    let view = "in the view of \(lexicon.name(outcome.byParty))"
    return "Condition \(outcome.condition) \(outcome.outcome.words)\(outcome.figure.map { ": \($0)" } ?? "")"
      + only(outcome.creditor) + aside(settled ?? view)
  }

  func sentence(_ saving: SavingReported) -> String {
    "Saving of \(lexicon.name(saving.by)) reported: \(sum(saving.money)) in \(saving.period) (\(saving.measure.words))"
  }

  func sentence(_ payment: PaymentMade) -> String {
    "Paid to \(lexicon.name(payment.to)): \(sum(payment.money))\(only(payment.creditor))"
      + aside(payment.reference.map { "reference \($0)" })
  }

  func sentence(_ reclaim: PaymentReclaimed) -> String {
    "Taken back from \(lexicon.name(reclaim.to)): \(sum(reclaim.money))\(only(reclaim.creditor)) "
      + "(\(reclaim.agreed.words))\(reason(reclaim.reason))"
  }

  func sentence(_ setOff: SetOffApplied) -> String {
    let each = setOff.money.per == .each ? " each" : ""
    return "Set off against \(lexicon.name(setOff.to)): \(sum(setOff.money)) claimed, "
      + "\(Amount.pounds(setOff.accepted))\(each) accepted\(only(setOff.creditor))\(reason(setOff.reason))"
  }

  func sentence(_ withdrawn: PromiseWithdrawn) -> String {
    let part =
      switch withdrawn.scope {
      case .whole: "withdrawn"
      case .part where withdrawn.money?.amount == .unknown: "withdrawn (how much of it was not said)"
      case .part: "withdrawn in part" + aside(withdrawn.money.map { sum($0) } ?? "how much was not said")
      case .future: "stopped for the future" + aside(withdrawn.money.map { sum($0) })
      }
    var known: [String] = []
    if let consent = withdrawn.consent { known.append(consent.words) }
    switch withdrawn.notified {
    case .yes?: known.append("the creditors were told")
    case .no?: known.append("the creditors were not told")
    case .unknown?, nil: break
    }
    let isNotSaid = withdrawn.decidedBy == PromiseWithdrawn.deciderNotSaid
    return "Promise \(withdrawn.promise) \(part), "
      + (isNotSaid ? "who decided it was not said" : "decided by \(withdrawn.decidedBy)") + only(withdrawn.creditor)
      + aside(known.isEmpty ? nil : known.joined(separator: ", ")) + reason(withdrawn.reason)
  }

  func sentence(_ moved: ObligationTransferred) -> String {
    "What \(lexicon.name(moved.from)) owed\(aside(moved.money.map { sum($0) })) moved to "
      + "\(lexicon.name(moved.to))\(only(moved.creditor)): \(moved.instrument)"
  }

  func sentence(_ balance: BalanceStated) -> String {
    let whom = balance.to.map { " to \(lexicon.name($0))" } ?? ""
    return "A paper states \(sum(balance.outstanding)) outstanding\(whom), as of \(balance.asOf)"
  }

  func sentence(_ end: DisputeConcluded) -> String {
    "Dispute \(end.dispute) ended: \(end.outcome.words)\(end.money.map { ", \(sum($0))" } ?? "")"
      + (end.interest.map { ", interest \(sum($0))" } ?? "") + only(end.creditor)
  }

  func sentence(_ plan: ReductionPlanned) -> String {
    "Plan of \(lexicon.name(plan.planner)) to spend less: \(sum(plan.money)), \(plan.scope)"
      + (plan.period.map { ", \($0)" } ?? "") + (plan.conditionalOn.map { ", only if \($0)" } ?? "")
  }
}

extension Consent {
  var words: String {
    switch self {
    case .yes: "agreed"
    case .no: "not agreed"
    case .disputed: "whether it was agreed is disputed"
    }
  }
}

extension AgreementMade.Form {
  fileprivate var words: String {
    switch self {
    case .contract: "a contract"
    case .sla: "a service level agreement"
    case .mou: "a memorandum of understanding"
    case .letter: "by letter"
    case .minute: "by minute"
    case .email: "by e-mail"
    case .oral: "by word of mouth"
    case .unknown: "form not known"
    }
  }
}

extension ConditionOutcome.Outcome {
  fileprivate var words: String {
    switch self {
    case .met: "met"
    case .failed: "not met"
    case .disputed: "disputed"
    case .waived: "waived"
    case .prevented: "prevented by the other side"
    }
  }
}

extension SavingReported.Measure {
  fileprivate var words: String {
    switch self {
    case .gross: "gross"
    case .net: "net"
    case .unknown: "gross or net not known"
    }
  }
}

extension DisputeConcluded.Outcome {
  fileprivate var words: String {
    switch self {
    case .determined: "decided"
    case .settled: "settled"
    case .rejected: "the claim was rejected"
    case .exhausted: "no further step was open"
    case .withdrawn: "the claim was withdrawn"
    }
  }
}

extension RouteKey {
  /// “NHS dispute resolution”
  var words: String {
    rawValue.split(separator: "-").map { ["nhs", "foi"].contains($0) ? $0.uppercased() : String($0) }
      .joined(separator: " ")
  }
}
