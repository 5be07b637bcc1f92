internal import GRDB
public import LogStore
internal import Synchronization
public import TransparencyLog

/// The checkpoints of a book, and the hashes from which proofs are made.
extension SQLiteLog {
  public func use(_ signer: LogSigner?) { self.signer.withLock { $0 = signer } }

  public func checkpoint() throws(StoreError) -> SignedNote? {
    guard format > 1 else { return nil }
    return try read { try BookSession($0).checkpoint() }
  }

  public func signHead() throws(StoreError) -> SignedNote {
    guard let signer = signer.withLock({ $0 }) else {
      if let checkpoint = try checkpoint(), try KeptCheckpoint(note: checkpoint).size == size() { return checkpoint }
      throw StoreError.noSigner
    }
    _ = try write { session throws(StoreError) in
      let last = try session.checkpoint()
      if let last, try KeptCheckpoint(note: last).size == session.size() {
        return Appended(positions: [], wasThere: true)
      }
      try session.sign(by: signer)
      return Appended(positions: [], wasThere: true)
    }
    guard let checkpoint = try checkpoint() else { throw StoreError.noSigner }
    return checkpoint
  }

  public func keep(_ checkpoint: KeptCheckpoint) throws(StoreError) {
    _ = try write { session throws(StoreError) in
      try session.keep(checkpoint)
      return Appended(positions: [], wasThere: true)
    }
  }

  public func keptCheckpoints() throws(StoreError) -> [KeptCheckpoint] {
    guard format > 1 else { return [] }
    return try read { try BookSession($0).keptCheckpoints() }
  }

  /// Takes over a checkpoint of this very tree as the latest one: a copy came with it.
  package func adopt(_ note: SignedNote) throws(StoreError) {
    _ = try write { session throws(StoreError) in
      try KeptCheckpoint(note: note).check(isOf: BookTree(session: session))
      try session.adopt(note)
      return Appended(positions: [], wasThere: true)
    }
  }

  public func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]] {
    guard format > 1 || level == 0 else {
      throw StoreError(
        .notABook, "\(path) is a book of an older format that keeps no hashes; adding to it brings it up to date")
    }
    return try read { try BookSession($0).keptHashes(level: level, in: range) }
  }
}
