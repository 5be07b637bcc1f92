import Agreements
import CanonicalJSON
import LogStore

/// The rows of several agreements at once, of as many of them as are plain, folded without making values of their events.
///
/// Law: what it gives of an agreement is what `AgreementPosition` gives, on the same day. Of what it cannot fold or read it
/// says nothing: then the whole rule book says what the rows are, or what is wrong.
struct PlainPositions: ~Copyable {
  private var held = HeldLines()
  private var lines = QuickLines()
  private var decoder = EventDecoder()
  /// Parties and papers that the agreements speak of.
  private var mentioned: Set<StreamName> = []
  private var parties: Set<Int32> = []
  /// Agreements by the day on which they are asked for.
  private var agreements: [Day: [AgreementKey]] = [:]
  /// Was there a line that cannot be read?
  private var isBroken = false

  init() {}

  var lineCount: Int { held.count }

  /// - Parameter stored: all lines of the agreement, in log order.
  mutating func add(_ agreement: AgreementKey, _ stored: some Sequence<StoredLine>, asOf day: Day) {
    agreements[day, default: []].append(agreement)
    for stored in stored {
      stored.line.withUnsafeBufferPointer { line in
        held.append(line, at: stored.position)
        mention(line, at: stored.position)
      }
    }
  }

  private mutating func mention(_ line: UnsafeBufferPointer<UInt8>, at position: Int) {
    if LineGlance.namesNobody(line) { return }
    if lines.read(line, at: position), let parties = lines.mentioned {
      for party in parties where self.parties.insert(party).inserted {
        if let key = PartyKey(rawValue: lines.keys.text(Int(party))) { mentioned.insert(.party(key)) }
      }
      return
    }
    do {
      if let event = try decoder.event(line, at: position) { mentioned.formUnion(event.mentions) }
    } catch {
      isBroken = true
    }
  }

  /// Folds what is plain.
  ///
  /// - Parameters:
  ///   - events: gives those of the stream of a party or paper.
  ///   - body: gets the rows of each agreement that is plain.
  mutating func fold(
    _ events: (StreamName) throws -> [LoggedEvent], _ body: (AgreementKey, Day, [ObligationRow]) -> Void
  ) throws {
    held.sort()
    // What cannot be read is for the whole rule book, which names it.
    guard !isBroken, let ledger = try? Ledger(held, knownAt: nil, limit: nil, isHeadWanted: false),
      ledger.moneyBound < UInt64(Amount.limit)
    else { return }
    let registrations = try registrations(events)
    let successions = registrations.filter { if case .partySucceeded = $0.body { true } else { false } }
    var surroundings: Surroundings?
    for (day, keys) in agreements.sorted(by: { $0.key < $1.key }) {
      let today = surroundings?.moved(to: day, among: successions) ?? Surroundings(registrations, asOf: day)
      surroundings = today
      var fold = PlainFold(ledger, today, asOf: day)
      for key in keys {
        guard let number = ledger.number(of: .agreement(key)), fold.prepare(number) else { continue }
        body(key, day, fold.rows(of: key, ledger))
      }
    }
  }

  /// What stands of the parties and papers that are spoken of, and of those that these speak of.
  private func registrations(_ events: (StreamName) throws -> [LoggedEvent]) throws -> [LoggedEvent] {
    var registrations: [LoggedEvent] = []
    var seen = mentioned
    var wanted = Array(mentioned)
    while let stream = wanted.popLast() {
      let more = try events(stream)
      for next in more.flatMap(\.mentions) where seen.insert(next).inserted { wanted.append(next) }
      registrations += more
    }
    return History.standing(registrations.sorted { $0.position < $1.position })
  }
}

/// What was held of a log, read like a log.
extension HeldLines: LogReading {
  func size() throws(StoreError) -> Int { count }

  func head() throws(StoreError) -> LogHead {
    throw StoreError(.cannotRead, "lines that are held of a log have no head of their own")
  }

  func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    let (sum, overflow) = start.addingReportingOverflow(limit ?? Int.max)
    let end = overflow ? Int.max : sum
    try forEach(from: start) { position, line in try position < end && body(position, line) }
  }

  func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for position in positions {
      guard let line = line(at: position) else { throw StoreError.noSuchEvent(position) }
      lines.append(line)
    }
    return lines
  }
}
