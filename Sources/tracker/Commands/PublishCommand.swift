internal import AgreementTracker
internal import ArgumentParser
internal import Reports
internal import CanonicalJSON
internal import TransparencyLog

struct PublishCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Writes the log's digests as tiles, so that anybody can mirror and audit it.",
    usage: "tracker publish DIR [LOG] [--json]",
    discussion: """
      The files reveal no event: they hold digests of lines, and each line has a salt of its own. Serve the folder with any \
      web server; publishing again adds to it, the checkpoint last. Format: C2SP tlog-tiles.

      Examples:
        tracker publish public
        tracker publish public log.jsonl
      """)

  @Argument(help: "The folder, and perhaps a log: NAME.jsonl or NAME.tracker.")
  var what: [String]
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let sources = what.filter(BookFinder.isSource)
    let folders = what.filter { !BookFinder.isSource($0) }
    guard let folder = folders.first, folders.count == 1, sources.count <= 1 else {
      throw Failure(.usage, what: "one folder and at most one log are wanted", next: "tracker publish DIR [LOG]")
    }
    do throws(TrackerError) {
      let path = try BookFinder.path(named: sources.first, book: book)
      let (source, checkpoint) = try Books.signed(path)
      let written = try source.publish(to: folder, checkpoint)
      Console.tell(
        "Published in \(folder.shown): \(written) file\(written == 1 ? "" : "s") written, the checkpoint last.\n")
      Written.made("publish", in: source) { answer in
        answer.more["published"] = ["folder": .string(folder), "files": .integer(Int64(written))]
      }?.give()
    } catch {
      throw Failure(error)
    }
  }
}

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Checks a published log: its tree, its signature, and that it contains what was seen before.",
    usage: "tracker audit DIR|URL [--policy FILE] [--json]",
    discussion: """
      The tree is built anew from the published entries. What was seen is remembered on this machine, so that a log that is \
      rewritten later is noticed at the next look.

      Examples:
        tracker audit https://lmc.example/deals --policy trusted.policy
        tracker audit public
      """)

  @Argument(help: "A folder, or an address that begins with https://.")
  var place: String
  @Option(help: "The keys that you trust: a file with lines “log VKEY”, “witness NAME VKEY”, “quorum NAME”.")
  var policy: String?
  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    do {
      let audit = try Audit.run(Audit.Place(place), policy: try Policies.read(policy), folders: .mine)
      Console.out(json ? audit.jsonText : audit.text(policy != nil))
    } catch {
      throw Failure(error, in: place)
    }
  }
}

extension Audit {
  func text(_ hasPolicy: Bool) -> String {
    var text = "The published log holds: \(checkpoint.size) entries, as its checkpoint says.\n"
    text += "  origin        \(checkpoint.origin.plainLine)\n  root          \(Base64.encode(checkpoint.root))\n"
    for signature in signedBy {
      text += "  signed by     \(signature.key.name) (\(signature.key.keyID)), whom your policy trusts\n"
    }
    for signature in witnessedBy {
      text += "  witnessed by  \(signature.key.name), \(Moments.words(seconds: signature.time ?? 0))\n"
    }
    if !hasPolicy { text += "  No policy was given, so nobody's signature was checked.\n" }
    if let before {
      text += "  It contains the \(before.size) entries that were seen here before.\n"
    } else {
      text += "  It was not seen on this machine before; it is remembered now.\n"
    }
    return text
  }

  var jsonText: String {
    let value: JSONValue = [
      "format": "tracker.audit/1", "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size)),
      "root": .string(Base64.encode(checkpoint.root)), "tiles": .integer(Int64(tiles)),
      "before": before.map { .integer(Int64($0.size)) } ?? .null,
      "signedBy": .array(signedBy.map { ["name": .string($0.key.name), "keyID": .string($0.key.keyID)] }),
      "witnessedBy": .array(
        witnessedBy.map { ["name": .string($0.key.name), "time": .integer(Int64(clamping: $0.time ?? 0))] }),
    ]
    return String(decoding: value.canonicalBytes, as: UTF8.self) + "\n"
  }
}
