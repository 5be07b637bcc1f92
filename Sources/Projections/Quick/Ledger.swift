import Agreements
import CanonicalJSON
import LogStore

/// What one pass over a log leaves in memory: which events each stream has, and of each as much as a plain fold needs.
///
/// Some seventy bytes an event and the keys; no text.
struct Ledger: Sendable {
  /// The known events of one stream, in log order.
  struct Stream: Sendable {
    var kind: StreamName.Kind
    /// Places in `events`; −1 = none.
    var first: Int32 = -1
    var last: Int32 = -1
    var count: Int32 = 0
    /// Nothing in it asks for more than a plain fold knows.
    var isPlain = true
    /// Something in it can show a failure.
    var hasEvidence = false
    var hasCosts = false
    var hasExhibits = false
  }

  private(set) var events: [QuickEvent] = []
  private(set) var streams: [Stream] = []
  /// Names of the streams, by the places in `streams`.
  private(set) var names = TextTable()
  private(set) var keys = TextTable()
  private(set) var dates = QuickLines.Dates()
  /// At least the sum of all money in plain events, in pence; it stays at the largest number once it gets there.
  private(set) var moneyBound: UInt64 = 0

  private(set) var size = 0
  private(set) var withheld = 0
  private(set) var unknownTypes: [String: Int] = [:]
  private(set) var registrations: [LoggedEvent] = []

  init(_ log: any LogReading, knownAt: Instant?, limit: Int?) throws {
    var lines = QuickLines()
    var decoder = EventDecoder()
    var ledger = Ledger()
    try log.forEachLine(from: 0, limit: limit) { position, line in
      ledger.size = position + 1
      if lines.read(line, at: position) {
        if let knownAt, lines.recordedAt > knownAt { return true }
        let stream = lines.stream
        ledger.add(lines.event, to: stream, lines.streamKinds[stream] ?? .log)
        switch ledger.streams[stream].kind {
        case .party, .exhibit:
          if let event = try decoder.event(line, at: position) { ledger.registrations.append(event) }
        case .agreement, .plan, .log: break
        }
        return true
      }
      guard let head = try decoder.head(line, at: position, knownAt: knownAt) else {
        ledger.withheld += 1
        return true
      }
      if let unknown = head.unknownType { ledger.unknownTypes[unknown, default: 0] += 1 }
      if let knownAt, head.recordedAt > knownAt { return true }
      let event = QuickEvent(id: EventID(high: 0, low: 0), position: Int32(position))
      ledger.add(event, to: lines.number(of: head.stream), head.stream.kind)
      if let event = head.event { ledger.registrations.append(event) }
      return true
    }
    ledger.names = lines.streams
    ledger.keys = lines.keys
    ledger.dates = lines.dates
    self = ledger
  }

  private init() {}

  @inline(__always)
  private mutating func add(_ event: QuickEvent, to number: Int, _ kind: StreamName.Kind) {
    // Streams are numbered as they come, those of events that were not known in time among them.
    while streams.count <= number { streams.append(Stream(kind: kind)) }
    let place = Int32(events.count)
    events.append(event)
    streams[number].kind = kind
    let last = streams[number].last
    if last < 0 { streams[number].first = place } else { events[Int(last)].next = place }
    streams[number].last = place
    streams[number].count += 1
    switch event.kind {
    case .complex: streams[number].isPlain = false
    case .evidence: streams[number].hasEvidence = true
    case .cost: streams[number].hasCosts = true
    case .promised, .paid:
      let (sum, overflow) = moneyBound.addingReportingOverflow(UInt64(max(event.low, event.high)))
      moneyBound = overflow ? .max : sum
    default: break
    }
    if event.marks.contains(.exhibit) { streams[number].hasExhibits = true }
  }

  // MARK: Asked

  func number(of stream: StreamName) -> Int? {
    guard let number = names.find(stream.description), number < streams.count, streams[number].count > 0 else {
      return nil
    }
    return number
  }

  /// Positions in the log of a stream's known events, in log order.
  func positions(of number: Int) -> [Int] {
    var positions: [Int] = []
    positions.reserveCapacity(Int(streams[number].count))
    forEachEvent(of: number) { _, event in positions.append(Int(event.position)) }
    return positions
  }

  @inline(__always)
  func forEachEvent(of number: Int, _ body: (Int32, QuickEvent) -> Void) {
    var place = streams[number].first
    while place >= 0 {
      let event = events[Int(place)]
      body(place, event)
      place = event.next
    }
  }

  /// The streams of a kind that have known events, sorted by their names.
  func numbers(of kind: StreamName.Kind) -> [Int] {
    streams.indices.filter { streams[$0].kind == kind && streams[$0].count > 0 }
      .sorted { names.isOrdered($0, $1) }
  }
}
