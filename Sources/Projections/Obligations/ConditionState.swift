import Agreements
import CanonicalJSON

/// How one condition of a promise stands.
struct ConditionState {
  enum Outcome {
    case met, failed, disputed, none
  }

  var condition: ConditionKey
  var outcome: Outcome
  /// The outcomes that count, in the order of the fold.
  var events: [LoggedEvent]
  /// Failed in the words of these alone; empty once it was settled.
  var unsettledVoices: Set<PartyKey>

  /// All conditions that the accounts of a row name, by key.
  static func all(of accounts: AccountsOfRow, events: [LoggedEvent]) -> [ConditionState] {
    let naming = accounts.conditions
    var keys: Set<ConditionKey> = []
    for account in naming { keys.formUnion(account.promised.conditions.map(\.condition)) }
    return keys.sorted().map { key in
      let isNamedByAll = naming.allSatisfy { $0.promised.conditions.contains { $0.condition == key } }
      return ConditionState(key, events: events, isNamedByAll: isNamedByAll)
    }
  }

  private init(_ key: ConditionKey, events: [LoggedEvent], isNamedByAll: Bool) {
    condition = key
    let all = events.filter { $0.outcome?.condition == key }
    // From the last settled one on: what was stated before it no longer counts.
    let start = all.lastIndex { $0.outcome?.settled != nil } ?? all.startIndex
    self.events = Array(all[start...])
    let isSettled = self.events.first?.outcome?.settled != nil
    var last: [PartyKey: ConditionOutcome.Outcome] = [:]
    for event in self.events {
      guard let outcome = event.outcome else { continue }
      last[outcome.byParty] = outcome.outcome
    }
    unsettledVoices = isSettled ? [] : Set(last.keys)
    let outcomes = Set(
      last.values.map { outcome -> Outcome in
        switch outcome {
        case .met, .waived, .prevented: .met
        case .failed: .failed
        case .disputed: .disputed
        }
      })
    switch outcomes.count {
    case 0: outcome = .none
    case 1: outcome = outcomes.first ?? .none
    default: outcome = .disputed
    }
    if outcome == .failed, !isNamedByAll { outcome = .disputed }
  }
}

extension LoggedEvent {
  fileprivate var outcome: ConditionOutcome? {
    if case .conditionOutcome(let outcome) = body { outcome } else { nil }
  }
}
