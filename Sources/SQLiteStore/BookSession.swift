import CanonicalJSON
internal import Foundation
internal import GRDB
import LogStore
internal import TransparencyLog

/// What is read and written inside one transaction of a book. It lives no longer than the transaction.
struct BookSession: AppendLookups, StreamReading {
  let db: Database
  init(_ db: Database) { self.db = db }

  private func typed<T>(_ body: () throws -> T) throws(StoreError) -> T {
    do { return try body() } catch { throw SQLiteLog.typed(error, "the book") }
  }

  private static func bytes(_ row: Row, _ index: Int) throws -> [UInt8] {
    try row.withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } ?? [] }
  }

  // MARK: The log

  func line(at position: Int) throws(StoreError) -> [UInt8]? {
    try typed {
      let statement = try BoundStatement(db, "SELECT line FROM event WHERE number = ? + 1")
      try statement.bind(1, Int64(position))
      return try statement.first { $0.bytes(0) }
    }
  }

  func lines(from position: Int, count: Int) throws(StoreError) -> [StoredLine] {
    try typed {
      let statement = try db.cachedStatement(
        sql: "SELECT number, line FROM event WHERE number > ? ORDER BY number LIMIT ?")
      let rows = try Row.fetchCursor(statement, arguments: [position, count])
      var lines: [StoredLine] = []
      while let row = try rows.next() {
        lines.append(StoredLine(position: row[0] as Int - 1, line: try Self.bytes(row, 1)))
      }
      return lines
    }
  }

  /// A page of the log, in one piece of memory.
  func fill(_ page: inout LinePage, from position: Int, count: Int) throws(StoreError) {
    page.removeAll()
    try typed {
      let statement = try db.cachedStatement(
        sql: "SELECT number, line FROM event WHERE number > ? ORDER BY number LIMIT ?")
      try statement.setArguments([position, count])
      try page.take(statement, db)
    }
  }

  /// More streams than these are not named to the database.
  static let mostNamedStreams = 500

  /// The next lines that may fit a query, as far as the database can tell: of types it knows nothing.
  func lines(matching query: LogQuery, from position: Int?, count: Int) throws(StoreError) -> [StoredLine] {
    var conditions = ["TRUE"]
    var arguments: StatementArguments = []
    if let position {
      conditions.append(query.order == .forward ? "number > ?" : "number <= ? + 1")
      arguments += [position]
    }
    if let streams = query.streams, streams.count <= Self.mostNamedStreams {
      conditions.append("stream IN (\(streams.map { _ in "?" }.joined(separator: ",")))")
      arguments += StatementArguments(streams.sorted())
    }
    if let until = query.recordedUntil {
      conditions.append("recordedAt <= ?")
      arguments += [until.milliseconds]
    }
    let sql = """
      SELECT number, line FROM event WHERE \(conditions.joined(separator: " AND "))
      ORDER BY number \(query.order == .forward ? "ASC" : "DESC") LIMIT ?
      """
    return try typed {
      let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments + [count])
      var lines: [StoredLine] = []
      while let row = try rows.next() {
        lines.append(StoredLine(position: row[0] as Int - 1, line: try Self.bytes(row, 1)))
      }
      return lines
    }
  }

  func lines(in stream: String) throws(StoreError) -> [StoredLine] {
    try typed {
      let statement = try BoundStatement(db, "SELECT number, line FROM event WHERE stream = ? ORDER BY version")
      try statement.bind(1, text: stream)
      return try statement.all { StoredLine(position: Int($0.number(0)) - 1, line: $0.bytes(1)) }
    }
  }

  func streamHead(_ stream: String) throws(StoreError) -> StreamHead? {
    try typed {
      let statement = try BoundStatement(
        db, "SELECT version, entry FROM event WHERE stream = ? ORDER BY version DESC LIMIT 1")
      try statement.bind(1, text: stream)
      return try statement.first { StreamHead(version: $0.number(0), entry: $0.bytes(1)) }
    }
  }

  func position(of id: EventID) throws(StoreError) -> Int? { try positions(of: [id])[0] }

  func positions(of ids: [EventID]) throws(StoreError) -> [Int?] {
    try typed {
      let statement = try BoundStatement(db, "SELECT number - 1 FROM event WHERE id = ?")
      return try ids.map { id in
        try statement.bind(1, id)
        return try statement.number().map { Int($0) }
      }
    }
  }

  func positions(in stream: String, after version: Int64) throws(StoreError) -> [Int] {
    try typed {
      let statement = try db.cachedStatement(
        sql: "SELECT number - 1 FROM event WHERE stream = ? AND version > ? ORDER BY version")
      return try Int.fetchAll(statement, arguments: [stream, version])
    }
  }

  /// A page of openings behind a place, in the order of events and digests.
  func openings(after place: (number: Int, digest: String), count: Int) throws(StoreError)
    -> [(number: Int, digest: String, bytes: [UInt8])]
  {
    try typed {
      let statement = try db.cachedStatement(
        sql: """
          SELECT number, digest, bytes FROM opening WHERE (number, digest) > (?, ?) ORDER BY number, digest LIMIT ?
          """)
      return try Row.fetchAll(statement, arguments: [place.number, place.digest, count]).map {
        ($0[0], $0[1], try Self.bytes($0, 2))
      }
    }
  }

  func openings(of position: Int) throws(StoreError) -> [[UInt8]] {
    try typed {
      let statement = try db.cachedStatement(sql: "SELECT bytes FROM opening WHERE number = ? + 1 ORDER BY digest")
      return try Row.fetchAll(statement, arguments: [position]).map { try Self.bytes($0, 0) }
    }
  }

  func lastRecordedAt() throws(StoreError) -> Instant? {
    try typed {
      try BoundStatement(db, "SELECT recordedAt FROM event ORDER BY number DESC LIMIT 1").number()
        .map { Instant(milliseconds: $0) }
    }
  }

  func size() throws(StoreError) -> Int {
    try typed {
      guard let size = try BoundStatement(db, "SELECT size FROM tree").number() else {
        throw StoreError(.damaged, "the book has no tree")
      }
      return Int(size)
    }
  }

  func frontier() throws(StoreError) -> TreeFrontier {
    try typed {
      let tree = try BoundStatement(db, "SELECT size, subtrees FROM tree").first { (Int($0.number(0)), $0.bytes(1)) }
      guard let (size, subtrees) = tree else { throw StoreError(.damaged, "the book has no tree") }
      guard let frontier = TreeFrontier(size: size, bytes: subtrees) else {
        throw StoreError(.damaged, "the tree of the book does not fit its size")
      }
      return frontier
    }
  }

  /// Adds finished lines, moves the tree and brings the read models up to date. Returns the first position.
  func add(_ lines: [AppendPlan.Line], models: [any ReadModel]) throws(StoreError) -> Int {
    var frontier = try frontier()
    let first = frontier.size
    guard !lines.isEmpty else { return first }
    try typed {
      // A row is refused before anything of it is written, so there is nothing to take back: with FAIL, here and in the
      // trigger, SQLite keeps no old state of the pages for every event.
      let insert = try BoundStatement(
        db,
        "INSERT OR FAIL INTO event (number, id, stream, version, recordedAt, entry, line) VALUES (?, ?, ?, ?, ?, ?, ?)")
      let insertNode = try BoundStatement(db, "INSERT INTO node (level, place, hash) VALUES (?, ?, ?)")
      var recordedAt = try lastRecordedAt()?.milliseconds ?? 0
      let insertOpening = try db.cachedStatement(sql: "INSERT INTO opening (digest, number, bytes) VALUES (?, ?, ?)")
      for line in lines {
        let number = frontier.size + 1
        if let place = line.place { recordedAt = place.recordedAt.milliseconds }
        try insert.bind(1, Int64(number))
        try insert.bind(2, line.place?.id)
        try insert.bind(3, text: line.place?.stream)
        try insert.bind(4, line.place?.streamVersion)
        try insert.bind(5, recordedAt)
        try insert.run(with: line.entry, at: 6, line.bytes, at: 7)
        for opening in line.openings {
          try insertOpening.execute(arguments: [opening.digest, number, Data(opening.bytes)])
        }
        try frontier.append(leaf: LogDigest.leaf(of: line.entry)) { node, hash in
          guard node.isKept else { return }
          try insertNode.bind(1, Int64(node.level))
          try insertNode.bind(2, Int64(node.index))
          try insertNode.run(with: hash, at: 3)
        }
      }
      let move = try BoundStatement(db, "UPDATE tree SET size = ?, subtrees = ?")
      try move.bind(1, Int64(frontier.size))
      try move.run(with: frontier.bytes, at: 2)
    }
    guard !models.isEmpty else { return first }
    let added = lines.enumerated().map { StoredLine(position: first + $0.offset, line: $0.element.bytes) }
    for model in models { try bringUp(model, after: added) }
    return first
  }

  // MARK: Proof

  /// Hashes at a level of which all are kept.
  func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]] {
    if level == 0 { return try entries(in: range).map { LogDigest.leaf(of: $0) } }
    let statement = try db.cachedStatement(
      sql: "SELECT hash FROM node WHERE place >= ? AND place < ? AND level = \(level) ORDER BY place")
    let rows = try Row.fetchCursor(statement, arguments: [range.lowerBound, range.upperBound])
    var hashes: [[UInt8]] = []
    hashes.reserveCapacity(range.count)
    while let row = try rows.next() { hashes.append(try Self.bytes(row, 0)) }
    return hashes
  }

  func checkpoint() throws(StoreError) -> SignedNote? {
    try typed {
      try BoundStatement(db, "SELECT checkpoint FROM tree WHERE checkpoint IS NOT NULL").first { $0.bytes(0) }
        .map { try Self.note($0) }
    }
  }

  /// Signs the tree as this transaction leaves it.
  func sign(by signer: LogSigner) throws(StoreError) {
    let frontier = try frontier()
    try adopt(signer.note(for: LogHead(size: frontier.size, root: frontier.root), after: try checkpoint()))
  }

  func adopt(_ note: SignedNote) throws(StoreError) {
    try typed { try BoundStatement(db, "UPDATE tree SET checkpoint = ?").run(with: note.bytes, at: 1) }
  }

  func entries(in range: Range<Int>) throws -> [[UInt8]] {
    let statement = try db.cachedStatement(
      sql: "SELECT entry FROM event WHERE number > ? AND number <= ? ORDER BY number")
    let rows = try Row.fetchCursor(statement, arguments: [range.lowerBound, range.upperBound])
    var entries: [[UInt8]] = []
    while let row = try rows.next() { entries.append(try Self.bytes(row, 0)) }
    return entries
  }

  /// Takes over a checkpoint that was signed elsewhere, over the tree as it was.
  func keep(_ checkpoint: KeptCheckpoint) throws(StoreError) {
    try checkpoint.check(isOf: BookTree(session: self))
    let size = try checkpoint.size
    let before = try keptCheckpoints(size: size).first
    let merged = try before?.merged(with: checkpoint) ?? checkpoint
    try typed {
      try db.execute(
        sql: """
          INSERT INTO keptCheckpoint (size, note) VALUES (?, ?) ON CONFLICT (size) DO UPDATE SET note = excluded.note
          """, arguments: [size, Data(merged.note.bytes)])
      for token in merged.tokens {
        try db.execute(sql: "INSERT OR IGNORE INTO token (size, bytes) VALUES (?, ?)", arguments: [size, Data(token)])
      }
    }
  }

  /// - Parameter size: only the one of this size; nil = all.
  func keptCheckpoints(size: Int? = nil) throws(StoreError) -> [KeptCheckpoint] {
    try typed {
      try Row.fetchAll(
        db, sql: "SELECT size, note FROM keptCheckpoint WHERE ?1 IS NULL OR size = ?1 ORDER BY size", arguments: [size]
      ).map { row in
        let tokens = try Row.fetchAll(
          db, sql: "SELECT bytes FROM token WHERE size = ? ORDER BY bytes", arguments: [row[0] as Int])
        return KeptCheckpoint(
          note: try Self.note(Self.bytes(row, 1)), tokens: try tokens.map { try Self.bytes($0, 0) })
      }
    }
  }

  private static func note(_ bytes: [UInt8]) throws -> SignedNote {
    do throws(ProofFault) { return try SignedNote(bytes: bytes) } catch {
      throw StoreError(.damaged, "a checkpoint of the book cannot be read: \(error.why)")
    }
  }

  // MARK: Erasure

  /// Deletes what the events of this transaction say is erased. Read models are built anew where a line is gone, because
  /// they may hold what it said.
  func erase(_ erasure: Erasure, models: [any ReadModel]) throws(StoreError) {
    guard !erasure.isEmpty else { return }
    for position in erasure.lines {
      guard let line = try line(at: position) else { throw StoreError.noSuchEvent(position) }
      let entry = LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
      try typed {
        try db.execute(
          sql: "UPDATE event SET line = ? WHERE number = ? + 1",
          arguments: [Data(LogLine.withheldBytes(entry: entry)), position])
      }
    }
    try typed {
      for digest in erasure.openings {
        try db.execute(sql: "DELETE FROM opening WHERE digest = ?", arguments: [digest])
      }
      for file in erasure.files {
        try db.execute(sql: "DELETE FROM filePiece WHERE sha256 = ?", arguments: [Data(file.bytes)])
        try db.execute(sql: "DELETE FROM file WHERE sha256 = ?", arguments: [Data(file.bytes)])
      }
    }
    guard !erasure.lines.isEmpty else { return }
    for model in models {
      let size = try size()
      let built = try ReadModelRun.build(model, size: size, pageSize: 1_000, log: self) { page throws(StoreError) in
        try lines(from: page.lowerBound, count: page.count)
      }
      try replace(model.name, rows: built.rows, state: built.state)
    }
  }

  // MARK: Read models

  /// Applies up to so many of the events that a model has not taken in yet. Is it still behind afterwards?
  ///
  /// A model of another version is left alone: its rows are those of another program, which knows what they mean.
  func bringUp(_ model: any ReadModel, atMost count: Int) throws(StoreError) -> Bool {
    let before = try state(of: model.name) ?? ReadModelState(version: model.version, position: 0)
    guard before.stoppedAt == nil, before.version == model.version else { return false }
    let events = try lines(from: before.position, count: max(1, count))
    return try apply(events, to: model, before) && events.count == max(1, count)
  }

  /// Brings a model up to the end of the log, of which the last events were just added and need not be read again.
  func bringUp(_ model: any ReadModel, after added: [StoredLine]) throws(StoreError) {
    let before = try state(of: model.name) ?? ReadModelState(version: model.version, position: 0)
    guard before.stoppedAt == nil, before.version == model.version else { return }
    guard added.first?.position == before.position else {
      while try bringUp(model, atMost: max(1, added.count)) {}
      return
    }
    _ = try apply(added, to: model, before)
  }

  /// Did it take them in, so that it could go on?
  private func apply(
    _ events: [StoredLine], to model: any ReadModel, _ before: ReadModelState
  ) throws(StoreError) -> Bool {
    let outcome = try ReadModelRun.apply(model, events, state: before, log: self) { try row($0, of: model.name) }
    guard outcome.state != before else { return false }
    for (key, bytes) in outcome.changes { try set(key, to: bytes, in: model.name) }
    try set(outcome.state, of: model.name)
    return outcome.state.stoppedAt == nil
  }

  func row(_ key: String, of model: String) throws -> [UInt8]? {
    let statement = try BoundStatement(db, "SELECT bytes FROM readModelRow WHERE model = ? AND key = ?")
    try statement.bind(1, text: model)
    try statement.bind(2, text: key)
    return try statement.first { $0.bytes(0) }
  }

  private func set(_ key: String, to bytes: [UInt8]?, in model: String) throws(StoreError) {
    try typed {
      let statement = try BoundStatement(
        db,
        bytes == nil
          ? "DELETE FROM readModelRow WHERE model = ? AND key = ?"
          : "INSERT OR REPLACE INTO readModelRow (model, key, bytes) VALUES (?, ?, ?)")
      try statement.bind(1, text: model)
      try statement.bind(2, text: key)
      if let bytes { try statement.run(with: bytes, at: 3) } else { try statement.run() }
    }
  }

  private func set(_ state: ReadModelState, of model: String) throws(StoreError) {
    try typed {
      let statement = try BoundStatement(
        db, "INSERT OR REPLACE INTO readModel (name, version, position, stoppedAt, reason) VALUES (?, ?, ?, ?, ?)")
      try statement.bind(1, text: model)
      try statement.bind(2, Int64(state.version))
      try statement.bind(3, Int64(state.position))
      try statement.bind(4, state.stoppedAt.map { Int64($0) })
      try statement.bind(5, text: state.reason)
      try statement.run()
    }
  }

  func state(of model: String) throws(StoreError) -> ReadModelState? {
    try typed {
      let statement = try BoundStatement(
        db, "SELECT version, position, stoppedAt, reason FROM readModel WHERE name = ?")
      try statement.bind(1, text: model)
      return try statement.first {
        ReadModelState(
          version: Int($0.number(0)), position: Int($0.number(1)), stoppedAt: $0.isNull(2) ? nil : Int($0.number(2)),
          reason: $0.isNull(3) ? nil : $0.text(3))
      }
    }
  }

  func rows(of model: String, prefix: String) throws(StoreError) -> [ReadModelRow] {
    try typed {
      // Keys are ASCII: all that begin with the prefix stand before the prefix followed by a byte above ASCII.
      let statement = try db.cachedStatement(
        sql: "SELECT key, bytes FROM readModelRow WHERE model = ? AND key >= ? AND key < ? ORDER BY key")
      return try Row.fetchAll(statement, arguments: [model, prefix, prefix + "\u{80}"]).map {
        ReadModelRow(key: $0[0], bytes: try Self.bytes($0, 1))
      }
    }
  }

  func replace(_ model: String, rows: [String: [UInt8]], state: ReadModelState) throws(StoreError) {
    try typed {
      try db.execute(sql: "DELETE FROM readModelRow WHERE model = ?", arguments: [model])
    }
    for (key, bytes) in rows { try set(key, to: bytes, in: model) }
    try set(state, of: model)
  }
}

/// The tree of a book within one transaction.
struct BookTree: TreeHashReading {
  let session: BookSession

  func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]] {
    try session.keptHashes(level: level, in: range)
  }
}
