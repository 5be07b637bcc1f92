import Agreements
import CanonicalJSON

/// Folds the events that concern one row into its figures.
///
/// The steps stand in the order in which the rules say them; each writes down what it did (`workings`), what it rests on
/// (`reliedOn`) and what a reader must know beside it (`flags`).
struct RowFold {
  typealias Figure = ObligationRow.Figure

  let promise: PromiseFold
  let shape: PromiseFold.Shape
  /// Counted events of this promise that mean this row, in the order of the fold.
  let events: [LoggedEvent]

  var position: AgreementPosition { promise.position }
  var flags: Set<ObligationRow.Flag> = []
  /// What the row rests on, as it was met; some of it more than once.
  private(set) var relied: [Reliance] = []
  var workings: [ObligationRow.Working] = []

  /// What stands of withdrawals and suspensions, found once.
  let standing: Standing
  let debtors: Debtors
  let conditions: [ConditionState]
  let performance: Performance
  /// The accounts whose money, conditions and due date go first for this row: those of the member itself, else the group's.
  let accounts: AccountsOfRow

  /// An event that the row rests on.
  struct Reliance {
    var position: Int
    var id: EventID
  }

  init(promise: PromiseFold, shape: PromiseFold.Shape) {
    self.promise = promise
    self.shape = shape
    events = promise.naming.filter { promise.concerns(promise.aim(of: $0), shape) }
    standing = Standing(events)
    debtors = Debtors(promise.position, events)
    accounts = AccountsOfRow(
      own: shape.kind == .member ? promise.accounts.filter { $0.promised.to == shape.creditor } : [],
      general: promise.accounts.filter { $0.promised.to == promise.creditor })
    conditions = ConditionState.all(of: accounts, events: events)
    performance = Performance(
      promise: promise, shape: shape, conditions: conditions, withdrawal: standing.governing)
  }

  mutating func row() throws(AmountOverflow) -> ObligationRow {
    var row = ObligationRow(
      agreement: position.agreement, promise: promise.promise, debtor: debtors.current, creditor: shape.creditor,
      count: shape.count)
    if let made = position.made { note(.debtor, "as the agreement names it", nil, [made]) }
    row.candidates = debtors.candidates
    if !debtors.candidates.isEmpty { flags.insert(.successorUnresolved) }
    if !debtors.events.isEmpty {
      let isOpen = !debtors.candidates.isEmpty
      note(.debtor, isOpen ? "moved since, or left open" : "moved since", nil, debtors.events)
    }
    if standing.isOrderNotKnown { flags.insert(.orderNotKnown) }
    if straddles { flags.insert(.datesStraddle) }

    let terms = try promisedTerms()
    row.promised = terms.amount
    row.due = due()
    row.paid = try paid()
    row.setOff = try setOff()
    row.earned = try earned(promised: row.promised, paid: row.paid, due: row.due)
    row.withdrawn = try withdrawn(promised: row.promised, paid: row.paid)
    row.outstanding = row.earned.less(row.paid).less(row.setOff)
    note(
      .outstanding, "earned less paid less set off", row.outstanding, [])
    categorise(&row, terms: terms)

    if position.isExplaining { row.trials = trials(row, terms: terms) }
    row.flags = flags
    row.workings = workings
    row.reliedOn = reliedOn
    return row
  }

  /// Would one more saving that names no promise change nothing in the row but what it rests on?
  ///
  /// Where no sum hangs on savings they only show that something was done: once a whole performance is there, and lies
  /// before the withdrawal if there is one, no more of them can show more.
  var isSettled: Bool {
    guard shape.kind == .single, performance.records.contains(where: \.isComplete),
      standing.governing == nil || performance.order == .before
    else { return false }
    return promise.accounts.allSatisfy { if case .share = $0.promised.terms { false } else { true } }
  }

  mutating func rely(on events: [LoggedEvent]) {
    for event in events { relied.append(Reliance(position: event.position, id: event.id)) }
  }

  /// What the row rests on, each event once, in log order.
  private var reliedOn: [EventID] {
    var ids: [EventID] = []
    var last = -1
    for reliance in relied.sorted(by: { $0.position < $1.position }) where reliance.position != last {
      ids.append(reliance.id)
      last = reliance.position
    }
    return ids
  }

  /// Writes down one step of a figure. The words are only made where somebody wants to read them.
  mutating func note(_ figure: Figure, _ text: @autoclosure () -> String, _ amount: Amount?, _ events: [LoggedEvent]) {
    rely(on: events)
    guard position.isExplaining else { return }
    workings.append(.init(figure: figure, text: text(), amount: amount, events: events.map(\.id)))
  }

  /// A sum as it counts in this row: `each` is times the row's count, and unknown where the count is.
  mutating func sum(_ money: Money, times count: Int64?? = .none) throws(AmountOverflow) -> Amount {
    if money.isAbout { flags.insert(.sumApproximate) }
    return try RowFold.sum(money, count: count ?? shape.count)
  }

  static func sum(_ money: Money, count: Int64?) throws(AmountOverflow) -> Amount {
    guard money.per == .each else { return money.amount }
    guard let count else { return .unknown }
    return try money.amount.times(count)
  }

  // MARK: Dates that may or may not have come

  /// Does something that perhaps has happened concern this row?
  private var straddles: Bool {
    position.straddling.contains { event in
      switch event.body {
      case .paymentPromised(let promised):
        guard promised.promise == promise.promise else { return false }
        return promised.to == promise.creditor || promised.to == shape.creditor
      case .savingReported(let saving):
        return named(saving.promise) ?? performs(saving.by)
      case .savingRevised(let revised):
        let reports = (position.counted + position.straddling).compactMap { event -> SavingReported? in
          guard case .savingReported(let saving) = event.body, saving.saving == revised.saving else { return nil }
          return saving
        }
        return reports.contains { named($0.promise) ?? performs($0.by) }
      case .performanceRecorded(let performance):
        return named(performance.promise) ?? performs(performance.by)
      case .balanceStated(let balance):
        return balance.promise == promise.promise
      default:
        return promise.concerns(promise.aim(of: event), shape)
      }
    }
  }

  /// nil = it names no promise.
  private func named(_ key: PromiseKey?) -> Bool? { key.map { $0 == promise.promise } }

  /// Does the performance of this party count for the row?
  func performs(_ party: PartyKey) -> Bool {
    if party == shape.creditor || party == promise.creditor { return true }
    return shape.kind == .whole && promise.group?.members.contains(party) == true
  }
}

/// The accounts that speak of one row.
struct AccountsOfRow {
  /// Those of the member itself.
  var own: [Account]
  /// Those of the creditor that the promise names.
  var general: [Account]

  var money: [Account] { own.isEmpty ? general : own }
  var conditions: [Account] { own.contains { !$0.promised.conditions.isEmpty } ? own : general }
  var due: [Account] { own.contains { $0.promised.due != nil } ? own : general }
  var all: [Account] { (own + general).sorted { $0.event.position < $1.event.position } }
}
