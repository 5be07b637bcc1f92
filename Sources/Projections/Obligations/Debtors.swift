import Agreements
import CanonicalJSON

/// Who owes: named in the agreement, moved by a transfer, never moved by guessing.
struct Debtors {
  private(set) var current: PartyKey?
  /// All who ever were the debtor: “then or now”.
  private(set) var all: [PartyKey] = []
  /// Those that may have taken the debt over; sorted.
  private(set) var candidates: [PartyKey] = []
  /// What set the debtor or left it open.
  private(set) var events: [LoggedEvent] = []

  init(_ position: AgreementPosition, _ events: [LoggedEvent]) {
    guard case .agreementMade(let made)? = position.made?.body else { return }
    current = made.debtor
    all = [made.debtor]
    var named: Set<PartyKey> = []
    var unresolved: [LoggedEvent] = []
    for event in timeline(position, events, from: made.debtor) {
      switch (event.body, event.stream) {
      case (.obligationTransferred(let transfer), _):
        if transfer.money == nil, transfer.from == current {
          move(to: transfer.to, by: event)
        } else {
          named.insert(transfer.to)
          unresolved.append(event)
        }
      case (.partySucceeded(let succession), .party(let party)) where party == current:
        if succession.kind == .rename, succession.to.count == 1 {
          move(to: succession.to[0], by: event)
        }
      default: continue
      }
    }
    // Successions of whoever is the debtor in the end, whenever they came.
    if let current {
      for event in position.surroundings.successions[current] ?? [] {
        guard case .partySucceeded(let succession) = event.body,
          succession.kind != .rename || succession.to.count != 1
        else { continue }
        named.formUnion(succession.to)
        unresolved.append(event)
      }
      named.remove(current)
    }
    candidates = named.sorted()
    if !candidates.isEmpty { self.events += unresolved }
  }

  private mutating func move(to party: PartyKey, by event: LoggedEvent) {
    current = party
    if !all.contains(party) { all.append(party) }
    events.append(event)
  }

  /// Transfers of the promise and renames of parties, in the order of the fold.
  private func timeline(_ position: AgreementPosition, _ events: [LoggedEvent], from first: PartyKey) -> [LoggedEvent] {
    let transfers = events.filter { if case .obligationTransferred = $0.body { true } else { false } }
    let renames = position.surroundings.renames
    return transfers.isEmpty ? renames : (transfers + renames).sorted(by: LoggedEvent.inFoldOrder)
  }
}
