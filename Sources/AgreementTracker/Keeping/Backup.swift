public import CanonicalJSON
internal import Glibc
public import LogStore
internal import SQLiteStore
internal import TransparencyLog

/// A backup: the book as it was at one moment, copied while others may go on writing, and checked as a whole before it counts
/// as one.
public struct Backup: Sendable {
  public var path: String
  /// Events that it holds.
  public var events: Int
  public var root: [UInt8]
  /// Its size in bytes.
  public var bytes: Int
  /// When it was made.
  public var madeAt: Instant
  /// Files of exhibits that it holds, each compared with its digest.
  public var files: Int
  /// The latest checkpoint that it holds covers so many events; nil if it has none.
  public var signed: Int?
  /// Is it on the disk of the book, and would go with it?
  public var isOnSameDisk: Bool

  /// What backups that were cut off (the machine went off, the program was killed) left in a folder. Such a file is not known
  /// to be whole, and nothing asks for it.
  ///
  /// - Returns: paths, sorted.
  public static func leftovers(in folder: String) -> [String] {
    guard let entries = opendir(folder) else { return [] }
    defer { closedir(entries) }
    var found: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let parts = name.split(separator: ".tracker.new-", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].hasSuffix(".tracker"),
        let process = pid_t(parts[1].dropLast(".tracker".count)), kill(process, 0) != 0, errno == ESRCH
      else { continue }
      found.append("\(folder)/\(name)")
    }
    return found.sorted()
  }
}

extension Source {
  /// Makes a backup of a book.
  ///
  /// The copy is verified in full, and its root is compared with that of the same number of events in the book.
  /// - Parameters:
  ///   - path: of the new file; what is there already is never overwritten.
  ///   - folders: where it is remembered when the last backup was made.
  public static func backUp(
    _ book: String, to path: String, folders: UserFolders, environment: LogEnvironment = .system
  ) throws(TrackerError) -> Backup {
    do {
      try SmallFile.makeFolder(of: path, mode: 0o700)
      guard access(path, F_OK) != 0 else {
        throw TrackerError(
          .cannotWrite, "\(path) is there already, and a backup never overwrites anything", next: "Choose another name."
        )
      }
      try checkRoom(for: book, beside: path)
      // Under another name until it is known to be good.
      let temporary = "\(path).new-\(getpid()).tracker"
      unlink(temporary)
      defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(temporary + ending) } }
      let store = try SQLiteLog.openForCopying(book)
      defer { try? store.close() }
      do throws(StoreError) { try store.backUp(to: temporary) } catch {
        // Its name for the time being says nothing to anybody.
        var refusal = error
        refusal.what = error.what.replacing(temporary, with: path)
        throw refusal
      }
      let (verification, files) = try checked(temporary)
      guard let root = verification.root, try store.root(of: verification.size) == root else {
        throw TrackerError(.damaged, "the copy is not the book that it was made of", place: book)
      }
      var status = stat()
      guard stat(temporary, &status) == 0, SmallFile.place(temporary, at: path) else {
        throw TrackerError(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
      SmallFile.syncFolder(of: path)
      var original = stat()
      let isOnSameDisk = stat(book, &original) == 0 && original.st_dev == status.st_dev
      let backup = Backup(
        path: path, events: verification.size, root: root, bytes: Int(status.st_size), madeAt: environment.now(),
        files: files, signed: verification.signedBy.map(\.size).max(), isOnSameDisk: isOnSameDisk)
      if let origin = verification.origin { try BackupRecord(backup).save(folders, origin: origin) }
      return backup
    } catch {
      throw TrackerError(error, in: book)
    }
  }

  private static func checked(_ path: String) throws -> (Verification, files: Int) {
    let source = try Source.open(path)
    let verification = try Verification.run(source)
    if let fault = verification.faults.first(where: \.isDamage) {
      throw TrackerError(
        .damaged, "the book does not hold, so no backup was made of it: \(fault.text)",
        next: "Look at the book:  tracker verify   An earlier backup may be whole:  tracker restore --test BACKUP")
    }
    return (verification, try source.storedExhibits().all().count)
  }

  private static func checkRoom(for book: String, beside path: String) throws {
    var status = stat()
    var system = statvfs()
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard stat(book, &status) == 0, statvfs(folder.isEmpty ? "/" : folder, &system) == 0 else { return }
    let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
    let needed = UInt64(status.st_size) + (1 << 20)
    guard free < needed else { return }
    throw TrackerError(
      .cannotWrite, "there is too little room: \(needed / 1000 + 1) kB are needed, and \(free / 1000) kB are free",
      place: folder,
      next: "Make room, or take another disk:  tracker backup /media/usb")
  }
}

/// When the last backup of a log was made on this machine, and where: kept outside of the book, so that `doctor` can say how
/// old it is.
public struct BackupRecord: Sendable {
  public var path: String
  public var madeAt: Instant
  public var events: Int
  public var root: String
  public var bytes: Int

  init(_ backup: Backup) {
    // From whatever folder it is asked about later.
    let full = realpath(backup.path, nil)
    defer { free(full) }
    path = full.map { String(cString: $0) } ?? backup.path
    (madeAt, events, bytes) = (backup.madeAt, backup.events, backup.bytes)
    root = Base64.encode(backup.root)
  }

  private static func file(_ folders: UserFolders, _ origin: String) -> String {
    "\(folders.state)/backups/\(LogDigest.sha256(Array(origin.utf8)).hex).json"
  }

  func save(_ folders: UserFolders, origin: String) throws(TrackerError) {
    let value: JSONValue = [
      "format": "tracker.backup/1", "path": .string(path), "madeAt": .string(madeAt.description),
      "events": .integer(Int64(events)), "root": .string(root), "bytes": .integer(Int64(bytes)),
    ]
    try SmallFile.write(Self.file(folders, origin), value.canonicalBytes + [0x0A], mode: 0o600)
  }

  /// nil if none was made here, or what is remembered of it cannot be read.
  public static func last(of origin: String, _ folders: UserFolders) -> BackupRecord? {
    guard let bytes = (try? SmallFile.read(file(folders, origin))) ?? nil, let value = try? JSONValue(relaxed: bytes),
      let path = value["path"]?.string, let madeAt = value["madeAt"]?.string.flatMap({ Instant($0) }),
      let events = value["events"]?.integer, let root = value["root"]?.string, let size = value["bytes"]?.integer
    else { return nil }
    return BackupRecord(path: path, madeAt: madeAt, events: Int(events), root: root, bytes: Int(size))
  }

  private init(path: String, madeAt: Instant, events: Int, root: String, bytes: Int) {
    (self.path, self.madeAt, self.events, self.root, self.bytes) = (path, madeAt, events, root, bytes)
  }
}
