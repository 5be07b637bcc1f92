import Agreements
import CanonicalJSON

extension RowFold {
  /// The first category that fits, in the order of the rules.
  mutating func categorise(_ row: inout ObligationRow, terms: Terms) {
    let isDue = row.due?.isPassed(on: position.day) ?? false
    let verdict = verdict(row, terms: terms, isDue: isDue)
    row.category = verdict.category
    row.missing = verdict.missing
    note(.category, verdict.because, nil, verdict.failures)
    if verdict.failures.isEmpty {
      row.strength = nil
    } else {
      row.strength = strength(of: verdict.failures)
    }
    for condition in conditions { rely(on: condition.events) }
    rely(on: standing.enders + standing.suspensions)
    noteEvidence(for: row.category)
    for condition in conditions where condition.outcome == .failed {
      if !condition.unsettledVoices.isEmpty, condition.unsettledVoices.isSubset(of: debtors.all) {
        flags.insert(.conditionOneSided)
      }
    }
  }

  /// What the category was judged by besides the failure: what was done, how conditions came out, what stopped it.
  private mutating func noteEvidence(for category: ObligationRow.Category) {
    guard position.isExplaining else { return }
    let told = Set(workings.filter { $0.figure == .category }.flatMap(\.events))
    let relied = Set(relied.map(\.position))
    func note(_ text: String, _ events: [LoggedEvent]) {
      // Only what the row rests on: a record that another one outweighs is none of its evidence.
      let events = events.filter { relied.contains($0.position) && !told.contains($0.id) }
      if !events.isEmpty { self.note(.category, text, nil, events) }
    }
    if standing.governing != nil || [.overdue, .underpaid, .undetermined].contains(category) {
      note("what was done", performance.records.map(\.event))
      note("recorded: nothing was done", performance.nothing)
    }
    if category == .undetermined { note("what put it off", standing.suspensions) }
    switch category {
    case .excused, .conditionsDisputed, .open, .undetermined:
      for condition in conditions { note("condition “\(condition.condition)”", condition.events) }
    case .honouredLate:
      note("what stopped it", events.filter(stops))
      note(
        "the last payment", events.last { if case .paymentMade = $0.body { true } else { false } }.map { [$0] } ?? [])
    default: break
    }
  }

  struct Verdict {
    var category: ObligationRow.Category
    var because: String
    var missing: [String] = []
    /// The failure relied on: what strength is asked of.
    var failures: [LoggedEvent] = []

    init(
      _ category: ObligationRow.Category, _ because: String, missing: [String] = [], failures: [LoggedEvent] = []
    ) {
      self.category = category
      self.because = because
      self.missing = missing
      self.failures = failures
    }
  }

  private mutating func verdict(_ row: ObligationRow, terms: Terms, isDue: Bool) -> Verdict {
    if let excused = excuse(row, terms: terms, isDue: isDue) { return excused }
    if let honoured = honour(row) { return honoured }
    if let governing = standing.governing { return withdrawal(governing) }
    if let failure = oneSided(row, terms: terms) { return failure }
    if let disputed = conditions.first(where: { $0.outcome == .disputed }) {
      return Verdict(.conditionsDisputed, "condition “\(disputed.condition)” is disputed")
    }
    if let suspension = standing.suspension, !isDue {
      return Verdict(.suspended, "a suspension stands and no due date has passed", failures: [suspension])
    }
    let openConditions = conditions.filter { $0.outcome == .none }
    if isDue, openConditions.isEmpty { return overdue(row) }
    if row.due != nil, !isDue { return Verdict(.open, "the due date is still to come") }
    if row.due == nil, !openConditions.isEmpty { return Verdict(.open, "a condition has no outcome yet") }
    if row.due == nil, !performance.isPerformedAtLeastInPart {
      return Verdict(.open, "no due date is known and nothing is recorded as done")
    }
    if openConditions.isEmpty { return Verdict(.undetermined, "no due date is known", missing: ["due date"]) }
    return Verdict(
      .undetermined, "due, but a condition has no outcome", missing: openConditions.map { "outcome of \($0.condition)" }
    )
  }

  // MARK: 1 and 2

  /// Is the whole of what `honoured` asks covered by this much?
  func covers(_ pence: Int64, _ row: ObligationRow) -> Bool {
    guard let earned = row.earned.high, earned > 0, pence >= earned else { return false }
    guard standing.governing != nil else { return true }
    return row.promised.high.map { pence >= $0 } ?? false
  }

  private func excuse(_ row: ObligationRow, terms: Terms, isDue: Bool) -> Verdict? {
    if standing.consented != nil { return Verdict(.excused, "withdrawn whole with consent") }
    if let failed = conditions.first(where: { $0.outcome == .failed }) {
      return Verdict(.excused, "condition “\(failed.condition)” failed")
    }
    if row.paid.high == 0, covers(row.setOff.low, row) {
      return Verdict(.excused, "what was earned is covered by the accepted set-off")
    }
    if row.promised.high == 0, terms.setBy != nil || isDue || standing.governing != nil {
      return Verdict(.excused, "nothing is promised under the terms that stand")
    }
    if row.earned.high == 0, isDue, standing.governing == nil {
      return Verdict(.excused, "due, and nothing was earned")
    }
    return nil
  }

  mutating func honour(_ row: ObligationRow) -> Verdict? {
    let (paid, overflow) = row.paid.low.addingReportingOverflow(row.setOff.low)
    guard !overflow, covers(paid, row) else { return nil }
    let last = events.last { if case .paymentMade = $0.body { true } else { false } }
    if let last {
      if let due = row.due, let latest = due.latest {
        if let earliest = last.earliest, earliest > latest {
          return Verdict(.honouredLate, "paid in full, after the due date")
        }
      }
      if let stop = events.first(where: { stops($0) && LoggedEvent.inFoldOrder($0, last) }) {
        rely(on: [stop])
        return Verdict(.honouredLate, "paid in full, after a withdrawal or suspension")
      }
      if let due = row.due, due.earliest.map({ last.latest > $0 }) ?? true { flags.insert(.mayBeLate) }
    }
    return Verdict(.honoured, "paid in full")
  }

  /// A withdrawal without consent or a suspension.
  private func stops(_ event: LoggedEvent) -> Bool {
    switch event.body {
    case .promiseWithdrawn(let withdrawn): withdrawn.consent != .yes
    case .promiseSuspended: true
    default: false
    }
  }

  // MARK: 3 and 4

  private mutating func withdrawal(_ governing: LoggedEvent) -> Verdict {
    if governing.withdrawal?.consent == .disputed { flags.insert(.consentDisputed) }
    let failures = [governing]
    switch performance.order {
    case .before:
      return Verdict(.withdrawnAfterPerformance, "performed before it was withdrawn", failures: failures)
    case .part:
      return Verdict(.withdrawnPartPerformed, "performed in part when it was withdrawn", failures: failures)
    case .afterOrNothing:
      return Verdict(.withdrawnBeforePerformance, "withdrawn before it was performed", failures: failures)
    case .orderNotKnown:
      return Verdict(
        .undetermined, "withdrawn, and performed on a day that may be earlier or later",
        missing: ["order of performance and withdrawal"], failures: failures)
    case .notKnown:
      return Verdict(
        .undetermined, "withdrawn; whether anything was performed is not recorded", missing: ["performance"],
        failures: failures)
    }
  }

  /// Is something still open above zero? An unknown upper end is.
  func isOpen(_ amount: Amount) -> Bool { amount.high.map { $0 > 0 } ?? true }

  mutating func oneSided(_ row: ObligationRow, terms: Terms) -> Verdict? {
    guard isOpen(row.outstanding) else { return nil }
    let reclaims = events.filter {
      if case .paymentReclaimed(let reclaim) = $0.body { reclaim.agreed != .yes } else { false }
    }
    if let last = reclaims.last {
      if case .paymentReclaimed(let reclaim) = last.body, reclaim.agreed == .disputed { flags.insert(.consentDisputed) }
      return Verdict(.clawedBack, "reclaimed without agreement", failures: [last])
    }
    guard let unilateral = terms.unilateral else { return nil }
    let isLowLower = unilateral.amount.low < terms.amount.low
    let isHighLower =
      switch (unilateral.amount.high, terms.amount.high) {
      case (let new?, let old?): new < old
      case (_?, nil): true
      case (nil, _): false
      }
    guard isLowLower || isHighLower else { return nil }
    if unilateral.event.isConsentDisputed { flags.insert(.consentDisputed) }
    return Verdict(.variedUnilaterally, "varied to a lower sum without consent", failures: [unilateral.event])
  }

  // MARK: 7

  private mutating func overdue(_ row: ObligationRow) -> Verdict {
    let failures = accounts.money.map(\.event)
    if row.paid.high == 0 {
      if row.outstanding.low > 0 { return Verdict(.overdue, "due, and nothing was paid", failures: failures) }
      if performance.isPerformedAtLeastInPart {
        flags.insert(.sumNotFixed)
        return Verdict(.overdue, "due and performed, nothing was paid; the sum is not fixed", failures: failures)
      }
    } else if row.outstanding.low > 0 {
      return Verdict(.underpaid, "due, and not all of it was paid", failures: failures)
    }
    return Verdict(.undetermined, "due, but how much is not known", missing: ["sum due"], failures: failures)
  }
}

extension LoggedEvent {
  fileprivate var isConsentDisputed: Bool {
    switch body {
    case .agreementVaried(let varied): varied.consent == .disputed
    case .promiseReinstated(let reinstated): reinstated.consent == .disputed
    default: false
    }
  }
}
