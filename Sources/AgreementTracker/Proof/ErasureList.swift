internal import TransparencyLog

/// Digests of private values (base64) and of files (hexadecimal) that were erased by this user, kept outside of the book: a backup that was made before, and is
/// put back, is held against it.
struct ErasureList {
  private let path: String?
  private let digests: Set<String>

  init(_ folders: UserFolders?, origin: String?) {
    path = folders.flatMap { folders in origin.map { Self.path(folders, $0) } }
    digests = path.map(Self.read) ?? []
  }

  private static func read(_ path: String) -> Set<String> {
    let bytes = ((try? SmallFile.read(path, atMost: 1 << 26)) ?? nil) ?? []
    return Set(bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
  }

  private static func path(_ folders: UserFolders, _ origin: String) -> String {
    "\(folders.state)/erased/\(LogDigest.sha256(Array(origin.utf8)).hex).list"
  }

  func contains(_ digest: String) -> Bool { digests.contains(digest) }

  /// All of it, sorted.
  var all: [String] { digests.sorted() }

  /// Remembers further digests.
  func adding(_ more: [String]) throws(TrackerError) {
    guard let path else { return }
    // Of two who erase at once, none may drop what the other has added: it is read again under the lock.
    try SmallFile.locked("\(path).lock") { () throws(TrackerError) in
      let all = Self.read(path).union(digests).union(more).sorted()
      try SmallFile.write(path, Array(all.map { "\($0)\n" }.joined().utf8), mode: 0o600)
    }
  }
}
