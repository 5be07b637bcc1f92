internal import Glibc

/// Who holds a book just now, as the kernel knows it.
///
/// SQLite locks bytes of the book, or, with a journal, of the file `-shm` beside it, and the kernel lists who holds them. A
/// note in a file of ours would outlive a crash and name the wrong one, and would cost a write for each commit; this costs
/// nothing until somebody has to wait, and cannot be stale. Where the kernel does not say (another machine, another
/// system), nobody is named.
public struct BookHolder: Hashable, Sendable {
  public var process: Int32
  /// The program and its first word: “tracker import”. What else was typed is nobody's business.
  public var command: String
  /// When that program was started, in seconds since 1970.
  public var startedAt: Int

  /// Whoever else holds a lock to write into the book at this path.
  public static func of(_ path: String) -> BookHolder? {
    guard let process = writer(of: path), let found = BookHolder(process: process), writer(of: path) == process else {
      return nil
    }
    return found
  }

  private init?(process: Int32) {
    guard let words = Self.read("/proc/\(process)/cmdline"), let start = Self.start(of: process) else { return nil }
    let parts = words.split(separator: 0).prefix(2).map { Self.printable($0) }
    guard let first = parts.first else { return nil }
    let program = String((first.split(separator: "/").last.map(String.init) ?? first).prefix(60))
    // A word, and no flag, path or name.
    let word =
      parts.count > 1 && parts[1].utf8.count < 30
        && parts[1].utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D } ? parts[1] : ""
    self.process = process
    command = word.isEmpty || word.hasPrefix("-") ? program : "\(program) \(word)"
    startedAt = start
  }

  // MARK: What the kernel says

  /// The first bytes that SQLite locks to write: in a book without a journal, and in the file beside one that has it.
  private static let bookBytes = 1_073_741_824...1_073_742_335
  private static let journalByte = 120...120

  private static func writer(of path: String) -> Int32? {
    guard let list = read("/proc/locks") else { return nil }
    let places = [(path, bookBytes), ("\(path)-shm", journalByte)].compactMap { file, bytes in
      identity(file).map { (identity: $0, bytes: bytes) }
    }
    for line in list.split(separator: 0x0A) {
      // 1: POSIX  ADVISORY  WRITE 4242 08:01:131 120 120
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count >= 8, words[1] == "POSIX", words[3] == "WRITE", let process = Int32(words[4]), process > 0,
        process != getpid(), let first = Int(words[6])
      else { continue }
      let last = Int(words[7]) ?? Int.max
      if places.contains(where: {
        $0.identity == words[5] && first <= $0.bytes.upperBound && last >= $0.bytes.lowerBound
      }) {
        return process
      }
    }
    return nil
  }

  /// Device and inode as `/proc/locks` writes them.
  private static func identity(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let device = UInt64(status.st_dev)
    let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
    let minor = device & 0xFF | (device >> 12) & ~0xFF
    return "\(hex(major)):\(hex(minor)):\(status.st_ino)"
  }

  private static func hex(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return text.count < 2 ? "0" + text : text
  }

  /// Field 22 of `/proc/PID/stat` counts ticks since the machine was started; the name before it may hold anything, so it is
  /// counted from the last bracket on.
  private static func start(of process: Int32) -> Int? {
    guard let line = read("/proc/\(process)/stat"), let bracket = line.lastIndex(of: UInt8(ascii: ")")),
      let system = read("/proc/stat")
    else { return nil }
    let fields = line[(bracket + 1)...].split(separator: 0x20)
    let boot = system.split(separator: 0x0A).first { $0.starts(with: Array("btime ".utf8)) }
    let ticks = sysconf(Int32(_SC_CLK_TCK))
    guard fields.count > 19, let started = Int(String(decoding: fields[19], as: UTF8.self)), ticks > 0,
      let booted = boot.flatMap({ Int(String(decoding: $0.dropFirst(6), as: UTF8.self)) })
    else { return nil }
    return booted + started / ticks
  }

  private static func printable(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
  }

  /// A file of the kernel has no size that could be asked for.
  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < 1 << 22 {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += block[..<count]
    }
    return bytes
  }
}
