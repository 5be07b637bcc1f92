import CanonicalJSON

// The rules about one agreement: a promise exists before it is paid, varied or withdrawn, and money names whose it is.

extension RuleBook {
  func findings(_ statement: Statement, in agreement: Agreement?, _ key: AgreementKey) -> [RuleFinding] {
    var findings: [RuleFinding] = []
    if case .agreementMade(let made) = statement.body {
      if agreement?.isMade == true {
        findings.append(
          .init(
            .registeredTwice, "agreement “\(key)” is there already", next: "To put it right: tracker correct EVENT …"))
      }
      need(made.debtor, "data.debtor", &findings)
      for creditor in made.creditors + made.others { need(creditor, "data.creditors", &findings) }
      return findings
    }
    guard let agreement, agreement.isMade else {
      findings.append(
        .init(
          .unknownAgreement, "there is no agreement “\(key)”", path: "stream",
          next: "Record it first: tracker record agreement \(key) …"))
      return findings
    }
    var check = AgreementCheck(book: self, agreement: agreement, hasNote: statement.note != nil)
    check.run(statement.body)
    return findings + check.findings
  }
}

/// Looks at one event of an agreement.
private struct AgreementCheck {
  let book: RuleBook
  let agreement: RuleBook.Agreement
  let hasNote: Bool
  var findings: [RuleFinding] = []

  mutating func run(_ body: EventBody) {
    switch body {
    case .paymentPromised(let promised): run(promised)
    case .agreementVaried(let varied):
      for change in varied.promises {
        promise(change.promise, "data.promises", creditor: varied.creditor)
        noYear(change.money)
      }
      if varied.promises.isEmpty, let creditor = varied.creditor { need(creditor, "for") }
    case .dueDateSet(let set): promise(set.promise, creditor: set.creditor)
    case .conditionOutcome(let outcome):
      need(outcome.byParty, "byParty")
      if let known = promise(outcome.promise, creditor: outcome.creditor), !known.conditions.contains(outcome.condition)
      {
        findings.append(
          .init(
            .unknownCondition, "promise “\(outcome.promise)” has no condition “\(outcome.condition)”",
            path: "data.condition", next: "Name a condition that an account of the promise states."))
      }
    case .savingReported(let saving):
      need(saving.by, "by")
      if let key = saving.promise { promise(key) }
      if let by = agreement.savedBy[saving.saving], by != saving.by {
        findings.append(
          .init(
            .savingByAnother, "saving “\(saving.saving)” was reported by “\(by)”", path: "data.by",
            next: "Give this saving a key of its own."))
      }
    case .savingRevised(let revised):
      need(revised.byParty, "byParty")
      if agreement.savedBy[revised.saving] == nil {
        findings.append(
          .init(
            .unknownSaving, "there is no saving “\(revised.saving)”", path: "data.saving",
            next: "Record it first: tracker record saving …"))
      }
    case .paymentMade(let payment): run(payment)
    case .paymentReclaimed(let reclaim): payee(reclaim.promise, reclaim.to, reclaim.creditor)
    case .setOffApplied(let setOff):
      payee(setOff.promise, setOff.to, setOff.creditor)
      if let high = setOff.money.high, setOff.accepted > high {
        findings.append(
          .init(
            .acceptedAboveClaimed, "more is accepted than was claimed", path: "data.accepted",
            next: "The accepted part is at most the claim."))
      }
    case .promiseWithdrawn(let withdrawn): promise(withdrawn.promise, creditor: withdrawn.creditor)
    case .promiseSuspended(let suspended): promise(suspended.promise, creditor: suspended.creditor)
    case .promiseReinstated(let reinstated):
      promise(reinstated.promise, creditor: reinstated.creditor)
      if let money = reinstated.money { noYear(money) }
    case .obligationTransferred(let transferred):
      promise(transferred.promise, creditor: transferred.creditor)
      need(transferred.from, "from")
      need(transferred.to, "to")
    case .performanceRecorded(let performance):
      need(performance.by, "by")
      if let key = performance.promise { promise(key) }
    case .balanceStated(let balance):
      if let key = balance.promise { promise(key) }
      if let to = balance.to { need(to, "to") }
    case .disputeRaised(let raised): need(raised.claimant, "claimant")
    case .disputeStepTaken(let step): dispute(step.dispute)
    case .disputeConcluded(let concluded):
      dispute(concluded.dispute)
      if let key = concluded.promise { promise(key, creditor: concluded.creditor) }
    case .informationAnswered(let answer):
      if !agreement.requests.contains(answer.request) { findings.append(RuleBook.unknownRequest(answer.request)) }
    case .informationRequested(let request): need(request.to, "to")
    case .costIncurred(let cost): need(cost.by, "by")
    case .correspondenceLogged(let letter):
      need(letter.from, "from")
      for party in letter.to { need(party, "to") }
    case .adviceGiven(let advice): for party in advice.to { need(party, "to") }
    case .choiceMade(let choice):
      need(choice.by, "by")
      if let key = choice.dispute { dispute(key) }
    default: break
    }
  }

  private mutating func need(_ party: PartyKey, _ name: String) {
    book.need(party, "data.\(name)", &findings)
  }

  private mutating func noYear(_ money: Money) {
    guard money.per == .year else { return }
    findings.append(
      .init(
        .perYear, "a promise is not made per year", path: "data.money.per",
        next: "Record each year as a promise of its own."))
  }

  private mutating func dispute(_ key: DisputeKey) {
    guard !agreement.disputes.contains(key) else { return }
    findings.append(
      .init(
        .unknownDispute, "there is no dispute “\(key)”", path: "data.dispute",
        next: "Record it first: tracker record dispute …"))
  }

  @discardableResult
  private mutating func promise(
    _ key: PromiseKey, _ path: String = "data.promise", creditor: PartyKey? = nil
  ) -> RuleBook.Promise? {
    guard let promise = agreement.promises[key] else {
      findings.append(
        .init(
          .unknownPromise, "there is no promise “\(key)” in this agreement", path: path,
          next: "Record it first: tracker record promise …"))
      return nil
    }
    if let creditor { belongs(creditor, to: promise, "data.for") }
    return promise
  }

  private mutating func belongs(_ party: PartyKey, to promise: RuleBook.Promise, _ path: String) {
    let isMember = book.groups[promise.creditor]?.members.contains(party) ?? false
    guard party != promise.creditor, !isMember else { return }
    findings.append(
      .init(
        .creditorOutside, "“\(party)” is neither the creditor “\(promise.creditor)” nor a member of it", path: path,
        next: "Name the creditor, its group or a member: tracker record member …"))
  }

  @discardableResult
  private mutating func payee(_ key: PromiseKey, _ to: PartyKey, _ creditor: PartyKey?) -> RuleBook.Promise? {
    guard let promise = promise(key, creditor: creditor) else { return nil }
    belongs(to, to: promise, "data.to")
    return promise
  }

  private mutating func run(_ payment: PaymentMade) {
    guard let promise = payee(payment.promise, payment.to, payment.creditor), let ceiling = promise.ceiling, !hasNote
    else { return }
    let (sum, overflow) = promise.paid.addingReportingOverflow(payment.money.low)
    guard overflow || sum > ceiling else { return }
    findings.append(
      .init(
        .aboveCeiling, "more would be paid than was promised", path: "data.money",
        next: "If it is right, say why: --note \"why\". If it covers two promises, record two payments."))
  }

  private mutating func run(_ promised: PaymentPromised) {
    need(promised.to, "to")
    switch promised.terms {
    case .money(let money): noYear(money)
    case .greaterOf(let sums): for money in sums { noYear(money) }
    case .share: break
    }
    guard let known = agreement.promises[promised.promise] else { return }
    guard let account = promised.account, !known.accounts.contains(account) else {
      findings.append(
        .init(
          .accountWithoutLabel,
          "promise “\(promised.promise)” is there already; a rival account needs a label of its own",
          path: "data.account", next: "Say whose account it is: --account \"…\". A change of terms is a variation."))
      return
    }
    let isMember = book.groups[known.creditor]?.members.contains(promised.to) ?? false
    if promised.to != known.creditor, !isMember {
      findings.append(
        .init(
          .accountOfStranger, "an account of “\(promised.promise)” is to “\(known.creditor)” or a member of it",
          path: "data.to", next: "Name the creditor or a member, or give this promise a key of its own."))
    }
  }
}

extension RuleBook.Agreement {
  mutating func apply(_ statement: Statement, isMade: Bool) {
    if isMade { self.isMade = true }
    switch statement.body {
    case .paymentPromised(let promised):
      let high = promised.ceiling
      var promise = promises[promised.promise] ?? RuleBook.Promise(creditor: promised.to, ceiling: high)
      promise.ceiling = if let old = promise.ceiling, let high { max(old, high) } else { nil }
      promise.accounts.insert(promised.account ?? "")
      promise.conditions.formUnion(promised.conditions.map(\.condition))
      promises[promised.promise] = promise
    case .savingReported(let saving): if savedBy[saving.saving] == nil { savedBy[saving.saving] = saving.by }
    case .paymentMade(let payment):
      let (sum, overflow) = (promises[payment.promise]?.paid ?? 0).addingReportingOverflow(payment.money.low)
      promises[payment.promise]?.paid = overflow ? Int64.max : sum
    case .disputeRaised(let raised): disputes.insert(raised.dispute)
    case .informationRequested(let request): requests.insert(request.request)
    case .agreementVaried(let varied):
      for change in varied.promises { promises[change.promise]?.raiseCeiling(to: change.money) }
    case .promiseReinstated(let reinstated):
      if let money = reinstated.money { promises[reinstated.promise]?.raiseCeiling(to: money) }
    case .disputeConcluded(let concluded):
      if let promise = concluded.promise, let money = concluded.money { promises[promise]?.raiseCeiling(to: money) }
    default: break
    }
  }
}

extension RuleBook.Promise {
  fileprivate mutating func raiseCeiling(to money: Money) {
    ceiling = if let ceiling, let high = money.high, money.per == .total { max(ceiling, high) } else { nil }
  }
}

extension PaymentPromised {
  /// The most that this account allows; nil where that depends on a count or has no upper end.
  fileprivate var ceiling: Int64? {
    switch terms {
    case .money(let money): money.per == .total ? money.high : nil
    case .share(let share): share.isEach ? nil : share.cap
    case .greaterOf(let sums):
      sums.allSatisfy { $0.high != nil && $0.per == .total } ? sums.compactMap(\.high).max() : nil
    }
  }
}
