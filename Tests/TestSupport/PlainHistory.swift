import CanonicalJSON
import TransparencyLog

/// A made-up register in small: agreements of the plain kind, with few keys and few days, so that all that can happen to a
/// plain promise does happen, corrections and words about it among them; now and then something that makes an agreement
/// more than plain.
///
/// Lines are bound as a log binds them: versions without gaps, `previous`, fresh salts.
package struct PlainHistory {
  package private(set) var lines: [[UInt8]] = []
  private var random: SeededRandom
  private var heads: [String: (version: Int64, entry: String)] = [:]
  private var clock: Int64 = 1_262_304_000_000  // 2010-01-01
  private var ids: [(id: String, stream: String, data: JSONValue)] = []
  private let practices = ["pa", "pb", "pc"]

  /// - Parameter oddness: of ten thousand events, how many are of an unusual kind.
  package init(seed: UInt64, events: Int, oddness: Int) {
    random = SeededRandom(seed: seed)
    for party in ["lmc", "d", "e", "pa", "pb"] {
      add("party/\(party)", "PartyRegistered", ["kind": "other", "identity": "named"])
    }
    if chance(oddness, of: 10_000) == false {
      add("party/pc", "PartyRegistered", ["kind": "practice", "identity": "named", "name": "C “x” \\ \u{1}"])
    }
    for (paper, author) in [("x", "d"), ("y", "pa"), ("z", "e")] {
      add(
        "exhibit/\(paper)", "ExhibitFiled",
        ["exhibit": .string(paper), "title": "t", "kind": "letter", "author": .string(author)])
    }
    for agreement in ["a", "b", "c"] where chance(9, of: 10) {
      add(
        "agreement/\(agreement)", "AgreementMade",
        [
          "title": "é", "debtor": .string(pick(["d", "e"])), "creditors": ["pa", "pb"], "form": "letter",
          "contractStatus": "nhs",
        ])
    }
    for _ in 0..<events { event(oddness) }
  }

  private mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &random)] }
  private mutating func chance(_ some: Int, of all: Int) -> Bool { Int.random(in: 0..<all, using: &random) < some }

  private mutating func date() -> String {
    let day = pick(["2009-12-01", "2010-01-10", "2010-02-01", "2010-03-31", "2010-04-01"])
    return pick([day, day, day, day, "2010-01", "2010", "../\(day)", "\(day)/..", "\(day)~", "2009-04-01/2010-03-31"])
  }

  private mutating func money() -> JSONValue {
    var money = JSONObject()
    let low = pick([0, 100, 100, 250, 1_000] as [Int64])
    money["low"] = .integer(low)
    switch pick([0, 1, 2, 2, 2]) {
    case 0: break
    case 1: money["high"] = .integer(low + 50)
    default: money["high"] = .integer(low)
    }
    if chance(1, of: 20) { money["about"] = true }
    if chance(1, of: 20) { money["per"] = .string(pick(["total", "each"])) }
    if chance(1, of: 20) { money["words"] = "“£1”\n" }
    return .object(money)
  }

  private mutating func event(_ oddness: Int) {
    let stream = "agreement/" + pick(["a", "b", "c"])
    let promise = JSONValue.string(pick(["q1", "q2", "q3", "q4", "q5"]))
    // Nearly all money of a promise goes to the one whom its key names, so that agreements stay plain.
    let owner = [JSONValue.string("q1"): "pa", .string("q2"): "pb", .string("q3"): "pa"][promise] ?? "pc"
    let odd = chance(oddness, of: 10_000)
    let payee = JSONValue.string(odd ? pick(practices + ["px"]) : owner)
    var data = JSONObject()
    switch odd ? 99 : Int.random(in: 0..<13, using: &random) {
    case 0:
      (data["promise"], data["to"], data["money"]) = (promise, payee, money())
      if chance(5, of: 10) { data["due"] = .string(date()) }
      if chance(3, of: 10) { data["purpose"] = "care" }
      // A second account of a promise makes an agreement more than plain.
      if heads["\(stream) \(promise)"] != nil, chance(19, of: 20) { return }
      heads["\(stream) \(promise)"] = (0, "")
      add(stream, "PaymentPromised", .object(data), isDated: true)
    case 1, 2:
      (data["saving"], data["by"], data["money"]) = (.string("s-\(owner)"), .string(owner), money())
      (data["period"], data["measure"]) = (.string(date()), "net")
      if chance(3, of: 10) { data["promise"] = promise }
      add(stream, "SavingReported", .object(data), isDated: true)
    case 3, 4:
      (data["promise"], data["to"], data["money"]) = (promise, payee, money())
      if chance(3, of: 10) { data["reference"] = "BACS \u{1F4B7}" }
      add(stream, "PaymentMade", .object(data), isDated: true)
    case 5:
      (data["promise"], data["scope"], data["decidedBy"]) = (promise, "whole", "board")
      if chance(3, of: 10) { data["reason"] = "\u{7F}\\" }
      if chance(7, of: 10) { return }
      add(stream, "PromiseWithdrawn", .object(data), isDated: true)
    case 6:
      (data["from"], data["to"], data["gist"], data["medium"]) = ("pa", ["d"], "asks", "letter")
      add(stream, "CorrespondenceLogged", .object(data), isDated: true)
    case 7:
      (data["by"], data["money"], data["what"]) = (.string(owner), money(), "staff")
      add(stream, "CostIncurred", .object(data), isDated: true)
    case 8:
      add(stream, "DueDateSet", ["promise": promise, "due": .string(date())], isDated: true)
    case 9: putRight(stream)
    case 10:
      let targets = ids.filter { $0.stream == stream }
      guard !targets.isEmpty else { return }
      if chance(5, of: 10) { data["admits"] = [.string(pick(targets).id), .string(pick(targets).id)] }
      if chance(5, of: 10) { data["denies"] = [.string(pick(targets).id)] }
      data["proposition"] = "it was a ceiling"
      add(stream, "PositionStated", .object(data), isDated: true)
    case 11:
      guard let target = ids.last(where: { $0.stream == stream }) else { return }
      add(
        stream, "Corroborated", ["target": .string(target.id), "agrees": .string(pick(["yes", "yes", "part", "no"]))],
        isDated: true)
    case 12:
      // Who is owed late, with the failure told by somebody else: here strength matters.
      add(
        stream, "PaymentMade", ["promise": promise, "to": payee, "money": ["low": 10, "high": 10]], isDated: true)
    default: oddEvent(stream, promise)
    }
  }

  /// Corrections of all that may be set, retractions, and either of either.
  private mutating func putRight(_ stream: String) {
    let targets = ids.filter { $0.stream == stream }
    guard !targets.isEmpty else { return }
    let target = pick(targets)
    if chance(2, of: 10) {
      add(stream, "EntryRetracted", ["target": .string(target.id), "why": "wrong"])
      return
    }
    var set = JSONObject()
    if chance(6, of: 10) { set["when"] = ["edtf": .string(date())] }
    if chance(1, of: 10) { set["when"] = .null }
    if chance(2, of: 10) { set["assertedBy"] = ["party": .string(pick(["d", "pa"]))] }
    if chance(2, of: 10) { set["basis"] = .string(pick(["told", "inferred"])) }
    if chance(1, of: 10) { set["note"] = .string("n\u{e9}") }
    if chance(1, of: 10) { set["sources"] = chance(5, of: 10) ? .null : [["exhibit": "x"]] }
    if chance(1, of: 10) { set["private"] = ["name": "x"] }
    if chance(4, of: 10), case .object(var data) = target.data {
      if data["money"] != nil { data["money"] = money() }
      if data["due"] != nil { data["due"] = .string(date()) }
      if chance(1, of: 10) { data["money"] = "no money" }
      set["data"] = .object(data)
    }
    add(stream, "EntryCorrected", ["target": .string(target.id), "why": "wrong", "set": .object(set)])
  }

  private mutating func oddEvent(_ stream: String, _ promise: JSONValue) {
    let target = pick(ids)
    switch pick([0, 1, 2, 3, 4, 5, 6]) {
    case 0:
      add(target.stream, "EntryRetracted", ["target": .string(target.id), "why": "wrong"])
    case 1:
      let set: JSONValue = ["when": ["edtf": "2010-01-15"]]
      add(target.stream, "EntryCorrected", ["target": .string(target.id), "why": "wrong", "set": set])
    case 2:
      add(
        stream, "PaymentMade", ["promise": promise, "to": .string(pick(practices)), "money": money(), "for": "pa"],
        isDated: true)
    case 3:
      add(
        stream, "PromiseWithdrawn", ["promise": promise, "scope": "whole", "decidedBy": "x", "consent": "yes"],
        isDated: true)
    case 4:
      add(
        stream, "CorrespondenceLogged",
        ["from": "px", "to": ["d"], "gist": "g", "medium": "email", "replyTo": .string(target.id)], isDated: true)
    case 5:
      add("party/pc", "PartyRegistered", ["kind": "practice", "identity": "named"])
    default:
      add(stream, "DueDateSet", ["promise": promise, "due": .string(date())], isDated: true)
    }
  }

  private mutating func add(_ stream: String, _ type: String, _ data: JSONValue, isDated: Bool = false) {
    clock += pick([0, 3_600_000, 86_400_000, 2 * 86_400_000])
    let id = EventID.version7(
      milliseconds: clock, random: (0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
    let head = heads[stream]
    var line = JSONObject()
    line["assertedBy"] = ["party": .string(pick(["d", "pa", "lmc"]))]
    if chance(1, of: 10) { line["assertedBy"] = ["party": "lmc", "capacity": "its \"secretary\""] }
    line["basis"] = .string(pick(["document", "told", "inferred"]))
    line["data"] = data
    line["id"] = .string(id.description)
    if chance(1, of: 10) { line["note"] = "why" }
    line["previous"] = .string(head?.entry ?? "")
    line["recordedAt"] = .string(Instant(milliseconds: clock).description)
    line["recordedBy"] = "officer"
    line["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }))
    if chance(3, of: 10) { line["sources"] = [["citation": "p. 1", "quote": "ü\t"], ["locator": "x"]] }
    if chance(1, of: 10) {
      line["sources"] = [["exhibit": .string(pick(["x", "y", "z", "none"]))], ["exhibit": "x", "locator": "1"]]
    }
    line["stream"] = .string(stream)
    line["streamVersion"] = .integer((head?.version ?? 0) + 1)
    line["type"] = .string(type)
    line["v"] = 1
    line["visibility"] = .string(pick(["committee", "public", "practice:pa,pb"]))
    if isDated { line["when"] = ["edtf": .string(date()), "words": "then"] }
    let bytes = JSONValue.object(line).canonicalBytes
    heads[stream] = ((head?.version ?? 0) + 1, Base64.encode(LogDigest.entry(of: bytes)))
    lines.append(bytes)
    ids.append((id.description, stream, data))
  }
}
