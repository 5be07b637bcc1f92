public import Agreements
public import CanonicalJSON
public import LogStore

/// A log as the projections see it: which lines belong to which agreement, and who is who.
///
/// One pass over the log finds where each stream's lines are (four bytes an event); texts are not kept. An agreement's
/// lines are read again from their places when it is folded, one agreement at a time, so memory grows with agreements
/// and parties and hardly with events.
public struct History: Sendable {
  public let log: any LogReading
  /// Only what was recorded by then; nil = everything.
  public let knownAt: Instant?
  /// Lines of the log, known by then or not.
  public private(set) var size = 0
  /// Lines that this copy leaves out openly.
  public private(set) var withheld = 0
  /// Events of types that this version does not know: kept, counted, shown.
  public private(set) var unknownTypes: [String: Int] = [:]
  /// Positions of each stream's known lines, in log order; those of parties and exhibits among them.
  public private(set) var streams: [StreamName: [Int32]] = [:]
  /// The known events of party and exhibit streams, in log order.
  public private(set) var registrations: [LoggedEvent] = []

  /// - Parameter limit: read only so many lines; nil = all.
  public init(_ log: any LogReading, knownAt: Instant? = nil, limit: Int? = nil) throws {
    self.log = log
    self.knownAt = knownAt
    var decoder = EventDecoder()
    var streams: [StreamName: [Int32]] = [:]
    var registrations: [LoggedEvent] = []
    var (size, withheld) = (0, 0)
    var unknownTypes: [String: Int] = [:]
    try log.forEachLine(from: 0, limit: limit) { position, line in
      size = position + 1
      guard let head = try decoder.head(line, at: position, knownAt: knownAt) else {
        withheld += 1
        return true
      }
      if let unknown = head.unknownType { unknownTypes[unknown, default: 0] += 1 }
      if let knownAt, head.recordedAt > knownAt { return true }
      streams[head.stream, default: []].append(Int32(position))
      if let event = head.event { registrations.append(event) }
      return true
    }
    self.streams = streams
    self.registrations = registrations
    self.size = size
    self.withheld = withheld
    self.unknownTypes = unknownTypes
  }

  /// The agreements of the log, by key.
  public var agreements: [AgreementKey] {
    streams.keys.compactMap { if case .agreement(let key) = $0 { key } else { nil } }.sorted()
  }

  /// The known events of one stream as their lines say, in log order.
  public func events(of stream: StreamName) throws -> [LoggedEvent] {
    let positions = (streams[stream] ?? []).map(Int.init)
    return try events(at: positions)
  }

  /// The events at these positions as their lines say; withheld lines are left out.
  public func events(at positions: [Int]) throws -> [LoggedEvent] {
    var decoder = EventDecoder()
    var events: [LoggedEvent] = []
    events.reserveCapacity(positions.count)
    for (position, line) in zip(positions, try log.lines(at: positions)) {
      if let event = try decoder.event(line, at: position) { events.append(event) }
    }
    return events
  }

  /// The events of one stream that stand, corrected.
  public func standing(in stream: StreamName) throws -> [LoggedEvent] {
    Knowledge.standing(try events(of: stream))
  }

  /// What is known of parties and exhibits, as it stands.
  public var standingRegistrations: [LoggedEvent] { Self.standing(registrations) }

  static func standing(_ registrations: [LoggedEvent]) -> [LoggedEvent] {
    guard registrations.contains(where: \.changesOthers) else { return registrations }
    var streams: [StreamName: [LoggedEvent]] = [:]
    for event in registrations { streams[event.stream, default: []].append(event) }
    return streams.values.flatMap { Knowledge.standing($0) }.sorted { $0.position < $1.position }
  }

  /// What this answer is about.
  public func question(asOf day: Day, knownAtText: String? = nil, root: [UInt8]?) -> Question {
    Question(asOf: day, knownAt: knownAt, knownAtText: knownAtText, size: size, root: root)
  }
}
