internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "How each figure came about, down to event, exhibit and paragraph.",
    usage: "tracker explain [LOG] [AGREEMENT [PROMISE [CREDITOR]]] [--figure FIGURE]",
    discussion: """
      The sums are printed so that they can be redone by hand.

      Examples:
        tracker explain gain-share
        tracker explain log.jsonl gain-share slice ten-practices --figure outstanding
      """)

  @Argument(help: "A log (NAME.jsonl or NAME.tracker); then an agreement, a promise and a creditor.")
  var what: [String] = []
  @Option(
    help: "Only this figure: promised, earned, paid, setOff, withdrawn, outstanding, due, debtor, category or strength."
  )
  var figure: String?
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 3)
    let promise: PromiseKey? = try named.key(1, "promise")
    let scope = Scope(agreement: try named.key(0, "agreement"), creditor: try named.key(2, "party"))
    var wanted: ObligationRow.Figure?
    if let figure {
      wanted = ObligationRow.Figure(rawValue: figure)
      guard wanted != nil else {
        let names = ObligationRow.Figure.allCases.map(\.rawValue)
        throw Failure(
          .usage, what: "there is no figure “\(figure.shown)”",
          next: Spelling.nearest(to: figure, among: names).map { "Did you mean \($0)?" }
            ?? "Figures: \(names.joined(separator: ", "))")
      }
    }
    try reading.answer(named.source, about: scope) { history, question in
      try Scopes.check(scope, history)
      var view = try history.obligations(question, scope: scope, isExplaining: true)
      if let promise { view.rows.removeAll { $0.promise != promise } }
      guard !view.rows.isEmpty else {
        throw Failure(
          .badData, what: named.keys.isEmpty ? "no promise is recorded here" : "no such promise is recorded here",
          next: "See what there is:  tracker obligations")
      }
      let explanation = Explanation(
        view: view, lexicon: try Lexicon(history, keeping: Set(view.rows.map(\.agreement))), figure: wanted)
      return reading.json ? .json(explanation.json) : .text(explanation.text(reading.style))
    }
  }
}
