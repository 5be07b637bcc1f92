internal import Agreements
internal import LogStore
internal import Projections
internal import SQLiteStore

extension RecordBook {
  /// Which of several events say the same as one that stands in the same stream; by their index, with its position.
  /// Registrations are left to the rules, which know that they are made once.
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
      var wanted: [[UInt8]: [Int]] = [:]
      var types: Set<String> = []
      for index in indices {
        let statement = proposals[index].statement
        wanted[statement.content, default: []].append(index)
        types.insert(statement.body.typeName)
      }
      try StandingEvents.forEach(of: store, at: try store.positions(in: stream.description)) { event in
        guard types.contains(event.body.typeName), let same = wanted.removeValue(forKey: event.statement.content)
        else { return }
        found += same.map { ($0, event.position) }
      }
    }
    return found.sorted { $0.index < $1.index }
  }
}
