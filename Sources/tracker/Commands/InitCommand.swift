internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import Glibc
internal import Reports

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Begins a record book: one file, NAME.tracker.",
    usage: """
      tracker init NAME --owner KEY [--owner-name TEXT] [--name TEXT]
          [--origin TEXT] [--json]
      """,
    discussion: """
      Example:
        tracker init deals --owner lmc --owner-name "An LMC"
      """)

  @Argument(help: "The book's file; “.tracker” is added if it is missing.")
  var file: String
  @Option(help: "What people call the record.")
  var name: String?
  @Option(help: "The key of the body that keeps the book, or its name: then the key is made of it.")
  var owner: String
  @Option(help: "The name of that body.")
  var ownerName: String?
  @Option(help: "The log's origin, the name its checkpoints will bear (default: tracker/ and a fresh UUID).")
  var origin: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let (path, stem) = try BookPath.complete(file)
    // Whoever types the name of a body gets its key made.
    let isName = PartyKey(rawValue: owner) == nil && owner.contains { $0 == " " || $0.isUppercase }
    let ownerName = self.ownerName ?? (isName ? owner : nil)
    let key: PartyKey = try Keys.key(isName ? Directory.key(for: owner, taken: [], else: "keeper") : owner, "party")
    if let origin, origin.isEmpty || origin != origin.plainLine || origin.contains(where: \.isWhitespace) {
      throw Failure(.badData, what: "“\(origin.shown)” is no origin", next: "One word, like tracker.example.org/deals.")
    }
    var keyPlace = ""
    var written: Written?
    do throws(TrackerError) {
      let book = try RecordBook.create(
        at: path, name: name ?? stem, owner: key, ownerName: ownerName, origin: origin, folders: .mine)
      if let key = book.identity.current { keyPlace = KeyRing(.mine).path(of: key) }
      written = .made("init", in: book.source) { written in
        written.take(0..<2, of: book.source)
        written.files = [path]
        if let key = book.identity.current { written.take(key) }
      }
      try book.close()
    } catch {
      var failure = Failure(error)
      // That nothing is there yet is no news here.
      if failure.status == .missing { failure.status = .cannotWrite }
      throw failure
    }
    var style = TextStyle.here
    style.width = min(style.width, 80)
    // Paths and commands stay in one piece, so that they can be copied.
    Console.tell(
      "New record book: \(path)\n"
        + style.lines("  It is only ever added to; nothing in it is changed or deleted. What is added is signed.")
        + style.lines(
          "  Its signing key is kept outside of it, readable by you alone; keep a copy of it in a safe place:")
        + "    \(keyPlace.plainLine)\n"
        + "  Next:  tracker record agreement KEY …   or   tracker import FILE.drafts.jsonl\n")
    written?.give()
  }
}

enum BookPath {
  /// The file of a new book, and its name without folder and ending.
  static func complete(_ file: String) throws -> (path: String, stem: String) {
    let path = file.hasSuffix(".tracker") ? file : file + ".tracker"
    let slash = path.lastIndex(of: "/")
    let stem = path[(slash.map { path.index(after: $0) } ?? path.startIndex)...].dropLast(".tracker".count)
    guard !stem.isEmpty else {
      throw Failure(.usage, what: "the book needs a name", next: "For example:  tracker init deals --owner KEY")
    }
    let folder = slash.map { String(path[...$0]) } ?? "."
    guard access(folder, F_OK) == 0 else {
      throw Failure(
        .cannotWrite, what: "there is no folder \(folder.shown)", next: "Make it first:  mkdir -p \(folder.shown)")
    }
    guard access(folder, W_OK) == 0 else {
      throw Failure(.cannotWrite, what: "nothing can be written into \(folder.shown)", next: "Choose another folder.")
    }
    return (path, String(stem))
  }
}
