import Agreements
import CanonicalJSON
package import Projections

// Shares and spans that a reader would otherwise work out by hand. Only of exact sums and exact days.

extension ObligationRow {
  /// “31.75% of what was earned is paid”
  var paidShare: String? {
    guard earned.low == earned.high, paid.low == paid.high, paid.low > 0, paid.low < earned.low else { return nil }
    return "\(Percentage.of(paid.low, earned.low)) of what was earned is paid"
  }

  /// “£500 more was paid than was promised”
  var overpaid: String? {
    guard let most = promised.high, paid.low > most else { return nil }
    let least = paid.low == paid.high && promised.low == most ? "" : "at least "
    return "\(least)\(Amount.pounds(paid.low - most)) more was paid than was promised"
  }

  /// What the events say beyond the figures: the ceiling as a part of the savings, and for how long a promise was
  /// withdrawn.
  package func remarks(_ lexicon: Lexicon) -> [String] {
    let events = reliedOn.compactMap { lexicon.events[$0] }
    return [ceilingShare(events, lexicon), paidShare, overpaid].compactMap { $0 } + withdrawnDays(events)
  }

  /// At the ceiling, how much of the saving would the money be?
  ///
  /// Only where both are of the same practices: the rest of a group is not set against what the whole group saved.
  private func ceilingShare(_ events: [LoggedEvent], _ lexicon: Lexicon) -> String? {
    let savings = events.compactMap { event -> SavingReported? in
      if case .savingReported(let saving) = event.body { saving } else { nil }
    }
    guard let ceiling = promised.high, promised.low < ceiling, savings.count == 1, let saving = savings.first,
      saving.by == creditor, count == lexicon.size(creditor),
      saving.money.low == saving.money.high, saving.money.per == .total, saving.money.low > 0, !saving.money.isAbout,
      saving.money.low >= ceiling
    else { return nil }
    return "at the ceiling that is \(Percentage.of(ceiling, saving.money.low)) of the saving of \(saving.money)"
  }

  /// “withdrawn for 123 days”, for each withdrawal of the whole that a reinstatement ended.
  private func withdrawnDays(_ events: [LoggedEvent]) -> [String] {
    var since: Day?
    var spans: [String] = []
    for event in events.sorted(by: LoggedEvent.inFoldOrder) {
      switch event.body {
      case .promiseWithdrawn(let withdrawn) where withdrawn.scope == .whole && since == nil: since = event.exactDay
      case .promiseReinstated:
        if let start = since, let end = event.exactDay, end >= start {
          let days = end.number - start.number
          spans.append("withdrawn for \(days) day\(days == 1 ? "" : "s")")
        }
        since = nil
      default: continue
      }
    }
    return spans
  }
}

extension LoggedEvent {
  fileprivate var exactDay: Day? {
    guard let first = earliest, statement.when?.date.latest == first else { return nil }
    return first
  }
}

/// Parts of a hundred, to two places, halves up.
package enum Percentage {
  package static func of(_ part: Int64, _ whole: Int64) -> String {
    guard whole > 0 else { return "0%" }
    // In 128 bits: no product is cut short.
    let hundredths = Int64((Int128(part) * 20_000 + Int128(whole)) / (2 * Int128(whole)))
    let rest = hundredths % 100
    guard rest != 0 else { return "\(hundredths / 100)%" }
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
  }
}
