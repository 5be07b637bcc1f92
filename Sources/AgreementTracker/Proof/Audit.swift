internal import CanonicalJSON
internal import Glibc
internal import LogStore
public import TransparencyLog

/// Somebody else's look at a published log: the tree is built anew from its entries, compared with every published hash and
/// with the signed root, and with what the auditor saw before.
public struct Audit: Sendable {
  public var checkpoint: Checkpoint
  public var signedBy: [VerifiedSignature]
  public var witnessedBy: [VerifiedSignature]
  /// What was seen before; nil = this is the first look.
  public var before: Checkpoint?
  /// Tiles that were read.
  public var tiles: Int

  /// Where tiles come from.
  public enum Place: Sendable {
    case folder(String)
    /// `http://` or `https://`, fetched with curl.
    case url(String)

    public init(_ text: String) {
      let isURL = text.hasPrefix("https://") || text.hasPrefix("http://")
      let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
      self = isURL ? .url(trimmed) : .folder(trimmed)
    }

    var name: String {
      switch self {
      case .folder(let path): path
      case .url(let url): url
      }
    }

    /// nil if there is no such file.
    func read(_ path: String) throws(TrackerError) -> [UInt8]? {
      switch self {
      case .folder(let folder): return try SmallFile.read("\(folder)/\(path)", atMost: 1 << 20)
      case .url(let url): return try Curl.get("\(url)/\(path)")
      }
    }
  }

  /// More than any log that is kept in an office.
  private static let mostEntries = 100_000_000

  /// Looks at a published log.
  ///
  /// - Parameter policy: the keys that the auditor trusts; nil = nobody's signature is believed, only the tree is checked.
  public static func run(_ place: Place, policy: Policy?, folders: UserFolders) throws(TrackerError) -> Audit {
    do {
      let note = try SignedNote(bytes: required("checkpoint", place))
      let checkpoint = try Checkpoint(note: note)
      var (signed, witnessed): ([VerifiedSignature], [VerifiedSignature]) = ([], [])
      if let policy { (signed, witnessed) = try policy.check(note) }
      let (tree, tiles) = try self.tree(place, checkpoint)
      guard try tree.root(of: checkpoint.size) == checkpoint.root else {
        throw TrackerError(
          .notVerified, "the published entries do not give the root of the published checkpoint", place: place.name)
      }
      // Without a policy nobody's word is behind the origin, so what is remembered is what was published at this place: a
      // stranger's page under the same name must not become what the log is held against.
      let name = policy == nil ? "\(place.name)\n\(checkpoint.origin)" : checkpoint.origin
      let path = "\(folders.state)/audited/\(LogDigest.sha256(Array(name.utf8)).hex).checkpoint"
      var before: Checkpoint?
      try SmallFile.locked("\(path).lock") { () throws(TrackerError) in
        do {
          let bytes = try SmallFile.read(path, atMost: SignedNote.longest)
          before = try bytes.map { try Checkpoint(note: SignedNote(bytes: $0)) }
          if let before {
            guard before.size <= checkpoint.size else {
              throw TrackerError(
                .notVerified,
                "\(before.size) entries of this log were seen before, and now only \(checkpoint.size) are published: it was "
                  + "turned back", place: place.name, next: "What was seen is kept in \(path)")
            }
            guard try tree.root(of: before.size) == before.root else {
              throw TrackerError(
                .notVerified,
                "the published log does not contain the \(before.size) entries that were seen before: it was rewritten",
                place: place.name, next: "What was seen is kept in \(path)")
            }
          }
          try SmallFile.write(path, note.bytes, mode: 0o600)
        } catch {
          throw TrackerError(error, in: place.name)
        }
      }
      return Audit(checkpoint: checkpoint, signedBy: signed, witnessedBy: witnessed, before: before, tiles: tiles)
    } catch {
      throw TrackerError(error, in: place.name)
    }
  }

  /// The entries that a place publishes under its checkpoint.
  public static func entries(_ place: Place) throws(TrackerError) -> [[UInt8]] {
    do {
      let checkpoint = try Checkpoint(note: SignedNote(bytes: required("checkpoint", place)))
      guard checkpoint.size <= mostEntries else { throw ProofFault(.tooLarge, "more than \(mostEntries) entries") }
      var entries: [[UInt8]] = []
      for tile in Tile.all(of: checkpoint.size).filter({ $0.content == .entries }).sorted(by: { $0.index < $1.index }) {
        entries += try tile.entries(bytes(of: tile, place))
      }
      return entries
    } catch {
      throw TrackerError(error, in: place.name)
    }
  }

  private static func tree(_ place: Place, _ checkpoint: Checkpoint) throws -> (TreeHashes, tiles: Int) {
    var tree = TreeHashes()
    var tiles = 0
    // A size is a stranger's word: nobody is made to ask for a million tiles because of a number in a file.
    guard checkpoint.size <= mostEntries else {
      throw TrackerError(
        .notVerified, "the checkpoint says \(checkpoint.size) entries; more than \(mostEntries) are not looked at",
        place: place.name)
    }
    let all = Tile.all(of: checkpoint.size)
    for tile in all.filter({ $0.content == .entries }).sorted(by: { $0.index < $1.index }) {
      for entry in try tile.entries(bytes(of: tile, place)) { tree.append(entry: entry) }
      tiles += 1
    }
    for tile in all {
      guard case .hashes(let level) = tile.content else { continue }
      let hashes = try tile.hashes(bytes(of: tile, place))
      for (node, hash) in zip(tile.nodes, hashes)
      where try tree.hash(of: TreeNode(level: Tile.height * level, index: node)) != hash {
        throw TrackerError(
          .notVerified, "\(tile.path) holds a hash that is not that of the published entries", place: place.name)
      }
      tiles += 1
    }
    return (tree, tiles)
  }

  /// A partial tile may have been taken away once the full one was there.
  private static func bytes(of tile: Tile, _ place: Place) throws -> [UInt8] {
    if let bytes = try place.read(tile.path) { return bytes }
    var full = tile
    full.width = Tile.fullWidth
    guard tile.width < Tile.fullWidth, let bytes = try place.read(full.path) else {
      throw TrackerError(.notVerified, "\(tile.path) is not published", place: place.name)
    }
    let each = tile.content == .entries ? 34 : 32
    return Array(bytes.prefix(each * tile.width))
  }

  private static func required(_ path: String, _ place: Place) throws(TrackerError) -> [UInt8] {
    guard let bytes = try place.read(path) else {
      throw TrackerError(
        .missing, "there is no \(path) at \(place.name)", next: "A log is published by:  tracker publish DIR")
    }
    return bytes
  }
}

/// The program curl: it knows certificates, proxies and redirects better than anything written here.
enum Curl {
  /// nil where the server says that there is no such file.
  static func get(_ url: String) throws(TrackerError) -> [UInt8]? {
    let output = "/tmp/tracker-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).fetched"
    defer { unlink(output) }
    let arguments = [
      "curl", "--silent", "--fail", "--location", "--max-redirs", "3", "--max-time", "60",
      "--max-filesize", "1048576", "--proto", "=http,https", "--output", output, "--", url,
    ]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child = pid_t()
    let code = posix_spawnp(&child, "curl", nil, nil, &pointers, environ)
    guard code == 0 else { throw missing(url) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    switch status >> 8 & 0xFF {
    case 0 where status & 0x7F == 0: return try SmallFile.read(output, atMost: 1 << 20) ?? []
    // The server answered, and has no such file.
    case 22: return nil
    // Not every C library says at once that there is no such program; then the child does.
    case 127: throw missing(url)
    case let code: throw TrackerError(.missing, "\(url) cannot be read: \(reason(code))")
    }
  }

  private static func missing(_ url: String) -> TrackerError {
    TrackerError(
      .toolMissing, "curl is needed to read \(url), and cannot be run", next: "Install it:  sudo apt-get install curl")
  }

  /// What an exit code of curl means (its manual, “Exit codes”); its own words would stand between ours.
  private static func reason(_ code: Int32) -> String {
    switch code {
    case 3: "this is no address"
    case 5, 6: "there is no such host, or no network"
    case 7: "nobody answers there"
    case 28: "it took longer than a minute"
    case 35, 51, 53, 54, 58, 59, 60, 66, 77, 83: "the connection is not secure: its certificate does not hold"
    case 47: "it leads from address to address"
    case 63: "it is longer than a megabyte"
    default: "curl ended with \(code)"
    }
  }
}
