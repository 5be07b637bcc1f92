internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections

/// Reads the flags of `tracker record KIND` into a draft, driven by the fields of the event's type.
struct RecordFlags {
  /// Flags that every kind has, with what they mean.
  static let common: [(flag: String, value: String, meaning: String)] = [
    ("--when", "date", "when it happened: “Sept 2010”, “2009/10”, “before May 2011”, “yesterday”"),
    ("--when-words", "text", "the words in which the source gives the day"),
    ("--inference", "text", "how the day was worked out"),
    ("--asserted-by", "party", "who says so, not who types it (required)"),
    ("--capacity", "text", "in what capacity they say it"),
    ("--basis", "word", "own-knowledge (default), told, document, press or inferred"),
    ("--source", "exhibit", "the exhibit that shows it; again for a second one"),
    ("--citation", "text", "the paper that shows it, where it is no exhibit"),
    ("--locator", "text", "page or paragraph of the source named before"),
    ("--quote", "text", "the words themselves"),
    ("--note", "text", "anything else worth keeping"),
    ("--visibility", "word", "public, committee (default) or practice:KEY"),
    ("--private", "name=value", "a value kept outside the line, so that it can be erased"),
    ("--id", "uuid", "the event's id, where it was chosen elsewhere"),
  ]

  let type: any EventData.Type
  private(set) var members = JSONObject()
  private var data = JSONObject()
  private var sources: [JSONObject] = []
  private var privateValues = JSONObject()
  private var when: ImpreciseDate?
  private var whenWords: String?
  private var inference: String?
  private var assertedBy: String?
  private var capacity: String?

  /// The key behind the kind.
  private(set) var stream: String?

  /// - Parameters:
  ///   - arguments: behind the kind: the key of the stream, then flags with their values.
  ///   - isPartial: what is missing will be asked for, so it is no fault yet.
  init(_ type: any EventData.Type, arguments: [String], isPartial: Bool = false) throws {
    self.type = type
    var arguments = arguments[...]
    while let argument = arguments.popFirst() {
      guard argument.hasPrefix("--") else {
        guard stream == nil else {
          throw Failure(
            .usage, what: "“\(argument.shown)” is one argument too many", next: "Put words with spaces in quotes.")
        }
        stream = argument
        continue
      }
      let (flag, attached) = Self.split(argument)
      try check(flag)
      guard let value = attached ?? arguments.popFirst() else {
        throw Failure(.usage, what: "\(flag.shown) needs a value")
      }
      try take(flag, value)
    }
    if !isPartial { try finish(stream) }
  }

  /// The keys of parties that were typed, each with its flag.
  var parties: [(flag: String, key: String)] {
    let named = type.fields.flatMap { field -> [(flag: String, key: String)] in
      let flag = RecordKinds.flag(for: field.name)
      switch (field.kind, data[field.name]) {
      case (.key("party"), .string(let key)?): return [(flag, key)]
      case (.list(.key("party")), .array(let keys)?): return keys.compactMap { $0.string.map { (flag, $0) } }
      default: return []
      }
    }
    return named + (assertedBy.map { [("--asserted-by", $0)] } ?? [])
  }

  /// The promise that it is about, not one that it makes.
  var promise: String? { type.type == PaymentPromised.type ? nil : data["promise"]?.string }

  /// Is everything there that the event needs?
  var isComplete: Bool { missing(stream).isEmpty }

  private static func split(_ argument: String) -> (String, String?) {
    guard let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  private mutating func take(_ flag: String, _ value: String) throws {
    if let field = type.fields.first(where: { RecordKinds.flag(for: $0.name) == flag }) {
      if type.type == PaymentPromised.type, field.name == "money", value.contains("%") || value.contains("per cent") {
        // Of a promise a share may stand where a sum would, as in the answers to questions.
        data["share"] = try FieldWords.words(flag) { () throws(WordsFault) in
          try PaymentPromised.Share(words: value)
        }.json
        return
      }
      if FieldWords.isLeftOut(field, value) { return }
      let read = try FieldWords.read(field, value, flag)
      if field.kind.isRepeated, case .array(let new) = read, case .array(let old)? = data[field.name] {
        data[field.name] = .array(old + new)
      } else {
        data[field.name] = read
      }
      return
    }
    switch flag {
    case "--when":
      guard !Interview.isUnknown(value) else { break }
      when = try FieldWords.words(flag) { () throws(WordsFault) in try ImpreciseDate(words: value) }
      if whenWords == nil, ImpreciseDate(edtf: value) == nil { whenWords = value }
    case "--when-words": whenWords = value
    case "--inference": inference = value
    // Where a kind has a field of that name, the field was taken above.
    case "--asserted-by", "--by-party": assertedBy = value
    case "--capacity": capacity = value
    case "--basis": members["basis"] = .string(value)
    case "--source", "--exhibit", "--exhibit-cited": cite("exhibit", value)
    case "--citation": cite("citation", value)
    case "--locator": cite("locator", value)
    case "--quote": cite("quote", value)
    case "--note": members["note"] = .string(value)
    case "--visibility": members["visibility"] = .string(value)
    case "--id": members["id"] = .string(value)
    case "--private":
      let (name, text) = Self.split(value)
      guard let text else { throw Failure(.usage, what: "--private takes NAME=VALUE") }
      privateValues[name] = .string(text)
    default: break
    }
  }

  /// That there is no such flag is said before a value is missed behind it.
  private func check(_ flag: String) throws {
    let flags = type.fields.map { RecordKinds.flag(for: $0.name) } + Self.common.map(\.flag)
    guard !flags.contains(flag), !Self.silent.contains(flag) else { return }
    throw Failure(
      .usage, what: "there is no flag \(flag.shown)",
      next: Spelling.nearest(to: flag, among: flags).map { "Did you mean \($0)?" }
        ?? "Flags: \(flags.joined(separator: " "))")
  }

  /// Other names of common flags, for kinds that have a field of the common name.
  private static let silent: Set<String> = ["--by-party", "--exhibit", "--exhibit-cited"]

  /// A member that the last source has already begins the next one; a second place or quotation is from the same paper.
  private mutating func cite(_ member: String, _ value: String) {
    var source = sources.popLast() ?? JSONObject()
    if source[member] != nil {
      var next = JSONObject()
      if member == "locator" || member == "quote" {
        next["exhibit"] = source["exhibit"]
        next["citation"] = source["citation"]
        if member == "quote" { next["locator"] = source["locator"] }
      }
      sources.append(source)
      source = next
    }
    source[member] = .string(value)
    sources.append(source)
  }

  /// Where somebody typed what a rule or the reader of a draft found wrong.
  static func flag(forPath path: String) -> String {
    let parts = path.split(separator: ".").map(String.init)
    switch parts.first {
    case "data": return parts.count > 1 ? RecordKinds.flag(for: parts[1].split(separator: "[")[0].description) : ""
    case "stream": return NearKeys.place
    case "assertedBy": return "--asserted-by"
    case "sources": return "--source"
    case "basis", "id", "note", "private", "visibility", "when": return "--\(parts[0])"
    default: return path
    }
  }

  // MARK: The whole

  private mutating func finish(_ stream: String?) throws {
    try checkMissing(stream)
    if sources.contains(where: { $0["exhibit"] == nil && $0["citation"] == nil && $0["quote"] == nil }) {
      throw Failure(.usage, what: "--locator says where, but not in which paper", next: "Add --source or --citation.")
    }
    if let stream {
      let name = stream.contains("/") ? stream : "\(type.streams[0].rawValue)/\(stream)"
      guard StreamName(name) != nil else {
        throw Failure(
          .badData, what: "“\(stream.shown)” is no key", place: "the key behind the kind",
          next: "A key is 1 to 64 of a-z, 0-9 and -, like gain-share.")
      }
      members["stream"] = .string(name)
    } else if type.streams == [.log] {
      members["stream"] = "log"
    }
    members["type"] = .string(type.type)
    members["data"] = .object(data)
    if let assertedBy {
      var asserted = JSONObject()
      asserted["party"] = .string(assertedBy)
      asserted["capacity"] = capacity.map(JSONValue.string)
      members["assertedBy"] = .object(asserted)
    }
    if members["basis"] == nil { members["basis"] = "own-knowledge" }
    if !sources.isEmpty { members["sources"] = .array(sources.map(JSONValue.object)) }
    if !privateValues.members.isEmpty { members["private"] = .object(privateValues) }
    if let when {
      var object = JSONObject()
      object["edtf"] = .string(when.edtf)
      object["words"] = whenWords.map(JSONValue.string)
      object["inference"] = inference.map(JSONValue.string)
      members["when"] = .object(object)
    } else if whenWords != nil || inference != nil {
      throw Failure(.usage, what: "--when-words and --inference go with --when")
    }
  }

  /// An event that speaks of another stands in the stream of that other.
  private var hasTarget: Bool { type.fields.contains { $0.name == "target" } }

  /// All that is missing is said at once.
  private func checkMissing(_ stream: String?) throws {
    let missing = missing(stream)
    guard !missing.isEmpty else { return }
    throw Failure(
      .usage, what: missing.count == 1 ? "something is missing" : "\(missing.count) things are missing",
      next: "All flags of this kind:  tracker record \(RecordKinds.word(for: type)) --help", more: missing)
  }

  private func missing(_ stream: String?) -> [String] {
    var missing: [String] = []
    if stream == nil, type.streams != [.log], !hasTarget {
      missing.append("the key of the \(type.streams.map(\.rawValue).joined(separator: " or ")), behind the kind")
    }
    for field in type.fields where field.isRequired && data[field.name] == nil {
      missing.append("\(RecordKinds.flag(for: field.name)): \(field.meaning)")
    }
    if assertedBy == nil { missing.append("--asserted-by: the party that says so") }
    return missing
  }

  /// Numbers of events become their ids, and an event about another goes into that one's stream.
  mutating func lookUp(in log: any LogReading) throws {
    func event(_ text: String) throws -> LoggedEvent {
      let position = try EventFinder.position(text, in: log)
      var decoder = EventDecoder()
      guard let event = try decoder.event(try log.lines(at: [position])[0], at: position) else {
        throw Failure(.badData, what: "event \(text.shown) was left out of this copy")
      }
      return event
    }
    for field in type.fields {
      switch (field.kind, data[field.name]) {
      case (.eventID, .string(let text)?):
        let found = try event(text)
        data[field.name] = .string(found.id.description)
        if field.name == "target", members["stream"] == nil {
          members["stream"] = .string(found.stream.description)
        }
      case (.list(.eventID), .array(let items)?):
        data[field.name] = .array(
          try items.map { .string(try event($0.string ?? "").id.description) })
      default: continue
      }
    }
    members["data"] = .object(data)
  }
}

extension Field.Kind {
  /// May the flag be given several times, each adding to the list?
  fileprivate var isRepeated: Bool {
    switch self {
    case .list, .shape("conditions"), .shape("changes"): true
    default: false
    }
  }
}
