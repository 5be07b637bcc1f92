import Agreements
import CanonicalJSON

/// One agreement while its events are read one after the other: each changes the position that the others gave, and says
/// which promises it can concern.
///
/// Law: after each event the rows of every promise are those of an `AgreementPosition` that is worked out anew, but for what
/// they rest on in a promise that is settled.
struct ReplayedAgreement {
  /// Whose rows an event can change.
  enum Concern {
    case promises(Set<PromiseKey>)
    /// Those that hang on savings: a saving that names no promise.
    case open
    case every

    static let nothing = Concern.promises([])

    func union(_ other: Concern) -> Concern {
      switch (self, other) {
      case (.promises(let left), .promises(let right)): .promises(left.union(right))
      case (.open, .promises(let none)), (.promises(let none), .open): none.isEmpty ? .open : .every
      default: .every
      }
    }
  }

  /// As their lines say.
  private var events: [LoggedEvent] = []
  private var position: AgreementPosition
  /// Where each id stands first in `events`.
  private var places: [EventID: Int] = [:]
  /// Corrections and retractions by the event that they end at, in log order; and for each of them that event.
  private var amendments: [EventID: [LoggedEvent]] = [:]
  private var roots: [EventID: EventID] = [:]
  /// Of events that were spoken of: how they stand; nil = not at all.
  private var forms: [EventID: LoggedEvent?] = [:]
  /// Is an id there twice? Then every correction speaks of more than one event.
  private var hasTwins = false
  /// Promises whose rows one more saving could change.
  private var open: Set<PromiseKey> = []

  /// - Parameter events: of the agreement, as far as they were read, in log order.
  init(_ agreement: AgreementKey, _ events: [LoggedEvent], _ surroundings: Surroundings, asOf day: Day) throws {
    position = try AgreementPosition(
      agreement: agreement, events: Knowledge.standing(events), surroundings: surroundings, asOf: day)
    // Nothing is known yet of what savings could change.
    open = Set(position.promises.keys)
    for event in events {
      note(event)
      guard event.changesOthers, let root = root(of: event) else { continue }
      join(event, root)
    }
    for root in amendments.keys { forms[root] = .some(form(of: root)) }
  }

  private mutating func note(_ event: LoggedEvent) {
    if places[event.id] == nil { places[event.id] = events.count } else { hasTwins = true }
    events.append(event)
  }

  /// The event that a correction or retraction ends at; nil if what it names was not read before.
  private func root(of event: LoggedEvent) -> EventID? {
    let target: EventID
    switch event.body {
    case .entryCorrected(let correction): target = correction.target
    case .entryRetracted(let retraction): target = retraction.target
    default: return nil
    }
    guard let place = places[target], let own = places[event.id], place < own, own == events.count - 1 else {
      return nil
    }
    return events[place].changesOthers ? roots[target] : target
  }

  private mutating func join(_ event: LoggedEvent, _ root: EventID) {
    roots[event.id] = root
    amendments[root, default: []].append(event)
  }

  private func form(of root: EventID) -> LoggedEvent? {
    guard let place = places[root] else { return nil }
    return Knowledge.standing([events[place]] + (amendments[root] ?? [])).first { $0.id == root }
  }

  // MARK: One event more

  mutating func take(_ event: LoggedEvent) throws -> Concern {
    note(event)
    guard !hasTwins else { return try anew() }
    guard event.changesOthers else {
      try position.add(event)
      return concern(of: event)
    }
    guard let root = root(of: event), let place = places[root] else { return .nothing }
    let old: LoggedEvent? = forms[root] ?? events[place]
    join(event, root)
    let new = form(of: root)
    if case .agreementMade = events[place].body { return try anew() }
    var concern = Concern.nothing
    if let old {
      concern = concern.union(self.concern(of: old))
      position.remove(old)
    }
    if let new {
      concern = concern.union(self.concern(of: new))
      try position.add(new)
    }
    forms[root] = .some(new)
    // What is gone or changed can leave open again what had been settled.
    if case .open = concern { return .every }
    return concern
  }

  /// What is too unusual to be followed step by step.
  private mutating func anew() throws -> Concern {
    self = try ReplayedAgreement(position.agreement, events, position.surroundings, asOf: position.day)
    return .every
  }

  private func concern(of event: LoggedEvent) -> Concern {
    let happened = event.happened(by: position.day)
    if happened == .notYet { return .nothing }
    switch event.body {
    case .paymentPromised(let promised): return .promises([promised.promise])
    case .agreementVaried(let varied): return .promises(Set(varied.promises.map(\.promise)))
    case .savingReported(let saving):
      if let promise = saving.promise { return .promises([promise]) }
      // A revision that perhaps has come concerns all whose report it revises.
      let isRevised = position.straddling.contains { if case .savingRevised = $0.body { true } else { false } }
      return happened == .counted && !isRevised ? .open : .every
    case .savingRevised(let revised): return happened == .counted ? .promises(shares(of: revised.saving)) : .every
    case .performanceRecorded(let performance): return performance.promise.map { .promises([$0]) } ?? .every
    case .balanceStated(let balance): return .promises(balance.promise.map { [$0] } ?? [])
    case .positionStated(let stated): return concern(of: stated.admits + stated.denies)
    case .corroborated(let corroborated): return concern(of: [corroborated.target])
    case .correspondenceLogged, .adviceGiven, .choiceMade, .informationRequested, .informationAnswered, .costIncurred,
      .disputeRaised, .disputeStepTaken, .unknown:
      return .nothing
    default: return event.namedPromise.map { .promises([$0]) } ?? .every
    }
  }

  /// How much was saved changes only what is a share of it.
  private func shares(of saving: SavingKey) -> Set<PromiseKey> {
    guard let named = position.sorted.promises(named: saving) else { return position.sharing }
    return named.intersection(position.sharing)
  }

  /// Words about events concern the rows that rest on them.
  private func concern(of named: [EventID]) -> Concern {
    var concern = Concern.nothing
    for id in named {
      guard let place = places[id] else { continue }
      let event: LoggedEvent? = forms[id] ?? events[place]
      switch event?.body {
      case nil: continue
      // They show no failure.
      case .savingReported, .savingRevised, .positionStated, .corroborated: continue
      default: if let event { concern = concern.union(self.concern(of: event)) }
      }
    }
    return concern
  }

  // MARK: Rows

  /// - Parameter known: promises that have rows; of what was taken back there may be no more than these.
  func promises(of concern: Concern, known: some Collection<PromiseKey>) -> [PromiseKey] {
    switch concern {
    case .promises(let promises): promises.sorted()
    case .open: open.sorted()
    case .every: Set(known).union(position.promises.keys).sorted()
    }
  }

  mutating func fold(_ promise: PromiseKey) throws -> [ObligationRow] {
    let answer = try position.fold(promise)
    if answer.isSettled || answer.rows.isEmpty { open.remove(promise) } else { open.insert(promise) }
    return answer.rows
  }
}
