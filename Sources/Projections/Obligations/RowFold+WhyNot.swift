import Agreements
public import CanonicalJSON

extension ObligationRow {
  /// What one category would take, and whether it is there: the rules of the categories read backwards.
  ///
  /// Law: the category of a row is the first in `Category.inOrder` one of whose ways is met in full. (Every test that folds
  /// with workings may hold the rule book to it; one does so for all recorded cases.)
  public struct Trial: Hashable, Sendable {
    public var category: Category
    /// Any one of these would do.
    public var ways: [[Requirement]]

    /// Does one of its ways hold? Whether an earlier category comes first is another question.
    public var holds: Bool { ways.contains { $0.allSatisfy(\.isMet) } }
  }

  /// One condition of one rule.
  public struct Requirement: Hashable, Sendable {
    /// What has to be so.
    public var text: String
    public var isMet: Bool
    /// What it was judged by.
    public var events: [EventID]
    /// The types of events that could change it.
    public var changedBy: [String]
  }
}

extension ObligationRow.Category {
  /// The order in which the rules are asked; the first that fits is the category.
  public static let inOrder: [Self] = [
    .excused, .honouredLate, .honoured, .withdrawnAfterPerformance, .withdrawnPartPerformed,
    .withdrawnBeforePerformance, .clawedBack, .variedUnilaterally, .conditionsDisputed, .suspended, .overdue,
    .underpaid, .open, .undetermined,
  ]
}

extension RowFold {
  typealias Requirement = ObligationRow.Requirement

  /// Every category with what it would take, in the order of the rules.
  ///
  /// It asks the same inputs that the verdict asks: `standing`, `performance`, `conditions`, the figures of the row.
  func trials(_ row: ObligationRow, terms: Terms) -> [ObligationRow.Trial] {
    let isDue = row.due?.isPassed(on: position.day) ?? false
    var trials: [ObligationRow.Trial] = []
    for category in ObligationRow.Category.inOrder {
      // What nothing else fits is not determined.
      let ways =
        category == .undetermined
        ? [[need("no other category fits", !trials.contains(where: \.holds))]]
        : self.ways(to: category, row, terms: terms, isDue: isDue)
      trials.append(.init(category: category, ways: ways))
    }
    return trials
  }

  private func need(
    _ text: String, _ isMet: Bool, _ events: [LoggedEvent] = [], by types: [any EventData.Type] = []
  ) -> Requirement {
    Requirement(text: text, isMet: isMet, events: events.map(\.id), changedBy: types.map { $0.type })
  }

  private func ways(
    to category: ObligationRow.Category, _ row: ObligationRow, terms: Terms, isDue: Bool
  ) -> [[Requirement]] {
    switch category {
    case .excused: excusing(row, terms: terms, isDue: isDue)
    case .honoured, .honouredLate: honouring(row, isLate: category == .honouredLate)
    case .withdrawnAfterPerformance:
      [[withdrawn, order(.before, "what was promised for was done before the withdrawal")]]
    case .withdrawnPartPerformed: [[withdrawn, order(.part, "it was done in part when it was withdrawn")]]
    case .withdrawnBeforePerformance:
      [
        [
          withdrawn,
          order(.afterOrNothing, "it was done only after the withdrawal, or a record says that nothing was done"),
        ]
      ]
    case .clawedBack:
      [
        [
          notWithdrawn,
          need(
            "money was taken back without agreement", row.flags.contains(.reclaimed) || flags.contains(.reclaimed),
            events.filter { if case .paymentReclaimed = $0.body { true } else { false } }, by: [PaymentReclaimed.self]),
          outstanding(row),
        ]
      ]
    case .variedUnilaterally: [varying(row, terms: terms)]
    case .conditionsDisputed:
      [
        [
          notWithdrawn,
          need(
            "a condition is disputed", conditions.contains { $0.outcome == .disputed }, conditions.flatMap(\.events),
            by: [ConditionOutcome.self]),
        ]
      ]
    case .suspended:
      [
        [
          notWithdrawn,
          need(
            "a suspension stands", standing.suspension != nil, standing.suspensions + standing.enders,
            by: [PromiseSuspended.self]), notDue(row, isDue),
        ]
      ]
    case .overdue: dueAndUnpaid(row, isDue)
    case .underpaid:
      [
        [
          notWithdrawn, due(row, isDue), conditionsOut,
          need("something was paid", row.paid.high != 0, payments, by: [PaymentMade.self]), someOutstanding(row),
        ]
      ]
    case .open: opening(row, isDue)
    case .undetermined: []
    }
  }

  // MARK: What several rules ask

  private var payments: [LoggedEvent] { events.filter { if case .paymentMade = $0.body { true } else { false } } }
  private var stops: [any EventData.Type] { [PromiseWithdrawn.self] }

  private var withdrawn: Requirement {
    need("a withdrawal without consent stands", standing.governing != nil, standing.withdrawals, by: stops)
  }

  private var notWithdrawn: Requirement {
    need(
      "no withdrawal without consent stands", standing.governing == nil, standing.withdrawals,
      by: [PromiseReinstated.self, EntryRetracted.self])
  }

  private func order(_ wanted: Performance.Order, _ text: String) -> Requirement {
    need(
      text, performance.order == wanted, performance.records.map(\.event) + performance.nothing,
      by: [PerformanceRecorded.self, SavingReported.self, EntryCorrected.self])
  }

  private func due(_ row: ObligationRow, _ isDue: Bool) -> Requirement {
    need(
      "the due date has passed (\(row.due.map { "due \($0.words)" } ?? "no due date is known"))", isDue,
      by: [DueDateSet.self])
  }

  private func notDue(_ row: ObligationRow, _ isDue: Bool) -> Requirement {
    need(
      "no due date has passed (\(row.due.map { "due \($0.words)" } ?? "no due date is known"))", !isDue,
      by: [DueDateSet.self])
  }

  private var conditionsOut: Requirement {
    let open = conditions.filter { $0.outcome == .none }.map { "“\($0.condition)”" }
    let which = open.isEmpty ? "" : " (\(open.joined(separator: ", ")) has none)"
    return need("every condition has an outcome\(which)", open.isEmpty, by: [ConditionOutcome.self])
  }

  private func outstanding(_ row: ObligationRow) -> Requirement {
    need(
      "something may be outstanding (\(row.outstanding))", isOpen(row.outstanding), payments, by: undoingPayments)
  }

  /// A further payment never makes it so that less was paid.
  private func nothingPaid(_ row: ObligationRow, _ text: String) -> Requirement {
    need(text, row.paid.high == 0, payments, by: undoingPayments)
  }

  private var undoingPayments: [any EventData.Type] {
    payments.isEmpty ? [] : [EntryCorrected.self, EntryRetracted.self]
  }

  private func someOutstanding(_ row: ObligationRow) -> Requirement {
    need(
      "something is surely outstanding (\(row.outstanding))", row.outstanding.low > 0,
      by: [SavingReported.self, PerformanceRecorded.self, DisputeConcluded.self])
  }

  // MARK: The rules, one by one

  private func excusing(_ row: ObligationRow, terms: Terms, isDue: Bool) -> [[Requirement]] {
    let consent = need(
      "the debtor withdrew the whole and the creditor consented", standing.consented != nil,
      standing.consented.map { [$0] } ?? [], by: stops)
    let failed = need(
      "a condition failed, and nobody disputes it", conditions.contains { $0.outcome == .failed },
      conditions.flatMap(\.events), by: [ConditionOutcome.self])
    let nothingPaid = nothingPaid(row, "nothing was paid")
    let setOff = need(
      "an accepted set-off covers what was earned (\(row.setOff) of \(row.earned))", covers(row.setOff.low, row),
      by: [SetOffApplied.self])
    let nothingPromised = need(
      "nothing is promised under the terms that stand (\(row.promised))", row.promised.high == 0,
      by: [AgreementVaried.self, DisputeConcluded.self])
    let final = need(
      "new terms say so, or it is due, or withdrawn", terms.setBy != nil || isDue || standing.governing != nil,
      by: [AgreementVaried.self, DueDateSet.self])
    let nothingEarned = need(
      "nothing was earned (\(row.earned))", row.earned.high == 0, by: [PerformanceRecorded.self])
    return [
      [consent], [failed], [nothingPaid, setOff], [nothingPromised, final],
      [nothingEarned, due(row, isDue), notWithdrawn],
    ]
  }

  private func honouring(_ row: ObligationRow, isLate: Bool) -> [[Requirement]] {
    let (paid, overflow) = row.paid.low.addingReportingOverflow(row.setOff.low)
    let asked = standing.governing == nil ? row.earned : row.promised
    let covered = need(
      "what was surely paid and set off covers what is asked (\(row.paid) of \(asked))",
      !overflow && covers(paid, row), payments, by: [PaymentMade.self])
    // Asked of the rule itself: a copy may write down what it likes.
    var copy = self
    let wasLate = copy.honour(row)?.category == .honouredLate
    let text = "the last payment came after the due date, or after a withdrawal or suspension"
    let late = need(
      isLate ? text : "it is not so that \(text)", wasLate == isLate, payments,
      by: [PaymentMade.self, EntryCorrected.self])
    return [[covered, late]]
  }

  private func varying(_ row: ObligationRow, terms: Terms) -> [Requirement] {
    let events = terms.unilateral.map { [$0.event] } ?? []
    var copy = self
    let isLower = terms.unilateral != nil && copy.oneSided(row, terms: terms)?.category == .variedUnilaterally
    return [
      notWithdrawn,
      need(
        "the last variation or reinstatement was not agreed", terms.unilateral != nil, events,
        by: [AgreementVaried.self, PromiseReinstated.self]),
      outstanding(row),
      need(
        "it was to a lower sum, and no money was taken back instead", isLower, events, by: [AgreementVaried.self]),
    ]
  }

  private func dueAndUnpaid(_ row: ObligationRow, _ isDue: Bool) -> [[Requirement]] {
    let shared = [
      notWithdrawn, due(row, isDue), conditionsOut,
      nothingPaid(row, "nothing was paid (\(row.paid))"),
    ]
    let performed = need(
      "something is recorded as done", performance.isPerformedAtLeastInPart, performance.records.map(\.event),
      by: [PerformanceRecorded.self, SavingReported.self])
    return [shared + [someOutstanding(row)], shared + [performed]]
  }

  private func opening(_ row: ObligationRow, _ isDue: Bool) -> [[Requirement]] {
    let none = need("no due date is known", row.due == nil, by: [DueDateSet.self])
    let toCome = need(
      "the due date is still to come (\(row.due.map { "due \($0.words)" } ?? "no due date is known"))",
      row.due != nil && !isDue, by: [DueDateSet.self])
    let openCondition = need(
      "a condition has no outcome yet", conditions.contains { $0.outcome == .none }, by: [ConditionOutcome.self])
    let notDone = need(
      "nothing is recorded as done", !performance.isPerformedAtLeastInPart, performance.records.map(\.event),
      by: [PerformanceRecorded.self, SavingReported.self])
    return [[notWithdrawn, toCome], [notWithdrawn, none, openCondition], [notWithdrawn, none, notDone]]
  }
}
