import Agreements
import CanonicalJSON
import LogStore
import Projections
import TransparencyLog

/// One pass over a log with what has to be remembered on the way.
struct VerificationRun {
  var result = Verification(
    size: 0, faults: [], withheld: 0, unknownTypes: [:], newerTypes: [:])
  let log: any LogReading
  var rules: RuleBook
  /// Parties and exhibits that were cited before they were registered: no fault if the same append registers them.
  var awaited: [StreamName: [Verification.Fault]] = [:]
  var frontier = TreeFrontier()
  var streams: [String: (version: Int64, entry: [UInt8], position: Int)] = [:]
  var ids: Set<EventID> = []
  var salts: Set<String> = []
  /// Lines that were left out openly, in log order.
  var leftOut: [(position: Int, entry: [UInt8])] = []
  var lastRecordedAt: Instant?

  // MARK: What is judged after the pass

  var identity = LogIdentity()
  /// Roots and last moments of recording at the sizes that checkpoints speak of.
  var heads: [Int: (root: [UInt8], recordedAt: Instant?)] = [:]
  private var sizes: [Int]
  var privateDigests: [(position: Int, id: EventID, name: String, digest: String)] = []
  var privateErased: [(position: Int, body: PrivateErased)] = []
  var entriesErased: [(position: Int, body: EntryErased)] = []
  var acknowledged: [(position: Int, body: Acknowledged)] = []
  /// Where the file of an exhibit is named, by SHA-256 in hexadecimal.
  var exhibits: [String: Int] = [:]

  /// - Parameter sizes: of the trees whose roots are wanted.
  init(_ log: any LogReading, sizes: Set<Int>) {
    self.log = log
    // A tree without leaves has one root, whatever follows.
    heads[0] = (LogDigest.emptyRoot, nil)
    self.sizes = sizes.filter { $0 > 0 }.sorted(by: >)
    rules = RuleBook { position in
      // What a correction or retraction speaks of is read again; few do.
      guard let line = try? log.lines(at: [position]).first else { return nil }
      var decoder = EventDecoder()
      return try? decoder.event(line, at: position)?.statement
    }
  }

  mutating func run() throws {
    var scanner = LineScanner()
    do {
      try log.forEachLine { position, line in
        result.size = position + 1
        check(line, at: position, &scanner)
        note(frontier.size)
        return true
      }
      settle()
      result.root = frontier.root
    } catch let error as StoreError where error.code == .badLine {
      settle()
      // The file's frame is broken (no last LF, an endless line): what lies behind cannot be told apart.
      add(error)
      if let position = error.position { result.size = max(result.size, position + 1) }
    } catch let error as StoreError where error.code == .damaged {
      // A page of the book is broken. Pages are read many lines at a time: now one by one, up to the first that is gone.
      while let line = try? log.lines(at: [result.size]).first {
        let position = result.size
        result.size += 1
        line.withUnsafeBufferPointer { check($0, at: position, &scanner) }
      }
      settle()
      fault(result.size, error.code.rawValue, error.what)
    }
    result.origin = identity.origin
    for fault in identity.faults { self.fault(fault.position, "key-chain", fault.text) }
  }

  private mutating func note(_ size: Int) {
    guard sizes.last == size else { return }
    sizes.removeLast()
    heads[size] = (frontier.root, lastRecordedAt)
  }

  mutating func fault(
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
        leftOut.append((position, digest))
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
    } else if record.streamVersion > expected,
      isLeftOut(record.previous, Int(record.streamVersion - expected), behind: before?.position ?? -1)
    {
      // A gap that lines left out openly account for.
    } else {
      fault(
        position, "stream-version",
        "\(record.stream) jumps from version \(expected - 1) to \(record.streamVersion): a line is missing, added or moved"
      )
    }
    streams[record.stream] = (record.streamVersion, entry, position)
    for (name, digest) in record.privateDigests.sorted(by: { $0.key < $1.key }) {
      privateDigests.append((position, record.id, name, digest))
    }
  }

  /// Were so many lines left out behind a position, one of them with this digest?
  private func isLeftOut(_ previous: String, _ count: Int, behind position: Int) -> Bool {
    let between = leftOut.reversed().prefix { $0.position > position }
    guard between.count >= count, let digest = Base64.decode(previous) else { return false }
    return between.contains { $0.entry == digest }
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
      case .logOpened, .keyRotated: identity.take(statement.body, at: position)
      case .privateErased(let erased): privateErased.append((position, erased))
      case .entryErased(let erased): entriesErased.append((position, erased))
      case .acknowledged(let acknowledged): self.acknowledged.append((position, acknowledged))
      case .exhibitFiled(let filed):
        if let sha256 = filed.sha256, exhibits[sha256] == nil { exhibits[sha256] = position }
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
