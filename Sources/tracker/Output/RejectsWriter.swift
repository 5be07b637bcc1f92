internal import AgreementTracker
internal import CanonicalJSON
internal import Glibc
internal import Reports
internal import Tables
internal import TransparencyLog

/// Refused rows on their way into `NAME.rejects.csv`, one after the other; the first are kept to be said.
///
/// A list that was made here and that nobody touched since is replaced. One that somebody worked on is kept beside the new
/// one: her work is in it, and nowhere else.
final class RejectsWriter {
  /// Refused rows beyond these are in the file only.
  static let shown = 20

  let path: String
  /// Where a list that somebody had worked on is now; nil = there was none.
  private(set) var kept: String?
  private let reading: TableReading
  private let isDryRun: Bool
  private let made = MadeLists()
  private var file: UnsafeMutablePointer<FILE>?
  /// Of what is written: a list may be longer than the memory.
  private var digest = RunningDigest()
  private(set) var first: [TableReading.Reject] = []
  private(set) var rows = 0
  private(set) var faults = 0

  /// - Parameter isDryRun: nothing is written.
  init(_ table: String, _ reading: TableReading, isDryRun: Bool) {
    path = Self.path(for: table)
    self.reading = reading
    self.isDryRun = isDryRun
  }

  deinit {
    guard let file else { return }
    fclose(file)
    unlink(temporary)
  }

  private var temporary: String { "\(path).new" }

  /// `pay.csv` → `pay.rejects.csv`, `pay.xlsx` → `pay.xlsx.rejects.csv`: two tables have two lists.
  static func path(for table: String) -> String {
    "\(table.lowercased().hasSuffix(".csv") ? String(table.dropLast(4)) : table).rejects.csv"
  }

  func take(_ rejects: [TableReading.Reject]) throws {
    rows += 1
    faults += rejects.count
    if first.count < Self.shown { first += rejects.prefix(Self.shown - first.count) }
    guard !isDryRun else { return }
    if file == nil {
      try checkHead()
      file = fopen(temporary, "we")
      try write(RejectsFile.head(reading))
    }
    try write(RejectsFile.line(reading, rejects))
  }

  /// Nothing but a list of refused rows is moved or replaced.
  private func checkHead() throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    // A pipe would be waited for.
    if status.st_mode & S_IFMT == S_IFREG, let file = fopen(path, "re") {
      count = fread(&block, 1, block.count, file)
      fclose(file)
    }
    let first = String(decoding: block[..<count].prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    guard RejectsFile.isHead(first) else {
      throw Failure(
        .cannotWrite, what: "\(path.shown) is there already, and is no list of refused rows", next: "Move it away.")
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure }
    bytes.withUnsafeBytes { digest.update($0) }
  }

  private var failure: Failure {
    Failure(.cannotWrite, what: "\(path.shown) cannot be written: \(String(cString: strerror(errno)))")
  }

  /// Puts the file in its place.
  func finish() throws {
    guard let file else { return }
    self.file = nil
    // Once it is in its place, there is none of that name.
    defer { unlink(temporary) }
    guard fclose(file) == 0 else { throw failure }
    try checkHead()
    let new = digest.finalize().hex
    if let old = try RunningDigest.file(path)?.hex, old != new, !made.has(old) {
      let free = Self.free(path)
      guard rename(path, free) == 0 else { throw failure }
      kept = free
    }
    guard rename(temporary, path) == 0 else { throw failure }
    made.add(new)
  }

  /// `pay.rejects.earlier.csv`, or with a number where that is taken.
  private static func free(_ path: String) -> String {
    let stem = path.dropLast(".csv".count)
    var (name, number) = ("\(stem).earlier.csv", 2)
    while access(name, F_OK) == 0 {
      name = "\(stem).earlier-\(number).csv"
      number += 1
    }
    return name
  }
}

/// The lists of refused rows that were written on this machine, as SHA-256 digests: whatever is not among them was made
/// elsewhere or changed by a person.
private struct MadeLists {
  private static let most = 1_000
  private let path = "\(UserFolders.mine.state)/rejects.txt"

  private var digests: [String] {
    let bytes = (try? KeptFile.read(path)).flatMap { $0 } ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func has(_ digest: String) -> Bool { digests.contains(digest) }

  /// Where it cannot be remembered, the list is kept the next time, which loses nothing.
  func add(_ digest: String) {
    let lines = (digests.filter { $0 != digest } + [digest]).suffix(Self.most)
    try? KeptFile.write(path, Array(lines.map { $0 + "\n" }.joined().utf8))
  }
}
