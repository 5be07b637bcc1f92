internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import Reports
internal import Glibc
internal import LogStore
internal import Projections
internal import TransparencyLog

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover", abstract: "Brings a book that was turned back up to what was seen on this machine.",
    usage: "tracker recover (--from COPY | --new-origin NAME --owner KEY) [--book BOOK]",
    discussion: """
      A copy is NAME.jsonl with what stands beside it, another book, or published tiles (a folder or an address): tiles hold \
      digests alone, so the lost lines keep their places and their words stay lost. Only what was seen here, or what the \
      log's key signed, is taken. If there is no such copy, a new log goes on from the last checkpoint, in the open.

      Examples:
        tracker recover --from backup/deals.jsonl
        tracker recover --from https://lmc.example/deals
        tracker recover --new-origin deals-2 --owner lmc
      """)

  @Option(help: "A copy: NAME.jsonl, NAME.tracker, or published tiles.")
  var from: String?
  @Option(help: "The name of a new book that goes on from the last checkpoint that was seen.")
  var newOrigin: String?
  @Option(help: "The key of the body that keeps the new book.")
  var owner: String?
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "Who typed it.")
  var recordedBy = "officer"

  func run() throws {
    guard (from == nil) != (newOrigin == nil) else {
      throw Failure(
        .usage, what: "from which copy?", next: "tracker recover --from COPY, or --new-origin NAME if there is none")
    }
    do {
      let path = try BookFinder.path(named: nil, book: book)
      if let newOrigin {
        try begin(newOrigin, after: path)
        return
      }
      let copy = from ?? ""
      let result: Result<RecordBook.Recovered, any Error> = try Books.with(path) { book throws(TrackerError) in
        Result {
          if BookFinder.isSource(copy) { return try book.recover(from: try Source.open(copy)) }
          let asserter = try Keeper.asserter(nil, try History(book.source.log))
          return try book.recover(
            fromTiles: try Audit.entries(Audit.Place(copy)), why: "lost; its digest was recovered from published tiles",
            assertedBy: asserter, recordedBy: recordedBy)
        }
      }
      let recovered = try result.get()
      Console.out("Recovered: \(recovered.events) event\(recovered.events == 1 ? "" : "s") came back.\n")
      if recovered.digestsOnly > 0 {
        Console.out("  Of \(recovered.digestsOnly) only the digest did; they keep their places, and events say so.\n")
      }
      Console.out("  Check it:  tracker verify \(path.plainLine)\n")
    } catch {
      throw Failure(error, in: book ?? "")
    }
  }

  private func begin(_ name: String, after path: String) throws {
    guard let owner else {
      throw Failure(.usage, what: "who keeps the new book?", next: "tracker recover --new-origin NAME --owner KEY")
    }
    let (new, stem) = try BookPath.complete(name)
    let key: PartyKey = try Keys.key(owner, "party")
    let seen = try Source.open(path).lastSeen(.mine)
    let book = try RecordBook.create(
      at: new, name: stem, owner: key, ownerName: nil, continues: seen, folders: .mine)
    try book.close()
    Console.out(
      "New record book: \(new.plainLine)\n  Its first event holds the last checkpoint of the old log. Keep \(path.plainLine) too.\n"
    )
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Makes a record book out of a whole copy: NAME.jsonl and what stands beside it.",
    usage: "tracker restore DIR|NAME.jsonl [--to NAME.tracker]",
    discussion: """
      The copy must verify first. With export --full it is inverse, byte for byte.

      Example:
        tracker restore backup --to deals.tracker
      """)

  @Argument(help: "The folder of the copy, or its NAME.jsonl.")
  var from: String
  @Option(help: "The new book (default: the copy's name, here).")
  var to: String?

  func run() throws {
    do {
      let copy = try CopyFinder.lines(in: from)
      let (path, _) = try BookPath.complete(to ?? Copies.stem(of: copy))
      let book = try RecordBook.restore(from: try Source.open(copy), to: path, folders: .mine)
      for notice in book.notices { Console.error("\(notice)\n") }
      let size = try book.source.log.size()
      try book.close()
      Console.out(
        "New record book: \(path.plainLine), \(size) events.\n  Check it:  tracker verify \(path.plainLine)\n")
    } catch {
      throw Failure(error, in: from)
    }
  }
}

enum CopyFinder {
  /// The one log in a folder, or the file itself.
  static func lines(in place: String) throws -> String {
    if place.hasSuffix(".jsonl") { return place }
    guard let folder = opendir(place) else { throw Failure(.missing, what: "there is no folder \(place.shown)") }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".jsonl"), !name.hasSuffix(".private.jsonl"), !name.hasSuffix(".drafts.jsonl") {
        names.append(name)
      }
    }
    guard let only = names.first, names.count == 1 else {
      throw Failure(
        .badData, what: "\(place.shown) holds \(names.count) logs, not one",
        next: "Name the file:  tracker restore DIR/NAME.jsonl")
    }
    return place.hasSuffix("/") ? place + only : "\(place)/\(only)"
  }
}
