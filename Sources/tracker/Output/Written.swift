internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

/// What a command wrote, as other programs read it: one shape for every command that records, keeps or makes something.
///
/// A command says what it did in words as it goes (`Console.tell`), and gives this at its end; whoever did not ask for one
/// of the two does not get it. Law: all members are there in every answer, and behind them stands at most what this command
/// alone has to say, under a name of its own.
struct Written {
  static let format = "tracker.written/1"

  /// The words of the command: “record”, “key rotate”.
  let command: String
  /// The book or the log, as it was named.
  var book: String?
  /// The log when the command was done with it.
  var head: LogHead?
  var isDryRun = false
  /// nil = too many to be held; the command says where they are.
  var added: [Event]? = []
  /// Positions of events that say it already, so that nothing was added.
  var there: [Int] = []
  /// What the new events change in the position as of today.
  var changes: [ReplayView.Change] = []
  /// Those that the new events may begin.
  var timeLimits: [TimeLimit] = []
  /// Files that were made or replaced.
  var files: [String] = []
  /// Beside those that were said on the way (`Console.warn`).
  var warnings: [String] = []
  /// What this command alone has to say.
  var more = JSONObject()

  /// An event that was added, or would be.
  struct Event {
    /// nil = not yet.
    var position: Int?
    var id: EventID
    var stream: StreamName
    var statement: Statement
  }

  /// Made only for a program that asked for it.
  ///
  /// - Parameter source: the book or the log, while it is open.
  static func made(
    _ command: String, in source: Source? = nil, _ fill: (inout Written) -> Void = { _ in }
  ) -> Written? {
    guard Console.isForProgram else { return nil }
    var written = Written(command: command, book: source?.name)
    written.head = source.flatMap { try? $0.log.head() }
    fill(&written)
    return written
  }

  /// Prints it.
  func give() { Console.out(bytes: json.canonicalBytes + [0x0A]) }

  // MARK: What was added

  mutating func take(_ recorded: RecordBook.Recorded, isDryRun: Bool = false) {
    self.isDryRun = isDryRun
    guard !recorded.wasThere else {
      there = recorded.positions
      return
    }
    changes = recorded.changes
    added = recorded.proposals.enumerated().map { index, proposal in
      Event(
        position: index < recorded.positions.count ? recorded.positions[index] : nil, id: proposal.id,
        stream: proposal.stream, statement: proposal.statement)
    }
  }

  /// Events that the log has at some positions; a line that was left out or erased has none.
  mutating func take(_ positions: some Sequence<Int>, of source: Source) {
    var decoder = EventDecoder()
    for position in positions {
      guard let line = try? source.log.lines(at: [position]).first,
        let event = try? decoder.event(line, at: position)
      else { continue }
      added?.append(Event(position: position, id: event.id, stream: event.stream, statement: event.statement))
    }
  }

  // MARK: JSON

  var json: JSONValue {
    var object = more
    object["format"] = .string(Self.format)
    object["command"] = .string(command)
    object["book"] = book.map(JSONValue.string) ?? .null
    object["head"] = head.map { ["size": .integer(Int64($0.size)), "root": .string($0.rootText)] } ?? .null
    object["dryRun"] = .bool(isDryRun)
    object["added"] = added.map { .array($0.map(\.json)) } ?? .null
    object["there"] = .array(there.map { .integer(Int64($0)) })
    object["changes"] = .array(changes.map(\.json))
    object["timeLimits"] = .array(timeLimits.map(\.json))
    object["files"] = .array(files.map(JSONValue.string))
    object["warnings"] = .array((Console.warned + warnings).map(JSONValue.string))
    return .object(object)
  }
}

extension Written.Event {
  /// Sums in `data` are pence, as the log has them; private values are not in it.
  fileprivate var json: JSONValue {
    let members = statement.members
    // An id that was drawn for a trial run is drawn anew the next time; one made from a file and a row is not.
    let isKept = position != nil || id.version == 5
    return [
      "position": position.map { .integer(Int64($0)) } ?? .null, "id": isKept ? .string(id.description) : .null,
      "stream": .string(stream.description), "type": .string(statement.body.typeName),
      "when": members["when"] ?? .null, "assertedBy": .string(statement.assertedBy.party.rawValue),
      "data": members["data"] ?? .null, "text": .string(statement.sentence(in: stream)),
    ]
  }
}

/// What a command makes for somebody else: into a new file, or to standard output; for a program, into its answer.
enum Artefact {
  /// - Parameters:
  ///   - path: nil = standard output.
  ///   - source: the log that it is about.
  static func write(
    _ bytes: [UInt8], to path: String?, by command: String, of source: Source? = nil, more: JSONObject = JSONObject()
  ) throws {
    if let path {
      do throws(TrackerError) { try NewFile.write(path, bytes) } catch { throw Failure(error) }
      Console.error("Written: \(path.shown)\n")
    } else if !Console.isForProgram {
      Console.out(bytes: bytes)
    }
    Written.made(command, in: source) { written in
      written.more = more
      written.more["content"] = path == nil ? content(bytes) : .null
      if let path { written.files = [path] }
    }?.give()
  }

  private static func content(_ bytes: [UInt8]) -> JSONValue {
    if let text = String(validating: bytes, as: UTF8.self) { return ["text": .string(text)] }
    return ["base64": .string(Base64.encode(bytes))]
  }
}
