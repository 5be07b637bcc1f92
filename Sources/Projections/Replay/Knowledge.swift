public import Agreements
public import CanonicalJSON

/// What was known: the events of one stream as they stand once corrections and retractions are applied.
///
/// Law: corrections and retractions that are known count first, whatever their own day. A corrected event keeps its
/// place and `recordedAt`; nothing in the log is changed.
public enum Knowledge {
  /// What became of one event.
  public enum State: String, Sendable {
    case stands, corrected, retracted
  }

  /// The events that stand, in log order, without the corrections and retractions themselves.
  ///
  /// - Parameter events: those of one stream that were recorded in time, in log order, as their lines say.
  public static func standing(_ events: [LoggedEvent]) -> [LoggedEvent] {
    guard events.contains(where: \.changesOthers) else { return events }
    let effect = Effect(events)
    var standing: [LoggedEvent] = []
    for event in events where !event.changesOthers && !effect.retracted.contains(event.id) {
      standing.append(effect.corrected(event))
    }
    return standing
  }

  /// What became of each event, by id.
  public static func states(_ events: [LoggedEvent]) -> [EventID: State] {
    let effect = Effect(events)
    var states: [EventID: State] = [:]
    for event in events {
      let isCorrected = effect.corrections[event.id] != nil && effect.corrected(event).isCorrected
      states[event.id] = effect.retracted.contains(event.id) ? .retracted : isCorrected ? .corrected : .stands
    }
    return states
  }

  /// What each correction found: its target as it stood just before, by the correction's id. A target that was taken back, or
  /// is not among the events, is left out.
  ///
  /// - Parameter events: as for `standing`.
  public static func corrected(_ events: [LoggedEvent]) -> [EventID: Statement] {
    let targets = Set(events.compactMap(\.target))
    var found: [EventID: Statement] = [:]
    /// What speaks of one event, also through others, and that event.
    var groups: [EventID: [LoggedEvent]] = [:]
    var roots: [EventID: EventID] = [:]
    for event in events {
      guard let target = event.target else {
        if targets.contains(event.id) { groups[event.id] = [event] }
        continue
      }
      let root = roots[target] ?? target
      roots[event.id] = root
      if case .entryCorrected = event.body {
        found[event.id] = standing(groups[root] ?? []).first { $0.id == root }?.statement
      }
      groups[root]?.append(event)
    }
    return found
  }

  /// Which events are out, and which corrections stand for which target.
  private struct Effect {
    var retracted: Set<EventID> = []
    var corrections: [EventID: [(id: EventID, correction: EntryCorrected)]] = [:]

    init(_ events: [LoggedEvent]) {
      // Only where those stand that something is said of is asked for, and they are few.
      let named = Set(events.compactMap(\.target))
      var places: [EventID: Int] = [:]
      for (index, event) in events.enumerated() where named.contains(event.id) && places[event.id] == nil {
        places[event.id] = index
      }
      // Only what comes later in the log can take something back, so from the end on each is settled when it is met.
      for (index, event) in events.enumerated().reversed() {
        guard case .entryRetracted(let retraction) = event.body, !retracted.contains(event.id),
          let target = places[retraction.target], target < index
        else { continue }
        retracted.insert(retraction.target)
      }
      for (index, event) in events.enumerated() {
        guard case .entryCorrected(let correction) = event.body, !retracted.contains(event.id),
          let target = places[correction.target], target < index, !events[target].changesOthers
        else { continue }
        corrections[correction.target, default: []].append((event.id, correction))
      }
    }

    /// Each member takes the value that the last correction of it in the log gave.
    func corrected(_ event: LoggedEvent) -> LoggedEvent {
      guard let corrections = corrections[event.id] else { return event }
      var event = event
      for (id, correction) in corrections {
        // A correction whose result is no event (another writer's mistake) changes nothing; `verify` reports it.
        guard let statement = try? event.statement.corrected(by: correction.set, setVersion: correction.setVersion)
        else { continue }
        event.statement = statement
        event.corrections.append(id)
      }
      return event
    }
  }
}

extension LoggedEvent {
  /// Corrections and retractions speak of other events.
  package var changesOthers: Bool { target != nil }

  /// The event that a correction puts right, or that a retraction takes back.
  package var target: EventID? {
    switch body {
    case .entryCorrected(let correction): correction.target
    case .entryRetracted(let retraction): retraction.target
    default: nil
    }
  }
}
