import Agreements
import CanonicalJSON

// The questions that can be asked of a history, each answered by one view.

extension History {
  /// What is owed on a day.
  ///
  /// - Parameter isExplaining: keep the steps by which each figure came about.
  public func obligations(_ question: Question, scope: Scope = Scope(), isExplaining: Bool = false) throws
    -> ObligationsView
  {
    let reader = try AgreementReader(self, asOf: question.asOf)
    var rows: [ObligationRow] = []
    var balances: [ObligationsView.Balance] = []
    var costs: [LoggedEvent] = []
    var straddling = try straddlingElsewhere(question, scope: scope)
    for agreement in scope.agreements(of: self) {
      let answer = try reader.answer(for: agreement, isExplaining: isExplaining)
      let included = answer.rows.filter { scope.includes($0) }
      if scope.debtor != nil, included.isEmpty { continue }
      rows += included
      balances += answer.balances.filter { scope.includes($0) }
      costs += answer.position.counted.filter { event in
        guard case .costIncurred(let cost) = event.body else { return false }
        return scope.creditor == nil || cost.by == scope.creditor
      }
      straddling += answer.position.straddling
    }
    return ObligationsView(
      question: question, rows: rows, balances: balances.sorted { $0.position < $1.position }, costs: Self.ids(costs),
      straddling: Self.ids(straddling), total: try ObligationsView.Total(rows))
  }

  /// The rows whose category belongs into the report on reneged deals, and those that are not settled.
  public func reneged(_ question: Question, scope: Scope = Scope()) throws -> RenegedView {
    let reader = try AgreementReader(self, asOf: question.asOf)
    var findings: [RenegedView.Finding] = []
    var notSettled: [RenegedView.Finding] = []
    var straddling = try straddlingElsewhere(question, scope: scope)
    for agreement in scope.agreements(of: self) {
      let position = try reader.position(of: agreement)
      straddling += position.straddling
      for row in try position.rows() where scope.includes(row) {
        if row.category.isReneged {
          findings.append(RenegedView.finding(row, in: position))
        } else if row.category.isNotSettled {
          notSettled.append(RenegedView.finding(row, in: position))
        }
      }
    }
    return RenegedView(
      question: question, findings: findings, notSettled: notSettled, straddling: Self.ids(straddling),
      total: try ObligationsView.Total(findings.map(\.row)))
  }

  /// Everything that happened by the day, in the order of the fold; what was corrected or taken back is in its place.
  public func timeline(_ question: Question, scope: Scope = Scope()) throws -> TimelineView {
    var entries: [TimelineView.Entry] = []
    var straddling: [LoggedEvent] = []
    for stream in streams where scope.includes(stream) {
      let events = try events(of: stream)
      let states = Knowledge.states(events)
      let standing = Dictionary(Knowledge.standing(events).map { ($0.position, $0) }) { first, _ in first }
      for event in events {
        let shown = standing[event.position] ?? event
        switch shown.happened(by: question.asOf) {
        case .counted: entries.append(.init(event: shown, state: states[event.id] ?? .stands))
        case .straddling: straddling.append(shown)
        case .notYet: break
        }
      }
    }
    entries.sort { LoggedEvent.inFoldOrder($0.event, $1.event) }
    return TimelineView(question: question, entries: entries, straddling: Self.ids(straddling))
  }

  /// Plans, each with its accounts and overlaps; nothing is added up.
  public func plans(_ question: Question) throws -> PlansView {
    var plans: [PlansView.Plan] = []
    var straddling: [LoggedEvent] = []
    var overlaps: [PlanKey: Set<PlanKey>] = [:]
    for stream in streams {
      guard case .plan(let key) = stream else { continue }
      var plan = PlansView.Plan(key: key, accounts: [], words: [], overlaps: [])
      for event in try standing(in: stream).sorted(by: LoggedEvent.inFoldOrder) {
        switch event.happened(by: question.asOf) {
        case .straddling: straddling.append(event)
        case .notYet: continue
        case .counted:
          guard case .reductionPlanned(let planned) = event.body else {
            plan.words.append(event)
            continue
          }
          plan.accounts.append(event)
          for other in planned.overlapsWith {
            overlaps[key, default: []].insert(other)
            overlaps[other, default: []].insert(key)
          }
        }
      }
      if !plan.accounts.isEmpty || !plan.words.isEmpty { plans.append(plan) }
    }
    plans.sort { $0.key < $1.key }
    for index in plans.indices { plans[index].overlaps = (overlaps[plans[index].key] ?? []).sorted() }
    return PlansView(question: question, plans: plans, straddling: Self.ids(straddling))
  }

  // MARK: Shared

  static func ids(_ events: [LoggedEvent]) -> [EventID] {
    events.sorted { $0.position < $1.position }.map(\.id)
  }

  /// Events outside agreements that perhaps had happened by the day.
  func straddlingElsewhere(_ question: Question, scope: Scope) throws -> [LoggedEvent] {
    guard scope.agreement == nil, scope.debtor == nil else { return [] }
    var straddling = standingRegistrations.filter { $0.happened(by: question.asOf) == .straddling }
    for number in ledger.numbers(of: .plan) {
      guard let stream = StreamName(ledger.names.text(number)) else { continue }
      straddling += try standing(in: stream).filter { $0.happened(by: question.asOf) == .straddling }
    }
    return straddling
  }
}
