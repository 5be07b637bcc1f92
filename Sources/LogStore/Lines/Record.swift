public import CanonicalJSON

/// The members of one line that belong to memory: what binds the event into the log.
///
/// The rest of the line is meaning; memory keeps it as bytes and does not look into it.
public struct Record: Hashable, Sendable {
  public var id: EventID
  /// Base64 of the entry digest of the previous event of the stream; empty for the first.
  public var previous: String
  /// Names of the values kept outside the line, with the base64 digests of their openings.
  public var privateDigests: [String: String]
  public var recordedAt: Instant
  public var recordedBy: String
  /// Base64 of 16 bytes.
  public var salt: String
  /// `word/KEY` or `log`
  public var stream: String
  public var streamVersion: Int64
  public var type: String
  public var version: Int64

  /// The longest line, in bytes, without its LF.
  public static let longestLine = 65_535

  /// The members that memory reads or that every line must have; whatever else stands in a line is kept and ignored.
  static let required = [
    "assertedBy", "basis", "data", "id", "previous", "recordedAt", "recordedBy", "salt", "stream", "streamVersion",
    "type", "v", "visibility",
  ]

  /// Reads the members of memory out of a scanned line.
  package init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    _ = try reader.required("assertedBy")
    _ = try reader.required("basis")
    _ = try reader.required("data")
    let idView = try reader.required("id")
    guard let id = EventID(idView.bytes), id.version == 7 || id.version == 5, id.hasStandardVariant else {
      throw JSONFault(
        .badValue, at: idView.offset, path: "id", "an id is a UUID of version 7 (or 5) in lower case")
    }
    self.id = id
    let previousView = try reader.required("previous")
    previous = try previousView.asString()
    guard previous.isEmpty || Base64.isEncoding(previousView.bytes, ofBytes: 32) else {
      throw JSONFault(.badValue, at: previousView.offset, path: "previous", "a digest is the base64 of 32 bytes")
    }
    privateDigests = [:]
    if let view = reader.optional("private") {
      guard view.kind == .object else {
        throw JSONFault(.wrongType, at: view.offset, path: "private", "an object {…} must stand here")
      }
      for child in view.members {
        let digest = try child.asString()
        guard Base64.decode(digest)?.count == 32 else {
          throw JSONFault(.badValue, at: child.offset, path: "private", "a digest is the base64 of 32 bytes")
        }
        privateDigests[child.name] = digest
      }
    }
    let recordedView = try reader.required("recordedAt")
    guard recordedView.kind == .string, let recordedAt = Instant(recordedView.bytes) else {
      throw JSONFault(
        .badValue, at: recordedView.offset, path: "recordedAt", "a moment is written YYYY-MM-DDTHH:MM:SS.mmmZ")
    }
    self.recordedAt = recordedAt
    recordedBy = try reader.string("recordedBy")
    let saltView = try reader.required("salt")
    salt = try saltView.asString()
    guard Base64.isEncoding(saltView.bytes, ofBytes: 16) else {
      throw JSONFault(.badValue, at: saltView.offset, path: "salt", "a salt is the base64 of 16 bytes")
    }
    let streamView = try reader.required("stream")
    stream = try streamView.asString()
    guard Record.isStream(stream) else {
      throw JSONFault(
        .badValue, at: streamView.offset, path: "stream", "“\(stream)” is no stream: agreement/KEY, party/KEY … or log")
    }
    let versionView = try reader.required("streamVersion")
    streamVersion = try versionView.asInteger()
    guard streamVersion >= 1 else {
      throw JSONFault(.badValue, at: versionView.offset, path: "streamVersion", "versions count from 1")
    }
    type = try reader.string("type")
    let vView = try reader.required("v")
    version = try vView.asInteger()
    guard version >= 1 else { throw JSONFault(.badValue, at: vView.offset, path: "v", "versions count from 1") }
    _ = try reader.required("visibility")
  }

  /// `word/KEY` or `log`. Which words there are is a matter of meaning.
  public static func isStream(_ text: String) -> Bool {
    if text == "log" { return true }
    let halves = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty, Key.isValid(halves[1]) else { return false }
    return halves[0].allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
  }
}

/// One line of a log: an event, or the digest in whose stead a line was left out openly.
public enum LogLine: Hashable, Sendable {
  case event(Record)
  /// The entry digest of the line that is not in this copy, 32 bytes.
  case withheld(entry: [UInt8])

  /// Reads what memory needs of a scanned line.
  package init(_ view: JSONView) throws(JSONFault) {
    guard view.kind == .object else {
      throw JSONFault(.wrongType, at: view.offset, "a line is an object {…}")
    }
    for member in view.members where member.name.utf8.contains(where: { $0 >= 0x80 }) {
      throw JSONFault(.nameNotASCII, at: member.offset, path: member.name, "names of members are ASCII")
    }
    if let entry = view["entry"], view.members.count == 1 {
      guard entry.kind == .string, let digest = Base64.decode(entry.bytes), digest.count == 32 else {
        throw JSONFault(.badValue, at: entry.offset, path: "entry", "a digest is the base64 of 32 bytes")
      }
      self = .withheld(entry: digest)
      return
    }
    self = .event(try Record(view))
  }
}

extension StoreError {
  /// A line that cannot be read, with the place in it.
  package init(badLine fault: JSONFault, at position: Int, in line: UnsafeBufferPointer<UInt8>) {
    self.init(
      .badLine, fault.why, position: position, fault: fault, column: fault.column(in: line))
  }
}
