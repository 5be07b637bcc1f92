internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Projections
internal import Reports

struct EraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Deletes a person's data for good where the law says so; the log still verifies.",
    usage: """
      tracker erase EVENT (--value NAME … | --bytes | --line) --why TEXT
          --legal-basis TEXT [--dry-run] [--yes] [--book BOOK] [--json]
      tracker erase --again [--dry-run] [--book BOOK] [--json]
      """,
    discussion: """
      An event says what was erased, why, and on which legal basis. The bytes go: out of the tables, the free pages and the \
      journal. The digest stays, and the log still verifies. Copies that were given away are not called back: tell whoever \
      has one. Where a line had put another event right, or taken it back, the figures that come back are said, and it takes a \
      yes or --yes. A backup that is put back is held against the list of what was erased: tracker erase --again. The same \
      finishes an erasure that could not clear its room because somebody else had the book open.

      Examples:
        tracker erase 14 --value name --why "asked for it" --legal-basis "Art. 17 UK GDPR"
        tracker erase 14 --value name --why "asked for it" --legal-basis "Art. 17 UK GDPR" --dry-run
        tracker erase 9 --bytes --why "shows a patient" --legal-basis "Art. 17 UK GDPR"
        tracker erase 14 --line --why "recorded by mistake" --legal-basis "Art. 17 UK GDPR"
        tracker erase --again
      """)

  @Argument(help: "The number or id of the event.")
  var event: String?
  @Option(help: "The private value to erase; may be given more than once.")
  var value: [String] = []
  @Flag(name: [.customLong("bytes"), .customLong("file")], help: "Erase the stored file of an exhibit.")
  var bytes = false
  @Flag(help: "Erase the whole line.")
  var line = false
  @Flag(help: "Erase once more what was erased before and came back with an older copy.")
  var again = false
  @Option(help: "Why.")
  var why: String?
  @Option(help: "On which legal basis.")
  var legalBasis: String?
  @Option(help: "Who says so; else the keeper of the book.", completion: .custom(Completing.parties))
  var assertedBy: String?
  @Flag(help: "Say what would be erased, and which event would say so; erase nothing.")
  var dryRun = false
  @Flag(help: "Erase it without asking. Nobody is asked anyway where no person sits at a terminal.")
  var yes = false
  @Option(help: "Who typed it.")
  var recordedBy = "officer"
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    do {
      let path = try BookFinder.path(named: nil, book: book)
      // The words of what goes must not stay in the index for searching either.
      defer { if !dryRun { Search.forget(path, folders: .mine) } }
      if again { return try eraseAgain(path) }
      guard let event, let why, let legalBasis, [line, bytes, !value.isEmpty].count(where: { $0 }) == 1 else {
        throw Failure(
          .usage, what: "which event, what of it, why, and on which legal basis?",
          next:
            "tracker erase EVENT --value NAME --why \"…\" --legal-basis \"…\"   or --bytes, or --line, in the place of --value"
        )
      }
      _ = try Reason.given(why, "--why")
      var others: [LoggedEvent] = []
      var written: Written?
      var lexicon = Lexicon()
      var undone: Undone?
      let result: Result<RecordBook.Recorded, any Error> = try Books.with(path) { book throws(TrackerError) in
        Result {
          let position = try EventFinder.position(event, in: book.source.log)
          others = bytes ? try book.others(filingThatOf: position) : []
          let isAsked = !yes && !dryRun && Console.isPersonThere
          guard others.isEmpty || yes || isAsked || dryRun else { throw Self.refusal(position, others) }
          undone = line ? try Self.undone(position, in: book) : nil
          let question = "\(Self.words(others))What is erased cannot be brought back. Erase it?"
          let consent: RecordBook.Consent? =
            isAsked
            ? { [undone] recorded in
              if let undone { Console.error(TextStyle.here.lines("\(undone.what). \(undone.next)")) }
              return Preview.isWanted(recorded, in: book, question: question)
            } : nil
          let asserter = try Keeper.asserter(assertedBy, try History(book.source.log))
          if let undone, !yes, !isAsked, !dryRun {
            let trial = try book.erase(
              lineAt: position, why: why, legalBasis: legalBasis, assertedBy: asserter, recordedBy: recordedBy,
              isDryRun: true)
            if !trial.changes.isEmpty { throw try Self.refusal(position, undone, trial, in: book) }
          }
          let recorded =
            line
            ? try book.erase(
              lineAt: position, why: why, legalBasis: legalBasis, assertedBy: asserter, recordedBy: recordedBy,
              isDryRun: dryRun, consent: consent)
            : bytes
              ? try book.erase(
                fileOf: position, why: why, legalBasis: legalBasis, assertedBy: asserter, recordedBy: recordedBy,
                isDryRun: dryRun, consent: consent)
              : try book.erase(
                privateValues: value, of: position, why: why, legalBasis: legalBasis, assertedBy: asserter,
                recordedBy: recordedBy, isDryRun: dryRun, consent: consent)
          if dryRun || undone != nil { lexicon = try recorded.lexicon(of: book) }
          written = .made("erase", in: book.source) { written in
            written.take(recorded, isDryRun: dryRun)
            let what = line ? ["line"] : bytes ? ["file"] : value
            written.take(erased: [position] + others.map(\.position), what: what)
            written.warnings = (undone.map { [$0.what + "."] } ?? []) + [Self.awayCopies] + Self.oldFormats(of: path)
          }
          return recorded
        }
      }
      let recorded = try result.get()
      guard !recorded.isDeclined else { throw Declined() }
      let what =
        line
        ? "the line of event \(event.shown)"
        : bytes
          ? (["the stored file of event \(event.shown)"] + others.map { "of event \($0.position + 1)" })
            .joined(separator: " and ")
          : "\(value.joined(separator: ", ").shown) of event \(event.shown)"
      Console.tell(said(what, recorded, lexicon))
      if !recorded.wasThere {
        if let undone { Console.tell(TextStyle.here.lines("\(undone.what).\(dryRun ? " \(undone.next)" : "")")) }
        Console.tell(recorded.changesText(.here, lexicon))
      }
      for line in [Self.awayCopies] + Self.oldFormats(of: path) { Console.tell("  \(line)\n") }
      written?.give()
    } catch let declined as Declined {
      throw declined
    } catch {
      throw Failure(error, in: book ?? "")
    }
  }
}

extension EraseCommand {
  private static let awayCopies =
    "Copies that were given away still have it: tell whoever has one. Old backups too."

  private static func oldFormats(of path: String) -> [String] {
    Copies.oldFormats(of: path).map { "This older file of the book still has it:  \($0.plainLine)" }
  }

  private func said(_ what: String, _ recorded: RecordBook.Recorded, _ lexicon: Lexicon) -> String {
    let number = (recorded.positions.first ?? 0) + 1
    switch (recorded.wasThere, dryRun) {
    case (true, true): return "Erased already: \(what). Event \(number) says so. Nothing was done (dry run).\n"
    case (true, false): return "Erased already: \(what). Event \(number) says so; what was left of it is cleared.\n"
    case (false, false): return "Erased: \(what). Event \(number) says so.\n"
    case (false, true):
      return "Nothing was erased (dry run). It would be: \(what); and this event would say so:\n"
        + recorded.proposals.map { TextStyle.here.lines("  \($0.statement.sentence(lexicon, in: $0.stream))") }.joined()
    }
  }

  private func eraseAgain(_ path: String) throws(TrackerError) {
    let count = try Books.with(path) { book throws(TrackerError) in try book.eraseAgain(isDryRun: dryRun) }
    let things = "\(count) \(count == 1 ? "thing" : "things")"
    Console.tell(
      count == 0
        ? "Nothing that was erased is there.\n"
        : dryRun
          ? "Nothing was erased (dry run). An older copy has brought back \(things), which would be erased once more.\n"
          : "Erased once more: \(things) that an older copy had brought back.\n")
    Written.made("erase", in: try Source.open(path)) { written in
      written.isDryRun = dryRun
      written.more["erasedAgain"] = .integer(Int64(count))
    }?.give()
  }

  /// What a line had done to another event, and how to keep that without the line.
  private typealias Undone = (what: String, next: String)

  /// nil where the line is neither a correction nor a retraction of an event that is there, or was itself taken back.
  private static func undone(_ position: Int, in book: RecordBook) throws -> Undone? {
    let history = try History(book.source.log)
    guard let event = try history.events(at: [position]).first else { return nil }
    let stream = try history.events(of: event.stream)
    guard let target = event.target.flatMap({ id in stream.first { $0.id == id } }),
      Knowledge.states(stream)[event.id] != .retracted
    else { return nil }
    let number = target.position + 1
    if case .entryCorrected = event.body {
      return (
        "Event \(position + 1) put event \(number) right; without it event \(number) counts as it stood before",
        "To keep what was put right, record it once more without what must go, and erase then:  tracker correct \(number)"
      )
    }
    return (
      "Event \(position + 1) took event \(number) back; without it event \(number) counts again",
      "To keep it taken back, do so once more without what must go, and erase then:  tracker retract \(number)"
    )
  }

  private static func refusal(
    _ position: Int, _ undone: Undone, _ trial: RecordBook.Recorded, in book: RecordBook
  ) throws -> Failure {
    let lexicon = try trial.lexicon(of: book)
    return Failure(
      .badData, what: "\(undone.what); nothing was erased", place: "event \(position + 1)",
      next: "If it is to be so, add --yes. \(undone.next)",
      more: trial.changesText(.here, lexicon).split(separator: "\n").dropFirst().map { String($0.drop { $0 == " " }) })
  }

  /// “The same file is that of event 18. ”
  private static func words(_ others: [LoggedEvent]) -> String {
    guard !others.isEmpty else { return "" }
    return "The same file is that of \(Self.list(others)) too. "
  }

  private static func list(_ events: [LoggedEvent]) -> String {
    events.map { "event \($0.position + 1)" }.joined(separator: " and ")
  }

  private static func refusal(_ position: Int, _ others: [LoggedEvent]) -> Failure {
    Failure(
      .badData, what: "the same file is that of \(list(others)) too; nothing was erased",
      place: "event \(position + 1)", next: "If it is to go from all of them, add --yes.")
  }
}

extension Written {
  /// - Parameter what: “line”, “file”, or the names of private values.
  fileprivate mutating func take(erased positions: [Int], what: [String]) {
    more["erased"] = [
      "positions": .array(positions.map { .integer(Int64($0)) }), "what": .array(what.map(JSONValue.string)),
    ]
  }
}

struct WithholdCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withhold", abstract: "A copy of the log for one reader, with some lines left out openly.",
    usage: """
      tracker withhold EVENT … --to DIR [--name NAME] [--log LOG]
          [--private] [--with-files] [--json]
      """,
    discussion: """
      A line that is left out keeps its place: its digest stands there, the tree is the same, and the checkpoint still holds. \
      Private values are left out too, unless --private is given, and the files of exhibits, unless --with-files is.

      Example:
        tracker withhold 7 12 13 --to for-the-auditor
      """)

  @Argument(help: "Numbers or ids of the events that are left out.")
  var events: [String]
  @Option(help: "The folder for the copy.")
  var to: String
  @Option(help: "The copy's name (default: that of the log).")
  var name: String?
  @Option(help: "A log, NAME.jsonl or NAME.tracker; else the record book.")
  var log: String?
  @Flag(name: .customLong("private"), help: "With the private values of the lines that stay.")
  var withPrivateValues = false
  @Flag(help: "With the stored files of the exhibits whose lines stay.")
  var withFiles = false
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    do {
      let path = try BookFinder.path(named: nil, book: log)
      let source = try Copies.source(path)
      var options = Source.CopyOptions()
      options.leftOut = Set(try events.map { try EventFinder.position($0, in: source.log) })
      options.isWithoutPrivateValues = !withPrivateValues
      options.isWithoutFiles = !withFiles
      let files = try source.copy(to: to, name: name ?? Copies.stem(of: source.name), options)
      Console.tell("A copy with \(options.leftOut.count) of \(try source.log.size()) lines left out openly:\n")
      for file in files { Console.tell("  \(file.plainLine)\n") }
      Console.tell("  Whoever has it can check it:  tracker verify \(files[0].plainLine)\n")
      Written.made("withhold", in: source) { written in
        written.files = files
        written.more["leftOut"] = .array(options.leftOut.sorted().map { .integer(Int64($0)) })
      }?.give()
    } catch {
      throw Failure(error, in: log ?? "")
    }
  }
}

enum Copies {
  /// A log that goes away, and must be vouched for: the latest checkpoint is signed and kept. One that was never signed goes
  /// as it is.
  static func source(_ path: String) throws(TrackerError) -> Source {
    let source = try Source.open(path)
    return try source.companions().checkpoints.isEmpty ? source : Books.signed(path).source
  }

  /// What was kept of a book when it was brought up to date from an older format.
  static func oldFormats(of path: String) -> [String] {
    (1...9).map { "\(path).format-\($0)" }.filter { access($0, F_OK) == 0 }
  }

  /// The name of a log without folder and ending.
  static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".tracker", ".jsonl"] where file.hasSuffix(ending) { return String(file.dropLast(ending.count)) }
    return file
  }
}
