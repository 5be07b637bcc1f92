internal import Agreements
internal import LogStore
internal import Projections
internal import SQLiteStore

extension RecordBook {
  private struct Said: Hashable {
    var body: EventBody
    var when: Statement.When?
  }

  /// Which of several events say the same as one that stands, in type, stream, data and when; by their index, with its
  /// position. Registrations are left to the rules, which know that they are made once.
  func equals(of proposals: [Proposal]) throws -> [(index: Int, position: Int)] {
    var byStream: [StreamName: [Int]] = [:]
    for (index, proposal) in proposals.enumerated() {
      switch proposal.stream {
      case .agreement, .plan: byStream[proposal.stream, default: []].append(index)
      case .party, .exhibit, .log: break
      }
    }
    let versions = try store.versions(of: byStream.keys.map(\.description))
    var found: [(index: Int, position: Int)] = []
    for (stream, indices) in byStream where versions[stream.description] ?? 0 > 0 {
      var wanted: [Said: [Int]] = [:]
      for index in indices {
        let statement = proposals[index].statement
        wanted[Said(body: statement.body, when: statement.when), default: []].append(index)
      }
      try StandingEvents.forEach(of: store, at: try store.positions(in: stream.description)) { event in
        guard let same = wanted.removeValue(forKey: Said(body: event.body, when: event.statement.when)) else { return }
        found += same.map { ($0, event.position) }
      }
    }
    return found.sorted { $0.index < $1.index }
  }
}
