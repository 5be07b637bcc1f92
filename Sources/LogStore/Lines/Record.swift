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

  /// The members that memory writes; nobody else may give them.
  static let members = [
    "id", "previous", "private", "recordedAt", "recordedBy", "salt", "stream", "streamVersion", "type", "v",
  ]

  package init(_ view: RecordView) throws(JSONFault) {
    id = view.id
    previous = try view.previous.asString()
    privateDigests = [:]
    for child in view.privateDigests?.members ?? [] { privateDigests[child.name] = try child.asString() }
    recordedAt = view.recordedAt
    recordedBy = try view.recordedBy.asString()
    salt = try view.salt.asString()
    stream = try view.stream.asString()
    streamVersion = view.streamVersion
    type = try view.type.asString()
    version = view.version
  }

  /// `word/KEY` or `log`. Which words there are is a matter of meaning.
  public static func isStream(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isStream($0) }
  }

  static func isStream(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return bytes.elementsEqual("log".utf8) }
    guard slash > 0, Key.isValid(UnsafeBufferPointer(rebasing: bytes[(slash + 1)...])) else { return false }
    return bytes[..<slash].allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
  }
}

/// A look at the members of one line that belong to memory: all are checked, and nothing is copied out. It borrows what
/// `JSONView` borrows.
///
/// Why beside `Record`: whoever folds events by the thousand asks for two of these and keeps none of the texts.
package struct RecordView {
  package let id: EventID
  package let recordedAt: Instant
  package let streamVersion: Int64
  package let version: Int64
  /// Texts, as `Record` has them.
  package let previous: JSONView
  package let recordedBy: JSONView
  package let salt: JSONView
  package let stream: JSONView
  package let type: JSONView
  /// An object, if it is there.
  package let privateDigests: JSONView?

  /// Reads the members of memory out of a scanned line (log-format, section 1). Those of meaning must be there and be of
  /// their kind; what stands in them, and whatever else stands in the line, is not looked at.
  package init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    try reader.object("assertedBy")
    try reader.text("basis")
    try reader.object("data")
    let idView = try reader.required("id")
    guard idView.kind == .string, let id = EventID(idView.bytes), id.version == 7 || id.version == 5,
      id.hasStandardVariant
    else {
      throw JSONFault(
        .badValue, at: idView.offset, path: "id", "an id is a UUID of version 7 (or 5) in lower case")
    }
    self.id = id
    previous = try reader.text("previous")
    guard previous.bytes.isEmpty || Base64.isEncoding(previous.bytes, ofBytes: 32) else {
      throw JSONFault(.badValue, at: previous.offset, path: "previous", "a digest is the base64 of 32 bytes")
    }
    privateDigests = reader.optional("private")
    if let view = privateDigests {
      guard view.kind == .object else {
        throw JSONFault(.wrongType, at: view.offset, path: "private", "an object {…} must stand here")
      }
      for child in view.members {
        let digest = try child.asString()
        guard Base64.decode(digest)?.count == 32 else {
          throw JSONFault(.badValue, at: child.offset, path: child.name, "a digest is the base64 of 32 bytes")
        }
      }
    }
    let recordedView = try reader.required("recordedAt")
    guard recordedView.kind == .string, let recordedAt = Instant(recordedView.bytes) else {
      throw JSONFault(
        .badValue, at: recordedView.offset, path: "recordedAt", "a moment is written YYYY-MM-DDTHH:MM:SS.mmmZ")
    }
    self.recordedAt = recordedAt
    recordedBy = try reader.text("recordedBy")
    salt = try reader.text("salt")
    guard Base64.isEncoding(salt.bytes, ofBytes: 16) else {
      throw JSONFault(.badValue, at: salt.offset, path: "salt", "a salt is the base64 of 16 bytes")
    }
    stream = try reader.text("stream")
    guard Record.isStream(stream.bytes) else {
      throw JSONFault(
        .badValue, at: stream.offset, path: "stream",
        "“\(stream.string ?? "")” is no stream: agreement/KEY, party/KEY … or log")
    }
    let versionView = try reader.required("streamVersion")
    streamVersion = try versionView.asInteger()
    guard streamVersion >= 1 else {
      throw JSONFault(.badValue, at: versionView.offset, path: "streamVersion", "versions count from 1")
    }
    type = try reader.text("type")
    let vView = try reader.required("v")
    version = try vView.asInteger()
    guard version >= 1 else { throw JSONFault(.badValue, at: vView.offset, path: "v", "versions count from 1") }
    try reader.text("visibility")
  }
}

extension ObjectReader {
  fileprivate mutating func object(_ name: StaticString) throws(JSONFault) {
    let view = try required(name)
    guard view.kind == .object else {
      throw JSONFault(.wrongType, at: view.offset, path: name.description, "an object {…} must stand here")
    }
  }

  @discardableResult
  fileprivate mutating func text(_ name: StaticString) throws(JSONFault) -> JSONView {
    let view = try required(name)
    guard view.kind == .string else {
      throw JSONFault(.wrongType, at: view.offset, path: name.description, "a text must stand here")
    }
    return view
  }
}

/// One line of a log: an event, or the digest in whose stead a line was left out openly.
public enum LogLine: Hashable, Sendable {
  case event(Record)
  /// The entry digest of the line that is not in this copy, 32 bytes.
  case withheld(entry: [UInt8])

  /// How a line begins that was left out openly.
  private static let withheldStart = Array("{\"entry\":\"".utf8)

  /// What stands in the stead of a line that is left out.
  public static func withheldBytes(entry: [UInt8]) -> [UInt8] {
    withheldStart + Array(Base64.encode(entry).utf8) + Array("\"}".utf8)
  }

  /// The digest in such a line; nil for every other line. No other canonical line is so short and begins so.
  public static func entry(ofWithheld line: some Collection<UInt8>) -> [UInt8]? {
    guard line.count == withheldStart.count + 46, line.starts(with: withheldStart) else { return nil }
    let digest = line.dropFirst(withheldStart.count)
    guard digest.suffix(2).elementsEqual("\"}".utf8), let entry = Base64.decode(digest.dropLast(2)), entry.count == 32
    else { return nil }
    return entry
  }

  /// Reads what memory needs of a scanned line.
  package init(_ view: JSONView) throws(JSONFault) {
    switch try LineView(view) {
    case .event(let record): self = .event(try Record(record))
    case .withheld(let entry): self = .withheld(entry: entry)
    }
  }
}

/// One line of a log as `LogLine` has it, with nothing of its record copied out.
package enum LineView {
  case event(RecordView)
  case withheld(entry: [UInt8])

  package init(_ view: JSONView) throws(JSONFault) {
    guard view.kind == .object else {
      throw JSONFault(.wrongType, at: view.offset, "a line is an object {…}")
    }
    if let member = view.firstNameNotASCII {
      throw JSONFault(.nameNotASCII, at: member.offset, path: member.name, "names of members are ASCII")
    }
    if let entry = view["entry"], view.members.count == 1 {
      guard entry.kind == .string, let digest = Base64.decode(entry.bytes), digest.count == 32 else {
        throw JSONFault(.badValue, at: entry.offset, path: "entry", "a digest is the base64 of 32 bytes")
      }
      self = .withheld(entry: digest)
      return
    }
    self = .event(try RecordView(view))
  }
}

extension StoreError {
  /// A line that cannot be read, with the place in it.
  package init(badLine fault: JSONFault, at position: Int, in line: UnsafeBufferPointer<UInt8>) {
    self.init(
      .badLine, fault.why, position: position, fault: fault, column: fault.column(in: line))
  }
}
