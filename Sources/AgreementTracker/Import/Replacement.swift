public import Agreements
internal import CanonicalJSON
internal import LogStore
public import Projections
internal import SQLiteStore
internal import Spreadsheets
public import Tables

/// A later version of a table, compared with the events of an earlier one: what is the same, what changed, what vanished, and
/// what is new. Nothing is decided here.
///
/// Law: every event is the same, changed or vanished, and every row the same, changed or new; none is both.
public struct Replacement: Sendable {
  public private(set) var same = 0
  /// A row, and the event that its like was before.
  public private(set) var changed: [(entry: TableReading.Entry, event: LoggedEvent)] = []
  /// Events that no row speaks of any more, in log order.
  public private(set) var vanished: [LoggedEvent] = []
  public private(set) var fresh: [TableReading.Entry] = []

  /// Rows are matched with events by all that they say; then by the reference and who it is about; payments without one
  /// and all else then by who, which promise and when, and then by who and the number of the row. Where several fit, none is
  /// chosen: a match that is not the only one is no match.
  ///
  /// - Parameter events: that stand, in log order.
  public init(_ events: [LoggedEvent], _ entries: [TableReading.Entry]) {
    var byContent: [[UInt8]: [LoggedEvent]] = [:]
    for event in events.reversed() {
      byContent[event.statement.content, default: []].append(event)
    }
    var matched: Set<EventID> = []
    var rows: [TableReading.Entry] = []
    for entry in entries {
      if let event = byContent[entry.statement.content]?.popLast() {
        matched.insert(event.id)
        same += 1
      } else {
        rows.append(entry)
      }
    }
    var left = events.filter { !matched.contains($0.id) }
    for key in [Self.reference, Self.subject, Self.place] {
      var eventsOf: [String: [LoggedEvent]] = [:]
      for event in left { if let key = key(event.statement) { eventsOf[key, default: []].append(event) } }
      var rowsOf: [String: Int] = [:]
      for row in rows { if let key = key(row.statement) { rowsOf[key, default: 0] += 1 } }
      var rest: [TableReading.Entry] = []
      for row in rows {
        if let key = key(row.statement), rowsOf[key] == 1, let found = eventsOf[key], found.count == 1 {
          changed.append((row, found[0]))
          matched.insert(found[0].id)
        } else {
          rest.append(row)
        }
      }
      rows = rest
      left.removeAll { matched.contains($0.id) }
    }
    // A row with a reference that its event had not yet, or whose day is known now: what a plain import would ask about.
    let near = Self.rivals(of: rows, among: left)
    let rivals = Dictionary(near.map { ($0.event.id, 1) }, uniquingKeysWith: +)
    let certain = near.filter { rivals[$0.event.id] == 1 }
    changed += certain
    let (numbers, ids) = (Set(certain.map(\.entry.row.number)), Set(certain.map(\.event.id)))
    rows.removeAll { numbers.contains($0.row.number) }
    left.removeAll { ids.contains($0.id) }
    changed.sort { $0.entry.row.number < $1.entry.row.number }
    (vanished, fresh) = (left, rows)
  }

  /// Rows that may be an event of the book, put right or before it was: they have its number, or where one of the two has
  /// none, its day or period and its promise, and are about the same party; or its sum and its promise, where one has no day.
  /// With each, the first such event.
  ///
  /// A number that several events have is that of a supplier or an account, and tells nothing.
  ///
  /// Law: the rows and the events are of one kind.
  ///
  /// - Parameters:
  ///   - entries: rows that say what no event says.
  ///   - events: that stand and say what no row says, in log order.
  package static func rivals(of entries: [TableReading.Entry], among events: [LoggedEvent])
    -> [(entry: TableReading.Entry, event: LoggedEvent)]
  {
    var byNumber: [String: [LoggedEvent]] = [:]
    var byOccasion: [String: [LoggedEvent]] = [:]
    var bySum: [String: [LoggedEvent]] = [:]
    for event in events {
      if let key = number(event.statement) { byNumber[key, default: []].append(event) }
      if let key = occasion(event.statement) { byOccasion[key, default: []].append(event) }
      if let key = sum(event.statement) { bySum[key, default: []].append(event) }
    }
    return entries.compactMap { entry in
      let key = number(entry.statement)
      if let key, let found = byNumber[key], found.count == 1 { return (entry, found[0]) }
      func isFree(_ event: LoggedEvent) -> Bool { key == nil || number(event.statement) == nil }
      let others = occasion(entry.statement).flatMap { byOccasion[$0] } ?? []
      if let event = others.first(where: isFree) { return (entry, event) }
      let equals = sum(entry.statement).flatMap { bySum[$0] } ?? []
      return equals.first { isFree($0) && Statement.mayBeOneDay($0.statement, entry.statement) }.map { (entry, $0) }
    }
  }

  /// A text that a row has in common with the events that it may be.
  struct VersionKey {
    enum Kind: Int64 {
      case occasion, number, sum
      /// Of a payment in another agreement, by its reference or by its day.
      case elsewhere
    }

    var text: String
    /// A number tells nothing if several events have it.
    var kind: Kind
    /// By anything but a number neither is found if both have one.
    var hasNumber: Bool
    /// By a sum neither is found if both have a day.
    var hasDay: Bool
  }

  /// The same for rows that are not held.
  static func versionKeys(of statement: Statement) -> [VersionKey] {
    let number = number(statement)
    let (hasNumber, hasDay) = (number != nil, statement.when != nil)
    func key(_ text: String, _ kind: VersionKey.Kind) -> VersionKey {
      VersionKey(text: "\(kind) \(text)", kind: kind, hasNumber: hasNumber, hasDay: hasDay)
    }
    return [
      number.map { key($0, .number) }, occasion(statement).map { key($0, .occasion) },
    ].compactMap { $0 } + sumKeys(of: statement, hasNumber: hasNumber)
  }

  /// By the sum two payments are found that may have been made on one day: two spans of days have a day in common if and only
  /// if they have a day of two parts of months, or a month that at least one of them holds whole.
  ///
  /// `hasDay` says of a key that it finds only its like without it: of a sum alone, that the day is known; of a month, that
  /// only a part of it is meant.
  private static func sumKeys(of statement: Statement, hasNumber: Bool) -> [VersionKey] {
    guard let sum = sum(statement) else { return [] }
    func key(_ text: String, isPart: Bool) -> VersionKey {
      VersionKey(text: "sum \(text)", kind: .sum, hasNumber: hasNumber, hasDay: isPart)
    }
    guard let date = statement.when?.date, let first = date.earliest, let last = date.latest,
      last.number - first.number <= longestSpan
    else { return [key(sum, isPart: false)] }
    var keys = [key(sum, isPart: true)]
    var month = first.firstOfMonth
    while month <= last {
      let next = month.firstOfNextMonth
      let isWhole = first <= month && Day(number: next.number - 1) <= last
      keys.append(key("\(sum) month \(month)", isPart: !isWhole))
      if !isWhole {
        for number in max(first, month).number...min(last.number, next.number - 1) {
          keys.append(key("\(sum) day \(number)", isPart: false))
        }
      }
      month = next
    }
    return keys
  }

  /// Days; whatever is less well known, or has an open end, is taken for not known: better asked about once too often.
  private static let longestSpan = 800

  /// What a row has in common with a payment of another agreement: with `hasNumber` by the reference, else by the day, and
  /// then `hasDay` says that it has a reference.
  static func elsewhereKeys(of statement: Statement) -> [VersionKey] {
    guard let likeness = PaymentLikeness(statement) else { return [] }
    let hasReference = likeness.byReference != nil
    return [
      likeness.byReference.map {
        VersionKey(text: "elsewhere reference \($0)", kind: .elsewhere, hasNumber: true, hasDay: false)
      },
      likeness.byDay.map {
        VersionKey(text: "elsewhere day \($0)", kind: .elsewhere, hasNumber: false, hasDay: hasReference)
      },
    ].compactMap { $0 }
  }

  /// What tells a payment from all others of its party. A reference without a digit is a word like BACS, which stands in
  /// every row.
  private static func number(_ statement: Statement) -> String? {
    if case .paymentMade(let payment) = statement.body,
      payment.reference?.utf8.contains(where: { (0x30...0x39).contains($0) }) != true
    {
      return nil
    }
    return reference(statement)
  }

  /// About whom, for which promise, and when; nil where that is not known.
  private static func occasion(_ statement: Statement) -> String? {
    guard let who = who(statement) else { return nil }
    switch statement.body {
    case .paymentMade(let payment): return statement.when.map { "\(who) \(payment.promise) \($0.date.edtf)" }
    case .savingReported(let saving): return "\(who) \(saving.promise?.rawValue ?? "") \(saving.period.edtf)"
    default: return nil
    }
  }

  /// About whom, for which promise, and how much: what a payment without a day has in common with one that has.
  private static func sum(_ statement: Statement) -> String? {
    guard let who = who(statement), case .paymentMade(let payment) = statement.body else { return nil }
    return "\(who) \(payment.promise) \(payment.money.low) \(payment.money.high ?? -1)"
  }

  private static func who(_ statement: Statement) -> String? {
    switch statement.body {
    case .paymentMade(let payment): "payment \(payment.to)"
    case .savingReported(let saving): "saving \(saving.by)"
    case .paymentPromised(let promised): "promise \(promised.to)"
    default: nil
    }
  }

  /// What has a reference is met by it alone: another reference is another payment.
  private static func hasReference(_ statement: Statement) -> Bool {
    if case .paymentMade(let payment) = statement.body { payment.reference != nil } else { false }
  }

  private static func reference(_ statement: Statement) -> String? {
    guard let who = who(statement) else { return nil }
    switch statement.body {
    case .paymentMade(let payment): return payment.reference.map { "\(who) \(PaymentMade.plain(reference: $0))" }
    case .savingReported(let saving):
      return saving.saving.rawValue.hasPrefix("import-") ? nil : "\(who) \(saving.saving)"
    case .paymentPromised(let promised): return "\(who) \(promised.promise) \(promised.account ?? "")"
    default: return nil
    }
  }

  private static func subject(_ statement: Statement) -> String? {
    guard let who = who(statement), !hasReference(statement) else { return nil }
    let when = statement.when?.date.edtf ?? ""
    switch statement.body {
    case .paymentMade(let payment): return "\(who) \(payment.promise) \(when)"
    case .savingReported(let saving): return "\(who) \(saving.promise?.rawValue ?? "") \(saving.period.edtf)"
    default: return "\(who) \(when)"
    }
  }

  private static func place(_ statement: Statement) -> String? {
    guard let who = who(statement), !hasReference(statement),
      let row = statement.sources.first?.locator?.split(separator: " ").last
    else { return nil }
    return "\(who) \(row)"
  }
}

extension RecordBook {
  /// Compares a table with the events of an earlier import into the same agreement.
  ///
  /// - Parameter numbers: of the earlier import's events, from 1, as `correct --batch` takes them.
  public func compare(_ reading: TableReading, with numbers: ClosedRange<Int>, in agreement: AgreementKey)
    throws(TrackerError) -> Replacement
  {
    do {
      let size = try store.size()
      guard numbers.lowerBound >= 1, numbers.upperBound <= size else {
        throw TrackerError(
          .badData, "there is no event \(numbers.upperBound); the log has \(size)", next: "List them: tracker timeline")
      }
      var events: [LoggedEvent] = []
      var runs = ImportedRuns()
      let named = numbers.lowerBound - 1...numbers.upperBound - 1
      try StandingEvents.forEach(
        of: store, at: try store.positions(in: StreamName.agreement(agreement).description)
      ) { event in
        guard TableKind(event.body) == reading.kind, runs.add(event) != nil else { return }
        if named.contains(event.position) { events.append(event) }
      }
      guard !events.isEmpty else {
        throw TrackerError(
          .badData,
          "none of events \(numbers.lowerBound) to \(numbers.upperBound) was imported as a \(reading.kind.rawValue) of agreement \(agreement)",
          place: path, next: "List them: tracker timeline")
      }
      // A row whose event lies outside would be neither changed nor vanished, and nobody would hear of it.
      let cut = runs.all.map(\.positions).filter { $0.overlaps(named) && $0.clamped(to: named) != $0 }
      if let first = cut.map(\.lowerBound).min(), let last = cut.map(\.upperBound).max() {
        let whole = cut.count == 1 ? first...last : min(first, named.lowerBound)...max(last, named.upperBound)
        throw TrackerError(
          .badData, "events \(numbers.lowerBound) to \(numbers.upperBound) are a part of what was imported together",
          place: path,
          next: "Name all of it: --replaces \(whole.lowerBound + 1)-\(whole.upperBound + 1)")
      }
      return Replacement(events, reading.entries)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Corrections of events whose rows changed, each made from the last correction that stands.
  func corrections(of replacement: Replacement, why: String, in agreement: AgreementKey, recordedBy: String) throws
    -> [Proposal]
  {
    let all = try History(store).events(of: .agreement(agreement))
    let states = Knowledge.states(all)
    var last: [EventID: EventID] = [:]
    for event in all {
      guard case .entryCorrected(let correction) = event.body, states[event.id] != .retracted else { continue }
      last[correction.target] = event.id
    }
    return replacement.changed.map { entry, event in
      let members = entry.statement.members
      var set = JSONObject()
      for name in ["data", "note", "sources", "when"] where members[name] != event.statement.members[name] {
        set[name] = members[name] ?? .null
      }
      let version = entry.statement.body.data.map { Int64(Swift.type(of: $0).version) }
      return Proposal(
        id: freshID(), stream: event.stream,
        statement: Statement(
          assertedBy: entry.statement.assertedBy, basis: .document,
          body: .entryCorrected(
            EntryCorrected(
              target: event.id, set: set, setVersion: set["data"] == nil ? nil : version, replaces: last[event.id],
              why: why)), sources: entry.statement.sources, visibility: event.statement.visibility),
        recordedBy: recordedBy)
    }
  }

  func retractions(of replacement: Replacement, why: String, assertedBy: PartyKey, recordedBy: String) -> [Proposal] {
    replacement.vanished.reversed().map { event in
      Proposal(
        id: freshID(), stream: event.stream,
        statement: Statement(
          assertedBy: .init(party: assertedBy), basis: .document,
          body: .entryRetracted(EntryRetracted(target: event.id, why: why)), visibility: event.statement.visibility),
        recordedBy: recordedBy)
    }
  }
}

extension Statement {
  /// May both have happened on one day? So they may where one of them has none.
  static func mayBeOneDay(_ one: Statement, _ other: Statement) -> Bool {
    guard let mine = one.when?.date, let theirs = other.when?.date else { return true }
    if let last = mine.latest, let first = theirs.earliest, last < first { return false }
    if let last = theirs.latest, let first = mine.earliest, last < first { return false }
    return true
  }
}

extension PaymentMade {
  /// As one compares references: a workbook takes the noughts in front of a number away, and people type capitals or not.
  static func plain(reference: String) -> String {
    let letters = reference.lowercased().filter { !$0.isWhitespace && $0 != "-" }
    let rest = letters.drop { $0 == "0" }
    return rest.isEmpty ? letters : String(rest)
  }
}

extension Day {
  fileprivate var firstOfMonth: Day { Day(number: number - Int32(civil.day) + 1) }

  fileprivate var firstOfNextMonth: Day { Day(number: firstOfMonth.number + 31).firstOfMonth }
}
