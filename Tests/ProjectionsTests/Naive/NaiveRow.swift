import CanonicalJSON

/// One row by the text of the rules.
struct NaiveRow {
  typealias Event = NaiveFold.Event

  let promise: NaivePromise
  let place: (String, Int64?, String)
  var flags: Set<String> = []

  init(promise: NaivePromise, place: (String, Int64?, String)) {
    self.promise = promise
    self.place = place
    events = promise.counted.filter { promise.concerns($0, place) }
  }

  private var creditor: String { place.0 }
  private var count: Int64? { place.1 }
  private var isWhole: Bool { place.2 == "whole" }
  private let events: [Event]

  private mutating func sum(_ money: JSONValue, count: Int64?) throws -> NaiveSum {
    if money["about"]?.bool == true { flags.insert("sum-approximate") }
    let plain = NaiveSum(money)
    return money["per"]?.string == "each" ? try plain.times(count) : plain
  }

  private mutating func sum(_ money: JSONValue) throws -> NaiveSum { try sum(money, count: count) }

  // MARK: Debtor

  /// Current debtor, all debtors ever, candidates.
  private func debtors() -> (String?, Set<String>, [String]) {
    guard let first = promise.made?.text("debtor") else { return (nil, [], []) }
    var current = first
    var ever: Set<String> = [first]
    var open: Set<String> = []
    let renames = promise.everything.filter { $0.type == "PartySucceeded" && $0.text("kind") == "rename" }
    let transfers = events.filter { $0.type == "ObligationTransferred" }
    for event in (renames + transfers).sorted(by: Self.inOrder) {
      if event.type == "PartySucceeded" {
        let to = event.data["to"]?.array?.compactMap(\.string) ?? []
        if event.stream == "party/\(current)", to.count == 1 {
          current = to[0]
          ever.insert(current)
        }
      } else if event.data["money"] == nil, event.text("from") == current {
        current = event.text("to") ?? current
        ever.insert(current)
      } else if let to = event.text("to") {
        open.insert(to)
      }
    }
    for event in promise.everything where event.type == "PartySucceeded" && event.stream == "party/\(current)" {
      let to = event.data["to"]?.array?.compactMap(\.string) ?? []
      if event.text("kind") == "rename", to.count == 1 { continue }
      open.formUnion(to)
    }
    open.remove(current)
    return (current, ever, open.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  static func inOrder(_ left: Event, _ right: Event) -> Bool {
    if left.days.last != right.days.last { return left.days.last < right.days.last }
    if left.days.first != right.days.first {
      guard let first = left.days.first else { return true }
      guard let other = right.days.first else { return false }
      return first < other
    }
    return left.position < right.position
  }

  // MARK: What stands

  private func isEnder(_ event: Event) -> Bool {
    event.type == "PromiseReinstated" || promise.setsTerms(event)
      || (event.type == "AgreementVaried" && event.text("consent") == "yes")
  }

  private struct Stand {
    var withdrawals: [Event] = []
    var suspensions: [Event] = []
    var agreed = false
    var isOrderUnknown = false
    var governing: Event? { withdrawals.first { $0.text("scope") == "whole" } ?? withdrawals.first }
  }

  private func stand() -> Stand {
    var stand = Stand()
    let events = self.events
    for (index, event) in events.enumerated() where ["PromiseWithdrawn", "PromiseSuspended"].contains(event.type) {
      let enders = events.enumerated().filter { isEnder($0.element) }
      if event.type == "PromiseWithdrawn", event.text("consent") == "yes" {
        if event.text("scope") == "whole", !enders.contains(where: { $0.offset > index }) { stand.agreed = true }
        continue
      }
      let ending = enders.filter { ender in event.days.first.map { $0 <= ender.element.days.last } ?? true }
      if ending.isEmpty {
        if event.type == "PromiseWithdrawn" { stand.withdrawals.append(event) } else { stand.suspensions.append(event) }
      } else if ending.allSatisfy({ $0.offset < index }) {
        stand.isOrderUnknown = true
      }
    }
    if stand.agreed {
      stand.withdrawals = []
      stand.suspensions = []
    }
    return stand
  }

  // MARK: Accounts

  private var generalAccounts: [Event] { promise.accounts.filter { $0.text("to") == promise.creditor } }
  private var ownAccounts: [Event] {
    place.2 == "member" ? promise.accounts.filter { $0.text("to") == creditor } : []
  }

  private mutating func savings(of party: String) throws -> NaiveSum? {
    let many: Int64? = party == promise.creditor && promise.isGroup ? promise.size : 1
    var total: NaiveSum?
    let reports = promise.counted.filter {
      $0.type == "SavingReported" && $0.text("by") == party && promise.isForThis($0)
    }
    for key in Set(reports.compactMap { $0.text("saving") }) {
      var sum: NaiveSum?
      for report in reports where report.text("saving") == key {
        let money = try self.sum(report.data["money"] ?? .null, count: many)
        sum = sum.map { $0.hull(money) } ?? money
      }
      for revision in promise.counted where revision.type == "SavingRevised" && revision.text("saving") == key {
        let money = try self.sum(revision.data["money"] ?? .null, count: many)
        sum = revision.text("agreed") == "yes" ? money : sum?.hull(money)
      }
      if let sum { total = try (total ?? .zero).plus(sum) }
    }
    return total
  }

  private mutating func share(_ share: JSONValue) throws -> NaiveSum {
    var cap: NaiveSum?
    if let pence = share["cap"]?.integer {
      cap =
        share["per"]?.string == "each"
        ? try NaiveSum(low: pence, high: pence).times(count) : .init(low: pence, high: pence)
    }
    let percent = share["percentHundredths"]?.integer ?? 0
    var saving: NaiveSum?
    if place.2 == "rest" {
      saving = try savings(of: promise.creditor)
      if let whole = saving {
        var members = NaiveSum.zero
        var isOneSilent = false
        for member in promise.members {
          if let own = try savings(of: member) { members = try members.plus(own) } else { isOneSilent = true }
        }
        var rest = whole.less(members)
        if isOneSilent { rest.low = 0 }
        saving = rest
      }
    } else {
      saving = try savings(of: creditor)
    }
    guard let saving else { return NaiveSum(low: 0, high: cap?.high) }
    func part(_ pence: Int64) throws -> Int64 {
      let exact = Int128(pence) * Int128(percent)
      let (whole, rest) = exact.quotientAndRemainder(dividingBy: 10_000)
      let rounded = whole + (rest >= 5_000 ? 1 : 0)
      if rounded >= 1 << 53 { throw NaiveSum.TooLarge() }
      return Int64(rounded)
    }
    let sum = NaiveSum(low: try part(saving.low), high: try saving.high.map { try part($0) })
    guard let ceiling = cap?.high else { return sum }
    return sum.capped(NaiveSum(low: 0, high: ceiling))
  }

  private mutating func value(of account: Event) throws -> NaiveSum {
    if let share = account.data["share"] { return try self.share(share) }
    guard let list = account.data["greaterOf"]?.array else { return try sum(account.data["money"] ?? .null) }
    let sums = try list.map { try sum($0) }
    return NaiveSum(
      low: sums.map(\.low).max() ?? 0,
      high: sums.contains { $0.high == nil } ? nil : sums.compactMap(\.high).max())
  }

  /// The sum promised; whether new terms stand; the last unilateral change with its sum.
  private mutating func promised() throws -> (sum: NaiveSum, isNew: Bool, unilateral: (Event, NaiveSum)?) {
    let own = ownAccounts
    let speaking = own.isEmpty ? generalAccounts : own
    var values: [NaiveSum] = []
    for account in speaking { values.append(try value(of: account)) }
    if values.contains(where: { $0 != values[0] }) { flags.insert("accounts-conflict") }
    var sum = values.dropFirst().reduce(values.first ?? .zero) { $0.hull($1) }
    if !own.isEmpty {
      var general: [NaiveSum] = []
      for account in generalAccounts { general.append(try value(of: account)) }
      if let first = general.first {
        let hull = general.dropFirst().reduce(first) { $0.hull($1) }
        let isInside =
          sum.low >= hull.low && (hull.high == nil || (sum.high != nil && (sum.high ?? 0) <= (hull.high ?? 0)))
        if !isInside { flags.insert("accounts-conflict") }
      }
    }
    var isNew = false
    var unilateral: (Event, NaiveSum)?
    for event in events {
      switch event.type {
      case "AgreementVaried", "PromiseReinstated":
        guard let money = promise.stated(event) else {
          unilateral = nil
          continue
        }
        let stated = try self.sum(money)
        if event.text("consent") == "yes" {
          (sum, isNew, unilateral) = (stated, true, nil)
        } else {
          unilateral = (event, stated)
        }
      case "DisputeConcluded":
        guard let money = promise.stated(event) else { continue }
        (sum, isNew, unilateral) = (try self.sum(money), true, nil)
      case "PromiseWithdrawn":
        guard event.text("consent") == "yes", event.text("scope") != "whole" else { continue }
        if let money = event.data["money"] { sum = sum.less(try self.sum(money)) } else { sum.low = 0 }
        isNew = true
      default: continue
      }
    }
    return (sum, isNew, unilateral)
  }

  // MARK: Conditions

  private enum State { case fine, failed, disputed, silent }

  private func conditions(_ debtors: Set<String>) -> [(key: String, state: State, counting: [Event], isOneSided: Bool)]
  {
    let own = ownAccounts
    let speaking = own.contains { !($0.data["conditions"]?.array ?? []).isEmpty } ? own : generalAccounts
    func keys(_ account: Event) -> [String] {
      account.data["conditions"]?.array?.compactMap { $0["condition"]?.string } ?? []
    }
    return Set(speaking.flatMap { keys($0) }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { key in
      let all = events.filter { $0.type == "ConditionOutcome" && $0.text("condition") == key }
      let from = all.lastIndex { $0.text("settled") != nil } ?? 0
      let counting = Array(all.dropFirst(from))
      let parties = Set(counting.compactMap { $0.text("byParty") })
      let views = Set(
        parties.compactMap { party -> String? in
          let last = counting.last { $0.text("byParty") == party }?.text("outcome")
          return ["met", "waived", "prevented"].contains(last) ? "fine" : last
        })
      var state: State =
        views.isEmpty
        ? .silent : views.contains("disputed") || views.count > 1 ? .disputed : views == ["fine"] ? .fine : .failed
      if state == .failed, speaking.contains(where: { !keys($0).contains(key) }) { state = .disputed }
      let isSettled = counting.contains { $0.text("settled") != nil }
      let isOneSided = state == .failed && !isSettled && parties.isSubset(of: debtors)
      return (key, state, counting, isOneSided)
    }
  }

  // MARK: Performance

  private struct Done {
    var event: Event
    var isComplete: Bool
    var isMembers: Bool
    var start: Day?
    var begun: Day
    var end: Day
  }

  private func performance(_ conditions: [(key: String, state: State, counting: [Event], isOneSided: Bool)]) -> (
    [Done], [Event]
  ) {
    var done: [Done] = []
    var nothing: [Event] = []
    for event in promise.counted
    where ["SavingReported", "PerformanceRecorded"].contains(event.type) && promise.isForThis(event) {
      let by = event.text("by") ?? ""
      let isOwn = by == creditor || by == promise.creditor
      let isMembers = !isOwn && isWhole && promise.members.contains(by)
      guard isOwn || isMembers else { continue }
      if event.text("complete") == "no" {
        if isOwn { nothing.append(event) }
        continue
      }
      let isComplete = (event.type == "SavingReported" || event.text("complete") == "yes") && !isMembers
      if let period = event.text("period") {
        let days = NaiveDate.days(period)
        done.append(
          Done(
            event: event, isComplete: isComplete, isMembers: isMembers, start: days.0, begun: days.0 ?? event.days.last,
            end: days.1 ?? event.days.last))
      } else {
        done.append(
          Done(
            event: event, isComplete: isComplete, isMembers: isMembers, start: event.days.first, begun: event.days.last,
            end: event.days.last))
      }
    }
    if !conditions.isEmpty, conditions.allSatisfy({ $0.state == .fine }) {
      if let last = conditions.compactMap(\.counting.first).sorted(by: Self.inOrder).last {
        done.append(
          Done(
            event: last, isComplete: true, isMembers: false, start: last.days.first, begun: last.days.last,
            end: last.days.last))
      }
    }
    return (done, nothing)
  }

  private func order(_ done: [Done], _ nothing: [Event], _ withdrawal: Event) -> String {
    let (first, last) = withdrawal.days
    func place(_ record: Done) -> String {
      if record.isComplete, let first, record.end <= first { return "before" }
      if let start = record.start, start > last { return "after" }
      if !record.isComplete, let first, record.begun <= first { return "part" }
      return "unknown order"
    }
    let places = Set(done.map { place($0) })
    for wanted in ["before", "unknown order", "part"] where places.contains(wanted) { return wanted }
    return places.contains("after") || !nothing.isEmpty ? "after" : "not known"
  }

  private mutating func statedEarned(_ done: [Done], _ promised: NaiveSum) throws -> NaiveSum? {
    let parts = done.filter { $0.event.type == "PerformanceRecorded" && $0.event.text("complete") == "part" }
    let ownParts = parts.filter { !$0.isMembers }
    let used = ownParts.contains { $0.event.data["earned"] != nil } ? ownParts : parts
    var slots: [String: NaiveSum] = [:]
    for part in used {
      guard let money = part.event.data["earned"] else { continue }
      let sum = try self.sum(money, count: part.isMembers ? 1 : count)
      let slot =
        (part.event.text("by") ?? "") + " "
        + (part.event.text("period") ?? part.event.line["when"]?["edtf"]?.string ?? "")
      slots[slot] = slots[slot].map { $0.hull(sum) } ?? sum
    }
    guard !slots.isEmpty else { return nil }
    var total = try slots.values.reduce(NaiveSum.zero) { try $0.plus($1) }
    if used.contains(where: { $0.event.data["earned"] == nil }) || used.allSatisfy(\.isMembers) {
      total.high = promised.high
    }
    return total.capped(promised)
  }

  // MARK: Strength

  private mutating func strength(_ failures: [Event], _ debtors: Set<String>) -> String {
    let ids = failures.map(\.id)
    let corroborating = promise.counted.filter {
      $0.type == "Corroborated" && $0.text("agrees") == "yes" && ids.contains($0.text("target") ?? "")
    }
    for event in failures + corroborating {
      for source in event.line["sources"]?.array ?? [] {
        guard let key = source["exhibit"]?.string else { continue }
        let filed = promise.everything.last { $0.type == "ExhibitFiled" && $0.stream == "exhibit/\(key)" }
        if let author = filed?.text("author"), debtors.contains(author) { return "documented" }
      }
    }
    if failures.contains(where: { debtors.contains($0.party) }) { return "admitted" }
    let positions = promise.counted.filter { $0.type == "PositionStated" && debtors.contains($0.party) }
    func named(_ list: String) -> Bool {
      positions.contains { $0.data[list]?.array?.contains { ids.contains($0.string ?? "") } ?? false }
    }
    if named("admits") { return "admitted" }
    if named("denies") { return "denied" }
    return failures.allSatisfy { $0.line["basis"]?.string == "inferred" } ? "inferred" : "asserted"
  }

  // MARK: The row

  mutating func json() throws -> JSONValue {
    let (debtor, debtors, candidates) = debtors()
    if !candidates.isEmpty { flags.insert("successor-unresolved") }
    let stand = stand()
    if stand.isOrderUnknown { flags.insert("order-not-known") }
    if straddles() { flags.insert("dates-straddle") }
    let terms = try promised()
    let promised = terms.sum

    var due = dueOfAccounts()
    for event in events {
      if event.type == "DueDateSet" { due = event.text("due") }
      if event.type == "PromiseSuspended", let until = event.text("until"),
        stand.suspensions.contains(where: { $0.position == event.position })
      {
        due = until
      }
    }
    let isDue = due.flatMap { NaiveDate.days($0).1 }.map { $0 < promise.asOf } ?? false

    var made = NaiveSum.zero
    var back = NaiveSum.zero
    for event in events {
      if event.type == "PaymentMade" { made = try made.plus(sum(event.data["money"] ?? .null)) }
      if event.type == "PaymentReclaimed" {
        back = try back.plus(sum(event.data["money"] ?? .null))
        if event.text("agreed") != "yes" { flags.insert("reclaimed") }
      }
    }
    let paid = made.less(back)

    var setOff = NaiveSum.zero
    let setOffs = events.filter { $0.type == "SetOffApplied" }
    for (index, event) in setOffs.enumerated() {
      if let key = event.text("setOff"), setOffs.dropFirst(index + 1).contains(where: { $0.text("setOff") == key }) {
        continue
      }
      let accepted = event.data["accepted"]?.integer ?? 0
      let money = event.data["money"] ?? .null
      if money["about"]?.bool == true { flags.insert("sum-approximate") }
      let sum = NaiveSum(low: accepted, high: accepted)
      setOff = try setOff.plus(money["per"]?.string == "each" ? sum.times(count) : sum)
      if money["high"]?.integer.map({ accepted < $0 }) ?? true { flags.insert("set-off-disputed") }
    }

    let conditions = conditions(debtors)
    if conditions.contains(where: \.isOneSided) { flags.insert("condition-one-sided") }
    let (done, nothing) = performance(conditions)
    let governing = stand.governing
    let order = governing.map { self.order(done, nothing, $0) }

    // The money of withdrawals in part.
    var taken = NaiveSum.zero
    var isOneSilent = false
    for event in stand.withdrawals where event.text("scope") != "whole" {
      if let money = event.data["money"] { taken = try taken.plus(sum(money)) } else { isOneSilent = true }
    }
    let isWholeWithdrawn = stand.withdrawals.contains { $0.text("scope") == "whole" }

    var earned: NaiveSum
    if stand.agreed {
      earned = paid
    } else if conditions.contains(where: { $0.state == .failed }) {
      earned = .zero
    } else {
      if !nothing.isEmpty, !done.isEmpty { flags.insert("performance-disputed") }
      let left =
        isWholeWithdrawn ? NaiveSum.zero : isOneSilent ? NaiveSum(low: 0, high: promised.high) : promised.less(taken)
      switch order {
      case "before": earned = promised
      case "part": earned = try statedEarned(done, promised) ?? NaiveSum(low: left.low, high: promised.high)
      case "after": earned = left
      case .some: earned = NaiveSum(low: left.low, high: promised.high)
      case nil:
        let hasRecord = !nothing.isEmpty || done.contains { $0.event.type == "PerformanceRecorded" }
        if isDue, hasRecord, !done.contains(where: \.isComplete) {
          earned = try statedEarned(done, promised) ?? NaiveSum(low: 0, high: promised.high)
        } else {
          earned = promised
        }
      }
      if conditions.contains(where: { $0.state != .fine }) { earned.low = 0 }
    }

    var withdrawn = NaiveSum.zero
    if governing != nil {
      if isWholeWithdrawn {
        withdrawn = promised.less(paid)
      } else {
        withdrawn = taken
        if isOneSilent { withdrawn.high = promised.high }
        withdrawn = withdrawn.capped(promised)
      }
    }
    let outstanding = earned.less(paid).less(setOff)

    // MARK: category
    var category = ""
    var missing: [String] = []
    var failures: [Event] = []
    let isOpen = outstanding.high.map { $0 > 0 } ?? true
    func covers(_ pence: Int64) -> Bool {
      guard let high = earned.high, high > 0, pence >= high else { return false }
      return governing == nil || (promised.high.map { pence >= $0 } ?? false)
    }
    let lastPayment = events.last { $0.type == "PaymentMade" }
    let lastReclaim = events.last { $0.type == "PaymentReclaimed" && $0.text("agreed") != "yes" }
    let silent = conditions.filter { $0.state == .silent }
    if stand.agreed || conditions.contains(where: { $0.state == .failed }) || (paid.high == 0 && covers(setOff.low))
      || (promised.high == 0 && (terms.isNew || isDue || governing != nil))
      || (earned.high == 0 && isDue && governing == nil)
    {
      category = "excused"
    } else if covers(paid.low + setOff.low) {
      category = "honoured"
      if let lastPayment {
        let dueDays = due.map { NaiveDate.days($0) }
        let stopped = events.contains { event in
          let isStop =
            event.type == "PromiseSuspended" || (event.type == "PromiseWithdrawn" && event.text("consent") != "yes")
          return isStop && Self.inOrder(event, lastPayment)
        }
        if let last = dueDays?.1, let first = lastPayment.days.first, first > last {
          category = "honoured-late"
        } else if stopped {
          category = "honoured-late"
        } else if let dueDays, dueDays.0.map({ lastPayment.days.last > $0 }) ?? true {
          flags.insert("may-be-late")
        }
      }
    } else if let governing {
      failures = [governing]
      if governing.text("consent") == "disputed" { flags.insert("consent-disputed") }
      switch order {
      case "before": category = "withdrawn-after-performance"
      case "part": category = "withdrawn-part-performed"
      case "after": category = "withdrawn-before-performance"
      case "not known": (category, missing) = ("undetermined", ["performance"])
      default: (category, missing) = ("undetermined", ["order of performance and withdrawal"])
      }
    } else if let lastReclaim, isOpen {
      (category, failures) = ("clawed-back", [lastReclaim])
      if lastReclaim.text("agreed") == "disputed" { flags.insert("consent-disputed") }
    } else if let (event, sum) = terms.unilateral, isOpen,
      sum.low < promised.low || (sum.high != nil && (promised.high.map { (sum.high ?? 0) < $0 } ?? true))
    {
      (category, failures) = ("varied-unilaterally", [event])
      if event.text("consent") == "disputed" { flags.insert("consent-disputed") }
    } else if conditions.contains(where: { $0.state == .disputed }) {
      category = "conditions-disputed"
    } else if let suspension = stand.suspensions.last, !isDue {
      (category, failures) = ("suspended", [suspension])
    } else if isDue, silent.isEmpty {
      failures = ownAccounts.isEmpty ? generalAccounts : ownAccounts
      if paid.high == 0, outstanding.low > 0 {
        category = "overdue"
      } else if paid.high == 0, !done.isEmpty {
        category = "overdue"
        flags.insert("sum-not-fixed")
      } else if paid.high != 0, outstanding.low > 0 {
        category = "underpaid"
      } else {
        (category, missing) = ("undetermined", ["sum due"])
      }
    } else if (due != nil && !isDue) || (due == nil && (!silent.isEmpty || done.isEmpty)) {
      category = "open"
    } else {
      category = "undetermined"
      missing = silent.isEmpty ? ["due date"] : silent.map { "outcome of \($0.key)" }
    }

    return [
      "agreement": .string(promise.agreement), "promise": .string(promise.promise),
      "debtor": debtor.map(JSONValue.string) ?? .null, "candidates": .array(candidates.map(JSONValue.string)),
      "creditor": .string(creditor), "count": count.map(JSONValue.integer) ?? .null,
      "due": due.map(JSONValue.string) ?? .null, "promised": promised.json, "earned": earned.json, "paid": paid.json,
      "setOff": setOff.json, "withdrawn": withdrawn.json, "outstanding": outstanding.json,
      "category": .string(category),
      "strength": failures.isEmpty ? .null : .string(strength(failures, debtors)),
      "flags": .array(flags.sorted().map(JSONValue.string)), "missing": .array(missing.map(JSONValue.string)),
    ]
  }

  private func dueOfAccounts() -> String? {
    let own = ownAccounts.contains { $0.text("due") != nil } ? ownAccounts : generalAccounts
    let stated = own.compactMap { $0.text("due") }
    guard let first = stated.first else { return nil }
    let days = stated.map { NaiveDate.days($0) }
    let start = days.contains { $0.0 == nil } ? nil : days.compactMap(\.0).min()
    let end = days.contains { $0.1 == nil } ? nil : days.compactMap(\.1).max()
    if stated.allSatisfy({ $0 == first }) { return first }
    if start == nil, end == nil { return nil }
    if let start, start == end { return start.description }
    return "\(start?.description ?? "..")/\(end?.description ?? "..")"
  }

  private func straddles() -> Bool {
    promise.straddling.contains { event in
      func counts(_ by: String) -> Bool {
        by == creditor || by == promise.creditor || (isWhole && promise.members.contains(by))
      }
      switch event.type {
      case "PaymentPromised":
        let to = event.text("to")
        return event.text("promise") == promise.promise && (to == promise.creditor || to == creditor)
      case "SavingReported", "PerformanceRecorded":
        if let named = event.text("promise") { return named == promise.promise }
        return counts(event.text("by") ?? "")
      case "SavingRevised":
        return (promise.counted + promise.straddling).contains { report in
          guard report.type == "SavingReported", report.text("saving") == event.text("saving") else { return false }
          if let named = report.text("promise") { return named == promise.promise }
          return counts(report.text("by") ?? "")
        }
      case "BalanceStated": return event.text("promise") == promise.promise
      default: return promise.concerns(event, place)
      }
    }
  }
}
