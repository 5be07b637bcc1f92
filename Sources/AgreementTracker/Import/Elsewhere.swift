internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import SQLiteStore

// One payment that is recorded in two agreements counts in both, and each of them looks right by itself.

/// What a payment has in common with its like in another agreement, where neither promise nor event is the same.
struct PaymentLikeness {
  /// Who got it, how much, and the reference; nil = it has none. Another reference is another payment.
  var byReference: String?
  /// Who got it, how much, and the day; nil = the day is not exactly known.
  var byDay: String?

  /// nil = it is no payment.
  init?(_ statement: Statement) {
    guard case .paymentMade(let payment) = statement.body else { return nil }
    let high = payment.money.high.map(String.init) ?? ""
    let what = "\(payment.creditor ?? payment.to) \(payment.money.low) \(high) \(payment.money.per)"
    // A reference without a digit is a word like BACS, which stands in every row.
    if let reference = payment.reference, reference.utf8.contains(where: { (0x30...0x39).contains($0) }) {
      byReference = "\(what) \(PaymentMade.plain(reference: reference))"
    }
    if let date = statement.when?.date, let day = date.earliest, day == date.latest { byDay = "\(what) \(day)" }
  }

  enum Degree {
    /// The same reference.
    case surely
    /// The same day, and one of the two has no reference.
    case perhaps
  }

  /// nil = they are two.
  func degree(_ other: PaymentLikeness) -> Degree? {
    if let mine = byReference, let theirs = other.byReference { return mine == theirs ? .surely : nil }
    return byDay != nil && byDay == other.byDay ? .perhaps : nil
  }
}

/// Words that are looked for in line after line (Horspool's way: where the last byte is another, many are passed over at once).
private struct Needle {
  private let bytes: [UInt8]
  /// By what stands where the last byte should: how far one may go on.
  private var steps: [Int]

  /// - Parameter text: not empty.
  init(_ text: String) {
    bytes = Array(text.utf8)
    steps = Array(repeating: bytes.count, count: 256)
    for (place, byte) in bytes.dropLast().enumerated() { steps[Int(byte)] = bytes.count - 1 - place }
  }

  func isIn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var end = bytes.count - 1
    while end < line.count {
      if line[end] == bytes[bytes.count - 1], line[(end - bytes.count + 1)...end].elementsEqual(bytes) { return true }
      end += steps[Int(line[end])]
    }
    return false
  }
}

extension RecordBook {
  private static let searched = 16

  /// The payments that stand in other agreements.
  ///
  /// It is one pass over the lines, most of which are only searched for a few words; of the agreements in which one may fit,
  /// the events are read.
  ///
  /// - Parameters:
  ///   - home: the agreement that is not looked at.
  ///   - parties: who may have been paid; nil = anybody.
  ///   - mayFit: gets who was paid and the lower end of the sum in pence.
  func forEachPayment(
    outside home: AgreementKey, to parties: Set<PartyKey>? = nil, mayFit: (_ to: PartyKey, _ low: Int64) -> Bool,
    _ body: (LoggedEvent) throws -> Void
  ) throws {
    let home = StreamName.agreement(home)
    var streams: Set<StreamName> = []
    var decoder = EventDecoder()
    // Of more, reading each payment is quicker than looking for all of them.
    let names = parties.flatMap { $0.count > Self.searched ? nil : $0.map { Needle("\"\($0)\"") } }
    let types = [PaymentMade.type, EntryCorrected.type].map { Needle("\"type\":\"\($0)\"") }
    try store.forEachLine { position, line in
      guard names?.contains(where: { $0.isIn(line) }) ?? true, types.contains(where: { $0.isIn(line) }) else {
        return true
      }
      guard let event = try decoder.event(line, at: position), event.stream != home else { return true }
      switch event.body {
      case .paymentMade(let payment):
        if mayFit(payment.creditor ?? payment.to, payment.money.low) { streams.insert(event.stream) }
      case .entryCorrected(let correction):
        let data = correction.set["data"]
        let to = (data?["for"] ?? data?["to"])?.string.flatMap(PartyKey.init(rawValue:))
        if let to, let low = data?["money"]?["low"]?.integer, mayFit(to, low) { streams.insert(event.stream) }
      default: break
      }
      return true
    }
    for stream in streams.sorted(by: { $0.description < $1.description }) {
      try StandingEvents.forEach(of: store, at: try store.positions(in: stream.description)) { event in
        if case .paymentMade = event.body { try body(event) }
      }
    }
  }

  /// Is there a payment in any agreement but this?
  func hasPayments(outside home: AgreementKey) throws -> Bool {
    let home = StreamName.agreement(home).description
    var found = false
    var scanner = LineScanner()
    let type = Needle("\"type\":\"\(PaymentMade.type)\"")
    try store.forEachLine { position, line in
      guard type.isIn(line) else { return true }
      let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
      if case .event(let record) = parsed, record.stream != home { found = true }
      return !found
    }
    return found
  }

  /// The first payment in another agreement that each of some payments may be, by their places.
  func elsewhere(_ statements: [Statement], than home: AgreementKey) throws
    -> [Int: (event: LoggedEvent, degree: PaymentLikeness.Degree)]
  {
    struct Sum: Hashable {
      var to: PartyKey
      var low: Int64
    }
    var places: [Sum: [Int]] = [:]
    let likenesses = statements.map(PaymentLikeness.init)
    for (place, statement) in statements.enumerated() {
      guard case .paymentMade(let payment) = statement.body else { continue }
      places[Sum(to: payment.creditor ?? payment.to, low: payment.money.low), default: []].append(place)
    }
    guard !places.isEmpty else { return [:] }
    var found: [Int: (event: LoggedEvent, degree: PaymentLikeness.Degree)] = [:]
    try forEachPayment(outside: home, to: Set(places.keys.map(\.to)), mayFit: { places[Sum(to: $0, low: $1)] != nil }) {
      event in
      guard case .paymentMade(let payment) = event.body, let other = PaymentLikeness(event.statement) else { return }
      for place in places[Sum(to: payment.creditor ?? payment.to, low: payment.money.low)] ?? [] {
        guard let degree = likenesses[place]?.degree(other) else { continue }
        // Of several, a sure one is told, and else the first.
        switch (found[place]?.degree, degree) {
        case (nil, _), (.perhaps, .surely): found[place] = (event, degree)
        default: break
        }
      }
    }
    return found
  }
}
