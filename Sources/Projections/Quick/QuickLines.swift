import Agreements
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
  var streamKinds: [StreamName.Kind?] = []
  /// Keys of parties, promises and savings.
  var keys = TextTable()
  var dates = QuickDates()
  let types = QuickLines.namesOfTypes
  /// By the type's number in `types`.
  let readers = QuickLines.readersOfTypes

  // What the line says that was read last.
  package internal(set) var id = EventID(high: 0, low: 0)
  package internal(set) var recordedAt = Instant(milliseconds: 0)
  package internal(set) var stream = 0
  package internal(set) var streamVersion: Int64 = 0
  /// The four words of `previous`, big end first; nil if it is empty.
  package internal(set) var previous: (UInt64, UInt64, UInt64, UInt64)?
  package internal(set) var salt: (UInt64, UInt64) = (0, 0)
  package internal(set) var saidBy: Int32 = 0
  package internal(set) var hasNote = false
  private(set) var date: Int32 = -1
  package internal(set) var event = QuickEvent(id: EventID(high: 0, low: 0), position: 0)
  var type = 0
  /// Those that the event names besides its `party`: creditors and others of an agreement, to whom a letter went.
  package internal(set) var parties: [Int32] = []
  /// The number of the saving's key.
  package internal(set) var saving: Int32 = -1
  /// Keys of the papers that are cited.
  package internal(set) var exhibits: [Int32] = []
  /// What a position or a corroboration speaks of.
  var spoken: [Spoken] = []
  /// What a correction or a retraction changes.
  var amended: Amended?
  /// The event that a corroboration is of.
  var corroborated: EventID?
  /// A correction names another one that it was made from.
  var isReplacing = false
  /// What the rules ask of an event whose type is read by its own reader.
  var general = Doing.other

  /// Are the keys of savings wanted? A check asks whose they are, a plain fold does not.
  let isChecking: Bool

  // What `data` seemed to be, until its type is read.
  var dataAt = 0
  var shape = Shape.scanned
  var found = Found()
  /// Is the money that was read last per year?
  package internal(set) var isPerYear = false

  package init(isChecking: Bool = false) {
    self.isChecking = isChecking
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

  var text: String { String(decoding: cursor.textBytes, as: UTF8.self) }

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

  private mutating func readVisibility() -> Bool {
    if cursor.skip("committee\"") || cursor.skip("public\"") { return true }
    return cursor.text() && Statement.Visibility(text) != nil
  }

  private mutating func readWhen() -> Bool {
    date = -1
    return cursor.skip(",\"when\":{\"edtf\":\"") ? readDate() : true
  }

  /// The rest of when it was.
  mutating func readDate() -> Bool {
    guard cursor.text(), let number = dates.number(of: cursor.textBytes) else { return false }
    date = number
    if cursor.skip(",\"inference\":\"") { guard cursor.text() else { return false } }
    if cursor.skip(",\"words\":\"") { guard cursor.text() else { return false } }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  /// As `LoggedEvent.earliest` and `latest` say.
  mutating func setDays() {
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

  /// The rest of a key; its number.
  @inline(__always)
  mutating func readKey() -> Int32? {
    guard cursor.key() else { return nil }
    return Int32(keys.number(of: cursor.textBytes))
  }
}
