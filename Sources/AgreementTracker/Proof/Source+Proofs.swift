internal import CanonicalJSON
internal import LogStore
internal import SQLiteStore
public import TransparencyLog

extension Source {
  /// The latest checkpoint of this copy, with all its signatures.
  public func latestCheckpoint() throws(TrackerError) -> SignedNote {
    guard let first = try companions().checkpoints.first else {
      let hasKey = try identity().current != nil
      throw TrackerError(
        .missing, "\(name) has no checkpoint", place: name,
        next: book == nil
          ? "Put NAME.checkpoint beside it, or ask for the copy with it:  tracker export --full"
          : hasKey
            ? "Whoever holds its key runs:  tracker checkpoint" : "Give it a key:  tracker key rotate --book \(name)")
    }
    return first.note
  }

  /// A file that proves that an event stands in the log, to somebody who has the checkpoint's key from elsewhere.
  ///
  /// - Parameter checkpoint: of a tree that holds the event.
  public func prove(_ position: Int, under checkpoint: SignedNote) throws(TrackerError) -> ProofFile {
    do {
      let head = try Checkpoint(note: checkpoint)
      guard position < head.size else {
        throw TrackerError(
          .badData, "event \(position + 1) is not covered by the checkpoint, which is over \(head.size) events",
          place: name,
          next: "Sign it first:  tracker checkpoint")
      }
      let tree = try tree()
      guard try log.size() >= head.size else {
        throw TrackerError(
          .damaged, "the checkpoint is over \(head.size) events, and this copy has only \(try log.size())", place: name,
          next: "Look closer:  tracker verify \(name)")
      }
      guard try tree.root(of: head.size) == head.root else {
        throw TrackerError(
          .damaged, "the lines are not those over which the checkpoint was signed", place: name,
          next: "Look closer:  tracker verify \(name)")
      }
      let proof = ProofFile(
        index: position, hashes: try InclusionProof.prove(position, in: head.size, tree), checkpoint: checkpoint)
      // A book keeps digests beside its lines; what is given away must hold for the line itself.
      let entry = try entry(at: position)
      do throws(ProofFault) { try proof.check(entry: entry) } catch {
        throw TrackerError(
          .damaged, "the book does not agree with itself, so no proof can be made: \(error.why)", place: name,
          next: "Look closer:  tracker verify \(name)")
      }
      return proof
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// The entry digest of a line: what a proof is about.
  public func entry(at position: Int) throws(TrackerError) -> [UInt8] {
    do {
      let line = try log.lines(at: [position])[0]
      return LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// The proof that the log as the checkpoint has it contains an earlier tree.
  func consistency(from old: Int, to checkpoint: SignedNote) throws -> [[UInt8]] {
    let head = try Checkpoint(note: checkpoint)
    guard old > 0, old < head.size else { return [] }
    return try ConsistencyProof.prove(from: old, to: head.size, try tree())
  }

  /// The root of the tree when the log had so many events.
  public func root(of size: Int) throws(TrackerError) -> [UInt8] {
    do { return try tree().root(of: size) } catch { throw TrackerError(error, in: name) }
  }

  /// The last checkpoint of this log that was seen on this machine; else its own latest.
  public func lastSeen(_ folders: UserFolders) throws(TrackerError) -> SignedNote {
    let latest = try latestCheckpoint()
    do {
      let origin = try Checkpoint(note: latest).origin
      return try LogGuard(folders, origin: origin).seenNote() ?? latest
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// Refuses an acknowledgement that this log does not bear out. The other party chose every word of it, and what is
  /// recorded stays.
  public func check(_ acknowledgement: Acknowledgement, origin: String?) throws(ProofFault) {
    guard let digests = try? LogDigests(log) else {
      throw ProofFault(.badProof, "the lines of this log cannot be read")
    }
    try digests.check(acknowledgement, origin: origin)
  }

  // MARK: Publishing

  /// Writes the log's digests as C2SP tiles, safe to be served by any static web server while it is written: what never
  /// changes comes first, the checkpoint last.
  ///
  /// Nothing in them reveals an event: they hold digests of lines, and each line has a salt of its own.
  /// - Returns: files that were written; those that were there are left as they are.
  public func publish(to folder: String, _ checkpoint: SignedNote) throws(TrackerError) -> Int {
    do {
      let head = try Checkpoint(note: checkpoint)
      // What is published can never be taken back, so nothing that is merely kept beside the lines is believed.
      var tree = TreeHashes()
      var entries: [[UInt8]] = []
      try log.forEachLine(from: 0, limit: head.size) { _, line in
        entries.append(LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line))
        return true
      }
      for entry in entries { tree.append(entry: entry) }
      guard tree.size == head.size, try tree.root(of: head.size) == head.root else {
        throw TrackerError(
          .damaged, "the lines are not those over which the checkpoint was signed", place: name,
          next: "Nothing was published. Look closer:  tracker verify \(name)")
      }
      if let bytes = try SmallFile.read("\(folder)/checkpoint", atMost: SignedNote.longest) {
        let published = try Checkpoint(note: SignedNote(bytes: bytes))
        guard published.origin == head.origin else {
          throw TrackerError(.badData, "another log, “\(published.origin)”, is published in \(folder)", place: name)
        }
        guard published.size <= head.size, try tree.root(of: published.size) == published.root else {
          throw TrackerError(
            .damaged, "\(folder) holds a checkpoint over \(published.size) events that this log does not contain",
            place: name,
            next: "Nothing was changed. Compare both:  tracker audit \(folder)")
        }
      }
      var written = 0
      for tile in Tile.all(of: head.size) {
        let path = "\(folder)/\(tile.path)"
        let bytes = try Self.bytes(of: tile, entries, tree)
        if let there = try SmallFile.read(path) {
          guard there == bytes else {
            throw TrackerError(
              .damaged, "\(path) is published already, with other bytes; what is published never changes", place: name)
          }
          continue
        }
        try SmallFile.write(path, bytes)
        written += 1
      }
      try SmallFile.write("\(folder)/checkpoint", checkpoint.bytes)
      return written + 1
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  private static func bytes(of tile: Tile, _ entries: [[UInt8]], _ tree: TreeHashes) throws -> [UInt8] {
    switch tile.content {
    case .entries: return Tile.bytes(entries: Array(entries[tile.nodes]))
    case .hashes(let level):
      return Tile.bytes(
        hashes: try tile.nodes.map { try tree.hash(of: TreeNode(level: Tile.height * level, index: $0)) })
    }
  }
}

/// Is a proof file true, as far as somebody can say who has a policy, or has none?
public struct ProofVerdict: Sendable {
  public var index: Int
  public var checkpoint: Checkpoint
  /// Who signed the checkpoint, of the keys of the policy; nobody without one.
  public var signedBy: [VerifiedSignature]
  public var witnessedBy: [VerifiedSignature]
  public var isPolicyGiven: Bool

  /// - Parameter entry: digest of the line that it should be about.
  public init(_ file: ProofFile, entry: [UInt8], policy: Policy?) throws(ProofFault) {
    checkpoint = try Checkpoint(note: file.checkpoint)
    index = file.index
    isPolicyGiven = policy != nil
    if let policy {
      (signedBy, witnessedBy) = try policy.check(file.checkpoint)
    } else {
      (signedBy, witnessedBy) = ([], [])
    }
    try file.check(entry: entry)
  }
}
