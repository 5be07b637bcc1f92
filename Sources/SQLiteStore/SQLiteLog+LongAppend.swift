public import CanonicalJSON
internal import GRDB
public import LogStore
internal import Synchronization

/// The pages of a long append, handed over one after the other within one transaction.
public struct AppendPages: ~Copyable {
  private let session: BookSession
  private let environment: LogEnvironment
  private let isClockTrusted: Bool
  private let models: [any ReadModel]
  /// Events that a read model takes in at a time.
  private let modelPage: Int
  /// Events that the read models have not taken in yet; at most a page of theirs and one of ours.
  private var behind: [StoredLine] = []
  fileprivate private(set) var count = 0

  fileprivate init(
    _ session: BookSession, _ environment: LogEnvironment, isClockTrusted: Bool, models: [any ReadModel],
    modelPage: Int
  ) {
    self.session = session
    self.models = models
    self.modelPage = modelPage
    self.environment = environment
    self.isClockTrusted = isClockTrusted
  }

  /// Writes a page; nobody else sees it before the commit. An id that is there already is refused.
  public mutating func add(_ drafts: [EventDraft]) throws(StoreError) {
    let plan = try AppendPlan.make(
      drafts, areNew: true, expected: [:], isClockTrusted: isClockTrusted,
      lastRecordedAt: try session.lastRecordedAt(), lookups: session, environment: environment)
    guard case .write(let lines) = plan else {
      throw StoreError(.idConflict, "these events are there already")
    }
    let first: Int
    do throws(StoreError) { first = try session.add(lines, models: []) } catch {
      // The index of ids refuses what is there; only then is it worth a look for each.
      let size = try session.size()
      guard try session.positions(of: drafts.map(\.id)).contains(where: { $0.map { $0 < size } ?? false }) else {
        throw error
      }
      throw StoreError(.idConflict, "some of these events are there already")
    }
    count += lines.count
    if !models.isEmpty {
      behind += lines.enumerated().map { StoredLine(position: first + $0.offset, line: $0.element.bytes) }
    }
    // Not at the end: a model may read a whole stream, and the longer it is by then, the more memory that takes.
    if behind.count >= modelPage { try bringUp() }
  }

  fileprivate mutating func bringUp() throws(StoreError) {
    for model in models { try session.bringUp(model, after: behind) }
    behind.removeAll(keepingCapacity: true)
  }
}

/// Adding more than memory should hold.
extension SQLiteLog {
  /// Pages of the database that are held meanwhile, in KiB: ids come in no order, and an index that has to be fetched for
  /// every one of them is slow. It is the same for every length.
  private static let cache = 64 << 10
  private static let usualCache = 2_000
  /// More events than these at a time get it.
  public static let many = 5_000

  /// Adds events that come page by page: all of them or none, with one checkpoint and one sync, like `append`.
  ///
  /// Others who write wait until it ends; those who read see the log as it was.
  ///
  /// - Parameters:
  ///   - expected: what the caller believes of each stream before the first page.
  ///   - modelPage: events that a read model takes in at a time. Where many streams are added to by turns, the more, the
  ///     fewer times each of them is folded; their lines are held so long.
  ///   - body: hands over the pages; whatever it throws takes everything back and is thrown on.
  /// - Returns: the positions of the events.
  public func appendLong(
    expected: [String: StreamExpectation], isClockTrusted: Bool, modelPage: Int = 5_000,
    _ body: (inout AppendPages) throws -> Void
  ) throws -> Range<Int> {
    guard !isReadOnly else { throw StoreError(.readOnly, "\(path) is open for reading only") }
    do {
      return try queue.writeWithoutTransaction { db in
        try Self.widen(db)
        defer { Self.narrow(db) }
        try begin(db)
        do {
          let session = BookSession(db)
          try AppendPlan.check(expected, session)
          let isGuarded = try BookSchema.lift(db)
          let first = try session.size()
          // Recorded at one moment, however long it takes.
          var environment = environment
          let now = environment.now()
          environment.now = { now }
          var pages = AppendPages(
            session, environment, isClockTrusted: isClockTrusted, models: models, modelPage: modelPage)
          try body(&pages)
          try pages.bringUp()
          if let signer = signer.withLock({ $0 }), pages.count > 0 { try session.sign(by: signer) }
          if isGuarded { try BookSchema.lower(db) }
          try db.commit()
          return first..<first + pages.count
        } catch {
          try? db.rollback()
          throw error
        }
      }
    } catch let error as DatabaseError {
      throw Self.typed(error, path)
    }
  }

  static func widen(_ db: Database) throws { try db.execute(sql: "PRAGMA cache_size = -\(cache)") }
  static func narrow(_ db: Database) { try? db.execute(sql: "PRAGMA cache_size = -\(usualCache)") }

  /// Where events are, by their ids, looked up in one go; nil = it is not there.
  public func positions(of ids: [EventID]) throws(StoreError) -> [Int?] {
    try read { try BookSession($0).positions(of: ids) }
  }

  /// Versions of streams, looked up in one go; 0 = there is no such stream.
  public func versions(of streams: some Sequence<String>) throws(StoreError) -> [String: Int64] {
    try read { db in
      let session = BookSession(db)
      var versions: [String: Int64] = [:]
      for stream in streams { versions[stream] = try session.streamHead(stream)?.version ?? 0 }
      return versions
    }
  }
}
