internal import Agreements
internal import ArgumentParser
internal import Projections
internal import Reports

struct ObligationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "obligations", abstract: "What is owed, promise by promise, as of a day.",
    usage: """
      tracker obligations [LOG] [AGREEMENT] [--practice KEY] [--debtor KEY]
          [--as-of DAY] [--known-at DAY] [--json | --plain]
      """,
    discussion: """
      Sums are intervals: “up to £100,000” is a ceiling and no debt. Unknown is said and never counted as nothing. An \
      agreement or a practice is named by its key or by a part of its name that only one has.

      Examples:
        tracker obligations --as-of 2011-09-30
        tracker obligations log.jsonl gain-share --known-at 2011-10-01 --json
        tracker obligations "gain share" --plain | cut -f 1,2,26
      """)

  @Argument(
    help: ArgumentHelp("A log (NAME.jsonl or NAME.tracker), an agreement, or both.", valueName: "what"),
    completion: .custom(Completing.agreements))
  var what: [String] = []
  @Option(help: "Only what is owed to this party.", completion: .custom(Completing.parties))
  var practice: String?
  @Option(help: "Only what this party owes.", completion: .custom(Completing.parties))
  var debtor: String?
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    let keys = Names.keys(agreement: named.text(0), practice: practice, debtor: debtor)
    if reading.json, practice == nil {
      // An answer may be larger than memory should be: it is printed as it is made.
      try reading.ask(named.source, about: keys) { history, question in
        let scope = try Names.scope(agreement: named.text(0), practice: nil, debtor: debtor, in: history)
        try ObligationsAnswer.write(history, question, agreement: scope.agreement, debtor: scope.debtor) {
          Console.pass($0)
        }
        Console.out(bytes: [0x0A])
      }
      return
    }
    try reading.answer(named.source, about: keys) { history, question in
      let scope = try Names.scope(agreement: named.text(0), practice: practice, debtor: debtor, in: history)
      if reading.plain { return try reading.plainTable(.obligations, history, question, scope) }
      let view = try history.obligations(question, scope: scope)
      if reading.json { return .json(view.json) }
      return .text(view.text(reading.style, try Lexicon(history, numbering: view.citedEvents)))
    }
  }
}
