import CanonicalJSON
import LogStore
import TestSupport

/// A made-up history in which everything collides: few parties, few days, every type of event, corrections and
/// retractions. It decodes as the catalogue asks; it need not obey the rules of writers, for a reader meets other logs too.
struct RandomHistory {
  private(set) var lines: [[UInt8]] = []
  private var random: SeededRandom
  private var versions: [String: Int64] = [:]
  private var ids: [(id: String, stream: String)] = []
  private var clock: Int64 = 1_262_304_000_000  // 2010-01-01

  private let parties = ["pa", "pb", "g", "d", "e", "px"]
  private let promises = ["q", "r"]

  init(seed: UInt64, events: Int) {
    random = SeededRandom(seed: seed)
    if chance(9) { add("party/g", "PartyRegistered", group()) }
    for party in ["pa", "pb", "d"] { add("party/\(party)", "PartyRegistered", ["kind": "other", "identity": "named"]) }
    add(
      "exhibit/x", "ExhibitFiled",
      ["exhibit": "1", "title": "x", "kind": "letter", "author": .string(pick(["d", "pa", "e"]))])
    if chance(9) { add("agreement/a", "AgreementMade", agreement()) }
    for _ in 0..<events { event() }
  }

  private mutating func pick<T>(_ items: [T]) -> T {
    items[Int.random(in: 0..<items.count, using: &random)]
  }

  private mutating func chance(_ tenths: Int) -> Bool { Int.random(in: 0..<10, using: &random) < tenths }

  private mutating func group() -> JSONValue {
    var data = JSONObject()
    data["kind"] = "group"
    data["identity"] = "unnamed"
    if chance(7) { data["count"] = .integer(Int64.random(in: 0...4, using: &random)) }
    return .object(data)
  }

  private mutating func agreement() -> JSONValue {
    [
      "title": "x", "debtor": .string(pick(["d", "d", "e"])), "creditors": ["g"], "form": "letter",
      "contractStatus": "nhs",
    ]
  }

  // MARK: Pieces

  private mutating func day() -> String {
    pick(["2010-03-31", "2010-04-01", "2010-05-10", "2010-05-10", "2010-06-30", "2010-07-01"])
  }

  private mutating func date() -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: pick(["2010-05", "2010-06"])
    case 1: "2010"
    case 2: "../" + day()
    case 3: day() + "/.."
    case 4: day() + "~"
    case 5: pick(["2010-05~", "2009~", "2009-04-01/2010-03-31", "2010-04/2010-06", "2009-12~/2010-01"])
    default: day()
    }
  }

  private mutating func money(each: Int = 3) -> JSONValue {
    var money = JSONObject()
    let low = pick([0, 1_000, 4_000, 10_000] as [Int64])
    money["low"] = .integer(low)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: break
    case 1: money["high"] = .integer(low + 5_000)
    default: money["high"] = .integer(low)
    }
    if chance(each) { money["per"] = "each" }
    if chance(1) { money["about"] = true }
    return .object(money)
  }

  private mutating func put(
    _ data: inout JSONObject, _ name: String, _ tenths: Int, _ value: (inout RandomHistory) -> JSONValue
  ) {
    if chance(tenths) { data[name] = value(&self) }
  }

  private mutating func creditor(_ data: inout JSONObject, _ tenths: Int = 2) {
    put(&data, "for", tenths) { .string($0.pick(["g", "pa", "pb", "px"])) }
  }

  private mutating func consent() -> JSONValue { .string(pick(["yes", "no", "disputed"])) }

  // MARK: Events

  private mutating func event() {
    var data = JSONObject()
    let promise = JSONValue.string(pick(["q", "q", "r"]))
    let type = pick([
      "PaymentPromised", "PaymentPromised", "PaymentPromised", "AgreementVaried", "DueDateSet", "ConditionOutcome",
      "ConditionOutcome", "SavingReported", "SavingReported", "SavingRevised", "PaymentMade", "PaymentMade",
      "PaymentMade",
      "PaymentReclaimed", "SetOffApplied", "PromiseWithdrawn", "PromiseWithdrawn", "PromiseSuspended",
      "PromiseReinstated",
      "ObligationTransferred", "PerformanceRecorded", "PerformanceRecorded", "DisputeConcluded", "PositionStated",
      "Corroborated", "EntryCorrected", "EntryRetracted", "MemberNamed", "PartySucceeded", "BalanceStated",
      "CostIncurred",
      "CorrespondenceLogged", "SomethingNew", "PartyRegistered", "DisputeRaised", "DisputeStepTaken", "AdviceGiven",
      "ChoiceMade", "InformationRequested", "InformationAnswered", "ReductionPlanned", "SameParty", "PrivateErased",
    ])
    var stream = "agreement/a"
    switch type {
    case "PaymentPromised":
      data["promise"] = promise
      data["to"] = .string(pick(["g", "g", "g", "pa", "pb"]))
      switch Int.random(in: 0..<5, using: &random) {
      case 0:
        var share = JSONObject()
        share["of"] = "saving"
        share["percentHundredths"] = .integer(pick([3_333, 5_000, 7_000]))
        if chance(5) { share["cap"] = .integer(3_000) }
        if chance(5) { share["per"] = "each" }
        data["share"] = .object(share)
      case 1: data["greaterOf"] = [money(), money()]
      default: data["money"] = money(each: 5)
      }
      put(&data, "account", 5) { .string($0.pick(["x", "y"])) }
      put(&data, "due", 4) { .string($0.date()) }
      put(&data, "conditions", 3) { history in
        var list: [JSONValue] = [["condition": .string(history.pick(["c", "k"])), "text": "x"]]
        if history.chance(3) { list.append(["condition": "m", "text": "x"]) }
        return .array(list)
      }
    case "AgreementVaried":
      data["terms"] = "x"
      data["consent"] = consent()
      put(&data, "promises", 9) { history in [["promise": promise, "money": history.money()]] }
      creditor(&data)
    case "DueDateSet":
      data["promise"] = promise
      data["due"] = .string(date())
      creditor(&data)
    case "ConditionOutcome":
      data["promise"] = promise
      data["condition"] = .string(pick(["c", "c", "k", "m"]))
      data["outcome"] = .string(pick(["met", "failed", "disputed", "waived", "prevented", "met"]))
      data["byParty"] = .string(pick(["d", "pa"]))
      put(&data, "settled", 2) { .string($0.pick(["agreed", "determined"])) }
      creditor(&data)
    case "SavingReported":
      data["saving"] = .string(pick(["s", "t"]))
      data["by"] = .string(pick(["g", "pa", "pb", "px"]))
      data["money"] = money(each: 1)
      data["period"] = .string(date())
      data["measure"] = "net"
      put(&data, "promise", 3) { _ in promise }
    case "SavingRevised":
      data["saving"] = .string(pick(["s", "t"]))
      data["money"] = money(each: 1)
      data["agreed"] = consent()
      data["byParty"] = "d"
    case "PaymentMade", "PaymentReclaimed", "SetOffApplied":
      data["promise"] = promise
      data["to"] = .string(pick(["g", "pa", "pa", "pb", "px"]))
      data["money"] = money(each: 4)
      if type == "PaymentReclaimed" { data["agreed"] = consent() }
      if type == "SetOffApplied" {
        data["accepted"] = .integer(pick([0, 1_000, 4_000, 10_000]))
        put(&data, "setOff", 4) { _ in "o" }
      }
      creditor(&data, 1)
    case "PromiseWithdrawn":
      data["promise"] = promise
      data["scope"] = .string(pick(["whole", "whole", "part", "future"]))
      data["decidedBy"] = "x"
      put(&data, "money", 5) { $0.money() }
      put(&data, "consent", 4) { $0.consent() }
      creditor(&data)
    case "PromiseSuspended":
      data["promise"] = promise
      put(&data, "until", 4) { .string($0.date()) }
      creditor(&data)
    case "PromiseReinstated":
      data["promise"] = promise
      put(&data, "money", 5) { $0.money() }
      put(&data, "consent", 6) { $0.consent() }
      creditor(&data)
    case "ObligationTransferred":
      data["promise"] = promise
      data["from"] = .string(pick(["d", "d", "e"]))
      data["to"] = .string(pick(["e", "d", "pb"]))
      data["instrument"] = "x"
      put(&data, "money", 3) { $0.money() }
      creditor(&data)
    case "PerformanceRecorded":
      data["by"] = .string(pick(["g", "pa", "pb", "px"]))
      data["what"] = "x"
      let complete = pick(["yes", "part", "part", "no"])
      data["complete"] = .string(complete)
      put(&data, "promise", 4) { _ in promise }
      put(&data, "period", 5) { .string($0.date()) }
      if complete == "part" { put(&data, "earned", 6) { $0.money(each: 4) } }
    case "DisputeConcluded":
      data["dispute"] = "x"
      data["outcome"] = .string(pick(["determined", "settled", "rejected", "exhausted"]))
      put(&data, "money", 7) { $0.money() }
      put(&data, "promise", 7) { _ in promise }
      creditor(&data)
    case "PositionStated":
      data["proposition"] = "x"
      put(&data, "admits", 5) { $0.targets() }
      put(&data, "denies", 5) { $0.targets() }
    case "Corroborated":
      data["target"] = .string(target("agreement/a"))
      data["agrees"] = .string(pick(["yes", "part", "no"]))
    case "EntryCorrected":
      stream = pick(["agreement/a", "agreement/a", "agreement/a", "party/g"])
      data["target"] = .string(target(stream))
      data["why"] = "x"
      data["set"] = correction()
    case "EntryRetracted":
      stream = pick(["agreement/a", "agreement/a", "agreement/a", "party/g", "exhibit/x"])
      data["target"] = .string(target(stream))
      data["why"] = "x"
    case "MemberNamed":
      stream = "party/g"
      data["member"] = .string(pick(["pa", "pb"]))
    case "PartyRegistered":
      stream = "party/g"
      if case .object(let registration) = group() { data = registration }
    case "PartySucceeded":
      stream = "party/" + pick(["d", "e"])
      data["to"] = .array([.string(pick(["e", "pb"]))] + (chance(3) ? ["px"] : []))
      data["kind"] = .string(pick(["abolition", "rename", "rename", "merger"]))
    case "BalanceStated":
      data["outstanding"] = money(each: 0)
      data["asOf"] = .string(day())
      put(&data, "promise", 5) { _ in promise }
    case "CostIncurred":
      data["by"] = "pa"
      data["money"] = money()
      data["what"] = "x"
    case "CorrespondenceLogged":
      data["from"] = "pa"
      data["to"] = ["d"]
      data["medium"] = "letter"
      data["gist"] = "x"
    case "DisputeRaised":
      data["dispute"] = "x"
      data["route"] = "court-claim"
      data["claimant"] = "pa"
      put(&data, "money", 5) { $0.money() }
    case "DisputeStepTaken":
      data["dispute"] = "x"
      data["step"] = "x"
    case "AdviceGiven":
      data["to"] = ["pa"]
      data["advice"] = "x"
    case "ChoiceMade":
      data["by"] = "pa"
      data["choice"] = "undecided"
    case "InformationRequested":
      data["request"] = "x"
      data["to"] = "d"
      data["law"] = "foi"
      data["what"] = "x"
    case "InformationAnswered":
      data["request"] = "x"
      data["outcome"] = "none"
    case "ReductionPlanned":
      stream = "plan/p"
      data["planner"] = "d"
      data["scope"] = "x"
      data["money"] = money()
    case "SameParty":
      stream = "party/d"
      data["ods"] = "X1"
    case "PrivateErased":
      data["target"] = .string(target("agreement/a"))
      data["names"] = ["contact"]
      data["why"] = "x"
      data["legalBasis"] = "x"
    default: data["x"] = 1
    }
    add(stream, type, .object(data), isDated: chance(9))
  }

  private mutating func correction() -> JSONValue {
    var set = JSONObject()
    switch Int.random(in: 0..<4, using: &random) {
    case 0: set["when"] = chance(3) ? .null : ["edtf": .string(date())]
    case 1: set["assertedBy"] = ["party": .string(pick(["d", "pa"]))]
    case 2: set["sources"] = chance(5) ? .null : [["exhibit": "x"]]
    default: set["basis"] = .string(pick(["told", "inferred"]))
    }
    return .object(set)
  }

  private mutating func target(_ stream: String) -> String {
    let own = ids.filter { $0.stream == stream }
    return own.isEmpty || chance(1) ? pick(ids).id : pick(own).id
  }

  private mutating func targets() -> JSONValue { [.string(target("agreement/a")), .string(target("agreement/a"))] }

  private mutating func add(_ stream: String, _ type: String, _ data: JSONValue, isDated: Bool = false) {
    clock += pick([0, 3_600_000, 86_400_000, 5 * 86_400_000])
    let id = EventID.version7(
      milliseconds: clock, random: (0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
    versions[stream, default: 0] += 1
    var line = JSONObject()
    line["assertedBy"] = ["party": .string(pick(["d", "pa", "lmc"]))]
    line["basis"] = .string(pick(["document", "told", "inferred"]))
    line["data"] = data
    line["id"] = .string(id.description)
    line["previous"] = ""
    line["recordedAt"] = .string(Instant(milliseconds: clock).description)
    line["recordedBy"] = "officer"
    line["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }))
    if chance(2) { line["sources"] = [["exhibit": .string(pick(["x", "y"]))]] }
    line["stream"] = .string(stream)
    line["streamVersion"] = .integer(versions[stream] ?? 1)
    line["type"] = .string(type)
    line["v"] = 1
    line["visibility"] = "committee"
    if isDated { line["when"] = ["edtf": .string(date())] }
    lines.append(JSONValue.object(line).canonicalBytes)
    ids.append((id.description, stream))
  }
}

/// Lines in memory, as a log that is only read.
struct LinesLog: LogReading {
  let lines: [[UInt8]]

  func size() -> Int { lines.count }
  func head() -> LogHead { LogHead(size: lines.count, root: []) }

  func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    for position in start..<min(lines.count, limit.map { start + $0 } ?? lines.count) {
      guard try lines[position].withUnsafeBufferPointer({ try body(position, $0) }) else { return }
    }
  }

  func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] { positions.map { lines[$0] } }
}
