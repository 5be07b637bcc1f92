internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports
internal import Spreadsheets

struct BalanceCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance-check",
    abstract: "Each balance that a paper states, beside what the record gives for its day.",
    usage: "tracker balance-check [LOG] [AGREEMENT] [--as-of DAY] [--known-at DAY]",
    discussion: """
      Two exact sums are equal or differ. Where one is an interval, the two differ if they lie apart; else they cannot be \
      compared, and it says why. A difference is a finding: one of the two lacks an event, or reads one differently. See \
      how the record's figure came about:  tracker explain AGREEMENT --figure outstanding --as-of DAY

      Exit code 1 if one differs.

      Examples:
        tracker balance-check
        tracker balance-check log.jsonl gain-share --json
      """)

  @Argument(
    help: ArgumentHelp("A log (NAME.jsonl or NAME.tracker), an agreement, or both.", valueName: "what"),
    completion: .custom(Completing.agreements))
  var what: [String] = []
  @Option(help: "Only what is owed to this party.", completion: .custom(Completing.parties))
  var practice: String?
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    var differs = false
    try reading.answer(named.source) { history, question in
      let scope = try Names.scope(agreement: named.text(0), practice: practice, in: history)
      let view = try history.obligations(question, scope: scope)
      let wanted = Set(view.balances.map(\.id))
      var events: [EventID: LoggedEvent] = [:]
      for agreement in history.agreements where !wanted.isEmpty {
        for event in try history.standing(in: .agreement(agreement)) where wanted.contains(event.id) {
          events[event.id] = event
        }
      }
      let check = BalanceCheck(view, events: events)
      differs = check.differs
      if reading.json { return .json(check.json) }
      if reading.plain { return .plain(Self.rows(check)) }
      return .text(check.text(reading.style, try Lexicon(history, numbering: [])))
    }
    if differs { throw ExitStatus.found }
  }

  private static func rows(_ check: BalanceCheck) -> [[WrittenCell]] {
    let names = [
      "event", "agreement", "as_of", "stated_low", "stated_high", "computed_low", "computed_high", "result",
      "difference",
      "why",
    ]
    func cell(_ pence: Int64?) -> WrittenCell { pence.map(WrittenCell.pence) ?? .blank }
    return [names.map(WrittenCell.text)]
      + check.lines.map { line in
        var difference: Int64?
        if case .differs(let pence) = line.verdict { difference = pence }
        let (stated, computed) = (line.balance.stated, line.balance.computed)
        return [
          .whole(Int64(line.event.position + 1)), .text(line.agreement), .text(line.asOf.edtf),
          cell(stated == .unknown ? nil : stated.low), cell(stated.high),
          cell(computed == .unknown ? nil : computed.low), cell(computed.high), .text(line.verdict.word),
          cell(difference), .text(line.verdict.why ?? ""),
        ]
      }
  }
}
