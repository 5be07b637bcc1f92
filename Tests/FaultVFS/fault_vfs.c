#include "fault_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One write that was not synced yet: what stood there before. */
typedef struct Undo {
  struct Undo *before;
  sqlite3_int64 offset;
  int count;
  unsigned char bytes[];
} Undo;

typedef struct FaultFile {
  sqlite3_file base;
  sqlite3_file *real;
  /* Size at the last sync. */
  sqlite3_int64 synced_size;
  Undo *undo;
  struct FaultFile *next;
} FaultFile;

static sqlite3_vfs fault_vfs;
static sqlite3_io_methods methods;
static FaultFile *open_files;
static int writes_left;
static int failing;
static int syncs;

static void forget(FaultFile *file) {
  while (file->undo) {
    Undo *before = file->undo->before;
    free(file->undo);
    file->undo = before;
  }
  file->real->pMethods->xFileSize(file->real, &file->synced_size);
}

/* Takes every unsynced write back, newest first, and ends the process. */
static void lose_power(void) {
  for (FaultFile *file = open_files; file; file = file->next) {
    for (Undo *undo = file->undo; undo; undo = undo->before)
      file->real->pMethods->xWrite(file->real, undo->bytes, undo->count, undo->offset);
    file->real->pMethods->xTruncate(file->real, file->synced_size);
  }
  _exit(137);
}

static int remember(FaultFile *file, sqlite3_int64 offset, int count) {
  Undo *undo = malloc(sizeof(Undo) + (size_t)count);
  if (!undo) return SQLITE_NOMEM;
  memset(undo->bytes, 0, (size_t)count);
  file->real->pMethods->xRead(file->real, undo->bytes, count, offset);
  undo->offset = offset;
  undo->count = count;
  undo->before = file->undo;
  file->undo = undo;
  return SQLITE_OK;
}

static int fault_close(sqlite3_file *base) {
  FaultFile *file = (FaultFile *)base;
  for (FaultFile **at = &open_files; *at; at = &(*at)->next)
    if (*at == file) {
      *at = file->next;
      break;
    }
  forget(file);
  int result = file->real->pMethods->xClose(file->real);
  free(file->real);
  return result;
}

static int fault_read(sqlite3_file *base, void *buffer, int count, sqlite3_int64 offset) {
  FaultFile *file = (FaultFile *)base;
  return file->real->pMethods->xRead(file->real, buffer, count, offset);
}

static int fault_write(sqlite3_file *base, const void *buffer, int count, sqlite3_int64 offset) {
  FaultFile *file = (FaultFile *)base;
  if (failing == 1) return SQLITE_FULL;
  if (failing == 2) return SQLITE_IOERR_WRITE;
  if (writes_left > 0 && --writes_left == 0) lose_power();
  int result = remember(file, offset, count);
  if (result != SQLITE_OK) return result;
  return file->real->pMethods->xWrite(file->real, buffer, count, offset);
}

static int fault_truncate(sqlite3_file *base, sqlite3_int64 size) {
  FaultFile *file = (FaultFile *)base;
  sqlite3_int64 old = 0;
  file->real->pMethods->xFileSize(file->real, &old);
  if (old > size) {
    int result = remember(file, size, (int)(old - size));
    if (result != SQLITE_OK) return result;
  }
  return file->real->pMethods->xTruncate(file->real, size);
}

static int fault_sync(sqlite3_file *base, int flags) {
  FaultFile *file = (FaultFile *)base;
  syncs++;
  if (failing == 3) return SQLITE_IOERR_FSYNC;
  int result = file->real->pMethods->xSync(file->real, flags);
  if (result == SQLITE_OK) forget(file);
  return result;
}

#define PASS(name, parameters, call)             \
  static int fault_##name parameters {           \
    FaultFile *file = (FaultFile *)base;         \
    return file->real->pMethods->call;           \
  }

PASS(size, (sqlite3_file * base, sqlite3_int64 *size), xFileSize(file->real, size))
PASS(lock, (sqlite3_file * base, int level), xLock(file->real, level))
PASS(unlock, (sqlite3_file * base, int level), xUnlock(file->real, level))
PASS(reserved, (sqlite3_file * base, int *out), xCheckReservedLock(file->real, out))
PASS(control, (sqlite3_file * base, int op, void *argument), xFileControl(file->real, op, argument))
PASS(sector, (sqlite3_file * base), xSectorSize(file->real))
PASS(device, (sqlite3_file * base), xDeviceCharacteristics(file->real))
PASS(shm_map, (sqlite3_file * base, int region, int size, int extend, void volatile **out),
     xShmMap(file->real, region, size, extend, out))
PASS(shm_lock, (sqlite3_file * base, int offset, int n, int flags), xShmLock(file->real, offset, n, flags))
PASS(shm_unmap, (sqlite3_file * base, int remove), xShmUnmap(file->real, remove))

static void fault_shm_barrier(sqlite3_file *base) {
  FaultFile *file = (FaultFile *)base;
  file->real->pMethods->xShmBarrier(file->real);
}

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out) {
  sqlite3_vfs *real = (sqlite3_vfs *)vfs->pAppData;
  FaultFile *file = (FaultFile *)base;
  memset(file, 0, sizeof *file);
  file->real = calloc(1, (size_t)real->szOsFile);
  if (!file->real) return SQLITE_NOMEM;
  int result = real->xOpen(real, name, file->real, flags, out);
  if (result != SQLITE_OK) {
    free(file->real);
    return result;
  }
  file->base.pMethods = &methods;
  file->real->pMethods->xFileSize(file->real, &file->synced_size);
  file->next = open_files;
  open_files = file;
  return SQLITE_OK;
}

int fault_vfs_register(void) {
  /* Names of the form file:…?vfs=… are off in some builds of SQLite. */
  sqlite3_config(SQLITE_CONFIG_URI, 1);
  int result = sqlite3_initialize();
  if (result != SQLITE_OK) return result;
  sqlite3_vfs *real = sqlite3_vfs_find(NULL);
  fault_vfs = *real;
  fault_vfs.zName = "fault";
  fault_vfs.szOsFile = sizeof(FaultFile);
  fault_vfs.pAppData = real;
  fault_vfs.pNext = NULL;
  fault_vfs.xOpen = fault_open;
  methods = (sqlite3_io_methods){
      .iVersion = 2,
      .xClose = fault_close,
      .xRead = fault_read,
      .xWrite = fault_write,
      .xTruncate = fault_truncate,
      .xSync = fault_sync,
      .xFileSize = fault_size,
      .xLock = fault_lock,
      .xUnlock = fault_unlock,
      .xCheckReservedLock = fault_reserved,
      .xFileControl = fault_control,
      .xSectorSize = fault_sector,
      .xDeviceCharacteristics = fault_device,
      .xShmMap = fault_shm_map,
      .xShmLock = fault_shm_lock,
      .xShmBarrier = fault_shm_barrier,
      .xShmUnmap = fault_shm_unmap,
  };
  return sqlite3_vfs_register(&fault_vfs, 0);
}

void fault_vfs_lose_power_after(int writes) { writes_left = writes; }
void fault_vfs_fail(int how) { failing = how; }
int fault_vfs_syncs(void) { return syncs; }

static int print_row(void *nothing, int count, char **values, char **names) {
  (void)nothing;
  (void)names;
  for (int index = 0; index < count; index++)
    printf("%s%s", index ? "|" : "", values[index] ? values[index] : "");
  printf("\n");
  return 0;
}

int fault_vfs_sql(const char *path, const char *statement) {
  sqlite3 *database = NULL;
  char *words = NULL;
  int result = sqlite3_open(path, &database);
  if (result == SQLITE_OK) result = sqlite3_exec(database, statement, print_row, NULL, &words);
  if (words) printf("%s\n", words);
  sqlite3_free(words);
  sqlite3_close(database);
  return result;
}
