public import Agreements
internal import CanonicalJSON
internal import LogStore
public import Projections
internal import TransparencyLog

/// An exhibit as its event files it, and what this copy of the log has of its file.
public struct Exhibit: Sendable {
  public enum State: String, Sendable {
    /// The bytes are here.
    case stored
    /// The event names a file that this copy does not have.
    case absent
    /// An event says that the bytes were deleted for good.
    case erased
    /// The event names no file: a paper, or one that was never given.
    case none
  }

  /// What a check of the bytes found.
  public enum Finding: String, Sendable {
    case whole, changed, absent, erased, none
  }

  public var key: ExhibitKey
  /// With corrections applied.
  public var event: LoggedEvent
  public var filed: ExhibitFiled
  public var state: State

  /// The ending that a copy of it gets: one of its type, and never one that a system would run.
  public var safeName: String { "\(key.rawValue).\(MediaType.safeEnding(filed.mediaType))" }
  /// May a copy be handed to the program that shows such files? Not if it may hold instructions of its own.
  public var isHarmless: Bool { MediaType.isHarmless(filed.mediaType) }

  var digest: FileDigest? { filed.sha256.flatMap { FileDigest(hex: $0) } }
}

extension Source {
  /// The exhibits of a log, in the order in which they were filed.
  public func exhibits() throws(TrackerError) -> [Exhibit] {
    do {
      let ledger = try ExhibitLedger(log)
      let stored = Set(try storedExhibits().all().map(\.digest))
      return ledger.standing.compactMap { event, filed in
        guard case .exhibit(let key) = event.stream else { return nil }
        let digest = filed.sha256.flatMap { FileDigest(hex: $0) }
        let state: Exhibit.State =
          if let digest {
            stored.contains(digest) ? .stored : ledger.erased[digest] != nil ? .erased : .absent
          } else {
            .none
          }
        return Exhibit(key: key, event: event, filed: filed, state: state)
      }
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// One exhibit by its key or its label.
  public func exhibit(_ name: String) throws(TrackerError) -> Exhibit {
    let all = try exhibits()
    if let exact = all.first(where: { $0.key.rawValue == name }) { return exact }
    let labelled = all.filter { $0.filed.exhibit.utf8.elementsEqual(name.utf8) }
    if labelled.count == 1 { return labelled[0] }
    throw TrackerError(
      .badData, "there is no exhibit “\(name.prefix(60))” in this log", place: self.name,
      next: "See them all:  tracker exhibit list")
  }

  /// Checks the stored bytes of exhibits against the digests that their events name.
  ///
  /// - Returns: each exhibit with what was found, and the digests of stored files that no event names.
  public func checkExhibits(_ exhibits: [Exhibit]) throws(TrackerError) -> (
    findings: [(exhibit: Exhibit, finding: Exhibit.Finding)], surplus: [String]
  ) {
    do {
      let stored = try storedExhibits()
      let files = Dictionary(try stored.all().map { ($0.digest, $0) }) { first, _ in first }
      var known: [FileDigest: Bool] = [:]
      var findings: [(Exhibit, Exhibit.Finding)] = []
      for exhibit in exhibits {
        guard let digest = exhibit.digest, let file = files[digest] else {
          findings.append((exhibit, exhibit.state == .erased ? .erased : exhibit.state == .none ? .none : .absent))
          continue
        }
        let isWhole = try known[digest] ?? stored.isWhole(file)
        known[digest] = isWhole
        // A size that the event names is a part of what was filed.
        let isSize = exhibit.filed.bytes == nil || exhibit.filed.bytes == Int64(file.size)
        findings.append((exhibit, isWhole && isSize ? .whole : .changed))
      }
      let named = try ExhibitLedger(log).named
      return (findings, files.keys.filter { named[$0] == nil }.sorted().map(\.hex))
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// Gives the bytes of an exhibit in pieces.
  ///
  /// - Throws: before the first piece, where they are not here, or not those that were filed.
  public func read(_ exhibit: Exhibit, _ body: (UnsafeRawBufferPointer) throws -> Void) throws(TrackerError) {
    do {
      guard exhibit.state == .stored, let digest = exhibit.digest else {
        let why =
          switch exhibit.state {
          case .erased: "the file of exhibit “\(exhibit.key)” was erased"
          case .none: "exhibit “\(exhibit.key)” was filed without a file"
          default: "the file of exhibit “\(exhibit.key)” is not in this copy"
          }
        throw TrackerError(
          .missing, why, place: name,
          next: exhibit.state == .absent ? "If you have it, file it again:  tracker record exhibit FILE" : "")
      }
      let stored = try storedExhibits()
      // Hashed before anything is handed on: half of a changed paper on somebody's screen would be believed.
      var hash = RunningDigest()
      try stored.forEachPiece(of: digest) { piece in
        hash.update(piece)
        return true
      }
      guard hash.finalize() == digest.bytes else {
        throw TrackerError(
          .damaged, "the stored file of exhibit “\(exhibit.key)” is not the one that was filed", place: name,
          next: "Look for it in a backup:  tracker exhibit check --book BACKUP")
      }
      try stored.forEachPiece(of: digest) { piece in
        try body(piece)
        return true
      }
    } catch {
      throw TrackerError(error, in: name)
    }
  }
}
