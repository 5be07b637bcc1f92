internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports
internal import TransparencyLog

struct AcknowledgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge", abstract: "The other party signs that it has seen certain events.",
    discussion: """
      It proves that whoever holds the key saw these events, in a log of this size. It does not prove that they agree with \
      them, and it says nothing of any other event.

      The keeper of the log:      tracker acknowledge request 14 15 --out seen.txt
      The other party, once:      tracker acknowledge key icb.example
      The other party:            tracker acknowledge sign seen.txt --as icb.example --out seen.note
      The keeper of the log:      tracker acknowledge add seen.note --by icb --key VKEY
      """,
    subcommands: [Request.self, NewKey.self, Sign.self, Add.self])

  struct Request: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request",
      abstract: "What the other party is asked to sign: the head of the log, and the events' digests.",
      usage: "tracker acknowledge request EVENT … [--out FILE] [--book BOOK] [--json]")
    @Argument(help: "Numbers or ids of events.")
    var events: [String]
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Option(help: "Write it into this new file; else to standard output.")
    var out: String?
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do {
        let path = try BookFinder.path(named: nil, book: book)
        let result: Result<Acknowledgement, any Error> = try Books.with(path) { book throws(TrackerError) in
          Result {
            try book.acknowledgement(of: try events.map { try EventFinder.position($0, in: book.source.log) })
          }
        }
        try Artefact.write(
          Array(try result.get().text.utf8), to: out, by: "acknowledge request", of: try Source.open(path))
      } catch {
        throw Failure(error, in: book ?? "")
      }
    }
  }

  struct NewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "key", abstract: "Makes a key to acknowledge with, and prints its verifier key.",
      usage: "tracker acknowledge key NAME [--json]")
    @Argument(help: "What the party calls itself; one word, like icb.example.")
    var name: String
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do throws(TrackerError) {
        let ring = KeyRing(.mine)
        guard try !ring.keys(named: name).contains(where: { $0.verifierKey.type == .ed25519 }) else {
          throw TrackerError(.badData, "“\(name)” has a key already")
        }
        let key = try ring.make(name, type: .ed25519).verifierKey
        Console.tell("\(key.text)\n")
        Console.error("Give the keeper of the log this key. Its signing key is kept in \(ring.path(of: key)).\n")
        Written.made("acknowledge key") { $0.take(key) }?.give()
      } catch {
        throw Failure(error)
      }
    }
  }

  struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sign", abstract: "Signs that these events were seen.",
      usage: "tracker acknowledge sign FILE --as NAME [--out FILE] [--json]",
      discussion:
        "Look at the events first: tracker show 14, and compare the digest that it prints with the one in the file.")
    @Argument(help: "The request.")
    var request: String
    @Option(name: .customLong("as"), help: "Whose key signs.")
    var name: String
    @Option(help: "Write the signed note into this new file; else to standard output.")
    var out: String?
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      let bytes = try FileBytes.read(request)
      do {
        guard bytes.count <= SignedNote.longest, let text = String(validating: bytes, as: UTF8.self) else {
          throw ProofFault(.malformedNote, "this is no request")
        }
        let acknowledgement = try Acknowledgement(text: text)
        guard let key = try KeyRing(.mine).keys(named: name).first(where: { $0.verifierKey.type == .ed25519 }) else {
          throw TrackerError(
            .missing, "there is no key of “\(name)” here", next: "Make one:  tracker acknowledge key \(name)")
        }
        let note = try SignedNote(signing: acknowledgement.text, by: [key])
        try Artefact.write(note.bytes, to: out, by: "acknowledge sign")
        let count = acknowledgement.targets.count
        Console.error(
          "Signed: \(count) event\(count == 1 ? "" : "s") of \(acknowledgement.checkpoint.origin.plainLine)\n")
      } catch {
        throw Failure(error, in: request)
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Records that the other party has seen the events.",
      usage: """
        tracker acknowledge add NOTE --by PARTY --key VKEY [--dry-run]
            [--book BOOK] [--json]
        """)
    @Argument(help: "The signed note.")
    var note: String
    @Option(help: "The party that signed.", completion: .custom(Completing.parties))
    var by: String
    @Option(help: "Its verifier key, as it gave it to you on another way.")
    var key: String
    @Option(help: "Who says so; else the keeper of the book.", completion: .custom(Completing.parties))
    var assertedBy: String?
    @OptionGroup var writing: WritingOptions

    func run() throws {
      let bytes = try FileBytes.read(note)
      let party: PartyKey = try Keys.key(by, "party")
      let (signed, vkey, acknowledgement): (SignedNote, VerifierKey, Acknowledgement)
      do throws(ProofFault) {
        signed = try SignedNote(bytes: bytes)
        vkey = try VerifierKey(key)
        _ = try signed.verified(by: [vkey])
        acknowledgement = try Acknowledgement(text: signed.text)
      } catch {
        throw Failure(error, in: note)
      }
      try writing.record("acknowledge add", isDeed: true) { book in
        do throws(ProofFault) {
          try book.source.check(acknowledgement, origin: book.identity.origin)
        } catch {
          throw Failure(.notVerified, what: "this acknowledgement does not hold: \(error.why)", place: note.shown)
        }
        let asserter = try Keeper.asserter(assertedBy, try History(book.source.log))
        let statement = Statement(
          assertedBy: .init(party: asserter), basis: .document,
          body: .acknowledged(
            Acknowledged(
              by: party, vkey: vkey.text, targets: acknowledgement.targets.map { Base64.encode($0) },
              note: signed.keeping([vkey.keyName]).string)))
        return [Proposal(id: book.freshID(), stream: .log, statement: statement, recordedBy: writing.recordedBy)]
      }
    }
  }
}
