import Agreements
import CanonicalJSON
import LogStore
import Projections
import TransparencyLog

/// One pass over a log with what has to be remembered on the way.
struct VerificationRun: ~Copyable {
  var result = Verification(
    size: 0, faults: [], withheld: 0, unknownTypes: [:], newerTypes: [:])
  let log: any LogReading
  var rules: QuickRules
  var lines = QuickLines(isChecking: true)
  /// Parties and exhibits that were cited before they were registered: no fault if the same append registers them.
  var awaited: [StreamName: [Verification.Fault]] = [:]
  /// Version, digest and position of each stream's last line, by the stream's number in `lines`; version 0 = none.
  var streams: [(version: Int64, entry: Digest256, position: Int)] = []
  /// Are ids and salts looked up one by one? Else they are gathered, and `mayHaveTwins` tells at the end whether that is needed.
  let isExact: Bool
  /// Positions of ids; of those that are gathered, the first `entered`.
  var ids = PairTable(hasValues: true)
  var entered = 0
  var gatheredIDs = IDList()
  /// Where the events stand whose ids are gathered.
  var positions: [Int32] = []
  var salts = PairTable(hasValues: false)
  var gatheredSalts = TwinFinder()
  /// Lines that were left out openly, in log order.
  var leftOut: [(position: Int, entry: Digest256)] = []
  /// Where events stand that rest on what may have been left out.
  private var unjudged: Set<Int> = []
  var lastRecordedAt: Instant?

  // MARK: What is judged after the pass

  var identity = LogIdentity()
  /// Roots and last moments of recording at the sizes that checkpoints speak of.
  var heads: [Int: (root: [UInt8], recordedAt: Instant?)] = [:]
  private let sizes: Set<Int>
  var privateDigests: [(position: Int, id: EventID, name: String, digest: String)] = []
  var privateErased: [(position: Int, body: PrivateErased)] = []
  var entriesErased: [(position: Int, body: EntryErased)] = []
  var acknowledged: [(position: Int, body: Acknowledged)] = []
  /// Where the file of an exhibit is named, by SHA-256 in hexadecimal.
  var exhibits: [String: Int] = [:]

  /// - Parameter sizes: of the trees whose roots are wanted.
  init(_ log: any LogReading, sizes: Set<Int>, isExact: Bool = false) {
    self.log = log
    self.isExact = isExact
    // Every log contains the tree without leaves.
    self.sizes = sizes.union([0])
    rules = QuickRules(log)
    gatheredIDs.reserveCapacity(log.roughSize)
    gatheredSalts.reserveCapacity(log.roughSize)
    positions.reserveCapacity(log.roughSize)
  }

  /// May an id or a salt be there twice? “No” is certain.
  var mayHaveTwins: Bool { !isExact && (gatheredIDs.mayHaveTwins || gatheredSalts.mayHaveTwins) }

  mutating func run() throws {
    var scanner = LineScanner()
    let isFramed = log.linesAreFramed
    var tree = LineTree(rootsAt: sizes)
    var moments: [Int: Instant] = [:]
    do {
      try log.forEachLine(growing: &tree) { position, line, entry in
        result.size = position + 1
        check(line, entry, isFramed: isFramed, at: position, &scanner)
        if sizes.contains(position + 1) { moments[position + 1] = lastRecordedAt }
      }
      settle()
      result.root = tree.root
      for (size, root) in tree.roots { heads[size] = (root, moments[size]) }
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
        line.withUnsafeBufferPointer {
          check($0, Digest256(of: UnsafeRawBufferPointer($0)), isFramed: false, at: position, &scanner)
        }
      }
      settle()
      fault(result.size, error.code.rawValue, error.what)
    }
    result.unjudged = unjudged.count
    result.origin = identity.origin
    for fault in identity.faults { self.fault(fault.position, "key-chain", fault.text) }
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
    _ line: UnsafeBufferPointer<UInt8>, _ entry: Digest256, isFramed: Bool, at position: Int,
    _ scanner: inout LineScanner
  ) {
    var known: Bonds?
    if lines.read(line, at: position, isFramed: isFramed) {
      let bonds = Bonds(lines)
      known = bonds
      let isIDNew = memory(bonds, entry, at: position)
      let named = lines.namesOthers ? lines.named.map { self.position(of: $0) } : []
      if isIDNew, rules.takes(&lines, at: position, naming: named) { return }
    }
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
      case .withheld(let bytes):
        rules.pass(position)
        guard let digest = Digest256(bytes: bytes) else { return }
        leftOut.append((position, digest))
        result.withheld += 1
      case .event(let record):
        let bonds = known ?? Bonds(record, &lines)
        if known == nil {
          memory(bonds, entry, at: position)
          // A line that the quick reader takes has none.
          for (name, digest) in record.privateDigests.sorted(by: { $0.key < $1.key }) {
            privateDigests.append((position, bonds.id, name, digest))
          }
        }
        if let statement { meaning(statement, record, bonds, at: position, line) }
      }
    } catch {
      rules.pass(position)
      add(error)
    }
  }

  // MARK: Memory

  /// What binds an event into the log.
  private struct Bonds {
    var id: EventID
    var recordedAt: Instant
    /// By its number in `lines`.
    var stream: Int
    var streamVersion: Int64
    /// nil = none is named.
    var previous: Digest256?
    var salt: (UInt64, UInt64)

    init(_ lines: borrowing QuickLines) {
      id = lines.id
      recordedAt = lines.recordedAt
      stream = lines.stream
      streamVersion = lines.streamVersion
      previous = lines.previous.map { Digest256(words: $0) }
      salt = lines.salt
    }

    init(_ record: Record, _ lines: inout QuickLines) {
      id = record.id
      recordedAt = record.recordedAt
      stream = lines.number(ofStream: record.stream)
      streamVersion = record.streamVersion
      previous = Base64.decode(record.previous).flatMap { Digest256(bytes: $0) }
      let bytes = Base64.decode(record.salt) ?? []
      func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
      salt = (word(bytes.prefix(8)), word(bytes.dropFirst(8)))
    }
  }

  private mutating func gather(_ bonds: Bonds, at position: Int) -> Bool {
    gatheredIDs.append(bonds.id.high, bonds.id.low)
    gatheredSalts.append(bonds.salt.0, bonds.salt.1)
    positions.append(Int32(truncatingIfNeeded: position))
    return true
  }

  private mutating func remember(_ bonds: Bonds, at position: Int) -> Bool {
    let isNew = ids.insert(bonds.id.high, bonds.id.low, Int32(truncatingIfNeeded: position)) == nil
    if !isNew { fault(position, "duplicate-id", "id \(bonds.id) is there twice") }
    if salts.insert(bonds.salt.0, bonds.salt.1, 0) != nil { fault(position, "salt-twice", "its salt was used before") }
    return isNew
  }

  /// The position of the first event with an id.
  private mutating func position(of id: EventID) -> Int32? {
    if !isExact {
      if gatheredIDs.isAscending { return gatheredIDs.index(id.high, id.low).map { positions[$0] } }
      // What was gathered since it was asked last is entered now.
      while entered < gatheredIDs.count {
        let (high, low) = gatheredIDs[entered]
        _ = ids.insert(high, low, positions[entered])
        entered += 1
      }
    }
    return ids.find(id.high, id.low)
  }

  /// - Returns: is the id new to the log?
  @discardableResult
  private mutating func memory(_ bonds: Bonds, _ entry: Digest256, at position: Int) -> Bool {
    let isNew = isExact ? remember(bonds, at: position) : gather(bonds, at: position)
    if let last = lastRecordedAt, bonds.recordedAt < last {
      fault(position, "clock-order", "recorded at \(bonds.recordedAt), before the event above it (\(last))")
    }
    // All events of an append bear one moment.
    if bonds.recordedAt != lastRecordedAt { settle() }
    lastRecordedAt = max(bonds.recordedAt, lastRecordedAt ?? bonds.recordedAt)
    while streams.count <= bonds.stream { streams.append((0, entry, -1)) }
    let before = streams[bonds.stream]
    let expected = before.version + 1
    if bonds.streamVersion == expected {
      if bonds.previous != (before.version > 0 ? before.entry : nil) {
        let stream = lines.name(ofStream: bonds.stream)
        fault(
          position, "previous",
          "“previous” is not the digest of the event before it in \(stream): one of the two was changed")
      }
    } else if bonds.streamVersion > expected,
      isLeftOut(bonds.previous, Int(bonds.streamVersion - expected), behind: before.position)
    {
      // A gap that lines left out openly account for.
    } else {
      let stream = lines.name(ofStream: bonds.stream)
      fault(
        position, "stream-version",
        "\(stream) jumps from version \(expected - 1) to \(bonds.streamVersion): a line is missing, added or moved")
    }
    streams[bonds.stream] = (bonds.streamVersion, entry, position)
    return isNew
  }

  /// Were so many lines left out behind a position, one of them with this digest?
  private func isLeftOut(_ previous: Digest256?, _ count: Int, behind position: Int) -> Bool {
    let between = leftOut.reversed().prefix { $0.position > position }
    guard between.count >= count, let previous else { return false }
    return between.contains { $0.entry == previous }
  }

  // MARK: Meaning

  private mutating func meaning(
    _ statement: Result<Statement, JSONFault>, _ record: Record, _ bonds: Bonds, at position: Int,
    _ line: UnsafeBufferPointer<UInt8>
  ) {
    switch statement {
    case .failure(let error):
      rules.pass(position)
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
        rules.pass(position)
        fault(
          position, "unknown-stream", "“\(record.stream)” is no kind of stream that this version knows", isDamage: false
        )
        return
      }
      let named = rules.named(by: statement).compactMap { self.position(of: $0) }
      let first = isExact ? self.position(of: bonds.id) : nil
      let findings = rules.take(
        statement, record, in: stream, bonds.stream, at: position, &lines, naming: named + (first.map { [$0] } ?? []))
      for finding in findings where !finding.isQuestion {
        let text = "\(finding.path): \(finding.what)"
        if let subject = finding.subject {
          awaited[subject, default: []].append(
            .init(position: position, column: nil, code: finding.code.rawValue, text: text, isDamage: false))
        } else if finding.isAbsence, !leftOut.isEmpty {
          unjudged.insert(position)
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
    guard leftOut.isEmpty else {
      unjudged.formUnion(awaited.values.joined().compactMap(\.position))
      awaited = [:]
      return
    }
    let missing = awaited.values.joined().sorted { ($0.position ?? 0, $0.text) < ($1.position ?? 0, $1.text) }
    result.faults += missing.prefix(max(0, Verification.listed - result.faults.count))
    awaited = [:]
  }
}
