package import CanonicalJSON
import TransparencyLog

/// What an engine can tell of the log while it holds the lock.
package protocol AppendLookups {
  func streamHead(_ stream: String) throws(StoreError) -> StreamHead?
  /// Where the events with these ids are; nil = nowhere.
  func positions(of ids: [EventID]) throws(StoreError) -> [Int?]
  func line(at position: Int) throws(StoreError) -> [UInt8]?
  /// Positions of the stream's events behind a version.
  func positions(in stream: String, after version: Int64) throws(StoreError) -> [Int]
  func openings(of position: Int) throws(StoreError) -> [[UInt8]]
}

package struct StreamHead {
  package var version: Int64
  /// Entry digest of the stream's last event.
  package var entry: [UInt8]

  package init(version: Int64, entry: [UInt8]) {
    self.version = version
    self.entry = entry
  }
}

/// What an append will write: worked out once for all engines, from what they look up under their lock.
package struct AppendPlan {
  /// One finished line with what engines keep beside it.
  package struct Line {
    package var bytes: [UInt8]
    /// nil = a line that was left out; only its digest is there.
    package var place: Place?
    package var entry: [UInt8]
    /// Openings of private values, with the base64 of their digests.
    package var openings: [(digest: String, bytes: [UInt8])]
  }

  /// By what a line is found.
  package struct Place {
    package var id: EventID
    package var recordedAt: Instant
    package var stream: String
    package var streamVersion: Int64

    init(_ record: RecordView, in stream: String) {
      id = record.id
      recordedAt = record.recordedAt
      self.stream = stream
      streamVersion = record.streamVersion
    }

    init(_ record: Record) {
      id = record.id
      recordedAt = record.recordedAt
      stream = record.stream
      streamVersion = record.streamVersion
    }
  }

  package enum Outcome {
    case write([Line])
    /// All were there before, at these positions.
    case alreadyThere([Int])
  }

  /// Clocks farther behind the last event than this are not believed.
  package static let clockSlack: Int64 = 10 * 60 * 1000

  /// - Parameter areNew: the ids are not looked up; whoever writes them refuses one that is there.
  package static func make(
    _ drafts: [EventDraft], areNew: Bool = false, expected: [String: StreamExpectation], isClockTrusted: Bool,
    lastRecordedAt: Instant?, lookups: some AppendLookups, environment: LogEnvironment
  ) throws(StoreError) -> Outcome {
    let ids = drafts.map(\.id)
    guard !EventID.areTwins(in: ids) else { throw StoreError(.idConflict, "an id stands twice in the batch") }
    var known: [Int] = []
    // Nearly every id that is asked for is a new one.
    for (draft, position) in zip(drafts, areNew ? [] : try lookups.positions(of: ids)) {
      guard let position, let line = try lookups.line(at: position) else { continue }
      guard try isSame(draft, line, openings: lookups.openings(of: position)) else {
        throw StoreError(.idConflict, "event \(draft.id) is there already, with other content", position: position)
      }
      known.append(position)
    }
    if !drafts.isEmpty, known.count == drafts.count { return .alreadyThere(known) }
    if !known.isEmpty {
      throw StoreError(
        .idConflict, "\(known.count) of these \(drafts.count) events are there already, the others are not",
        position: known[0])
    }
    var heads: [String: StreamHead] = [:]
    var streams = Set(expected.keys)
    var before: String?
    for draft in drafts where draft.stream != before {
      streams.insert(draft.stream)
      before = draft.stream
    }
    for stream in streams { heads[stream] = try lookups.streamHead(stream) }
    try check(expected, lookups, heads: heads)
    let now = environment.now()
    if let last = lastRecordedAt, !isClockTrusted, now.milliseconds < last.milliseconds - clockSlack {
      throw StoreError(
        .clockBehind,
        "this machine's clock says \(now), but the last event was recorded at \(last): one of them is wrong")
    }
    let recordedAt = max(now, lastRecordedAt ?? now)
    var lines: [Line] = []
    lines.reserveCapacity(drafts.count)
    var scanner = LineScanner()
    var writer = JSONWriter()
    let moment = recordedAt.description
    var salts = Salts(environment, count: drafts.count)
    for (index, draft) in drafts.enumerated() {
      do throws(StoreError) {
        let head = heads[draft.stream]
        let line = try self.line(
          draft, after: head, recordedAt: moment, salt: salts.next(), environment, &scanner, &writer)
        heads[draft.stream] = StreamHead(version: (head?.version ?? 0) + 1, entry: line.entry)
        lines.append(line)
      } catch {
        guard drafts.count > 1 else { throw error }
        var error = error
        error.what = "event \(index + 1) of \(drafts.count): \(error.what)"
        throw error
      }
    }
    return .write(lines)
  }

  /// Are the streams where the author of an append believes them to be?
  package static func check(
    _ expected: [String: StreamExpectation], _ lookups: some AppendLookups, heads: [String: StreamHead]? = nil
  ) throws(StoreError) {
    for (stream, expectation) in expected.sorted(by: { $0.key < $1.key }) {
      let head: StreamHead?
      if let heads { head = heads[stream] } else { head = try lookups.streamHead(stream) }
      try check(stream, expectation, actual: head?.version ?? 0, lookups)
    }
  }

  private static func check(
    _ stream: String, _ expectation: StreamExpectation, actual: Int64, _ lookups: some AppendLookups
  ) throws(StoreError) {
    let expected: Int64
    switch expectation {
    case .any: return
    case .noStream: expected = 0
    case .exact(let version): expected = version
    }
    guard expected != actual else { return }
    throw StoreError(
      .wrongVersion, "\(stream) is at version \(actual), not \(expected)",
      conflict: VersionConflict(
        stream: stream, expected: Int(expected), actual: Int(actual),
        between: try lookups.positions(in: stream, after: expected)))
  }

  // MARK: Lines

  private static func line(
    _ draft: EventDraft, after head: StreamHead?, recordedAt: String, salt: [UInt8], _ environment: LogEnvironment,
    _ scanner: inout LineScanner, _ writer: inout JSONWriter
  ) throws(StoreError) -> Line {
    var openings: [(digest: String, bytes: [UInt8])] = []
    var digests = JSONObject()
    for member in draft.privateValues.members {
      // opening = canonical {"name":N,"salt":base64 of 16 bytes,"value":V}; the line holds SHA-256(opening)
      let opening: JSONValue = [
        "name": .string(member.name), "salt": .string(Base64.encode(environment.random(16))), "value": member.value,
      ]
      let bytes = opening.canonicalBytes
      // It is not in the line, so the check of the line below does not see it.
      do throws(JSONFault) {
        _ = try JSONValue(canonical: bytes)
      } catch {
        throw StoreError(.invalidDraft, "private value “\(member.name)”: \(error.why)", fault: error)
      }
      let digest = Base64.encode(LogDigest.sha256(bytes))
      digests[member.name] = .string(digest)
      openings.append((digest, bytes))
    }
    let filled = Filled(
      draft: draft, head: head, digests: openings.isEmpty ? nil : digests, recordedAt: recordedAt, salt: salt)
    try put(draft.meaning, filled, to: &writer)
    let bytes = writer.take()
    let place = try checked(bytes, in: draft.stream, &scanner)
    return Line(bytes: bytes, place: place, entry: LogDigest.entry(of: bytes), openings: openings)
  }

  /// Random bytes for the events of one append. One call of the system gives as many as 16 of them need.
  private struct Salts {
    private let environment: LogEnvironment
    private var left: Int
    private var bytes: ArraySlice<UInt8> = []

    init(_ environment: LogEnvironment, count: Int) { (self.environment, left) = (environment, count) }

    mutating func next() -> [UInt8] {
      if bytes.isEmpty { bytes = environment.random(16 * max(1, min(16, left)))[...] }
      left -= 1
      defer { bytes = bytes.dropFirst(16) }
      return Array(bytes.prefix(16))
    }
  }

  /// What the store fills in, each written straight into the line: a million lines have ten million of these.
  private struct Filled {
    let draft: EventDraft
    let head: StreamHead?
    /// nil = there are no private values, and no member.
    let digests: JSONObject?
    let recordedAt: String
    let salt: [UInt8]

    /// Its members, sorted by name.
    static let names = [
      "id", "previous", "private", "recordedAt", "recordedBy", "salt", "stream", "streamVersion", "type", "v",
    ]

    /// - Parameter member: its place in `names`.
    func put(_ member: Int, to writer: inout JSONWriter) {
      switch member {
      case 0:
        writer.put("\"id\":")
        writer.put(draft.id)
      case 1:
        writer.put("\"previous\":")
        writer.put(base64: head?.entry ?? [])
      case 2:
        writer.put("\"private\":")
        writer.put(object: digests ?? JSONObject())
      case 3:
        writer.put("\"recordedAt\":")
        writer.put(text: recordedAt)
      case 4:
        writer.put("\"recordedBy\":")
        writer.put(text: draft.recordedBy)
      case 5:
        writer.put("\"salt\":")
        writer.put(base64: salt)
      case 6:
        writer.put("\"stream\":")
        writer.put(text: draft.stream)
      case 7:
        writer.put("\"streamVersion\":")
        writer.put((head?.version ?? 0) + 1)
      case 8:
        writer.put("\"type\":")
        writer.put(text: draft.type)
      default:
        writer.put("\"v\":")
        writer.put(draft.version)
      }
    }

    func has(_ name: String) -> Bool { digests != nil || name != "private" }
  }

  /// The line of both lists of members, which are sorted and have no name in common. A name that is not ASCII may stand in a
  /// wrong place: the check that follows refuses it.
  private static func put(_ meaning: JSONObject, _ filled: Filled, to writer: inout JSONWriter) throws(StoreError) {
    var own = 0
    var start: StaticString = "{"
    func fill(before name: String?, _ writer: inout JSONWriter) {
      while own < Filled.names.count {
        if let name, Filled.names[own] >= name { return }
        defer { own += 1 }
        guard filled.has(Filled.names[own]) else { continue }
        writer.put(start)
        start = ","
        filled.put(own, to: &writer)
      }
    }
    for member in meaning.members {
      fill(before: member.name, &writer)
      if own < Filled.names.count, Filled.names[own] == member.name {
        throw StoreError(.invalidDraft, "“\(member.name)” is filled in by the store and cannot be given")
      }
      writer.put(start)
      start = ","
      writer.put(text: member.name)
      writer.put(":")
      writer.put(value: member.value)
    }
    fill(before: nil, &writer)
    writer.put("}")
  }

  /// Checked before the write like any line that is read: what we write, we can read.
  private static func checked(_ bytes: [UInt8], in stream: String, _ scanner: inout LineScanner) throws(StoreError)
    -> Place
  {
    do throws(StoreError) {
      let place = try scanner.scanBytes(bytes, at: 0) { view throws(JSONFault) in
        if case .event(let record) = try LineView(view) { Place(record, in: stream) } else { nil as Place? }
      }
      if let place { return place }
      throw StoreError(.invalidDraft, "a draft is an event and no digest of one")
    } catch {
      throw StoreError(.invalidDraft, error.what, fault: error.fault, column: error.column)
    }
  }

  // MARK: Same content

  /// Equal canonical bytes without what the store fills in, and equal names and values of the openings; an erased
  /// value counts as equal.
  private static func isSame(_ draft: EventDraft, _ line: [UInt8], openings: [[UInt8]]) -> Bool {
    guard case .object(var object)? = try? JSONValue(canonical: line) else { return false }
    let digests = object["private"]?.object ?? JSONObject()
    for name in ["previous", "streamVersion", "recordedAt", "recordedBy", "salt", "private"] { object[name] = nil }
    var mine = draft.meaning
    mine["id"] = .string(draft.id.description)
    mine["stream"] = .string(draft.stream)
    mine["type"] = .string(draft.type)
    mine["v"] = .integer(draft.version)
    guard mine == object, draft.privateValues.members.map(\.name) == digests.members.map(\.name) else { return false }
    for opening in openings {
      guard let value = try? JSONValue(canonical: opening), let name = value["name"]?.string else { continue }
      if draft.privateValues[name] != value["value"] { return false }
    }
    return true
  }
}

extension EventDraft {
  /// How long the line of this draft can become, in bytes, once the store has filled in its part.
  public var widestLine: Int {
    let digest = JSONValue.string(String(repeating: "x", count: 44))
    var object = meaning
    object["id"] = .string(id.description)
    object["previous"] = digest
    if !privateValues.members.isEmpty {
      var digests = JSONObject()
      for member in privateValues.members { digests[member.name] = digest }
      object["private"] = .object(digests)
    }
    object["recordedAt"] = "YYYY-MM-DDTHH:MM:SS.mmmZ"
    object["recordedBy"] = .string(recordedBy)
    object["salt"] = .string(String(repeating: "x", count: 24))
    object["stream"] = .string(stream)
    object["streamVersion"] = .integer(1 << 53 - 1)
    object["type"] = .string(type)
    object["v"] = .integer(version)
    return JSONValue.object(object).canonicalBytes.count
  }
}
