internal import Agreements
internal import CanonicalJSON
internal import Projections
internal import Reports

extension Lexicon {
  /// Who is who in a history; with the events of these agreements, as they stand, for reports that follow a figure to
  /// its paper.
  init(_ history: History, keeping agreements: Set<AgreementKey>) throws {
    self.init(history.standingRegistrations)
    keep(history.standingRegistrations)
    for agreement in agreements { keep(try history.standing(in: .agreement(agreement))) }
  }

  /// What the events said before they were put right, for the corrections among some events.
  mutating func registerCorrections(among events: [LoggedEvent], of history: History) throws {
    let corrections = events.filter { if case .entryCorrected = $0.body { true } else { false } }
    for stream in Set(corrections.map(\.stream)) { registerCorrections(among: try history.events(of: stream)) }
  }

  /// Who is who in a history; with the numbers of some events.
  init(_ history: History, numbering ids: [EventID]) throws {
    self.init(history.standingRegistrations)
    var wanted = Set(ids)
    for stream in history.streams where !wanted.isEmpty {
      for event in try history.events(of: stream) where wanted.remove(event.id) != nil { register(event) }
    }
  }
}
