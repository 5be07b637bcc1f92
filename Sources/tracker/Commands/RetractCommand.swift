internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import Projections
internal import Reports

struct RetractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retract", abstract: "Takes an event back; it stays visible, marked as taken back.",
    usage: "tracker retract EVENT --why TEXT [--with-dependents] [--dry-run]",
    discussion: """
      What others stand on is refused, with the list of what stands on it, unless all of it is taken back in one go.

      Examples:
        tracker retract 14 --why "recorded twice"
        tracker retract 3 --why "wrong agreement" --with-dependents
      """)

  @Argument(help: "The number or id of the event.")
  var event: String
  @Option(help: "Why.")
  var why: String
  @Option(help: "Who says so; else the keeper of the book.")
  var assertedBy: String?
  @Flag(help: "Take back everything that stands on it too.")
  var withDependents = false
  @OptionGroup var writing: WritingOptions

  func run() throws {
    try writing.record { book in
      let history = try History(book.source.log)
      let position = try EventFinder.position(event, in: history.log)
      guard let target = try history.events(at: [position]).first else {
        throw Failure(.badData, what: "event \(event.shown) was left out of this copy")
      }
      if Knowledge.states(try history.events(of: target.stream))[target.id] == .retracted {
        throw Failure(
          .badData, what: "event \(position + 1) was taken back already", next: "See it:  tracker show \(position + 1)")
      }
      var targets = [target]
      let dependents = Set(try book.dependents(of: target.id))
      if !dependents.isEmpty {
        let standing = try history.events(at: Array(0..<history.size)).filter { dependents.contains($0.id) }
        guard withDependents else { throw Self.refusal(position, standing, Lexicon(history.standingRegistrations)) }
        targets = standing.reversed() + targets
      }
      let asserter = try Keeper.asserter(assertedBy, history)
      return targets.map { event in
        let statement = Statement(
          assertedBy: .init(party: asserter), basis: .ownKnowledge,
          body: .entryRetracted(EntryRetracted(target: event.id, why: why)), visibility: event.statement.visibility)
        return Proposal(
          id: book.freshID(), stream: event.stream, statement: statement, recordedBy: writing.recordedBy)
      }
    }
  }

  private static func refusal(_ position: Int, _ standing: [LoggedEvent], _ lexicon: Lexicon) -> Failure {
    let lines = standing.prefix(20).map { "event \($0.position + 1): \($0.sentence(lexicon))" }
    let rest = standing.count > 20 ? ["… and \(standing.count - 20) more"] : []
    let others = standing.count == 1 ? "1 other event stands" : "\(standing.count) other events stand"
    return Failure(
      .badData, what: "\(others) on it; nothing was taken back", place: "event \(position + 1)",
      next: "To take all of it back in one go:  tracker retract \(position + 1) --why \"…\" --with-dependents",
      more: lines + rest)
  }
}
