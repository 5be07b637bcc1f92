import CanonicalJSON
internal import TransparencyLog

/// Rows that are kept current with the log: pure, from the events and nothing else.
///
/// Law: applying a log in batches of any sizes gives the same rows, byte for byte, as applying it event by event. So no
/// clock, no randomness and no unordered iteration.
///
/// An event that a model cannot take in stops it: its rows are those of the events before, whatever the batches were, and
/// its state names the event. The append itself is kept: the log is the record, a model is only a view of it. A stopped
/// model goes on after a rebuild, which follows by itself when its `version` goes up.
public protocol ReadModel: Sendable {
  var name: String { get }
  /// Goes up when the same log would give other rows; older rows are rebuilt then.
  var version: Int { get }

  /// Takes in the next events of the log, in order.
  ///
  /// - Parameter log: the log up to the end of this batch, for events that came earlier.
  func apply(_ events: [StoredLine], to rows: inout ReadModelRows, log: any StreamReading) throws
}

/// A line and where it stands.
public struct StoredLine: Hashable, Sendable {
  public var position: Int
  public var line: [UInt8]

  public init(position: Int, line: [UInt8]) {
    self.position = position
    self.line = line
  }
}

/// The lines of one stream, within the transaction of the append.
public protocol StreamReading {
  func lines(in stream: String) throws(StoreError) -> [StoredLine]
}

public struct ReadModelRow: Hashable, Sendable {
  public var key: String
  public var bytes: [UInt8]

  public init(key: String, bytes: [UInt8]) {
    self.key = key
    self.bytes = bytes
  }
}

/// How far a read model has come.
public struct ReadModelState: Hashable, Sendable {
  public var version: Int
  /// Events taken in.
  public var position: Int
  /// The event that it could not take in, and why; nil = it is current.
  public var stoppedAt: Int?
  public var reason: String?

  public init(version: Int, position: Int, stoppedAt: Int? = nil, reason: String? = nil) {
    self.version = version
    self.position = position
    self.stoppedAt = stoppedAt
    self.reason = reason
  }
}

/// The rows of one read model while a batch is applied: what was changed, over what the engine holds.
public struct ReadModelRows {
  /// Rows that the batch changed; nil = removed.
  public private(set) var changes: [String: [UInt8]?] = [:]
  private let stored: (String) throws -> [UInt8]?

  public init(stored: @escaping (String) throws -> [UInt8]?) { self.stored = stored }

  public func row(_ key: String) throws -> [UInt8]? {
    if let changed = changes[key] { return changed }
    return try stored(key)
  }

  /// - Parameters:
  ///   - key: one or more of `!` to `~` (printable ASCII without space); another key stops the model. So keys have one
  ///     order and one spelling on every engine, and the digest of the rows can be read in one way only.
  ///   - bytes: canonical JSON; nil removes the row.
  public mutating func set(_ key: String, to bytes: [UInt8]?) { changes[key] = .some(bytes) }

  /// The first key that no row can have.
  package var wrongKey: String? {
    changes.keys.filter { $0.isEmpty || !$0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }.min()
  }
}

extension ReadModelRow {
  /// digest = SHA-256 over the rows sorted by the bytes of their keys: key, space, bytes, LF.
  public static func digest(of rows: [ReadModelRow]) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in rows.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      bytes += Array(row.key.utf8)
      bytes.append(0x20)
      bytes += row.bytes
      bytes.append(0x0A)
    }
    return LogDigest.sha256(bytes)
  }
}
