import CanonicalJSON

// A payment above what was promised is asked about: it may be right (interest, two promises in one payment), but then it
// is recorded with its reason. So is more taken back than was ever paid: most often a payment is not recorded yet.

extension RuleBook {
  /// The most that some terms allow, in pence; nil = no upper end is known.
  struct Limit: Sendable {
    var high: Int64?
    /// For each practice, and not for all together.
    var isEach: Bool

    init(high: Int64?, isEach: Bool) {
      self.high = high
      self.isEach = isEach
    }

    init(_ money: Money) {
      self.init(high: money.per == .year ? nil : money.high, isEach: money.per == .each)
    }

    init(_ terms: PaymentPromised.Terms) {
      switch terms {
      case .money(let money): self.init(money)
      case .share(let share): self.init(high: share.cap, isEach: share.isEach)
      case .greaterOf(let sums):
        let limits = sums.map { Limit($0) }
        let isSame = limits.allSatisfy { $0.isEach == limits.first?.isEach }
        let isBounded = isSame && limits.allSatisfy { $0.high != nil }
        self.init(
          high: isBounded ? limits.compactMap(\.high).max() : nil, isEach: isSame && limits.first?.isEach == true)
      }
    }
  }

  /// What was surely paid to one payee, less what may have been taken back.
  struct Paid: Sendable {
    /// A sum of up to 2^63 events of 10^13 pence fits.
    var total: Int128 = 0
    /// Paid to each practice of a group.
    var each: Int128 = 0
    /// Reclaims whose size has no upper end: nothing is surely paid then.
    var unbounded = 0

    mutating func add(_ money: Money, _ sign: Int) {
      let pence = Int128(money.low) * Int128(sign)
      if money.per == .each { each += pence } else { total += pence }
    }

    mutating func takeBack(_ money: Money, _ sign: Int) {
      guard let high = money.high else {
        unbounded += sign
        return
      }
      let pence = Int128(high) * Int128(sign)
      if money.per == .each { each -= pence } else { total -= pence }
    }
  }

  /// What was paid at most of one promise, to whomever, and what was surely taken back of it.
  struct Flow: Sendable {
    var paid: Int128 = 0
    var takenBack: Int128 = 0
    /// Payments that may be more than they state: those without an upper end, and those to each of a group.
    var open = 0

    mutating func pay(_ money: Money, _ sign: Int) {
      if let high = money.high, money.per != .each { paid += Int128(high) * Int128(sign) } else { open += sign }
    }

    mutating func takeBack(_ money: Money, _ sign: Int) { takenBack += Int128(money.low) * Int128(sign) }
  }

  /// More than was promised, to the one who is paid or to all together?
  ///
  /// Every account and every later sum counts, agreed or not: the question is whether anybody spoke of so much.
  func aboveCeiling(_ payment: PaymentMade, _ promise: Promise) -> RuleFinding? {
    guard let creditor = promise.creditor, promise.paidToAll.unbounded == 0 else { return nil }
    let payee = payment.creditor ?? payment.to
    var paidToPayee = promise.paid[payee] ?? Paid()
    paidToPayee.add(payment.money, 1)
    let terms = Terms(promise, creditor)
    let toGroup = payee == creditor ? paidToPayee.each : promise.paid[creditor]?.each ?? 0
    let toPayee = payee == creditor ? toGroup : paidToPayee.total + toGroup
    if payee != creditor || payment.money.per == .each, let high = terms.ceiling(of: payee, creditor),
      toPayee > Int128(high)
    {
      return finding("“\(payee)”", toPayee, Int128(high))
    }
    let party = parties[creditor]
    let size = party?.isGroup == true ? party?.size.map { Int128($0) } : 1
    guard let high = terms.ceilingOfAll(size) else { return nil }
    var paid = promise.paidToAll
    paid.add(payment.money, 1)
    // What each practice of the group got, the group got as often as it has practices.
    let all = paid.total + paid.each + toGroup * ((size ?? 1) - 1)
    return all > high ? finding("“\(creditor)”", all, high) : nil
  }

  /// Was more paid than what the terms of a promise allow, to somebody or to all together?
  func overpaid(_ key: PromiseKey, in agreement: AgreementKey) -> RuleFinding? {
    guard let promise = agreements[agreement]?.promises[key], let creditor = promise.creditor,
      promise.paidToAll.unbounded == 0
    else { return nil }
    let terms = Terms(promise, creditor)
    func found(_ paid: Int128, _ ceiling: Int128) -> RuleFinding {
      RuleFinding(
        .aboveCeiling,
        "with it, less would have been promised in “\(key)” (\(Self.pounds(ceiling))) than was paid (\(Self.pounds(paid)))",
        path: "data.terms", next: "If it is right, say why: --note \"why\".")
    }
    let toGroup = promise.paid[creditor]?.each ?? 0
    for (payee, paid) in promise.paid.sorted(by: { $0.key < $1.key }) where payee != creditor {
      if let high = terms.ceiling(of: payee, creditor), paid.total + toGroup > Int128(high) {
        return found(paid.total + toGroup, Int128(high))
      }
    }
    if let high = terms.ceiling(of: creditor, creditor), toGroup > Int128(high) { return found(toGroup, Int128(high)) }
    let party = parties[creditor]
    let size = party?.isGroup == true ? party?.size.map { Int128($0) } : 1
    guard let high = terms.ceilingOfAll(size) else { return nil }
    let all = promise.paidToAll.total + promise.paidToAll.each + toGroup * ((size ?? 1) - 1)
    return all > high ? found(all, high) : nil
  }

  /// More than was ever paid?
  func abovePaid(_ reclaim: PaymentReclaimed, _ promise: Promise) -> RuleFinding? {
    var flow = promise.flow
    flow.takeBack(reclaim.money, 1)
    guard promise.creditor != nil, flow.open == 0, flow.takenBack > flow.paid else { return nil }
    return RuleFinding(
      .abovePaid,
      "with it, \(Self.pounds(flow.takenBack)) of “\(reclaim.promise)” would have been taken back, more than was ever "
        + "paid (\(Self.pounds(flow.paid)))",
      path: "data.money",
      next: "If a payment is missing, record it first. If it is right as it is, say why: --note \"why\".")
  }

  private func finding(_ payee: String, _ paid: Int128, _ ceiling: Int128) -> RuleFinding {
    RuleFinding(
      .aboveCeiling,
      "with it, \(payee) would have been paid \(Self.pounds(paid)), more than was promised (\(Self.pounds(ceiling)))",
      path: "data.money",
      next: "If it is right, say why: --note \"why\". If it covers two promises, record two payments.")
  }

  private static func pounds(_ pence: Int128) -> String { Amount.pounds(Int64(clamping: pence)) }

  /// The limits of one promise: those for all, and those that a member of the group has of its own.
  private struct Terms {
    var forAll: [Limit] = []
    var own: [PartyKey: [Limit]] = [:]

    init(_ promise: Promise, _ creditor: PartyKey) {
      for account in promise.accounts { add(account.limit, account.to, creditor) }
      for change in promise.changes { add(change.limit, change.creditor ?? creditor, creditor) }
    }

    private mutating func add(_ limit: Limit, _ party: PartyKey, _ creditor: PartyKey) {
      if party == creditor { forAll.append(limit) } else { own[party, default: []].append(limit) }
    }

    /// nil = none is known. A sum for the whole group sets none for one member.
    func ceiling(of payee: PartyKey, _ creditor: PartyKey) -> Int64? {
      let own = payee == creditor ? [] : own[payee] ?? []
      let each = forAll.filter(\.isEach)
      guard !own.isEmpty || each.count == forAll.count else { return nil }
      return Self.highest(own + each)
    }

    func ceilingOfAll(_ size: Int128?) -> Int128? {
      var highest: Int128 = 0
      for limit in forAll {
        guard let high = limit.high, let size = limit.isEach ? size : 1 else { return nil }
        highest = max(highest, Int128(high) * size)
      }
      let each = Self.highest(forAll.filter(\.isEach)) ?? 0
      for limits in own.values {
        guard let high = Self.highest(limits) else { return nil }
        highest += Int128(max(0, high - each))
      }
      return highest
    }

    private static func highest(_ limits: [Limit]) -> Int64? {
      limits.allSatisfy { $0.high != nil } ? limits.compactMap(\.high).max() : nil
    }
  }
}
