internal import AgreementTracker
internal import CanonicalJSON
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

  var bytes: [UInt8] {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    let object: JSONValue = [
      "format": .string(Self.format), "book": .string(book), "kind": .string(kind), "arguments": list(arguments),
      "shared": list(shared), "answers": list(answers),
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
  }

  // MARK: Files

  private static var folder: UnfinishedEntries { UnfinishedEntries(.mine) }

  func save() throws {
    do { try Self.folder.save(name, bytes) } catch { throw Failure(error) }
  }

  func remove() { Self.folder.remove(name) }

  /// The one that was begun last.
  static func latest() throws -> EntryDraft {
    guard let name = folder.names.last else {
      throw Failure(.missing, what: "no entry was left unfinished", next: "Begin one:  tracker record KIND")
    }
    do {
      guard let draft = EntryDraft(name: name, try folder.read(name)) else {
        throw Failure(
          .badData, what: "the unfinished entry cannot be read", place: folder.path(name),
          next: "Throw it away:  tracker record --discard")
      }
      return draft
    } catch {
      throw Failure(error, in: folder.path(name))
    }
  }

  /// Throws away the one that was begun last, readable or not.
  ///
  /// - Returns: how many are left.
  static func discard() throws -> Int {
    let names = folder.names
    guard let name = names.last else {
      throw Failure(.missing, what: "no entry was left unfinished", next: "Begin one:  tracker record KIND")
    }
    folder.remove(name)
    return names.count - 1
  }

  static let way =
    "What was typed is kept. Go on:  tracker record --resume   Throw it away:  tracker record --discard\n"
}
