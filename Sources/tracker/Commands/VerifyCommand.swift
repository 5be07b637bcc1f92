internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks that the log is whole and in order, and says what checking does not show.",
    discussion: """
      Checked: canonical form, streams without gaps, “previous”, the order of the clock, ids, salts, and the rules that \
      writers obey. Exit code 4 if the record is damaged, 1 if only a rule of writers is broken.

      Examples:
        tracker verify log.jsonl
        tracker verify --book book.tracker --json
      """)

  @Argument(help: "A source (.jsonl or .tracker).")
  var what: [String] = []
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    let named = try Positionals(what, most: 0)
    let verification: Verification
    let path: String
    do throws(TrackerError) {
      path = try BookFinder.path(named: named.source, book: book)
      verification = try Verification.run(try Source.open(path))
    } catch {
      throw Failure(error)
    }
    if json {
      Console.out(bytes: verification.json.canonicalBytes + [0x0A])
    } else {
      Console.out(verification.text(path))
    }
    if !verification.isSound { throw ExitStatus.notVerified }
    if !verification.faults.isEmpty { throw ExitStatus.found }
  }
}

extension Verification {
  var json: JSONValue {
    var object = JSONObject()
    object["format"] = "tracker.verify/1"
    object["size"] = .integer(Int64(size))
    object["root"] = root.map { .string(Base64.encode($0)) } ?? .null
    object["origin"] = origin.map(JSONValue.string) ?? .null
    object["signedBy"] = []
    object["witnessedBy"] = []
    object["timestamps"] = []
    object["faults"] = .array(
      faults.map { fault in
        [
          "position": fault.position.map { .integer(Int64($0)) } ?? .null,
          "line": fault.position.map { .integer(Int64($0) + 1) } ?? .null,
          "column": fault.column.map { .integer(Int64($0)) } ?? .null, "code": .string(fault.code),
          "text": .string(fault.text), "damage": .bool(fault.isDamage),
        ]
      })
    object["private"] = [
      "present": 0, "withheld": .integer(Int64(privateValues)), "erased": 0, "missing": 0,
    ]
    object["withheldLines"] = .integer(Int64(withheld))
    object["unknownTypes"] = Self.counts(unknownTypes)
    object["newerTypes"] = Self.counts(newerTypes)
    return .object(object)
  }

  private static func counts(_ counts: [String: Int]) -> JSONValue {
    var object = JSONObject()
    for (type, count) in counts { object[type] = .integer(Int64(count)) }
    return .object(object)
  }

  /// The plain verdict first; then what was checked, and what checking does not show.
  func text(_ path: String) -> String {
    var text = ""
    if !isSound {
      text += "THE RECORD IS DAMAGED.  \(path): \(faults.filter(\.isDamage).count) fault(s)\n"
    } else if !faults.isEmpty {
      text += "The record is whole; \(faults.count) event(s) break a rule that writers obey.  \(path)\n"
    } else {
      text += "The record is whole: \(size) events.  \(path)\n"
    }
    for fault in faults {
      let place = fault.position.map { "line \($0 + 1)" } ?? "the file"
      text += "  \(place)\(fault.column.map { ", column \($0)" } ?? ""): \(fault.text.plainLine) [\(fault.code)]\n"
    }
    if faults.count == Self.listed { text += "  … only the first \(Self.listed) are listed\n" }
    if let first = faults.first(where: \.isDamage)?.position {
      text +=
        first == 0
        ? "  Nothing in it can be relied on.\n" : "  Lines 1 to \(first) are sound as far as this check goes.\n"
      text += "  Keep this copy, record nothing more, and compare it with a backup or another party's copy.\n"
    }
    if let root { text += "  root     \(Base64.encode(root))\n" }
    if let origin { text += "  origin   \(origin)\n" }
    if withheld > 0 { text += "  \(withheld) line(s) are left out of this copy openly\n" }
    if privateValues > 0 { text += "  \(privateValues) private value(s) are kept outside the lines\n" }
    for (type, count) in unknownTypes.sorted(by: { $0.key < $1.key }) {
      text += "  \(count) event(s) of type \(type): unknown to this version\n"
    }
    for (type, count) in newerTypes.sorted(by: { $0.key < $1.key }) {
      text += "  \(count) event(s) of type \(type) in a version that this program does not know\n"
    }
    text += """
        Checked: canonical form, streams, “previous”, clock order, ids, salts, the rules of writers.
        It shows that the lines fit together as they were written. It does not show that an event is true, that
        everything was recorded, or when it was written: no signature and no outside witness was checked.

      """
    return text
  }
}
