public import CanonicalJSON
internal import Foundation
internal import GRDB
public import LogStore
internal import TransparencyLog

/// A record book: the log in one SQLite file, `NAME.tracker`.
///
/// Durable means synced: the writing connection runs in WAL mode with `synchronous=FULL`, read back after opening,
/// because NORMAL loses acknowledged events when the power fails. One commit is one sync. At rest the file is a plain
/// database without a WAL beside it, so that it can be copied, mailed, and read from a folder that cannot be written.
public final class SQLiteLog: LogStoring {
  public let path: String
  private let queue: DatabaseQueue
  private let models: [any ReadModel]
  private let environment: LogEnvironment
  private let isReadOnly: Bool

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
    models = readModels
    isReadOnly = opening == .readOnly
    let exists = access(path, F_OK) == 0
    if opening == .new, exists { throw StoreError(.cannotWrite, "\(path) is there already") }
    if opening != .new, !exists { throw StoreError(.noSuchFile, "there is no book \(path)") }
    do {
      var configuration = Configuration()
      configuration.readonly = opening == .readOnly
      configuration.busyMode = .timeout(patience)
      configuration.label = "book"
      let name = vfs.map { "file:\(path)?vfs=\($0)" } ?? path
      queue = try DatabaseQueue(path: name, configuration: configuration)
      if opening == .readOnly {
        try queue.read { db in try BookSchema.prepare(db, path: path, mayCreate: false) }
      } else {
        try queue.writeWithoutTransaction { db in
          try db.inTransaction(.immediate) {
            try BookSchema.prepare(db, path: path, mayCreate: opening == .new)
            return .commit
          }
          try Self.makeDurable(db, path: path, isSynced: isSynced)
        }
        for model in readModels { try catchUp(model) }
      }
    } catch {
      if opening == .new, !exists { unlink(path) }
      throw Self.typed(error, path)
    }
  }

  private static func makeDurable(_ db: Database, path: String, isSynced: Bool) throws {
    _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
    try db.execute(sql: "PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
    try db.execute(sql: "PRAGMA foreign_keys = ON")
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
    guard synchronous == 2 || !isSynced else {
      throw StoreError(
        .cannotWrite, "\(path): the database does not sync its commits (synchronous = \(synchronous ?? -1))")
    }
  }

  /// Empties the WAL into the book, so that one plain file is left. Another process that holds the book keeps the WAL.
  public func close() throws(StoreError) {
    guard !isReadOnly else { return }
    do {
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        _ = try? Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        _ = try? String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
      }
      try queue.close()
    } catch {
      throw Self.typed(error, path)
    }
  }

  // MARK: Errors

  static func typed(_ error: any Error, _ path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return StoreError(.cannotRead, "\(path): \(error)") }
    let words = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(.busy, "somebody else is adding to \(path) and did not finish in time")
    case .SQLITE_FULL: return StoreError(.diskFull, "the disk is full; nothing was added to \(path)")
    case .SQLITE_READONLY, .SQLITE_PERM: return StoreError(.readOnly, "\(path) cannot be written: \(words)")
    case .SQLITE_CANTOPEN: return StoreError(.cannotRead, "\(path) cannot be opened: \(words)")
    case .SQLITE_NOTADB: return StoreError(.notABook, "\(path) is no record book of tracker")
    case .SQLITE_CORRUPT: return StoreError(.damaged, "\(path) is damaged: \(words)")
    case .SQLITE_IOERR: return StoreError(.cannotWrite, "\(path): the disk gave an error: \(words)")
    default: return StoreError(.cannotWrite, "\(path): \(words)")
    }
  }

  private func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try queue.read(body) } catch { throw Self.typed(error, path) }
  }

  // MARK: Reading

  public func size() throws(StoreError) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT size FROM tree") ?? 0 }
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
    var next = start
    var left = limit ?? Int.max
    while left > 0 {
      let (from, count) = (next, min(left, Self.pageSize))
      let page = try read { try BookSession($0).lines(from: from, count: count) }
      for stored in page {
        guard try stored.line.withUnsafeBufferPointer({ try body(stored.position, $0) }) else { return }
      }
      guard page.count == count, let last = page.last else { return }
      next = last.position + 1
      left -= page.count
    }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    try read { db in
      let session = BookSession(db)
      return try positions.map { position in
        guard let line = try session.line(at: position) else {
          throw StoreError(.noSuchPosition, "there is no event \(position + 1)", position: position)
        }
        return line
      }
    }
  }

  public func version(of stream: String) throws(StoreError) -> Int64 {
    try read { try BookSession($0).streamHead(stream)?.version ?? 0 }
  }

  public func position(of id: EventID) throws(StoreError) -> Int? {
    try read { try BookSession($0).known(id)?.position }
  }

  public func positions(in stream: String) throws(StoreError) -> [Int] {
    try read { try BookSession($0).positions(in: stream, after: 0) }
  }

  public func openings(at position: Int) throws(StoreError) -> [[UInt8]] {
    try read { try BookSession($0).openings(of: position) }
  }

  // MARK: Writing

  public func append(_ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool)
    throws(StoreError) -> Appended
  {
    try write { db in
      let session = BookSession(db)
      let plan = try AppendPlan.make(
        drafts, expected: expected, isClockTrusted: isClockTrusted, lastRecordedAt: try session.lastRecordedAt(),
        lookups: session, environment: self.environment)
      switch plan {
      case .alreadyThere(let positions): return Appended(positions: positions, wasThere: true)
      case .write(let lines):
        let first = try session.add(lines, models: self.models)
        return Appended(positions: Array(first..<first + lines.count), wasThere: false)
      }
    }
  }

  public func restore(_ lines: [[UInt8]]) throws(StoreError) -> Int {
    try write { db in
      let session = BookSession(db)
      let size = try session.frontier().size
      let plan = try RestorePlan(
        lines, size: size,
        line: { position throws(StoreError) in try session.line(at: position) ?? [] },
        head: { stream throws(StoreError) in try session.streamHead(stream) },
        isKnown: { id throws(StoreError) in try session.known(id) != nil })
      _ = try session.add(plan.lines, models: self.models)
      return plan.lines.count
    }
  }

  private func write<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    guard !isReadOnly else { throw StoreError(.readOnly, "\(path) is open for reading only") }
    do {
      return try queue.writeWithoutTransaction { db in
        var result: T?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        guard let result else { preconditionFailure("a transaction that ended without an error has a result") }
        return result
      }
    } catch {
      throw Self.typed(error, path)
    }
  }

  // MARK: Read models

  public func rows(of model: String, prefix: String) throws(StoreError) -> [ReadModelRow] {
    try read { try BookSession($0).rows(of: model, prefix: prefix) }
  }

  public func state(of model: String) throws(StoreError) -> ReadModelState? {
    try read { try BookSession($0).state(of: model) }
  }

  public func rebuild(_ model: any ReadModel, pageSize: Int) throws(StoreError) {
    try write { db in
      let session = BookSession(db)
      let size = try session.frontier().size
      let (rows, state) = ReadModelBuild.all(model, size: size, pageSize: pageSize, log: session) { position in
        try session.line(at: position) ?? []
      }
      try session.replace(model.name, rows: rows, state: state)
    }
  }

  /// A book that another version of the program wrote may hold older rows, or none.
  private func catchUp(_ model: any ReadModel) throws(StoreError) {
    let (state, size) = try read { db in
      let session = BookSession(db)
      return (try session.state(of: model.name), try session.frontier().size)
    }
    if let state, state.version == model.version, state.position == size || state.stoppedAt != nil { return }
    try rebuild(model, pageSize: 1_000)
  }
}
