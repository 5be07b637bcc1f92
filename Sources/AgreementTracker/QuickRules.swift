import Agreements
import CanonicalJSON
import LogStore
import Projections

/// The rules of writers for whole logs: events that plainly break none are only counted, all others go to the `RuleBook`.
///
/// It holds no rule of its own and finds nothing. It knows of each agreement what its usual events stand on; an event that
/// asks for no more is let through. As soon as anything else happens in an agreement, the book is told all that went before
/// in it, and judges from then on.
///
/// Law: the findings are those of a `RuleBook` that was given every event in its order.
struct QuickRules {
  private(set) var rules: RuleBook
  private let log: any LogReading

  /// Positions of lines that are no events; the places of events follow from them.
  private var gaps: [Int] = []
  /// By the numbers of streams.
  private var streams: [Stream] = []
  /// The event before, in its stream, by position; −1 = none.
  private var before: [Int32] = []
  /// Registered parties, by the numbers of keys.
  private var isRegistered: [Bool] = []
  /// By agreement and key: to whom a promise is, by whom a saving was reported. Both are in one, so that they are met at once.
  private var places = PlaceLists()
  /// The stream of each event, by position; −1 = it is no event.
  private var streamOf: [Int32] = []
  /// Everything goes to the book.
  private var isAllTold = false

  private struct Stream {
    enum State {
      /// Nothing is known of it.
      case new
      /// It was made, and all in it was plain.
      case plain
      /// The book knows it.
      case told
    }

    var state = State.new
    var last: Int32 = -1
  }

  init(_ log: any LogReading) {
    self.log = log
    rules = RuleBook { position in
      // What a correction or retraction speaks of is read again; few do.
      guard let line = try? log.lines(at: [position]).first else { return nil }
      var decoder = EventDecoder()
      return try? decoder.event(line, at: position)?.statement
    }
  }

  /// A line that is no event (withheld, or it cannot be read) takes no place among them.
  mutating func pass(_ position: Int) { gaps.append(position) }

  private func place(of position: Int) -> Int {
    var (low, high) = (0, gaps.count)
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle] < position { low = middle + 1 } else { high = middle }
    }
    return position - low
  }

  private mutating func enter(_ position: Int, _ stream: Int) {
    while streams.count <= stream { streams.append(Stream()) }
    while before.count < position {
      before.append(-1)
      streamOf.append(-1)
    }
    before.append(streams[stream].last)
    streamOf.append(Int32(stream))
    streams[stream].last = Int32(position)
  }

  // MARK: Plain events

  /// Lets a plain event through; false if the book has to judge it.
  mutating func takes(_ lines: borrowing QuickLines, at position: Int) -> Bool {
    guard lines.isAgreement, !isAllTold else { return false }
    let stream = lines.stream
    let state = stream < streams.count ? streams[stream].state : .new
    guard state != .told, has(lines.saidBy) else { return false }
    let number = Int32(stream)
    switch lines.doing {
    case .other: return false
    case .made(let debtor):
      guard state == .new, has(debtor), lines.parties.allSatisfy({ has($0) }) else { return false }
    case .promised(let key, let to):
      guard state == .plain, has(to) else { return false }
      guard places.insert(number, Self.promise(key), to) == nil else { return false }
    case .saving(let key, let by, let promise):
      guard state == .plain, has(by) else { return false }
      if let promise, places[number, Self.promise(promise)] == nil { return false }
      if let other = places.insert(number, Self.saving(key), by), other != by { return false }
    case .paid(let key, let to):
      guard state == .plain, places[number, Self.promise(key)] == to else { return false }
    case .withdrawn(let key):
      guard state == .plain, places[number, Self.promise(key)] != nil else { return false }
    case .letter(let from):
      guard state == .plain, has(from), lines.parties.allSatisfy({ has($0) }) else { return false }
    }
    enter(position, stream)
    streams[stream].state = .plain
    return true
  }

  private static func promise(_ key: Int32) -> Int32 { key * 2 }
  private static func saving(_ key: Int32) -> Int32 { key * 2 + 1 }

  private func has(_ party: Int32) -> Bool { Int(party) < isRegistered.count && isRegistered[Int(party)] }

  // MARK: The book

  /// The events that an event names: where they stand has to be said when it is taken.
  func named(by statement: Statement) -> [EventID] { statement.body.named }

  /// Has the book judge an event.
  ///
  /// - Parameters:
  ///   - number: of the stream, in `lines`.
  ///   - others: the positions of the events that it names, and of one that has the same id.
  mutating func take(
    _ statement: Statement, _ record: Record, in stream: StreamName, _ number: Int, at position: Int,
    _ lines: inout QuickLines, naming others: [Int32]
  ) -> [RuleFinding] {
    while streams.count <= number { streams.append(Stream()) }
    tell(number)
    for other in others { tellStream(ofEventAt: other) }
    if statement.body.changesOthers, case .party = stream { tellAll() }
    enter(position, number)
    rules.move(to: place(of: position))
    let findings = rules.take(statement, id: record.id, in: stream, at: position)
    if case .party(let key) = stream {
      let party = lines.number(of: key)
      while isRegistered.count <= party { isRegistered.append(false) }
      isRegistered[party] = rules.has(key)
    }
    return findings
  }

  private mutating func tellStream(ofEventAt position: Int32) {
    guard Int(position) < streamOf.count, streamOf[Int(position)] >= 0 else { return }
    tell(Int(streamOf[Int(position)]))
  }

  /// What a party gave, agreements of all kinds may stand on.
  private mutating func tellAll() {
    guard !isAllTold else { return }
    isAllTold = true
    for number in streams.indices { tell(number) }
  }

  /// Tells the book what went before in an agreement, all of it plain.
  private mutating func tell(_ number: Int) {
    guard streams[number].state != .told else { return }
    let isPlain = streams[number].state == .plain
    streams[number].state = .told
    guard isPlain else { return }
    var positions: [Int] = []
    var position = streams[number].last
    while position >= 0 {
      positions.append(Int(position))
      position = before[Int(position)]
    }
    positions.reverse()
    var decoder = EventDecoder()
    guard let lines = try? log.lines(at: positions) else { return }
    for (position, line) in zip(positions, lines) {
      guard let event = try? decoder.event(line, at: position) else { continue }
      rules.move(to: place(of: position))
      rules.apply(event.statement, id: event.id, in: event.stream, at: position)
    }
  }
}

extension EventBody {
  /// The events that this one names.
  fileprivate var named: [EventID] {
    switch self {
    case .entryCorrected(let correction): [correction.target] + (correction.replaces.map { [$0] } ?? [])
    case .entryRetracted(let retraction): [retraction.target]
    case .corroborated(let corroborated): [corroborated.target]
    case .privateErased(let erased): [erased.target]
    case .correspondenceLogged(let letter): letter.replyTo.map { [$0] } ?? []
    case .positionStated(let stated): stated.admits + stated.denies
    default: []
    }
  }

  fileprivate var changesOthers: Bool {
    switch self {
    case .entryCorrected, .entryRetracted: true
    default: false
    }
  }
}
