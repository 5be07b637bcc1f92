import CanonicalJSON

/// A second reading of the rules, to hold the fold against: slow, plain, over raw JSON, following the text of the rules
/// sentence by sentence. It shares no code with the fold and knows none of its types.
///
/// Sums are `(low, high)` with nil for “not known”; days are `Day`s; an event is its line as a tree.
struct NaiveFold {
  /// What is asked of an event again and again is read out of its line once.
  struct Event {
    let position: Int
    let line: JSONValue
    let id: String
    let type: String
    let stream: String
    let data: JSONValue
    let party: String
    let recorded: Instant
    /// First and last possible day; an open end closes at the day of recording, not before the start.
    let days: (first: Day?, last: Day)

    init(position: Int, line: JSONValue) {
      self.position = position
      self.line = line
      id = line["id"]?.string ?? ""
      type = line["type"]?.string ?? ""
      stream = line["stream"]?.string ?? ""
      data = line["data"] ?? .null
      party = line["assertedBy"]?["party"]?.string ?? ""
      recorded = Instant(line["recordedAt"]?.string ?? "") ?? Instant(milliseconds: 0)
      days = Self.days(line, recordedOn: recorded.day)
    }

    private static func days(_ line: JSONValue, recordedOn recordedDay: Day) -> (first: Day?, last: Day) {
      guard let edtf = line["when"]?["edtf"]?.string else { return (nil, recordedDay) }
      let (first, last) = NaiveDate.days(edtf)
      if let last { return (first, last) }
      guard let first else { return (nil, recordedDay) }
      return (first, max(first, recordedDay))
    }

    func text(_ name: String) -> String? { data[name]?.string }

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
    // What is put right stands in the same stream as the event that puts it right.
    var streams: [String: [Event]] = [:]
    for event in events { streams[event.stream, default: []].append(event) }
    known = streams.values.flatMap { NaiveFold.corrected($0) }.sorted { $0.position < $1.position }
  }

  /// Corrections and retractions of one stream first. A retraction that was itself retracted does nothing; the same for
  /// corrections.
  private static func corrected(_ events: [Event]) -> [Event] {
    let retractions = events.filter { $0.type == "EntryRetracted" }
    let corrections = events.filter { $0.type == "EntryCorrected" }
    guard !retractions.isEmpty || !corrections.isEmpty else { return events }
    func target(_ event: Event) -> Event? {
      events.first { $0.id == event.text("target") && $0.position < event.position }
    }
    let retracted = retractions.map { (event: $0, target: target($0)?.position) }
    let corrected = corrections.map { (event: $0, target: target($0)?.position) }
    func isRetracted(_ event: Event) -> Bool {
      retracted.contains { $0.target == event.position && !isRetracted($0.event) }
    }
    var standing: [Event] = []
    for event in events where event.type != "EntryCorrected" && event.type != "EntryRetracted" {
      if isRetracted(event) { continue }
      var line = event.line.object ?? JSONObject()
      for (correction, target) in corrected where target == event.position && !isRetracted(correction) {
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
    var streams: [String: [Event]] = [:]
    for event in known where event.stream.hasPrefix("agreement/") { streams[event.stream, default: []].append(event) }
    // Who is who, and who wrote which paper: nobody else's stream is asked about an agreement.
    let registered = known.filter { event in
      isCounted(event) && (event.stream.hasPrefix("party/") || event.stream.hasPrefix("exhibit/"))
    }
    for (stream, own) in streams.sorted(by: { $0.key < $1.key }) {
      let counted = own.filter { isCounted($0) }.sorted { NaiveFold.before($0, $1) }
      let straddling = own.filter { isStraddling($0) }
      let accounts = counted.filter { $0.type == "PaymentPromised" }.sorted { $0.position < $1.position }
      for promise in Set(accounts.compactMap { $0.text("promise") }).sorted() {
        let promiseFold = NaivePromise(
          agreement: String(stream.dropFirst("agreement/".count)), promise: promise,
          accounts: accounts.filter { $0.text("promise") == promise }, counted: counted, straddling: straddling,
          everything: registered, made: own.first { $0.type == "AgreementMade" }, asOf: asOf)
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
