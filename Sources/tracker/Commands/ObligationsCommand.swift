internal import Agreements
internal import ArgumentParser
internal import Projections
internal import Reports

struct ObligationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "obligations", abstract: "What is owed, promise by promise, as of a day.",
    discussion: """
      Sums are intervals: “up to £100,000” is a ceiling and no debt. Unknown is said and never counted as nothing.

      Examples:
        tracker obligations --as-of 2011-09-30
        tracker obligations log.jsonl bury-2009-10 --known-at 2011-10-01 --json
      """)

  @Argument(help: "A source (.jsonl or .tracker), an agreement, or both.")
  var what: [String] = []
  @Option(help: "Only what is owed to this party.")
  var practice: String?
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    let scope = Scope(
      agreement: try named.key(0, "agreement"), creditor: try practice.map { try Keys.key($0, "party") })
    let view = try reading.ask(named.source) { history, question in
      try Agreed.check(scope, history)
      return try history.obligations(question, scope: scope)
    }
    reading.print(view.json, text: view.text(reading.style))
  }
}

/// An agreement that is named must be there.
enum Agreed {
  static func check(_ scope: Scope, _ history: History) throws {
    guard let key = scope.agreement, !history.agreements.contains(key) else { return }
    let names = history.agreements.map(\.rawValue)
    let guess = Spelling.nearest(to: key.rawValue, among: names)
    throw Failure(
      .badData, what: "there is no agreement “\(key)” in this log",
      next: guess.map { "Did you mean \($0)?" } ?? "It has: \(names.prefix(8).joined(separator: ", "))")
  }
}
