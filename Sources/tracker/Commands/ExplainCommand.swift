internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "How each figure came about, down to event, exhibit and paragraph.",
    discussion: """
      The sums are printed so that they can be redone by hand.

      Examples:
        tracker explain bury-2009-10
        tracker explain log.jsonl bury-2009-10 slice bury-ten --figure outstanding
      """)

  @Argument(help: "A source (.jsonl or .tracker); then an agreement, a promise and a creditor.")
  var what: [String] = []
  @Option(help: "Only this figure: promised, earned, paid, setOff, withdrawn, outstanding, due or category.")
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
        let guess = Spelling.nearest(to: figure, among: names).map { " Did you mean \($0)?" } ?? ""
        throw Failure(
          .usage, what: "there is no figure “\(figure.shown)”.\(guess)",
          next: "Figures: \(names.joined(separator: ", "))")
      }
    }
    let explanation = try reading.ask(named.source) { history, question in
      try Agreed.check(scope, history)
      var view = try history.obligations(question, scope: scope, isExplaining: true)
      if let promise { view.rows.removeAll { $0.promise != promise } }
      guard !view.rows.isEmpty else {
        throw Failure(
          .badData, what: "no promise is recorded here by that day", next: "See what there is: tracker obligations")
      }
      var events: [EventID: LoggedEvent] = [:]
      for agreement in Set(view.rows.map(\.agreement)) {
        for event in try history.standing(in: .agreement(agreement)) { events[event.id] = event }
      }
      for event in history.standingRegistrations { events[event.id] = event }
      let cited = Set(view.rows.flatMap { $0.reliedOn + $0.workings.flatMap(\.events) })
      return Explanation(view: view, events: events.filter { cited.contains($0.key) }, figure: wanted)
    }
    reading.print(explanation.json, text: explanation.text(reading.style))
  }
}
