internal import Glibc

/// Where a book stands: on which disk, in which folder, and who may read it. A database wants a disk of this machine, to
/// itself: over a network its locks do not hold, and a program that copies folders to a cloud copies halves of it.
enum BookPlace {
  static func findings(_ path: String, privateValues: Int) -> [Doctor.Finding] {
    let full = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let place = full ?? path
    return [disk(place), share(place), synced(place), rights(place, path, privateValues), journal(place)].compactMap {
      $0
    }
  }

  private static func disk(_ path: String) -> Doctor.Finding {
    var system = statvfs()
    var status = stat()
    guard statvfs(path, &system) == 0, stat(path, &status) == 0 else {
      return Doctor.Finding("disk", .note, "how much room is left cannot be told here")
    }
    let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
    let needed = max(UInt64(status.st_size) * 2, 100 << 20)
    let words = "\(free >> 20) MiB are free, and the book has \((status.st_size + (1 << 20) - 1) >> 20)"
    return free < needed
      ? Doctor.Finding(
        "disk", .trouble, "little room is left: \(words)", fix: "make room; see what takes it:  du -sh *")
      : Doctor.Finding("disk", .well, "there is room: at least 100 MiB and twice the book are free")
  }

  // MARK: Shares

  /// Kinds of file systems whose locks are made by another machine, as the list of mounts calls them.
  private static let networks: [(kind: String, name: String)] = [
    ("nfs", "a network disk (NFS)"), ("cifs", "a Windows share"), ("smb", "a Windows share"),
    ("9p", "a virtual machine's share"),
    ("vboxsf", "a virtual machine's share"), ("afs", "a network disk (AFS)"), ("ceph", "a network disk (Ceph)"),
    ("lustre", "a network disk (Lustre)"), ("glusterfs", "a network disk (Gluster)"), ("fuse.sshfs", "a mounted share"),
    ("fuse.rclone", "a mounted share"), ("fuse.s3fs", "a mounted share"), ("fuse.gvfsd-fuse", "a mounted share"),
    ("fuse.davfs", "a mounted share"), ("davfs", "a mounted share"), ("fuse.onedriver", "a mounted share"),
    ("fuse.google-drive", "a mounted share"),
  ]

  private static func share(_ path: String) -> Doctor.Finding? {
    guard let kind = mounted(path), let name = networks.first(where: { kind.hasPrefix($0.kind) })?.name else {
      return nil
    }
    return Doctor.Finding(
      "share", .trouble, "the book is on \(name): two who write over a network can spoil it",
      fix: "move it to a disk of this machine, and share backups:  tracker backup \(folder(of: path))")
  }

  /// The kind of the file system of the mount that is nearest to a path.
  private static func mounted(_ path: String) -> String? {
    guard let bytes = (try? SmallFile.read("/proc/self/mounts", atMost: 1 << 22)) ?? nil else { return nil }
    var best: (length: Int, kind: String)?
    for line in bytes.split(separator: 0x0A) {
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      // The later of two mounts at one place hides the earlier one.
      guard words.count > 2, path == words[1] || path.hasPrefix(words[1].hasSuffix("/") ? words[1] : words[1] + "/"),
        words[1].utf8.count >= best?.length ?? 0
      else { continue }
      best = (words[1].utf8.count, words[2])
    }
    return best?.kind
  }

  // MARK: Folders that are copied to a cloud

  private static let cloudNames: [(beginning: String, name: String)] = [
    ("Dropbox", "Dropbox"), ("OneDrive", "OneDrive"), ("Google Drive", "Google Drive"), ("GoogleDrive", "Google Drive"),
    ("My Drive", "Google Drive"), ("Mobile Documents", "iCloud"), ("iCloud", "iCloud"), ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"), ("pCloud", "pCloud"), ("MEGA", "MEGA"),
  ]

  /// Files that such programs leave in a folder that they copy.
  private static let cloudMarks: [(file: String, name: String)] = [
    (".dropbox", "Dropbox"), (".dropbox.cache", "Dropbox"), (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"), (".tmp.driveupload", "Google Drive"), (".stfolder", "Syncthing"),
  ]

  private static func synced(_ path: String) -> Doctor.Finding? {
    let parts = path.split(separator: "/").dropLast().map(String.init)
    var name: String?
    var place = ""
    for part in parts {
      place += "/\(part)"
      // “MEGA” and no “MEGAtons”: the name as a whole, or before a space, a dash or a bracket (“OneDrive - NHS”).
      let named = cloudNames.first { cloud in
        part.hasPrefix(cloud.beginning)
          && part.dropFirst(cloud.beginning.count).first.map { !$0.isLetter && !$0.isNumber } != false
      }
      if let found = named?.name ?? cloudMarks.first(where: { access("\(place)/\($0.file)", F_OK) == 0 })?.name {
        name = found
        break
      }
    }
    guard let name else { return nil }
    return Doctor.Finding(
      "synced", .trouble,
      "\(name) copies this folder while the book is written to, and may put an older one in its place",
      fix: "move the book out of it, and put backups there:  tracker backup \(folder(of: path))")
  }

  // MARK: Rights, and what was left

  private static func rights(_ full: String, _ path: String, _ privateValues: Int) -> Doctor.Finding? {
    var status = stat()
    guard stat(full, &status) == 0 else { return nil }
    if status.st_mode & 0o002 != 0 {
      return Doctor.Finding(
        "rights", .trouble, "anybody on this machine can write into the book", fix: "chmod o-w \(path)")
    }
    guard status.st_mode & 0o044 != 0, privateValues > 0 else { return nil }
    return Doctor.Finding(
      "rights", .trouble,
      "others on this machine can read the book, and it holds \(privateValues) private value\(privateValues == 1 ? "" : "s")",
      fix: "chmod 600 \(path)")
  }

  private static func journal(_ path: String) -> Doctor.Finding? {
    var status = stat()
    guard stat("\(path)-wal", &status) == 0, status.st_size > 0 else { return nil }
    return Doctor.Finding(
      "journal", .note,
      "\(path)-wal is a part of the book: somebody is writing just now, or a program did not end well; never copy one without "
        + "the other", fix: "whoever records or signs next tidies up:  tracker checkpoint")
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) }.flatMap { $0.isEmpty ? nil : $0 } ?? "."
  }
}
