public import Agreements
public import CanonicalJSON
public import Projections

/// What papers say is owed, each beside what the record gives for the day that the paper speaks of.
public struct BalanceCheck: Sendable {
  public enum Verdict: Hashable, Sendable {
    case equal
    /// Pence between the two, always above 0; an interval's nearer end was taken.
    case differs(by: Int64)
    case cannotBeCompared(why: String)

    /// The stable word of the answer in JSON.
    public var word: String {
      switch self {
      case .equal: "equal"
      case .differs: "differs"
      case .cannotBeCompared: "cannot-be-compared"
      }
    }
  }

  public struct Line: Sendable {
    public var balance: ObligationsView.Balance
    public var event: LoggedEvent
    /// The day that the paper speaks of, as it says it.
    public var asOf: ImpreciseDate
    public var verdict: Verdict
  }

  public var question: Question
  public var lines: [Line]

  public var differs: Bool { lines.contains { if case .differs = $0.verdict { true } else { false } } }

  /// - Parameter events: those that state the balances, as they stand; by their ids.
  public init(_ view: ObligationsView, events: [EventID: LoggedEvent]) {
    question = view.question
    lines = view.balances.compactMap { balance in
      guard let event = events[balance.id], case .balanceStated(let stated) = event.body else { return nil }
      return Line(
        balance: balance, event: event, asOf: stated.asOf,
        verdict: BalanceCheck.verdict(balance, isOpen: stated.asOf.latest == nil, isAbout: stated.outstanding.isAbout))
    }
  }

  /// Two exact sums are equal or differ. Of intervals: apart, they differ by what lies between; else nothing can be said.
  static func verdict(_ balance: ObligationsView.Balance, isOpen: Bool, isAbout: Bool) -> Verdict {
    let (stated, computed) = (balance.stated, balance.computed)
    if balance.creditors.isEmpty { return .cannotBeCompared(why: "the record has no promise that it speaks of") }
    if isOpen { return .cannotBeCompared(why: "the paper does not say for which day it speaks") }
    if balance.isChanging {
      return .cannotBeCompared(
        why: "the paper speaks of no one day, and the record’s sum changes within that time (at its end: \(computed))")
    }
    if !balance.perhaps.isEmpty {
      return .cannotBeCompared(
        why:
          "\(eventCount(balance.perhaps.count)) may or may not have happened by that day, and may change the record’s sum"
      )
    }
    if stated == .unknown { return .cannotBeCompared(why: "the paper states no sum that is known") }
    if let high = stated.high, high < computed.low { return .differs(by: computed.low - high) }
    if let high = computed.high, high < stated.low { return .differs(by: stated.low - high) }
    guard stated.low == stated.high, computed.low == computed.high else {
      return .cannotBeCompared(
        why: computed.low == computed.high
          ? "the paper states no exact sum; the record’s lies within it"
          : "the record gives no exact sum (\(computed)); the paper’s does not lie outside of it")
    }
    return isAbout ? .cannotBeCompared(why: "the paper says “about”; the record gives the same sum") : .equal
  }

  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var text = style.paragraph("What papers say is owed, and what the record gives, \(question.words)")
    var table = TextTable([
      ("No.", .right), ("Agreement", .left), ("Stated for", .left), ("Stated", .right), ("Record", .right),
      ("Result", .left),
    ])
    for line in lines {
      table.add(
        [
          String(line.event.position + 1), line.agreement, line.asOf.description, line.balance.stated.description,
          line.balance.computed.description, line.verdict.result,
        ],
        notes: [
          TextTable.Note("Why", line.verdict.why ?? "", isLabelled: true, tone: .unsettled),
          TextTable.Note("Paper", "\(line.event.sentence(lexicon)) \(line.event.attribution(lexicon))"),
        ])
    }
    text += lines.isEmpty ? "  No paper that states a balance is recorded.\n" : table.text(style)
    if differs {
      text += style.paragraph("A difference is a finding and no failure: both figures are shown.", indent: "  ")
    }
    return text + question.headLine
  }

  public var json: JSONValue {
    var object = question.members(format: "tracker.balance-check/1")
    object["balances"] = .array(
      lines.map { line in
        var difference: Int64?
        if case .differs(let pence) = line.verdict { difference = pence }
        return [
          "id": .string(line.event.id.description), "position": .integer(Int64(line.event.position)),
          "agreement": .string(line.agreement), "asOf": .string(line.asOf.edtf), "stated": line.balance.stated.json,
          "computed": line.balance.computed.json, "result": .string(line.verdict.word),
          "difference": difference.map(JSONValue.integer) ?? .null,
          "why": line.verdict.why.map(JSONValue.string) ?? .null,
        ]
      })
    return .object(object)
  }
}

extension BalanceCheck.Line {
  public var agreement: String {
    if case .agreement(let key) = event.stream { key.rawValue } else { event.stream.description }
  }
}

extension BalanceCheck.Verdict {
  public var result: String {
    switch self {
    case .equal: "equal"
    case .differs(let pence): "differs by \(Amount.pounds(pence))"
    case .cannotBeCompared: "cannot be compared"
    }
  }

  public var why: String? {
    if case .cannotBeCompared(let why) = self { why } else { nil }
  }
}
