public import Agreements
internal import CanonicalJSON

// Every event as one plain sentence. Who says so stands beside it, never inside it.

extension Statement {
  /// What happened, in the words of an office; the words of sources stand in quotation marks.
  public var sentence: String {
    switch body {
    case .partyRegistered(let party): party.sentence
    case .partySucceeded(let change): "\(change.kind.rawValue.capitalised): followed by \(list(change.to))"
    case .memberNamed(let named): "Member named: \(named.member)"
    case .sameParty(let same): "The same body elsewhere: \(same.ods ?? same.log ?? "")"
    case .agreementMade(let made): "Agreement made: \(made.title). \(made.debtor) with \(list(made.creditors))"
    case .agreementVaried(let varied): "Terms varied: \(varied.terms) (\(varied.consent.words))"
    case .paymentPromised(let promised): promised.sentence
    case .dueDateSet(let set): "Due date of \(set.promise) set: \(set.due)"
    case .conditionOutcome(let outcome): outcome.sentence
    case .savingReported(let saving):
      "Saving reported by \(saving.by): \(saving.money) (\(saving.measure.words)), \(saving.period)"
    case .savingRevised(let revised): "Saving \(revised.saving) stated anew: \(revised.money) (\(revised.agreed.words))"
    case .paymentMade(let payment): "Paid to \(payment.to): \(payment.money)"
    case .paymentReclaimed(let reclaim): "Taken back from \(reclaim.to): \(reclaim.money) (\(reclaim.agreed.words))"
    case .setOffApplied(let setOff):
      "Set off against \(setOff.to): \(setOff.money) claimed, \(Amount.pounds(setOff.accepted)) accepted"
    case .promiseWithdrawn(let withdrawn): withdrawn.sentence
    case .promiseSuspended(let suspended):
      "Promise \(suspended.promise) put off" + (suspended.until.map { " until \($0)" } ?? "") + given(suspended.reason)
    case .promiseReinstated(let reinstated):
      "Promise \(reinstated.promise) given again, " + (reinstated.money.map { "at \($0)" } ?? "on the old terms")
    case .obligationTransferred(let moved):
      "What \(moved.from) owed\(moved.money.map { " (\($0))" } ?? "") is owed by \(moved.to): \(moved.instrument)"
    case .performanceRecorded(let done): done.sentence
    case .costIncurred(let cost): "Cost of \(cost.by): \(cost.money), \(cost.what)"
    case .correspondenceLogged(let letter): letter.sentence
    case .positionStated(let stated): "Position: \(stated.proposition)"
    case .balanceStated(let balance): "A paper states \(balance.outstanding) outstanding on \(balance.asOf)"
    case .disputeRaised(let raised): "Dispute \(raised.dispute) raised by \(raised.claimant): \(raised.route)"
    case .disputeStepTaken(let step):
      "Dispute \(step.dispute): \(step.step)" + (step.outcome.map { ". Outcome: \($0)" } ?? "")
    case .disputeConcluded(let end): end.sentence
    case .adviceGiven(let advice): "Advice to \(list(advice.to)): \(advice.advice)"
    case .choiceMade(let choice): "\(choice.by) chose: \(choice.choice.words)"
    case .exhibitFiled(let exhibit): "Exhibit \(exhibit.exhibit): \(exhibit.title)"
    case .informationRequested(let request): "Information asked of \(request.to): \(request.what)"
    case .informationAnswered(let answer):
      "Request \(answer.request) answered: \(answer.outcome.rawValue)" + (answer.text.map { ". \($0)" } ?? "")
    case .reductionPlanned(let plan): "Plan of \(plan.planner): \(plan.scope), \(plan.money)"
    case .corroborated(let further): "A further source \(further.agrees.words)"
    case .entryCorrected(let correction):
      "Correction of \(list(correction.set.members.map(\.name))): \(correction.why)"
    case .entryRetracted(let retraction): "Taken back: \(retraction.why)"
    case .privateErased(let erased): "Private values erased: \(erased.why)"
    case .entryErased(let erased): "Line \(erased.position + 1) erased: \(erased.why)"
    case .logOpened(let opened): "Record book opened: \(opened.name)"
    case .keyRotated(let rotated): "Key changed" + (rotated.reason.map { ": \($0)" } ?? "")
    case .acknowledged(let seen): "\(seen.by) signed that it has seen \(seen.targets.count) events"
    case .unknown(let type, let version): "\(type) version \(version): unknown to this version of tracker"
    case .newer(let type, let version): "\(type) in version \(version), which this version of tracker does not know"
    }
  }

  /// Exhibit and place, or the citation.
  public var sourceWords: String {
    sources.map { source in
      let name = source.exhibit?.rawValue ?? source.citation ?? ""
      return [name, source.locator ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }.joined(separator: "; ")
  }
}

private func list(_ items: [some CustomStringConvertible]) -> String {
  items.map(\.description).joined(separator: ", ")
}

private func given(_ text: String?) -> String { text.map { ". Reason given: “\($0)”" } ?? "" }

extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
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

extension PartyRegistered {
  fileprivate var sentence: String {
    let known =
      switch identity {
      case .named: name ?? "named"
      case .unnamed: "not named in the sources"
      case .withheld: "name withheld"
      }
    return "Registered: \(kind.rawValue), \(known)" + (count.map { ", \($0) in number" } ?? "")
  }
}

extension PaymentPromised {
  fileprivate var sentence: String {
    let sum: String =
      switch terms {
      case .money(let money): money.description
      case .share(let share):
        "\(share.percentHundredths / 100)% of the saving" + (share.cap.map { ", at most \(Amount.pounds($0))" } ?? "")
          + (share.isEach ? " each" : "")
      case .greaterOf(let sums): "the greater of \(list(sums))"
      }
    let label = account.map { " (account “\($0)”)" } ?? ""
    let conditions = conditions.isEmpty ? "" : ", if " + self.conditions.map(\.text).joined(separator: " and ")
    return "Promised to \(to): \(sum)\(conditions)\(due.map { ", due \($0)" } ?? "")\(label)"
  }
}

extension PromiseWithdrawn {
  fileprivate var sentence: String {
    let part =
      switch scope {
      case .whole: "withdrawn"
      case .part: "withdrawn in part" + (money.map { " (\($0))" } ?? "")
      case .future: "stopped for the future" + (money.map { " (\($0))" } ?? "")
      }
    return "Promise \(promise) \(part), decided by \(decidedBy)" + given(reason)
      + (consent.map { " (\($0.words))" } ?? "")
  }
}

extension ConditionOutcome {
  fileprivate var sentence: String {
    "Condition \(condition) \(outcome.rawValue), says \(byParty)" + (figure.map { " (\($0))" } ?? "")
      + (settled.map { ", \($0.rawValue)" } ?? "")
  }
}

extension PerformanceRecorded {
  fileprivate var sentence: String {
    switch complete {
    case .yes: "Done by \(by): \(what)"
    case .part: "Done in part by \(by): \(what)" + (earned.map { ", earning \($0)" } ?? "")
    case .no: "Nothing done by \(by): \(what)"
    }
  }
}

extension CorrespondenceLogged {
  fileprivate var sentence: String {
    let many = count.map { count in
      switch count.high {
      case count.low?: " (\(count.low) in number)"
      case let high?: " (\(count.low) to \(high) in number)"
      case nil: " (at least \(count.low))"
      }
    }
    let kind =
      switch medium {
      case .letter: "Letter"
      case .email: "E-mail"
      case .meeting: "Meeting"
      case .phone: "Call"
      case .other: "Words"
      }
    return "\(kind)\(many ?? "") from \(from) to \(list(to)): \(gist)"
  }
}

extension DisputeConcluded {
  fileprivate var sentence: String {
    "Dispute \(dispute) ended: \(outcome.rawValue)" + (money.map { ", \($0)" } ?? "")
      + (interest.map { ", interest \($0)" } ?? "")
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

extension ChoiceMade.Choice {
  fileprivate var words: String {
    switch self {
    case .complain: "to complain"
    case .acceptLoss: "to accept the loss"
    case .undecided: "not yet decided"
    }
  }
}

extension Corroborated.Agreement {
  fileprivate var words: String {
    switch self {
    case .yes: "says the same"
    case .part: "says part of the same"
    case .no: "says otherwise"
    }
  }
}
