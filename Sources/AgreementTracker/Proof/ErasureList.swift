internal import TransparencyLog

/// Digests of private values that were erased by this user, kept outside of the book: a backup that was made before, and is
/// put back, is held against it.
struct ErasureList {
  private let path: String?
  private let digests: Set<String>

  init(_ folders: UserFolders?, origin: String?) {
    path = folders.flatMap { folders in origin.map { Self.path(folders, $0) } }
    let bytes = path.flatMap { (try? SmallFile.read($0, atMost: 1 << 26)) ?? nil } ?? []
    digests = Set(bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
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
    let all = digests.union(more).sorted()
    try SmallFile.write(path, Array(all.map { "\($0)\n" }.joined().utf8), mode: 0o600)
  }
}
