internal import Agreements
internal import LogStore
internal import Projections
internal import SQLiteStore

extension RecordBook {
  /// Which of several events say the same as one that stands in the same stream; by their index, with its position.
  /// Registrations are left to the rules, which know that they are made once.
  ///
  /// - Parameter indices: of those that are asked about.
  func equals(of proposals: [Proposal], at indices: [Int]) throws -> [(index: Int, position: Int)] {
    let versions = try store.versions(of: Self.streams(of: proposals).map(\.description))
    let streams = Set(versions.filter { $0.value > 0 }.keys)
    guard !streams.isEmpty else { return [] }
    var byStream: [StreamName: [Int]] = [:]
    for index in indices {
      let stream = proposals[index].stream
      switch stream {
      case .agreement, .plan: if streams.contains(stream.description) { byStream[stream, default: []].append(index) }
      case .party, .exhibit, .log: break
      }
    }
    var found: [(index: Int, position: Int)] = []
    for (stream, indices) in byStream {
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
