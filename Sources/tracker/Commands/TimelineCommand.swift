internal import ArgumentParser
internal import Projections
internal import Reports

struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "What happened, when, who says so, and when it was recorded.",
    usage: """
      tracker timeline [LOG] [AGREEMENT] [--as-of DAY] [--known-at DAY]
          [--json | --plain]
      """,
    discussion: """
      Corrected and withdrawn entries stay in their place and are marked.

      Examples:
        tracker timeline gain-share
        tracker timeline log.jsonl --as-of 2010-12-31 --known-at 2011-01-15
      """)

  @Argument(
    help: ArgumentHelp("A log (NAME.jsonl or NAME.tracker), an agreement, or both.", valueName: "what"),
    completion: .custom(Completing.agreements))
  var what: [String] = []
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    try reading.answer(named.source) { history, question in
      let scope = try Names.scope(agreement: named.text(0), practice: nil, in: history)
      if reading.plain { return try reading.plainTable(.timeline, history, question, scope) }
      let view = try history.timeline(question, scope: scope)
      if reading.json { return .json(view.json) }
      var lexicon = try Lexicon(history, numbering: view.citedEvents)
      try lexicon.registerCorrections(among: view.entries.map(\.event), of: history)
      return .text(view.text(reading.style, lexicon))
    }
  }
}
