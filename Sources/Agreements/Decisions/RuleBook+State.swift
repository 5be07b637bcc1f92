import CanonicalJSON

// What an event gives and needs, put on the scales or taken off them again.

extension RuleBook {
  /// - Parameter sign: 1 puts it on, −1 takes off exactly what the same statement at the same place put on.
  mutating func weigh(_ statement: Statement, in stream: StreamName, at place: Int, _ sign: Int) {
    if statement.isCounted(in: stream) {
      statement.forEachNeed(in: stream) { need, _ in count(need, in: stream, sign) }
    }
    switch stream {
    case .party(let key): weigh(statement.body, of: key, at: place, sign)
    case .exhibit(let key):
      switch statement.body {
      case .exhibitFiled, .newer(ExhibitFiled.type, _): exhibits[key, default: Tally()].given += sign
      default: break
      }
    case .agreement(let key): agreements[key, default: Agreement()].weigh(statement.body, at: place, sign)
    case .plan(let key):
      if case .informationRequested(let request) = statement.body {
        planRequests[key, default: [:]][request.request, default: Tally()].given += sign
      }
    case .log: break
    }
  }

  private mutating func weigh(_ body: EventBody, of party: PartyKey, at place: Int, _ sign: Int) {
    switch body {
    case .partyRegistered(let registered):
      parties[party, default: Party()].registrations.put(
        .init(place: place, isGroup: registered.kind == .group, size: registered.count), sign)
    // What kind of party it is, a later version knows: no member of it is doubted.
    case .newer(PartyRegistered.type, _):
      parties[party, default: Party()].registrations.put(.init(place: place, isGroup: true, size: nil), sign)
    case .memberNamed(let named): parties[party, default: Party()].members[named.member, default: 0] += sign
    default: break
    }
  }

  private mutating func count(_ need: Need, in stream: StreamName, _ sign: Int) {
    switch need {
    case .party(let key): parties[key, default: Party()].needed += sign
    case .group: break
    case .exhibit(let key): exhibits[key, default: Tally()].needed += sign
    default:
      switch stream {
      case .agreement(let key): agreements[key, default: Agreement()].count(need, sign)
      case .plan(let key):
        if case .request(let request) = need {
          planRequests[key, default: [:]][request, default: Tally()].needed += sign
        }
      default: break
      }
    }
  }

  // MARK: What is missing

  /// How many events lack what they need, as far as that hangs on what this statement gives.
  func lacking(_ statement: Statement?, in stream: StreamName) -> Int {
    guard let statement else { return 0 }
    switch (statement.body, stream) {
    case (.partyRegistered, .party(let key)):
      guard let party = parties[key] else { return 0 }
      return (party.isRegistered ? 0 : party.needed) + (party.isGroup ? 0 : party.members.values.reduce(0, +))
    case (.memberNamed(let named), .party(let group)):
      guard parties[group]?.has(named.member) != true else { return 0 }
      return agreements.values.reduce(0) { sum, agreement in
        agreement.promises.values.reduce(sum) { sum, promise in
          guard promise.creditor == group, named.member != group else { return sum }
          return sum + promise.payees[named.member, default: 0]
            + promise.accounts.dropFirst().count { $0.to == named.member }
        }
      }
    case (.exhibitFiled, .exhibit(let key)):
      guard let exhibit = exhibits[key], exhibit.given == 0 else { return 0 }
      return exhibit.needed
    case (.informationRequested(let request), .plan(let key)): return planRequests[key]?[request.request]?.lacking ?? 0
    case (_, .agreement(let key)):
      guard let agreement = agreements[key] else { return 0 }
      return lacking(statement.body, in: agreement)
    default: return 0
    }
  }

  private func lacking(_ body: EventBody, in agreement: Agreement) -> Int {
    switch body {
    case .agreementMade: return agreement.made > 0 ? 0 : agreement.needed
    case .paymentPromised(let promised):
      guard let promise = agreement.promises[promised.promise] else { return 0 }
      guard let creditor = promise.creditor else { return promise.needed }
      let conditions = promise.conditionsNeeded.reduce(0) { sum, needed in
        promise.accounts.contains { $0.conditions.contains(needed.key) } ? sum : sum + needed.value
      }
      let payees = promise.payees.reduce(0) { isOf($1.key, creditor) ? $0 : $0 + $1.value }
      return conditions + payees + promise.accounts.dropFirst().count { !isOf($0.to, creditor) }
    case .savingReported(let saving):
      guard let known = agreement.savings[saving.saving], known.reports.isEmpty else { return 0 }
      return known.needed
    case .disputeRaised(let raised): return agreement.disputes[raised.dispute]?.lacking ?? 0
    case .informationRequested(let request): return agreement.requests[request.request]?.lacking ?? 0
    default: return 0
    }
  }
}

extension RuleBook.Tally {
  fileprivate var lacking: Int { given > 0 ? 0 : needed }
}

extension RuleBook.Promise {
  /// Changes what one payee got, and with it what all got.
  fileprivate mutating func weigh(_ payee: PartyKey, _ change: (inout RuleBook.Paid) -> Void) {
    change(&paid[payee, default: .init()])
    change(&paidToAll)
  }
}

extension RuleBook.Agreement {
  fileprivate mutating func weigh(_ body: EventBody, at place: Int, _ sign: Int) {
    switch body {
    case .agreementMade: made += sign
    case .newer(let type, _):
      unread += sign
      if type == AgreementMade.type { made += sign }
    case .paymentPromised(let promised):
      promises[promised.promise, default: .init()].accounts.put(
        .init(
          place: place, to: promised.to, label: promised.account, conditions: promised.conditions.map(\.condition),
          limit: .init(promised.terms)), sign)
    case .savingReported(let saving):
      savings[saving.saving, default: .init()].reports.put(.init(place: place, by: saving.by), sign)
    case .disputeRaised(let raised): disputes[raised.dispute, default: .init()].given += sign
    case .informationRequested(let request): requests[request.request, default: .init()].given += sign
    case .agreementVaried(let varied):
      for change in varied.promises {
        self.change(change.promise, to: change.money, for: varied.creditor, at: place, sign)
      }
    case .promiseReinstated(let reinstated):
      if let money = reinstated.money {
        change(reinstated.promise, to: money, for: reinstated.creditor, at: place, sign)
      }
    case .disputeConcluded(let concluded):
      if let promise = concluded.promise, let money = concluded.money {
        change(promise, to: money, for: concluded.creditor, at: place, sign)
      }
    case .paymentMade(let payment):
      promises[payment.promise, default: .init()].weigh(payment.creditor ?? payment.to) { $0.add(payment.money, sign) }
      promises[payment.promise]?.flow.pay(payment.money, sign)
    case .paymentReclaimed(let reclaim):
      promises[reclaim.promise, default: .init()].weigh(reclaim.creditor ?? reclaim.to) {
        $0.takeBack(reclaim.money, sign)
      }
      promises[reclaim.promise]?.flow.takeBack(reclaim.money, sign)
    default: break
    }
  }

  private mutating func change(
    _ promise: PromiseKey, to money: Money, for creditor: PartyKey?, at place: Int, _ sign: Int
  ) {
    promises[promise, default: .init()].changes.put(
      .init(place: place, creditor: creditor, limit: .init(money)), sign)
  }

  fileprivate mutating func count(_ need: Need, _ sign: Int) {
    switch need {
    case .agreement: needed += sign
    case .promise(let key): promises[key, default: .init()].needed += sign
    case .condition(let key, let condition):
      promises[key, default: .init()].conditionsNeeded[condition, default: 0] += sign
    case .payee(let key, let payee): promises[key, default: .init()].payees[payee, default: 0] += sign
    case .saving(let key): savings[key, default: .init()].needed += sign
    case .dispute(let key): disputes[key, default: .init()].needed += sign
    case .request(let key): requests[key, default: .init()].needed += sign
    case .party, .group, .exhibit: break
    }
  }
}
