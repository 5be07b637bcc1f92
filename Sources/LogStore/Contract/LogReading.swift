import CanonicalJSON

/// What can be read from a log, whatever holds it: a book, a JSON Lines file, an engine in memory.
///
/// Positions count from 0, have no gap and are in commit order. A reader that has seen position p never later sees a
/// new event at or below p.
public protocol LogReading: Sendable {
  /// How many lines the log has.
  func size() throws(StoreError) -> Int

  /// The size and the RFC 6962 root over the entry digests of all lines.
  func head() throws(StoreError) -> LogHead

  /// Calls `body` with each line from position `start` on, in order, until it returns false or `limit` is reached.
  /// Behind the end there is nothing; below 0 there is no position.
  ///
  /// The bytes are those of the line without its LF. They are borrowed: they must not be kept beyond the call.
  func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws

  /// Calls `body` with each line that a query takes, in its order, until it returns false.
  func forEachLine(
    matching query: LogQuery, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws

  /// The lines at these positions, in the order asked for.
  func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]]

  /// About how many lines there are, known without reading any; only a hint for how much room to ask for.
  var roughSize: Int { get }

  /// Do an LF and `LineCursor.room` more bytes that may be looked at stand behind each line that `forEachLine(from:limit:)`
  /// hands out? Then the line can be read where it lies.
  var linesAreFramed: Bool { get }
}

/// The size of a log and the root of its tree.
public struct LogHead: Hashable, Sendable {
  public var size: Int
  /// 32 bytes; SHA-256 of nothing for an empty log.
  public var root: [UInt8]

  public init(size: Int, root: [UInt8]) {
    self.size = size
    self.root = root
  }

  /// The root as papers and JSON print it.
  public var rootText: String { Base64.encode(root) }
}

extension LogReading {
  public func forEachLine(_ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool) throws {
    try forEachLine(from: 0, limit: nil, body)
  }

  public var roughSize: Int { 0 }
  public var linesAreFramed: Bool { false }

  public func line(at position: Int) throws(StoreError) -> [UInt8] {
    try lines(at: [position])[0]
  }
}
