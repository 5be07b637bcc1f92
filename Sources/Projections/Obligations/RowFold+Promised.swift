import Agreements
import CanonicalJSON

extension RowFold {
  /// The sum promised under the terms that stand.
  struct Terms {
    var amount: Amount
    /// The event that set new terms; nil = the terms of the promise.
    var setBy: LoggedEvent?
    /// The last variation or reinstatement since, that was not agreed; with its sum.
    var unilateral: (event: LoggedEvent, amount: Amount)?
  }

  mutating func promisedTerms() throws(AmountOverflow) -> Terms {
    var terms = Terms(amount: try accountsHull())
    for event in events {
      switch event.body {
      case .agreementVaried(let varied):
        guard let change = varied.promises.last(where: { $0.promise == promise.promise }) else { continue }
        let amount = try sum(change.money)
        if varied.consent == .yes {
          setTerms(&terms, to: amount, by: event, "varied with consent: the new terms")
        } else {
          terms.unilateral = (event, amount)
          note(.promised, "varied without consent: the old terms stand", amount, [event])
        }
      case .promiseReinstated(let reinstated):
        if let money = reinstated.money {
          let amount = try sum(money)
          if reinstated.consent == .yes {
            setTerms(&terms, to: amount, by: event, "reinstated at another sum with consent: the new terms")
          } else {
            terms.unilateral = (event, amount)
            note(.promised, "reinstated at another sum without consent: the old terms stand", amount, [event])
          }
        } else {
          terms.unilateral = nil
          note(.promised, "reinstated on the old terms", nil, [event])
        }
      case .disputeConcluded(let concluded) where concluded.setsTerms:
        guard let money = concluded.money else { continue }
        setTerms(&terms, to: try sum(money), by: event, "dispute concluded: the terms from then on")
      case .promiseWithdrawn(let withdrawn) where withdrawn.consent == .yes && withdrawn.scope != .whole:
        if let money = withdrawn.money {
          terms.amount = terms.amount.less(try sum(money))
        } else {
          terms.amount = Amount(low: 0, high: terms.amount.high)
        }
        terms.setBy = event
        note(.promised, "withdrawn in part with consent: promised less that money", terms.amount, [event])
      default: continue
      }
    }
    return terms
  }

  private mutating func setTerms(_ terms: inout Terms, to amount: Amount, by event: LoggedEvent, _ text: String) {
    terms = Terms(amount: amount, setBy: event)
    note(.promised, text, amount, [event])
  }

  /// Each account is listed; the row is their hull.
  private mutating func accountsHull() throws(AmountOverflow) -> Amount {
    let accounts = accounts
    var hull: Amount?
    for account in accounts.money {
      let amount = try self.amount(of: account)
      note(.promised, account.promised.account.map { "account “\($0)”" } ?? "promised", amount, [account.event])
      if let before = hull, before != amount { flags.insert(.accountsConflict) }
      hull = hull?.hull(amount) ?? amount
    }
    let result = hull ?? .zero
    if !accounts.own.isEmpty {
      var general: Amount?
      for account in accounts.general {
        let amount = try self.amount(of: account)
        rely(on: [account.event])
        general = general?.hull(amount) ?? amount
      }
      if let general, !general.contains(result) { flags.insert(.accountsConflict) }
    }
    if accounts.money.count > 1 { note(.promised, "the hull of all accounts", result, []) }
    return result
  }

  private mutating func amount(of account: Account) throws(AmountOverflow) -> Amount {
    switch account.promised.terms {
    case .money(let money): return try sum(money)
    case .greaterOf(let sums):
      // The larger low, the larger high; one without an upper bound leaves the result without one.
      var result: Amount?
      for money in sums {
        let amount = try sum(money)
        guard let before = result else {
          result = amount
          continue
        }
        let high: Int64? = if let mine = before.high, let theirs = amount.high { max(mine, theirs) } else { nil }
        result = Amount(low: max(before.low, amount.low), high: high)
      }
      return result ?? .zero
    case .share(let share): return try amount(of: share)
    }
  }

  /// A share = the creditor's saving × percentage, to the nearest penny (halves up), at most the cap.
  private mutating func amount(of share: PaymentPromised.Share) throws(AmountOverflow) -> Amount {
    var cap: Int64?
    if let each = share.cap {
      if !share.isEach {
        cap = each
      } else if let count = shape.count {
        cap = try Amount.exactly(each).times(count).high
      }
    }
    guard let saving = try saving() else {
      note(.promised, "no saving is reported: up to the cap", Amount(low: 0, high: cap), [])
      return Amount(low: 0, high: cap)
    }
    let low = try RowFold.share(of: saving.low, percentHundredths: share.percentHundredths)
    let high: Int64? =
      if let high = saving.high { try RowFold.share(of: high, percentHundredths: share.percentHundredths) } else { nil }
    let amount = Amount(low: low, high: high)
    note(.promised, "\(Self.percent(share.percentHundredths)) of the saving", amount, [])
    guard let cap else { return amount }
    let capped = amount.atMost(.exactly(cap))
    if capped != amount { note(.promised, "at most the cap", capped, []) }
    return capped
  }

  private static func percent(_ hundredths: Int64) -> String {
    let fraction = hundredths % 100
    guard fraction != 0 else { return "\(hundredths / 100)%" }
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
  }

  /// pence × hundredths of a percent / 10,000, halves up. Worked in 128 bits: no product is cut short.
  static func share(of pence: Int64, percentHundredths: Int64) throws(AmountOverflow) -> Int64 {
    let product = Int128(pence) * Int128(percentHundredths)
    let rounded = (product + 5_000) / 10_000
    guard rounded <= Int128(Amount.limit) else { throw AmountOverflow() }
    return Int64(rounded)
  }

  /// The creditor's saving; nil = none is reported.
  private mutating func saving() throws(AmountOverflow) -> Amount? {
    guard shape.kind == .rest, let group = promise.group else { return try saving(by: shape.creditor) }
    guard let whole = try saving(by: promise.creditor) else { return nil }
    var members = Amount.zero
    var isOneMissing = false
    for member in group.members {
      guard let own = try saving(by: member) else {
        isOneMissing = true
        continue
      }
      members = try members + own
    }
    var rest = whole.less(members)
    if isOneMissing { rest.low = 0 }
    note(.promised, "the group's saving less its members'", rest, [])
    return rest
  }

  /// The sum of the savings reported by a party, for this promise or for none named.
  ///
  /// Two reports of a key: their hull; then, in order, a revision that was agreed replaces it, others widen it.
  private mutating func saving(by party: PartyKey) throws(AmountOverflow) -> Amount? {
    var savings: [SavingKey: Amount] = [:]
    var used: [SavingKey: [LoggedEvent]] = [:]
    let count: Int64? = party == promise.creditor ? (promise.group.map { $0.size } ?? 1) : 1
    for event in promise.savings {
      guard case .savingReported(let report) = event.body, report.by == party, promise.concernsPromise(report.promise)
      else { continue }
      let amount = try sum(report.money, times: .some(count))
      savings[report.saving] = savings[report.saving]?.hull(amount) ?? amount
      used[report.saving, default: []].append(event)
    }
    for event in position.sorted.revisions {
      guard case .savingRevised(let revision) = event.body, let before = savings[revision.saving] else { continue }
      let amount = try sum(revision.money, times: .some(count))
      savings[revision.saving] = revision.agreed == .yes ? amount : before.hull(amount)
      used[revision.saving, default: []].append(event)
    }
    guard !savings.isEmpty else { return nil }
    var total = Amount.zero
    for key in savings.keys.sorted() {
      guard let amount = savings[key] else { continue }
      note(.promised, "saving “\(key)” of \(party)", amount, used[key] ?? [])
      total = try total + amount
    }
    return total
  }

  // MARK: Due

  /// As the accounts state it, then as set later, and by the end of a suspension while that stands.
  mutating func due() -> DueDate? {
    let stating = accounts.due.filter { $0.promised.due != nil }
    var due = DueDate(hullOf: stating.compactMap(\.promised.due))
    if let due { note(.due, "due \(due.words)", nil, stating.map(\.event)) }
    for event in events {
      switch event.body {
      case .dueDateSet(let set):
        due = DueDate(set.due)
        note(.due, "due date set: \(DueDate(set.due).words)", nil, [event])
      case .promiseSuspended(let suspended):
        guard let until = suspended.until, standing.suspensions.contains(event) else { continue }
        due = DueDate(until)
        note(.due, "suspended until \(DueDate(until).words)", nil, [event])
      default: continue
      }
    }
    return due
  }
}

extension Amount {
  /// Does `other` lie within?
  func contains(_ other: Amount) -> Bool {
    guard other.low >= low else { return false }
    guard let high else { return true }
    return other.high.map { $0 <= high } ?? false
  }
}
