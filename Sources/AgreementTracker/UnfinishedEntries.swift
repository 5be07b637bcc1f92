internal import Glibc

/// Entries that were begun and are not recorded yet, each a small file that only the user can read.
///
/// They may hold names and sums like the book itself, so they are removed as soon as the entry is recorded or thrown away.
public struct UnfinishedEntries: Sendable {
  private let folder: String

  public init(_ folders: UserFolders) { folder = "\(folders.state)/drafts" }

  /// The names of all, the one begun first first, if names are ids of version 7.
  public var names: [String] {
    SmallFile.names(in: folder).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(".json".count)) }
  }

  public func path(_ name: String) -> String { "\(folder)/\(name).json" }

  /// Replaces the whole file in one step: after a crash there is the old one or the new one.
  public func save(_ name: String, _ bytes: [UInt8]) throws(TrackerError) {
    try SmallFile.write(path(name), bytes, mode: 0o600)
  }

  public func read(_ name: String) throws(TrackerError) -> [UInt8] {
    guard let bytes = try SmallFile.read(path(name)) else {
      throw TrackerError(.missing, "\(path(name)) is not there any more")
    }
    return bytes
  }

  /// Nothing happens if there is no such file.
  public func remove(_ name: String) { unlink(path(name)) }
}
