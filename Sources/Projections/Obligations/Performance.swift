import Agreements
import CanonicalJSON

/// Whether, and when, the creditor did what the promise was for.
struct Performance {
  /// Against the withdrawal that governs; the first there is, in this order.
  enum Order {
    case before, orderNotKnown, part, afterOrNothing, notKnown
  }

  /// One piece of evidence that something was done.
  struct Record {
    var event: LoggedEvent
    var isComplete: Bool
    /// A member of a group that is one row: part of the whole.
    var isByMember: Bool
    /// When it was done: start and end of the period, else of the event's day.
    var start: Day?
    var end: Day
    /// The day by which it had surely begun.
    var begunBy: Day

    var recorded: PerformanceRecorded? {
      if case .performanceRecorded(let recorded) = event.body { recorded } else { nil }
    }
  }

  private(set) var records: [Record] = []
  /// Records that nothing was done.
  private(set) var nothing: [LoggedEvent] = []
  private(set) var order: Order = .notKnown

  /// Some say nothing was done, others that something was.
  var isDisputed: Bool { !nothing.isEmpty && !records.isEmpty }
  var isPerformedAtLeastInPart: Bool { !records.isEmpty }

  /// Only part or no was recorded, and nothing that is complete.
  var isOnlyPartOrNone: Bool {
    let hasRecorded = !nothing.isEmpty || records.contains { $0.recorded != nil }
    return hasRecorded && !records.contains(where: \.isComplete)
  }

  init(
    promise: PromiseFold, shape: PromiseFold.Shape, conditions: [ConditionState], withdrawal: LoggedEvent?
  ) {
    let members = shape.kind == .whole ? Set(promise.group?.members ?? []) : []
    func take(_ event: LoggedEvent) {
      switch event.body {
      case .savingReported(let saving) where promise.concernsPromise(saving.promise):
        add(event, by: saving.by, isComplete: true, period: saving.period, shape, promise, members)
      case .performanceRecorded(let recorded) where promise.concernsPromise(recorded.promise):
        if recorded.complete == .no {
          if recorded.by == shape.creditor || recorded.by == promise.creditor { nothing.append(event) }
        } else {
          add(
            event, by: recorded.by, isComplete: recorded.complete == .yes, period: recorded.period, shape, promise,
            members)
        }
      default: break
      }
    }
    for event in promise.savings { take(event) }
    for event in promise.position.sorted.performances { take(event) }
    addConditions(conditions)
    order = Self.order(records, nothing, withdrawal)
  }

  private mutating func add(
    _ event: LoggedEvent, by party: PartyKey, isComplete: Bool, period: ImpreciseDate?, _ shape: PromiseFold.Shape,
    _ promise: PromiseFold, _ members: Set<PartyKey>
  ) {
    let isByMember = members.contains(party) && party != promise.creditor
    guard party == shape.creditor || party == promise.creditor || isByMember else { return }
    // An open period closes on the event's last day.
    let start = period.map(\.earliest) ?? event.earliest
    let end = period.map { $0.latest ?? event.latest } ?? event.latest
    records.append(
      Record(
        event: event, isComplete: isComplete && !isByMember, isByMember: isByMember, start: start, end: end,
        begunBy: period?.earliest ?? event.latest))
  }

  /// All conditions met, waived or prevented is performance too: on the day of the last of them.
  private mutating func addConditions(_ conditions: [ConditionState]) {
    guard !conditions.isEmpty, conditions.allSatisfy({ $0.outcome == .met }) else { return }
    let firsts = conditions.compactMap(\.events.first).sorted(by: LoggedEvent.inFoldOrder)
    guard let last = firsts.last else { return }
    records.append(
      Record(
        event: last, isComplete: true, isByMember: false, start: last.earliest, end: last.latest, begunBy: last.latest))
  }

  private static func order(_ records: [Record], _ nothing: [LoggedEvent], _ withdrawal: LoggedEvent?) -> Order {
    guard let withdrawal else { return .notKnown }
    var found: Set<Order> = []
    for record in records {
      if record.isComplete, let first = withdrawal.earliest, record.end <= first {
        found.insert(.before)
      } else if let start = record.start, start > withdrawal.latest {
        found.insert(.afterOrNothing)
      } else if !record.isComplete, let first = withdrawal.earliest, record.begunBy <= first {
        found.insert(.part)
      } else {
        found.insert(.orderNotKnown)
      }
    }
    if !nothing.isEmpty { found.insert(.afterOrNothing) }
    return [.before, .orderNotKnown, .part, .afterOrNothing].first { found.contains($0) } ?? .notKnown
  }
}
