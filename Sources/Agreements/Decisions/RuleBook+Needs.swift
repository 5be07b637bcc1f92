import CanonicalJSON

// What an event needs to be there before it: parties, papers, promises. One list serves three questions: what is missing
// when an event comes in, how much stands on a thing, and who.

/// One thing that has to be there; what belongs to an agreement is that of the event's own stream.
enum Need: Hashable {
  case party(PartyKey)
  case group(PartyKey)
  case exhibit(ExhibitKey)
  case agreement
  case promise(PromiseKey)
  case condition(PromiseKey, ConditionKey)
  /// The creditor of the promise, or a member of it.
  case payee(PromiseKey, PartyKey)
  case saving(SavingKey)
  case dispute(DisputeKey)
  case request(RequestKey)
}

extension Statement {
  /// Calls `body` with each need and the path of the member that has it.
  func forEachNeed(in stream: StreamName, _ body: (Need, () -> String) -> Void) {
    func need(_ need: Need, _ path: StaticString) { body(need) { "\(path)" } }
    func parties(_ keys: [PartyKey], _ name: StaticString) {
      for (index, key) in keys.enumerated() { body(.party(key)) { "data.\(name)[\(index)]" } }
    }
    func promise(_ key: PromiseKey, for creditor: PartyKey? = nil) {
      need(.promise(key), "data.promise")
      if let creditor { need(.payee(key, creditor), "data.for") }
    }
    func paid(_ key: PromiseKey, _ to: PartyKey, for creditor: PartyKey?) {
      promise(key, for: creditor)
      need(.payee(key, to), "data.to")
    }

    if !isFirstOfItsParty(in: stream) { need(.party(assertedBy.party), "assertedBy.party") }
    for (index, source) in sources.enumerated() {
      if let exhibit = source.exhibit { body(.exhibit(exhibit)) { "sources[\(index)].exhibit" } }
    }
    if case .agreement = stream, standsInAgreement { need(.agreement, "stream") }
    switch self.body {
    case .partyRegistered, .entryCorrected, .entryRetracted, .privateErased, .corroborated, .positionStated,
      .entryErased, .logOpened, .keyRotated, .unknown, .newer:
      break
    case .partySucceeded(let succeeded):
      if case .party(let key) = stream { need(.party(key), "stream") }
      parties(succeeded.to, "to")
    case .memberNamed(let named):
      need(.party(named.member), "data.member")
      if case .party(let key) = stream { need(.group(key), "stream") }
    case .sameParty: if case .party(let key) = stream { need(.party(key), "stream") }
    case .agreementMade(let made):
      need(.party(made.debtor), "data.debtor")
      parties(made.creditors, "creditors")
      parties(made.others, "others")
    case .agreementVaried(let varied):
      for (index, change) in varied.promises.enumerated() {
        body(.promise(change.promise)) { "data.promises[\(index)].promise" }
        if let creditor = varied.creditor { need(.payee(change.promise, creditor), "data.for") }
      }
      if varied.promises.isEmpty, let creditor = varied.creditor { need(.party(creditor), "data.for") }
    case .paymentPromised(let promised): need(.party(promised.to), "data.to")
    case .dueDateSet(let set): promise(set.promise, for: set.creditor)
    case .conditionOutcome(let outcome):
      need(.party(outcome.byParty), "data.byParty")
      promise(outcome.promise, for: outcome.creditor)
      need(.condition(outcome.promise, outcome.condition), "data.condition")
    case .savingReported(let saving):
      need(.party(saving.by), "data.by")
      if let key = saving.promise { promise(key) }
    case .savingRevised(let revised):
      need(.party(revised.byParty), "data.byParty")
      need(.saving(revised.saving), "data.saving")
    case .paymentMade(let payment): paid(payment.promise, payment.to, for: payment.creditor)
    case .paymentReclaimed(let reclaim): paid(reclaim.promise, reclaim.to, for: reclaim.creditor)
    case .setOffApplied(let setOff): paid(setOff.promise, setOff.to, for: setOff.creditor)
    case .promiseWithdrawn(let withdrawn): promise(withdrawn.promise, for: withdrawn.creditor)
    case .promiseSuspended(let suspended): promise(suspended.promise, for: suspended.creditor)
    case .promiseReinstated(let reinstated): promise(reinstated.promise, for: reinstated.creditor)
    case .obligationTransferred(let transferred):
      promise(transferred.promise, for: transferred.creditor)
      need(.party(transferred.from), "data.from")
      need(.party(transferred.to), "data.to")
    case .performanceRecorded(let performance):
      need(.party(performance.by), "data.by")
      if let key = performance.promise { promise(key) }
    case .costIncurred(let cost): need(.party(cost.by), "data.by")
    case .correspondenceLogged(let letter):
      need(.party(letter.from), "data.from")
      parties(letter.to, "to")
    case .balanceStated(let balance):
      if let key = balance.promise { promise(key) }
      if let to = balance.to { need(.party(to), "data.to") }
    case .disputeRaised(let raised): need(.party(raised.claimant), "data.claimant")
    case .disputeStepTaken(let step): need(.dispute(step.dispute), "data.dispute")
    case .disputeConcluded(let concluded):
      need(.dispute(concluded.dispute), "data.dispute")
      if let key = concluded.promise {
        promise(key, for: concluded.creditor)
      } else if let creditor = concluded.creditor {
        need(.party(creditor), "data.for")
      }
    case .adviceGiven(let advice): parties(advice.to, "to")
    case .choiceMade(let choice):
      need(.party(choice.by), "data.by")
      if let key = choice.dispute { need(.dispute(key), "data.dispute") }
    case .exhibitFiled(let filed): if let author = filed.author { need(.party(author), "data.author") }
    case .informationRequested(let request): need(.party(request.to), "data.to")
    case .informationAnswered(let answer): need(.request(answer.request), "data.request")
    case .reductionPlanned(let planned): need(.party(planned.planner), "data.planner")
    case .acknowledged(let acknowledged): need(.party(acknowledged.by), "data.by")
    }
  }

  /// The first event of a log comes before any party; and a party may register itself.
  private func isFirstOfItsParty(in stream: StreamName) -> Bool {
    if case .logOpened = body { return true }
    guard case .partyRegistered = body, case .party(let key) = stream else { return false }
    return key == assertedBy.party
  }

  /// Words about other events may be written down even where the agreement was taken back, else nothing could be undone.
  private var standsInAgreement: Bool {
    switch body {
    case .agreementMade, .entryCorrected, .entryRetracted, .privateErased, .corroborated: false
    default: true
    }
  }

  /// Does it count as standing on what it names? The log's notes about itself and about other events do not: they are
  /// never taken back along with what they name.
  func isCounted(in stream: StreamName) -> Bool {
    switch body {
    case .entryCorrected, .entryRetracted, .privateErased, .unknown, .newer: false
    default: stream != .log
    }
  }
}

extension RuleBook {
  func isGiven(_ need: Need, in stream: StreamName) -> Bool {
    switch need {
    case .party(let key): return has(key) || announced.contains(.party(key))
    case .group(let key): return parties[key]?.isGroup ?? false || announcedGroups.contains(.party(key))
    case .exhibit(let key): return exhibits[key, default: Tally()].given > 0 || announced.contains(.exhibit(key))
    default: break
    }
    if case .plan(let plan) = stream {
      guard case .request(let key) = need else { return true }
      return planRequests[plan]?[key, default: Tally()].given ?? 0 > 0
    }
    guard case .agreement(let key) = stream else { return true }
    guard let agreement = agreements[key] else { return false }
    if need == .agreement { return agreement.made > 0 }
    return agreement.unread > 0 || isGiven(need, in: agreement)
  }

  private func isGiven(_ need: Need, in agreement: Agreement) -> Bool {
    switch need {
    case .promise(let key): return !(agreement.promises[key]?.accounts.isEmpty ?? true)
    case .condition(let key, let condition):
      // Of a promise that is not there, only that is said.
      guard let promise = agreement.promises[key], !promise.accounts.isEmpty else { return true }
      return promise.accounts.contains { $0.conditions.contains(condition) }
    case .payee(let key, let payee):
      guard let creditor = agreement.promises[key]?.creditor else { return true }
      return isOf(payee, creditor)
    case .saving(let key): return !(agreement.savings[key]?.reports.isEmpty ?? true)
    case .dispute(let key): return agreement.disputes[key, default: Tally()].given > 0
    case .request(let key): return agreement.requests[key, default: Tally()].given > 0
    case .party, .group, .exhibit, .agreement: return true
    }
  }

  /// Is it the creditor itself, or a member of it?
  func isOf(_ payee: PartyKey, _ creditor: PartyKey) -> Bool {
    payee == creditor || parties[creditor]?.has(payee) ?? false
  }

  func finding(_ need: Need, _ path: String, in stream: StreamName) -> RuleFinding {
    switch need {
    case .party(let key):
      RuleFinding(
        .unknownParty, "there is no party “\(key)”", path: path,
        next: "Register it first: tracker record party \(key) …", subject: .party(key))
    case .group(let key):
      RuleFinding(
        .noGroup, "“\(key)” is no group", path: path,
        next: "Register it as one: tracker record party \(key) --kind group …", subject: .party(key))
    case .exhibit(let key):
      RuleFinding(
        .unknownExhibit, "there is no exhibit “\(key)”", path: path,
        next: "File it first: tracker record exhibit \(key) …", subject: .exhibit(key))
    case .agreement:
      RuleFinding(
        .unknownAgreement, "there is no agreement “\(stream.key)”", path: path,
        next: "Record it first: tracker record agreement \(stream.key) …")
    case .promise(let key):
      RuleFinding(
        .unknownPromise, "there is no promise “\(key)” in this agreement", path: path,
        next: "Record it first: tracker record promise …")
    case .condition(let promise, let key):
      RuleFinding(
        .unknownCondition, "promise “\(promise)” has no condition “\(key)”", path: path,
        next: "Name a condition that an account of the promise states.")
    case .payee(let promise, let payee):
      RuleFinding(
        .creditorOutside,
        "“\(payee)” is neither the creditor “\(creditor(of: promise, in: stream))” nor a member of it",
        path: path, next: "Name the creditor, its group or a member: tracker record member …")
    case .saving(let key):
      RuleFinding(
        .unknownSaving, "there is no saving “\(key)”", path: path,
        next: "Record it first: tracker record saving …")
    case .dispute(let key):
      RuleFinding(
        .unknownDispute, "there is no dispute “\(key)”", path: path,
        next: "Record it first: tracker record dispute …")
    case .request(let key):
      RuleFinding(
        .unknownRequest, "there is no request “\(key)”", path: path,
        next: "Record the request first: tracker record request …")
    }
  }

  private func creditor(of promise: PromiseKey, in stream: StreamName) -> String {
    guard case .agreement(let key) = stream else { return "" }
    return agreements[key]?.promises[promise]?.creditor?.rawValue ?? ""
  }
}

extension StreamName {
  /// What stands behind the slash.
  fileprivate var key: String {
    switch self {
    case .agreement(let key): key.rawValue
    case .party(let key): key.rawValue
    case .plan(let key): key.rawValue
    case .exhibit(let key): key.rawValue
    case .log: ""
    }
  }
}
