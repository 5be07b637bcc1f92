import Agreements
import CanonicalJSON

/// Folds an agreement of the plain kind without making values of its events.
///
/// Plain is: each promise has one account, of a sum of money, to a party that is no group and nobody followed its debtor;
/// payments go to the creditor; withdrawals are whole and nobody speaks of consent. That is what nearly all agreements of a
/// register are, corrected or not. Everything else is for `AgreementPosition`, which has all the rules.
///
/// Law: for a plain agreement its rows are those of `AgreementPosition`, byte for byte.
struct PlainFold: ~Copyable {
  private let ledger: Ledger
  private let day: Int32
  /// By the numbers of keys: parties that are groups, and parties that others followed.
  private var isGroup: [Bool]
  private var isFollowed: [Bool]
  /// By the numbers of keys: who wrote a paper; −1 = nobody that is known.
  private var authorOf: [Int32]
  /// The stream of the agreement that was prepared last.
  private var stream: Int32 = -1

  /// What is known of one promise of the agreement.
  private struct Promise {
    var account: QuickEvent
    /// Where the account stands in `Ledger.events`.
    var place: Int32
    /// Its payments, withdrawals and due dates, in log order.
    var events = Chain()
    /// Savings of its creditor that name it.
    var savings = Chain()
    var straddles = false
  }

  /// A list within `links`.
  private struct Chain {
    var first: Int32 = -1
    var last: Int32 = -1
  }

  private struct Link {
    var event: Int32
    var next: Int32 = -1
  }

  private struct Practice {
    /// Those that name no promise.
    var savings = Chain()
    var straddles = false
    var key: Int32
  }

  // The agreement that was prepared last.
  private var made: QuickEvent?
  private var madePlace: Int32 = -1
  private var promises: [Promise] = []
  private var practices: [Practice] = []
  private var links: [Link] = []
  /// Events that perhaps had happened, and costs.
  private(set) var straddling: [QuickEvent] = []
  private(set) var costs: [QuickEvent] = []
  /// Places in `promises` and `practices` by the numbers of keys; −1 = none.
  private var promiseOf: [Int32]
  private var practiceOf: [Int32]
  /// Position and place of each event that a row relies on: in order they are in log order.
  private var relied: [UInt64] = []

  init(_ ledger: Ledger, _ surroundings: Surroundings, asOf day: Day) {
    self.ledger = ledger
    self.day = day.number
    let none = [Bool](repeating: false, count: ledger.keys.count)
    (isGroup, isFollowed) = (none, none)
    for group in surroundings.groups.keys {
      if let number = ledger.keys.find(group.rawValue) { isGroup[number] = true }
    }
    for party in surroundings.successions.keys {
      if let number = ledger.keys.find(party.rawValue) { isFollowed[number] = true }
    }
    authorOf = Array(repeating: -1, count: ledger.keys.count)
    for (exhibit, author) in surroundings.authors {
      guard let number = ledger.keys.find(exhibit.rawValue), let party = ledger.keys.find(author.rawValue) else {
        continue
      }
      authorOf[number] = Int32(party)
    }
    promiseOf = Array(repeating: -1, count: ledger.keys.count)
    practiceOf = promiseOf
  }

  private enum Happened { case counted, straddling, notYet }

  /// As `LoggedEvent.happened(by:)`.
  @inline(__always)
  private func happened(_ event: QuickEvent) -> Happened {
    if event.latest <= day || event.kind == .made || event.kind == .note { return .counted }
    guard event.marks.contains(.begun) else { return .straddling }
    return event.earliest <= day ? .straddling : .notYet
  }

  // MARK: Sorting out

  /// Sorts out the events of an agreement; false if it is not plain.
  mutating func prepare(_ number: Int) -> Bool {
    clear()
    let stream = ledger.streams[number]
    guard stream.isPlain else { return false }
    self.stream = Int32(number)
    var walk = Ledger.Walk(stream)
    while let place = walk.next(in: ledger.events) {
      if !enter(ledger.events[Int(place)], place) { return false }
    }
    walk = Ledger.Walk(stream)
    while let place = walk.next(in: ledger.events) {
      if !attach(ledger.events[Int(place)], place) { return false }
    }
    return true
  }

  /// Are there rows of the agreement that was prepared last, and does this party owe them?
  func hasRows(owedBy debtor: Int32) -> Bool { !promises.isEmpty && made?.party == debtor }

  private mutating func clear() {
    for promise in promises { promiseOf[Int(promise.account.promise)] = -1 }
    for practice in practices { practiceOf[Int(practice.key)] = -1 }
    made = nil
    promises.removeAll(keepingCapacity: true)
    practices.removeAll(keepingCapacity: true)
    links.removeAll(keepingCapacity: true)
    straddling.removeAll(keepingCapacity: true)
    costs.removeAll(keepingCapacity: true)
  }

  /// The first round: who promised, and the promises.
  private mutating func enter(_ event: QuickEvent, _ place: Int32) -> Bool {
    switch event.kind {
    case .gone: break
    case .made:
      if isFollowed[Int(event.party)] { return false }
      if made == nil { (made, madePlace) = (event, place) }
    case .promised:
      guard !isGroup[Int(event.party)] else { return false }
      guard happened(event) == .counted else { return true }
      guard promiseOf[Int(event.promise)] < 0 else { return false }
      promiseOf[Int(event.promise)] = Int32(promises.count)
      promises.append(Promise(account: event, place: place))
    default: break
    }
    return true
  }

  /// The second round: what was done about them.
  private mutating func attach(_ event: QuickEvent, _ place: Int32) -> Bool {
    if event.kind == .gone { return true }
    switch happened(event) {
    case .notYet: return true
    case .straddling:
      straddling.append(event)
      return straddle(event)
    case .counted: break
    }
    switch event.kind {
    case .paid, .withdrawn, .dueSet:
      let number = Int(promiseOf[Int(event.promise)])
      guard number >= 0 else { return true }
      // Paid to somebody else: whose row that is takes all the rules.
      if event.kind == .paid, event.party != promises[number].account.party { return false }
      Self.add(place, to: &promises[number].events, &links)
    case .saving where event.marks.contains(.promise):
      let number = Int(promiseOf[Int(event.promise)])
      guard number >= 0, event.party == promises[number].account.party else { return true }
      Self.add(place, to: &promises[number].savings, &links)
    case .saving:
      let number = practice(event.party)
      Self.add(place, to: &practices[number].savings, &links)
    case .cost: costs.append(event)
    default: break
    }
    return true
  }

  /// Which rows a thing concerns that perhaps had happened.
  private mutating func straddle(_ event: QuickEvent) -> Bool {
    switch event.kind {
    case .promised, .paid, .withdrawn, .dueSet:
      let number = Int(promiseOf[Int(event.promise)])
      guard number >= 0 else { return true }
      if event.kind == .withdrawn || event.kind == .dueSet || event.party == promises[number].account.party {
        promises[number].straddles = true
      }
    case .saving:
      if event.marks.contains(.promise) {
        let number = Int(promiseOf[Int(event.promise)])
        if number >= 0 { promises[number].straddles = true }
      } else {
        practices[practice(event.party)].straddles = true
      }
    case .revised: return false
    default: break
    }
    return true
  }

  private mutating func practice(_ key: Int32) -> Int {
    let known = practiceOf[Int(key)]
    if known >= 0 { return Int(known) }
    practiceOf[Int(key)] = Int32(practices.count)
    practices.append(Practice(key: key))
    return practices.count - 1
  }

  @inline(__always)
  private static func add(_ event: Int32, to chain: inout Chain, _ links: inout [Link]) {
    let link = Int32(links.count)
    links.append(Link(event: event))
    if chain.last < 0 { chain.first = link } else { links[Int(chain.last)].next = link }
    chain.last = link
  }

  // MARK: Rows

  /// One row, with the numbers of its keys.
  struct Row {
    var promise: Int32
    var creditor: Int32
    var debtor: Int32?
    /// Number of a date; −1 = none.
    var due: Int32
    var promised: Amount
    var earned: Amount
    var paid = Amount.zero
    var withdrawn = Amount.zero
    var outstanding = Amount.zero
    var category = ObligationRow.Category.open
    var strength: ObligationRow.Strength?
    var isAbout = false
    var mayBeLate = false
    var straddles = false
    var isNotFixed = false
    var missing: StaticString?
  }

  /// The rows of the agreement that was prepared last, by promise.
  ///
  /// - Parameter body: gets each row and what it relies on, in log order: the place in `Ledger.events` is the lower half.
  mutating func forEachRow(_ body: (Row, [UInt64]) throws -> Void) rethrows {
    let order = promises.indices.sorted {
      ledger.keys.isOrdered(Int(promises[$0].account.promise), Int(promises[$1].account.promise))
    }
    for number in order {
      let row = row(promises[number])
      relied.sort()
      try body(row, relied)
    }
  }

  @inline(__always)
  private mutating func rely(_ event: QuickEvent, _ place: Int32) {
    relied.append(UInt64(UInt32(bitPattern: event.position)) << 32 | UInt64(UInt32(bitPattern: place)))
  }

  /// What one pass over a promise's own events finds.
  private struct Findings {
    var paid = Amount.zero
    var isAbout = false
    /// Last in the order of the fold.
    var lastPayment: QuickEvent?
    /// First in the order of the fold.
    var withdrawal: QuickEvent?
    /// Last in the order of the fold.
    var dueSet: QuickEvent?
  }

  private mutating func row(_ promise: Promise) -> Row {
    let account = promise.account
    let promised = account.amount
    relied.removeAll(keepingCapacity: true)
    rely(account, promise.place)
    if let made { rely(made, madePlace) }
    let found = findings(promise)
    var row = Row(
      promise: account.promise, creditor: account.party, debtor: made?.party, due: account.due, promised: promised,
      earned: promised, paid: found.paid, isAbout: found.isAbout || account.marks.contains(.about),
      straddles: promise.straddles)
    let practice = Int(practiceOf[Int(account.party)])
    if practice >= 0, practices[practice].straddles { row.straddles = true }
    let general = practice >= 0 ? practices[practice].savings : Chain()
    let performance = performance(promise.savings, general, found.withdrawal)
    if found.withdrawal != nil {
      row.withdrawn = promised.less(row.paid)
      switch performance.order {
      case .before: break
      case .afterOrNothing: row.earned = .zero
      case .orderNotKnown, .part, .notKnown: row.earned = Amount(low: 0, high: promised.high)
      }
    }
    if let set = found.dueSet { row.due = set.due }
    row.outstanding = row.earned.less(row.paid)
    categorise(&row, found, performance, account)
    return row
  }

  private mutating func findings(_ promise: Promise) -> Findings {
    var found = Findings()
    var link = promise.events.first
    while link >= 0 {
      let place = links[Int(link)].event
      let event = ledger.events[Int(place)]
      rely(event, place)
      if event.kind == .paid {
        // The ledger's bound keeps these sums within what can be stated.
        let high: Int64? = if let before = found.paid.high, event.high >= 0 { before &+ event.high } else { nil }
        found.paid = Amount(low: found.paid.low &+ event.low, high: high)
        if event.marks.contains(.about) { found.isAbout = true }
        if found.lastPayment.map({ $0.isBefore(event) }) ?? true { found.lastPayment = event }
      } else if event.kind == .dueSet {
        if found.dueSet.map({ $0.isBefore(event) }) ?? true { found.dueSet = event }
      } else if found.withdrawal.map({ event.isBefore($0) }) ?? true {
        found.withdrawal = event
      }
      link = links[Int(link)].next
    }
    return found
  }

  private struct Performance {
    var isAny = false
    var order = Projections.Performance.Order.notKnown
  }

  /// Savings of the creditor, for this promise and for none named, against the withdrawal that governs.
  private mutating func performance(_ own: Chain, _ general: Chain, _ withdrawal: QuickEvent?) -> Performance {
    var (isAny, isBefore, isNotKnown, isAfter) = (false, false, false, false)
    for chain in [own, general] {
      var link = chain.first
      while link >= 0 {
        let place = links[Int(link)].event
        let event = ledger.events[Int(place)]
        link = links[Int(link)].next
        isAny = true
        rely(event, place)
        guard let withdrawal else { continue }
        let period = ledger.dates[event.due]
        if withdrawal.marks.contains(.begun), (period.hasLatest ? period.latest : event.latest) <= withdrawal.earliest {
          isBefore = true
        } else if period.hasEarliest, period.earliest > withdrawal.latest {
          isAfter = true
        } else {
          isNotKnown = true
        }
      }
    }
    let order: Projections.Performance.Order =
      isBefore ? .before : isNotKnown ? .orderNotKnown : isAfter ? .afterOrNothing : .notKnown
    return Performance(isAny: isAny, order: order)
  }

  /// The categories that a plain row can have, in the order of the rules.
  private mutating func categorise(
    _ row: inout Row, _ found: Findings, _ performance: Performance, _ account: QuickEvent
  ) {
    let due = row.due >= 0 ? ledger.dates[row.due] : nil
    let isDue = due.map { $0.hasLatest && $0.latest < day } ?? false
    if row.promised.high == 0, isDue || found.withdrawal != nil {
      row.category = .excused
    } else if row.earned.high == 0, isDue, found.withdrawal == nil {
      row.category = .excused
    } else if isCovered(row, isWithdrawn: found.withdrawal != nil) {
      row.category = .honoured
      guard let last = found.lastPayment else { return }
      if let due, due.hasLatest, last.marks.contains(.begun), last.earliest > due.latest {
        row.category = .honouredLate
      } else if let withdrawal = found.withdrawal, withdrawal.isBefore(last) {
        row.category = .honouredLate
      } else if let due, !due.hasEarliest || last.latest > due.earliest {
        row.mayBeLate = true
      }
    } else if let withdrawal = found.withdrawal {
      switch performance.order {
      case .before: row.category = .withdrawnAfterPerformance
      case .part: row.category = .withdrawnPartPerformed
      case .afterOrNothing: row.category = .withdrawnBeforePerformance
      case .orderNotKnown: (row.category, row.missing) = (.undetermined, "order of performance and withdrawal")
      case .notKnown: (row.category, row.missing) = (.undetermined, "performance")
      }
      row.strength = strength(of: withdrawal)
    } else if isDue {
      overdue(&row, performance)
      row.strength = strength(of: account)
    } else if due == nil, performance.isAny {
      (row.category, row.missing) = (.undetermined, "due date")
    } else {
      row.category = .open
    }
  }

  private func isCovered(_ row: Row, isWithdrawn: Bool) -> Bool {
    guard let earned = row.earned.high, earned > 0, row.paid.low >= earned else { return false }
    guard isWithdrawn else { return true }
    return row.promised.high.map { row.paid.low >= $0 } ?? false
  }

  private func overdue(_ row: inout Row, _ performance: Performance) {
    if row.paid.high == 0 {
      row.category = .overdue
      if row.outstanding.low > 0 { return }
      if performance.isAny {
        row.isNotFixed = true
        return
      }
    } else if row.outstanding.low > 0 {
      row.category = .underpaid
      return
    }
    (row.category, row.missing) = (.undetermined, "sum due")
  }

  /// The first that fits, as `RowFold.strength` has them.
  private mutating func strength(of failure: QuickEvent) -> ObligationRow.Strength {
    guard let debtor = made?.party else { return failure.marks.contains(.inferred) ? .inferred : .asserted }
    if hasPaper(failure, of: debtor) { return .documented }
    let words = ledger.words[stream] ?? []
    func first(_ way: QuickLines.Spoken.Way, _ fits: (QuickEvent) -> Bool) -> Int32? {
      var found: Int32?
      for word in words where word.way == way && word.target == failure.id {
        let event = ledger.events[Int(word.place)]
        // What was taken back says nothing any more.
        guard event.kind == .evidence, happened(event) == .counted, fits(event) else { continue }
        if found.map({ event.isBefore(ledger.events[Int($0)]) }) ?? true { found = word.place }
      }
      return found
    }
    if let paper = first(.agrees, { hasPaper($0, of: debtor) }) {
      rely(ledger.events[Int(paper)], paper)
      return .documented
    }
    if failure.said == debtor { return .admitted }
    if let admission = first(.admits, { $0.said == debtor }) {
      rely(ledger.events[Int(admission)], admission)
      return .admitted
    }
    if let denial = first(.denies, { $0.said == debtor }) {
      rely(ledger.events[Int(denial)], denial)
      return .denied
    }
    return failure.marks.contains(.inferred) ? .inferred : .asserted
  }

  /// Does it cite a paper that the debtor wrote?
  private func hasPaper(_ event: QuickEvent, of debtor: Int32) -> Bool {
    ledger.exhibits(of: event).contains { authorOf[Int($0.exhibit)] == debtor }
  }
}

extension QuickEvent {
  var amount: Amount { Amount(low: low, high: high < 0 ? nil : high) }

  /// As `LoggedEvent.inFoldOrder`.
  func isBefore(_ other: QuickEvent) -> Bool {
    if latest != other.latest { return latest < other.latest }
    let (begun, otherBegun) = (marks.contains(.begun), other.marks.contains(.begun))
    if begun != otherBegun { return !begun }
    if begun, earliest != other.earliest { return earliest < other.earliest }
    return position < other.position
  }
}
