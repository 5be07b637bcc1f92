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
    /// Where its first and its last run begin in `events`; −1 = nowhere.
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

  /// In runs of four, each of one stream: an agreement is folded by going from run to run.
  private(set) var events = Pages<QuickEvent>()
  static let run = 4
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
    if let part = log as? PartOfLog { ledger.size = min(part.wholeSize, limit ?? Int.max) }
    ledger.names = lines.streams
    ledger.keys = lines.keys
    ledger.dates = lines.dates
    self = ledger
  }

  private init() {}

  private static let free = QuickEvent(id: EventID(high: 0, low: 0), position: -1)

  @inline(__always)
  private mutating func add(_ event: QuickEvent, to number: Int, _ kind: StreamName.Kind) {
    // Streams are numbered as they come, those of events that were not known in time among them.
    while streams.count <= number { streams.append(Stream(kind: kind)) }
    streams[number].kind = kind
    let count = Int(streams[number].count)
    if count % Self.run == 0 {
      let place = Int32(events.count)
      let last = streams[number].last
      if last < 0 { streams[number].first = place } else { events[Int(last)].next = place }
      streams[number].last = place
      events.append(event)
      for _ in 1..<Self.run { events.append(Self.free) }
    } else {
      events[Int(streams[number].last) + count % Self.run] = event
    }
    streams[number].count = Int32(count + 1)
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
    var walk = Walk(streams[number])
    while let place = walk.next(in: events) { body(place, events[Int(place)]) }
  }

  /// The places of a stream's events, in log order.
  struct Walk {
    private var run: Int32
    private var count: Int32
    private var left: Int32

    init(_ stream: Stream) {
      run = stream.first
      count = 0
      left = stream.count
    }

    @inline(__always)
    mutating func next(in events: Pages<QuickEvent>) -> Int32? {
      guard left > 0 else { return nil }
      left -= 1
      if count == Int32(Ledger.run) {
        run = events[Int(run)].next
        count = 0
      }
      defer { count += 1 }
      return run + count
    }
  }

  /// The streams of a kind that have known events, sorted by their names.
  func numbers(of kind: StreamName.Kind) -> [Int] {
    streams.indices.filter { streams[$0].kind == kind && streams[$0].count > 0 }
      .sorted { names.isOrdered($0, $1) }
  }
}
