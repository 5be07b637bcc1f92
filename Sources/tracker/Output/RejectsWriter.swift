internal import AgreementTracker
internal import Glibc
internal import Tables

/// Refused rows on their way into `NAME.rejects.csv`, one after the other; the first are kept to be said.
final class RejectsWriter {
  /// Refused rows beyond these are in the file only.
  static let shown = 20

  let path: String
  private let reading: TableReading
  private let isDryRun: Bool
  private var file: UnsafeMutablePointer<FILE>?
  private(set) var first: [TableReading.Reject] = []
  private(set) var rows = 0
  private(set) var faults = 0

  /// - Parameter isDryRun: nothing is written.
  init(_ table: String, _ reading: TableReading, isDryRun: Bool) throws {
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

  static func path(for table: String) -> String {
    "\(table.lastIndex(of: ".").map { String(table[..<$0]) } ?? table).rejects.csv"
  }

  /// Only a file that was made here is replaced.
  static func check(_ path: String) throws {
    guard let there = try KeptFile.read(path) else { return }
    let first = String(decoding: there.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    guard first.hasSuffix("Row,Reason") else {
      throw Failure(
        .cannotWrite, what: "\(path.shown) is there already, and is no list of refused rows", next: "Move it away.")
    }
  }

  func take(_ rejects: [TableReading.Reject]) throws {
    rows += 1
    faults += rejects.count
    if first.count < Self.shown { first += rejects.prefix(Self.shown - first.count) }
    guard !isDryRun else { return }
    if file == nil {
      try Self.check(path)
      file = fopen(temporary, "we")
      try write(RejectsFile.head(reading))
    }
    try write(RejectsFile.line(reading, rejects))
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
    guard fclose(file) == 0, rename(temporary, path) == 0 else { throw failure }
  }
}
