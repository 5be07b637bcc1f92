internal import ArgumentParser
internal import Projections
internal import Reports

struct PlansCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plans", abstract: "Plans to spend less: listed with their overlaps, never added up.",
    usage: "tracker plans [LOG] [--as-of DAY] [--known-at DAY] [--json]",
    discussion: """
      A plan is no promise and no breach. Plans overlap, so there is no grand total.

      Example:
        tracker plans log.jsonl
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 0)
    try reading.answer(named.source) { history, question in
      if reading.plain { return try reading.plainTable(.plans, history, question, Scope()) }
      let view = try history.plans(question)
      return reading.json ? .json(view.json) : .text(view.text(reading.style, Lexicon(history.standingRegistrations)))
    }
  }
}
