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
      _ = try there()
      file = fopen(temporary, "we")
      try write(RejectsFile.head(reading))
    }
    try write(RejectsFile.line(reading, rejects))
  }

  /// The list that is there; nil = none is.
  private func there() throws -> [UInt8]? {
    guard let there = try KeptFile.read(path) else { return nil }
    let first = String(decoding: there.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    guard RejectsFile.isHead(first) else {
      throw Failure(
        .cannotWrite, what: "\(path.shown) is there already, and is no list of refused rows", next: "Move it away.")
    }
    return there
  }

  private func write(_ bytes: [UInt8]) throws {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure }
  }

  private var failure: Failure {
    Failure(.cannotWrite, what: "\(path.shown) cannot be written: \(String(cString: strerror(errno)))")
  }

  /// Puts the file in its place.
  func finish() throws {
    guard let file else { return }
    self.file = nil
    guard fclose(file) == 0 else { throw failure }
    if let there = try there(), !made.has(there), there != (try KeptFile.read(temporary)) {
      let free = Self.free(path)
      guard rename(path, free) == 0 else { throw failure }
      kept = free
    }
    guard rename(temporary, path) == 0 else { throw failure }
    if let bytes = try KeptFile.read(path) { made.add(bytes) }
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

  func has(_ bytes: [UInt8]) -> Bool { digests.contains(LogDigest.sha256(bytes).hex) }

  /// Where it cannot be remembered, the list is kept the next time, which loses nothing.
  func add(_ bytes: [UInt8]) {
    let lines = (digests + [LogDigest.sha256(bytes).hex]).suffix(Self.most)
    try? KeptFile.write(path, Array(lines.map { $0 + "\n" }.joined().utf8))
  }
}
