internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON

/// Reads the flags of `tracker record KIND` into a draft, driven by the fields of the event's type.
struct RecordFlags {
  /// Flags that every kind has, with what they mean.
  static let common: [(flag: String, value: String, meaning: String)] = [
    ("--when", "date", "when it happened, as far as is known: “Sept 2010”, “2009/10”, “before May 2011”"),
    ("--when-words", "text", "the words in which the source gives the day"),
    ("--inference", "text", "how the day was worked out"),
    ("--asserted-by", "party", "who says so (not who types it)"),
    ("--capacity", "text", "in what capacity they say it"),
    ("--basis", "word", "own-knowledge, told, document, press or inferred (default: own-knowledge)"),
    ("--exhibit-cited", "exhibit", "the exhibit that shows it; with --locator and --quote"),
    ("--citation", "text", "the paper that shows it, where it is no exhibit"),
    ("--locator", "text", "page or paragraph"), ("--quote", "text", "the words themselves"),
    ("--note", "text", "anything else worth keeping"),
    ("--visibility", "word", "public, committee (default) or practice:KEY"),
    ("--private", "name=value", "a value kept outside the line, so that it can be erased"),
    ("--id", "uuid", "the event's id, where it was chosen elsewhere"),
  ]

  let type: any EventData.Type
  private(set) var members = JSONObject()
  private var data = JSONObject()
  private var source = JSONObject()
  private var privateValues = JSONObject()
  private var when: ImpreciseDate?
  private var whenWords: String?
  private var inference: String?
  private var assertedBy: String?
  private var capacity: String?

  /// - Parameter arguments: behind the kind: the key of the stream, then flags with their values.
  init(_ type: any EventData.Type, arguments: [String]) throws {
    self.type = type
    var arguments = arguments[...]
    var stream: String?
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
      guard let value = attached ?? arguments.popFirst() else {
        throw Failure(.usage, what: "\(flag.shown) needs a value")
      }
      try take(flag, value)
    }
    try finish(stream)
  }

  private static func split(_ argument: String) -> (String, String?) {
    guard let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  private mutating func take(_ flag: String, _ value: String) throws {
    if let field = type.fields.first(where: { RecordKinds.flag(for: $0.name) == flag }) {
      let read = try Self.read(field, value, flag)
      if case .list = field.kind, case .array(let new) = read, case .array(let old)? = data[field.name] {
        data[field.name] = .array(old + new)
      } else if case .shape(let shape) = field.kind, ["conditions", "changes"].contains(shape),
        case .array(let new) = read, case .array(let old)? = data[field.name]
      {
        data[field.name] = .array(old + new)
      } else {
        data[field.name] = read
      }
      return
    }
    switch flag {
    case "--when":
      when = try Self.words(flag) { () throws(WordsFault) in try ImpreciseDate(words: value) }
      if when?.edtf != value, whenWords == nil, ImpreciseDate(edtf: value) == nil { whenWords = value }
    case "--when-words": whenWords = value
    case "--inference": inference = value
    case "--asserted-by": assertedBy = value
    case "--capacity": capacity = value
    case "--basis": members["basis"] = .string(value)
    case "--exhibit-cited": source["exhibit"] = .string(value)
    case "--citation": source["citation"] = .string(value)
    case "--locator": source["locator"] = .string(value)
    case "--quote": source["quote"] = .string(value)
    case "--note": members["note"] = .string(value)
    case "--visibility": members["visibility"] = .string(value)
    case "--id": members["id"] = .string(value)
    case "--private":
      let (name, text) = Self.split(value)
      guard let text else { throw Failure(.usage, what: "--private takes NAME=VALUE") }
      privateValues[name] = .string(text)
    default:
      let flags = type.fields.map { RecordKinds.flag(for: $0.name) } + Self.common.map(\.flag)
      let guess = Spelling.nearest(to: flag, among: flags).map { " Did you mean \($0)?" } ?? ""
      throw Failure(
        .usage, what: "there is no flag \(flag.shown).\(guess)", next: "Flags: \(flags.joined(separator: " "))")
    }
  }

  private static func words<T>(_ flag: String, _ read: () throws(WordsFault) -> T) throws -> T {
    do throws(WordsFault) { return try read() } catch {
      throw Failure(.badData, what: error.why, place: flag, next: error.next)
    }
  }

  /// One field from the text that somebody typed.
  static func read(_ field: Field, _ text: String, _ flag: String) throws -> JSONValue {
    switch field.kind {
    case .key, .text, .choice, .eventID, .digest: return .string(text)
    case .money: return try Self.words(flag) { () throws(WordsFault) in try Money(words: text) }.json
    case .date:
      return .string(try Self.words(flag) { () throws(WordsFault) in try ImpreciseDate(words: text) }.edtf)
    case .count:
      // `accepted` is stated in pence; people type pounds.
      if field.name == "accepted" {
        return .integer(try Self.words(flag) { () throws(WordsFault) in try Money(words: text) }.low)
      }
      guard let number = Int64(text) else {
        throw Failure(.badData, what: "“\(text.shown)” is no whole number", place: flag)
      }
      return .integer(number)
    case .flag: return true
    case .list(let kind):
      if case .money = kind { return .array([try read(Field(field.name, kind, ""), text, flag)]) }
      return .array(text.split(separator: ",").map { .string(String($0)) })
    case .shape(let shape): return try Self.shape(shape, text, flag)
    }
  }

  /// The few fields with a shape of their own, as people can type them.
  private static func shape(_ shape: String, _ text: String, _ flag: String) throws -> JSONValue {
    func parts(_ text: String) -> [String] { text.split(separator: ":", maxSplits: 1).map(String.init) }
    switch shape {
    case "share": return try share(text, flag)
    case "conditions":
      guard parts(text).count == 2 else {
        throw Failure(.badData, what: "a condition is typed KEY:TEXT", place: flag)
      }
      return [["condition": .string(parts(text)[0]), "text": .string(parts(text)[1])]]
    case "changes":
      guard parts(text).count == 2 else {
        throw Failure(.badData, what: "a new sum is typed PROMISE:SUM", place: flag)
      }
      let money = try words(flag) { () throws(WordsFault) in try Money(words: parts(text)[1]) }
      return [["promise": .string(parts(text)[0]), "money": money.json]]
    case "count":
      guard let low = Int64(text) else {
        throw Failure(.badData, what: "“\(text.shown)” is no whole number", place: flag)
      }
      return ["low": .integer(low), "high": .integer(low)]
    default:
      guard let value = try? JSONValue(relaxed: Array(text.utf8)) else {
        throw Failure(.badData, what: "\(flag) takes JSON, and this is none", place: flag)
      }
      return value
    }
  }

  /// “70%”, “70% at most £100,000 each”
  private static func share(_ text: String, _ flag: String) throws -> JSONValue {
    var text = text
    var share = JSONObject()
    share["of"] = "saving"
    if text.hasSuffix(" each") {
      share["per"] = "each"
      text = String(text.dropLast(5))
    }
    let halves = text.split(separator: "%", maxSplits: 1).map(String.init)
    let digits = (halves.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
    guard text.contains("%"), let whole = digits.first.flatMap({ Int64($0) }), (0...10_000).contains(whole),
      digits.count <= 2, digits.count == 1 || (1...2).contains(digits[1].count)
    else { throw Failure(.badData, what: "a share is typed like “70% at most £100,000 each”", place: flag) }
    let fraction = digits.count == 2 ? Int64(digits[1] + (digits[1].count == 1 ? "0" : "")) ?? 0 : 0
    share["percentHundredths"] = .integer(whole * 100 + fraction)
    if halves.count == 2 {
      let words = halves[1].split(separator: " ").joined(separator: " ")
      let cap = try Self.words(flag) { () throws(WordsFault) in try Money(words: words) }
      share["cap"] = cap.high.map(JSONValue.integer)
    }
    return .object(share)
  }

  private mutating func finish(_ stream: String?) throws {
    let kinds = type.streams
    guard let stream else {
      if kinds == [.log] {
        members["stream"] = "log"
        try put()
        return
      }
      throw Failure(
        .usage, what: "which \(kinds[0].rawValue)?", next: "Name its key behind the kind: tracker record … KEY")
    }
    members["stream"] = .string(stream.contains("/") ? stream : "\(kinds[0].rawValue)/\(stream)")
    try put()
  }

  private mutating func put() throws {
    members["type"] = .string(type.type)
    members["data"] = .object(data)
    guard let assertedBy else {
      throw Failure(.usage, what: "who says so?", next: "Name the party: --asserted-by KEY")
    }
    members["assertedBy"] = ["party": .string(assertedBy)]
    if let capacity { members["assertedBy"] = ["party": .string(assertedBy), "capacity": .string(capacity)] }
    if members["basis"] == nil { members["basis"] = "own-knowledge" }
    if !source.members.isEmpty { members["sources"] = .array([.object(source)]) }
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
}
