internal import AgreementTracker
internal import ArgumentParser
internal import LogStore
internal import Reports

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the log as JSON Lines, byte for byte as stored.",
    usage: "tracker export [LOG] [--format jsonl] [--until N] | tracker export [LOG] --full DIR",
    discussion: """
      To standard output go the lines alone: they hold only the digests of private values. With --full a folder gets all \
      that belongs to the log: NAME.jsonl, NAME.checkpoint, NAME.private.jsonl (private values, readable by you alone), \
      NAME.exhibits (stored files by SHA-256, readable by you alone), time-stamps. tracker restore makes a book of it again, byte for byte.

      Examples:
        tracker export --book deals.tracker --format jsonl > deals.jsonl
        tracker export --full backup
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "jsonl")
  var format = "jsonl"
  @Option(help: ArgumentHelp("Only the first so many events.", valueName: "n"))
  var until: Int?
  @Option(help: ArgumentHelp("Everything that belongs to the log, into this folder.", valueName: "dir"))
  var full: String?

  func run() throws {
    let named = try Positionals(what, most: 0)
    guard format == "jsonl" else {
      throw Failure(.usage, what: "there is no format “\(format.shown)”", next: "Formats: jsonl")
    }
    if let until, until < 1 { throw Failure(.usage, what: "--until wants the number of an event, from 1") }
    do {
      let path = try BookFinder.path(named: named.source, book: book)
      if let full {
        try write(path, to: full)
        return
      }
      let source = try Source.open(path)
      try source.log.forEachLine(from: 0, limit: until) { _, line in
        Console.out(bytes: Array(line) + [0x0A])
        return true
      }
      Console.flush()
      guard until == nil else { return }
      let head = try source.log.head()
      Console.error("\(head.size) events. Root \(head.rootText)\n")
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
  }

  private func write(_ path: String, to folder: String) throws {
    let source = try Copies.source(path)
    var options = Source.CopyOptions()
    options.limit = until
    let files = try source.copy(to: folder, name: Copies.stem(of: path), options)
    Console.out("A whole copy of \(path.plainLine):\n")
    for file in files { Console.out("  \(file.plainLine)\n") }
    Console.out("  Back again:  tracker restore \(folder.plainLine)\n")
  }
}
