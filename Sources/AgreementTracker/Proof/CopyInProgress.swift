internal import Glibc

/// A copy of a log in the making: it knows what was made for it, so that a copy that cannot be finished is no half copy that
/// somebody takes for a whole one.
final class CopyInProgress {
  /// The folder and the name, without an ending.
  let base: String
  /// What was written, as it is told; a folder of exhibits counts as one, with “/” at its end.
  private(set) var files: [String] = []
  private var written: [String] = []
  /// Folders that were not there before, the outer before the inner.
  private var folders: [String] = []

  init(_ base: String) { self.base = base }

  /// What would have to be overwritten is refused before anything is made.
  func refuseWhatIsThere() throws(TrackerError) {
    for ending in [".jsonl", ".checkpoint", ".tsr", ".checkpoints", ".private.jsonl", ".exhibits"] {
      guard access(base + ending, F_OK) != 0 else {
        throw TrackerError(
          .cannotWrite, "\(base)\(ending) is there already", next: "Choose another folder or name.")
      }
    }
  }

  /// A small file, whole or not at all.
  func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws(TrackerError) {
    noteFolders(of: path)
    try SmallFile.write(path, bytes, mode: mode, isNew: true)
    files.append(path)
    written.append(path)
  }

  /// A file that is written in pieces; it is in its place when it is closed.
  ///
  /// - Parameter folder: the folder that is told in its stead.
  func begin(_ path: String, mode: mode_t = 0o644, toldAs folder: String? = nil) throws(TrackerError) -> OutgoingFile {
    noteFolders(of: path)
    // What holds papers is for its user alone; the other folders are as any folder.
    if folder == nil { try SmallFile.makeFolder(of: path) }
    let file = try OutgoingFile(path, mode: mode)
    let told = folder ?? path
    if !files.contains(told) { files.append(told) }
    written.append(path)
    return file
  }

  private func noteFolders(of path: String) {
    var missing: [String] = []
    var folder = path[...]
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = folder[..<slash]
      guard access(String(folder), F_OK) != 0 else { break }
      missing.append(String(folder))
    }
    folders += missing.reversed()
  }

  /// Takes away what was made, and nothing else: a folder in which something else is stays.
  func takeAway() {
    for path in written.reversed() { unlink(path) }
    for folder in folders.reversed() { rmdir(folder) }
  }
}
