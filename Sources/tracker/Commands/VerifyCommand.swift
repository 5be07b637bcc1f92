internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports
internal import Spreadsheets
internal import TransparencyLog

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks that the log is whole and in order, and who vouches for it; says what checking does not show.",
    usage: """
      tracker verify [LOG] [--policy FILE] [--since CHECKPOINT]
          [--json | --plain]
      """,
    discussion: """
      Checked: canonical form, streams without gaps, “previous”, the order of the clock, ids, salts, the rules that writers \
      obey; the tree, checkpoints and their signatures, witnesses, time-stamps, private values, exhibits. Exit code 4 if the \
      record is damaged or a policy is not met, 1 if only a rule of writers is broken.

      --plain lists the faults, a line each; where there is none, the header alone.

      A policy is a file with the keys that you trust, which you had on another way than the log itself:
        log LOG-VKEY
        witness auditor WITNESS-VKEY
        quorum auditor                  (or: quorum none)

      Examples:
        tracker verify log.jsonl
        tracker verify deals.jsonl --policy trusted.policy --since noted.checkpoint
        tracker verify --book book.tracker --json
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "The keys that you trust, and how many witnesses you ask for.")
  var policy: String?
  @Option(help: "A checkpoint that you noted earlier: does the log still contain it? May be given more than once.")
  var since: [String] = []
  @Option(help: "The root certificate (PEM or DER) of a time-stamping authority that you trust.")
  var ca: [String] = []
  @OptionGroup var form: FormOptions

  func run() throws {
    let named = try Positionals(what, most: 0)
    let verification: Verification
    let source: Source
    var options = Verification.Options()
    options.folders = .mine
    options.authorities = try ca.map { try FileBytes.read($0) }
    options.policy = try Policies.read(policy)
    do throws(TrackerError) {
      for file in since { options.since.append(try Companions.notedHead(file)) }
      let path = try BookFinder.path(named: named.source, book: book)
      source = try Source.open(path, .mine)
      Progress.say("Checking \(path) …", about: path)
      verification = try Verification.run(source, options)
    } catch {
      throw Failure(error)
    }
    form.answer(
      json: verification.json, header: ["line", "column", "code", "damage", "text"], plain: Self.rows(verification),
      text: verification.text(.here, source.name, suspect: verification.firstSuspect(in: source.log)))
    if !verification.isSound { throw ExitStatus.notVerified }
    if !verification.faults.isEmpty { throw ExitStatus.found }
  }

  private static func rows(_ verification: Verification) -> [[WrittenCell]] {
    verification.faults.map { fault in
      [
        fault.position.map { .whole(Int64($0) + 1) } ?? .blank, fault.column.map { .whole(Int64($0)) } ?? .blank,
        .text(fault.code), .text(fault.isDamage ? "yes" : "no"), .text(fault.text),
      ]
    }
  }
}
