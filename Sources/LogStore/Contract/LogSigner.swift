public import TransparencyLog

/// Who signs the head that a commit is about to make.
///
/// The checkpoint is signed inside the transaction of the append and stored by the same commit: nothing that is signed
/// leaves the process before its events are durable, and no events are durable without it.
public struct LogSigner: Sendable {
  /// The log's name; the first line of its checkpoints.
  public var origin: String
  /// The log's key; both the old and the new one for the commit that changes the key.
  public var keys: [SigningKey]
  /// The key that signed until now is lost, and the log says so in the same commit.
  public var isTakingOver: Bool

  public init(origin: String, keys: [SigningKey], isTakingOver: Bool = false) {
    self.origin = origin
    self.keys = keys
    self.isTakingOver = isTakingOver
  }

  /// - Parameter last: the book's latest checkpoint. If somebody changed the log's key meanwhile, a signature with the old
  ///   one would be worth nothing, and is refused.
  package func note(for head: LogHead, after last: SignedNote?) throws(StoreError) -> SignedNote {
    let names = keys.map(\.verifierKey.keyName)
    if let last, !isTakingOver, !last.signatures.contains(where: { names.contains($0.key) }) {
      throw StoreError(.keyChanged, "the key of the log was changed meanwhile; this program still holds the old one")
    }
    do throws(ProofFault) {
      return try SignedNote(
        signing: Checkpoint(origin: origin, size: head.size, root: head.root).text, by: keys)
    } catch {
      throw StoreError(.cannotSign, error.why)
    }
  }
}

/// A checkpoint that somebody relies on: cosigned, stamped, exported or printed. It is kept for ever, while of all others
/// only the latest is: the tree re-makes any root, but not its signature.
public struct KeptCheckpoint: Hashable, Sendable {
  public var note: SignedNote
  /// RFC 3161 time-stamp tokens over the note (with the log's signature only), DER.
  public var tokens: [[UInt8]]

  public init(note: SignedNote, tokens: [[UInt8]] = []) {
    self.note = note
    self.tokens = tokens
  }

  /// Leaves of the tree that it speaks of.
  package var size: Int {
    get throws(StoreError) {
      do throws(ProofFault) { return try Checkpoint(note: note).size } catch {
        throw StoreError(.invalidDraft, "this is no checkpoint: \(error.why)")
      }
    }
  }

  /// A checkpoint is kept only where it belongs: its root is that of this tree at its size.
  package func check(isOf tree: some TreeHashReading) throws(StoreError) {
    let size = try size
    do {
      guard try tree.root(of: size) == Checkpoint(note: note).root else {
        throw StoreError(
          .invalidDraft, "this is a checkpoint of another history: its root is not this log's at \(size)")
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.invalidDraft, "this is a checkpoint of another history: the log has fewer than \(size) events")
    }
  }

  /// Both of one text: the signatures of both, and their tokens. Signatures under another text would be false here.
  package func merged(with other: KeptCheckpoint) throws(StoreError) -> KeptCheckpoint {
    guard note.text.utf8.elementsEqual(other.note.text.utf8) else {
      throw StoreError(.invalidDraft, "this is a checkpoint of another log: its name is not the one that is kept here")
    }
    return KeptCheckpoint(
      note: note.adding(other.note.signatures), tokens: tokens + other.tokens.filter { !tokens.contains($0) })
  }
}

/// What is deleted for good in the transaction of the events that say so.
public struct Erasure: Hashable, Sendable {
  /// Base64 digests of openings of private values.
  public var openings: [String] = []
  /// Positions of lines whose bytes go; their digests keep their places.
  public var lines: [Int] = []
  /// Files whose bytes go.
  public var files: [FileDigest] = []

  public init(openings: [String] = [], lines: [Int] = [], files: [FileDigest] = []) {
    self.openings = openings
    self.lines = lines
    self.files = files
  }

  public var isEmpty: Bool { openings.isEmpty && lines.isEmpty && files.isEmpty }
}

/// A value that is kept beside its line: canonical JSON `{"name":N,"salt":base64 of 16 bytes,"value":V}`.
///
/// digest = SHA-256(opening); the line holds `"private":{N: base64 digest}`
public enum Opening {
  /// As the line of its event names it.
  public static func digest(of bytes: [UInt8]) -> String { LogStoreDigest.entry(of: bytes) }
}
