import Agreements
import CanonicalJSON

/// Counted events by what they are about; each list in the order of the fold.
///
/// A promise looks only at what can concern it, and whoever asks who admitted an event finds that by the event: in an
/// agreement of fifty thousand events anything else is looked for among all of them, again and again.
struct SortedEvents {
  /// Those that change a promise by name: terms, payments, withdrawals, outcomes, transfers.
  private(set) var naming: [PromiseKey: [LoggedEvent]] = [:]
  private var savingsNaming: [PromiseKey: [LoggedEvent]] = [:]
  private var savingsOfAll: [LoggedEvent] = []
  private var reports: [SavingKey: [LoggedEvent]] = [:]
  private(set) var revisions: [LoggedEvent] = []
  private(set) var performances: [LoggedEvent] = []
  /// Words by the event that they are about.
  private var words: [Way: [EventID: [LoggedEvent]]] = [:]

  /// What words can say of an event.
  enum Way: Hashable {
    case admits, denies, agrees
  }

  init(_ counted: [LoggedEvent]) {
    for event in counted { change(event) { $0.append(event) } }
  }

  /// Reports of savings that name a promise, or none.
  func savings(for promise: PromiseKey) -> [LoggedEvent] {
    guard let own = savingsNaming[promise], !own.isEmpty else { return savingsOfAll }
    return savingsOfAll.isEmpty ? own : (own + savingsOfAll).sorted(by: LoggedEvent.inFoldOrder)
  }

  /// The promises that the reports of a saving name; nil = one of them names none, so it is of every promise.
  func promises(named saving: SavingKey) -> Set<PromiseKey>? {
    var promises: Set<PromiseKey> = []
    for event in reports[saving] ?? [] {
      guard case .savingReported(let report) = event.body else { continue }
      guard let promise = report.promise else { return nil }
      promises.insert(promise)
    }
    return promises
  }

  /// The words that say so of one of these events, each once, in the order of the fold.
  func words(_ way: Way, of events: Set<EventID>) -> [LoggedEvent] {
    guard let said = words[way] else { return [] }
    if events.count == 1, let event = events.first { return said[event] ?? [] }
    var found: [Int: LoggedEvent] = [:]
    for event in events {
      for word in said[event] ?? [] { found[word.position] = word }
    }
    return found.values.sorted(by: LoggedEvent.inFoldOrder)
  }

  /// Changes each list that an event belongs into.
  mutating func change(_ event: LoggedEvent, _ change: (inout [LoggedEvent]) -> Void) {
    switch event.body {
    case .agreementVaried(let varied):
      for promise in Set(varied.promises.map(\.promise)) { change(&naming[promise, default: []]) }
    case .savingReported(let saving):
      if let promise = saving.promise { change(&savingsNaming[promise, default: []]) } else { change(&savingsOfAll) }
      change(&reports[saving.saving, default: []])
    case .savingRevised: change(&revisions)
    case .performanceRecorded: change(&performances)
    case .positionStated(let stated):
      for target in Set(stated.admits) { change(&words[.admits, default: [:]][target, default: []]) }
      for target in Set(stated.denies) { change(&words[.denies, default: [:]][target, default: []]) }
    case .corroborated(let corroborated):
      if corroborated.agrees == .yes { change(&words[.agrees, default: [:]][corroborated.target, default: []]) }
    default: if let promise = event.namedPromise { change(&naming[promise, default: []]) }
    }
  }
}
