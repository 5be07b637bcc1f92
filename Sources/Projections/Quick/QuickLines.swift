package import Agreements
package import CanonicalJSON
import LogStore

/// Reads lines of the usual shape without making values of them.
///
/// It checks all that `LogLine` and `Statement` check. What it does not take (an unusual member, an escape, a fault) is read
/// by `EventDecoder`, which takes it or names the fault; so there is one place that says what is wrong, and this is none.
///
/// Law: what it takes, `EventDecoder` takes as well, with the same meaning.
package struct QuickLines: ~Copyable {
  var cursor = LineCursor(longest: Record.longestLine)
  /// Names of streams as they stand in lines.
  var streams = TextTable()
  private(set) var streamKinds: [StreamName.Kind?] = []
  /// Keys of parties, promises and savings.
  var keys = TextTable()
  private(set) var dates = Dates()
  private let types = QuickLines.namesOfTypes
  /// By the type's number in `types`.
  private let readers = QuickLines.readersOfTypes

  // What the line says that was read last.
  package private(set) var id = EventID(high: 0, low: 0)
  package private(set) var recordedAt = Instant(milliseconds: 0)
  package private(set) var stream = 0
  package private(set) var streamVersion: Int64 = 0
  /// The four words of `previous`, big end first; nil if it is empty.
  package private(set) var previous: (UInt64, UInt64, UInt64, UInt64)?
  package private(set) var salt: (UInt64, UInt64) = (0, 0)
  package private(set) var saidBy: Int32 = 0
  package private(set) var hasNote = false
  private(set) var date: Int32 = -1
  private(set) var event = QuickEvent(id: EventID(high: 0, low: 0), position: 0)
  private(set) var type = 0
  /// Those that the event names besides its `party`: creditors and others of an agreement, to whom a letter went.
  package private(set) var parties: [Int32] = []
  /// The number of the saving's key.
  package private(set) var saving: Int32 = -1
  /// Keys of the papers that are cited.
  package private(set) var exhibits: [Int32] = []
  /// What a position or a corroboration speaks of.
  private(set) var spoken: [Spoken] = []
  /// What a correction or a retraction changes.
  private(set) var amended: Amended?
  /// The event that a corroboration is of.
  private var corroborated: EventID?
  /// A correction names another one that it was made from.
  private var isReplacing = false
  /// What the rules ask of an event whose type is read by its own reader.
  private var general = Doing.other

  /// An event that words are about, and in what way.
  struct Spoken {
    enum Way { case admits, denies, agrees }
    var way: Way
    var target: EventID
  }

  struct Amended {
    var target: EventID
    /// Where what is set lies in the line; nil = the target is taken back.
    var set: Range<Int>?
  }

  /// How `data` of a type is read.
  private enum Reader {
    case made, promised, saving, paid, withdrawn, letter, dueSet, corrected, retracted, position, corroborated
    /// By the type's own reader; then it is of this kind.
    case general(QuickEvent.Kind)
    /// Not here: its version is another.
    case none
  }

  /// Are the keys of savings wanted? A check asks whose they are, a plain fold does not.
  private let isChecking: Bool

  /// How each type is read, in the order of `EventBody.types`, and their names: worked out once, since an append makes several
  /// readers for its few lines.
  private static let readersOfTypes: [Reader] = EventBody.types.map { type in
    guard type.version == 1 else { return .none }
    return switch type {
    case is AgreementMade.Type: .made
    case is PaymentPromised.Type: .promised
    case is SavingReported.Type: .saving
    case is PaymentMade.Type: .paid
    case is PromiseWithdrawn.Type: .withdrawn
    case is CorrespondenceLogged.Type: .letter
    case is CostIncurred.Type: .general(.cost)
    case is SavingRevised.Type: .general(.revised)
    case is PositionStated.Type: .position
    case is Corroborated.Type: .corroborated
    case is DueDateSet.Type: .dueSet
    case is EntryCorrected.Type: .corrected
    case is EntryRetracted.Type: .retracted
    case is DisputeRaised.Type, is DisputeStepTaken.Type, is AdviceGiven.Type, is ChoiceMade.Type,
      is InformationRequested.Type, is InformationAnswered.Type:
      .general(.word)
    case is ReductionPlanned.Type: .general(.word)
    // What is no happening, and in the stream of an agreement has no effect on its rows.
    case is PartyRegistered.Type, is MemberNamed.Type, is SameParty.Type, is ExhibitFiled.Type, is PrivateErased.Type,
      is EntryErased.Type, is Acknowledged.Type, is LogOpened.Type, is KeyRotated.Type:
      .general(.note)
    default: .general(.complex)
    }
  }

  private static let namesOfTypes: TextTable = {
    var names = TextTable()
    for type in EventBody.types { _ = names.number(of: type.type) }
    return names
  }()

  package init(isChecking: Bool = false) {
    self.isChecking = isChecking
  }

  /// The first and last day of each date that was met.
  struct Dates: Sendable {
    private(set) var texts = TextTable()
    private var bounds: [Bounds] = []

    struct Bounds: Sendable {
      var earliest: Int32
      var latest: Int32
      var hasEarliest: Bool
      var hasLatest: Bool
      var isDate: Bool
    }

    /// nil if it is no date.
    mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
      guard text.count <= 24 else { return nil }
      let number = texts.number(of: text)
      if number == bounds.count {
        let date = ImpreciseDate(edtf: String(decoding: text, as: UTF8.self))
        bounds.append(
          Bounds(
            earliest: date?.earliest?.number ?? 0, latest: date?.latest?.number ?? 0,
            hasEarliest: date?.earliest != nil, hasLatest: date?.latest != nil, isDate: date != nil))
      }
      return bounds[number].isDate ? Int32(number) : nil
    }

    subscript(number: Int32) -> Bounds { bounds[Int(number)] }
  }

  /// Reads a line; false if it is not of the usual shape. Then nothing of what is kept of it holds.
  ///
  /// - Parameter isFramed: as `LogReading.linesAreFramed` says.
  package mutating func read(_ line: UnsafeBufferPointer<UInt8>, at position: Int, isFramed: Bool = false) -> Bool {
    guard cursor.begin(line, isFramed: isFramed), cursor.skip("{\"assertedBy\":{") else { return false }
    if cursor.skip("\"capacity\":\"") {
      guard cursor.text(), cursor.skip(byte: UInt8(ascii: ",")) else { return false }
    }
    guard cursor.skip("\"party\":\""), cursor.key() else { return false }
    saidBy = Int32(keys.number(of: cursor.textBytes))
    guard cursor.skip("},\"basis\":\"") else { return false }
    var marks: QuickEvent.Marks = []
    exhibits.removeAll(keepingCapacity: true)
    if !cursor.skip("document\"") {
      guard cursor.text(), let basis = Statement.Basis(rawValue: text) else { return false }
      if basis == .inferred { marks.insert(.inferred) }
    }
    guard cursor.skip(",\"data\":"), readShape(), cursor.skip(",\"id\":\""),
      let id = cursor.eventID()
    else { return false }
    self.id = id
    hasNote = cursor.skip(",\"note\":\"")
    if hasNote { guard cursor.text() else { return false } }
    guard cursor.skip(",\"previous\":\"") else { return false }
    if cursor.skip(byte: UInt8(ascii: "\"")) {
      previous = nil
    } else {
      guard cursor.base64Of32() else { return false }
      previous = cursor.words
    }
    guard cursor.skip(",\"recordedAt\":\""), let recordedAt = cursor.instant(),
      cursor.skip(",\"recordedBy\":\""), cursor.text(), cursor.skip(",\"salt\":\""), cursor.base64Of16()
    else { return false }
    self.recordedAt = recordedAt
    salt = (cursor.words.0, cursor.words.1)
    if cursor.skip(",\"sources\":[") { guard readSources(&marks) else { return false } }
    guard cursor.skip(",\"stream\":\""), cursor.text(), readStream(), cursor.skip(",\"streamVersion\":"),
      cursor.natural(), cursor.number >= 1
    else { return false }
    streamVersion = cursor.number
    guard cursor.skip(",\"type\":\""), cursor.text(), let type = types.find(cursor.textBytes),
      cursor.skip(",\"v\":1,\"visibility\":\""), readVisibility(), readWhen(), cursor.skip(byte: UInt8(ascii: "}")),
      cursor.isAtEnd
    else { return false }
    self.type = type
    event = QuickEvent(id: id, position: Int32(truncatingIfNeeded: position))
    event.marks = marks
    event.said = saidBy
    setDays()
    return readData()
  }

  // MARK: For checking

  /// Finds or enters a name of a stream, whether or not it is one that this version knows.
  package mutating func number(ofStream name: String) -> Int {
    let number = streams.number(of: name)
    if number == streamKinds.count { streamKinds.append(StreamName(name)?.kind) }
    return number
  }

  package func name(ofStream number: Int) -> String { streams.text(number) }
  package var isAgreement: Bool { streamKinds[stream] == .agreement }
  package mutating func number(of party: PartyKey) -> Int { keys.number(of: party.rawValue) }
  package mutating func number(of exhibit: ExhibitKey) -> Int { keys.number(of: exhibit.rawValue) }
  /// How many keys there are: their numbers are below.
  package var keyCount: Int { keys.count }

  /// What the rules of writers ask of an event; keys by their numbers.
  package enum Doing: Equatable {
    /// `parties` have to be registered.
    case made(debtor: Int32)
    case promised(Int32, to: Int32)
    case saving(Int32, by: Int32, promise: Int32?)
    case paid(Int32, to: Int32)
    case withdrawn(Int32)
    /// `parties` have to be registered.
    case letter(from: Int32)
    case dueSet(Int32)
    case revised(saving: Int32)
    /// Words that ask for no more than that `parties` are registered.
    case words
    case requested(Int32)
    case answered(Int32)
    /// `named` have to be there.
    case stated
    /// What is `named` has to be there, in the same stream.
    case corroborated, corrected, retracted
    /// Another event, or one of these with more than its usual fields: it takes the whole statement.
    case other
  }

  /// The events that a position, a corroboration, a correction or a retraction names.
  package var named: [EventID] {
    if let amended { return [amended.target] }
    if let corroborated { return [corroborated] }
    return spoken.map(\.target)
  }

  package var namesOthers: Bool { amended != nil || corroborated != nil || !spoken.isEmpty }

  /// What a correction sets; nil if the event is none.
  package var set: [UInt8]? {
    amended?.set.map { Array(cursor.bytes($0.lowerBound, $0.upperBound)) }
  }

  /// Whoever is asked for `parties` and `exhibits` as well.
  package var doing: Doing {
    switch (readers[type], event.kind) {
    case (.made, .made): return .made(debtor: event.party)
    case (.promised, .promised): return isPerYear ? .other : .promised(event.promise, to: event.party)
    case (.saving, .saving):
      let promise = event.marks.contains(.promise) ? event.promise : nil
      return .saving(saving, by: event.party, promise: promise)
    case (.paid, .paid): return .paid(event.promise, to: event.party)
    case (.withdrawn, .withdrawn): return .withdrawn(event.promise)
    case (.letter, .word): return event.party < 0 ? .other : .letter(from: event.party)
    case (.dueSet, .dueSet): return .dueSet(event.promise)
    case (.position, .evidence): return .stated
    case (.corroborated, .evidence): return .corroborated
    case (.corrected, .gone): return isReplacing ? .other : .corrected
    case (.retracted, .gone): return .retracted
    case (.general, _): return general
    default: return .other
    }
  }

  private mutating func enter(_ party: PartyKey) { parties.append(Int32(keys.number(of: party.rawValue))) }

  /// What the rules ask of words and costs; the keys that they name are entered.
  private mutating func asked(_ body: EventBody) -> Doing {
    switch body {
    case .adviceGiven(let advice): for party in advice.to { enter(party) }
    case .choiceMade(let choice):
      guard choice.dispute == nil else { return .other }
      enter(choice.by)
    case .costIncurred(let cost): enter(cost.by)
    case .savingRevised(let revised):
      enter(revised.byParty)
      return .revised(saving: Int32(keys.number(of: revised.saving.rawValue)))
    case .informationRequested(let request):
      enter(request.to)
      return .requested(Int32(keys.number(of: request.request.rawValue)))
    case .informationAnswered(let answer): return .answered(Int32(keys.number(of: answer.request.rawValue)))
    default: return .other
    }
    return .words
  }

  /// The parties whose own streams can change what the event means for a position (as `LoggedEvent.mentions`); nil if it
  /// takes the whole statement to say.
  var mentioned: [Int32]? {
    guard !event.marks.contains(.exhibit) else { return nil }
    return switch event.kind {
    case .made: parties + [event.party]
    case .promised: [event.party]
    case .saving, .paid, .withdrawn, .cost, .revised, .evidence, .dueSet, .word, .note: []
    case .gone, .complex: nil
    }
  }

  private var text: String { String(decoding: cursor.textBytes, as: UTF8.self) }

  private mutating func readSources(_ marks: inout QuickEvent.Marks) -> Bool {
    if cursor.skip(byte: UInt8(ascii: "]")) { return true }
    while true {
      guard cursor.skip(byte: UInt8(ascii: "{")) else { return false }
      var isFirst = true
      @inline(__always)
      func begins(_ first: StaticString, _ later: StaticString, _ cursor: inout LineCursor) -> Bool {
        guard cursor.skip(isFirst ? first : later) else { return false }
        isFirst = false
        return true
      }
      if begins("\"citation\":\"", ",\"citation\":\"", &cursor) { guard cursor.text() else { return false } }
      if begins("\"exhibit\":\"", ",\"exhibit\":\"", &cursor) {
        guard let key = readKey() else { return false }
        exhibits.append(key)
        marks.insert(.exhibit)
      }
      if begins("\"locator\":\"", ",\"locator\":\"", &cursor) { guard cursor.text() else { return false } }
      if begins("\"quote\":\"", ",\"quote\":\"", &cursor) { guard cursor.text() else { return false } }
      guard cursor.skip(byte: UInt8(ascii: "}")) else { return false }
      if cursor.skip(byte: UInt8(ascii: ",")) { continue }
      return cursor.skip(byte: UInt8(ascii: "]"))
    }
  }

  private mutating func readStream() -> Bool {
    stream = streams.number(of: cursor.textBytes)
    if stream == streamKinds.count { streamKinds.append(StreamName(text)?.kind) }
    return streamKinds[stream] != nil
  }

  /// Finds or enters a stream that another reader has read.
  package mutating func number(of stream: StreamName) -> Int {
    let number = streams.number(of: stream.description)
    if number == streamKinds.count { streamKinds.append(stream.kind) }
    return number
  }

  private mutating func readVisibility() -> Bool {
    if cursor.skip("committee\"") || cursor.skip("public\"") { return true }
    return cursor.text() && Statement.Visibility(text) != nil
  }

  private mutating func readWhen() -> Bool {
    date = -1
    return cursor.skip(",\"when\":{\"edtf\":\"") ? readDate() : true
  }

  /// The rest of when it was.
  private mutating func readDate() -> Bool {
    guard cursor.text(), let number = dates.number(of: cursor.textBytes) else { return false }
    date = number
    if cursor.skip(",\"inference\":\"") { guard cursor.text() else { return false } }
    if cursor.skip(",\"words\":\"") { guard cursor.text() else { return false } }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  /// As `LoggedEvent.earliest` and `latest` say.
  private mutating func setDays() {
    let recorded = recordedAt.day.number
    guard date >= 0 else {
      event.latest = recorded
      return
    }
    let bounds = dates[date]
    if bounds.hasEarliest {
      event.earliest = bounds.earliest
      event.marks.insert(.begun)
    }
    event.latest = bounds.hasLatest ? bounds.latest : max(recorded, bounds.hasEarliest ? bounds.earliest : recorded)
  }

  // MARK: What a correction sets

  /// Takes an event as if it had been read last, to be amended. Of its line nothing else holds then.
  mutating func resume(_ event: QuickEvent) {
    self.event = event
    saidBy = event.said
    let name: String? =
      switch event.kind {
      case .made: AgreementMade.type
      case .promised: PaymentPromised.type
      case .saving: SavingReported.type
      case .paid: PaymentMade.type
      case .withdrawn: PromiseWithdrawn.type
      case .dueSet: DueDateSet.type
      case .cost, .revised, .evidence, .word, .note, .gone, .complex: nil
      }
    type = name.flatMap { types.find($0) } ?? -1
  }

  /// Reads what a correction sets into the event that was read last: its fields, a day, or both.
  ///
  /// Law: then `event` is what reading its line with these members in the stead of its own gives (`LineMerger`).
  ///
  /// - Parameter set: an object of a line that was read.
  /// - Returns: false if it takes the line to say what comes of it; then nothing of what is kept of the event holds.
  package mutating func amend(_ set: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cursor.begin(set, isFramed: false), cursor.skip(byte: UInt8(ascii: "{")) else { return false }
    let hasData = cursor.skip("\"data\":")
    if hasData { guard type >= 0, readShape() else { return false } }
    if hasData ? cursor.skip(",\"when\":{\"edtf\":\"") : cursor.skip("\"when\":{\"edtf\":\"") {
      // An open end closes on the day on which the event was recorded, and that is not kept.
      guard readDate(), dates[date].hasEarliest, dates[date].hasLatest else { return false }
      setDays()
    }
    guard cursor.skip(byte: UInt8(ascii: "}")), cursor.isAtEnd else { return false }
    guard hasData else { return true }
    let before = event
    event = QuickEvent(id: before.id, position: before.position)
    event.marks = before.marks.intersection([.exhibit, .inferred, .begun])
    (event.earliest, event.latest) = (before.earliest, before.latest)
    (event.said, event.next) = (before.said, before.next)
    return readData()
  }

  // MARK: Data

  /// `type` stands behind `data`, so `data` is read by the shape that it seems to have, and the type says then whether that
  /// was right. What has no shape is scanned.
  private enum Shape {
    case scanned
    /// A promise if it has no `reference`, a payment if it has neither `due` nor `purpose`.
    case money, saving, withdrawn, letter
  }

  private struct Found {
    var money = (low: Int64(0), high: Int64(-1))
    var promise: Int32 = -1
    var party: Int32 = -1
    var saving: Int32 = -1
    var period: Int32 = -1
    var due: Int32 = -1
    var hasPurpose = false
    var hasReference = false
  }

  private mutating func readShape() -> Bool {
    dataAt = cursor.at
    parties.removeAll(keepingCapacity: true)
    found = Found()
    if readKnownShape() { return true }
    shape = .scanned
    parties.removeAll(keepingCapacity: true)
    cursor.go(to: dataAt)
    return cursor.value(depth: 1)
  }

  private mutating func readKnownShape() -> Bool {
    let hasDue = cursor.skip("{\"due\":\"")
    if hasDue {
      guard cursor.text(), let due = dates.number(of: cursor.textBytes) else { return false }
      found.due = due
    }
    if hasDue ? cursor.skip(",\"money\":{") : cursor.skip("{\"money\":{") {
      shape = .money
      guard readMoney(), cursor.skip(",\"promise\":\""), let promise = readKey() else { return false }
      found.promise = promise
      found.hasPurpose = cursor.skip(",\"purpose\":\"")
      if found.hasPurpose { guard cursor.text() else { return false } }
      found.hasReference = cursor.skip(",\"reference\":\"")
      if found.hasReference { guard cursor.text() else { return false } }
      guard cursor.skip(",\"to\":\""), let to = readKey() else { return false }
      found.party = to
    } else if cursor.skip("{\"by\":\"") {
      shape = .saving
      guard let by = readKey(), cursor.skip(",\"measure\":\""), readMeasure(), cursor.skip(",\"money\":{"),
        readMoney(), cursor.skip(",\"period\":\""), cursor.text(), let period = dates.number(of: cursor.textBytes)
      else { return false }
      found.party = by
      found.period = period
      if cursor.skip(",\"promise\":\"") {
        guard let promise = readKey() else { return false }
        found.promise = promise
      }
      guard cursor.skip(",\"saving\":\""), cursor.key() else { return false }
      if isChecking { found.saving = Int32(keys.number(of: cursor.textBytes)) }
    } else if cursor.skip("{\"decidedBy\":\"") {
      shape = .withdrawn
      guard cursor.text(), cursor.skip(",\"promise\":\""), let promise = readKey() else { return false }
      found.promise = promise
      if cursor.skip(",\"reason\":\"") { guard cursor.text() else { return false } }
      guard cursor.skip(",\"scope\":\"whole\"") else { return false }
    } else if cursor.skip("{\"from\":\"") {
      shape = .letter
      guard let from = readKey(), cursor.skip(",\"gist\":\""), cursor.text(), cursor.skip(",\"medium\":\""),
        cursor.text(), CorrespondenceLogged.Medium(rawValue: text) != nil, cursor.skip(",\"to\":["), readKeys()
      else { return false }
      found.party = from
    } else {
      return false
    }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  @inline(__always)
  private mutating func readKey() -> Int32? {
    guard cursor.key() else { return nil }
    return Int32(keys.number(of: cursor.textBytes))
  }

  /// The rest of a list of keys.
  private mutating func readKeys() -> Bool {
    if cursor.skip(byte: UInt8(ascii: "]")) { return true }
    while true {
      guard cursor.skip(byte: UInt8(ascii: "\"")), let key = readKey() else { return false }
      parties.append(key)
      if cursor.skip(byte: UInt8(ascii: ",")) { continue }
      return cursor.skip(byte: UInt8(ascii: "]"))
    }
  }

  private mutating func readMeasure() -> Bool {
    cursor.skip("net\"") || cursor.skip("gross\"") || cursor.skip("unknown\"")
  }

  /// The rest of money that is a sum or an interval and no more.
  @inline(__always)
  private mutating func readMoney() -> Bool {
    if cursor.skip("\"high\":") {
      guard cursor.natural(), cursor.number <= Money.limit, cursor.skip(byte: UInt8(ascii: ",")) else { return false }
      found.money.high = cursor.number
    }
    guard cursor.skip("\"low\":"), cursor.natural(), cursor.number <= Money.limit else { return false }
    found.money.low = cursor.number
    guard found.money.high < 0 || found.money.high >= found.money.low else { return false }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  private var dataAt = 0
  private var shape = Shape.scanned
  private var found = Found()

  /// Takes over what the shape gave; nil if it is not that of the type.
  private mutating func takeShape() -> Bool? {
    isPerYear = false
    switch (shape, readers[type]) {
    case (.money, .promised) where !found.hasReference:
      event.kind = .promised
      event.due = found.due
    case (.money, .paid) where !found.hasPurpose && found.due < 0: event.kind = .paid
    case (.saving, .saving):
      event.kind = .saving
      event.due = found.period
      saving = found.saving
    case (.withdrawn, .withdrawn): event.kind = .withdrawn
    case (.letter, .letter): event.kind = .word
    default: return nil
    }
    (event.low, event.high) = (found.money.low, found.money.high)
    event.promise = found.promise
    if found.promise >= 0 { event.marks.insert(.promise) }
    event.party = found.party
    return true
  }

  private mutating func readData() -> Bool {
    saving = -1
    amended = nil
    corroborated = nil
    spoken.removeAll(keepingCapacity: true)
    if shape != .scanned {
      if let isRead = takeShape() { return isRead }
      // It has the shape of another type: it is looked at again.
      parties.removeAll(keepingCapacity: true)
      cursor.go(to: dataAt)
      guard cursor.value(depth: 1) else { return false }
    }
    let data = cursor.scanned
    do throws(JSONFault) {
      switch readers[type] {
      case .made: return try readMade(data)
      case .promised: return try readPromised(data)
      case .saving: return try readSaving(data)
      case .paid: return try readPaid(data)
      case .withdrawn: return try readWithdrawn(data)
      case .letter: return try readLetter(data)
      case .dueSet: return try readDueSet(data)
      case .corrected: return try readCorrected(data)
      case .retracted: return try readRetracted(data)
      case .position: return try readPosition(data)
      case .corroborated: return try readCorroborated(data)
      case .general(let kind):
        let body = try EventBody(type: EventBody.types[type].type, version: 1, data: data)
        event.kind = kind
        if isChecking { general = asked(body) }
        return true
      case .none: return false
      }
    } catch {
      return false
    }
  }

  /// The number of a key that must stand there; nil if it is none.
  @inline(__always)
  private mutating func key(_ view: JSONView?) -> Int32? {
    guard let view, view.isKey else { return nil }
    return Int32(keys.number(of: view.bytes))
  }

  /// May be absent, but if it stands it is a text.
  @inline(__always)
  private func isTextOrAbsent(_ view: JSONView?) -> Bool { view.map { $0.kind == .string } ?? true }

  private mutating func addParties(_ view: JSONView?) -> Bool {
    guard let view, view.kind == .array else { return false }
    for element in view.elements {
      guard let party = key(element) else { return false }
      parties.append(party)
    }
    return true
  }

  private mutating func setMoney(_ view: JSONView) throws(JSONFault) {
    let money = try Money(view)
    event.low = money.low
    event.high = money.high ?? -1
    if money.isAbout { event.marks.insert(.about) }
    isPerYear = money.per == .year
  }

  /// Is the money that was read last per year?
  package private(set) var isPerYear = false

  private mutating func readMade(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let status = reader.optional("contractStatus")?.string,
      AgreementMade.ContractStatus(rawValue: status) != nil, addParties(reader.optional("creditors")),
      let debtor = key(reader.optional("debtor")), let form = reader.optional("form")?.string,
      AgreementMade.Form(rawValue: form) != nil
    else { return false }
    if let others = reader.optional("others") { guard addParties(others) else { return false } }
    guard isTextOrAbsent(reader.optional("purpose")), isTextOrAbsent(reader.optional("scheme")) else { return false }
    if let term = reader.optional("term") {
      guard term.kind == .string, dates.number(of: term.bytes) != nil else { return false }
    }
    guard reader.optional("title")?.kind == .string else { return false }
    event.party = debtor
    event.kind = .made
    return true
  }

  private mutating func readPromised(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let account = reader.optional("account")
    let conditions = reader.optional("conditions")
    let due = reader.optional("due")
    let greaterOf = reader.optional("greaterOf")
    let money = reader.optional("money")
    let promise = reader.optional("promise")
    let purpose = reader.optional("purpose")
    let share = reader.optional("share")
    let to = reader.optional("to")
    guard account == nil, conditions == nil, greaterOf == nil, share == nil, let money else {
      _ = try EventBody(type: PaymentPromised.type, version: 1, data: data)
      event.kind = .complex
      return true
    }
    guard let promise = key(promise), isTextOrAbsent(purpose), let to = key(to) else { return false }
    event.said = saidBy
    if let due {
      guard due.kind == .string, let number = dates.number(of: due.bytes) else { return false }
      event.due = number
    }
    try setMoney(money)
    event.promise = promise
    event.party = to
    event.marks.insert(.promise)
    event.kind = .promised
    return true
  }

  private mutating func readSaving(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let by = key(reader.optional("by")), let measure = reader.optional("measure")?.string,
      SavingReported.Measure(rawValue: measure) != nil, let money = reader.optional("money")
    else { return false }
    try setMoney(money)
    guard let period = reader.optional("period"), period.kind == .string, let dates = dates.number(of: period.bytes)
    else { return false }
    if let promise = reader.optional("promise") {
      guard let number = key(promise) else { return false }
      event.promise = number
      event.marks.insert(.promise)
    }
    guard let saving = key(reader.optional("saving")) else { return false }
    self.saving = saving
    event.party = by
    event.due = dates
    event.kind = .saving
    return true
  }

  private mutating func readPaid(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let creditor = reader.optional("for")
    guard let money = reader.optional("money") else { return false }
    try setMoney(money)
    guard let promise = key(reader.optional("promise")), isTextOrAbsent(reader.optional("reference")),
      let to = key(reader.optional("to"))
    else { return false }
    event.kind = .paid
    if let creditor {
      guard creditor.isKey else { return false }
      event.kind = .complex
    }
    event.promise = promise
    event.marks.insert(.promise)
    event.party = to
    return true
  }

  private mutating func readWithdrawn(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let consent = reader.optional("consent")
    let decidedBy = reader.optional("decidedBy")
    let creditor = reader.optional("for")
    let money = reader.optional("money")
    let notified = reader.optional("notified")
    let promise = reader.optional("promise")
    let reason = reader.optional("reason")
    let scope = reader.optional("scope")
    guard consent == nil, creditor == nil, money == nil, notified == nil, let scope, scope.isOne("whole") else {
      _ = try EventBody(type: PromiseWithdrawn.type, version: 1, data: data)
      event.kind = .complex
      return true
    }
    guard decidedBy?.kind == .string, let promise = key(promise), isTextOrAbsent(reason) else { return false }
    event.promise = promise
    event.marks.insert(.promise)
    event.kind = .withdrawn
    return true
  }

  private mutating func readLetter(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    event.kind = .word
    let count = reader.optional("count")
    let from = reader.optional("from")
    let gist = reader.optional("gist")
    let medium = reader.optional("medium")
    let replyTo = reader.optional("replyTo")
    let to = reader.optional("to")
    guard count == nil, replyTo == nil else {
      _ = try EventBody(type: CorrespondenceLogged.type, version: 1, data: data)
      return true
    }
    guard let from = key(from), gist?.kind == .string, let medium = medium?.string,
      CorrespondenceLogged.Medium(rawValue: medium) != nil, addParties(to)
    else { return false }
    event.party = from
    return true
  }

  // MARK: Words about other events, and what changes them

  /// The id that must stand there.
  private func eventID(_ view: JSONView?) -> EventID? {
    guard let view, view.kind == .string, let id = EventID(view.bytes), id.version == 7 || id.version == 5,
      id.hasStandardVariant
    else { return nil }
    return id
  }

  private mutating func readDueSet(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let due = reader.optional("due")
    let creditor = reader.optional("for")
    guard let due, due.kind == .string, let number = dates.number(of: due.bytes),
      let promise = key(reader.optional("promise"))
    else { return false }
    event.due = number
    event.promise = promise
    event.marks.insert(.promise)
    event.kind = .dueSet
    if let creditor {
      guard creditor.isKey else { return false }
      event.kind = .complex
    }
    return true
  }

  private mutating func readCorrected(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let replaces = reader.optional("replaces")
    let set = reader.optional("set")
    let version = reader.optional("setVersion")
    guard version == nil, let set, set.kind == .object, let target = eventID(reader.optional("target")),
      reader.optional("why")?.kind == .string, replaces == nil || eventID(replaces) != nil
    else { return false }
    for member in set.members where !EntryCorrected.settable.contains(member.name) { return false }
    amended = Amended(target: target, set: set.offset..<set.offset + set.bytes.count)
    isReplacing = replaces != nil
    event.kind = .gone
    return true
  }

  private mutating func readRetracted(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let target = eventID(reader.optional("target")), reader.optional("why")?.kind == .string else { return false }
    amended = Amended(target: target)
    event.kind = .gone
    return true
  }

  private mutating func readPosition(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard add(reader.optional("admits"), .admits), add(reader.optional("denies"), .denies),
      reader.optional("proposition")?.kind == .string
    else { return false }
    event.kind = .evidence
    return true
  }

  private mutating func add(_ view: JSONView?, _ way: Spoken.Way) -> Bool {
    guard let view else { return true }
    guard view.kind == .array else { return false }
    for element in view.elements {
      guard let target = eventID(element) else { return false }
      spoken.append(Spoken(way: way, target: target))
    }
    return true
  }

  private mutating func readCorroborated(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let agrees = reader.optional("agrees")?.string, let agreement = Corroborated.Agreement(rawValue: agrees),
      let target = eventID(reader.optional("target"))
    else { return false }
    corroborated = target
    if agreement == .yes { spoken.append(Spoken(way: .agrees, target: target)) }
    event.kind = .evidence
    return true
  }
}
