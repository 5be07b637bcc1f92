import Agreements
import CanonicalJSON
package import LogStore

/// The events of one stream that stand, corrected, one after the other: for streams that are too long to be held.
///
/// Law: what is given is `Knowledge.standing` of the whole stream. Corrections and retractions are few and speak of events of
/// the same stream, so these and what they speak of are held, and nothing else.
package enum StandingEvents {
  private static let page = 1_000

  /// - Parameters:
  ///   - positions: of the stream's events, in order.
  ///   - every: gets each event as its line says, before the first that stands is given.
  package static func forEach(
    of log: any LogReading, at positions: [Int], every: (LoggedEvent) throws -> Void = { _ in },
    _ body: (LoggedEvent) throws -> Void
  ) throws {
    var changing: [LoggedEvent] = []
    var named: Set<EventID> = []
    try read(log, positions) { event in
      try every(event)
      switch event.body {
      case .entryCorrected(let correction): named.insert(correction.target)
      case .entryRetracted(let retraction): named.insert(retraction.target)
      default: return
      }
      changing.append(event)
    }
    var corrected: [EventID: LoggedEvent] = [:]
    if !changing.isEmpty {
      var touched = changing
      try read(log, positions) { event in if named.contains(event.id), !event.changesOthers { touched.append(event) } }
      for event in Knowledge.standing(touched.sorted { $0.position < $1.position }) { corrected[event.id] = event }
    }
    try read(log, positions) { event in
      if event.changesOthers { return }
      guard named.contains(event.id) else { return try body(event) }
      if let event = corrected[event.id] { try body(event) }
    }
  }

  private static func read(_ log: any LogReading, _ positions: [Int], _ body: (LoggedEvent) throws -> Void) throws {
    var decoder = EventDecoder()
    for start in stride(from: 0, to: positions.count, by: page) {
      let some = Array(positions[start..<min(positions.count, start + page)])
      for (position, line) in zip(some, try log.lines(at: some)) {
        if let event = try decoder.event(line, at: position) { try body(event) }
      }
    }
  }
}
