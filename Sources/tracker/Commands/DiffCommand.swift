internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "What changed between two days of one log, or where two logs differ.",
    usage: """
      tracker diff [LOG] [AGREEMENT] --from DAY [--to DAY]
          [--known-from DAY] [--known-to DAY] [--json | --plain]
      tracker diff OURS THEIRS [--json | --plain]
      """,
    discussion: """
      With two days: the rows that changed, and the events that make the difference; --known-from and --known-to limit each \
      side to what had been recorded by then. With two logs: as far as they are the same, byte for byte, then what each has \
      that the other has not, and what both have with different content.

      Exit code 1 if there is a difference.

      Examples:
        tracker diff gain-share --from 2010-08-31 --to 2011-09-30
        tracker diff log.jsonl --from today --to today --known-from 2011-10-01
        tracker diff ours.tracker theirs.jsonl
      """)

  @Argument(
    help: ArgumentHelp("A log and perhaps an agreement; or two logs.", valueName: "what"),
    completion: .custom(Completing.agreements))
  var what: [String] = []
  @Option(help: ArgumentHelp("The earlier day; “today” may be said.", valueName: "day"))
  var from: String?
  @Option(help: ArgumentHelp("The later day (default: today, UTC).", valueName: "day"))
  var to: String?
  @Option(
    help: ArgumentHelp("On the earlier side: what had been recorded by then (default: everything).", valueName: "day"))
  var knownFrom: String?
  @Option(
    help: ArgumentHelp("On the later side: what had been recorded by then (default: everything).", valueName: "day"))
  var knownTo: String?
  @Option(help: "Only what is owed to this party.", completion: .custom(Completing.parties))
  var practice: String?
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Flag(help: "Answer in JSON.")
  var json = false
  @Flag(help: "Answer as lines of tab-separated cells with a header: for scripts.")
  var plain = false
  @Flag(help: "Print a long answer at once, not page by page.")
  var noPager = false

  func validate() throws {
    try FormOptions.check(json: json, plain: plain)
  }

  func run() throws {
    let logs = what.filter(BookFinder.isSource)
    if logs.count == 2, what.count == 2 {
      guard [from, to, knownFrom, knownTo, practice].allSatisfy({ $0 == nil }) else {
        throw Failure(.usage, what: "two logs are compared whole, without days", next: "tracker diff OURS THEIRS")
      }
      try compare(logs[0], logs[1])
    } else {
      try compareDays(try Positionals(what, most: 1))
    }
  }

  /// What it takes to say what these events say.
  private static func lexicon(_ history: History, _ events: [LoggedEvent]) throws -> Lexicon {
    var lexicon = try Lexicon(history, numbering: events.flatMap(\.mentioned))
    try lexicon.registerCorrections(among: events, of: history)
    return lexicon
  }

  private static func printTable(_ rows: [[ExportCell]]) {
    Console.out(bytes: PlainText.bytes(rows.map { $0.map(\.written) }))
  }

  private func style() throws -> TextStyle { try ReadingOptions.parse([]).style }

  private func compareDays(_ named: Positionals) throws {
    guard from != nil || knownFrom != nil else {
      throw Failure(
        .usage, what: "what is to be compared?",
        next: "Two days:  tracker diff LOG --from DAY --to DAY    Two logs:  tracker diff OURS THEIRS")
    }
    let earlier = try Self.times(from ?? to, knownFrom)
    let later = try Self.times(to, knownTo)
    var isDifferent = false
    do {
      let source = try Source.open(try BookFinder.path(named: named.source, book: book), .mine)
      let whole = try History(source.log, isHeadWanted: true)
      let scope = try Names.scope(agreement: named.text(0), practice: practice, in: whole)
      let root = try whole.head().root
      func side(_ times: ReadingOptions.Times) throws -> (History, Question) {
        let history = try times.knownAt.map { try History(source.log, knownAt: $0) } ?? whole
        return (history, history.question(asOf: times.day, knownAtText: times.knownAtText, root: root))
      }
      let difference = try PositionDifference(side(earlier), side(later), scope: scope)
      isDifferent = !difference.isEmpty
      if json {
        Console.out(bytes: difference.json.canonicalBytes + [0x0A])
      } else {
        let lexicon = try Self.lexicon(whole, difference.events.map(\.event))
        if plain {
          Self.printTable(difference.table(lexicon))
        } else {
          Pager.show(difference.text(try style(), lexicon), isWanted: !noPager)
        }
      }
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
    if isDifferent { throw ExitStatus.found }
  }

  private static func times(_ day: String?, _ known: String?) throws -> ReadingOptions.Times {
    var reading = try ReadingOptions.parse([])
    reading.asOf = day == "today" ? nil : day
    reading.knownAt = known
    return try reading.times()
  }

  private func compare(_ ours: String, _ theirs: String) throws {
    var difference: LogDifference
    do {
      let (mine, other) = (try Source.open(ours), try Source.open(theirs))
      difference = try LogDifference(ours: mine.log, theirs: other.log)
      if json {
        Console.out(bytes: difference.json.canonicalBytes + [0x0A])
      } else {
        let lexicons = (
          try Self.lexicon(try History(mine.log), difference.onlyOurs + difference.changed.map(\.ours)),
          try Self.lexicon(try History(other.log), difference.onlyTheirs + difference.changed.map(\.theirs))
        )
        if plain {
          Self.printTable(difference.table(lexicons.0, lexicons.1))
        } else {
          Pager.show(
            difference.text(
              try style(), ours: ours.plainLine, theirs: theirs.plainLine, lexicons.0, lexicons.1),
            isWanted: !noPager)
        }
      }
    } catch {
      throw Failure(error, in: "\(ours), \(theirs)")
    }
    if difference.relation != .same { throw ExitStatus.found }
  }
}
