internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import Projections

struct RetractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retract", abstract: "Takes an event back; it stays visible, marked as taken back.",
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
  @Option(help: "Who says so; else whoever asserted the event.")
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
      var targets = [target]
      if withDependents {
        let dependents = Set(try book.dependents(of: target.id))
        let all = try history.events(at: Array(0..<history.size))
        targets = all.filter { dependents.contains($0.id) }.reversed() + targets
      }
      let asserter: PartyKey =
        if let assertedBy { try Keys.key(assertedBy, "party") } else { target.statement.assertedBy.party }
      return targets.map { event in
        let statement = Statement(
          assertedBy: .init(party: asserter), basis: .ownKnowledge,
          body: .entryRetracted(EntryRetracted(target: event.id, why: why)), visibility: event.statement.visibility)
        return Proposal(
          id: book.freshID(), stream: event.stream, statement: statement, recordedBy: writing.recordedBy)
      }
    }
  }
}
