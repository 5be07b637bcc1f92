/*
 * What SQLite itself costs, in C and with nothing around it: the floor under what a book costs.
 *
 *   floor scan BOOK       reads the line of every event once and counts its bytes
 *   floor insert FILE N   N bare durable inserts of a line's size, a transaction each (WAL, synchronous=FULL)
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(sqlite3 *db, const char *what) {
  fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
  exit(1);
}

static void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(db, sql);
}

static void scan(const char *path) {
  sqlite3 *db;
  sqlite3_stmt *rows;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail(db, path);
  if (sqlite3_prepare_v2(db, "SELECT number, line FROM event ORDER BY number", -1, &rows, NULL) != SQLITE_OK)
    fail(db, "prepare");
  int64_t count = 0, bytes = 0;
  uint64_t sum = 0;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    const unsigned char *line = sqlite3_column_blob(rows, 1);
    int length = sqlite3_column_bytes(rows, 1);
    count += 1;
    bytes += length;
    if (length > 0) sum += line[0] + line[length - 1];
  }
  sqlite3_finalize(rows);
  sqlite3_close(db);
  printf("%lld rows, %lld bytes, %llu\n", (long long)count, (long long)bytes, (unsigned long long)sum);
}

static void insert(const char *path, int count) {
  sqlite3 *db;
  sqlite3_stmt *add;
  char line[520];
  memset(line, 'x', sizeof line);
  if (sqlite3_open(path, &db) != SQLITE_OK) fail(db, path);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
          "CREATE TABLE event (number INTEGER PRIMARY KEY, line BLOB NOT NULL)");
  if (sqlite3_prepare_v2(db, "INSERT INTO event (line) VALUES (?)", -1, &add, NULL) != SQLITE_OK) fail(db, "prepare");
  for (int i = 0; i < count; i++) {
    sqlite3_bind_blob(add, 1, line, sizeof line, SQLITE_STATIC);
    if (sqlite3_step(add) != SQLITE_DONE) fail(db, "insert");
    sqlite3_reset(add);
  }
  sqlite3_finalize(add);
  sqlite3_close(db);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "scan") == 0) {
    scan(argv[2]);
  } else if (argc == 4 && strcmp(argv[1], "insert") == 0) {
    insert(argv[2], atoi(argv[3]));
  } else {
    fprintf(stderr, "usage: floor scan BOOK | insert FILE N\n");
    return 64;
  }
  return 0;
}
