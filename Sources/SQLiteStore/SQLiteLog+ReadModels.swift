internal import GRDB
public import LogStore

/// The rows of read models in a book: kept in the transaction of each append, built anew beside them.
extension SQLiteLog {
  /// Events that are applied in one transaction while a model catches up.
  private static let catchUpSize = 1_000
  /// Events that are applied together where a model is built anew: the more, the fewer times an agreement is folded.
  private static let rebuildSize = 50_000

  public func rows(of model: String, prefix: String) throws(StoreError) -> [ReadModelRow] {
    try read { try BookSession($0).rows(of: model, prefix: prefix) }
  }

  /// One row of a read model; nil = there is none.
  public func row(_ key: String, of model: String) throws(StoreError) -> [UInt8]? {
    try read { try BookSession($0).row(key, of: model) }
  }

  public func state(of model: String) throws(StoreError) -> ReadModelState? {
    try read { try BookSession($0).state(of: model) }
  }

  /// Whoever reads meanwhile sees the old rows, whoever writes does not wait: the rows are worked out from a prefix of the
  /// log, which no longer changes, and only the swap takes the lock, together with what was added since.
  public func rebuild(_ model: any ReadModel, pageSize: Int) throws(StoreError) {
    let built = try ReadModelRun.build(model, size: try size(), pageSize: pageSize, log: StreamsOutside(log: self)) {
      page throws(StoreError) in
      try self.read { try BookSession($0).lines(from: page.lowerBound, count: page.count) }
    }
    _ = try write { session throws(StoreError) in
      try session.replace(model.name, rows: built.rows, state: built.state)
      while try session.bringUp(model, atMost: Self.catchUpSize) {}
      return Appended(positions: [], wasThere: true)
    }
  }

  /// A book that another version of the program wrote may hold older rows, or none, or rows that lag behind.
  func catchUp(_ model: any ReadModel) throws(StoreError) {
    let (state, size) = try read { db in
      let session = BookSession(db)
      return (try session.state(of: model.name), try session.size())
    }
    guard let state, state.version == model.version, state.position <= size else {
      try rebuild(model, pageSize: Self.rebuildSize)
      return
    }
    var now: ReadModelState? = state
    while let state = now, state.version == model.version, state.stoppedAt == nil, state.position < size {
      _ = try write { session throws(StoreError) in
        _ = try session.bringUp(model, atMost: Self.catchUpSize)
        return Appended(positions: [], wasThere: true)
      }
      now = try self.state(of: model.name)
    }
  }

  /// The streams of a book, each read in a transaction of its own; the prefix of a log never changes.
  private struct StreamsOutside: StreamReading {
    let log: SQLiteLog

    func lines(in stream: String) throws(StoreError) -> [StoredLine] {
      try log.read { try BookSession($0).lines(in: stream) }
    }
  }
}
