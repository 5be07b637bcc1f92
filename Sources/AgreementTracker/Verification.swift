import Agreements
import CanonicalJSON
import LogStore
import Projections
internal import TransparencyLog

/// The result of checking a log: what was found, and what private values this copy has.
public struct Verification: Sendable {
  /// Lines that were read.
  public var size: Int
  public var root: [UInt8]?
  /// The origin that `LogOpened` gives; nil for bare JSON Lines without one.
  public var origin: String?
  public var faults: [Fault]
  /// Lines that this copy leaves out openly.
  public var withheld: Int
  /// Events of types that this version does not know, by type.
  public var unknownTypes: [String: Int]
  /// Known types in a version that this program does not know, by type.
  public var newerTypes: [String: Int]
  /// Events with private values.
  public var privateValues: Int

  /// One thing that is wrong.
  public struct Fault: Hashable, Sendable {
    /// From 0; nil where it is the file as a whole.
    public var position: Int?
    public var column: Int?
    /// Stable: a code of the form, of memory, or of the rules of writers.
    public var code: String
    public var text: String
    /// Does it touch what the log proves, or only a rule of its writers?
    public var isDamage: Bool
  }

  /// Is the record as a record whole?
  public var isSound: Bool { !faults.contains(where: \.isDamage) }

  /// More faults than this are counted but not listed.
  public static let listed = 200

  /// Checks canonical form, streams, `previous`, the clock's order, salts, ids, and the rules of writers.
  ///
  /// Reading goes on behind a fault wherever the next line can be found, so that all faults are named.
  public static func run(_ source: Source) throws(TrackerError) -> Verification {
    do {
      var check = VerificationRun(source.log)
      return try check.run()
    } catch {
      throw TrackerError(error, in: source.name)
    }
  }
}

/// One pass over a log with what has to be remembered on the way.
private struct VerificationRun {
  var result = Verification(
    size: 0, faults: [], withheld: 0, unknownTypes: [:], newerTypes: [:], privateValues: 0)
  let log: any LogReading
  var rules: RuleBook
  /// Parties and exhibits that were cited before they were registered: no fault if the same append registers them.
  var awaited: [StreamName: [Verification.Fault]] = [:]
  var frontier = TreeFrontier()
  var streams: [String: (version: Int64, entry: [UInt8])] = [:]
  var ids: Set<EventID> = []
  var salts: Set<String> = []
  var withheldEntries: Set<String> = []
  var lastRecordedAt: Instant?

  init(_ log: any LogReading) {
    self.log = log
    rules = RuleBook { position in
      // What a correction or retraction speaks of is read again; few do.
      guard let line = try? log.lines(at: [position]).first else { return nil }
      var decoder = EventDecoder()
      return try? decoder.event(line, at: position)?.statement
    }
  }

  mutating func run() throws -> Verification {
    var scanner = LineScanner()
    do {
      try log.forEachLine { position, line in
        result.size = position + 1
        check(line, at: position, &scanner)
        return true
      }
      settle()
      result.root = frontier.root
    } catch let error as StoreError where error.code == .badLine {
      settle()
      // The file's frame is broken (no last LF, an endless line): what lies behind cannot be told apart.
      add(error)
      if let position = error.position { result.size = max(result.size, position + 1) }
    }
    return result
  }

  private mutating func fault(
    _ position: Int?, _ code: String, _ text: String, column: Int? = nil, isDamage: Bool = true
  ) {
    guard result.faults.count < Verification.listed else { return }
    result.faults.append(
      .init(position: position, column: column, code: code, text: text, isDamage: isDamage))
  }

  private mutating func add(_ error: StoreError) {
    let path = error.fault.map { $0.path.isEmpty ? "" : "\($0.path): " } ?? ""
    fault(
      error.position, error.fault?.code.rawValue ?? error.code.rawValue, path + error.what, column: error.column)
  }

  private mutating func check(
    _ line: UnsafeBufferPointer<UInt8>, at position: Int, _ scanner: inout LineScanner
  ) {
    let entry = LogDigest.entry(of: line)
    do throws(StoreError) {
      let (parsed, statement) = try scanner.scan(line, at: position) {
        view throws(JSONFault) -> (LogLine, Result<Statement, JSONFault>?) in
        let parsed = try LogLine(view)
        guard case .event = parsed else { return (parsed, nil) }
        do throws(JSONFault) {
          return (parsed, .success(try Statement(line: view)))
        } catch {
          return (parsed, .failure(error))
        }
      }
      switch parsed {
      case .withheld(let digest):
        frontier.append(entry: digest)
        withheldEntries.insert(Base64.encode(digest))
        result.withheld += 1
      case .event(let record):
        frontier.append(entry: entry)
        memory(record, entry, at: position)
        if let statement { meaning(statement, record, at: position, line) }
      }
    } catch {
      frontier.append(entry: entry)
      add(error)
    }
  }

  // MARK: Memory

  private mutating func memory(_ record: Record, _ entry: [UInt8], at position: Int) {
    if !ids.insert(record.id).inserted { fault(position, "duplicate-id", "id \(record.id) is there twice") }
    if !salts.insert(record.salt).inserted { fault(position, "salt-twice", "its salt was used before") }
    if let last = lastRecordedAt, record.recordedAt < last {
      fault(position, "clock-order", "recorded at \(record.recordedAt), before the event above it (\(last))")
    }
    // All events of an append bear one moment.
    if record.recordedAt != lastRecordedAt { settle() }
    lastRecordedAt = max(record.recordedAt, lastRecordedAt ?? record.recordedAt)
    let before = streams[record.stream]
    let expected = (before?.version ?? 0) + 1
    if record.streamVersion == expected {
      let previous = before.map { Base64.encode($0.entry) } ?? ""
      if record.previous != previous {
        fault(
          position, "previous",
          "“previous” is not the digest of the event before it in \(record.stream): one of the two was changed")
      }
    } else if record.streamVersion > expected, record.streamVersion - expected <= Int64(result.withheld),
      withheldEntries.contains(record.previous)
    {
      // A gap that lines left out openly account for.
    } else {
      fault(
        position, "stream-version",
        "\(record.stream) jumps from version \(expected - 1) to \(record.streamVersion): a line is missing, added or moved"
      )
    }
    streams[record.stream] = (record.streamVersion, entry)
    if !record.privateDigests.isEmpty { result.privateValues += record.privateDigests.count }
  }

  // MARK: Meaning

  private mutating func meaning(
    _ statement: Result<Statement, JSONFault>, _ record: Record, at position: Int, _ line: UnsafeBufferPointer<UInt8>
  ) {
    switch statement {
    case .failure(let error):
      let path = error.path.isEmpty ? "" : "\(error.path): "
      fault(position, error.code.rawValue, path + error.why, column: error.column(in: line))
    case .success(let statement):
      switch statement.body {
      case .unknown(let type, _): result.unknownTypes[type, default: 0] += 1
      case .newer(let type, _): result.newerTypes[type, default: 0] += 1
      case .logOpened(let opened): if position == 0 { result.origin = opened.origin }
      default: break
      }
      guard let stream = StreamName(record.stream) else {
        fault(
          position, "unknown-stream", "“\(record.stream)” is no kind of stream that this version knows", isDamage: false
        )
        return
      }
      for finding in rules.take(statement, id: record.id, in: stream, at: position) where !finding.isQuestion {
        let text = "\(finding.path): \(finding.what)"
        if let subject = finding.subject {
          awaited[subject, default: []].append(
            .init(position: position, column: nil, code: finding.code.rawValue, text: text, isDamage: false))
        } else {
          fault(position, finding.code.rawValue, text, isDamage: false)
        }
      }
      switch statement.body {
      // A party that is no group is there now, but still has no members.
      case .partyRegistered(let registered) where registered.kind != .group:
        awaited[stream]?.removeAll { $0.code != RuleFinding.Code.noGroup.rawValue }
      case .partyRegistered, .exhibitFiled: awaited[stream] = nil
      default: break
      }
    }
  }

  /// The append is over: what it did not register is missing.
  private mutating func settle() {
    guard !awaited.isEmpty else { return }
    let missing = awaited.values.joined().sorted { ($0.position ?? 0, $0.text) < ($1.position ?? 0, $1.text) }
    result.faults += missing.prefix(max(0, Verification.listed - result.faults.count))
    awaited = [:]
  }
}
