internal import Glibc
internal import Spreadsheets
internal import TransparencyLog

/// A table's file that is too long to be held: read in pieces, as often as it is wanted, and the same each time.
struct TableFile: ChunkedBytes {
  let path: String
  /// SHA-256 of the file.
  let digest: [UInt8]

  /// Longer text files are not held.
  static let held = 1 << 20

  /// Is it a text of more than `held` bytes? Workbooks are held, and their size is limited.
  static func isLong(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > held else { return false }
    var head: [UInt8] = []
    struct Enough: Error {}
    try? Self.read(path) { chunk in
      head += chunk.prefix(Spreadsheet.headCount)
      throw Enough()
    }
    return !Spreadsheet.isWorkbook(head)
  }

  init(_ path: String) throws {
    self.path = path
    var digest = RunningDigest()
    try Self.read(path) { digest.update(UnsafeRawBufferPointer($0)) }
    self.digest = digest.finalize()
  }

  /// Whoever has seen the whole file has seen that which was there at first.
  func forEachChunk(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    var digest = RunningDigest()
    try Self.read(path) { chunk in
      digest.update(UnsafeRawBufferPointer(chunk))
      try body(chunk)
    }
    guard digest.finalize() == self.digest else {
      throw Failure(
        .badData, what: "\(path.shown) was changed while it was being read; nothing was added",
        next: "Import it again when nobody writes to it.")
    }
  }

  private static func read(_ path: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.missing, what: "\(path.shown) cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(.missing, what: "\(path.shown) cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return }
      try block.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
