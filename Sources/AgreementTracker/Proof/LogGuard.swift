internal import Glibc
internal import LogStore
public import TransparencyLog

/// The last checkpoint of each log that this user saw on this machine, kept outside of the book.
///
/// It is a tripwire: an older copy of the book put back in its place, or another history under the same name, is noticed
/// before anything is signed. It is no proof against whoever holds the log's key and this folder: that comes from a
/// witness or an outside time.
public struct LogGuard: Sendable {
  let origin: String
  let path: String

  public init(_ folders: UserFolders, origin: String) {
    self.origin = origin
    path = "\(folders.state)/seen/\(LogDigest.sha256(Array(origin.utf8)).hex).checkpoint"
  }

  /// How a book stands to what was seen.
  public enum Finding: Equatable, Sendable {
    /// Nothing was seen yet.
    case nothingSeen
    /// The book contains what was seen, and perhaps more: normal after a crash, or after somebody else recorded.
    case contained
    /// The book is shorter than what was seen: an older copy was put in its place.
    case rolledBack(seen: Checkpoint)
    /// The book does not contain what was seen: another history under the same name.
    case forked(seen: Checkpoint)
  }

  public func seen() throws(TrackerError) -> Checkpoint? {
    guard let note = try seenNote() else { return nil }
    do throws(ProofFault) { return try Checkpoint(note: note) } catch {
      throw TrackerError(.damaged, error.why, place: path)
    }
  }

  func seenNote() throws(TrackerError) -> SignedNote? {
    guard let bytes = try SmallFile.read(path, atMost: SignedNote.longest) else { return nil }
    do throws(ProofFault) {
      let note = try SignedNote(bytes: bytes)
      let seen = try Checkpoint(note: note)
      guard seen.origin == origin else { throw ProofFault(.otherOrigin, "it is of another log, “\(seen.origin)”") }
      return note
    } catch {
      throw TrackerError(
        .damaged, "what was seen of this log cannot be read: \(error.why)", place: path,
        next: "Check the book with an outside checkpoint (tracker verify --since FILE); then move that file away.")
    }
  }

  func compare(_ log: some LogReading & TreeHashReading) throws -> Finding {
    guard let seen = try seen() else { return .nothingSeen }
    guard try log.size() >= seen.size else { return .rolledBack(seen: seen) }
    return try log.root(of: seen.size) == seen.root ? .contained : .forked(seen: seen)
  }

  /// Remembers a checkpoint that contains the one seen before; in one step, so that of two writers none turns it back.
  func move(to note: SignedNote) throws(TrackerError) {
    try SmallFile.locked("\(path).lock") { () throws(TrackerError) in
      let next: Checkpoint
      do throws(ProofFault) { next = try Checkpoint(note: note) } catch { throw TrackerError(.badData, error.why) }
      if let seen = try seen(), seen.size >= next.size { return }
      try SmallFile.write(path, note.bytes, mode: 0o600)
    }
  }
}
