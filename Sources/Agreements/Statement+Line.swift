public import CanonicalJSON

// A statement and the members of a line that hold it: read and write, a pair.

extension Statement {
  /// Reads the members of meaning out of a whole line, or out of an object that holds only them and `type` and `v`.
  ///
  /// A fault names the whole way to its member (`data.money.low`).
  package init(line view: JSONView) throws(JSONFault) {
    do throws(JSONFault) {
      self = try Statement(reading: view)
    } catch {
      var fault = error
      let path = view.path(to: fault.offset)
      // What is missing has no place of its own: the fault lies at the object that should hold it.
      let isMissing = fault.code == .missingMember && !fault.path.isEmpty
      fault.path = isMissing ? (path.isEmpty ? fault.path : "\(path).\(fault.path)") : path
      throw fault
    }
  }

  /// Reads the members of meaning out of a draft, in canonical order; its visibility may be left out.
  ///
  /// - Parameter type: what the draft says that it is, in the version that this program writes.
  init(draft view: JSONView, of type: any EventData.Type) throws(JSONFault) {
    do throws(JSONFault) {
      self = try Statement(reading: view, as: type)
    } catch {
      // The way to a fault is found by its place in a canonical text.
      var members = view.value.object ?? JSONObject()
      if members["visibility"] == nil { members["visibility"] = "committee" }
      self = try Statement(type: type.type, version: type.version, members: members)
    }
  }

  /// - Parameter draft: of a draft, its type; nil = the line says it.
  private init(reading view: JSONView, as draft: (any EventData.Type)? = nil) throws(JSONFault) {
    var reader = try ObjectReader(view)
    assertedBy = try Assertion(reader.required("assertedBy"))
    basis = try reader.required("basis").asChoice()
    let data = try reader.required("data")
    note = try reader.optionalString("note")
    sources = []
    if let views = try reader.optional("sources")?.asElements() {
      for view in views { sources.append(try Source(view)) }
    }
    let type: String
    let version: Int
    if let draft {
      type = draft.type
      version = draft.version
      visibility =
        try reader.optional("visibility").map { view throws(JSONFault) in try Visibility(view) } ?? .committee
    } else {
      type = try reader.required("type").asString()
      version = Int(try reader.required("v").asCount(in: 1...1_000_000))
      visibility = try Visibility(reader.required("visibility"))
    }
    if let view = reader.optional("when") { when = try When(view) }
    body = try EventBody(type: type, version: version, data: data)
  }

  /// Reads what `members` writes.
  package init(type: String, version: Int = 1, members: JSONObject) throws(JSONFault) {
    var line = members
    line["type"] = .string(type)
    line["v"] = .integer(Int64(version))
    let bytes = JSONValue.object(line).canonicalBytes
    var tape = Tape()
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONFault) in
      try tape.scan(buffer)
      return try Statement(line: tape.view(of: buffer))
    }
  }

  /// The members of meaning, without `type` and `v`.
  public var members: JSONObject {
    var object = JSONObject()
    object["assertedBy"] = assertedBy.json
    object["basis"] = .string(basis.rawValue)
    object["data"] = .object(body.data?.members ?? JSONObject())
    object["note"] = note.json
    if !sources.isEmpty { object["sources"] = .array(sources.map(\.json)) }
    object["visibility"] = .string(visibility.text)
    object["when"] = when?.json
    return object
  }

  /// The statement with some members replaced whole; `null` removes an optional one.
  ///
  /// - Parameter setVersion: the version in which `data` is written, if it is among them.
  public func corrected(by set: JSONObject, setVersion: Int64?) throws(JSONFault) -> Statement {
    guard let data = body.data else { return self }
    var members = self.members
    for member in set.members where member.name != "private" {
      if case .null = member.value { members[member.name] = nil } else { members[member.name] = member.value }
    }
    let type = Swift.type(of: data)
    let version = set["data"] == nil ? type.version : Int(setVersion ?? 1)
    return try Statement(type: type.type, version: version, members: members)
  }
}

extension EventBody {
  /// Reads `data` of a line; of a type or version that this program does not know nothing is read.
  package init(type: String, version: Int, data: JSONView) throws(JSONFault) {
    guard let known = EventBody.type(named: type) else {
      self = .unknown(type: type, version: version)
      return
    }
    if version > known.version {
      self = .newer(type: type, version: version)
    } else if version == known.version {
      var reader = try FieldReader(data)
      self = try EventBody(type: type, data: &reader)
    } else {
      self = try Upcasters.current.read(data, type: type, version: version, to: known.version)
    }
  }
}

extension Statement.Assertion {
  init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    capacity = try reader.optionalString("capacity")
    party = try reader.required("party").asKey()
  }

  var json: JSONValue {
    var object = JSONObject()
    object["capacity"] = capacity.json
    object["party"] = party.json
    return .object(object)
  }
}

extension Statement.Source {
  init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    citation = try reader.optionalString("citation")
    exhibit = nil
    if let view = reader.optional("exhibit") { exhibit = try view.asKey() }
    locator = try reader.optionalString("locator")
    quote = try reader.optionalString("quote")
  }

  var json: JSONValue {
    var object = JSONObject()
    object["citation"] = citation.json
    object["exhibit"] = exhibit.json
    object["locator"] = locator.json
    object["quote"] = quote.json
    return .object(object)
  }
}

extension Statement.When {
  init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    date = try ImpreciseDate(reader.required("edtf"))
    inference = try reader.optionalString("inference")
    words = try reader.optionalString("words")
  }

  var json: JSONValue {
    var object = JSONObject()
    object["edtf"] = date.json
    object["inference"] = inference.json
    object["words"] = words.json
    return .object(object)
  }
}

extension Statement.Visibility {
  /// `public`, `committee`, or `practice:KEY[,KEY]…` with the keys sorted and none twice.
  public init?(_ text: String) {
    switch text {
    case "public": self = .public
    case "committee": self = .committee
    default:
      guard text.hasPrefix("practice:") else { return nil }
      let texts = text.dropFirst("practice:".count).split(separator: ",", omittingEmptySubsequences: false)
      let keys = texts.compactMap { PartyKey(rawValue: String($0)) }
      guard keys.count == texts.count, zip(keys, keys.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
      self = .practices(keys)
    }
  }

  init(_ view: JSONView) throws(JSONFault) {
    let text = try view.asString()
    guard let visibility = Self(text) else {
      throw JSONFault(
        .badValue, at: view.offset, path: "visibility",
        "“\(text)” is none of: public, committee, practice:KEY[,KEY]… with the keys sorted")
    }
    self = visibility
  }

  public var text: String {
    switch self {
    case .public: "public"
    case .committee: "committee"
    case .practices(let keys): "practice:" + keys.map(\.rawValue).joined(separator: ",")
    }
  }
}
