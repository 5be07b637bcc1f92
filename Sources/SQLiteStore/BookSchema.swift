internal import GRDB
internal import LogStore

/// The tables of a book, and the marks by which a book is known.
///
/// The log itself is one table, `event`, that is only ever added to; triggers refuse changes as a guard-rail against
/// accidents (nothing is claimed for them: the proof is in the digests).
enum BookSchema {
  /// `trkr` in ASCII, the `application_id` of every book.
  static let applicationID: Int32 = 0x7472_6B72
  /// The `user_version` that this program writes.
  static let version: Int32 = 1

  static let tables = """
    CREATE TABLE event (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      stream TEXT NOT NULL,
      version INTEGER NOT NULL,
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
      subtrees BLOB NOT NULL
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
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER eventIsNeverDeleted BEFORE DELETE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
    INSERT INTO tree VALUES (1, 0, x'');
    """

  /// Makes a new, empty file a book; takes a book of this version as it is; refuses everything else by name.
  static func prepare(_ db: Database, path: String, mayCreate: Bool) throws {
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if application == applicationID {
      if version > self.version {
        throw StoreError(
          .newerBook, "\(path) is a book of format \(version); this program knows formats up to \(self.version)")
      }
      return
    }
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard application == 0, version == 0, tables == 0, mayCreate else {
      throw StoreError(.notABook, "\(path) is no record book of tracker")
    }
    try db.execute(
      sql: Self.tables + "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(self.version);")
  }
}
