internal import Agreements
internal import CanonicalJSON

/// One field of an event from what somebody typed: money and dates as people write them, the rest as it is.
enum FieldWords {
  static func words<T>(_ flag: String, _ read: () throws(WordsFault) -> T) throws -> T {
    do throws(WordsFault) { return try read() } catch {
      throw Failure(.badData, what: error.why, place: flag, next: error.next)
    }
  }

  /// Is it said that it is not known, of something that need not stand? Keys and the words of sources are taken as they are.
  static func isLeftOut(_ field: Field, _ text: String) -> Bool {
    guard !field.isRequired, Interview.isUnknown(text) else { return false }
    return switch field.kind {
    case .text, .date, .count, .pence, .flag: true
    case .choice(let words): !words.contains("unknown")
    case .key, .money, .eventID, .digest, .list, .shape: false
    }
  }

  /// Refuses “not known” where an event cannot be without it, and says what can be recorded instead.
  private static func checkKnown(_ field: Field, _ text: String, _ flag: String) throws {
    guard field.isRequired, Interview.isUnknown(text) else { return }
    let isNeeded: Bool
    let instead: String
    switch field.kind {
    case .choice(let words):
      isNeeded = !words.contains("unknown")
      instead = "It is one of: \(words.joined(separator: ", "))."
    case .date: (isNeeded, instead) = (true, "It may be vague: “before May 2011”, “2009 to 2011”, “about 2010”.")
    case .pence, .count: (isNeeded, instead) = (true, "Write what is sure, and in --note what is not known.")
    default: (isNeeded, instead) = (false, "")
    }
    guard isNeeded else { return }
    throw Failure(
      .badData, what: "this event cannot be without it: \(field.meaning)", place: flag,
      next: "\(instead)\(others[field.name].map { " \($0)" } ?? "")")
  }

  /// What is recorded while something is not known, by the name of the field.
  private static let others = [
    "scope": "Until it is known, record what was said:  tracker record letter (or call, email, meeting)",
    "complete": "Where no record tells what was done, nothing is recorded, and nothing is held to be done.",
    "accepted": "Where nothing was surely accepted, that is --accepted 0.",
    "agreed": "Until it is known, record what was said:  tracker record letter (or call, email, meeting)",
    "consent": "Until it is known, record what was said:  tracker record letter (or call, email, meeting)",
  ]

  static func read(_ field: Field, _ text: String, _ flag: String) throws -> JSONValue {
    try checkKnown(field, text, flag)
    if case .choice(let words) = field.kind, words.contains("unknown"), Interview.isUnknown(text) { return "unknown" }
    if field.kind == .money, Interview.isUnknown(text) { return try money("not known", flag).json }
    switch field.kind {
    case .key, .text, .choice, .eventID, .digest: return .string(text)
    case .money: return try money(text, flag).json
    case .date: return .string(try date(text, flag, isDeadline: isDeadline(field.name)).edtf)
    case .pence:
      let money = try money(text, flag)
      guard money.high == money.low else {
        throw Failure(.badData, what: "“\(text.shown)” is no exact sum", place: flag, next: "Write one like £8,000.")
      }
      return .integer(money.low)
    case .count: return .integer(try number(text, flag))
    case .flag:
      guard text == "yes" else { throw Failure(.badData, what: "only “yes” may stand here", place: flag) }
      return true
    case .list(.money): return .array([try money(text, flag).json])
    case .list:
      return .array(
        text.split(separator: ",").map { .string(String($0.drop { $0 == " " })) })
    case .shape(let shape): return try self.shape(shape, text, flag)
    }
  }

  /// Is it a day by which something is to be?
  private static func isDeadline(_ name: String) -> Bool { ["due", "until"].contains(name) }

  /// Of a field, or of the day of the event.
  ///
  /// - Parameter flag: for what is said where it cannot be read; `--due` and `--until` are deadlines.
  static func date(_ text: String, _ flag: String, isDeadline: Bool? = nil) throws -> ImpreciseDate {
    try words(flag) { () throws(WordsFault) in
      isDeadline ?? self.isDeadline(String(flag.drop { $0 == "-" }))
        ? try ImpreciseDate(deadline: text) : try ImpreciseDate(words: text)
    }
  }

  private static func money(_ text: String, _ flag: String) throws -> Money {
    try words(flag) { () throws(WordsFault) in try Money(words: text) }
  }

  private static func number(_ text: some StringProtocol, _ flag: String) throws -> Int64 {
    guard let number = Int64(text), number >= 0 else {
      throw Failure(
        .badData, what: "“\(String(text).shown)” is no whole number", place: flag, next: "Write it in digits, like 10.")
    }
    return number
  }

  /// The few fields with a shape of their own, as people can type them.
  private static func shape(_ shape: String, _ text: String, _ flag: String) throws -> JSONValue {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch shape {
    case "share":
      return try words(flag) { () throws(WordsFault) in try PaymentPromised.Share(words: text) }.json
    case "conditions":
      guard parts.count == 2 else {
        throw Failure(.badData, what: "a condition is typed KEY:TEXT", place: flag)
      }
      return [["condition": .string(parts[0]), "text": .string(parts[1])]]
    case "changes":
      guard parts.count == 2 else {
        throw Failure(.badData, what: "a new sum is typed PROMISE:SUM", place: flag)
      }
      return [["promise": .string(parts[0]), "money": try money(parts[1], flag).json]]
    case "count": return try count(text, flag)
    default:
      guard let value = try? JSONValue(relaxed: Array(text.utf8)) else {
        throw Failure(.badData, what: "\(flag) takes JSON, and this is none", place: flag)
      }
      return value
    }
  }

  /// “5”, “at least 2”, “2 to 5”
  private static func count(_ text: String, _ flag: String) throws -> JSONValue {
    if text.hasPrefix("at least ") { return ["low": .integer(try number(text.dropFirst(9), flag))] }
    let words = text.split(separator: " ")
    let (low, high) = words.count == 3 && words[1] == "to" ? (words[0], words[2]) : (text[...], text[...])
    return ["low": .integer(try number(low, flag)), "high": .integer(try number(high, flag))]
  }
}
