internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports
internal import TransparencyLog

struct WitnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "witness", abstract: "Another party, or an auditor, holds a log to one history by cosigning it.",
    discussion: """
      Files go to and fro, by mail or on a stick. The keeper of the log asks (request), the witness answers (sign), the keeper \
      takes the answer in (add). A witness refuses a log that was rewritten. Format: C2SP tlog-witness.

      The witness:
        tracker witness init "auditor.example"
        tracker witness watch LOG-VKEY --as "auditor.example"
        tracker witness sign request.txt --as "auditor.example" > answer.txt
      The keeper of the log:
        tracker witness request --witness WITNESS-VKEY > request.txt
        tracker witness add answer.txt --witness WITNESS-VKEY
      """,
    subcommands: [Begin.self, Show.self, Watch.self, Request.self, Sign.self, Add.self])

  struct Begin: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Makes a witness's key and prints its verifier key.",
      usage: "tracker witness init NAME [--json]")
    @Argument(help: "What the witness calls itself; one word, like auditor.example.")
    var name: String
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do throws(TrackerError) {
        let key = try WitnessDesk(.mine, name: name).begin()
        Console.tell("\(key.text)\n")
        Console.error(
          "Give the keeper of the log this key. Its signing key is kept in \(KeyRing(.mine).path(of: key)).\n")
        Written.made("witness init") { $0.take(key) }?.give()
      } catch {
        throw Failure(error)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "The witness's verifier key, and the logs that it watches.",
      usage: "tracker witness show NAME [--json]")
    @Argument(help: "The witness.")
    var name: String
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do throws(TrackerError) {
        let desk = WitnessDesk(.mine, name: name)
        let key = try desk.signingKey().verifierKey
        let logs = try desk.logs()
        Console.tell("\(key.text)\n")
        for log in logs { Console.error("It watches  \(log.text)\n") }
        Written.made("witness show") { written in
          written.take(key)
          written.more["watches"] = .array(logs.map { .string($0.text) })
        }?.give()
      } catch {
        throw Failure(error)
      }
    }
  }

  struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "watch", abstract: "From now on the witness answers for this log.",
      usage: "tracker witness watch LOG-VKEY --as NAME [--json]")
    @Argument(help: "The log's verifier key, as its keeper gave it (tracker key show).")
    var log: String
    @Option(name: .customLong("as"), help: "The witness.")
    var name: String
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do {
        let desk = WitnessDesk(.mine, name: name)
        _ = try desk.signingKey()
        let key = try VerifierKey(log)
        try desk.watch(key)
        Console.tell("\(name.shown) watches \(key.name.shown).\n")
        let logs = try desk.logs()
        Written.made("witness watch") { $0.more["watches"] = .array(logs.map { .string($0.text) }) }?.give()
      } catch {
        throw Failure(error, in: name)
      }
    }
  }

  struct Request: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request",
      abstract: "What the witness is asked: the latest checkpoint, and the proof from what it saw last.",
      usage: """
        tracker witness request [--witness VKEY] [--old SIZE] [--at SIZE]
            [--out FILE] [--book BOOK] [--json]
        """)
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Option(help: "The witness's verifier key: what it saw last is known from its earlier answers.")
    var witness: String?
    @Option(help: "What the witness saw last, if it answered “409” and this size.")
    var old: Int?
    @Option(help: ArgumentHelp("Under the checkpoint over the first so many events; else over all.", valueName: "size"))
    var at: Int?
    @Option(help: "Write it into this new file; else to standard output.")
    var out: String?
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do {
        let path = try BookFinder.path(named: nil, book: book)
        let key = try witness.map { try VerifierKey($0) }
        if let old, old < 0 { throw Failure(.usage, what: "a size is 0 or more") }
        let request = try Books.with(path) { book throws(TrackerError) in
          try book.witnessRequest(to: key, old: old, at: at)
        }
        try Artefact.write(request.bytes, to: out, by: "witness request", of: try Source.open(path))
      } catch {
        throw Failure(error, in: book ?? "")
      }
    }
  }

  struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sign", abstract: "The witness's answer: its cosignature, or a refusal in the numbers of HTTP.",
      usage: "tracker witness sign REQUEST --as NAME [--out FILE] [--json]",
      discussion: """
        Exit code 1 and a number if it does not sign: 404 this log is not watched, 403 not signed by the log's key, 409 the \
        request begins at another size than was seen last (that size follows), 422 the log was rewritten, 400 malformed.
        """)
    @Argument(help: "The request.")
    var request: String
    @Option(name: .customLong("as"), help: "The witness.")
    var name: String
    @Option(help: "Write the answer into this new file; else to standard output.")
    var out: String?
    @OptionGroup var form: AnswerOptions

    func run() throws {
      let bytes = try FileBytes.read(request)
      let answer: WitnessAnswer
      do {
        answer = try WitnessDesk(.mine, name: name).answer(try AddCheckpoint(bytes: bytes))
      } catch let fault as ProofFault {
        answer = .refused(.init(status: 400, why: fault.why))
      } catch {
        throw Failure(error, in: request)
      }
      switch answer {
      case .cosigned(let signatures, _):
        try Artefact.write(Array(signatures.map(\.line).joined().utf8), to: out, by: "witness sign")
      case .refused(let refusal):
        // As the format has it, a 409 is answered with the size and nothing else.
        if let size = refusal.size { Console.tell("\(size)\n") }
        Console.error("Not signed: \(refusal.status) \(refusal.why.plainLine)\n")
        if let size = refusal.size { Console.error("  Ask again from there:  tracker witness request --old \(size)\n") }
        Written.made("witness sign") { written in
          written.more["refused"] = [
            "status": .integer(Int64(refusal.status)), "why": .string(refusal.why),
            "size": refusal.size.map { .integer(Int64($0)) } ?? .null,
          ]
        }?.give()
        throw ExitStatus.found
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Takes the witness's answer into the book.",
      usage: "tracker witness add ANSWER --witness VKEY [--book BOOK] [--json]")
    @Argument(help: "The answer.")
    var answer: String
    @Option(help: "The witness's verifier key, as it gave it to you on another way.")
    var witness: String
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @OptionGroup var form: AnswerOptions

    func run() throws {
      do {
        let key = try VerifierKey(witness)
        guard key.type == .cosignature else {
          throw Failure(.badData, what: "“\(key.name)” is the key of a log, not of a witness")
        }
        let bytes = try FileBytes.read(answer)
        let path = try BookFinder.path(named: nil, book: book)
        let note = try Books.with(path) { book throws(TrackerError) in try book.addCosignature(bytes, by: key) }
        let size = try Checkpoint(note: note).size
        Console.tell("\(key.name.shown) cosigned the log as it was with \(eventCount(size)).\n")
        Written.made("witness add", in: try Source.open(path)) { written in
          written.more["cosigned"] = ["witness": .string(key.name), "size": .integer(Int64(size))]
        }?.give()
      } catch {
        throw Failure(error, in: answer)
      }
    }
  }
}
