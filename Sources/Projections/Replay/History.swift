public import Agreements
public import CanonicalJSON
public import LogStore

/// A log as the projections see it: which lines belong to which agreement, and who is who.
///
/// One pass over the log finds where each stream's lines are and keeps a few numbers of each event; texts are not kept. An
/// agreement's lines are read again from their places when it is folded with all the rules, one agreement at a time.
public struct History: Sendable {
  public let log: any LogReading
  /// Only what was recorded by then; nil = everything.
  public let knownAt: Instant?
  let ledger: Ledger

  /// - Parameters:
  ///   - limit: read only so many lines; nil = all.
  ///   - isHeadWanted: `head()` will be asked for. Then it takes no second pass over the lines.
  ///   - isChainChecked: where that pass hashes the lines, refuse a log in which an event does not name the one before it in
  ///     its stream by its digest.
  public init(
    _ log: any LogReading, knownAt: Instant? = nil, limit: Int? = nil, isHeadWanted: Bool = false,
    isChainChecked: Bool = false
  ) throws {
    self.log = log
    self.knownAt = knownAt
    ledger = try Ledger(log, knownAt: knownAt, limit: limit, isHeadWanted: isHeadWanted, isChainChecked: isChainChecked)
  }

  /// The head of the whole log, whatever was known by then: of the very lines that were read, if it was said beforehand that
  /// it is wanted.
  public func head() throws -> LogHead { try ledger.tree?.head() ?? log.head() }

  /// Lines of the log, known by then or not.
  public var size: Int { ledger.size }
  /// Lines that this copy leaves out openly.
  public var withheld: Int { ledger.withheld }
  /// Events of types that this version does not know: kept, counted, shown.
  public var unknownTypes: [String: Int] { ledger.unknownTypes }
  /// The known events of party and exhibit streams, in log order.
  public var registrations: [LoggedEvent] { ledger.registrations }

  /// The streams that have known events.
  public var streams: [StreamName] {
    ledger.streams.indices.compactMap { ledger.streams[$0].count > 0 ? StreamName(ledger.names.text($0)) : nil }
  }

  /// Are there known events in it?
  public func has(_ stream: StreamName) -> Bool { ledger.number(of: stream) != nil }

  /// The agreements of the log, by key.
  public var agreements: [AgreementKey] {
    streams.compactMap { if case .agreement(let key) = $0 { key } else { nil } }.sorted()
  }

  /// The known events of one stream as their lines say, in log order.
  public func events(of stream: StreamName) throws -> [LoggedEvent] {
    guard let number = ledger.number(of: stream) else { return [] }
    return try events(at: ledger.positions(of: number))
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
    Question(asOf: day, knownAt: knownAt, knownAtText: knownAtText, size: size, root: root, leftOut: withheld)
  }
}
