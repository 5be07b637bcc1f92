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

  /// Reads one line of a `*.drafts.jsonl` file: any order of members and any white space.
  ///
  /// Members that the catalogue does not know are refused at every depth: in a log they are kept for later versions, but in
  /// a draft they are slips of the pen, and what they meant would be lost (`{"low":1,"hihg":5}` is no upper bound).
  ///
  /// - Parameter id: taken where the draft gives none.
  public init(draft bytes: [UInt8], id: EventID, recordedBy: String) throws(JSONFault) {
    let value = try JSONValue(relaxed: bytes)
    guard let object = value.object else {
      throw JSONFault(.wrongType, at: 0, "a draft is an object {…}")
    }
    do throws(JSONFault) {
      try self.init(draft: object, id: id, recordedBy: recordedBy)
    } catch {
      var fault = error
      fault.offset = JSONValue.offset(ofPath: fault.path, in: bytes) ?? 0
      throw fault
    }
  }

  private init(draft object: JSONObject, id: EventID, recordedBy: String) throws(JSONFault) {
    for member in object.members where !Self.members.contains(member.name) {
      let why =
        Self.filledIn.contains(member.name)
        ? "“\(member.name)” is filled in by the log itself; leave it out"
        : "there is no member “\(member.name)” in a draft"
      throw JSONFault(.unknownMember, at: 0, path: member.name, why)
    }
    guard let type = object["type"] else { throw Self.missing("type") }
    guard let type = type.string else { throw JSONFault(.wrongType, at: 0, path: "type", "a text must stand here") }
    guard let known = EventBody.type(named: type) else {
      throw JSONFault(.badValue, at: 0, path: "type", "there is no event type “\(type)”")
    }
    guard let streamText = object["stream"] else { throw Self.missing("stream") }
    guard let stream = streamText.string.flatMap({ StreamName($0) }) else {
      throw JSONFault(
        .badValue, at: 0, path: "stream", "a stream is agreement/KEY, party/KEY, plan/KEY, exhibit/KEY or log")
    }
    let version = object["v"]?.integer ?? Int64(known.version)
    guard version == known.version, object["v"] == nil || object["v"]?.integer != nil else {
      throw JSONFault(.badValue, at: 0, path: "v", "drafts of \(type) are written in version \(known.version)")
    }
    for member in object["data"]?.object?.members ?? [] where !known.fields.contains(where: { $0.name == member.name })
    {
      let names = known.fields.map(\.name).joined(separator: ", ")
      throw JSONFault(
        .unknownMember, at: 0, path: "data.\(member.name)", "\(type) has no field “\(member.name)”; it has: \(names)")
    }
    var meaning = object.without(["id", "private", "recordedBy", "stream", "type", "v"])
    if meaning["visibility"] == nil { meaning["visibility"] = "committee" }
    statement = try Statement(type: type, version: known.version, members: meaning)
    if let path = JSONValue.object(meaning).firstPath(missingIn: .object(statement.members)) {
      let name = path.split(separator: ".").last.map(String.init) ?? path
      throw JSONFault(.unknownMember, at: 0, path: path, "nothing here is called “\(name)”")
    }
    if let slip = statement.slip { throw slip }
    self.stream = stream
    self.id = id
    if let own = object["id"] {
      guard let own = own.string.flatMap({ EventID($0) }), own.version == 7 || own.version == 5, own.hasStandardVariant
      else { throw JSONFault(.badValue, at: 0, path: "id", "an id is a UUID of version 7 (or 5) in lower case") }
      self.id = own
    }
    self.recordedBy = recordedBy
    if let own = object["recordedBy"] {
      guard let own = own.string else {
        throw JSONFault(.wrongType, at: 0, path: "recordedBy", "a text must stand here")
      }
      self.recordedBy = own
    }
    privateValues = JSONObject()
    if let own = object["private"] {
      guard let own = own.object else {
        throw JSONFault(.wrongType, at: 0, path: "private", "an object {…} must stand here")
      }
      // The line names them, and names in lines are ASCII.
      if let other = own.members.first(where: { !$0.name.utf8.allSatisfy { $0 < 0x80 } }) {
        throw JSONFault(.nameNotASCII, at: 0, path: "private.\(other.name)", "names of members are ASCII")
      }
      privateValues = own
    }
  }

  private static func missing(_ name: String) -> JSONFault {
    JSONFault(.missingMember, at: 0, path: name, "“\(name)” is missing")
  }
}

extension JSONValue {
  /// The way to the first member that `read` does not have, if there is one.
  ///
  /// What says nothing (`false`, an empty list, `"per":"total"`) may be left out in writing and is not missed.
  package func firstPath(missingIn read: JSONValue) -> String? {
    // Nearly always all is there.
    if self == read { return nil }
    return firstSteps(missingIn: read).map { String($0.first == "." ? $0.dropFirst() : $0[...]) }
  }

  /// “.member” and “[index]” from here on. Nearly always nothing is missing, so the path is only made on the way back.
  private func firstSteps(missingIn read: JSONValue) -> String? {
    switch (self, read) {
    case (.object(let given), .object(let kept)):
      for member in given.members {
        if let other = kept[member.name] {
          if let missing = member.value.firstSteps(missingIn: other) { return ".\(member.name)\(missing)" }
        } else if ![false, [], "total"].contains(member.value) {
          return ".\(member.name)"
        }
      }
    case (.array(let given), .array(let kept)):
      for (index, (value, other)) in zip(given, kept).enumerated() {
        if let missing = value.firstSteps(missingIn: other) { return "[\(index)]\(missing)" }
      }
    default: break
    }
    return nil
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
    book.announced = Set(
      proposals.compactMap { proposal in
        switch proposal.statement.body {
        case .partyRegistered, .exhibitFiled: proposal.stream
        default: nil
        }
      })
    for proposal in proposals {
      if case .partyRegistered(let registered) = proposal.statement.body, registered.kind == .group {
        book.announcedGroups.insert(proposal.stream)
      }
    }
    var refused: [Int: [RuleFinding]] = [:]
    for (index, proposal) in proposals.enumerated() {
      var findings = book.unread(proposal.statement)
      findings += book.take(proposal.statement, id: proposal.id, in: proposal.stream)
      if !findings.isEmpty { refused[index] = findings }
    }
    return refused.isEmpty ? .accepted(proposals) : .refused(refused)
  }

  /// Slips of the pen in what a correction sets. In a log of others they may be what a later version knows.
  private func unread(_ statement: Statement) -> [RuleFinding] {
    guard case .entryCorrected(let correction) = statement.body, let old = form(of: correction.target),
      let new = try? old.corrected(by: correction.set, setVersion: correction.setVersion)
    else { return [] }
    if let slip = new.slip, slip != old.slip {
      return [
        RuleFinding(
          .correctionBreaksEvent, "\(slip.path): \(slip.why)", path: "data.set.\(slip.path)",
          next: "Say it otherwise, or take the member away: --remove MEMBER")
      ]
    }
    var set = correction.set
    set["private"] = nil
    for member in set.members where member.value == .null { set[member.name] = nil }
    guard let path = JSONValue.object(set).firstPath(missingIn: .object(new.members)) else { return [] }
    return [
      RuleFinding(
        .correctionBreaksEvent, "nothing in the corrected event is called “\(path)”", path: "data.set.\(path)",
        next: "Look at the fields: tracker record KIND --help")
    ]
  }
}
