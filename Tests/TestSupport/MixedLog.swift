public import CanonicalJSON
import TransparencyLog

/// A log in which everything happens, to measure with: every type of event that agreements, plans, parties and papers have,
/// five corrections and retractions in a hundred events, and one agreement with a twentieth of all events.
///
/// One agreement in so many is disputed (a hundred where time is measured, as a register has it; twenty-five in tests):
/// conditions, shares, variations, suspensions, set-offs and what else takes the
/// whole rule book happens in these, and in the largest if it is asked for. In the others people promise, save, pay, withdraw, write, admit, deny, ask and advise.
/// The types by which a log speaks of itself (keys, checkpoints, erasures) are left out: each needs what lies beside a log.
package struct MixedLog {
  private var random: SeededRandom
  /// Gets each line, without its LF.
  private let sink: ([UInt8]) -> Void
  private let events: Int
  private let disputedEvery: Int
  private let isLargestDisputed: Bool
  private var written = 0
  private var heads: [String: (version: Int64, entry: String)] = [:]
  private var deals: [Deal] = []
  private var exhibits: [(key: String, author: Int64)] = []
  private let bodies: Int64
  private let practices: Int64

  private struct Deal {
    var key: String
    var body: Int64
    var creditor: String
    var isDisputed: Bool
    var promises: Int64 = 0
    var savings: [String] = []
    /// Events that may still be put right, and those that nothing stands on.
    var correctable: [(id: String, data: JSONObject)] = []
    var retractable: [String] = []
    var withdrawal: String?
    var conditions: [(promise: Int64, condition: String)] = []
    var disputes: Int64 = 0
    var requests: Int64 = 0

    var stream: String { "agreement/\(key)" }
    var debtor: String { "c\(body)" }
  }

  package static func make(
    _ events: Int, seed: UInt64, disputedEvery: Int = 25, isLargestDisputed: Bool = false,
    _ sink: @escaping ([UInt8]) -> Void
  ) {
    var log = MixedLog(
      events: events, seed: seed, disputedEvery: disputedEvery, isLargestDisputed: isLargestDisputed, sink)
    log.register()
    while log.written < events { log.event() }
  }

  private init(
    events: Int, seed: UInt64, disputedEvery: Int, isLargestDisputed: Bool, _ sink: @escaping ([UInt8]) -> Void
  ) {
    random = SeededRandom(seed: seed)
    self.sink = sink
    self.events = events
    self.disputedEvery = disputedEvery
    self.isLargestDisputed = isLargestDisputed
    bodies = 200
    practices = Int64(min(6_000, max(20, events / 100)))
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

  private var day: Day { Day(number: 14_245 + Int32(Double(written) / Double(max(1, events)) * 6_300)) }

  @discardableResult
  private mutating func add(_ stream: String, _ type: String, _ data: JSONObject, isDated: Bool = true, by: String)
    -> String
  {
    let moment = 1_230_768_000_000 + Int64(Double(written) / Double(max(1, events)) * 5.5e11)
    let id = EventID.version7(milliseconds: moment, random: (0..<10).map { _ in UInt8(number(0...255)) }).description
    var line = JSONObject()
    line["assertedBy"] = ["party": .string(by)]
    line["basis"] = "document"
    line["data"] = .object(data)
    line["id"] = .string(id)
    line["previous"] = .string(heads[stream]?.entry ?? "")
    line["recordedAt"] = .string(Instant(milliseconds: moment).description)
    line["recordedBy"] = "officer"
    line["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8(number(0...255)) }))
    var source = JSONObject()
    source["citation"] = .string("board paper \(number(1...999_999))")
    source["locator"] = .string("page \(number(1...60))")
    if !exhibits.isEmpty, number(0...19) == 0 {
      source["exhibit"] = .string(exhibits[Int(number(0...Int64(exhibits.count - 1)))].key)
    }
    line["sources"] = [.object(source)]
    line["stream"] = .string(stream)
    line["streamVersion"] = .integer((heads[stream]?.version ?? 0) + 1)
    line["type"] = .string(type)
    line["v"] = 1
    line["visibility"] = "committee"
    if isDated { line["when"] = ["edtf": .string(day.description)] }
    let bytes = JSONValue.object(line).canonicalBytes
    heads[stream] = ((heads[stream]?.version ?? 0) + 1, Base64.encode(LogDigest.entry(of: bytes)))
    sink(bytes)
    written += 1
    return id
  }

  // MARK: Who is who

  private mutating func register() {
    func party(_ key: String, _ kind: String) {
      add("party/\(key)", "PartyRegistered", ["kind": .string(kind), "identity": "named"], isDated: false, by: "lmc")
    }
    party("lmc", "committee")
    for body in 0..<bodies { party("c\(body)", "commissioner") }
    for practice in 0..<practices { party("p\(practice)", "practice") }
    add(
      "party/g0", "PartyRegistered", ["kind": "group", "identity": "unnamed", "count": 10], isDated: false, by: "lmc")
    add("party/g0", "MemberNamed", ["member": "p0"], isDated: false, by: "lmc")
    add("party/p1", "SameParty", ["ods": "A12345"], isDated: false, by: "lmc")
    add("party/c0", "PartySucceeded", ["to": ["c1"], "kind": "merger"], by: "lmc")
    for paper in 0..<50 as Range<Int64> {
      let author = number(0...bodies - 1)
      add(
        "exhibit/x\(paper)", "ExhibitFiled",
        [
          "exhibit": .string("\(paper)"), "title": "A letter", "kind": "letter", "author": .string("c\(author)"),
        ], isDated: false, by: "lmc")
      exhibits.append(("x\(paper)", author))
    }
  }

  // MARK: What happens

  private mutating func event() {
    let isLargest = !deals.isEmpty && number(0...19) == 0
    if !isLargest, deals.isEmpty || number(0...19) == 0 { return newDeal() }
    if number(0...999) == 0 {
      let planner = "c\(number(0...bodies - 1))"
      add(
        "plan/s\(number(0...50))", "ReductionPlanned",
        ["planner": .string(planner), "scope": "enhanced services", "money": money(number(1...9) * 1_000_000)],
        by: planner)
      return
    }
    // The first agreement is the largest; the others are met while they are new.
    let index = isLargest ? 0 : max(0, deals.count - 1 - Int(number(0...80)))
    var deal = deals[index]
    if deal.isDisputed, number(0...2) == 0 { dispute(&deal) } else { usual(&deal) }
    deals[index] = deal
  }

  private mutating func newDeal() {
    let count = deals.count
    let isDisputed = count % disputedEvery == 7 || isLargestDisputed && count == 0
    let creditor = isDisputed && number(0...3) == 0 ? "g0" : "p\(number(0...practices - 1))"
    // Nobody followed the debtor of the largest one.
    let deal = Deal(
      key: "a\(count)", body: number(count == 0 ? 1...1 : 0...bodies - 1), creditor: creditor, isDisputed: isDisputed)
    add(
      deal.stream, "AgreementMade",
      [
        "title": "Gain share", "debtor": .string(deal.debtor), "creditors": [.string(creditor)], "form": "letter",
        "contractStatus": "unknown",
      ], by: deal.debtor)
    deals.append(deal)
  }

  private func money(_ pence: Int64) -> JSONValue { ["low": .integer(pence), "high": .integer(pence)] }

  private mutating func usual(_ deal: inout Deal) {
    let pence = number(20_000...6_000_000)
    let promise = JSONValue.string("q\(number(0...max(0, deal.promises - 1)))")
    let (creditor, debtor) = (JSONValue.string(deal.creditor), JSONValue.string(deal.debtor))
    func keep(_ id: String, _ data: JSONObject) {
      deal.correctable.append((id, data))
      if deal.correctable.count > 40 { deal.correctable.removeFirst(20) }
    }
    switch deal.promises == 0 ? 30 : number(0...99) {
    case 0..<28:
      var data: JSONObject = [
        "saving": .string("s\(written)"), "by": creditor, "money": money(pence), "period": .string(day.description),
        "measure": "net",
      ]
      // Of the largest, each names its promise: one that names none bears on all.
      if deal.key == "a0" || number(0...9) == 0 { data["promise"] = promise }
      deal.savings.append("s\(written)")
      keep(add(deal.stream, "SavingReported", data, by: deal.creditor), data)
    case 28..<53:
      var data: JSONObject = ["to": creditor, "money": money(pence), "purpose": "patient care"]
      data["promise"] = .string("q\(deal.promises)")
      if number(0...2) == 0 { data["due"] = .string(Day(number: day.number + 90).description) }
      if deal.isDisputed { richer(&data, &deal, pence) }
      deal.promises += 1
      let id = add(deal.stream, "PaymentPromised", data, by: deal.debtor)
      if !deal.isDisputed { keep(id, data) }
    case 53..<78:
      let data: JSONObject = ["promise": promise, "to": creditor, "money": money(pence / 4)]
      let id = add(deal.stream, "PaymentMade", data, by: deal.creditor)
      keep(id, data)
      deal.retractable.append(id)
      if deal.retractable.count > 20 { deal.retractable.removeFirst(10) }
    case 78..<80:
      deal.withdrawal = add(
        deal.stream, "PromiseWithdrawn",
        ["promise": promise, "scope": "whole", "decidedBy": "board", "reason": "financial position"], by: deal.debtor)
    case 80..<85:
      add(
        deal.stream, "CorrespondenceLogged",
        ["from": creditor, "to": [debtor], "medium": "letter", "gist": "asks when it will be paid"], by: deal.creditor)
    case 85..<87:
      var data: JSONObject = ["proposition": "it was a ceiling"]
      if let withdrawal = deal.withdrawal {
        data[number(0...1) == 0 ? "admits" : "denies"] = [.string(withdrawal)]
      }
      add(deal.stream, "PositionStated", data, by: deal.debtor)
    case 87:
      guard let target = deal.retractable.last else { return }
      add(deal.stream, "Corroborated", ["target": .string(target), "agrees": "yes"], by: "lmc")
      deal.retractable.removeLast()
    case 88: add(deal.stream, "AdviceGiven", ["to": [creditor], "advice": "wait"], by: "lmc")
    case 89: add(deal.stream, "ChoiceMade", ["by": creditor, "choice": "undecided"], by: deal.creditor)
    case 90:
      add(
        deal.stream, "InformationRequested",
        ["request": .string("r\(deal.requests)"), "to": debtor, "law": "foi", "what": "the minutes"],
        by: deal.creditor)
      deal.requests += 1
    case 91:
      guard deal.requests > 0 else { return }
      add(
        deal.stream, "InformationAnswered",
        ["request": .string("r\(number(0...deal.requests - 1))"), "outcome": "refused"], by: deal.debtor)
    case 92: add(deal.stream, "CostIncurred", ["by": creditor, "money": money(pence / 50), "what": "staff"], by: "lmc")
    case 93:
      add(
        deal.stream, "DueDateSet", ["promise": promise, "due": .string(Day(number: day.number + 60).description)],
        by: deal.debtor)
    case 94:
      guard let saving = deal.savings.last else { return }
      add(
        deal.stream, "SavingRevised",
        ["saving": .string(saving), "money": money(pence), "agreed": "no", "byParty": debtor], by: deal.debtor)
    case 95..<99: correct(&deal, pence)
    default:
      guard let target = deal.retractable.popLast() else { return }
      deal.correctable.removeAll { $0.id == target }
      add(
        deal.stream, "EntryRetracted", ["target": .string(target), "why": "paid by another"], isDated: false, by: "lmc")
    }
  }

  /// Half of the corrections set a date, half a sum.
  private mutating func correct(_ deal: inout Deal, _ pence: Int64) {
    guard !deal.correctable.isEmpty else { return }
    let target = deal.correctable.remove(at: Int(number(0...Int64(deal.correctable.count - 1))))
    var set = JSONObject()
    if number(0...1) == 0 {
      set["when"] = ["edtf": .string(Day(number: day.number - 7).description), "words": "the week before"]
    } else {
      var data = target.data
      data["money"] = money(pence)
      set["data"] = .object(data)
    }
    add(
      deal.stream, "EntryCorrected", ["target": .string(target.id), "set": .object(set), "why": "a slip of the pen"],
      isDated: false, by: "lmc")
  }

  // MARK: What takes the whole rule book

  private mutating func richer(_ data: inout JSONObject, _ deal: inout Deal, _ pence: Int64) {
    switch number(0...3) {
    case 0:
      data["money"] = nil
      data["share"] = ["of": "saving", "percentHundredths": 7_000, "cap": .integer(pence)]
    case 1:
      data["money"] = nil
      data["greaterOf"] = [money(pence), money(pence / 2)]
    case 2:
      let condition = "k\(deal.promises)"
      data["conditions"] = [["condition": .string(condition), "text": "attendances fall by 5%"]]
      deal.conditions.append((deal.promises, condition))
    default: break
    }
  }

  private mutating func dispute(_ deal: inout Deal) {
    guard deal.promises > 0 else { return usual(&deal) }
    let pence = number(20_000...3_000_000)
    let key = "q\(number(0...deal.promises - 1))"
    let promise = JSONValue.string(key)
    let (creditor, debtor) = (JSONValue.string(deal.creditor), JSONValue.string(deal.debtor))
    switch number(0...11) {
    case 0:
      guard let condition = deal.conditions.last else { return }
      add(
        deal.stream, "ConditionOutcome",
        [
          "promise": .string("q\(condition.promise)"), "condition": .string(condition.condition), "outcome": "met",
          "byParty": creditor,
        ], by: deal.creditor)
    case 1:
      add(
        deal.stream, "AgreementVaried",
        ["terms": "less", "consent": "no", "promises": [["promise": promise, "money": money(pence)]]], by: deal.debtor)
    case 2: add(deal.stream, "PromiseSuspended", ["promise": promise, "reason": "deficit"], by: deal.debtor)
    case 3: add(deal.stream, "PromiseReinstated", ["promise": promise, "consent": "yes"], by: deal.debtor)
    case 4:
      add(
        deal.stream, "ObligationTransferred",
        ["promise": promise, "from": debtor, "to": "c2", "instrument": "a scheme", "money": money(pence)],
        by: deal.debtor)
    case 5:
      add(
        deal.stream, "SetOffApplied",
        ["promise": promise, "to": creditor, "money": money(pence), "accepted": .integer(pence / 2)], by: deal.debtor)
    case 6:
      add(
        deal.stream, "PaymentReclaimed",
        ["promise": promise, "to": creditor, "money": money(pence / 8), "agreed": "no"], by: deal.debtor)
    case 7:
      add(
        deal.stream, "PerformanceRecorded", ["by": creditor, "what": "clinics", "complete": "part"], by: deal.creditor)
    case 8:
      add(
        deal.stream, "DisputeRaised",
        ["dispute": .string("d\(deal.disputes)"), "route": "court-claim", "claimant": creditor], by: deal.creditor)
      deal.disputes += 1
    case 9:
      guard deal.disputes > 0 else { return }
      add(
        deal.stream, "DisputeStepTaken",
        ["dispute": .string("d\(number(0...deal.disputes - 1))"), "step": "a hearing"], by: "lmc")
    case 10:
      guard deal.disputes > 0 else { return }
      add(
        deal.stream, "DisputeConcluded",
        [
          "dispute": .string("d\(deal.disputes - 1)"), "outcome": "settled", "money": money(pence), "promise": promise,
        ], by: "lmc")
    default:
      add(
        deal.stream, "BalanceStated", ["outstanding": money(pence), "asOf": .string(day.description)], by: deal.debtor)
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init()
    for (name, value) in elements { self[name] = value }
  }
}
