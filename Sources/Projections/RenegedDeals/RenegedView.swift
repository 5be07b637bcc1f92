public import Agreements
public import CanonicalJSON

/// The report on reneged deals: the rows whose category belongs to it, each with its reasons and with what is not claimed.
///
/// “Reneged” is the name of the report. No row has it as a status: what is said of a row is its category, the strength
/// of the evidence, and the events that both rest on.
public struct RenegedView: Hashable, Sendable {
  public var question: Question
  public var findings: [Finding]
  /// Disputed conditions, suspensions, undetermined rows: shown apart.
  public var notSettled: [Finding]
  public var straddling: [EventID]
  public var total: ObligationsView.Total

  /// One row with the other side's words.
  public struct Finding: Hashable, Sendable {
    public var row: ObligationRow
    public var reasons: [Reason]
    public var notClaimed: [NotClaimed]
  }

  /// A reason that was given, with equal room for whoever gave it.
  public struct Reason: Hashable, Sendable {
    /// Who says so.
    public var party: PartyKey
    public var quote: String
    public var event: EventID
    /// Is it the debtor, now or then, who says so? Else somebody tells what the reason was.
    public var isOfDebtor: Bool
    /// Do the very words stand in a source of the event?
    public var isVerbatim: Bool
  }

  /// What the figures do not show. The words are made where words are made.
  public enum NotClaimed: Hashable, Sendable {
    /// An “up to” promise does not show that the ceiling was due.
    case ceilingWasDue(Amount)
    /// How the sum is divided within a group is not known.
    case division(count: Int64?)
    case accountsDiffer
    case sumIsApproximate
    case daysAreVague
    case successor
    /// The finding rests on the words of one side.
    case onlyAsserted
    case denied
    case amountNotKnown
    /// A report of a saving is no proof of it.
    case savingsAsReported
  }
}

extension RenegedView {
  /// - Parameter events: the standing, counted events of the row's agreement.
  static func finding(_ row: ObligationRow, in position: AgreementPosition) -> Finding {
    Finding(row: row, reasons: reasons(row, in: position), notClaimed: notClaimed(row, in: position))
  }

  /// `reason` of the row's withdrawals, suspensions and set-offs, and the debtor's own quoted words.
  private static func reasons(_ row: ObligationRow, in position: AgreementPosition) -> [Reason] {
    guard let accounts = position.promises[row.promise], let first = accounts.first else { return [] }
    let promise = PromiseFold(
      position: position, promise: row.promise, accounts: accounts, creditor: first.promised.to)
    guard let shape = promise.shapes.first(where: { $0.creditor == row.creditor }) else { return [] }
    let debtors = Debtors(position, position.counted.filter { promise.concerns(promise.aim(of: $0), shape) })
    var reasons: [Reason] = []
    for event in position.counted {
      let asserter = event.statement.assertedBy.party
      let isOfDebtor = debtors.all.contains(asserter)
      let quotes = event.statement.sources.compactMap(\.quote)
      if promise.concerns(promise.aim(of: event), shape), let reason = event.givenReason {
        reasons.append(
          Reason(
            party: asserter, quote: reason, event: event.id, isOfDebtor: isOfDebtor,
            isVerbatim: quotes.contains { $0.quotes(reason) }))
      }
      guard case .positionStated = event.body, isOfDebtor else { continue }
      for quote in quotes {
        reasons.append(Reason(party: asserter, quote: quote, event: event.id, isOfDebtor: true, isVerbatim: true))
      }
    }
    return reasons
  }

  private static func notClaimed(_ row: ObligationRow, in position: AgreementPosition) -> [NotClaimed] {
    var lines: [NotClaimed] = []
    if row.promised.high == nil { lines.append(.amountNotKnown) }
    if let high = row.promised.high, row.promised.low < high { lines.append(.ceilingWasDue(row.promised)) }
    if row.count != 1 { lines.append(.division(count: row.count)) }
    if row.flags.contains(.accountsConflict) { lines.append(.accountsDiffer) }
    if row.flags.contains(.sumApproximate) { lines.append(.sumIsApproximate) }
    if row.flags.contains(.datesStraddle) || row.flags.contains(.orderNotKnown) { lines.append(.daysAreVague) }
    if row.flags.contains(.successorUnresolved) { lines.append(.successor) }
    let relied = Set(row.reliedOn)
    if position.counted.contains(where: {
      if case .savingReported = $0.body { relied.contains($0.id) } else { false }
    }) {
      lines.append(.savingsAsReported)
    }
    if row.strength == .asserted || row.strength == .inferred { lines.append(.onlyAsserted) }
    if row.strength == .denied { lines.append(.denied) }
    return lines
  }
}

extension LoggedEvent {
  /// The reason that an event of failure gives.
  fileprivate var givenReason: String? {
    switch body {
    case .promiseWithdrawn(let withdrawn): withdrawn.reason
    case .promiseSuspended(let suspended): suspended.reason
    case .setOffApplied(let setOff): setOff.reason
    default: nil
    }
  }
}

extension String {
  /// Do these very words stand in it, however their apostrophes are written?
  package func quotes(_ words: String) -> Bool {
    func plain(_ text: String) -> String { String(text.map { $0 == "’" ? "'" : $0 }) }
    return contains(words) || plain(self).contains(plain(words))
  }
}
