internal import Agreements
internal import CanonicalJSON
internal import LogStore
public import Projections
internal import SQLiteStore

/// Filing the bytes of exhibits.
extension RecordBook {
  /// What the book knows of a file's bytes already.
  public enum KnownFile: Sendable {
    /// Nobody filed them.
    case new
    /// These events that stand file them, and the bytes are here.
    case filed([LoggedEvent])
    /// These events file them, but the bytes are not here.
    case absent([LoggedEvent])
    /// They were erased; the event says why.
    case erased(position: Int)
  }

  public func knows(_ file: ExhibitFile) throws(TrackerError) -> KnownFile {
    do {
      let digest = file.incoming.digest
      let ledger = try ExhibitLedger(store)
      if let position = ledger.erased[digest] { return .erased(position: position) }
      let events = ledger.standing.filter { $0.filed.sha256 == digest.hex }.map(\.event)
      guard !events.isEmpty else { return .new }
      return try store.storedFiles().contains { $0.digest == digest } ? .filed(events) : .absent(events)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The other exhibits that stand and file the same bytes as an event does: they lose them too if they are erased.
  public func others(filingThatOf position: Int) throws(TrackerError) -> [LoggedEvent] {
    do {
      let ledger = try ExhibitLedger(store)
      guard let own = ledger.filings.first(where: { $0.event.position == position })?.filed.sha256 else { return [] }
      return ledger.standing.filter { $0.event.position != position && $0.filed.sha256 == own }.map(\.event)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Stores the bytes of a file that an event names already: they were missing.
  public func putBack(_ file: ExhibitFile) throws(TrackerError) {
    do {
      try signing.check()
      try store.keep(file.incoming)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Takes the files of a copy that events of this book name, and that were not erased.
  func takeFiles(of source: Source) throws {
    let ledger = try ExhibitLedger(store)
    let listed = ErasureList(folders, origin: signing.origin)
    let stored = try source.storedExhibits()
    for file in try stored.all()
    where ledger.named[file.digest] != nil && ledger.erased[file.digest] == nil && !listed.contains(file.digest.hex) {
      try store.keep(stored.incoming(file))
    }
  }
}
