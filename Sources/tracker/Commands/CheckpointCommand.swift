internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import TransparencyLog

struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "The signed head of the log: what one writes down, mails, or has cosigned.",
    usage: "tracker checkpoint [LOG] [--at SIZE] [--json]",
    discussion: """
      Of a record book, what is not signed yet is signed first, if its key is on this machine. A checkpoint that was printed \
      is kept in the book for ever: somebody may rely on it. Whoever has it can later ask whether the log still contains it: \
      tracker verify --since FILE.

      Examples:
        tracker checkpoint > deals.checkpoint
        tracker checkpoint log.jsonl
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: ArgumentHelp("Over the first so many events; else over all.", valueName: "size"))
  var at: Int?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let named = try Positionals(what, most: 0)
    do {
      let path = try BookFinder.path(named: named.source, book: book)
      if let at {
        guard path.hasSuffix(".tracker") else {
          throw TrackerError(.usage, "--at is for record books, NAME.tracker: what stands in a file is signed already")
        }
        let note = try Books.with(path) { book throws(TrackerError) in try book.checkpoint(at: at) }
        try Self.give(note, of: try Source.open(path))
        return
      }
      let (source, checkpoint) = try Books.signed(path)
      try Self.give(checkpoint, of: source)
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
  }
}

extension CheckpointCommand {
  private static func give(_ note: SignedNote, of source: Source) throws {
    let head = try Checkpoint(note: note)
    var more = JSONObject()
    more["checkpoint"] = [
      "origin": .string(head.origin), "size": .integer(Int64(head.size)), "root": .string(Base64.encode(head.root)),
    ]
    try Artefact.write(Array(note.string.utf8), to: nil, by: "checkpoint", of: source, more: more)
  }
}

/// Books that a command opens for a moment.
enum Books {
  /// Opens a book, says what its user should be told once, and closes it whatever happens.
  static func with<T>(_ path: String, _ body: (RecordBook) throws(TrackerError) -> T) throws(TrackerError) -> T {
    let book = try RecordBook.open(path, folders: .mine)
    for notice in book.notices { Console.warn(notice) }
    do throws(TrackerError) {
      let result = try body(book)
      try book.close()
      return result
    } catch {
      // What went wrong first is what is said.
      try? book.close()
      throw error
    }
  }

  /// A log with its latest checkpoint: of a book, what is not signed yet is signed first, where this user can write it.
  static func signed(_ path: String) throws(TrackerError) -> (source: Source, checkpoint: SignedNote) {
    if path.hasSuffix(".tracker") {
      do throws(TrackerError) {
        try with(path) { book throws(TrackerError) in if book.identity.current != nil { _ = try book.checkpoint() } }
      } catch {
        // From a folder that cannot be written, the latest checkpoint that is there will do.
        guard error.kind == .cannotWrite else { throw error }
      }
    }
    let source = try Source.open(path)
    let checkpoint = try source.latestCheckpoint()
    try sayUnsigned(source)
    return (source, checkpoint)
  }

  /// Somebody without the log's key may record; then everybody is told how much is not signed.
  static func sayUnsigned(_ source: Source) throws(TrackerError) {
    guard let count = try source.unsigned(), count > 0 else { return }
    let who =
      try source.identity().current == nil
      ? "This log has no key yet:  tracker key rotate" : "Whoever holds its key runs:  tracker checkpoint"
    Console.warn("\(count) event\(count == 1 ? " is" : "s are") not signed yet. \(who)")
  }
}
