internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the log as JSON Lines, or its answers for other programs.",
    usage: """
      tracker export [LOG] [--format jsonl] [--until N] [--out FILE [--json]]
      tracker export [LOG] --format csv|xlsx|json|sqlite [--table TABLE]
          [--out FILE [--json]]
      tracker export [LOG] --full DIR [--json]
      """,
    discussion: """
      jsonl is the log itself, byte for byte as stored; to standard output go the lines alone, which hold only the digests \
      of private values. With --full a folder gets all that belongs to the log: NAME.jsonl, NAME.checkpoint, \
      NAME.private.jsonl (private values, readable by you alone), NAME.exhibits (stored files by SHA-256, readable by you \
      alone), time-stamps. tracker restore makes a book of it again, byte for byte.

      The other formats hold what the reading commands answer, and each says as of which day, as known when, limited to \
      what, and of which log. csv is one table, obligations unless --table names another; xlsx, json and sqlite hold all \
      tables. A sum has two columns, low and high, and a third with its words: unknown is empty there and never 0. sqlite is \
      a file to read only; docs/export-sqlite.md says what each column is. With --practice nothing is told that is another \
      practice's, or that cannot be told to be this one's.

      Examples:
        tracker export --book deals.tracker --format jsonl > deals.jsonl
        tracker export --full backup
        tracker export --format csv --bom --out owed.csv
        tracker export --format csv --table payments --practice practice-7 --out payments.csv
        tracker export --format xlsx --as-of 2011-09-30 --out deals.xlsx
        tracker export log.jsonl --format sqlite --out deals.db
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(
    help: "jsonl (the log), or csv, xlsx, json, sqlite (its answers).",
    completion: .list(["jsonl"] + ExportForm.allCases.map(\.rawValue)))
  var format = "jsonl"
  @Option(help: ArgumentHelp("jsonl: only the first so many events.", valueName: "n"))
  var until: Int?
  @Option(help: ArgumentHelp("Everything that belongs to the log, into this folder.", valueName: "dir"))
  var full: String?
  @Option(
    help: ArgumentHelp(
      "Only this table: \(ExportKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "table"),
    completion: .list(ExportKind.allCases.map(\.rawValue)))
  var table: String?
  @Option(help: ArgumentHelp("Into this file; else to standard output.", valueName: "file"))
  var out: String?
  @Flag(help: "Replace the file if it is there.")
  var force = false
  @Flag(help: "csv: begin with the mark by which Excel knows UTF-8.")
  var bom = false
  @Option(help: "Only this agreement.", completion: .custom(Completing.agreements))
  var agreement: String?
  @Option(help: "Only what may be told to this practice.", completion: .custom(Completing.parties))
  var practice: String?
  @Option(help: ArgumentHelp("What had happened by this day (default: today, UTC).", valueName: "day"))
  var asOf: String?
  @Option(help: ArgumentHelp("What had been recorded by this day or moment (default: everything).", valueName: "day"))
  var knownAt: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let named = try Positionals(what, most: 0)
    let form = ExportForm(rawValue: format)
    guard format == "jsonl" || form != nil else {
      let formats = ["jsonl"] + ExportForm.allCases.map(\.rawValue)
      throw Failure(
        .usage, what: "there is no format “\(format.shown)”",
        next: Spelling.nearest(to: format, among: formats).map { "Did you mean \($0)?" }
          ?? "Formats: \(formats.joined(separator: ", "))")
    }
    if let until, until < 1 { throw Failure(.usage, what: "--until wants the number of an event, from 1") }
    try checkOptions(isLog: form == nil)
    guard out != nil || full != nil || !answer.json else {
      throw Failure(
        .usage, what: "--json says which files were written, and here the export itself is the answer",
        next: "Name a file:  --out FILE   Its answers as JSON:  --format json")
    }
    do {
      let path = try BookFinder.path(named: named.source, book: book)
      if let full {
        try write(path, to: full)
      } else if let form {
        try answers(of: path, form)
      } else {
        try lines(of: path)
      }
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
  }

  /// An option that would have no effect is a misunderstanding.
  private func checkOptions(isLog: Bool) throws {
    func refuse(_ option: String, _ next: String) -> Failure {
      Failure(.usage, what: "\(option) has no meaning here", next: next)
    }
    if isLog || full != nil {
      let given = [
        ("--table", table != nil), ("--bom", bom), ("--agreement", agreement != nil), ("--practice", practice != nil),
        ("--as-of", asOf != nil), ("--known-at", knownAt != nil), ("--out", full != nil && out != nil),
      ].first { $0.1 }
      if let given { throw refuse(given.0, "It is for --format csv, xlsx, json or sqlite, without --full.") }
    } else {
      if until != nil { throw refuse("--until", "It is for --format jsonl; else --known-at says how far.") }
      if bom, format != "csv" { throw refuse("--bom", "It is for --format csv.") }
    }
  }

  // MARK: The log

  /// nil = standard output, for which “-” may stand.
  private var target: String? { out == "-" ? nil : out }

  private func lines(of path: String) throws {
    let out = target
    let source = try Source.open(path, .mine)
    if let out { try ExportFile.check(out, asked: path, isForced: force) }
    var bytes: [UInt8] = []
    let tree = try source.log.forEachLine(limit: until, isHeadWanted: true) { _, line in
      if out == nil { Console.out(bytes: Array(line) + [0x0A]) } else { bytes += Array(line) + [0x0A] }
      return nil
    }
    Console.flush()
    if let out {
      try ExportFile.write(out, bytes, asked: path, isForced: force)
      give([out], of: source)
    }
    guard until == nil else { return }
    let head = try tree?.head() ?? source.log.head()
    Console.error("\(eventCount(head.size)). Root \(head.rootText)\n")
  }

  private func give(_ files: [String], of source: Source) {
    Written.made("export", in: source) { written in
      written.files = files
      written.more["export"] = [
        "format": full == nil ? .string(format) : "full", "table": table.map(JSONValue.string) ?? .null,
      ]
    }?.give()
  }

  private func write(_ path: String, to folder: String) throws {
    let source = try Copies.source(path)
    var options = Source.CopyOptions()
    options.limit = until
    let files = try source.copy(to: folder, name: Copies.stem(of: path), options)
    Console.tell("A whole copy of \(path.plainLine):\n")
    for file in files { Console.tell("  \(file.plainLine)\n") }
    Console.tell("  Back again:  tracker restore \(folder.plainLine)\n")
    give(files, of: source)
  }

  // MARK: Its answers

  private func answers(of path: String, _ form: ExportForm) throws {
    let (kind, out) = (try table.map(Self.kind), target)
    let isBinary = form == .xlsx || form == .sqlite
    if out == nil, isBinary, Console.isOutputTerminal {
      throw Failure(
        .usage, what: "\(form.rawValue) is nothing to look at: it is for other programs",
        next: "Name a file for it:  --out FILE")
    }
    if let out { try ExportFile.check(out, asked: path, isForced: force) }
    var reading = try ReadingOptions.parse([])
    (reading.book, reading.asOf, reading.knownAt) = (book, asOf, knownAt)
    var notes = ""
    let bytes = try reading.ask(path) { history, question in
      let scope = try Names.scope(agreement: agreement, practice: practice, in: history)
      let source = try ExportSource(
        history, question, scope: scope, book: path.split(separator: "/").last.map(String.init) ?? path,
        program: "tracker \(TrackerCommand.configuration.version)")
      // JSON says it itself.
      if form != .json, !source.about.perhaps.isEmpty { notes = source.about.perhapsWords + "\n" }
      if form != .json, question.leftOut > 0 { notes += question.leftOutWords + "\n" }
      let folder = out.map { $0.contains("/") ? String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) : "." }
      return try form.bytes(
        source,
        ExportForm.Options(kind: kind, hasMark: bom, folder: folder.map { $0.isEmpty ? "/" : $0 } ?? Self.temporary))
    }
    defer { if !notes.isEmpty { Console.error(notes) } }
    guard let out else {
      Console.out(bytes: bytes)
      Console.flush()
      return
    }
    try ExportFile.write(out, bytes, asked: path, isReadOnly: form == .sqlite, isForced: force)
    Console.error("Written: \(out.plainLine)\n")
    if Console.isForProgram { give([out], of: try Source.open(path)) }
  }

  private static var temporary: String { Console.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp" }

  private static func kind(_ name: String) throws -> ExportKind {
    if let kind = ExportKind(rawValue: name) { return kind }
    let names = ExportKind.allCases.map(\.rawValue)
    throw Failure(
      .usage, what: "there is no table “\(name.shown)”",
      next: Spelling.nearest(to: name, among: names).map { "Did you mean \($0)?" }
        ?? "Tables: \(names.joined(separator: ", "))")
  }
}
