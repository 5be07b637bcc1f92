internal import Foundation
internal import GRDB
public import LogStore

/// An index over the texts of a log, for searching words: SQLite's FTS5, in memory or in a file beside what else is kept of
/// a log.
///
/// It is no part of the log and of no book: it can be thrown away at any time, and is made anew from the lines. It follows
/// the log by its head: what was added is added, and anything else (an erasure, another history) makes it anew.
public final class TextIndex: Sendable {
  private let queue: DatabaseQueue

  /// What a text that matches a query says: the position of the event, and a piece of it with the match in « ».
  public struct Match: Hashable, Sendable {
    public var position: Int
    public var snippet: String
  }

  /// What is indexed of one event. What matched is shown out of one of the two.
  public struct Text: Sendable {
    public var position: Int
    /// What people wrote.
    public var body: String
    /// Keys and words of the format.
    public var keys: String
    /// Of a correction: all that its target says as it puts it right.
    public var corrected: String

    public init(position: Int, body: String, keys: String, corrected: String = "") {
      self.position = position
      self.body = body
      self.keys = keys
      self.corrected = corrected
    }
  }

  /// - Parameter path: nil = in memory.
  public init(path: String?) throws {
    var configuration = Configuration()
    // What is erased from a log must not stay in a free page of its index.
    configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
    guard let path else {
      queue = try DatabaseQueue(configuration: configuration)
      try queue.write(Self.create)
      return
    }
    func open() throws -> DatabaseQueue {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write(Self.create)
      return queue
    }
    if let opened = try? open() {
      queue = opened
    } else {
      // Whatever it is, it is no index that could be asked; the log has all that was in it.
      for ending in ["", "-journal", "-wal", "-shm"] { unlink(path + ending) }
      queue = try open()
    }
    chmod(path, 0o600)
  }

  private static let version = 4

  private static func create(_ db: Database) throws {
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version")
    guard found != version else { return }
    try db.execute(
      sql: """
        DROP TABLE IF EXISTS text; DROP TABLE IF EXISTS head;
        CREATE VIRTUAL TABLE text USING fts5 (body, keys, corrected, tokenize = "unicode61 remove_diacritics 2");
        CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL);
        PRAGMA user_version = \(version);
        """)
  }

  /// The head of the log as far as it is indexed.
  public func head() throws -> LogHead? {
    try queue.read { db in
      try GRDB.Row.fetchOne(db, sql: "SELECT size, root FROM head").map {
        LogHead(size: $0[0], root: Array($0[1] as Data))
      }
    }
  }

  /// Adds texts by the positions of their events, and says up to where the log is indexed now.
  ///
  /// - Parameter isAnew: what was there goes first.
  public func add(_ texts: [Text], upTo head: LogHead, isAnew: Bool) throws {
    try queue.write { db in
      if isAnew { try db.execute(sql: "DELETE FROM text") }
      let insert = try db.makeStatement(sql: "INSERT INTO text (rowid, body, keys, corrected) VALUES (?, ?, ?, ?)")
      for text in texts {
        try insert.execute(arguments: [text.position + 1, text.body, text.keys, text.corrected])
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO head VALUES (1, ?, ?)", arguments: [head.size, Data(head.root)])
    }
  }

  /// The texts that match, in the order of the log.
  ///
  /// - Parameter isCorrected: looked for is what corrections make of their targets, and not what events say themselves.
  public func matches(_ query: Query, isCorrected: Bool = false) throws -> [Match] {
    let columns = isCorrected ? "{corrected}" : "{body keys}"
    return try queue.read { db in
      try GRDB.Row.fetchAll(
        db,
        sql: "SELECT rowid, snippet(text, -1, '«', '»', '…', 24) FROM text WHERE text MATCH ? ORDER BY rowid",
        arguments: ["\(columns) : (\(query.text))"]
      ).map { Match(position: $0[0] as Int - 1, snippet: $0[1]) }
    }
  }

  /// Notes the positions of exhibits whose text was not read. It goes before the texts: up to their head all is noted.
  public func add(unread positions: [Int], isAnew: Bool) throws {
    try queue.write { db in
      try db.execute(sql: "CREATE TABLE IF NOT EXISTS unread (position INTEGER PRIMARY KEY)")
      if isAnew { try db.execute(sql: "DELETE FROM unread") }
      let insert = try db.makeStatement(sql: "INSERT OR IGNORE INTO unread VALUES (?)")
      for position in positions { try insert.execute(arguments: [position]) }
    }
  }

  /// The positions of exhibits whose text was not read, in log order.
  public func unread() throws -> [Int] {
    try queue.read { db in
      guard try db.tableExists("unread") else { return [] }
      return try Int.fetchAll(db, sql: "SELECT position FROM unread ORDER BY position")
    }
  }

  /// What is looked for: every word, each word whole or, with a star, as a beginning; "words in quotes" as a phrase.
  ///
  /// Law: whatever is typed is a query or nil; nothing in it is an operator of the database.
  public struct Query: Hashable, Sendable {
    let text: String

    /// nil if there is no word in it.
    public init?(_ words: String) {
      var parts: [String] = []
      for (index, piece) in words.replacing("“", with: "\"").replacing("”", with: "\"")
        .split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      {
        // Every second piece stood in quotes.
        let texts = index % 2 == 1 ? [piece] : piece.split(whereSeparator: \.isWhitespace)
        for text in texts where text.contains(where: { $0.isLetter || $0.isNumber }) {
          let clean = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
          let isBeginning = clean.hasSuffix("*")
          parts.append("\"\(isBeginning ? String(clean.dropLast()) : clean)\"\(isBeginning ? "*" : "")")
        }
      }
      guard !parts.isEmpty else { return nil }
      text = parts.joined(separator: " AND ")
    }
  }
}
