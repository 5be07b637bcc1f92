internal import ArgumentParser
internal import Projections
internal import Reports

struct RenegedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reneged", abstract: "The report on deals that were withdrawn, varied, clawed back or left unpaid.",
    usage: """
      tracker reneged [LOG] [AGREEMENT] [--practice KEY] [--as-of DAY]
          [--known-at DAY] [--json | --plain]
      """,
    discussion: """
      “Reneged” is the report's name and no status: each finding is a category with its evidence, the other side's \
      reasons in full, and what is not claimed.

      Examples:
        tracker reneged --as-of 2011-09-30
        tracker reneged log.jsonl --json
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
    let keys = Names.keys(agreement: named.text(0), practice: practice)
    try reading.answer(named.source, about: keys) { history, question in
      let scope = try Names.scope(agreement: named.text(0), practice: practice, in: history)
      if reading.plain { return try reading.plainTable(.reneged, history, question, scope) }
      let view = try history.reneged(question, scope: scope)
      if reading.json { return .json(view.json) }
      let agreements = Set((view.findings + view.notSettled).map(\.row.agreement))
      var lexicon = try Lexicon(history, keeping: agreements)
      // Where so many are not named, none is looked for.
      if view.straddling.count <= ObligationsView.named { try lexicon.register(view.straddling, of: history) }
      return .text(view.text(reading.style, lexicon))
    }
  }
}
