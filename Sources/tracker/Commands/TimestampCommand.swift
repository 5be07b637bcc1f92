internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct TimestampCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timestamp", abstract: "An outside authority says when the log was there (RFC 3161).",
    discussion: """
      Only a digest of the checkpoint leaves this machine. Send the request to any time-stamping authority, with curl or by \
      its web page, and take its answer in.

      Example:
        tracker timestamp request --out deals.tsq
        curl -H "Content-Type: application/timestamp-query" --data-binary @deals.tsq https://tsa.example > deals.tsr
        tracker timestamp add deals.tsr --request deals.tsq --ca authority.pem
      """,
    subcommands: [Request.self, Add.self])

  struct Request: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request", abstract: "Writes the request: a digest of the latest checkpoint.",
      usage: "tracker timestamp request [--out FILE.tsq] [--book BOOK] [--json]")
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Option(help: "Write it into this new file; else to standard output.")
    var out: String?
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      do {
        let path = try BookFinder.path(named: nil, book: book)
        let request = try Books.with(path) { book throws(TrackerError) in try book.timeStampRequest() }
        try Artefact.write(request, to: out, by: "timestamp request", of: try Source.open(path))
      } catch {
        throw Failure(error, in: book ?? "")
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Takes the authority's answer into the book, after it was checked.",
      usage: """
        tracker timestamp add FILE.tsr [--request FILE.tsq] [--ca FILE.pem]
            [--book BOOK] [--json]
        """)
    @Argument(help: "The answer.")
    var answer: String
    @Option(help: "The request that it answers, so that its nonce is compared.")
    var request: String?
    @Option(help: "The authority's root certificate (PEM or DER). Without it, only the form is checked.")
    var ca: [String] = []
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @OptionGroup var form: AnswerOptions

    func run() throws {
      let bytes = try FileBytes.read(answer)
      let asked = try request.map { try FileBytes.read($0) }
      let roots = try ca.map { try FileBytes.read($0) }
      do throws(TrackerError) {
        let path = try BookFinder.path(named: nil, book: book)
        let stamp = try Books.with(path) { book throws(TrackerError) in
          try book.addTimeStamp(bytes, request: asked, roots: roots)
        }
        Console.tell("The log as it was with \(eventCount(stamp.size)) was there on \(Moments.words(stamp.time))")
        if let authority = stamp.authority {
          Console.tell(",\n  says \(authority.plainLine), whose certificate leads to one that you named.\n")
        } else {
          Console.tell(
            ", says the time-stamp.\n  Nobody's certificate was named (--ca FILE), so who says so was not checked.\n")
        }
        Written.made("timestamp add", in: try Source.open(path)) { written in
          written.more["timestamp"] = [
            "size": .integer(Int64(stamp.size)), "time": .string(stamp.time.description),
            "authority": stamp.authority.map(JSONValue.string) ?? .null,
          ]
        }?.give()
      } catch {
        throw Failure(error)
      }
    }
  }
}
