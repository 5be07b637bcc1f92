import CanonicalJSON

/// A second reading of the rules, to hold the fold against: slow, plain, over raw JSON, following the text of the rules
/// sentence by sentence. It shares no code with the fold and knows none of its types.
///
/// Sums are `(low, high)` with nil for “not known”; days are `Day`s; an event is its line as a tree.
struct NaiveFold {
  struct Event {
    var position: Int
    var line: JSONValue
    var id: String { line["id"]?.string ?? "" }
    var type: String { line["type"]?.string ?? "" }
    var stream: String { line["stream"]?.string ?? "" }
    var data: JSONValue { line["data"] ?? .null }
    var party: String { line["assertedBy"]?["party"]?.string ?? "" }
    var recorded: Instant { Instant(line["recordedAt"]?.string ?? "") ?? Instant(milliseconds: 0) }

    func text(_ name: String) -> String? { data[name]?.string }

    /// First and last possible day; an open end closes at the day of recording, not before the start.
    var days: (first: Day?, last: Day) {
      let recordedDay = recorded.day
      guard let edtf = line["when"]?["edtf"]?.string else { return (nil, recordedDay) }
      let (first, last) = NaiveDate.days(edtf)
      if let last { return (first, last) }
      guard let first else { return (nil, recordedDay) }
      return (first, max(first, recordedDay))
    }

    var isDateless: Bool {
      ["PartyRegistered", "MemberNamed", "SameParty", "ExhibitFiled", "AgreementMade"].contains(type) || stream == "log"
    }
  }

  /// The events that stand at K, in log order.
  let known: [Event]
  let asOf: Day

  init(lines: [[UInt8]], asOf: Day, knownAt: Instant?) {
    self.asOf = asOf
    var events: [Event] = []
    for (position, line) in lines.enumerated() {
      guard let value = try? JSONValue(canonical: line), value["type"] != nil else { continue }
      let event = Event(position: position, line: value)
      if let knownAt, event.recorded > knownAt { continue }
      events.append(event)
    }
    known = NaiveFold.corrected(events)
  }

  /// Corrections and retractions first. A retraction that was itself retracted does nothing; the same for corrections.
  private static func corrected(_ events: [Event]) -> [Event] {
    func target(_ event: Event) -> Event? {
      events.first { $0.id == event.text("target") && $0.stream == event.stream && $0.position < event.position }
    }
    func isRetracted(_ event: Event) -> Bool {
      events.contains { $0.type == "EntryRetracted" && target($0)?.position == event.position && !isRetracted($0) }
    }
    var standing: [Event] = []
    for event in events where event.type != "EntryCorrected" && event.type != "EntryRetracted" {
      if isRetracted(event) { continue }
      var line = event.line.object ?? JSONObject()
      for correction in events where correction.type == "EntryCorrected" && !isRetracted(correction) {
        guard target(correction)?.position == event.position else { continue }
        for member in correction.data["set"]?.object?.members ?? [] where member.name != "private" {
          if member.value == .null { line[member.name] = nil } else { line[member.name] = member.value }
        }
      }
      standing.append(Event(position: event.position, line: .object(line)))
    }
    return standing
  }

  // MARK: Who happened when

  private func isCounted(_ event: Event) -> Bool { event.isDateless || event.days.last <= asOf }

  private func isStraddling(_ event: Event) -> Bool {
    !isCounted(event) && (event.days.first.map { $0 <= asOf } ?? true)
  }

  private static func before(_ left: Event, _ right: Event) -> Bool {
    if left.days.last != right.days.last { return left.days.last < right.days.last }
    if left.days.first != right.days.first {
      guard let first = left.days.first else { return true }
      guard let other = right.days.first else { return false }
      return first < other
    }
    return left.position < right.position
  }

  /// Ids of what perhaps had happened, in log order.
  var straddling: [String] {
    known.filter { isStraddling($0) }.map(\.id)
  }

  // MARK: Rows

  func rows() throws -> [JSONValue] {
    var rows: [JSONValue] = []
    let streams = Set(known.map(\.stream).filter { $0.hasPrefix("agreement/") }).sorted()
    for stream in streams {
      let own = known.filter { $0.stream == stream }
      let counted = own.filter { isCounted($0) }.sorted { NaiveFold.before($0, $1) }
      let accounts = counted.filter { $0.type == "PaymentPromised" }.sorted { $0.position < $1.position }
      for promise in Set(accounts.compactMap { $0.text("promise") }).sorted() {
        let promiseFold = NaivePromise(
          agreement: String(stream.dropFirst("agreement/".count)), promise: promise,
          accounts: accounts.filter { $0.text("promise") == promise }, counted: counted,
          straddling: own.filter { isStraddling($0) }, everything: known.filter { isCounted($0) },
          made: own.first { $0.type == "AgreementMade" }, asOf: asOf)
        rows += try promiseFold.rows()
      }
    }
    return rows
  }
}

/// Dates of the subset, read plainly.
enum NaiveDate {
  static func days(_ edtf: String) -> (Day?, Day?) {
    let halves = edtf.split(separator: "/").map(String.init)
    if halves.count == 1 { return (first(halves[0]), last(halves[0])) }
    return (halves[0] == ".." ? nil : first(halves[0]), halves[1] == ".." ? nil : last(halves[1]))
  }

  private static func parts(_ text: String) -> (numbers: [Int], isAbout: Bool) {
    let isAbout = text.hasSuffix("~")
    return ((isAbout ? String(text.dropLast()) : text).split(separator: "-").compactMap { Int($0) }, isAbout)
  }

  static func first(_ text: String) -> Day? {
    let (numbers, isAbout) = parts(text)
    switch numbers.count {
    case 1: return Day(year: numbers[0] - (isAbout ? 1 : 0), month: 1, day: 1)
    case 2:
      if !isAbout { return Day(year: numbers[0], month: numbers[1], day: 1) }
      return numbers[1] == 1
        ? Day(year: numbers[0] - 1, month: 12, day: 1) : Day(year: numbers[0], month: numbers[1] - 1, day: 1)
    default: return Day(year: numbers[0], month: numbers[1], day: numbers[2])?.adding(isAbout ? -1 : 0)
    }
  }

  static func last(_ text: String) -> Day? {
    let (numbers, isAbout) = parts(text)
    switch numbers.count {
    case 1: return Day(year: numbers[0] + (isAbout ? 1 : 0), month: 12, day: 31)
    case 2:
      // The day before the month after.
      let months = numbers[0] * 12 + numbers[1] + (isAbout ? 1 : 0)
      return Day(year: months / 12, month: months % 12 + 1, day: 1)?.adding(-1)
    default: return Day(year: numbers[0], month: numbers[1], day: numbers[2])?.adding(isAbout ? 1 : 0)
    }
  }
}
