public import CanonicalJSON
internal import Foundation
internal import GRDB
public import LogStore
internal import Synchronization
internal import TransparencyLog

/// A record book: the log in one SQLite file, `NAME.tracker`.
///
/// Durable means synced: the writing connection runs in WAL mode with `synchronous=FULL`, both read back after opening,
/// because NORMAL loses acknowledged events when the power fails. One commit is one sync. At rest the file is a plain
/// database without a WAL beside it, so that it can be copied, mailed, and read from a folder that cannot be written.
public final class SQLiteLog: FileStoring {
  public let path: String
  let queue: DatabaseQueue
  let models: [any ReadModel]
  let environment: LogEnvironment
  let isReadOnly: Bool
  /// Seconds to wait for somebody else who is writing.
  let patience: Double
  let writers = WaitingWriters()
  let signer = Mutex<LogSigner?>(nil)
  /// The `user_version` of the file; an older one only where it is read.
  let format: Int32
  private let isClosed = Mutex(false)

  /// What to do with a file that is not there.
  public enum Opening: Sendable {
    case readOnly
    case existing
    /// Only where no file is yet.
    case new
  }

  /// Lines that are copied out of the database at a time, so that nothing is held while a caller works on them.
  private static let pageSize = 2_000

  /// - Parameter patience: seconds to wait for somebody else who is writing.
  public convenience init(
    path: String, opening: Opening, environment: LogEnvironment = .system, readModels: [any ReadModel] = [],
    patience: Double = 10
  ) throws(StoreError) {
    try self.init(
      path: path, opening: opening, environment: environment, readModels: readModels, patience: patience, vfs: nil,
      isSynced: true)
  }

  /// With a file system of its own, and without syncs, only for the tests of faults.
  package init(
    path: String, opening: Opening, environment: LogEnvironment, readModels: [any ReadModel], patience: Double = 10,
    vfs: String?, isSynced: Bool
  ) throws(StoreError) {
    self.path = path
    self.environment = environment
    self.patience = patience
    models = readModels
    isReadOnly = opening == .readOnly
    let file = BookFile(path: path, patience: patience, vfs: vfs)
    switch opening {
    case .readOnly: (queue, format) = try file.openForReading()
    case .existing: (queue, format) = (try file.openForWriting(isSynced: isSynced), BookSchema.version)
    case .new: (queue, format) = (try file.create(isSynced: isSynced), BookSchema.version)
    }
    guard !isReadOnly else { return }
    do throws(StoreError) {
      for model in readModels { try catchUp(model) }
    } catch {
      if opening == .new { file.remove() }
      throw error
    }
  }

  /// Empties the WAL into the book, so that one plain file is left. Another process that holds the book keeps the WAL; so
  /// does a disk that fails: then the `-wal` beside the book is a part of it, and the next who opens it for writing
  /// tidies up. Closing twice does nothing.
  public func close() throws(StoreError) {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    do {
      if !isReadOnly {
        try queue.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA busy_timeout = 0")
          _ = try? Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
          _ = try? String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
        }
      }
      try queue.close()
    } catch {
      throw Self.typed(error, path)
    }
  }

  func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try queue.read(body) } catch { throw Self.typed(error, path) }
  }

  // MARK: Reading

  public func size() throws(StoreError) -> Int {
    try read { try BookSession($0).size() }
  }

  public func head() throws(StoreError) -> LogHead {
    try read { db in
      let frontier = try BookSession(db).frontier()
      return LogHead(size: frontier.size, root: frontier.root)
    }
  }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    guard start >= 0 else { throw StoreError.noSuchEvent(start) }
    var next = start
    var left = limit ?? Int.max
    var page = LinePage()
    while left > 0 {
      let (from, count) = (next, min(left, Self.pageSize))
      try read { try BookSession($0).fill(&page, from: from, count: count) }
      guard try page.forEachLine(body), page.count == count, let last = page.lastPosition else { return }
      next = last + 1
      left -= count
    }
  }

  public func forEachLine(
    matching query: LogQuery, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    if query.order == .forward, let start = query.start, start < 0 { throw StoreError.noSuchEvent(start) }
    var left = query.limit ?? Int.max
    var next = query.start
    var scanner = LineScanner()
    while left > 0 {
      let page = try read { try BookSession($0).lines(matching: query, from: next, count: Self.pageSize) }
      for stored in page where try query.takesAll || query.takes(stored, &scanner) {
        guard try stored.line.withUnsafeBufferPointer({ try body(stored.position, $0) }) else { return }
        left -= 1
        if left == 0 { return }
      }
      guard page.count == Self.pageSize, let last = page.last else { return }
      next = query.order == .forward ? last.position + 1 : last.position - 1
    }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    try read { db in
      let session = BookSession(db)
      return try positions.map { position in
        guard let line = try session.line(at: position) else { throw StoreError.noSuchEvent(position) }
        return line
      }
    }
  }

  public func version(of stream: String) throws(StoreError) -> Int64 {
    try read { try BookSession($0).streamHead(stream)?.version ?? 0 }
  }

  public func position(of id: EventID) throws(StoreError) -> Int? {
    try read { try BookSession($0).position(of: id) }
  }

  public func positions(in stream: String) throws(StoreError) -> [Int] {
    try read { try BookSession($0).positions(in: stream, after: 0) }
  }

  public func openings(at position: Int) throws(StoreError) -> [[UInt8]] {
    try read { try BookSession($0).openings(of: position) }
  }

  public func forEachOpening(_ body: (_ position: Int, _ opening: [UInt8]) throws -> Void) throws {
    var place = (number: 0, digest: "")
    while true {
      let page = try read { try BookSession($0).openings(after: place, count: Self.pageSize) }
      for opening in page { try body(opening.number - 1, opening.bytes) }
      guard page.count == Self.pageSize, let last = page.last else { return }
      place = (last.number, last.digest)
    }
  }
}
