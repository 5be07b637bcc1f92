internal import Agreements
internal import CanonicalJSON
internal import LogStore
public import TransparencyLog

/// What another party signs to say that it has seen certain events: the head of the log, then the digest of each event.
///
/// ```
/// origin LF size LF base64 root LF            as in a checkpoint
/// base64 entry digest LF                      one a line
/// ```
/// It proves that whoever holds the key saw these digests as part of a log of this size. It does not prove that they agree
/// with what the events say, and it speaks of no other event.
public struct Acknowledgement: Hashable, Sendable {
  public var checkpoint: Checkpoint
  /// Entry digests, 32 bytes each; at least one.
  public var targets: [[UInt8]]

  public init(checkpoint: Checkpoint, targets: [[UInt8]]) {
    self.checkpoint = checkpoint
    self.targets = targets
  }

  /// More than this is not one thing that somebody looked at.
  public static let mostTargets = 1_000

  // MARK: To text and back, a pair

  public var text: String { checkpoint.text + targets.map { "\(Base64.encode($0))\n" }.joined() }

  public init(text: String) throws(ProofFault) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 5, lines.last == "" else {
      throw ProofFault(
        .malformedNote, "an acknowledgement is origin, size, root and the digests of events, a line each")
    }
    checkpoint = try Checkpoint(text: lines[0..<3].map { "\($0)\n" }.joined())
    targets = []
    for line in lines[3...].dropLast() {
      guard let digest = Base64.decode(String(line)), digest.count == 32 else {
        throw ProofFault(.malformedNote, "“\(line.prefix(60))” is no digest of an event")
      }
      targets.append(digest)
    }
    guard targets.count <= Acknowledgement.mostTargets, Set(targets).count == targets.count else {
      throw ProofFault(
        .malformedNote, "an acknowledgement names each event once, and at most \(Acknowledgement.mostTargets)")
    }
  }
}

/// The digests of all lines, read once, however many acknowledgements are held against them.
struct LogDigests {
  private var tree = TreeHashes()
  /// The first position of each entry digest.
  private var places: [[UInt8]: Int] = [:]

  init(_ log: any LogReading) throws {
    try log.forEachLine { position, line in
      let entry = LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
      tree.append(entry: entry)
      if places[entry] == nil { places[entry] = position }
      return true
    }
  }

  /// Refuses an event that does not hold at its position: its note, the key's signature, and all that the note says.
  func check(_ body: Acknowledged, at position: Int, origin: String?) throws(ProofFault) {
    let note = try SignedNote(bytes: Array(body.note.utf8))
    let acknowledgement = try Acknowledgement(text: note.text)
    _ = try note.verified(by: [try VerifierKey(body.vkey)])
    guard acknowledgement.targets.map({ Base64.encode($0) }) == body.targets else {
      throw ProofFault(.badProof, "the events that it names are not those in the note")
    }
    guard acknowledgement.checkpoint.size <= position else {
      throw ProofFault(.badProof, "it speaks of more events than there were before it")
    }
    try check(acknowledgement, origin: origin)
  }

  /// Refuses one of another log, of another head, or of an event that was not there then.
  func check(_ acknowledgement: Acknowledgement, origin: String?) throws(ProofFault) {
    let head = acknowledgement.checkpoint
    if let origin, !origin.utf8.elementsEqual(head.origin.utf8) {
      throw ProofFault(.otherOrigin, "the note is of another log, “\(head.origin)”")
    }
    guard head.size <= tree.size, (try? tree.root(of: head.size)) == head.root else {
      throw ProofFault(.badProof, "the root in the note is not the log's at \(head.size) events")
    }
    for target in acknowledgement.targets where places[target].map({ $0 < head.size }) != true {
      throw ProofFault(.badProof, "it names an event that was not in the log then")
    }
  }
}
