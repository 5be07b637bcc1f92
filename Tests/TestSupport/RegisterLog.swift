import CanonicalJSON
import TransparencyLog

/// A national register in small, to measure with: of ten events, one makes an agreement every other time, the others are
/// savings, promises, payments, withdrawals and letters. All its agreements are of the plain kind.
package struct RegisterLog {
  private var random: SeededRandom
  /// Gets each line, without its LF.
  private let sink: ([UInt8]) -> Void
  private let events: Int
  private var written = 0
  private var heads: [String: (version: Int64, entry: String)] = [:]
  private var deals: [Deal] = []
  private let bodies = Int64(200)
  private let practices: Int64

  private struct Deal {
    var key: String
    var body: String
    var practice: String
    var promises = Int64(0)
  }

  package static func make(_ events: Int, seed: UInt64, _ sink: @escaping ([UInt8]) -> Void) {
    var log = RegisterLog(events: events, seed: seed, sink)
    log.register()
    while log.written < events { log.event() }
  }

  private init(events: Int, seed: UInt64, _ sink: @escaping ([UInt8]) -> Void) {
    random = SeededRandom(seed: seed)
    self.sink = sink
    self.events = events
    practices = Int64(min(6_000, max(20, events / 100)))
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

  private mutating func add(_ stream: String, _ type: String, _ data: JSONValue, day: Day?, by: String) {
    let moment = 1_230_768_000_000 + Int64(Double(written) / Double(max(1, events)) * 5.5e11)
    var line = JSONObject()
    let head = heads[stream]
    line["assertedBy"] = ["party": .string(by)]
    line["basis"] = "document"
    line["data"] = data
    line["id"] = .string(
      EventID.version7(milliseconds: moment, random: (0..<10).map { _ in UInt8(number(0...255)) }).description)
    line["previous"] = .string(head?.entry ?? "")
    line["recordedAt"] = .string(Instant(milliseconds: moment).description)
    line["recordedBy"] = "officer"
    line["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8(number(0...255)) }))
    line["sources"] = [
      ["citation": .string("board paper \(number(1...999_999))"), "locator": .string("page \(number(1...60))")]
    ]
    line["stream"] = .string(stream)
    line["streamVersion"] = .integer((head?.version ?? 0) + 1)
    line["type"] = .string(type)
    line["v"] = 1
    line["visibility"] = "committee"
    if let day { line["when"] = ["edtf": .string(day.description)] }
    let bytes = JSONValue.object(line).canonicalBytes
    heads[stream] = ((head?.version ?? 0) + 1, Base64.encode(LogDigest.entry(of: bytes)))
    sink(bytes)
    written += 1
  }

  private mutating func register() {
    add("party/lmc", "PartyRegistered", ["kind": "committee", "identity": "named"], day: nil, by: "lmc")
    for body in 0..<bodies {
      add("party/c\(body)", "PartyRegistered", ["kind": "commissioner", "identity": "named"], day: nil, by: "lmc")
    }
    for practice in 0..<practices {
      add("party/p\(practice)", "PartyRegistered", ["kind": "practice", "identity": "named"], day: nil, by: "lmc")
    }
  }

  private mutating func event() {
    let day = Day(number: 14_245 + Int32(Double(written) / Double(max(1, events)) * 6_300))
    if deals.isEmpty || number(0...19) == 0 { return newDeal(day) }
    let index = max(0, deals.count - 1 - Int(number(0...80)))
    let deal = deals[index]
    let stream = "agreement/\(deal.key)"
    let pence = number(20_000...6_000_000)
    let money: JSONValue = ["low": .integer(pence), "high": .integer(pence)]
    switch number(0...9) {
    case 0, 1, 2:
      add(
        stream, "SavingReported",
        [
          "saving": .string("s\(written)"), "by": .string(deal.practice), "money": money,
          "period": .string(day.description), "measure": "net",
        ],
        day: day, by: deal.practice)
    case 3, 4, 5:
      deals[index].promises += 1
      add(
        stream, "PaymentPromised",
        [
          "promise": .string("q\(deal.promises)"), "to": .string(deal.practice), "money": money,
          "purpose": "patient care",
        ],
        day: day, by: deal.body)
    case 6 where deal.promises > 0, 7 where deal.promises > 0, 8 where deal.promises > 0:
      add(
        stream, "PaymentMade",
        [
          "promise": .string("q\(number(0...deal.promises - 1))"), "to": .string(deal.practice),
          "money": ["low": .integer(pence / 4), "high": .integer(pence / 4)],
        ],
        day: day, by: deal.practice)
    case 9 where deal.promises > 0 && number(0...1) == 0:
      add(
        stream, "PromiseWithdrawn",
        [
          "promise": .string("q\(number(0...deal.promises - 1))"), "scope": "whole", "decidedBy": "board",
          "reason": "financial position",
        ],
        day: day, by: deal.body)
    default:
      add(
        stream, "CorrespondenceLogged",
        [
          "from": .string(deal.practice), "to": [.string(deal.body)], "medium": "letter",
          "gist": "asks when it will be paid",
        ],
        day: day, by: deal.practice)
    }
  }

  private mutating func newDeal(_ day: Day) {
    let deal = Deal(
      key: "a\(deals.count)", body: "c\(number(0...bodies - 1))", practice: "p\(number(0...practices - 1))")
    deals.append(deal)
    add(
      "agreement/\(deal.key)", "AgreementMade",
      [
        "title": "Gain share", "debtor": .string(deal.body), "creditors": [.string(deal.practice)], "form": "letter",
        "contractStatus": "unknown",
      ],
      day: day, by: deal.body)
  }
}
