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
  }

  /// In runs of four, each of one stream: an agreement is folded by going from run to run.
  private(set) var events = Pages<QuickEvent>()
  static let run = 4
  private(set) var streams: [Stream] = []
  /// Names of the streams, by the places in `streams`.
  private(set) var names = TextTable()
  private(set) var keys = TextTable()
  private(set) var dates = QuickDates()
  /// At least the sum of all money in plain events, in pence; it stays at the largest number once it gets there.
  private(set) var moneyBound: UInt64 = 0

  /// Papers that events cite, by the position of the event.
  private(set) var citations: [(position: Int32, exhibit: Int32)] = []
  /// What positions and corroborations of each stream say of which events, in log order.
  private(set) var words: [Int32: [Word]] = [:]

  struct Word: Sendable {
    var way: QuickLines.Spoken.Way
    var target: EventID
    /// Where the event stands that says it.
    var place: Int32
  }

  private(set) var size = 0
  private(set) var withheld = 0
  private(set) var unknownTypes: [String: Int] = [:]
  private(set) var registrations: [LoggedEvent] = []

  /// Over all lines, where the head was wanted and takes a pass.
  private(set) var tree: LineTree?

  init(_ log: any LogReading, knownAt: Instant?, limit: Int?, isHeadWanted: Bool, isChainChecked: Bool = false) throws {
    var lines = QuickLines()
    var decoder = EventDecoder()
    var ledger = Ledger()
    var amendments = Amendments()
    let isFramed = log.linesAreFramed
    ledger.tree = try log.forEachLine(limit: limit, isHeadWanted: isHeadWanted) { position, line in
      ledger.size = position + 1
      if lines.read(line, at: position, isFramed: isFramed) {
        let link =
          isChainChecked
          ? StreamLink(stream: lines.stream, version: lines.streamVersion, previous: lines.previous) : nil
        if let knownAt, lines.recordedAt > knownAt { return link }
        let stream = lines.stream
        let place = ledger.add(lines.event, to: stream, lines.streamKinds[stream] ?? .log)
        if lines.event.kind == .gone || lines.event.kind == .evidence || !lines.exhibits.isEmpty {
          ledger.addMore(lines, at: place, &amendments)
        }
        switch ledger.streams[stream].kind {
        case .party, .exhibit:
          if let event = try decoder.event(line, at: position) { ledger.registrations.append(event) }
        case .agreement, .plan, .log: break
        }
        return link
      }
      guard let head = try decoder.head(line, at: position, knownAt: knownAt) else {
        ledger.withheld += 1
        return nil
      }
      if let unknown = head.unknownType { ledger.unknownTypes[unknown, default: 0] += 1 }
      var link = head.link
      link.stream = lines.number(of: head.stream)
      if let knownAt, head.recordedAt > knownAt { return isChainChecked ? link : nil }
      let event = QuickEvent(id: EventID(high: 0, low: 0), position: Int32(position))
      _ = ledger.add(event, to: link.stream, head.stream.kind)
      if let event = head.event { ledger.registrations.append(event) }
      return isChainChecked ? link : nil
    }
    try ledger.apply(amendments, log, &lines)
    if let part = log as? PartOfLog { ledger.size = min(part.wholeSize, limit ?? Int.max) }
    ledger.names = lines.streams
    ledger.keys = lines.keys
    ledger.dates = lines.dates
    self = ledger
  }

  private init() {}

  private static let free = QuickEvent(id: EventID(high: 0, low: 0), position: -1)

  @inline(__always)
  private mutating func add(_ event: QuickEvent, to number: Int, _ kind: StreamName.Kind) -> Int32 {
    // Streams are numbered as they come, those of events that were not known in time among them.
    while streams.count <= number { streams.append(Stream(kind: kind)) }
    streams[number].kind = kind
    let count = Int(streams[number].count)
    let place: Int32
    if count % Self.run == 0 {
      place = Int32(events.count)
      let last = streams[number].last
      if last < 0 { streams[number].first = place } else { events[Int(last)].next = place }
      streams[number].last = place
      events.append(event)
      for _ in 1..<Self.run { events.append(Self.free) }
    } else {
      place = streams[number].last + Int32(count % Self.run)
      events[Int(place)] = event
    }
    streams[number].count = Int32(count + 1)
    if event.kind == .complex { streams[number].isPlain = false }
    bound(event)
    return place
  }

  @inline(__always)
  private mutating func bound(_ event: QuickEvent) {
    guard event.kind == .promised || event.kind == .paid else { return }
    let (sum, overflow) = moneyBound.addingReportingOverflow(UInt64(max(event.low, event.high)))
    moneyBound = overflow ? .max : sum
  }

  /// What few events have: papers that are cited, words about other events, changes of them.
  private mutating func addMore(_ lines: borrowing QuickLines, at place: Int32, _ amendments: inout Amendments) {
    let event = lines.event
    for exhibit in lines.exhibits { citations.append((event.position, exhibit)) }
    for spoken in lines.spoken {
      words[Int32(lines.stream), default: []].append(Word(way: spoken.way, target: spoken.target, place: place))
    }
    if let amended = lines.amended { amendments.add(amended, by: event.id, in: lines.stream, lines) }
  }

  // MARK: Corrections

  /// Applies what was corrected or taken back in agreements that are plain otherwise.
  private mutating func apply(_ amendments: Amendments, _ log: any LogReading, _ lines: inout QuickLines) throws {
    guard !amendments.isEmpty else { return }
    var merger = LineMerger()
    var effect = Amendments.Effect()
    var spokenOf: [(named: Int, place: Int32)] = []
    try amendments.forEachStream { some in
      guard let first = some.first else { return }
      let stream = Int(first.stream)
      guard streams[stream].kind == .agreement, streams[stream].isPlain else { return }
      effect.begin(some)
      spokenOf.removeAll(keepingCapacity: true)
      var number: Int32 = 0
      forEachEvent(of: stream) { place, event in
        number += 1
        guard let named = effect.meet(event.id, number: number), event.kind != .gone else { return }
        spokenOf.append((named, place))
      }
      effect.settle()
      for (named, place) in spokenOf {
        if effect.isRetracted(named) {
          events[Int(place)].kind = .gone
          continue
        }
        let corrections = effect.corrections(of: named)
        guard try corrections.isEmpty || correct(place, by: corrections, amendments, log, &lines, &merger) else {
          streams[stream].isPlain = false
          return
        }
      }
    }
  }

  /// Sets anew what corrections set in one event; false if that takes all the rules.
  private mutating func correct(
    _ place: Int32, by corrections: [Amendments.Amendment], _ amendments: Amendments, _ log: any LogReading,
    _ lines: inout QuickLines, _ merger: inout LineMerger
  ) throws -> Bool {
    let before = events[Int(place)]
    let position = Int(before.position)
    // What it speaks of is noted by its old line, and so is what it cites: it must be the same.
    guard before.kind != .evidence else { return false }
    lines.resume(before)
    if !amendments.amend(&lines, by: corrections) {
      guard let line = amendments.corrected(try log.line(at: position), by: corrections, &merger),
        line.withUnsafeBufferPointer({ lines.read($0, at: position) }),
        lines.exhibits.elementsEqual(exhibits(of: before).lazy.map(\.exhibit))
      else { return false }
    }
    var event = lines.event
    guard event.kind != .complex, event.kind != .evidence, event.kind != .gone else { return false }
    event.next = before.next
    events[Int(place)] = event
    bound(event)
    return true
  }

  /// Papers that an event cites.
  func exhibits(of event: QuickEvent) -> ArraySlice<(position: Int32, exhibit: Int32)> {
    guard event.marks.contains(.exhibit) else { return [] }
    var (low, high) = (0, citations.count)
    while low < high {
      let middle = (low + high) / 2
      if citations[middle].position < event.position { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < citations.count, citations[end].position == event.position { end += 1 }
    return citations[low..<end]
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
