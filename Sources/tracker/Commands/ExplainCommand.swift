internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "How each figure came about, down to event, exhibit and paragraph.",
    usage: """
      tracker explain [LOG] [AGREEMENT [PROMISE [CREDITOR]]]
          [--figure FIGURE | --why-not CATEGORY] [--json]
      """,
    discussion: """
      The sums are printed so that they can be redone by hand.

      Examples:
        tracker explain gain-share
        tracker explain log.jsonl gain-share slice ten-practices --figure outstanding
        tracker explain gain-share --why-not overdue
      """)

  @Argument(
    help: "A log (NAME.jsonl or NAME.tracker); then an agreement, a promise and a creditor.",
    completion: .custom(Completing.explained))
  var what: [String] = []
  @Option(
    help: "Only this figure: promised, earned, paid, setOff, withdrawn, outstanding, due, debtor, category or strength."
  )
  var figure: String?
  @Option(
    help: ArgumentHelp(
      "Why the rows are not in this category: which condition of its rule is not met, and what would change it.",
      valueName: "category"))
  var whyNot: String?
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 3)
    try reading.refusePlain()
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
    let category = try whyNot.map(Self.category)
    if category != nil, figure != nil {
      throw Failure(.usage, what: "--figure and --why-not are two questions", next: "Ask one at a time.")
    }
    let keys = Names.keys(agreement: named.text(0), practice: named.text(2))
    try reading.answer(named.source, about: keys) { history, question in
      let scope = try Names.scope(agreement: named.text(0), practice: named.text(2), in: history)
      let promise = try named.text(1).map { text in
        try scope.agreement.map { try Names.promise(text, of: $0, in: history) }
      }.flatMap { $0 }
      var view = try history.obligations(question, scope: scope, isExplaining: true)
      if let promise { view.rows.removeAll { $0.promise != promise } }
      guard !view.rows.isEmpty else {
        throw try Self.nothing(promise, scope, history, question)
      }
      let lexicon = try Lexicon(history, keeping: Set(view.rows.map(\.agreement)))
      if let category {
        let answer = WhyNot(view: view, lexicon: lexicon, category: category, command: Self.command)
        return reading.json ? .json(answer.json) : .text(answer.text(reading.style))
      }
      let explanation = Explanation(view: view, lexicon: lexicon, figure: wanted)
      return reading.json ? .json(explanation.json) : .text(explanation.text(reading.style))
    }
  }

  /// Why there is no row: a promise may be recorded, and not, or not surely, have been made by the day.
  private static func nothing(
    _ promise: PromiseKey?, _ scope: Scope, _ history: History, _ question: Question
  ) throws -> Failure {
    var (perhaps, later): ([String], [String]) = ([], [])
    for agreement in scope.agreement.map({ [$0] }) ?? [] {
      for event in try history.standing(in: .agreement(agreement)) {
        guard case .paymentPromised(let promised) = event.body, promise == nil || promised.promise == promise else {
          continue
        }
        let words = "event \(event.position + 1)"
        switch event.happened(by: question.asOf) {
        case .straddling: perhaps.append(words)
        case .notYet: later.append(words)
        case .counted: break
        }
      }
    }
    let day = question.asOf.words
    if !perhaps.isEmpty {
      return Failure(
        .badData,
        what: "\(Lexicon.list(perhaps)) may or may not have happened by \(day), so there is no figure to explain",
        next: "Ask for a day on which it surely had:  --as-of DAY. "
          + "What it says:  tracker show \(perhaps[0].dropFirst(6))")
    }
    if !later.isEmpty {
      return Failure(
        .badData, what: "\(Lexicon.list(later)) had not happened by \(day), so there is no figure to explain",
        next: "Ask for a later day:  --as-of DAY. What it says:  tracker show \(later[0].dropFirst(6))")
    }
    return Failure(
      .badData,
      what: scope == Scope() && promise == nil ? "no promise is recorded here" : "no such promise is recorded here",
      next: "See what there is:  tracker obligations")
  }

  /// A category by its stable word, or by the words that reports have for it.
  private static func category(_ text: String) throws -> ObligationRow.Category {
    let all = ObligationRow.Category.allCases
    if let found = all.first(where: { $0.rawValue == text || $0.words == text.lowercased() }) { return found }
    let names = all.map(\.rawValue)
    throw Failure(
      .usage, what: "there is no category “\(text.shown)”",
      next: Spelling.nearest(to: text, among: names).map { "Did you mean \($0)?" }
        ?? "Categories: \(names.joined(separator: ", "))")
  }

  /// What records an event of a type.
  private static func command(_ type: String) -> String {
    switch type {
    case "EntryCorrected": "tracker correct"
    case "EntryRetracted": "tracker retract"
    default: RecordKinds.types.first { $0.type.type == type }.map { "tracker record \($0.word)" } ?? type
    }
  }
}
