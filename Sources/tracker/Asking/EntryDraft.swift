internal import AgreementTracker
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Reports

/// What was typed for an entry that is not recorded yet: enough to go on with it after a crash, a power cut or Ctrl-C.
///
/// It stands outside of the book, in the state folder of the user, and only the user can read it.
struct EntryDraft {
  static let format = "tracker.draft/1"

  /// The name of its file.
  var name: String
  /// The full path of the book.
  var book: String
  var kind: String
  /// The key and the flags of the event that were given with the command.
  var arguments: [String]
  /// The options that all recording commands share.
  var shared: [String]
  var answers: [String] = []
  /// Files that were named on the way.
  var files: [Attachments.Mark] = []

  var bytes: [UInt8] {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    let files = files.map { mark -> JSONValue in
      [
        "path": .string(mark.path), "sha256": .string(mark.sha256), "day": .string(mark.day),
        "given": .bool(mark.isGiven),
      ]
    }
    let object: JSONValue = [
      "format": .string(Self.format), "book": .string(book), "kind": .string(kind), "arguments": list(arguments),
      "shared": list(shared), "answers": list(answers), "files": .array(files),
    ]
    return object.canonicalBytes
  }

  init(name: String, book: String, kind: String, arguments: [String], shared: [String]) {
    self.name = name
    self.book = book
    self.kind = kind
    self.arguments = arguments
    self.shared = shared
  }

  /// nil for a file that is no draft of this version.
  init?(name: String, _ bytes: [UInt8]) {
    guard let value = try? JSONValue(relaxed: bytes), value["format"]?.string == Self.format,
      let book = value["book"]?.string, let kind = value["kind"]?.string
    else { return nil }
    func list(_ name: String) -> [String] { (value[name]?.array ?? []).compactMap(\.string) }
    self.init(name: name, book: book, kind: kind, arguments: list("arguments"), shared: list("shared"))
    answers = list("answers")
    files = (value["files"]?.array ?? []).compactMap { file in
      guard let path = file["path"]?.string, let digest = file["sha256"]?.string, let day = file["day"]?.string else {
        return nil
      }
      return Attachments.Mark(path: path, sha256: digest, day: day, isGiven: file["given"]?.bool ?? false)
    }
  }

  // MARK: Files

  private static var folder: UnfinishedEntries { UnfinishedEntries(.mine) }

  func save() throws {
    do { try Self.folder.save(name, bytes) } catch { throw Failure(error) }
  }

  func remove() { Self.folder.remove(name) }

  /// What was left unfinished: what somebody has answered goes first, and the latest of it.
  static func waiting() -> [Waiting] {
    let all = folder.names.reversed().map { name in
      Waiting(name: name, draft: (try? folder.read(name)).flatMap { EntryDraft(name: name, $0) })
    }
    return all.filter(\.isAnswered) + all.filter { !$0.isAnswered }
  }

  /// One that was left unfinished.
  struct Waiting {
    let name: String
    /// nil = it cannot be read.
    let draft: EntryDraft?

    var isAnswered: Bool { draft?.answers.isEmpty == false }

    /// “payment in deal.tracker (4 answers)”
    var words: String {
      guard let draft else { return "an entry that cannot be read, \(EntryDraft.folder.path(name))" }
      let count = draft.answers.count
      let answers = count == 0 ? "nothing answered yet" : "\(count) answer\(count == 1 ? "" : "s")"
      return "\(draft.kind) in \(Recording.name(of: draft.book)) (\(answers))"
    }

    func remove() { EntryDraft.folder.remove(name) }
  }

  /// The one that is meant; a person is asked where there are several.
  static func chosen() throws -> Waiting {
    let waiting = waiting()
    guard let first = waiting.first else {
      throw Failure(.missing, what: "no entry was left unfinished", next: "Begin one:  tracker record KIND")
    }
    guard waiting.count > 1, Console.isPersonThere else { return first }
    let style = TextStyle.here
    var text = "\(waiting.count) entries were left unfinished:\n"
    for (index, entry) in waiting.enumerated() { text += style.lines("  \(index + 1)  \(entry.words)") }
    Console.error(text)
    while let answer = Console.ask("Which of them? (Enter = 1)\n> ") {
      if answer.isEmpty { return first }
      if let number = Int(answer), waiting.indices.contains(number - 1) { return waiting[number - 1] }
      Console.error("  Type a number from 1 to \(waiting.count).\n")
    }
    throw Declined()
  }

  /// The one to go on with.
  static func resumed() throws -> EntryDraft {
    let waiting = try chosen()
    guard let draft = waiting.draft else {
      throw Failure(
        .badData, what: "the unfinished entry cannot be read", place: folder.path(waiting.name),
        next: "Throw it away:  tracker record --discard")
    }
    return draft
  }

  /// Says the way back at Ctrl-C, from now on: nothing else is done there, for anything may be half done.
  static func sayAtInterrupt() {
    signal(SIGINT) { _ in
      let way = EntryDraft.way
      write(2, "\n", 1)
      write(2, way.utf8Start, way.utf8CodeUnitCount)
      _exit(ExitStatus.interrupted.rawValue)
    }
  }

  /// A literal, so that it can be said at any moment.
  static var way: StaticString {
    "What was typed is kept. Go on:  tracker record --resume   Throw it away:  tracker record --discard\n"
  }
}
