public import Agreements
public import CanonicalJSON

/// Reads positions out of a history, agreement by agreement.
///
/// It holds what many agreements share (who is a group, who wrote which paper) so that it is worked out once a day asked.
public struct AgreementReader: Sendable {
  public let history: History
  public let day: Day
  /// What papers say of other days asks who followed whom by then.
  private let successions: [LoggedEvent]
  public let surroundings: Surroundings

  public init(_ history: History, asOf day: Day) throws(VersionTooNew) {
    self.history = history
    self.day = day
    let registrations = history.standingRegistrations
    for event in registrations {
      if case .newer(let type, let version) = event.body {
        throw VersionTooNew(position: event.position, type: type, version: version)
      }
    }
    surroundings = Surroundings(registrations, asOf: day)
    successions = registrations.filter { if case .partySucceeded = $0.body { true } else { false } }
  }

  public func position(of agreement: AgreementKey) throws -> AgreementPosition {
    try AgreementPosition(
      agreement: agreement, events: history.standing(in: .agreement(agreement)), surroundings: surroundings, asOf: day)
  }

  /// The rows, the comparisons with papers, and the costs of one agreement.
  func answer(for agreement: AgreementKey, isExplaining: Bool) throws -> Answer {
    let events = try history.standing(in: .agreement(agreement))
    var position = try AgreementPosition(
      agreement: agreement, events: events, surroundings: surroundings, asOf: day)
    position.isExplaining = isExplaining
    let balances = try position.balances(events: events) { day in
      day == self.day ? surroundings : surroundings.moved(to: day, among: successions)
    }
    return Answer(position: position, rows: try position.rows(), balances: balances)
  }

  struct Answer {
    var position: AgreementPosition
    var rows: [ObligationRow]
    var balances: [ObligationsView.Balance]
  }
}

/// Which part of the log an answer is about.
public struct Scope: Hashable, Sendable {
  /// nil = every agreement.
  public var agreement: AgreementKey?
  /// Only rows owed to this practice; nil = to anybody.
  public var creditor: PartyKey?
  /// Only rows owed by this party, and what belongs to their agreements; nil = by anybody.
  public var debtor: PartyKey?

  public init(agreement: AgreementKey? = nil, creditor: PartyKey? = nil, debtor: PartyKey? = nil) {
    self.agreement = agreement
    self.creditor = creditor
    self.debtor = debtor
  }

  func includes(_ stream: StreamName) -> Bool {
    guard let agreement else { return true }
    return stream == .agreement(agreement)
  }

  func includes(_ row: ObligationRow) -> Bool {
    (agreement == nil || row.agreement == agreement) && (creditor == nil || row.creditor == creditor)
      && (debtor == nil || row.debtor == debtor)
  }

  /// A sum that holds what is owed to others is not shown to one of them.
  func includes(_ balance: ObligationsView.Balance) -> Bool {
    creditor.map { balance.creditors == [$0] } ?? true
  }

  func agreements(of history: History) -> [AgreementKey] {
    guard let agreement else { return history.agreements }
    return history.has(.agreement(agreement)) ? [agreement] : []
  }
}
