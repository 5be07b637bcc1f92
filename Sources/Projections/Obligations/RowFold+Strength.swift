import Agreements
import CanonicalJSON

extension RowFold {
  /// How far the failure relied on is shown; the first that fits.
  mutating func strength(of failures: [LoggedEvent]) -> ObligationRow.Strength {
    let ids = Set(failures.map(\.id))
    for event in failures + position.sorted.words(.agrees, of: ids) where hasPaperOfDebtor(event) {
      note(.strength, "a paper whose author is the debtor is cited", nil, [event])
      return .documented
    }
    if let own = failures.first(where: { debtors.all.contains($0.statement.assertedBy.party) }) {
      note(.strength, "asserted by the debtor", nil, [own])
      return .admitted
    }
    if let admission = word(.admits, of: ids) {
      note(.strength, "admitted in a position of the debtor", nil, [admission])
      return .admitted
    }
    if let denial = word(.denies, of: ids) {
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

  /// The first word of the debtor that says so of one of the events.
  private func word(_ way: SortedEvents.Way, of ids: Set<EventID>) -> LoggedEvent? {
    position.sorted.words(way, of: ids).first { debtors.all.contains($0.statement.assertedBy.party) }
  }
}
