import Agreements
import CanonicalJSON
public import LogStore

/// What lies between two positions of one log: rows that changed, and the events that make the difference.
public struct PositionDifference: Sendable {
  public var from: Question
  public var to: Question
  public var changes: [ReplayView.Change]
  /// Counted in one of the two and not in the other, or counted in both and corrected between; in log order.
  public var events: [Event]

  public struct Event: Sendable {
    public enum Kind: String, Sendable {
      /// Counts in the second position only, in the first only, or in both with another content.
      case more, less, changed
    }

    public var kind: Kind
    public var event: LoggedEvent
  }

  public var isEmpty: Bool { changes.isEmpty && events.isEmpty }

  /// - Parameters:
  ///   - before: a history as known at one time, and the question put to it.
  ///   - after: the same log, perhaps as known at another.
  public init(_ before: (History, Question), _ after: (History, Question), scope: Scope) throws {
    (from, to) = (before.1, after.1)
    let rows = (
      try before.0.obligations(before.1, scope: scope).rows, try after.0.obligations(after.1, scope: scope).rows
    )
    changes = Replay(asOf: after.1.asOf, scope: scope).changes(from: rows.0, to: rows.1)
    let (old, new) = (try Self.counted(before, scope), try Self.counted(after, scope))
    events = Set(old.keys).union(new.keys).sorted().compactMap { position in
      switch (old[position], new[position]) {
      case (nil, let event?): Event(kind: .more, event: event)
      case (let event?, nil): Event(kind: .less, event: event)
      case (let was?, let now?): was.statement == now.statement ? nil : Event(kind: .changed, event: now)
      case (nil, nil): nil
      }
    }
  }

  private static func counted(_ side: (History, Question), _ scope: Scope) throws -> [Int: LoggedEvent] {
    var events: [Int: LoggedEvent] = [:]
    let discretion = try scope.creditor.map { try Discretion($0, in: side.0) }
    for stream in side.0.streams {
      if let agreement = scope.agreement, stream != .agreement(agreement) { continue }
      for event in try side.0.standing(in: stream) where event.happened(by: side.1.asOf) == .counted {
        guard discretion?.tells(event) ?? true else { continue }
        events[event.position] = event
      }
    }
    return events
  }
}

/// Two logs compared line by line: as far as they are the same, and what each has that the other has not.
public struct LogDifference: Sendable {
  /// Lines that both have at the same place, from the beginning.
  public var common: Int
  public var sizes: (ours: Int, theirs: Int)
  /// Events behind that, by their ids.
  public var onlyOurs: [LoggedEvent] = []
  public var onlyTheirs: [LoggedEvent] = []
  /// The same event in both, said differently.
  public var changed: [(ours: LoggedEvent, theirs: LoggedEvent, members: [String])] = []
  /// The same event with the same meaning, recorded once more: at another time, place or with another salt.
  public var again: Int = 0
  /// Lines that a copy leaves out openly; of these only the digests are compared.
  public var withheld: (ours: Int, theirs: Int) = (0, 0)

  public enum Relation: String, Sendable {
    case same, oursIsLonger = "ours-is-longer", theirsIsLonger = "theirs-is-longer", forked, unrelated
  }

  public var relation: Relation {
    if common == sizes.ours, common == sizes.theirs { return .same }
    if common == sizes.theirs { return .oursIsLonger }
    if common == sizes.ours { return .theirsIsLonger }
    return common == 0 ? .unrelated : .forked
  }

  public init(ours: any LogReading, theirs: any LogReading) throws {
    let (left, right) = (try Self.digests(ours), try Self.digests(theirs))
    sizes = (left.digests.count, right.digests.count)
    common = zip(left.digests, right.digests).prefix { $0 == $1 }.count
    withheld = (left.withheld, right.withheld)
    let mine = try Self.events(ours, from: common)
    let other = try Self.events(theirs, from: common)
    let byID = Dictionary(other.map { ($0.id, $0) }) { first, _ in first }
    let ids = Set(mine.map(\.id))
    onlyTheirs = other.filter { !ids.contains($0.id) }
    for event in mine {
      guard let twin = byID[event.id] else {
        onlyOurs.append(event)
        continue
      }
      let members = Self.differing(event, twin)
      if members.isEmpty { again += 1 } else { changed.append((event, twin, members)) }
    }
  }

  /// A line that is left out bears the digest of the line that it stands for.
  private static func digests(_ log: any LogReading) throws -> (digests: [[UInt8]], withheld: Int) {
    var (digests, withheld) = ([[UInt8]](), 0)
    try log.forEachLine { _, line in
      digests.append(LogStoreDigest.bytes(of: line))
      if LogLine.entry(ofWithheld: line) != nil { withheld += 1 }
      return true
    }
    return (digests, withheld)
  }

  private static func events(_ log: any LogReading, from start: Int) throws -> [LoggedEvent] {
    var events: [LoggedEvent] = []
    var decoder = EventDecoder()
    try log.forEachLine(from: start, limit: nil) { position, line in
      if let event = try decoder.event(line, at: position) { events.append(event) }
      return true
    }
    return events
  }

  /// The members of meaning that differ, by their names in the line.
  private static func differing(_ left: LoggedEvent, _ right: LoggedEvent) -> [String] {
    let (mine, other) = (left.statement.members, right.statement.members)
    var names = left.stream == right.stream ? [] : ["stream"]
    if left.body.typeName != right.body.typeName { names.append("type") }
    let all = Set(mine.members.map(\.name)).union(other.members.map(\.name)).sorted()
    return names + all.filter { mine[$0] != other[$0] }
  }
}
