public import Agreements
public import CanonicalJSON

/// One event of the log with both its sides: where memory keeps it, and what it means.
public struct LoggedEvent: Hashable, Sendable {
  /// From 0. People see the line number, one more.
  public var position: Int
  public var id: EventID
  public var stream: StreamName
  /// When this log learned it.
  public var recordedAt: Instant
  /// What it means. Boxed: a fold passes events around by the thousand, and a statement has many parts.
  public var statement: Statement {
    get { meaning.statement }
    set { meaning = Meaning(newValue) }
  }
  /// The corrections that put something in it right, in log order.
  public var corrections: [EventID] = []
  /// Was something in it put right by a correction?
  public var isCorrected: Bool { !corrections.isEmpty }

  private var meaning: Meaning

  private final class Meaning: Hashable, Sendable {
    let statement: Statement

    init(_ statement: Statement) { self.statement = statement }

    static func == (left: Meaning, right: Meaning) -> Bool {
      left === right || left.statement == right.statement
    }

    func hash(into hasher: inout Hasher) { hasher.combine(statement) }
  }

  public init(position: Int, id: EventID, stream: StreamName, recordedAt: Instant, statement: Statement) {
    self.position = position
    self.id = id
    self.stream = stream
    self.recordedAt = recordedAt
    meaning = Meaning(statement)
  }

  public var body: EventBody { meaning.statement.body }

  /// First possible day; nil = not known.
  ///
  /// An event without `when` or with an open start began on an unknown day.
  public var earliest: Day? { meaning.statement.when?.date.earliest }

  /// Last possible day. Without a date, or with an open end, it closes on the day on which it was recorded, but not before
  /// its start: nobody records what has not happened yet.
  public var latest: Day {
    let recorded = recordedAt.day
    guard let date = meaning.statement.when?.date else { return recorded }
    return date.latest ?? max(recorded, date.earliest ?? recorded)
  }

  /// Order of the fold: latest day, then earliest day (unknown first), then position in the log.
  public static func inFoldOrder(_ left: LoggedEvent, _ right: LoggedEvent) -> Bool {
    if left.latest != right.latest { return left.latest < right.latest }
    switch (left.earliest, right.earliest) {
    case (nil, nil): break
    case (nil, _): return true
    case (_, nil): return false
    case (let left?, let right?): if left != right { return left < right }
    }
    return left.position < right.position
  }

  /// Has it happened by a day?
  public enum Happened: Sendable {
    case counted
    /// Perhaps: the day lies within its interval. Not counted, but said.
    case straddling
    case notYet
  }

  public func happened(by day: Day) -> Happened {
    if alwaysCounts || latest <= day { return .counted }
    guard let earliest else { return .straddling }
    return earliest <= day ? .straddling : .notYet
  }

  /// Registrations, members, exhibits, what `AgreementMade` says, and the log's notes about itself are no happenings.
  private var alwaysCounts: Bool {
    switch body {
    case .partyRegistered, .memberNamed, .sameParty, .exhibitFiled, .agreementMade, .logOpened, .keyRotated,
      .acknowledged, .privateErased, .entryErased, .entryCorrected, .entryRetracted, .unknown, .newer:
      true
    default: false
    }
  }
}
