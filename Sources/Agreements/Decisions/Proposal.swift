public import CanonicalJSON

/// An event that somebody wants to record: the caller's part of a line, read and checked for its form.
public struct Proposal: Hashable, Sendable {
  public var id: EventID
  public var stream: StreamName
  public var statement: Statement
  /// Values that go beside the line, by name.
  public var privateValues: JSONObject
  public var recordedBy: String

  public init(
    id: EventID, stream: StreamName, statement: Statement, privateValues: JSONObject = JSONObject(), recordedBy: String
  ) {
    self.id = id
    self.stream = stream
    self.statement = statement
    self.privateValues = privateValues
    self.recordedBy = recordedBy
  }
}

extension Proposal {
  /// The members that a line of a drafts file may have.
  static let members: Set<String> = [
    "assertedBy", "basis", "data", "id", "note", "private", "recordedBy", "sources", "stream", "type", "v",
    "visibility", "when",
  ]
  /// Those that the log fills in itself.
  private static let filledIn: Set<String> = ["previous", "recordedAt", "salt", "streamVersion"]

  /// Those that are no part of the statement.
  private static let besides = ["id", "private", "recordedBy", "stream", "type", "v"]

  /// Reads one line of a `*.drafts.jsonl` file: any order of members and any white space.
  ///
  /// Members that the catalogue does not know are refused at every depth: in a log they are kept for later versions, but in
  /// a draft they are slips of the pen, and what they meant would be lost (`{"low":1,"hihg":5}` is no upper bound).
  ///
  /// - Parameter id: taken where the draft gives none.
  public init(draft bytes: [UInt8], id: EventID, recordedBy: String) throws(JSONFault) {
    var tape = Tape()
    self = try bytes.withUnsafeBufferPointer { bytes throws(JSONFault) in
      try Proposal(draft: bytes, over: &tape, id: id, recordedBy: recordedBy)
    }
  }

  /// The same for one of many lines, which are read over one tape.
  package init(
    draft bytes: UnsafeBufferPointer<UInt8>, over tape: inout Tape, id: EventID, recordedBy: String
  ) throws(JSONFault) {
    try tape.scan(bytes, form: .relaxed)
    guard tape.view(of: bytes).kind == .object else {
      throw JSONFault(.wrongType, at: 0, "a draft is an object {…}")
    }
    do throws(JSONFault) {
      if tape.sortMembers(of: bytes) {
        try self.init(draft: tape.view(of: bytes), id: id, recordedBy: recordedBy)
      } else {
        let plain = tape.view(of: bytes).value.canonicalBytes
        self = try plain.withUnsafeBufferPointer { plain throws(JSONFault) in
          try tape.scan(plain)
          return try Proposal(draft: tape.view(of: plain), id: id, recordedBy: recordedBy)
        }
      }
    } catch {
      var fault = error
      fault.offset = JSONValue.offset(ofPath: fault.path, in: bytes) ?? 0
      throw fault
    }
  }

  /// - Parameter view: an object whose members are in canonical order.
  private init(draft view: JSONView, id: EventID, recordedBy: String) throws(JSONFault) {
    let given = try Given(view)
    if !given.isAll, let member = view.members.first(where: { !Self.members.contains($0.name) }) {
      let name = member.name
      let why =
        Self.filledIn.contains(name)
        ? "“\(name)” is filled in by the log itself; leave it out" : "there is no member “\(name)” in a draft"
      throw JSONFault(.unknownMember, at: 0, path: name, why)
    }
    guard let type = given.type else { throw Self.missing("type") }
    guard let type = type.string else { throw JSONFault(.wrongType, at: 0, path: "type", "a text must stand here") }
    guard let known = EventBody.type(named: type) else {
      throw JSONFault(.badValue, at: 0, path: "type", "there is no event type “\(type)”")
    }
    guard let streamText = given.stream else { throw Self.missing("stream") }
    guard let stream = streamText.string.flatMap({ StreamName($0) }) else {
      throw JSONFault(
        .badValue, at: 0, path: "stream", "a stream is agreement/KEY, party/KEY, plan/KEY, exhibit/KEY or log")
    }
    if let version = given.v, version.integer != Int64(known.version) {
      throw JSONFault(.badValue, at: 0, path: "v", "drafts of \(type) are written in version \(known.version)")
    }
    let fields = known.fields
    for member in given.data?.members ?? [] where !fields.contains(where: { member.isNamed($0.name) }) {
      let name = member.name
      let names = fields.map(\.name).joined(separator: ", ")
      throw JSONFault(
        .unknownMember, at: 0, path: "data.\(name)", "\(type) has no field “\(name)”; it has: \(names)")
    }
    statement = try Statement(draft: view, of: known)
    let members = statement.members
    if let path = view.firstPath(missingIn: .object(members), besides: Self.besides, where: \.saysNothing) {
      let name = path.split(separator: ".").last.map(String.init) ?? path
      throw JSONFault(.unknownMember, at: 0, path: path, "nothing here is called “\(name)”")
    }
    if let slip = statement.slip(in: members) { throw slip }
    self.stream = stream
    self.id = id
    if let own = given.id {
      guard let own = own.string.flatMap({ EventID($0) }), own.version == 7 || own.version == 5, own.hasStandardVariant
      else { throw JSONFault(.badValue, at: 0, path: "id", "an id is a UUID of version 7 (or 5) in lower case") }
      self.id = own
    }
    self.recordedBy = recordedBy
    if let own = given.recordedBy {
      guard let own = own.string else {
        throw JSONFault(.wrongType, at: 0, path: "recordedBy", "a text must stand here")
      }
      self.recordedBy = own
    }
    privateValues = JSONObject()
    if let own = given.`private` {
      guard let own = own.value.object else {
        throw JSONFault(.wrongType, at: 0, path: "private", "an object {…} must stand here")
      }
      // The line names them, and names in lines are ASCII.
      if let other = own.members.first(where: { !$0.name.utf8.allSatisfy { $0 < 0x80 } }) {
        throw JSONFault(.nameNotASCII, at: 0, path: "private.\(other.name)", "names of members are ASCII")
      }
      privateValues = own
    }
  }

  /// The members of a draft that are looked at before its statement is read.
  private struct Given {
    let data, id, `private`, recordedBy, stream, type, v: JSONView?
    /// Has the draft no others than a draft may have?
    let isAll: Bool

    init(_ view: JSONView) throws(JSONFault) {
      var reader = try ObjectReader(view)
      var found = 0
      func take(_ name: StaticString) -> JSONView? {
        let member = reader.optional(name)
        if member != nil { found += 1 }
        return member
      }
      _ = take("assertedBy")
      _ = take("basis")
      data = take("data")
      id = take("id")
      _ = take("note")
      `private` = take("private")
      recordedBy = take("recordedBy")
      _ = take("sources")
      stream = take("stream")
      type = take("type")
      v = take("v")
      _ = take("visibility")
      _ = take("when")
      isAll = found == view.count
    }
  }

  private static func missing(_ name: String) -> JSONFault {
    JSONFault(.missingMember, at: 0, path: name, "“\(name)” is missing")
  }
}

extension JSONView {
  /// What says nothing (`false`, an empty list, `"per":"total"`) may be left out in writing and is not missed.
  fileprivate var saysNothing: Bool {
    switch kind {
    case .bool: bool == false
    case .array: elements.isEmpty
    case .string: string == "total"
    case .null, .integer, .object: false
    }
  }
}

extension JSONObject {
  /// The way to the first member that another object does not have, if there is one.
  fileprivate func firstPath(missingIn read: JSONObject) -> String? {
    let bytes = JSONValue.object(self).canonicalBytes
    var tape = Tape()
    return bytes.withUnsafeBufferPointer { bytes in
      guard (try? tape.scan(bytes)) != nil else { return nil }
      return tape.view(of: bytes).firstPath(missingIn: .object(read), where: \.saysNothing)
    }
  }
}

// MARK: - Deciding

/// What was decided on a batch: everything, or nothing with all that is wrong.
public enum Decision: Sendable {
  case accepted([Proposal])
  /// By index in the batch.
  case refused([Int: [RuleFinding]])
}

extension RuleBook {
  /// Command + state → events, or a refusal that says what, where and what next. All or none.
  ///
  /// Later proposals may stand on earlier ones of the same batch; parties and exhibits may be registered anywhere in it.
  public func decide(_ proposals: [Proposal]) -> Decision {
    var book = self
    book.reserve(proposals.count)
    // By their places: a proposal that is handed on whole is many values to count.
    for index in proposals.indices {
      switch proposals[index].statement.body {
      case .partyRegistered(let registered):
        book.announced.insert(proposals[index].stream)
        if registered.kind == .group { book.announcedGroups.insert(proposals[index].stream) }
      case .exhibitFiled: book.announced.insert(proposals[index].stream)
      default: break
      }
    }
    var refused: [Int: [RuleFinding]] = [:]
    for index in proposals.indices {
      var findings = book.unread(proposals[index].statement)
      findings += book.take(proposals[index].statement, id: proposals[index].id, in: proposals[index].stream)
      if !findings.isEmpty { refused[index] = findings }
    }
    return refused.isEmpty ? .accepted(proposals) : .refused(refused)
  }

  /// Slips of the pen in what a correction sets. In a log of others they may be what a later version knows.
  private func unread(_ statement: Statement) -> [RuleFinding] {
    guard case .entryCorrected(let correction) = statement.body, let old = form(of: correction.target),
      let new = try? old.corrected(by: correction.set, setVersion: correction.setVersion)
    else { return [] }
    let members = new.members
    if let slip = new.slip(in: members), slip != old.slip(in: old.members) {
      return [
        RuleFinding(
          .correctionBreaksEvent, "\(slip.path): \(slip.why)", path: "data.set.\(slip.path)",
          next: "Say it otherwise, or take the member away: --remove MEMBER")
      ]
    }
    var set = correction.set
    set["private"] = nil
    for member in set.members where member.value == .null { set[member.name] = nil }
    guard let path = set.firstPath(missingIn: members) else { return [] }
    return [
      RuleFinding(
        .correctionBreaksEvent, "nothing in the corrected event is called “\(path)”", path: "data.set.\(path)",
        next: "Look at the fields: tracker record KIND --help")
    ]
  }
}
