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
    keepCorrections(among: history.registrations)
    for agreement in agreements {
      let events = try history.events(of: .agreement(agreement))
      keep(Knowledge.standing(events))
      keepCorrections(among: events)
    }
  }

  /// Who is who in a history; with the numbers of some events.
  init(_ history: History, numbering ids: [EventID]) throws {
    self.init(history.standingRegistrations)
    try register(ids, of: history)
  }

  /// Takes in the numbers of some events of a history.
  mutating func register(_ ids: [EventID], of history: History) throws {
    var wanted = Set(ids)
    for stream in history.streams where !wanted.isEmpty {
      for event in try history.events(of: stream) where wanted.remove(event.id) != nil { register(event) }
    }
  }
}
