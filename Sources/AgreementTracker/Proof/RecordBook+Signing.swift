public import Agreements
import CanonicalJSON
public import LogStore
internal import SQLiteStore
internal import Synchronization
public import TransparencyLog

/// Who signs a book, and whether it may be signed: settled once when it is opened.
final class Signing: Sendable {
  private struct State {
    var identity: LogIdentity
    var guardian: LogGuard?
    var refusal: TrackerError?
    var hasKey = false
    var notices: [String] = []
  }

  private let state: Mutex<State>

  /// Compares the book with what was seen, and hands the log's key to the store if this user has it.
  init(_ store: SQLiteLog, folders: UserFolders, path: String) throws {
    var state = State(identity: try LogIdentity(store))
    if let origin = state.identity.origin {
      let guardian = LogGuard(folders, origin: origin)
      state.guardian = guardian
      try Self.look(at: store, guardian, path, &state)
      if state.refusal == nil, let current = state.identity.current, let key = try KeyRing(folders).key(current) {
        store.use(LogSigner(origin: origin, keys: [key]))
        state.hasKey = true
      }
    }
    self.state = Mutex(state)
  }

  /// Only a checkpoint of this very book, signed by a key that the log has had, may become what was seen: any other would
  /// bar the right book, and be in the place of what gives the wrong one away.
  private static func isGenuine(_ note: SignedNote, _ store: SQLiteLog, _ identity: LogIdentity) throws -> Bool {
    let head = try Checkpoint(note: note)
    guard head.origin == identity.origin, try head.size <= store.size(), try store.root(of: head.size) == head.root
    else { return false }
    return (try? note.verified(by: identity.keys.map(\.key))) != nil
  }

  private static func look(at store: SQLiteLog, _ guardian: LogGuard, _ path: String, _ state: inout State) throws {
    let checkpoint = try store.checkpoint()
    let finding = try guardian.compare(store)
    if let checkpoint, finding == .nothingSeen || finding == .contained,
      try !isGenuine(checkpoint, store, state.identity)
    {
      state.refusal = TrackerError(
        .damaged,
        "the book's last checkpoint is not of this book, or not signed by a key that the book names. Nothing was added, "
          + "and nothing is signed",
        place: path, next: "Look closer:  tracker verify \(path)")
      return
    }
    switch finding {
    case .nothingSeen:
      guard let checkpoint else { return }
      try guardian.move(to: checkpoint)
      let size = try Checkpoint(note: checkpoint).size
      state.notices.append(
        "This log was not seen on this machine before; its checkpoint over \(size) events is now remembered here.")
    case .contained: if let checkpoint { try guardian.move(to: checkpoint) }
    case .rolledBack(let seen):
      state.refusal = TrackerError(
        .damaged,
        "this book has \(try store.size()) events, but \(seen.size) were seen here before: an older copy was put in its "
          + "place. Nothing was added, and nothing is signed",
        place: path,
        next: "Bring it up to what was seen from a later copy:  tracker recover --book \(path) --from COPY")
    case .forked(let seen):
      state.refusal = TrackerError(
        .damaged,
        "this book does not contain the \(seen.size) events that were seen here before under the same name: it is another "
          + "history. Nothing was added, and nothing is signed",
        place: path,
        next: "Keep this file, and bring back the right one:  tracker recover --book \(path) --from COPY")
    }
  }

  /// Refuses to go on where the book is not the one that was seen.
  func check() throws(TrackerError) {
    if let refusal = state.withLock({ $0.refusal }) { throw refusal }
  }

  /// A book that was just made.
  func begin(_ origin: String, _ key: SigningKey, _ store: SQLiteLog, _ folders: UserFolders) throws {
    let guardian = LogGuard(folders, origin: origin)
    let identity = try LogIdentity(store)
    state.withLock {
      $0.identity = identity
      $0.guardian = guardian
      $0.hasKey = true
    }
    if let checkpoint = try store.checkpoint() { try guardian.move(to: checkpoint) }
  }

  /// After the log's own stream changed, or the refusal was cured.
  func settle(_ store: SQLiteLog, hasKey: Bool) throws {
    let identity = try LogIdentity(store)
    state.withLock {
      $0.identity = identity
      $0.refusal = nil
      $0.hasKey = hasKey
    }
  }

  /// Moves the guard after a commit.
  func remember(_ store: SQLiteLog) throws {
    let (guardian, identity) = state.withLock { ($0.guardian, $0.identity) }
    guard let guardian, let checkpoint = try store.checkpoint(), try Self.isGenuine(checkpoint, store, identity) else {
      return
    }
    try guardian.move(to: checkpoint)
  }

  var identity: LogIdentity { state.withLock { $0.identity } }
  var origin: String? { state.withLock { $0.identity.origin } }
  var hasKey: Bool { state.withLock { $0.hasKey } }
  var guardian: LogGuard? { state.withLock { $0.guardian } }

  /// Something that its user should be told.
  func say(_ notice: String) { state.withLock { $0.notices.append(notice) } }

  /// What is said once.
  func takeNotices() -> [String] {
    state.withLock {
      let notices = $0.notices
      $0.notices = []
      return notices
    }
  }
}

extension RecordBook {
  /// What the log says of itself.
  public var identity: LogIdentity { signing.identity }

  /// What its user should be told once.
  public var notices: [String] { signing.takeNotices() }

  /// Adds to the store and moves the guard.
  func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation] = [:], isClockTrusted: Bool = false,
    erasing: Erasure = Erasure(), files: [IncomingFile] = []
  ) throws(StoreError) -> Appended {
    let appended = try store.append(
      drafts, expected: expected, isClockTrusted: isClockTrusted, erasing: erasing, files: files)
    if !appended.wasThere { rememberHead() }
    return appended
  }

  /// Adds many events in pages, so that the lines of all of them are never held.
  func appendLong(_ proposals: [Proposal], expected: [String: StreamExpectation], isClockTrusted: Bool) throws
    -> Appended
  {
    let positions = try store.appendLong(expected: expected, isClockTrusted: isClockTrusted, modelPage: 50_000) {
      pages in
      for start in stride(from: 0, to: proposals.count, by: Self.page) {
        try pages.add(proposals[start..<min(start + Self.page, proposals.count)].map(\.draft))
      }
    }
    rememberHead()
    return Appended(positions: Array(positions), wasThere: false)
  }

  /// Moves the guard after a commit. The events are durable; a guard that cannot be written is behind the book, which is
  /// normal.
  func rememberHead() {
    do { try signing.remember(store) } catch {
      let why = (error as? TrackerError)?.what ?? "\(error)"
      signing.say("The events are added, but what was seen of this log could not be remembered: \(why)")
    }
  }

  /// The latest checkpoint; what is not signed yet is signed if this user has the key. Whoever asks for it may give it away,
  /// so it is kept for ever.
  public func checkpoint() throws(TrackerError) -> SignedNote {
    do {
      try signing.check()
      guard try store.size() > 0 else {
        throw TrackerError(.badData, "a log without events has nothing to sign", place: path)
      }
      let note: SignedNote
      if signing.hasKey {
        note = try store.signHead()
        try signing.remember(store)
      } else if let last = try store.checkpoint() {
        note = last
      } else {
        throw TrackerError(
          .badData, "this log has no checkpoint, and its key is not on this machine", place: path,
          next: signing.identity.current == nil
            ? "Give it a key:  tracker key rotate --book \(path)" : "Whoever holds its key runs:  tracker checkpoint")
      }
      try store.keep(KeptCheckpoint(note: note))
      // A cosigned or stamped checkpoint of the same tree has more signatures.
      let size = try Checkpoint(note: note).size
      return try store.keptCheckpoints().first { try Checkpoint(note: $0.note).size == size }?.note ?? note
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The checkpoint over the first events, signed by the key that the log had then; it is kept.
  public func checkpoint(at size: Int) throws(TrackerError) -> SignedNote {
    do {
      try signing.check()
      guard size > 0, try size <= store.size() else {
        throw TrackerError(
          .badData, "the log has \(try store.size()) events, so it has no checkpoint over \(size)", place: path)
      }
      guard let origin = signing.origin, let verifier = signing.identity.key(at: size),
        let key = try KeyRing(folders).key(verifier)
      else {
        throw TrackerError(.badData, "the key that the log had with \(size) events is not on this machine", place: path)
      }
      let head = LogHead(size: size, root: try store.root(of: size))
      let note = try LogSigner(origin: origin, keys: [key]).note(for: head, after: nil)
      try store.keep(KeptCheckpoint(note: note))
      return try store.keptCheckpoints().first { try Checkpoint(note: $0.note).size == size }?.note ?? note
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Checkpoints that somebody relies on, by size.
  public func keptCheckpoints() throws(TrackerError) -> [KeptCheckpoint] {
    do { return try store.keptCheckpoints() } catch { throw TrackerError(error, in: path) }
  }

  /// Keeps a checkpoint of this log that came back with more signatures, or with a time-stamp.
  func keep(_ checkpoint: KeptCheckpoint) throws(TrackerError) {
    do { try store.keep(checkpoint) } catch { throw TrackerError(error, in: path) }
  }

  /// Gives the log another key. The first checkpoint that covers the change is signed by both, where the old one is here.
  ///
  /// - Parameter reason: required where the old key is lost: who confirmed it.
  /// - Returns: the new verifier key.
  public func rotateKey(reason: String?, assertedBy party: PartyKey, recordedBy: String) throws(TrackerError)
    -> VerifierKey
  {
    do {
      try signing.check()
      guard let origin = signing.origin else {
        throw TrackerError(.badData, "the log does not say its origin, so it cannot have a key", place: path)
      }
      let old = signing.identity.current
      let oldKey: SigningKey?
      if let old { oldKey = try KeyRing(folders).key(old) } else { oldKey = nil }
      if old != nil, oldKey == nil, reason == nil {
        throw TrackerError(
          .badData, "the log's old key is not on this machine, so nobody confirms the new one with it", place: path,
          next: "Say why, and who confirmed it:  tracker key rotate --reason \"the old key was lost; confirmed by …\"")
      }
      let key = try KeyRing(folders).make(origin, type: .ed25519, environment: environment)
      let statement = Statement(
        assertedBy: .init(party: party), basis: .ownKnowledge,
        body: .keyRotated(KeyRotated(old: old?.text ?? "", new: key.verifierKey.text, reason: reason)))
      let draft = Proposal(id: freshID(), stream: .log, statement: statement, recordedBy: recordedBy).draft
      store.use(
        LogSigner(origin: origin, keys: [oldKey, key].compactMap { $0 }, isTakingOver: oldKey == nil))
      do {
        _ = try append([draft])
      } catch {
        // The log still has its old key.
        store.use(oldKey.map { LogSigner(origin: origin, keys: [$0]) })
        throw error
      }
      defer { store.use(LogSigner(origin: origin, keys: [key])) }
      try store.keep(KeptCheckpoint(note: try store.signHead()))
      try signing.settle(store, hasKey: true)
      try signing.remember(store)
      return key.verifierKey
    } catch {
      throw TrackerError(error, in: path)
    }
  }
}
