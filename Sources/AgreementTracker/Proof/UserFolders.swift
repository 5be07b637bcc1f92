internal import Glibc

/// The two folders of one user on one machine that stand outside of every book: keys, and what was seen.
///
/// Whoever copies a book copies neither, and that is the point: a key inside the book would sign for anybody who has the
/// file, and what was seen would be turned back together with it.
public struct UserFolders: Sendable {
  /// Signing keys. TRACKER_KEYS, else `$XDG_DATA_HOME/tracker/keys`, else `~/.local/share/tracker/keys`.
  public var keys: String
  /// The guard of each log, what a witness remembers, erased values. TRACKER_STATE, else `$XDG_STATE_HOME/tracker`, else
  /// `~/.local/state/tracker`.
  public var state: String

  public init(keys: String, state: String) {
    self.keys = keys
    self.state = state
  }

  /// - Parameter variable: the value of an environment variable.
  public static func standard(_ variable: (String) -> String?) -> UserFolders {
    func folder(_ own: String, _ shared: String, _ home: String, _ name: String) -> String {
      if let own = variable(own), !own.isEmpty { return own }
      // XDG: a relative path is ignored.
      if let shared = variable(shared), shared.hasPrefix("/") { return "\(shared)/\(name)" }
      return "\(userHome(variable))/\(home)/\(name)"
    }
    return UserFolders(
      keys: folder("TRACKER_KEYS", "XDG_DATA_HOME", ".local/share", "tracker/keys"),
      state: folder("TRACKER_STATE", "XDG_STATE_HOME", ".local/state", "tracker"))
  }

  /// HOME, else what the system knows of the user: a service has no HOME, and its keys must not land beside the book.
  private static func userHome(_ variable: (String) -> String?) -> String {
    if let home = variable("HOME"), home.hasPrefix("/") { return home }
    guard let entry = getpwuid(getuid()), let folder = entry.pointee.pw_dir else { return "." }
    return String(cString: folder)
  }
}

/// Small files that are read whole and replaced whole.
enum SmallFile {
  /// nil if there is no such file.
  static func read(_ path: String, atMost limit: Int = 1 << 20) throws(TrackerError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw TrackerError(.missing, "\(path) cannot be opened: \(reason)")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw TrackerError(.missing, "\(path) cannot be read: \(reason)") }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= limit else { throw TrackerError(.badData, "\(path) is longer than \(limit) bytes") }
    }
  }

  /// Puts the bytes in the place of a file in one step: after a crash there is the old one or the new one.
  ///
  /// - Parameter isNew: a file that is there already is an error.
  static func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644, isNew: Bool = false) throws(TrackerError) {
    try makeFolder(of: path, mode: mode == 0o600 ? 0o700 : 0o755)
    let temporary = "\(path).new-\(getpid())"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw TrackerError(.cannotWrite, "\(path) cannot be made: \(reason)") }
    var isWritten = true
    var done = 0
    while isWritten, done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      isWritten = count > 0
      done += max(0, count)
    }
    isWritten = isWritten && fsync(descriptor) == 0
    let why = reason
    close(descriptor)
    let isPlaced = isWritten && (isNew ? place(temporary, at: path) : rename(temporary, path) == 0)
    let placing = reason
    if !isPlaced || isNew { unlink(temporary) }
    guard isWritten else { throw TrackerError(.cannotWrite, "\(path) cannot be written: \(why)") }
    guard isPlaced else { throw TrackerError(.cannotWrite, "\(path) cannot be written: \(placing)") }
  }

  /// Puts a file where none is; `errno` says why not.
  static func place(_ temporary: String, at path: String) -> Bool {
    // `link` takes no place that is taken, as `rename` would.
    if link(temporary, path) == 0 { return true }
    // A stick from a camera or from Windows knows no links: there the place is taken first, and then filled.
    guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else { return false }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return rename(temporary, path) == 0
  }

  static func makeFolder(of path: String, mode: mode_t = 0o755) throws(TrackerError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = String(path[..<slash])
    guard access(folder, F_OK) != 0 else { return }
    try makeFolder(of: folder, mode: mode)
    guard mkdir(folder, mode) == 0 || errno == EEXIST else {
      throw TrackerError(.cannotWrite, "the folder \(folder) cannot be made: \(reason)")
    }
  }

  /// After a power cut the name of a new file must be there, too. Where the system cannot do it, nothing is said: the file
  /// itself is synced.
  static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Names in a folder, sorted; none if there is no such folder.
  static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Runs `body` while nobody else holds the lock of this name.
  static func locked<T>(_ path: String, _ body: () throws(TrackerError) -> T) throws(TrackerError) -> T {
    try makeFolder(of: path, mode: 0o700)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TrackerError(.cannotWrite, "\(path) cannot be opened: \(reason)") }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw TrackerError(.cannotWrite, "\(path) cannot be locked: \(reason)") }
    }
    return try body()
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
