internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import Projections
internal import Reports

struct RetractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retract", abstract: "Takes an event back; it stays visible, marked as taken back.",
    usage: """
      tracker retract EVENT [--why TEXT] [--with-dependents] [--dry-run]
          [--book BOOK] [--json]
      """,
    discussion: """
      At a terminal the reason is asked for. What others stand on is refused, with the list of what stands on it, unless all of it is taken back in one go.

      Examples:
        tracker retract 14 --why "recorded twice"
        tracker retract 3 --why "wrong agreement" --with-dependents
      """)

  @Argument(help: "The number or id of the event.")
  var event: String
  @Option(help: "Why.")
  var why: String?
  @Option(help: "Who says so; else the keeper of the book.", completion: .custom(Completing.parties))
  var assertedBy: String?
  @Flag(help: "Take back everything that stands on it too.")
  var withDependents = false
  @OptionGroup var writing: WritingOptions

  func run() throws {
    let given = try why.map { try Reason.given($0, "--why") }
    guard given != nil || Console.isPersonThere else {
      throw Failure(
        .usage, what: "why is it taken back?", next: "tracker retract \(event.shown) --why \"…\"")
    }
    try writing.record("retract") { book in
      let history = try History(book.source.log)
      let position = try EventFinder.position(event, in: history.log)
      guard let target = try history.events(at: [position]).first else {
        throw Failure(.badData, what: "event \(event.shown) was left out of this copy")
      }
      if Knowledge.states(try history.events(of: target.stream))[target.id] == .retracted {
        throw Failure(
          .badData, what: "event \(position + 1) was taken back already", next: "See it:  tracker show \(position + 1)")
      }
      let dependents = try TakingBack.dependents(of: [target], in: book, history)
      guard dependents.isEmpty || withDependents else {
        throw Self.refusal(position, dependents, Lexicon(history.standingRegistrations))
      }
      let asserter = try Keeper.asserter(assertedBy, history)
      if given == nil {
        Console.error(
          TextStyle.here.lines("Event \(position + 1): \(target.sentence(Lexicon(history.standingRegistrations)))"))
      }
      guard let why = given ?? Reason.ask("Why is it taken back? It stays beside it; Enter adds nothing.\n> ") else {
        throw Declined()
      }
      return TakingBack.proposals(
        dependents.reversed() + [target], why: why, asserter: asserter, in: book, recordedBy: writing.recordedBy)
    }
  }

  private static func refusal(_ position: Int, _ standing: [LoggedEvent], _ lexicon: Lexicon) -> Failure {
    let others = standing.count == 1 ? "1 other event stands" : "\(standing.count) other events stand"
    return Failure(
      .badData, what: "\(others) on it; nothing was taken back", place: "event \(position + 1)",
      next: "To take all of it back in one go:  tracker retract \(position + 1) --why \"…\" --with-dependents",
      more: TakingBack.lines(standing, lexicon))
  }
}

/// Taking events back, one or many, always in one append: each goes before what it stands on.
enum TakingBack {
  /// The events that would stand on nothing without these, in log order.
  static func dependents(of targets: [LoggedEvent], in book: RecordBook, _ history: History) throws -> [LoggedEvent] {
    let ids = Set(try book.dependents(of: targets.map(\.id)))
    guard !ids.isEmpty else { return [] }
    return try history.events(at: Array(0..<history.size)).filter { ids.contains($0.id) }
  }

  static func proposals(
    _ events: [LoggedEvent], why: String, asserter: PartyKey, in book: RecordBook, recordedBy: String
  ) -> [Proposal] {
    events.map { event in
      let statement = Statement(
        assertedBy: .init(party: asserter), basis: .ownKnowledge,
        body: .entryRetracted(EntryRetracted(target: event.id, why: why)), visibility: event.statement.visibility)
      return Proposal(id: book.freshID(), stream: event.stream, statement: statement, recordedBy: recordedBy)
    }
  }

  /// What stands on something, for a refusal.
  static func lines(_ events: [LoggedEvent], _ lexicon: Lexicon) -> [String] {
    events.prefix(20).map { "event \($0.position + 1): \($0.sentence(lexicon))" }
      + (events.count > 20 ? ["… and \(events.count - 20) more"] : [])
  }
}
