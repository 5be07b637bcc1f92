internal import GRDB
public import LogStore
internal import Synchronization

/// Adding to a book: everything that changes the log goes through one short transaction.
extension SQLiteLog {
  public func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure
  ) throws(StoreError) -> Appended {
    try append(drafts, expected: expected, isClockTrusted: isClockTrusted, erasing: erasing, files: [])
  }

  public func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure,
    files: [IncomingFile]
  ) throws(StoreError) -> Appended {
    try checkRoom(for: files)
    if drafts.count > Self.many { try widen() }
    defer { if drafts.count > Self.many { queue.writeWithoutTransaction { Self.narrow($0) } } }
    return try write { [environment, models] session throws(StoreError) in
      let plan = try AppendPlan.make(
        drafts, expected: expected, isClockTrusted: isClockTrusted, lastRecordedAt: try session.lastRecordedAt(),
        lookups: session, environment: environment)
      switch plan {
      case .alreadyThere(let positions):
        try session.erase(erasing, models: models)
        return Appended(positions: positions, wasThere: true)
      case .write(let lines):
        let first = try session.add(lines, models: models)
        try session.erase(erasing, models: models)
        for file in files { try session.keep(file) }
        return Appended(positions: Array(first..<first + lines.count), wasThere: false)
      }
    }
  }

  public func restore(_ lines: [[UInt8]], openings: [[UInt8]]) throws(StoreError) -> Int {
    try write { [models] session throws(StoreError) in
      let plan = try RestorePlan(
        lines, openings: openings, size: try session.size(),
        line: { position throws(StoreError) in try session.line(at: position) ?? [] },
        head: { stream throws(StoreError) in try session.streamHead(stream) },
        isKnown: { id throws(StoreError) in try session.position(of: id) != nil })
      let first = try session.add(plan.lines, models: models)
      return Appended(positions: Array(first..<first + plan.lines.count), wasThere: false)
    }.positions.count
  }

  private func widen() throws(StoreError) {
    do { try queue.writeWithoutTransaction { try Self.widen($0) } } catch { throw Self.typed(error, path) }
  }

  /// Writes the whole file anew from what is there, and empties the WAL: what was erased stands neither in free pages nor in
  /// the slack of others, nor in older copies of pages.
  public func purge() throws(StoreError) {
    do {
      try queue.writeWithoutTransaction { db in
        for sql in ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
          let row = try Row.fetchOne(db, sql: sql)
          if let row, row.count == 3, row[0] as Int != 0 {
            throw StoreError(
              .busy,
              "somebody else is reading \(path), so older pages may still hold what was erased until they end")
          }
        }
      }
    } catch {
      throw Self.typed(error, path)
    }
  }

  /// Waits for its turn and is committed together with all others of this process that wait.
  func write(_ work: @escaping @Sendable (BookSession) throws(StoreError) -> Appended) throws(StoreError) -> Appended {
    guard !isReadOnly else { throw StoreError(.readOnly, "\(path) is open for reading only") }
    let write = WaitingWriters.Write(deadline: .now + .seconds(patience), work)
    writers.add(write)
    queue.writeWithoutTransaction { db in
      if !write.isFinished { commitWaiting(db, led: write) }
    }
    return try write.answer()
  }

  /// Takes the lock for writing, after all others.
  func begin(_ db: Database) throws(StoreError) {
    do {
      try db.beginTransaction(.immediate)
    } catch {
      var refusal = Self.typed(error, path)
      if refusal.code == .busy { refusal.what += ". Waited \(Int(patience)) s" }
      throw refusal
    }
  }

  private func commitWaiting(_ db: Database, led leader: WaitingWriters.Write) {
    do throws(StoreError) {
      try begin(db)
    } catch {
      for write in writers.takeOverdue(leader) { write.finish(.failure(error)) }
      return
    }
    // Taken only now: whoever came while the leader waited for another process goes along.
    let batch = writers.takeAll()
    var done: [(WaitingWriters.Write, Appended)] = []
    do {
      if batch.count == 1, let write = batch.first {
        // Whoever is alone needs no savepoint: what it takes back is the whole transaction. Under a savepoint SQLite keeps
        // the old state of every page for every statement to its end, which is more than the log itself for a long append.
        do {
          done.append((write, try write.work(BookSession(db))))
        } catch let error {
          guard error.isRefusal else { throw error }
          try db.rollback()
          return write.finish(.failure(error))
        }
      } else {
        for write in batch {
          do {
            var appended: Appended?
            try db.inSavepoint {
              appended = try write.work(BookSession(db))
              return .commit
            }
            if let appended { done.append((write, appended)) }
          } catch let error as StoreError where error.isRefusal {
            // Its own steps are taken back; the others have nothing to do with it.
            write.finish(.failure(error))
          }
        }
      }
      if let signer = signer.withLock({ $0 }), done.contains(where: { !$0.1.wasThere && !$0.1.positions.isEmpty }) {
        // One checkpoint for all that share the commit.
        try BookSession(db).sign(by: signer)
      }
      try db.commit()
      for (write, appended) in done { write.finish(.success(appended)) }
    } catch {
      // The disk, not one of the writers: nothing of this commit is there, and nobody is told otherwise.
      try? db.rollback()
      for write in batch { write.finish(.failure(Self.typed(error, path))) }
    }
  }
}

extension StoreError {
  /// Was only this append refused, while the book itself is in order?
  fileprivate var isRefusal: Bool {
    switch code {
    case .wrongVersion, .idConflict, .invalidDraft, .clockBehind, .notAPrefix, .badLine, .noSuchPosition,
      .fileDiffers:
      true
    default: false
    }
  }
}
