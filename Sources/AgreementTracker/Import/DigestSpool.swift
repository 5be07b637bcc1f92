internal import Glibc

/// Digests with a number each, kept on the disk and given back in groups that are equal.
///
/// It answers “which of a million rows say the same?” in memory that does not grow with them: digests are put into 64 files
/// by their first bits, and each file is sorted by itself. The files have no names, so they are gone with the process.
final class DigestSpool {
  struct Entry {
    /// The first 16 bytes of the digest.
    var high: UInt64
    var low: UInt64
    var number: Int64
  }

  private static let parts = 64
  private static let held = 256
  private var files: [Int32] = []
  private var buffers: [[Entry]]

  /// - Parameter folder: where the files are made; they may become as large as 24 bytes a digest.
  init(in folder: String) throws(TrackerError) {
    buffers = Array(repeating: [], count: Self.parts)
    for _ in 0..<Self.parts {
      guard let file = UnnamedFile.make(in: folder) else { throw Self.failure(folder) }
      files.append(file)
    }
    self.folder = folder
  }

  private let folder: String

  deinit { for file in files { close(file) } }

  private static func failure(_ folder: String) -> TrackerError {
    TrackerError(
      .cannotWrite, "a temporary file cannot be written in \(folder): \(String(cString: strerror(errno)))",
      next: "Make room there, or name another folder in TMPDIR.")
  }

  func add(_ digest: [UInt8], _ number: Int64) throws(TrackerError) {
    let (high, low) = digest.withUnsafeBytes {
      (
        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    try add(Entry(high: high, low: low, number: number))
  }

  func add(_ entry: Entry) throws(TrackerError) {
    let part = Int(entry.high >> 58)
    buffers[part].append(entry)
    if buffers[part].count == Self.held { try flush(part) }
  }

  private func flush(_ part: Int) throws(TrackerError) {
    let isWritten = buffers[part].withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(files[part], bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
    guard isWritten else { throw Self.failure(folder) }
    buffers[part].removeAll(keepingCapacity: true)
  }

  /// Gives every group of equal digests with their numbers in order; groups of one too.
  func forEachGroup(_ body: (ArraySlice<Entry>) throws -> Void) throws {
    for part in files.indices {
      try flush(part)
      let entries = try read(part).sorted { ($0.high, $0.low, $0.number) < ($1.high, $1.low, $1.number) }
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, entries[end].high == entries[start].high, entries[end].low == entries[start].low {
          end += 1
        }
        try body(entries[start..<end])
        start = end
      }
    }
  }

  private func read(_ part: Int) throws(TrackerError) -> [Entry] {
    let size = lseek(files[part], 0, SEEK_END)
    guard size > 0 else { return [] }
    let count = Int(size) / MemoryLayout<Entry>.stride
    var isRead = true
    let entries = [Entry](unsafeUninitializedCapacity: count) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      while done < raw.count {
        let got = pread(files[part], raw.baseAddress.map { $0 + done }, raw.count - done, off_t(done))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          isRead = false
          break
        }
        done += got
      }
      filled = isRead ? count : 0
    }
    guard isRead else { throw Self.failure(folder) }
    return entries
  }
}

/// A bit a number, from 0.
struct Bits: Sendable {
  private var words: [UInt64] = []
  private(set) var count = 0

  subscript(number: Int) -> Bool {
    get { number >> 6 < words.count && words[number >> 6] >> UInt64(number & 63) & 1 == 1 }
    set {
      guard newValue != self[number] else { return }
      while words.count <= number >> 6 { words.append(0) }
      words[number >> 6] ^= 1 << UInt64(number & 63)
      count += newValue ? 1 : -1
    }
  }
}
