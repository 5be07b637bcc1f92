internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports
internal import Glibc
internal import LogStore
internal import Projections
internal import TransparencyLog

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover", abstract: "Brings a book that was turned back up to what was seen on this machine.",
    usage: """
      tracker recover (--from COPY | --new-origin NAME --owner KEY)
          [--book BOOK] [--json]
      """,
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
  @OptionGroup var answer: AnswerOptions

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
      var written: Written?
      let result: Result<RecordBook.Recovered, any Error> = try Books.with(path) { book throws(TrackerError) in
        Result {
          let before = try book.source.log.size()
          let recovered = try recover(book, from: copy)
          let after = try book.source.log.size()
          written = .made("recover", in: book.source) { written in
            written.take(before..<after, of: book.source)
            written.more["recovered"] = [
              "events": .integer(Int64(recovered.events)), "digestsOnly": .integer(Int64(recovered.digestsOnly)),
            ]
          }
          return recovered
        }
      }
      let recovered = try result.get()
      Console.tell("Recovered: \(recovered.events) event\(recovered.events == 1 ? "" : "s") came back.\n")
      if recovered.digestsOnly > 0 {
        Console.tell("  Of \(recovered.digestsOnly) only the digest did; they keep their places, and events say so.\n")
      }
      Console.tell("  Check it:  tracker verify \(path.plainLine)\n")
      written?.give()
    } catch {
      throw Failure(error, in: book ?? "")
    }
  }

  private func recover(_ book: RecordBook, from copy: String) throws -> RecordBook.Recovered {
    if BookFinder.isSource(copy) { return try book.recover(from: try Source.open(copy)) }
    let asserter = try Keeper.asserter(nil, try History(book.source.log))
    return try book.recover(
      fromTiles: try Audit.entries(Audit.Place(copy)), why: "lost; its digest was recovered from published tiles",
      assertedBy: asserter, recordedBy: recordedBy)
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
    let written = Written.made("recover", in: book.source) { written in
      written.take(0..<2, of: book.source)
      written.files = [new]
      if let key = book.identity.current { written.take(key) }
    }
    try book.close()
    Console.tell(
      "New record book: \(new.plainLine)\n  Its first event holds the last checkpoint of the old log. Keep \(path.plainLine) too.\n"
    )
    written?.give()
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Makes a record book out of a whole copy: NAME.jsonl and what stands beside it.",
    usage: """
      tracker restore DIR|NAME.jsonl [--to NAME.tracker] [--json]
      tracker restore --test BACKUP [--json]
      """,
    discussion: """
      The copy must verify first. With export --full it is inverse, byte for byte. With --test nothing is written: the \
      backup (NAME.tracker, or a whole copy as files) is verified, and what its book would say is worked out anew. A backup \
      that is a record book needs no restoring: copy it back under its old name.

      Examples:
        tracker restore backup --to deals.tracker
        tracker restore --test /media/usb/deals-2011-11-01-104233.tracker
      """)

  @Argument(help: "The folder of the copy, its NAME.jsonl, or with --test a backup.")
  var from: String
  @Flag(help: "Only try it: write nothing.")
  var test = false
  @Option(help: "The new book (default: the copy's name, here).")
  var to: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    guard !test else { return try rehearse() }
    do {
      guard !from.hasSuffix(".tracker") else {
        throw Failure(
          .usage, what: "a record book needs no restoring: it is one", place: from,
          next: "Try it:  tracker restore --test \(from)   Put it back:  cp \(from) NAME.tracker")
      }
      let copy = try CopyFinder.lines(in: from)
      let (path, _) = try BookPath.complete(to ?? Copies.stem(of: copy))
      let book = try RecordBook.restore(from: try Source.open(copy, .mine), to: path, folders: .mine)
      for notice in book.notices { Console.warn(notice) }
      let size = try book.source.log.size()
      let written = Written.made("restore", in: book.source) { written in
        written.files = [path]
        written.more["restored"] = ["from": .string(copy), "events": .integer(Int64(size))]
      }
      try book.close()
      Console.tell(
        "New record book: \(path.plainLine), \(eventCount(size)).\n  Check it:  tracker verify \(path.plainLine)\n")
      written?.give()
    } catch {
      throw Failure(error, in: from)
    }
  }

  private func rehearse() throws {
    guard to == nil else {
      throw Failure(.usage, what: "--test writes nothing, so --to has no meaning with it")
    }
    do {
      let path = from.hasSuffix(".tracker") ? from : try CopyFinder.lines(in: from)
      Progress.say("Trying \(path) …", about: path)
      let source = try Source.open(path)
      let rehearsal = try source.rehearse()
      Console.tell(rehearsal.text(TextStyle.here, path))
      Written.made("restore", in: source) { written in
        written.isDryRun = true
        written.more["test"] = rehearsal.json
      }?.give()
      if !rehearsal.verification.isSound || rehearsal.rowsAgree == false { throw ExitStatus.notVerified }
    } catch let status as ExitStatus {
      throw status
    } catch {
      throw Failure(error, in: from)
    }
  }
}

extension Rehearsal {
  fileprivate var json: JSONValue {
    [
      "holds": .bool(verification.isSound && rowsAgree != false), "events": .integer(Int64(verification.size)),
      "lastRecordedAt": lastRecordedAt.map { .string($0.description) } ?? .null,
      "agreements": .integer(Int64(agreements)), "rowsAgree": rowsAgree.map(JSONValue.bool) ?? .null,
      "verify": verification.json,
    ]
  }

  fileprivate func text(_ style: TextStyle, _ path: String) -> String {
    if let fault = verification.faults.first(where: \.isDamage) {
      return style.lines("THIS BACKUP DOES NOT HOLD: \(fault.text)")
        + style.lines("  See all of it:  tracker verify \(path)   and try an earlier one")
    }
    let size = verification.size
    var text = style.lines("This backup holds: \(path)")
    let last = lastRecordedAt.map { ", the last one recorded on \(Moments.words($0))" } ?? ""
    text += style.lines("  \(size) event\(size == 1 ? "" : "s")\(last)")
    if let root = verification.root { text += "  root     \(Base64.encode(root))\n" }
    let exhibits = verification.exhibits
    if exhibits.stored + exhibits.absent > 0 {
      text += style.lines(
        "  files of exhibits: \(exhibits.stored) stored, each as it was filed; \(exhibits.absent) not in it")
    }
    let kept =
      rowsAgree.map { $0 ? ", and equals what the backup keeps of it" : ": IT DIFFERS FROM WHAT THE BACKUP KEEPS" }
      ?? ""
    text += style.lines(
      "  the position of \(agreements) agreement\(agreements == 1 ? "" : "s") was worked out anew\(kept)")
    return text + "  Nothing was written.\n"
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
