public import CanonicalJSON
public import TransparencyLog

/// A log that can be added to. One contract; every engine passes the same suite.
///
/// - `append` is all or nothing and durable when it returns.
/// - Positions have no gap and are in commit order.
/// - It is idempotent by event id, whatever the expectation says: same id and same content gives the original positions;
///   same id and other content, or a batch that is known in part, is `id-conflict`, and nothing is written.
/// - With a signer, each commit bears a checkpoint over the tree with its events.
public protocol LogStoring: LogReading, TreeHashReading {
  /// Adds events. `previous`, `streamVersion`, `recordedAt`, salts and digests are filled in here, under the lock.
  ///
  /// - Parameters:
  ///   - expected: what the caller believes of each stream; streams that are not named may be at any version.
  ///   - isClockTrusted: take the clock's word even if it is far behind the last event.
  ///   - erasing: what is deleted in the same transaction, because these events say so.
  func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure
  ) throws(StoreError) -> Appended

  /// Takes finished lines unchanged, into an empty store or behind an identical prefix. Returns how many were new.
  ///
  /// Where a line was left out (`{"entry":…}`), the digest stands for it; whether that is allowed the caller has decided.
  /// - Parameter openings: of private values of these lines; one that no line names is refused.
  func restore(_ lines: [[UInt8]], openings: [[UInt8]]) throws(StoreError) -> Int

  /// 0 if there is no such stream.
  func version(of stream: String) throws(StoreError) -> Int64

  func position(of id: EventID) throws(StoreError) -> Int?

  /// Positions of a stream's events, in order.
  func positions(in stream: String) throws(StoreError) -> [Int]

  /// The openings of the private values of one event: canonical JSON `{"name","salt","value"}`.
  func openings(at position: Int) throws(StoreError) -> [[UInt8]]

  /// All openings, in the order of their events and, within an event, of their digests.
  func forEachOpening(_ body: (_ position: Int, _ opening: [UInt8]) throws -> Void) throws

  // MARK: Checkpoints

  /// From now on each commit through this store bears a checkpoint; nil = none does.
  func use(_ signer: LogSigner?)

  /// The latest checkpoint that was signed; nil = none was. It may cover less than the log: somebody without the log's key
  /// may record.
  func checkpoint() throws(StoreError) -> SignedNote?

  /// Signs the head as it is now, without an event; the same again if it is signed already.
  func signHead() throws(StoreError) -> SignedNote

  /// Keeps a checkpoint for ever; of one that is kept already, signatures and tokens are added.
  func keep(_ checkpoint: KeptCheckpoint) throws(StoreError)

  /// By size.
  func keptCheckpoints() throws(StoreError) -> [KeptCheckpoint]

  // MARK: Read models

  /// The rows of a read model whose keys begin with `prefix`, sorted by key.
  func rows(of model: String, prefix: String) throws(StoreError) -> [ReadModelRow]

  /// How far a read model has come, and whether it stopped.
  func state(of model: String) throws(StoreError) -> ReadModelState?

  /// Builds a read model anew, beside the old rows, in pages of so many events, and swaps it in whole.
  func rebuild(_ model: any ReadModel, pageSize: Int) throws(StoreError)
}

extension LogStoring {
  public func append(_ drafts: [EventDraft], expected: [String: StreamExpectation] = [:]) throws(StoreError) -> Appended
  {
    try append(drafts, expected: expected, isClockTrusted: false, erasing: Erasure())
  }

  public func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool
  ) throws(StoreError) -> Appended {
    try append(drafts, expected: expected, isClockTrusted: isClockTrusted, erasing: Erasure())
  }

  public func restore(_ lines: [[UInt8]]) throws(StoreError) -> Int { try restore(lines, openings: []) }
}

/// An event as its author gives it; the store adds what binds it into the log.
public struct EventDraft: Hashable, Sendable {
  public var id: EventID
  public var stream: String
  public var type: String
  public var version: Int64
  public var recordedBy: String
  /// The members of meaning: `assertedBy`, `basis`, `data`, `note`, `sources`, `visibility`, `when`.
  public var meaning: JSONObject
  /// Values that go beside the line, by name.
  public var privateValues: JSONObject

  public init(
    id: EventID, stream: String, type: String, version: Int64 = 1, recordedBy: String, meaning: JSONObject,
    privateValues: JSONObject = JSONObject()
  ) {
    self.id = id
    self.stream = stream
    self.type = type
    self.version = version
    self.recordedBy = recordedBy
    self.meaning = meaning
    self.privateValues = privateValues
  }
}

/// What the author of an append believes of a stream.
public enum StreamExpectation: Hashable, Sendable {
  case noStream
  case exact(Int64)
  case any
}

/// What became of an append.
public struct Appended: Hashable, Sendable {
  /// Where the events stand, in the order given.
  public var positions: [Int]
  /// They were there before; nothing was written.
  public var wasThere: Bool

  public init(positions: [Int], wasThere: Bool) {
    self.positions = positions
    self.wasThere = wasThere
  }
}

/// The clock and the source of randomness. Only tests give others than the system's.
public struct LogEnvironment: Sendable {
  public var now: @Sendable () -> Instant
  /// So many bytes that nobody can guess.
  public var random: @Sendable (Int) -> [UInt8]

  public init(now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (Int) -> [UInt8]) {
    self.now = now
    self.random = random
  }
}
