internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Reports
internal import TransparencyLog

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Adds the events of a drafts file, or the rows of a table, to a book: all of them or none.",
    usage: """
      tracker import FILE.drafts.jsonl|FILE.jsonl [--again WHY] [--dry-run]
          [--book BOOK] [--json]
      tracker import FILE.csv|tsv|xlsx --as payment|saving|promise
          --agreement KEY [--map COLUMN=FIELD …] [--set FIELD=VALUE …]
          [--where COLUMN=VALUE …] [--except COLUMN=VALUE …]
          [--total-row ROW …] [--data-row ROW …]
          [--dates day-first|month-first]
          [--replaces FIRST-LAST [--correct-changed WHY]
          [--retract-vanished WHY]] [--second ROW=WHY …]
          [--dry-run] [--ask] [--book BOOK] [--json]
      tracker import FILE.csv|tsv|xlsx --as party [--set kind=practice] …
      """,
    discussion: """
      Every fault is listed with its line; nothing is half done. Importing a file twice adds nothing.

      A table names its columns in one row. Columns are known by their headers (tracker template payments.csv prints \
      ours), else by --map. What cannot be known from the file is asked and never guessed. Columns and names that were \
      answered go on for tables with the same header (BOOK.tracker.rules); --dates and --set are for one file. Refused rows are written to FILE.rejects.csv with the reason.

      Known by their headers: “Spend over £25,000”, “NHS Payments to General Practice” (--as payment), and organisation files \
      of the ODS, with a header or without (--as party). What is taken of them is said. Rows about parties that this book does \
      not know are set aside and counted.

      A longer or corrected version of a table that was imported before adds only what is new: --replaces names the events of \
      the earlier import. What changed or vanished is listed, and left as it is unless a reason is given with \
      --correct-changed or --retract-vanished.

      Examples:
        tracker import deals.drafts.jsonl --dry-run
        tracker import deals.drafts.jsonl --book deals.tracker
        tracker import payments.csv --as payment --agreement share-2009 --dry-run
        tracker import savings.xlsx --as saving --agreement share-2009 \\
          --map "Practice=by" --set period=2009/10 --dates day-first
      """)

  @Argument(help: "A file of drafts, FILE.drafts.jsonl or FILE.jsonl, or a table FILE.csv, .tsv or .xlsx.")
  var file: String
  @Option(help: "Of drafts: why what is there already is recorded once more; kept in the note.")
  var again: String?
  @OptionGroup var table: TableOptions
  @OptionGroup var writing: WritingOptions

  func validate() throws {
    if table.ask, writing.answer.json { throw ValidationError("--ask asks a person, and --json answers a program.") }
  }

  func run() throws {
    let name = file.lowercased()
    if [".csv", ".tsv", ".xlsx"].contains(where: name.hasSuffix) {
      guard again == nil else {
        throw Failure(
          .usage, what: "--again is for drafts, and \(file.shown) is a table", next: "Name the row: --second ROW=WHY")
      }
      try TableImport(file: file, options: table, writing: writing).run()
      return
    }
    guard name.hasSuffix(".jsonl") else { throw Self.unread(file) }
    if let option = table.firstGiven {
      throw Failure(.usage, what: "\(option) is for tables, and \(file.shown) is a drafts file")
    }
    let bytes = try FileBytes.read(file)
    // Events that were recorded are not recorded once more: their line says when, and whatever stands on it is proved by it.
    if !name.hasSuffix(".drafts.jsonl"), Self.isLog(bytes) {
      throw Failure(
        .usage, what: "\(file.shown) holds events that were recorded already, and no drafts",
        next:
          "Read it as it is:  tracker timeline \(file.shown)   Make a record book of it:  tracker restore \(file.shown)"
      )
    }
    Progress.say("Importing \(file) …", about: file)
    try writing.report("import", more: { Self.account(file, bytes, $0) }) { book in
      switch try book.importDrafts(
        bytes, recordedBy: writing.recordedBy, isDryRun: writing.dryRun, isClockTrusted: writing.clockOk != nil,
        again: try again.map { try Reason.given($0, "--again") }, consent: writing.consent(in: book))
      {
      case .added(let recorded): recorded
      case .refused(let faults):
        Written.made("import", in: book.source) { written in
          written.isDryRun = writing.dryRun
          written.more = Self.account(file, bytes, nil)
          written.more["faults"] = .array(faults.map(\.json))
        }?.give()
        throw Self.refusal(faults, file)
      }
    }
  }

  /// How many drafts were read, added and there before, for a program's answer.
  ///
  /// - Parameter recorded: nil = all were refused.
  private static func account(_ file: String, _ bytes: [UInt8], _ recorded: RecordBook.Recorded?) -> JSONObject {
    let added = recorded.map { $0.wasThere ? 0 : $0.proposals.count } ?? 0
    let drafts = bytes.split(separator: 0x0A).count { line in
      !line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
    var more = JSONObject()
    more["import"] = [
      "file": .string(file), "sha256": .string(LogDigest.sha256(bytes).hexText), "kind": "drafts",
      "rows": .integer(Int64(drafts)), "added": .integer(Int64(added)),
      "there": .integer(Int64(recorded == nil ? 0 : drafts - added)),
    ]
    return more
  }

  private static func unread(_ file: String) -> Failure {
    Failure(
      .usage, what: "\(file.shown) is of no kind that is imported",
      next: "Kinds: .drafts.jsonl, .csv, .tsv, .xlsx. Save a table of another kind (.xls, .ods) as .xlsx or .csv.")
  }

  /// Is the first line that of an event as a log holds it? A draft does not say when it was recorded.
  private static func isLog(_ bytes: [UInt8]) -> Bool {
    let lines = bytes.split(separator: 0x0A, maxSplits: 16)
    guard let first = lines.first(where: { $0.contains { ![0x20, 0x09, 0x0D].contains($0) } }),
      let line = try? JSONValue(relaxed: Array(first))
    else { return false }
    return line["recordedAt"] != nil || line["withheld"] != nil || line["entry"] != nil
  }

  /// Every fault with its line; nothing was added.
  private static func refusal(_ faults: [RecordBook.DraftFault], _ file: String) -> Failure {
    let shown = 200
    // What helps against the first fault need not help against the others.
    let next = faults.allSatisfy { $0.next == faults.first?.next } ? faults.first?.next : nil
    var lines = faults.prefix(shown).map { fault in
      let column = fault.column.map { ", column \($0)" } ?? ""
      let what = "line \(fault.line)\(column): \(fault.path.isEmpty ? "" : "\(fault.path): ")\(fault.what)"
      return next == nil && !fault.next.isEmpty ? "\(what). \(fault.next)" : what
    }
    if faults.count > shown { lines.append("… and \(faults.count - shown) more") }
    return Failure(
      .badData, what: "nothing was added: \(faults.count) fault\(faults.count == 1 ? "" : "s") in \(file.shown)",
      next: next ?? "Mend the lines and import the file again; nothing was added.", more: lines)
  }
}

/// Whole files that people write by hand.
enum FileBytes {
  /// Larger than any drafts file; what is longer is a log or a mistake.
  static let limit = 1 << 30

  /// nil if there is no such file.
  static func small(_ path: String) throws -> [UInt8]? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 20 else {
      throw Failure(.badData, what: "this is no short file of text", place: path, next: "Move it away.")
    }
    return try read(path)
  }

  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.missing, what: "\(path.shown) cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let tooLong = Failure(
      .badData, what: "\(path.shown) is longer than 1 GiB", next: "Split it; a CSV file is read piece by piece.")
    // A pipe says 0 and is counted below; of a file nothing is read in vain.
    var status = stat()
    guard fstat(descriptor, &status) != 0 || status.st_size <= limit else { throw tooLong }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(0, Int(status.st_size)))
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        throw Failure(.missing, what: "\(path.shown) cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= limit else { throw tooLong }
    }
  }
}
