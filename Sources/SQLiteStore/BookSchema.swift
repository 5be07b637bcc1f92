internal import GRDB
internal import LogStore

/// The tables of a book, and the marks by which a book is known.
///
/// The log itself is one table, `event`, that is only ever added to; triggers refuse changes as a guard-rail against
/// accidents (nothing is claimed for them: the proof is in the digests).
enum BookSchema {
  /// `trkr` in ASCII, the `application_id` of every book.
  static let applicationID: Int32 = 0x7472_6B72
  /// The `user_version` that this program writes. Format 1 had no checkpoints and kept no hashes of the tree; format 2 kept
  /// no files.
  static let version: Int32 = 3

  private static let replacing = """
    CREATE TRIGGER eventIsNeverReplaced BEFORE INSERT ON event
      WHEN EXISTS (SELECT 1 FROM event WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND version = NEW.version)
      BEGIN SELECT RAISE(FAIL, 'events are never replaced'); END;
    """

  static let tables = """
    CREATE TABLE event (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT UNIQUE,
      stream TEXT,
      version INTEGER,
      recordedAt INTEGER NOT NULL,
      entry BLOB NOT NULL,
      line BLOB NOT NULL,
      UNIQUE (stream, version)
    ) STRICT;
    CREATE TABLE opening (
      digest TEXT NOT NULL PRIMARY KEY,
      number INTEGER NOT NULL REFERENCES event (number),
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE INDEX openingByEvent ON opening (number);
    CREATE TABLE tree (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      size INTEGER NOT NULL,
      subtrees BLOB NOT NULL,
      checkpoint BLOB
    ) STRICT;
    CREATE TABLE node (
      level INTEGER NOT NULL,
      place INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (level, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE keptCheckpoint (
      size INTEGER PRIMARY KEY,
      note BLOB NOT NULL
    ) STRICT;
    CREATE TABLE token (
      size INTEGER NOT NULL REFERENCES keptCheckpoint (size),
      bytes BLOB NOT NULL,
      PRIMARY KEY (size, bytes)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE file (
      sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
      size INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE filePiece (
      sha256 BLOB NOT NULL REFERENCES file (sha256),
      number INTEGER NOT NULL,
      bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 262144),
      PRIMARY KEY (sha256, number)
    ) STRICT;
    CREATE TABLE readModel (
      name TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      position INTEGER NOT NULL,
      stoppedAt INTEGER,
      reason TEXT
    ) STRICT;
    CREATE TABLE readModelRow (
      model TEXT NOT NULL,
      key TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER eventIsNeverChanged BEFORE UPDATE ON event
      WHEN NOT (NEW.number IS OLD.number AND NEW.id IS OLD.id AND NEW.stream IS OLD.stream
        AND NEW.version IS OLD.version AND NEW.recordedAt IS OLD.recordedAt AND NEW.entry IS OLD.entry
        AND length(NEW.line) = 56 AND substr(NEW.line, 1, 10) = x'7B22656E747279223A22')
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER eventIsNeverDeleted BEFORE DELETE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
    \(replacing)
    INSERT INTO tree VALUES (1, 0, x'', NULL);
    """

  // MARK: Make and check, a pair

  /// Makes an empty database a book. Call it in a transaction, so that there is a whole book or none.
  static func create(_ db: Database) throws {
    try db.execute(
      sql: tables + "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);")
  }

  /// Takes a book of this version or an older one, refuses everything else by name. It changes nothing.
  ///
  /// - Returns: the version.
  @discardableResult
  static func check(_ db: Database, path: String) throws -> Int32 {
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    guard application == applicationID else {
      throw StoreError(.notABook, "\(path) is no record book of tracker")
    }
    let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version <= self.version else {
      throw StoreError(
        .newerBook, "\(path) is a book of format \(version); this program knows formats up to \(self.version)")
    }
    guard version >= 1 else {
      throw StoreError(.damaged, "\(path) says that it is a book of format \(version), which there never was")
    }
    return version
  }

  // MARK: Long appends

  /// Takes away the trigger that refuses to replace an event, where there is one. It looks up three times for each event what
  /// the indices look up once more; and of an older book, whose trigger may take a statement back, SQLite would keep the old
  /// state of all pages. Nobody else sees the book without it: it is there again before the transaction ends.
  ///
  /// - Returns: was there one?
  static func lift(_ db: Database) throws -> Bool {
    let isThere =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'eventIsNeverReplaced'") ?? 0 > 0
    if isThere { try db.execute(sql: "DROP TRIGGER eventIsNeverReplaced") }
    return isThere
  }

  /// Puts the trigger back, as it is in new books.
  static func lower(_ db: Database) throws { try db.execute(sql: replacing) }
}
