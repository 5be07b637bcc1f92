#ifndef FAULT_VFS_H
#define FAULT_VFS_H

/* A file system for tests that can lose power: a shim over the default VFS of SQLite, opened by name
   (file:NAME?vfs=fault) and never made the default.

   It remembers what stood on the disk at the last sync of each file. When the power goes, every write since then is
   taken back, and the process ends at once, without a word. */

/* Registers the shim as “fault” and lets names of the form file:… be understood. Call it before SQLite is used.
   Returns 0, or an error code of SQLite. */
int fault_vfs_register(void);

/* The power goes at the n-th write from now on; 0 = never. */
void fault_vfs_lose_power_after(int writes);

/* Every write from now on answers that the disk is full (1), or that there was an input/output error (2), or every sync
   fails (3); 0 = fine. */
void fault_vfs_fail(int how);

/* Syncs so far. */
int fault_vfs_syncs(void);

/* Runs SQL on a file, without the shim, and prints the rows or the error. Returns 0, or an error code of SQLite. */
int fault_vfs_sql(const char *path, const char *statement);

#endif
