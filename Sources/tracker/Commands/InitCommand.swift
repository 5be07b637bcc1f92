internal import AgreementTracker
internal import Agreements
internal import ArgumentParser

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Begins a record book: one file, NAME.tracker.",
    discussion: """
      Example:
        tracker init bury --owner bury-lmc --owner-name "Bury and Rochdale LMC"
      """)

  @Argument(help: "The book's file; “.tracker” is added if it is missing.")
  var file: String
  @Option(help: "What people call the record.")
  var name: String?
  @Option(help: "The key of the body that keeps the book.")
  var owner: String
  @Option(help: "The name of that body.")
  var ownerName: String?
  @Option(help: "The log's origin, the name its checkpoints will bear (default: tracker/ and a fresh UUID).")
  var origin: String?

  func run() throws {
    let path = BookPath.complete(file)
    do throws(TrackerError) {
      let key: PartyKey
      do { key = try Keys.key(owner, "party") } catch {
        throw TrackerError(
          .badData, "“\(owner.shown)” is no key of a party", next: "A key is 1 to 64 of a-z, 0-9 and -, like bury-lmc.")
      }
      let book = try RecordBook.create(
        at: path, name: name ?? file, owner: key, ownerName: ownerName, origin: origin)
      try book.close()
    } catch {
      throw Failure(error)
    }
    Console.out(
      """
      New record book: \(path)
        It is only ever added to; nothing in it is changed or deleted.
        Next:  tracker record agreement KEY …   or   tracker import FILE.drafts.jsonl

      """)
  }
}

enum BookPath {
  static func complete(_ file: String) -> String { file.hasSuffix(".tracker") ? file : file + ".tracker" }
}
