public import Agreements
internal import CanonicalJSON
internal import Glibc
public import LogStore
internal import Projections
internal import SQLiteStore
internal import TransparencyLog

/// Whole copies of a log as files beside each other, and back into a book: the two are inverse, byte for byte.
extension Source {
  /// What goes into a copy.
  public struct CopyOptions: Sendable {
    /// Positions of lines that are left out openly; their private values go with them.
    public var leftOut: Set<Int> = []
    /// Without private values: the digests stand in their stead.
    public var isWithoutPrivateValues = false
    /// Without the files of exhibits: their digests stand in the lines.
    public var isWithoutFiles = false
    /// Only so many lines from the beginning.
    public var limit: Int?

    public init() {}
  }

  /// Writes `NAME.jsonl` and everything that stands beside it into a folder. Nothing that is there is overwritten, and a copy
  /// that cannot be finished is taken away again.
  ///
  /// - Returns: the files, as they were written.
  public func copy(to folder: String, name stem: String, _ options: CopyOptions = CopyOptions()) throws(TrackerError)
    -> [String]
  {
    let copy = CopyInProgress("\(folder)/\(stem)")
    do {
      try copy.refuseWhatIsThere()
      try write(copy, options)
      return copy.files
    } catch {
      copy.takeAway()
      var refusal = TrackerError(error, in: name)
      if refusal.kind == .cannotWrite, refusal.next.isEmpty {
        refusal.next = "Nothing of the copy was left there. Make room, or choose another place."
      }
      throw refusal
    }
  }

  private func write(_ copy: CopyInProgress, _ options: CopyOptions) throws {
    let companions = try companions()
    let base = copy.base
    if let position = options.leftOut.first(where: { $0 < 0 }) { throw StoreError.noSuchPosition(position) }
    let heads = try companions.checkpoints.map { (head: try Checkpoint(note: $0.note), checkpoint: $0) }
    let signed = Dictionary(heads.map { ($0.head.size, $0.head.root) }) { first, _ in first }
    var size = 0
    var frontier = TreeFrontier()
    var digests: [String] = []
    let writer = try LineFile(copy.begin("\(base).jsonl"))
    var scanner = DigestReader()
    try log.forEachLine(from: 0, limit: options.limit) { position, line in
      let entry = LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
      frontier.append(entry: entry)
      size = position + 1
      // Whoever gets a copy would find out; better whoever gives it away.
      if let root = signed[size], root != frontier.root {
        throw TrackerError(
          .damaged, "the lines are not those over which the checkpoint was signed, so no copy was made", place: name,
          next: "Look closer:  tracker verify \(name)")
      }
      if options.leftOut.contains(position) {
        try LogLine.withheldBytes(entry: entry).withUnsafeBufferPointer { try writer.write($0) }
      } else {
        try writer.write(line)
        digests += try scanner.privateDigests(of: line, at: position)
      }
      return true
    }
    if let last = options.leftOut.max(), last >= size { throw StoreError.noSuchPosition(last) }
    // Checkpoints over more than the copy holds would call it cut.
    let kept = heads.filter { $0.head.size <= size }
    if let latest = kept.max(by: { $0.head.size < $1.head.size }) {
      try copy.write("\(base).checkpoint", latest.checkpoint.note.bytes)
      if let token = latest.checkpoint.tokens.first { try copy.write("\(base).tsr", token) }
      for (head, checkpoint) in kept where head.size != latest.head.size || checkpoint.tokens.count > 1 {
        try copy.write("\(base).checkpoints/\(head.size).checkpoint", checkpoint.note.bytes)
        for (index, token) in checkpoint.tokens.enumerated() {
          try copy.write("\(base).checkpoints/\(head.size).\(index + 1).tsr", token)
        }
      }
    }
    if let values = companions.privateValues, !digests.isEmpty {
      var lines: [UInt8] = []
      for digest in digests {
        if let opening = values.openings[digest], !options.isWithoutPrivateValues {
          lines += opening + [0x0A]
        } else if values.openings[digest] != nil || values.withheld.contains(digest) {
          lines += Companions.PrivateValues.withheldBytes(digest) + [0x0A]
        }
      }
      try copy.write("\(base).private.jsonl", lines, mode: 0o600)
    }
    if !options.isWithoutFiles { try copyExhibits(copy, size: size, leftOut: options.leftOut) }
    // The lines come to their place last: where they are, everything is there.
    try writer.close()
  }
}

extension StoreError {
  fileprivate static func noSuchPosition(_ position: Int) -> StoreError {
    StoreError(.noSuchPosition, "there is no event \(position < Int.max ? position + 1 : position)", position: position)
  }
}

/// The private digests of a line, in the order of their names.
private struct DigestReader: ~Copyable {
  private var scanner = LineScanner()

  mutating func privateDigests(of line: UnsafeBufferPointer<UInt8>, at position: Int) throws -> [String] {
    let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
    guard case .event(let record) = parsed else { return [] }
    return record.privateDigests.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// Lines written one behind the other, each with its line feed; a new file.
private final class LineFile {
  private let file: OutgoingFile
  private var pending: [UInt8] = []

  init(_ file: OutgoingFile) { self.file = file }

  func write(_ line: UnsafeBufferPointer<UInt8>) throws {
    pending += line
    pending.append(0x0A)
    if pending.count > 1 << 18 { try flush() }
  }

  private func flush() throws {
    try file.write(pending)
    pending.removeAll(keepingCapacity: true)
  }

  func close() throws {
    try flush()
    try file.close()
  }
}

extension RecordBook {
  /// Makes a book out of `NAME.jsonl` and what stands beside it.
  ///
  /// It must verify first: a copy that does not hold is not made a book.
  public static func restore(
    from source: Source, to path: String, folders: UserFolders, environment: LogEnvironment = .system
  ) throws(TrackerError) -> RecordBook {
    do {
      let verification = try Verification.run(source)
      if let fault = verification.faults.first(where: \.isDamage) {
        throw TrackerError(
          .damaged, "this copy does not hold, so no book was made of it: \(fault.text)", place: source.name,
          next: "See all of it:  tracker verify \(source.name)")
      }
      let companions = try source.companions()
      var lines: [[UInt8]] = []
      try source.log.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      try refuseLeftOut(lines, from: 0, source.name)
      let store = try SQLiteLog(path: path, opening: .new, environment: environment, readModels: [PositionModel()])
      do {
        _ = try store.restore(lines, openings: companions.privateValues.map { Array($0.openings.values) } ?? [])
        for checkpoint in companions.checkpoints { try store.keep(checkpoint) }
        if let latest = companions.checkpoints.first { try store.adopt(latest.note) }
        let book = try RecordBook(path: path, store: store, folders: folders, environment: environment)
        try book.takeFiles(of: source)
        // A backup from before an erasure still has what was erased since.
        let count = try book.eraseAgain()
        if count > 0 {
          book.signing.say(
            "The copy still had \(count) value\(count == 1 ? "" : "s or lines") that had been erased; erased once more."
          )
        }
        return book
      } catch {
        try? store.close()
        for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
        throw error
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// A copy for one reader has lines left out; a book may lack only those that an event says were erased.
  private static func refuseLeftOut(_ lines: [[UInt8]], from first: Int, _ name: String) throws {
    var allowed: Set<Int64> = []
    var decoder = EventDecoder()
    for (position, line) in lines.enumerated() {
      if let event = try decoder.event(line, at: position), case .entryErased(let erased) = event.body {
        allowed.insert(erased.position)
      }
    }
    for position in first..<max(first, lines.count)
    where LogLine.entry(ofWithheld: lines[position]) != nil && !allowed.contains(Int64(position)) {
      throw TrackerError(
        .badData, "line \(position + 1) was left out of this copy, so it cannot become a book", place: name,
        next: "Ask for a whole copy:  tracker export --full")
    }
  }

  /// What a recovery did.
  public struct Recovered: Sendable {
    /// Events that came back, and of these those of which only the digest did.
    public var events: Int
    public var digestsOnly: Int
  }

  /// Brings a book that was turned back up to what was seen on this machine, from a later copy: JSON Lines or another book.
  ///
  /// Only lines under a checkpoint that was seen here, or that the log's key signed, are taken.
  public func recover(from source: Source) throws(TrackerError) -> Recovered {
    do {
      guard let origin = signing.origin, let seen = try signing.guardian?.seen() else {
        throw TrackerError(.badData, "nothing of this log was seen on this machine, so there is nothing to recover to")
      }
      let tree = try source.tree()
      let copySize = try source.log.size()
      guard copySize >= seen.size, try tree.root(of: seen.size) == seen.root else {
        throw TrackerError(
          .damaged, "this copy does not hold the \(seen.size) events that were seen here", place: source.name,
          next: "Look for a later copy; if there is none:  tracker recover --new-origin NAME --owner KEY")
      }
      let size = try store.size()
      guard size <= seen.size, try tree.root(of: size) == store.head().root else {
        throw TrackerError(
          .damaged, "the book is no beginning of what was seen here, so it cannot be brought up to it", place: path,
          next: "Keep it, and make the book anew:  tracker restore \(source.name) --to NEW.tracker")
      }
      var target = seen.size
      for kept in try source.companions().checkpoints {
        let head = try Checkpoint(note: kept.note)
        let isSigned = (try? kept.note.verified(by: signing.identity.keys.map(\.key))) != nil
        guard isSigned, head.origin == origin, head.size > target, head.size <= copySize else { continue }
        if try tree.root(of: head.size) == head.root { target = head.size }
      }
      // What the book has stays as it is: of a line that was erased since, the copy has only the digest.
      var lines: [[UInt8]] = []
      try store.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      if target > size {
        try source.log.forEachLine(from: size, limit: target - size) { _, line in
          lines.append(Array(line))
          return true
        }
      }
      try Self.refuseLeftOut(lines, from: size, source.name)
      let openings = try source.companions().privateValues.map { Array($0.openings.values) } ?? []
      let erased = ErasureList(folders, origin: origin)
      let named = Set(try Self.privateDigests(of: lines))
      let mine = openings.filter { named.contains(Opening.digest(of: $0)) && !erased.contains(Opening.digest(of: $0)) }
      let count = try store.restore(lines, openings: mine)
      try settle()
      // A false signature, once taken in, would stay for ever.
      let keys = signing.identity.keys.map(\.key)
      for kept in try source.companions().checkpoints where (try? kept.note.verified(by: keys)) != nil {
        try? store.keep(kept)
      }
      try takeFiles(of: source)
      return Recovered(events: count, digestsOnly: lines.count { LogLine.entry(ofWithheld: $0) != nil })
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The same from published tiles, which hold digests alone: each lost line keeps its place, and an event says that its
  /// words are lost.
  public func recover(
    fromTiles entries: [[UInt8]], why: String, assertedBy party: PartyKey, recordedBy: String
  ) throws(TrackerError) -> Recovered {
    do {
      guard let seen = try signing.guardian?.seen() else {
        throw TrackerError(.badData, "nothing of this log was seen on this machine, so there is nothing to recover to")
      }
      var tree = TreeHashes()
      for entry in entries { tree.append(entry: entry) }
      let size = try store.size()
      guard entries.count >= seen.size, try tree.root(of: seen.size) == seen.root, size <= seen.size,
        try tree.root(of: size) == store.head().root
      else {
        throw TrackerError(
          .damaged, "these tiles are not those of the \(seen.size) events that were seen here", place: path)
      }
      var lines: [[UInt8]] = []
      try store.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      let lost = Array(size..<seen.size)
      for position in lost { lines.append(LogLine.withheldBytes(entry: entries[position])) }
      _ = try store.restore(lines)
      try settle()
      let drafts = lost.map { position in
        let statement = Statement(
          assertedBy: .init(party: party), basis: .ownKnowledge,
          body: .entryErased(
            EntryErased(
              position: Int64(position), entry: Base64.encode(entries[position]), why: why,
              legalBasis: "none: it was lost")))
        return Proposal(id: freshID(), stream: .log, statement: statement, recordedBy: recordedBy).draft
      }
      if !drafts.isEmpty { _ = try append(drafts) }
      return Recovered(events: lost.count, digestsOnly: lost.count)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  private static func privateDigests(of lines: [[UInt8]]) throws -> [String] {
    var scanner = LineScanner()
    var digests: [String] = []
    for (position, line) in lines.enumerated() {
      let parsed = try scanner.scanBytes(line, at: position) { view throws(JSONFault) in try LogLine(view) }
      if case .event(let record) = parsed { digests += record.privateDigests.values }
    }
    return digests
  }

  /// The book is again what was seen: it is signed, and what was erased is erased here too.
  private func settle() throws {
    let identity = try LogIdentity(store)
    var hasKey = false
    if let origin = identity.origin, let current = identity.current, let key = try KeyRing(folders).key(current) {
      store.use(LogSigner(origin: origin, keys: [key], isTakingOver: true))
      hasKey = true
    }
    try signing.settle(store, hasKey: hasKey)
    if hasKey {
      _ = try store.signHead()
      try signing.remember(store)
    }
    _ = try eraseAgain()
  }
}
