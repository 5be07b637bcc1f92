internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import TransparencyLog

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "The log's key: what others need to check its signature, and how it is changed.",
    discussion: """
      The signing key is kept outside of every book, in a file that only you can read. Give others the verifier key, on \
      another way than the log itself: by hand, on letterhead, on your web page.

      Examples:
        tracker key show
        tracker key rotate --reason "a new secretary"
      """,
    subcommands: [Show.self, Rotate.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Prints the verifier key, one line. It is no secret.",
      usage: "tracker key show [--book BOOK] [--all] [--json]")
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Flag(help: "All keys that the log has had, the first one first.")
    var all = false
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do throws(TrackerError) {
        let path = try BookFinder.path(named: nil, book: book)
        let source = try Source.open(path)
        let identity = try source.identity()
        guard let current = identity.current else {
          throw TrackerError(.badData, "this log has no key", place: path, next: "Give it one:  tracker key rotate")
        }
        let keys = all ? identity.keys.map(\.key) : [current]
        for key in keys { Console.tell("\(key.text)\n") }
        let place = KeyRing(.mine).path(of: current)
        if try KeyRing(.mine).key(current) == nil {
          Console.error("Its signing key is not on this machine.\n")
        } else {
          Console.error("Its signing key is kept in \(place): keep a copy of it in a safe place.\n")
        }
        Written.made("key show", in: source) { written in
          written.take(current)
          written.more["keys"] = .array(keys.map { .string($0.text) })
        }?.give()
      } catch {
        throw Failure(error)
      }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate", abstract: "Gives the log another key; an event says so, and the old key confirms it.",
      usage: """
        tracker key rotate [--reason TEXT] [--asserted-by KEY] [--book BOOK]
            [--json]
        """,
      discussion: """
        The first checkpoint that covers the change is signed by both keys. Where the old one is lost, say so and who \
        confirmed it: then only the new one signs. Old verifier keys stay in the log for ever.
        """)
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Option(help: "Why; needed where the old key is lost.")
    var reason: String?
    @Option(help: "Who says so; else the keeper of the book.", completion: .custom(Completing.parties))
    var assertedBy: String?
    @Option(help: "Who typed it.")
    var recordedBy = "officer"
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do throws(TrackerError) {
        let path = try BookFinder.path(named: nil, book: book)
        var written: Written?
        let result: Result<VerifierKey, any Error> = try Books.with(path) { book throws(TrackerError) in
          Result {
            let asserter = try Keeper.asserter(assertedBy, try History(book.source.log))
            let key = try book.rotateKey(reason: reason, assertedBy: asserter, recordedBy: recordedBy)
            written = .made("key rotate", in: book.source) { written in
              written.take(book.identity.keys.suffix(1).map(\.since), of: book.source)
              written.take(key)
            }
            return key
          }
        }
        let key: VerifierKey
        do { key = try result.get() } catch { throw TrackerError(error, in: path) }
        Console.tell("\(key.text)\n")
        Console.error(
          "The log has a new key, kept in \(KeyRing(.mine).path(of: key)). Give others its verifier key above.\n")
        written?.give()
      } catch {
        throw Failure(error)
      }
    }
  }
}

extension Written {
  /// A key of this machine: what others are given, and where its signing key would be kept.
  mutating func take(_ key: VerifierKey) {
    let path = KeyRing(.mine).path(of: key)
    let isHere = ((try? KeyRing(.mine).key(key)) ?? nil) != nil
    more["key"] = ["verifierKey": .string(key.text), "signingKey": isHere ? .string(path) : .null]
  }
}
