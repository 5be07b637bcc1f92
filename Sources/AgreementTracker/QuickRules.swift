import Agreements
import CanonicalJSON
import LogStore
import Projections

/// The rules of writers for whole logs: events that plainly break none are only counted, all others go to the `RuleBook`.
///
/// It holds no rule of its own and finds nothing. It knows of each agreement what its usual events stand on; an event that
/// asks for no more is let through, and so is a correction that leaves all that an event names as it was, and a retraction
/// of what nothing can stand on. As soon as anything else happens in an agreement, the book is told all that went before in
/// it, and judges from then on.
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
  /// What may be done to each event without the book, by position.
  private var changes: [Change] = []
  /// Papers that were filed, by the numbers of keys.
  private var isFiled: [Bool] = []
  /// Everything goes to the book.
  private var isAllTold = false

  /// Such as break no rule, whatever else there is.
  private struct Change: OptionSet {
    let rawValue: UInt8
    /// A first correction that names the same promise, parties and papers.
    static let correct = Change(rawValue: 1)
    /// Nothing can stand on it, so it may be taken back.
    static let retract = Change(rawValue: 2)
  }

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
    before.reserveCapacity(log.roughSize)
    streamOf.reserveCapacity(log.roughSize)
    changes.reserveCapacity(log.roughSize)
    places.reserveCapacity(log.roughSize)
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

  private mutating func enter(_ position: Int, _ stream: Int, _ change: Change = []) {
    while streams.count <= stream { streams.append(Stream()) }
    while before.count < position {
      before.append(-1)
      streamOf.append(-1)
      changes.append([])
    }
    changes.append(change)
    before.append(streams[stream].last)
    streamOf.append(Int32(stream))
    streams[stream].last = Int32(position)
  }

  // MARK: Plain events

  /// Lets a plain event through; false if the book has to judge it.
  ///
  /// - Parameters:
  ///   - lines: holds the event; after a correction it may hold another.
  ///   - others: where the events stand that it names; nil = nowhere.
  mutating func takes(_ lines: inout QuickLines, at position: Int, naming others: [Int32?]) -> Bool {
    guard lines.isAgreement, !isAllTold else { return false }
    let stream = lines.stream
    let state = stream < streams.count ? streams[stream].state : .new
    guard state != .told, has(lines.saidBy), lines.exhibits.allSatisfy({ isFiled($0) }),
      let change = plain(&lines, state, at: position, others)
    else { return false }
    enter(position, stream, change)
    streams[stream].state = .plain
    return true
  }

  /// What may be done to the event later; nil if the book has to judge it.
  private mutating func plain(
    _ lines: inout QuickLines, _ state: Stream.State, at position: Int, _ others: [Int32?]
  ) -> Change? {
    let number = Int32(lines.stream)
    if case .made(let debtor) = lines.doing {
      return state == .new && has(debtor) && hasAll(lines.parties) ? [] : nil
    }
    guard state == .plain else { return nil }
    switch lines.doing {
    case .other, .made: return nil
    case .promised(let key, let to):
      return has(to) && places.insert(number, Self.promise(key), to) == nil ? [.correct] : nil
    case .saving(let key, let by, let promise):
      guard has(by) else { return nil }
      if let promise, places[number, Self.promise(promise)] == nil { return nil }
      if let other = places.insert(number, Self.saving(key), by), other != by { return nil }
      return [.correct]
    case .paid(let key, let to): return places[number, Self.promise(key)] == to ? [.correct, .retract] : nil
    case .withdrawn(let key), .dueSet(let key):
      return places[number, Self.promise(key)] != nil ? [.correct, .retract] : nil
    case .letter(let from): return has(from) && hasAll(lines.parties) ? [.correct, .retract] : nil
    case .words: return hasAll(lines.parties) ? [.retract] : nil
    case .revised(let saving):
      return hasAll(lines.parties) && places[number, Self.saving(saving)] != nil ? [.retract] : nil
    case .requested(let key):
      guard hasAll(lines.parties) else { return nil }
      _ = places.insert(number, Self.request(key), 0)
      return []
    case .answered(let key): return places[number, Self.request(key)] != nil ? [.retract] : nil
    case .stated: return others.allSatisfy { stream(before: position, $0) != nil } ? [.retract] : nil
    case .corroborated:
      return others.allSatisfy { stream(before: position, $0) == number } ? [.retract] : nil
    case .retracted:
      guard let target = target(others, in: number, before: position), changes[target].contains(.retract) else {
        return nil
      }
      changes[target] = []
      return []
    case .corrected:
      guard let target = target(others, in: number, before: position), changes[target].contains(.correct),
        changesNoKey(&lines, target)
      else { return nil }
      // What is set a second time stands on the first: that is for the book.
      changes[target].remove(.correct)
      return []
    }
  }

  private func hasAll(_ parties: [Int32]) -> Bool { parties.allSatisfy { has($0) } }
  private func isFiled(_ exhibit: Int32) -> Bool { Int(exhibit) < isFiled.count && isFiled[Int(exhibit)] }

  /// The stream of an event that stands before a position.
  private func stream(before position: Int, _ other: Int32?) -> Int32? {
    guard let other, Int(other) < position, Int(other) < streamOf.count, streamOf[Int(other)] >= 0 else { return nil }
    return streamOf[Int(other)]
  }

  private func target(_ others: [Int32?], in number: Int32, before position: Int) -> Int? {
    guard let only = others.first, let target = only, stream(before: position, target) == number else { return nil }
    return Int(target)
  }

  /// Is a corrected event valid, and does it name the same promise, parties and papers as before? Then it takes nothing from
  /// others and asks for nothing that is not there.
  private func changesNoKey(_ lines: inout QuickLines, _ target: Int) -> Bool {
    guard let set = lines.set, let line = try? log.lines(at: [target]).first,
      line.withUnsafeBufferPointer({ lines.read($0, at: target) })
    else { return false }
    let before = (lines.doing, lines.saidBy, lines.parties, lines.exhibits, lines.stream)
    if !set.withUnsafeBufferPointer({ lines.amend($0) }) {
      var merger = LineMerger()
      guard let merged = set.withUnsafeBufferPointer({ merger.merged(line, $0) }),
        merged.withUnsafeBufferPointer({ lines.read($0, at: target) })
      else { return false }
    }
    return before == (lines.doing, lines.saidBy, lines.parties, lines.exhibits, lines.stream)
  }

  private static func promise(_ key: Int32) -> Int32 { key * 4 }
  private static func saving(_ key: Int32) -> Int32 { key * 4 + 1 }
  private static func request(_ key: Int32) -> Int32 { key * 4 + 2 }

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
    if statement.body.changesOthers {
      switch stream {
      case .party, .exhibit: tellAll()
      case .agreement, .plan, .log: break
      }
    }
    enter(position, number)
    rules.move(to: place(of: position))
    let findings = rules.take(statement, id: record.id, in: stream, at: position)
    if case .party(let key) = stream {
      let party = lines.number(of: key)
      while isRegistered.count <= party { isRegistered.append(false) }
      isRegistered[party] = rules.has(key)
    } else if case .exhibit(let key) = stream {
      let exhibit = lines.number(of: key)
      while isFiled.count <= exhibit { isFiled.append(false) }
      isFiled[exhibit] = rules.has(key)
    }
    return findings
  }

  private mutating func tellStream(ofEventAt position: Int32) {
    guard Int(position) < streamOf.count, streamOf[Int(position)] >= 0 else { return }
    tell(Int(streamOf[Int(position)]))
  }

  /// What a party or a paper gave, agreements of all kinds may stand on.
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
