public import Agreements
public import CanonicalJSON
import LogStore

/// The answer to “what is owed?” on a day: rows and what belongs beside them.
public struct ObligationsView: Hashable, Sendable {
  public var question: Question
  public var rows: [ObligationRow]
  public var balances: [Balance]
  /// Reliance costs: listed, never added to what is outstanding.
  public var costs: [EventID]
  /// Events that perhaps had happened by the day: not counted, but said.
  public var straddling: [EventID]
  public var total: Total

  /// What a paper says is owed, beside what the log gives.
  public struct Balance: Hashable, Sendable {
    /// Where the event stands that states it.
    public var position: Int
    public var id: EventID
    public var stated: Amount
    public var computed: Amount
    /// Whose rows the paper speaks of.
    public var creditors: Set<PartyKey> = []
    /// The paper speaks of a month or a year, and in it the sum was not the same all the time.
    public var isChanging = false
    /// Events that may or may not have happened by the day, and could change the sum.
    public var perhaps: [EventID] = []
  }

  /// Sums over the rows shown.
  public struct Total: Hashable, Sendable {
    public var promised: Amount = .zero
    public var paid: Amount = .zero
    public var withdrawn: Amount = .zero
    public var outstanding: Amount = .zero

    public init(_ rows: [ObligationRow]) throws(RowOverflow) {
      for row in rows {
        do {
          promised = try promised + row.promised
          paid = try paid + row.paid
          withdrawn = try withdrawn + row.withdrawn
          outstanding = try outstanding + row.outstanding
        } catch {
          throw RowOverflow(agreement: row.agreement, promise: nil, creditor: row.creditor)
        }
      }
    }
  }
}

/// The two times that every answer depends on, and the log that was asked.
public struct Question: Hashable, Sendable {
  /// What had happened by this day …
  public var asOf: Day
  /// … as far as it had been recorded by this moment; nil = everything recorded.
  public var knownAt: Instant?
  /// The day that `knownAt` was asked as, where it was a day.
  public var knownAtText: String?
  /// Size and root of the whole log, whatever `knownAt`.
  public var size: Int
  /// nil where nobody asked to have the log hashed.
  public var root: [UInt8]?
  /// Lines of which only the digest is here: left out of this copy, or erased. What they said is in no figure.
  public var leftOut: Int

  public init(
    asOf: Day, knownAt: Instant? = nil, knownAtText: String? = nil, size: Int, root: [UInt8]? = nil, leftOut: Int = 0
  ) {
    self.asOf = asOf
    self.knownAt = knownAt
    self.knownAtText = knownAtText ?? knownAt?.description
    self.size = size
    self.root = root
    self.leftOut = leftOut
  }
}

extension AgreementPosition {
  /// Days within the time of a paper on which the sum is worked out.
  private static let mostDays = 60

  /// What papers say is owed, each compared with the position on the day that the paper speaks of.
  func balances(events: [LoggedEvent], surroundings: (Day) -> Surroundings) throws -> [ObligationsView.Balance] {
    var balances: [ObligationsView.Balance] = []
    let stating = counted.filter { if case .balanceStated = $0.body { true } else { false } }
    for event in stating.sorted(by: { $0.position < $1.position }) {
      guard case .balanceStated(let stated) = event.body else { continue }
      let then = stated.asOf.latest ?? day
      func computed(_ then: Day) throws -> (
        position: AgreementPosition, rows: [ObligationRow], sum: Amount, count: Int64?
      ) {
        let position = try AgreementPosition(
          agreement: agreement, events: events, surroundings: surroundings(then), asOf: then)
        let rows = try position.rows().filter { row in
          if let promise = stated.promise, row.promise != promise { return false }
          guard let to = stated.to else { return true }
          return row.creditor == to || position.promises[row.promise]?.first?.promised.to == to
        }
        var sum = Amount.zero
        var count: Int64? = 0
        for row in rows {
          sum = try sum + row.outstanding
          count = if let before = count, let more = row.count { before + more } else { nil }
        }
        return (position, rows, sum, count)
      }
      let last = try computed(then)
      var balance = ObligationsView.Balance(
        position: event.position, id: event.id, stated: try RowFold.sum(stated.outstanding, count: last.count),
        computed: last.sum, creditors: Set(last.rows.map(\.creditor)).union(stated.to.map { [$0] } ?? []))
      if let first = stated.asOf.earliest, first < then {
        // Something may come and go within it.
        let days = Set(
          events.flatMap { [$0.earliest, $0.latest].compactMap(\.self) }.filter { first < $0 && $0 < then })
        for day in [first] + days.sorted().prefix(Self.mostDays) where !balance.isChanging {
          balance.isChanging = try computed(day).sum != last.sum
        }
      }
      balance.perhaps = last.position.straddling.filter(\.body.changesSums).map(\.id)
      balances.append(balance)
    }
    return balances
  }
}

extension EventBody {
  /// Can it change what is outstanding? What people say of it, and what is known of them, does not.
  fileprivate var changesSums: Bool {
    switch self {
    case .paymentPromised, .agreementVaried, .dueDateSet, .conditionOutcome, .savingReported, .savingRevised,
      .paymentMade,
      .paymentReclaimed, .setOffApplied, .promiseWithdrawn, .promiseSuspended, .promiseReinstated,
      .obligationTransferred,
      .performanceRecorded:
      true
    default: false
    }
  }
}
