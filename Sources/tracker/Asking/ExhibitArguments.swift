internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Glibc
internal import Projections
internal import Reports

/// What a file says of itself, as flags of `tracker record exhibit`: nobody should have to type a digest.
enum ExhibitArguments {
  // MARK: Finding the file

  /// Puts `--file=PATH`, with the full path, in the place of whatever names a file: an entry may be gone on with from another
  /// folder.
  static func named(_ arguments: [String]) throws -> [String] {
    var others: [String] = []
    var files: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--file" {
        guard let value = rest.popFirst() else { throw Failure(.usage, what: "--file needs a value") }
        files.append(value)
      } else if argument.hasPrefix("--file=") {
        files.append(String(argument.dropFirst("--file=".count)))
      } else if argument.hasPrefix("--") {
        others.append(argument)
        if !argument.contains("="), let value = rest.popFirst() { others.append(value) }
      } else if isFile(argument) {
        files.append(argument)
      } else {
        others.append(argument)
      }
    }
    guard files.count <= 1 else {
      throw Failure(
        .usage, what: "\(files.count) files are named, and an exhibit is one",
        next: "File them one by one; put names with spaces in quotes.")
    }
    guard let file = files.first else {
      if let key = others.first, !key.hasPrefix("--"), access(key, F_OK) == 0 {
        Console.error("No file is stored: \(key.shown) was taken for a key. To store the file here:  ./\(key.shown)\n")
      }
      return others
    }
    guard !others.contains(where: { $0 == "--sha256" || $0.hasPrefix("--sha256=") }) else {
      throw Failure(.usage, what: "the digest is read from the file", next: "Leave out --sha256, or the file.")
    }
    return others + ["--file=\(full(file))"]
  }

  /// No key has a dot or a slash, though its stream may be written before it; what is a key is one, even if there is a file
  /// of that name.
  private static func isFile(_ argument: String) -> Bool {
    if ExhibitKey(rawValue: argument) != nil || argument.hasPrefix("exhibit/") { return false }
    return argument.contains(".") || argument.contains("/") || access(argument, F_OK) == 0
  }

  private static func full(_ path: String) -> String {
    guard let full = realpath(path, nil) else { return path }
    defer { free(full) }
    return String(cString: full)
  }

  /// Reads the file that the arguments name.
  static func file(in arguments: [String]) throws -> ExhibitFile? {
    guard let argument = arguments.first(where: { $0.hasPrefix("--file=") }) else { return nil }
    let path = String(argument.dropFirst("--file=".count))
    Progress.say("Reading \(path) …", about: path)
    do throws(TrackerError) { return try ExhibitFile.read(path) } catch { throw Failure(error) }
  }

  // MARK: What it says

  /// The flags without `--file`, with what the file says; where nobody can be asked, its name gives key, label and title.
  static func flags(_ arguments: [String], _ file: ExhibitFile) -> [String] {
    var flags = arguments.filter { !$0.hasPrefix("--file=") }
    func add(_ flag: String, _ value: String?) {
      guard let value, !flags.contains(where: { $0 == flag || $0.hasPrefix("\(flag)=") }) else { return }
      flags.append("\(flag)=\(value)")
    }
    add("--sha256", file.sha256)
    add("--bytes", "\(file.size)")
    add("--media-type", file.mediaType)
    add("--pages", file.pages.map { "\($0)" })
    add("--kind", kind(of: file))
    let words = suggestions(file)
    // What it is called in the book, and by whom it is filed, is settled by itself.
    add("--exhibit", words["exhibit"])
    guard !Console.isPersonThere else { return flags }
    add("--title", words["title"])
    add("--made", words["made"])
    return hasKey(flags) ? flags : [Directory.key(for: words["key"] ?? "", taken: [], else: "exhibit")] + flags
  }

  private static func hasKey(_ flags: [String]) -> Bool {
    var rest = flags[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else { return true }
      if !argument.contains("=") { _ = rest.popFirst() }
    }
    return false
  }

  /// What its name suggests: “board-letter_2010.pdf” is “board letter 2010”; and what an e-mail says of itself.
  static func suggestions(_ file: ExhibitFile) -> [String: String] {
    let stem = stem(of: file.name)
    let title = stem.split { $0 == "_" || $0 == "-" || $0 == " " }.joined(separator: " ")
    var words =
      title.isEmpty
      ? ["exhibit": "exhibit", "title": "exhibit", "key": "exhibit"] : ["exhibit": stem, "title": title, "key": title]
    if let subject = file.mail?.subject { words["title"] = subject }
    words["made"] = file.mail?.day?.words
    words["obtainedFrom"] = file.mail?.sender
    let kind = guessedKind(of: file)
    if kind != ExhibitFiled.Kind.other.rawValue { words["kind"] = kind }
    return words
  }

  /// The name of a file without its ending, on one line.
  static func stem(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name.plainLine }
    return String(name[..<dot]).plainLine
  }

  /// What it is, by its type, else by its name: shown before it is filed, and put right like anything else.
  static func guessedKind(of file: ExhibitFile) -> String {
    if let kind = kind(of: file) { return kind }
    let name = file.name.lowercased()
    let known: [ExhibitFiled.Kind] = [.letter, .minute, .report, .statement, .contract, .press, .email]
    return (known.first { name.contains($0.rawValue) } ?? .other).rawValue
  }

  /// Only where the type leaves no doubt.
  private static func kind(of file: ExhibitFile) -> String? {
    switch file.mediaType {
    case "message/rfc822", "application/vnd.ms-outlook": "email"
    case "text/csv", "application/vnd.ms-excel",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.oasis.opendocument.spreadsheet":
      "spreadsheet"
    default: nil
    }
  }

  /// What became of the file.
  static func told(_ file: ExhibitFile, isDryRun: Bool) -> String {
    TextStyle.here.lines(
      "\(isDryRun ? "Would be stored" : "Stored in the book"): \(file.name.plainLine) (\(known(file)))")
      + "  SHA-256 \(file.sha256)\n"
  }

  /// “PDF, 2 pages, 24 KB”
  static func known(_ file: ExhibitFile) -> String {
    let pages = file.pages.map { "\($0) page\($0 == 1 ? "" : "s")" }
    return [Sizes.kind(file.mediaType), pages, Sizes.words(file.size)].compactMap { $0 }.joined(separator: ", ")
  }

  static func json(_ file: ExhibitFile) -> JSONValue {
    [
      "name": .string(file.name), "bytes": .integer(Int64(file.size)), "sha256": .string(file.sha256),
      "mediaType": file.mediaType.map(JSONValue.string) ?? .null,
      "pages": file.pages.map { .integer(Int64($0)) } ?? .null,
    ]
  }

  // MARK: What the book knows of it

  /// The bytes of a file that an event names, but that are not in the book, are put back; no event is added.
  static func isPutBack(_ file: ExhibitFile, _ writing: WritingOptions) throws -> Bool {
    var said: String?
    var written: Written?
    try writing.withBook { book in
      let known = try book.knows(file)
      // Said before anything is asked: nobody likes to answer ten questions in vain.
      if case .filed(let events) = known, let first = events.first, writing.isAsking {
        Console.error("This very file is filed already, as \(first.stream) (event \(first.position + 1)).\n")
      }
      guard case .absent(let events) = known, let first = events.first else { return }
      if !writing.dryRun { try book.putBack(file) }
      written = .made("record", in: book.source) { written in
        written.isDryRun = writing.dryRun
        written.there = events.map(\.position)
        written.more["file"] = json(file)
        written.more["putBack"] = true
      }
      said =
        "Event \(first.position + 1) files this file already, but its bytes were not in the book. "
        + (writing.dryRun ? "They would be put back (dry run)." : "They are now. No event was added.")
    }
    guard let said else { return false }
    Console.tell(TextStyle.here.lines(said))
    written?.give()
    return true
  }

  /// A file that is filed already is most often filed twice by mistake; only whoever files it knows.
  static func checkKnown(
    _ file: ExhibitFile, _ proposals: inout [Proposal], in book: RecordBook, again: String?, _ writing: WritingOptions
  ) throws {
    switch try book.knows(file) {
    case .new, .absent: return
    case .erased(let position): throw erased(position)
    case .filed(let events):
      guard let first = events.first, let last = proposals.indices.last else { return }
      let key: String = if case .exhibit(let key) = first.stream { key.rawValue } else { "" }
      let why = again ?? (writing.isAsking ? ask(first, key) : nil)
      guard let why, !why.isEmpty else {
        throw Failure(
          .badData, what: "this very file is filed already, as exhibit \(key); nothing was added",
          place: "event \(first.position + 1)",
          next: "To file it once more, say why:  --again \"why\"   To look at it:  tracker exhibit open \(key)")
      }
      var note = proposals[last].statement.note ?? ""
      if let end = note.last { note += ".!?”".contains(end) ? " " : ". " }
      note += "The same file as exhibit \(key) (event \(first.position + 1)), and is filed again: \(why.plainLine)"
      proposals[last].statement.note = note
    }
  }

  /// Bytes that were deleted for good are not stored again.
  static func erased(_ position: Int) -> Failure {
    Failure(
      .badData, what: "the bytes of this file were erased, so they are not taken again; nothing was added",
      place: "event \(position + 1)", next: "Why they were:  tracker show \(position + 1)")
  }

  private static func ask(_ event: LoggedEvent, _ key: String) -> String? {
    Console.flush()
    Console.error(
      TextStyle.here.lines(
        "This very file is filed already, as exhibit \(key) (event \(event.position + 1))."))
    return Console.ask("Type why it is filed again; Enter adds nothing: ")
  }
}
