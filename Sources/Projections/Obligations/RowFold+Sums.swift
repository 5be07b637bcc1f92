import Agreements
import CanonicalJSON

extension RowFold {
  // MARK: Paid and set off

  /// Payments to the creditor less what was reclaimed of it.
  mutating func paid() throws(AmountOverflow) -> Amount {
    var made = Amount.zero
    var reclaimed = Amount.zero
    for event in events {
      switch event.body {
      case .paymentMade(let payment):
        let amount = try sum(payment.money)
        made = try made + amount
        note(.paid, "payment", amount, [event])
      case .paymentReclaimed(let reclaim):
        let amount = try sum(reclaim.money)
        reclaimed = try reclaimed + amount
        if reclaim.agreed != .yes { flags.insert(.reclaimed) }
        note(.paid, reclaim.agreed == .yes ? "reclaimed, agreed" : "reclaimed, not agreed", amount, [event])
      default: continue
      }
    }
    return made.less(reclaimed)
  }

  /// The accepted part of set-offs, the last of each key.
  mutating func setOff() throws(AmountOverflow) -> Amount {
    var total = Amount.zero
    var last: [SetOffKey: Int] = [:]
    for event in events {
      if case .setOffApplied(let applied) = event.body, let key = applied.setOff { last[key] = event.position }
    }
    for event in events {
      guard case .setOffApplied(let applied) = event.body else { continue }
      if let key = applied.setOff, last[key] != event.position { continue }
      if applied.money.isAbout { flags.insert(.sumApproximate) }
      let accepted = try RowFold.sum(
        Money(low: applied.accepted, high: applied.accepted, per: applied.money.per), count: shape.count)
      if applied.money.high.map({ applied.accepted < $0 }) ?? true { flags.insert(.setOffDisputed) }
      total = try total + accepted
      note(.setOff, "set off, the part that was accepted", accepted, [event])
    }
    return total
  }

  // MARK: Withdrawn

  /// While a withdrawal without consent stands: whole: promised less paid; else the money stated, at most promised.
  mutating func withdrawn(promised: Amount, paid: Amount) throws(AmountOverflow) -> Amount {
    guard standing.governing != nil else { return .zero }
    if standing.isWhole {
      let amount = promised.less(paid)
      note(.withdrawn, "withdrawn whole: promised less paid", amount, standing.withdrawals)
      return amount
    }
    let (stated, isOneUnstated) = try withdrawnMoney()
    var amount = stated
    if isOneUnstated { amount.high = promised.high }
    amount = amount.atMost(promised)
    let said = partStated
    note(.withdrawn, "withdrawn in part: \(said)", amount, standing.withdrawals)
    return amount
  }

  /// What was said of how much is withdrawn, where it is not the whole.
  private var partStated: String {
    let parts = standing.withdrawals.compactMap(\.withdrawal).filter { $0.scope != .whole }
    let unsaid = parts.count { $0.money.map { $0.amount == .unknown } ?? true }
    switch unsaid {
    case 0: return "the money stated"
    case parts.count: return "how much was not said"
    default: return "the money stated, and more, of which how much was not said"
    }
  }

  /// The money of the withdrawals in part that stand, and whether one of them states none.
  private mutating func withdrawnMoney() throws(AmountOverflow) -> (stated: Amount, isOneUnstated: Bool) {
    var stated = Amount.zero
    var isOneUnstated = false
    for event in standing.withdrawals {
      guard let withdrawal = event.withdrawal, withdrawal.scope != .whole else { continue }
      if let money = withdrawal.money { stated = try stated + sum(money) } else { isOneUnstated = true }
    }
    return (stated, isOneUnstated)
  }

  // MARK: Earned

  mutating func earned(promised: Amount, paid: Amount, due: DueDate?) throws(AmountOverflow) -> Amount {
    if let consented = standing.consented {
      note(.earned, "withdrawn whole with consent: what was paid", paid, [consented])
      return paid
    }
    if let failed = conditions.first(where: { $0.outcome == .failed }) {
      note(.earned, "condition “\(failed.condition)” failed", .zero, failed.events)
      return .zero
    }
    var earned = try earnedByPerformance(promised: promised, due: due)
    let unsettled = conditions.filter { $0.outcome != .met }
    if !unsettled.isEmpty {
      earned.low = 0
      let names = unsettled.map { "“\($0.condition)”" }.joined(separator: ", ")
      note(
        .earned, "from nothing on, while \(names) is disputed or has no outcome", earned, unsettled.flatMap(\.events))
    }
    return earned
  }

  private mutating func earnedByPerformance(promised: Amount, due: DueDate?) throws(AmountOverflow) -> Amount {
    if performance.isDisputed { flags.insert(.performanceDisputed) }
    rely(on: performance.records.map(\.event))
    guard let governing = standing.governing else {
      guard due?.isPassed(on: position.day) ?? false, performance.isOnlyPartOrNone else {
        note(.earned, "all that was promised", promised, [])
        return promised
      }
      let amount = try stated(promised) ?? Amount(low: 0, high: promised.high)
      note(.earned, "due and done only in part", amount, [])
      return amount
    }
    let (stated, isOneUnstated) = try withdrawnMoney()
    let left: Amount =
      standing.isWhole ? .zero : isOneUnstated ? Amount(low: 0, high: promised.high) : promised.less(stated)
    let between = Amount(low: left.low, high: promised.high)
    let events = [governing]
    switch performance.order {
    case .before:
      note(
        .earned, "performed before the withdrawal: all that was promised", promised,
        performance.records.map(\.event) + events)
      return promised
    case .part:
      let amount = try self.stated(promised) ?? between
      note(.earned, "performed in part when it was withdrawn", amount, events)
      return amount
    case .afterOrNothing:
      note(.earned, "not performed before the withdrawal: what was left", left, events)
      return left
    case .orderNotKnown, .notKnown:
      note(.earned, "whether it was performed before the withdrawal is not known", between, events)
      return between
    }
  }

  /// What `PerformanceRecorded` states as earned; nil if no record does.
  private mutating func stated(_ promised: Amount) throws(AmountOverflow) -> Amount? {
    let parts = performance.records.filter { $0.recorded?.complete == .part }
    let ownParts = parts.filter { !$0.isByMember }
    let used = ownParts.contains { $0.recorded?.earned != nil } ? ownParts : parts
    struct Slot: Hashable {
      var by: PartyKey
      var period: String
    }
    var slots: [Slot: Amount] = [:]
    var isOpenAbove = used.allSatisfy(\.isByMember)
    for part in used {
      guard let recorded = part.recorded else { continue }
      guard let money = recorded.earned else {
        isOpenAbove = true
        continue
      }
      let amount = try sum(money, times: .some(part.isByMember ? 1 : shape.count))
      let slot = Slot(by: recorded.by, period: recorded.period?.edtf ?? part.event.statement.when?.date.edtf ?? "")
      slots[slot] = slots[slot]?.hull(amount) ?? amount
      note(.earned, "stated as earned", amount, [part.event])
    }
    guard !slots.isEmpty else { return nil }
    var total = Amount.zero
    for amount in slots.values { total = try total + amount }
    if isOpenAbove { total.high = promised.high }
    return total.atMost(promised)
  }
}
