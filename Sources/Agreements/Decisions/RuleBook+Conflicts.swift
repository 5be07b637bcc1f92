import CanonicalJSON

// The rules about what must not be: the same thing twice, another's saving, more accepted than was claimed.

extension RuleBook {
  /// - Parameter place: of the event; for one that is corrected its old place, and it is itself off the scales then.
  func conflicts(_ statement: Statement, in stream: StreamName, at place: Int) -> [RuleFinding] {
    switch (statement.body, stream) {
    case (.logOpened, _):
      guard place > 0 else { return [] }
      return [
        RuleFinding(
          .logOpenedAgain, "a log is opened once, before anything else", next: "Begin a new book: tracker init")
      ]
    case (.partyRegistered, .party(let key)): return has(key) ? [registeredTwice("party “\(key)”")] : []
    case (.exhibitFiled, .exhibit(let key)):
      return exhibits[key, default: Tally()].given > 0 ? [registeredTwice("exhibit “\(key)”")] : []
    case (.memberNamed(let named), .party(let group)):
      guard parties[group]?.has(named.member) == true else { return [] }
      return [
        RuleFinding(
          .memberTwice, "“\(named.member)” is named as a member of “\(group)” already", path: "data.member",
          next: "Nothing needs to be recorded.")
      ]
    case (_, .agreement(let key)):
      let agreement = agreements[key] ?? Agreement()
      if case .agreementMade = statement.body {
        return agreement.made > 0 ? [registeredTwice("agreement “\(key)”")] : []
      }
      return conflicts(statement, in: agreement, at: place)
    default: return []
    }
  }

  private func registeredTwice(_ what: String) -> RuleFinding {
    RuleFinding(.registeredTwice, "\(what) is there already", next: "To put it right: tracker correct EVENT …")
  }

  private func conflicts(_ statement: Statement, in agreement: Agreement, at place: Int) -> [RuleFinding] {
    switch statement.body {
    case .paymentPromised(let promised): return accountConflicts(promised, in: agreement, at: place)
    case .agreementVaried(let varied):
      return varied.promises.indices.flatMap { index in
        perYear(varied.promises[index].money, "data.promises[\(index)].money.per")
      }
    case .promiseReinstated(let reinstated): return perYear(reinstated.money, "data.money.per")
    case .disputeConcluded(let concluded):
      return concluded.promise == nil ? [] : perYear(concluded.money, "data.money.per")
    case .savingReported(let saving):
      let others = agreement.savings[saving.saving]?.reports ?? []
      guard let other = others.first(where: { $0.by != saving.by }) else { return [] }
      return [
        RuleFinding(
          .savingByAnother, "saving “\(saving.saving)” was reported by “\(other.by)”", path: "data.by",
          next: "Give this saving a key of its own.")
      ]
    case .setOffApplied(let setOff):
      guard let high = setOff.money.high, setOff.accepted > high else { return [] }
      return [
        RuleFinding(
          .acceptedAboveClaimed, "more is accepted than was claimed", path: "data.accepted",
          next: "The accepted part is at most the claim.")
      ]
    case .paymentMade(let payment):
      guard statement.note == nil, let promise = agreement.promises[payment.promise] else { return [] }
      return aboveCeiling(payment, promise).map { [$0] } ?? []
    case .paymentReclaimed(let reclaim):
      guard statement.note == nil, let promise = agreement.promises[reclaim.promise] else { return [] }
      return abovePaid(reclaim, promise).map { [$0] } ?? []
    default: return []
    }
  }

  private func perYear(_ money: Money?, _ path: String) -> [RuleFinding] {
    guard money?.per == .year else { return [] }
    return [
      RuleFinding(
        .perYear, "a promise is not made per year", path: path, next: "Record each year as a promise of its own.")
    ]
  }

  private func accountConflicts(
    _ promised: PaymentPromised, in agreement: Agreement, at place: Int
  ) -> [RuleFinding] {
    var findings: [RuleFinding] = []
    switch promised.terms {
    case .money(let money): findings += perYear(money, "data.money.per")
    case .greaterOf(let sums):
      for (index, money) in sums.enumerated() { findings += perYear(money, "data.greaterOf[\(index)].per") }
    case .share: break
    }
    let others = agreement.promises[promised.promise]?.accounts ?? []
    let isFirst = others.allSatisfy { $0.place > place }
    let label = promised.account ?? ""
    // The first account needs no label; but whoever has one, has it alone.
    if others.contains(where: { ($0.label ?? "") == label }) || (!isFirst && label.isEmpty) {
      findings.append(
        RuleFinding(
          .accountWithoutLabel,
          "promise “\(promised.promise)” is there already; a rival account needs a label of its own",
          path: "data.account", next: "Say whose account it is: --account \"…\". A change of terms is a variation."))
    }
    if !isFirst, let creditor = others.first?.to, !isOf(promised.to, creditor) {
      findings.append(
        RuleFinding(
          .accountOfStranger, "an account of “\(promised.promise)” is to “\(creditor)” or a member of it",
          path: "data.to", next: "Name the creditor or a member, or give this promise a key of its own."))
    }
    return findings
  }
}
