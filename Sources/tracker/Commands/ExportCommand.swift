internal import AgreementTracker
internal import ArgumentParser
internal import LogStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the log as JSON Lines to standard output, byte for byte as stored.",
    usage: "tracker export [LOG] [--format jsonl]",
    discussion: """
      Private values stay in the book; the lines hold only their digests.

      Example:
        tracker export --book deals.tracker --format jsonl > deals.jsonl
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "jsonl")
  var format = "jsonl"

  func run() throws {
    let named = try Positionals(what, most: 0)
    guard format == "jsonl" else {
      throw Failure(.usage, what: "there is no format “\(format.shown)”", next: "Formats: jsonl")
    }
    do {
      let path = try BookFinder.path(named: named.source, book: book)
      let source = try Source.open(path)
      try source.log.forEachLine { _, line in
        Console.out(bytes: Array(line) + [0x0A])
        return true
      }
      Console.flush()
      let head = try source.log.head()
      Console.error("\(head.size) events. Root \(head.rootText)\n")
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
  }
}
