public import Agreements
import CanonicalJSON
public import LogStore

/// The read model of positions: for each agreement its rows as of the day on which the log last learned something that
/// concerns it.
///
/// Rows: `agreement/KEY` → `{"asOf":DAY,"rows":[…]}`, and `mentions/party/KEY`, `mentions/exhibit/KEY` → the agreements that
/// must be worked out again when something is recorded of that party or paper. `events/agreement/KEY` → how many events the
/// agreement has.
///
/// The rows of an agreement of more than `mostEvents` events are not kept (`{"asOf":DAY,"events":N}`): to work them out at
/// each append would hold up every writer, the longer the more is there. Whoever asks for them gets them from the log.
///
/// `log` → `{"entry":B,"size":n}`: how far it has come, and the entry digest of the last event there, so that rows which
/// belong to another log are known as such.
///
/// It keeps no clock: the day is that of the event's own `recordedAt`, so a rebuild gives the same bytes.
public struct PositionModel: ReadModel {
  public let name = "positions"
  /// 2: the row `log`; 3: long agreements.
  public let version = 3
  /// Rows of longer agreements are not kept.
  public static let mostEvents = 10_000

  private let mostEvents: Int

  public init() { mostEvents = Self.mostEvents }

  /// For tests, with a smaller limit.
  package init(mostEvents: Int) { self.mostEvents = mostEvents }

  public func apply(_ events: [StoredLine], to rows: inout ReadModelRows, log: any StreamReading) throws {
    var batch = Batch()
    var mentions = Mentions()
    var others = OtherStreams(log)
    try batch.take(events, rows, &mentions, &others)
    mentions.write(to: &rows)
    var due: [AgreementKey: Day] = [:]
    for (agreement, touched) in batch.touched {
      let countKey = "events/agreement/\(agreement)"
      let before = try rows.row(countKey).flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
      let count = before + Int64(touched.lines.count)
      if count != before { rows.set(countKey, to: JSONValue.integer(count).canonicalBytes) }
      if count <= mostEvents {
        due[agreement] = touched.day
      } else {
        let value: JSONValue = ["asOf": .string(touched.day.description), "events": .integer(count)]
        rows.set("agreement/\(agreement)", to: value.canonicalBytes)
      }
    }
    for agreement in try foldPlain(due, batch, events, to: &rows, log, &others) { due[agreement] = nil }
    for (agreement, day) in due.sorted(by: { $0.key < $1.key }) {
      do {
        let position = try AgreementPosition(agreement: agreement, asOf: day, from: log, &others)
        rows.set("agreement/\(agreement)", to: Self.bytes(try position.rows(), asOf: day))
      } catch let error as VersionTooNew {
        throw StoreError(
          .readModelStopped, "\(error.type) has version \(error.version), which this program does not know",
          position: error.position)
      } catch is RowOverflow {
        throw StoreError(.readModelStopped, "a sum in \(agreement) is larger than can be stated")
      }
    }
    if let last = events.last { rows.set(Self.logKey, to: Self.end(last)) }
  }

  /// Lines that are folded together.
  private static let linesAtOnce = 20_000

  /// Writes the rows of those agreements that are plain, and says which they are.
  private func foldPlain(
    _ due: [AgreementKey: Day], _ batch: Batch, _ events: [StoredLine], to rows: inout ReadModelRows,
    _ log: any StreamReading, _ others: inout OtherStreams
  ) throws -> [AgreementKey] {
    var folded: [AgreementKey] = []
    var plain = PlainPositions()
    // Those of one day beside each other, since who is who is worked out for a day.
    let order = due.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    for (number, (agreement, day)) in order.enumerated() {
      if let touched = batch.touched[agreement], touched.isWhole {
        plain.add(agreement, touched.lines.lazy.map { events[$0] }, asOf: day)
      } else {
        plain.add(agreement, try log.lines(in: StreamName.agreement(agreement).description), asOf: day)
      }
      guard plain.lineCount >= Self.linesAtOnce || number == order.count - 1 else { continue }
      try plain.fold({ try others.events(of: $0) }) { agreement, day, found in
        rows.set("agreement/\(agreement)", to: Self.bytes(found, asOf: day))
        folded.append(agreement)
      }
      plain = PlainPositions()
    }
    return folded
  }

  private static let logKey = "log"

  private static func end(_ last: StoredLine) -> [UInt8] {
    let entry = LogLine.entry(ofWithheld: last.line).map { Base64.encode($0) } ?? LogStoreDigest.entry(of: last.line)
    let value: JSONValue = ["entry": .string(entry), "size": .integer(Int64(last.position) + 1)]
    return value.canonicalBytes
  }

  // MARK: Asked

  /// The agreements that mention a party, as the rows of a store say; nil if these rows are not those of this log as it is:
  /// none, of another version, behind, stopped, or of another log.
  ///
  /// - Parameters:
  ///   - size: of the log, which the rows must have reached and not passed.
  ///   - row: gives a row of the store by its key.
  public func agreements(
    mentioning party: PartyKey, size: Int, state: ReadModelState?, log: any LogReading,
    row: (String) throws -> [UInt8]?
  ) throws -> [AgreementKey]? {
    guard let state, state.version == version, state.stoppedAt == nil, state.position == size, size > 0,
      try row(Self.logKey) == Self.end(StoredLine(position: size - 1, line: log.line(at: size - 1)))
    else { return nil }
    guard let bytes = try row("mentions/\(StreamName.party(party))") else { return [] }
    guard let value = try? JSONValue(canonical: bytes), let keys = value.array else { return nil }
    return keys.compactMap { $0.string.flatMap { AgreementKey(rawValue: $0) } }
  }

  private static func bytes(_ rows: [ObligationRow], asOf day: Day) -> [UInt8] {
    var writer = JSONWriter()
    writer.put("{\"asOf\":\"")
    writer.put(unquoted: day.description)
    writer.put("\",\"rows\":[")
    writer.putEach(rows) { $1.put($0) }
    writer.put("]}")
    return writer.take()
  }
}

/// Who must be worked out again: which agreements mention a party or paper, read once in a batch and written once.
private struct Mentions {
  private var known: [StreamName: Set<AgreementKey>] = [:]
  private var changed: Set<StreamName> = []

  mutating func agreements(mentioning stream: StreamName, _ rows: ReadModelRows) throws -> Set<AgreementKey> {
    if let known = known[stream] { return known }
    var agreements: Set<AgreementKey> = []
    if let bytes = try rows.row("mentions/\(stream)") {
      let value = try JSONValue(canonical: bytes)
      agreements = Set((value.array ?? []).compactMap { $0.string.flatMap { AgreementKey(rawValue: $0) } })
    }
    known[stream] = agreements
    return agreements
  }

  /// Remembers that an agreement mentions a party or paper, and whoever followed that party.
  mutating func add(
    _ stream: StreamName, by agreement: AgreementKey, _ rows: ReadModelRows, _ others: inout OtherStreams
  ) throws {
    guard try !agreements(mentioning: stream, rows).contains(agreement) else { return }
    known[stream]?.insert(agreement)
    changed.insert(stream)
    for event in try others.events(of: stream) {
      for next in event.mentions { try add(next, by: agreement, rows, &others) }
    }
  }

  func write(to rows: inout ReadModelRows) {
    for stream in changed {
      let keys = known[stream]?.sorted() ?? []
      rows.set("mentions/\(stream)", to: JSONValue.array(keys.map { .string($0.rawValue) }).canonicalBytes)
    }
  }
}

/// What the events of a batch touch.
private struct Batch {
  struct Touched {
    /// On which the log last learned something that concerns it.
    var day: Day
    /// Places of its events in the batch.
    var lines: [Int] = []
    /// Is its first event among these? Then all are.
    var isWhole = false
  }

  private(set) var touched: [AgreementKey: Touched] = [:]

  /// Notes whom events touch, and of whom the agreements speak.
  mutating func take(
    _ events: [StoredLine], _ rows: ReadModelRows, _ mentions: inout Mentions, _ others: inout OtherStreams
  ) throws {
    var quick = QuickLines()
    var decoder = EventDecoder()
    var agreements: [Int: AgreementKey] = [:]
    for (place, stored) in events.enumerated() {
      // Nearly all events are plain ones of agreements.
      if stored.line.withUnsafeBufferPointer({ quick.read($0, at: stored.position) }), quick.isAgreement,
        let parties = quick.mentioned
      {
        if agreements[quick.stream] == nil {
          guard case .agreement(let key)? = StreamName(quick.name(ofStream: quick.stream)) else { continue }
          agreements[quick.stream] = key
        }
        guard let agreement = agreements[quick.stream] else { continue }
        touch(agreement, quick.recordedAt.day, place, isFirst: quick.streamVersion == 1)
        for party in parties {
          let stream = StreamName.party(PartyKey(unchecked: quick.keys.text(Int(party))))
          try mentions.add(stream, by: agreement, rows, &others)
        }
        continue
      }
      guard let event = try decoder.event(stored.line, at: stored.position) else { continue }
      let day = event.recordedAt.day
      switch event.stream {
      case .agreement(let agreement):
        touch(agreement, day, place, isFirst: false)
        for stream in event.mentions { try mentions.add(stream, by: agreement, rows, &others) }
      case .party, .exhibit:
        for agreement in try mentions.agreements(mentioning: event.stream, rows).sorted() {
          touched[agreement, default: Touched(day: day)].day = day
          for stream in event.mentions { try mentions.add(stream, by: agreement, rows, &others) }
        }
      case .plan, .log: continue
      }
    }
  }

  private mutating func touch(_ agreement: AgreementKey, _ day: Day, _ place: Int, isFirst: Bool) {
    let isKnown = touched[agreement] != nil
    touched[agreement, default: Touched(day: day, isWhole: isFirst && !isKnown)].day = day
    touched[agreement]?.lines.append(place)
  }
}

/// The streams of parties and papers, each read once in a batch: many agreements mention the same.
private struct OtherStreams {
  private let log: any StreamReading
  private var known: [StreamName: [LoggedEvent]] = [:]
  /// More streams than this are not kept.
  private static let most = 20_000

  init(_ log: any StreamReading) { self.log = log }

  mutating func events(of stream: StreamName) throws -> [LoggedEvent] {
    if let events = known[stream] { return events }
    if known.count >= Self.most { known = [:] }
    let events = try log.events(in: stream)
    known[stream] = events
    return events
  }
}

extension StreamReading {
  fileprivate func events(in stream: StreamName) throws -> [LoggedEvent] {
    var decoder = EventDecoder()
    var events: [LoggedEvent] = []
    for stored in try lines(in: stream.description) {
      if let event = try decoder.event(stored.line, at: stored.position) { events.append(event) }
    }
    return events
  }
}

extension AgreementPosition {
  /// The position of one agreement, read out of its own stream and those of the parties and papers that it mentions.
  fileprivate init(
    agreement: AgreementKey, asOf day: Day, from log: any StreamReading, _ others: inout OtherStreams
  ) throws {
    let events = try log.events(in: .agreement(agreement))
    var registrations: [LoggedEvent] = []
    var seen: Set<StreamName> = []
    var wanted = events.flatMap(\.mentions)
    while let stream = wanted.popLast() {
      guard seen.insert(stream).inserted else { continue }
      let more = try others.events(of: stream)
      wanted += more.flatMap(\.mentions)
      registrations += more
    }
    registrations.sort { $0.position < $1.position }
    let surroundings = Surroundings(History.standing(registrations), asOf: day)
    try self.init(
      agreement: agreement, events: Knowledge.standing(events), surroundings: surroundings, asOf: day)
  }
}

extension LoggedEvent {
  /// The parties and papers whose own streams can change what this event means for a position.
  package var mentions: [StreamName] {
    var parties: Set<PartyKey> = []
    var exhibits: Set<ExhibitKey> = Set(statement.sources.compactMap(\.exhibit))
    collectMentions(of: body, &parties, &exhibits)
    return parties.sorted().map(StreamName.party) + exhibits.sorted().map(StreamName.exhibit)
  }

  /// Every party and paper that is named in it at all, as far as one can tell by the form of a text.
  var namedStreams: [StreamName] {
    var parties: Set<PartyKey> = []
    var exhibits: Set<ExhibitKey> = []
    Self.collectKeys(.object(statement.members), &parties, &exhibits)
    return parties.sorted().map(StreamName.party) + exhibits.sorted().map(StreamName.exhibit)
  }

  private func collectMentions(of body: EventBody, _ parties: inout Set<PartyKey>, _ exhibits: inout Set<ExhibitKey>) {
    switch body {
    case .agreementMade(let made): parties.formUnion([made.debtor] + made.creditors)
    case .paymentPromised(let promised): parties.insert(promised.to)
    case .obligationTransferred(let transferred): parties.formUnion([transferred.from, transferred.to])
    case .partySucceeded(let succeeded): parties.formUnion(succeeded.to)
    case .entryCorrected(let correction):
      // What a correction sets may name others; every key in it that could be one is looked at.
      Self.collectKeys(.object(correction.set), &parties, &exhibits)
    default: break
    }
  }

  private static func collectKeys(
    _ value: JSONValue, _ parties: inout Set<PartyKey>, _ exhibits: inout Set<ExhibitKey>
  ) {
    switch value {
    case .string(let text):
      if let party = PartyKey(rawValue: text) { parties.insert(party) }
      if let exhibit = ExhibitKey(rawValue: text) { exhibits.insert(exhibit) }
    case .array(let array): for value in array { collectKeys(value, &parties, &exhibits) }
    case .object(let object): for member in object.members { collectKeys(member.value, &parties, &exhibits) }
    case .null, .bool, .integer: break
    }
  }
}
