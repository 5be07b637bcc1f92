internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks that the log is whole and in order, and says what checking does not show.",
    usage: "tracker verify [LOG] [--json]",
    discussion: """
      Checked: canonical form, streams without gaps, “previous”, the order of the clock, ids, salts, and the rules that \
      writers obey. Exit code 4 if the record is damaged, 1 if only a rule of writers is broken.

      Examples:
        tracker verify log.jsonl
        tracker verify --book book.tracker --json
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    let named = try Positionals(what, most: 0)
    let verification: Verification
    let source: Source
    do throws(TrackerError) {
      let path = try BookFinder.path(named: named.source, book: book)
      source = try Source.open(path)
      Progress.say("Checking \(path) …", about: path)
      verification = try Verification.run(source)
    } catch {
      throw Failure(error)
    }
    if json {
      Console.out(bytes: verification.json.canonicalBytes + [0x0A])
    } else {
      let suspect = verification.firstSuspect(in: source.log)
      Console.out(verification.text(TextStyle(width: Console.width), source.name, suspect: suspect))
    }
    if !verification.isSound { throw ExitStatus.notVerified }
    if !verification.faults.isEmpty { throw ExitStatus.found }
  }
}
