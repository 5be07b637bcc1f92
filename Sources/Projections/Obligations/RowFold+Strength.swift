import Agreements
import CanonicalJSON

extension RowFold {
  /// How far the failure relied on is shown; the first that fits.
  mutating func strength(of failures: [LoggedEvent]) -> ObligationRow.Strength {
    let ids = Set(failures.map(\.id))
    let further = position.sorted.corroborations.filter {
      if case .corroborated(let corroborated) = $0.body {
        corroborated.agrees == .yes && ids.contains(corroborated.target)
      } else {
        false
      }
    }
    for event in failures + further where hasPaperOfDebtor(event) {
      note(.strength, "a paper whose author is the debtor is cited", nil, [event])
      return .documented
    }
    if let own = failures.first(where: { debtors.all.contains($0.statement.assertedBy.party) }) {
      note(.strength, "asserted by the debtor", nil, [own])
      return .admitted
    }
    if let admission = position(of: ids, \.admits) {
      note(.strength, "admitted in a position of the debtor", nil, [admission])
      return .admitted
    }
    if let denial = position(of: ids, \.denies) {
      note(.strength, "denied in a position of the debtor", nil, [denial])
      return .denied
    }
    let isInferred = failures.allSatisfy { $0.statement.basis == .inferred }
    note(.strength, isInferred ? "inferred by whoever recorded it" : "asserted, and not by the debtor", nil, failures)
    return isInferred ? .inferred : .asserted
  }

  private func hasPaperOfDebtor(_ event: LoggedEvent) -> Bool {
    event.statement.sources.contains { source in
      guard let exhibit = source.exhibit, let author = position.surroundings.authors[exhibit] else { return false }
      return debtors.all.contains(author)
    }
  }

  /// A position of the debtor that names one of the events.
  private func position(of ids: Set<EventID>, _ named: KeyPath<PositionStated, [EventID]>) -> LoggedEvent? {
    position.sorted.positions.first { event in
      guard case .positionStated(let stated) = event.body, debtors.all.contains(event.statement.assertedBy.party)
      else { return false }
      return stated[keyPath: named].contains { ids.contains($0) }
    }
  }
}
