internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports
internal import TransparencyLog

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "A small file that proves that one event stands in the log.",
    usage: "tracker prove [LOG] EVENT [--out FILE] [--json]",
    discussion: """
      Give it away with the event's line (tracker show EVENT --json, or a copy of the log). It is checked with tracker \
      check-proof, or with any tool that reads C2SP tlog-proof.

      Examples:
        tracker prove 14 --out event-14.tlog-proof
        tracker prove log.jsonl 14 > event-14.tlog-proof
      """)

  @Argument(help: "A log (NAME.jsonl or NAME.tracker), and the number or id of an event.")
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "Write it into this new file; else to standard output.")
  var out: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    guard let wanted = named.keys.first else {
      throw Failure(.usage, what: "which event?", next: "Name its number or id: tracker prove 14")
    }
    do {
      let path = try BookFinder.path(named: named.source, book: book)
      let (source, checkpoint) = try Books.signed(path)
      let position = try EventFinder.position(wanted, in: source.log)
      let proof = try source.prove(position, under: checkpoint)
      var more = JSONObject()
      more["position"] = .integer(Int64(position))
      try Artefact.write(proof.bytes, to: out, by: "prove", of: source, more: more)
    } catch {
      throw Failure(error, in: named.source ?? book ?? "")
    }
  }
}

struct CheckProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-proof", abstract: "Checks a .tlog-proof: does this event stand in that log?",
    usage: """
      tracker check-proof FILE.tlog-proof (--line FILE | --entry BASE64)
          [--policy FILE] [--json]
      """,
    discussion: """
      The event is given as its line (a file that holds just this line) or as its entry digest. Without a policy it is not \
      known whose log it is: then only the arithmetic is checked, and that is said.

      Examples:
        tracker check-proof event-14.tlog-proof --line event-14.json --policy trusted.policy
        tracker check-proof event-14.tlog-proof --entry 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
      """)

  @Argument(help: "The proof.")
  var file: String
  @Option(help: "A file with the line of the event.")
  var line: String?
  @Option(help: "The entry digest of the event, base64.")
  var entry: String?
  @Option(help: "The keys that you trust: a file with lines “log VKEY”, “witness NAME VKEY”, “quorum NAME”.")
  var policy: String?
  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    let digest = try digest()
    let bytes = try FileBytes.read(file)
    // What is wrong with the reader's own policy says nothing about the proof.
    let trusted = try Policies.read(policy)
    do throws(ProofFault) {
      let verdict = try ProofVerdict(try ProofFile(bytes: bytes), entry: digest, policy: trusted)
      Console.out(json ? verdict.jsonText : verdict.text)
    } catch {
      throw Failure(
        .notVerified, what: "this proof does not hold: \(error.why) [\(error.code.rawValue)]", place: file.shown,
        next: "Do not rely on it. Ask for the proof again, and for the line as it stands in the log.")
    }
  }

  private func digest() throws -> [UInt8] {
    switch (line, entry) {
    case (let line?, nil):
      var bytes = try FileBytes.read(line)
      if bytes.last == 0x0A { bytes.removeLast() }
      guard !bytes.isEmpty, !bytes.contains(0x0A) else {
        throw Failure(
          .badData, what: "\(line.shown) must hold just one line", next: "sed -n 14p log.jsonl > event-14.json")
      }
      return LogDigest.sha256(bytes)
    case (nil, let entry?):
      guard let digest = Base64.decode(entry), digest.count == 32 else {
        throw Failure(.badData, what: "“\(entry.shown)” is no digest: the base64 of 32 bytes")
      }
      return digest
    default:
      throw Failure(
        .usage, what: "which event should it prove?",
        next: "Give its line (--line FILE) or its digest (--entry BASE64).")
    }
  }
}

/// Policies as files.
enum Policies {
  static func read(_ path: String?) throws(Failure) -> Policy? {
    guard let path else { return nil }
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw Failure(error, in: path) }
    do throws(ProofFault) { return try Policy(bytes: bytes) } catch {
      throw Failure(
        .badData, what: "this is no policy: \(error.why)", place: path.shown,
        next: "Its lines: log VKEY, witness NAME VKEY, group NAME NUMBER MEMBER …, and one quorum NAME or quorum none.")
    }
  }
}

extension ProofVerdict {
  var text: String {
    var text =
      "The proof holds: event \(index + 1) stands in the log \(checkpoint.origin) of \(eventCount(checkpoint.size)).\n"
    if isPolicyGiven {
      for signature in signedBy {
        text += "  signed by     \(signature.key.name) (\(signature.key.keyID)), whom your policy trusts\n"
      }
      for signature in witnessedBy {
        text += "  witnessed by  \(signature.key.name), \(Moments.words(seconds: signature.time ?? 0))\n"
      }
    } else {
      text += "  No policy was given, so nobody's signature was checked: whose log this is, is not known.\n"
    }
    return text + "  It does not show that the event is true, or that nothing else was recorded.\n"
  }

  var jsonText: String {
    let value: JSONValue = [
      "format": "tracker.check-proof/1", "index": .integer(Int64(index)), "origin": .string(checkpoint.origin),
      "size": .integer(Int64(checkpoint.size)), "root": .string(Base64.encode(checkpoint.root)),
      "signedBy": .array(signedBy.map { ["name": .string($0.key.name), "keyID": .string($0.key.keyID)] }),
      "witnessedBy": .array(
        witnessedBy.map { ["name": .string($0.key.name), "time": .integer(Int64(clamping: $0.time ?? 0))] }),
    ]
    return String(decoding: value.canonicalBytes, as: UTF8.self) + "\n"
  }
}

/// Moments as people read them.
enum Moments {
  static func words(seconds: UInt64) -> String {
    let moment = Instant(milliseconds: Int64(min(seconds, 1 << 37)) * 1000).description
    return "\(moment.prefix(10)) \(moment.dropFirst(11).prefix(5)) UTC"
  }

  static func words(_ moment: Instant) -> String { words(seconds: UInt64(max(0, moment.milliseconds / 1000))) }
}
