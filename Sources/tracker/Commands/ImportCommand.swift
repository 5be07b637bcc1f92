internal import AgreementTracker
internal import ArgumentParser
internal import Glibc
internal import LogStore

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Adds the events of a drafts file to a book: all of them or none.",
    discussion: """
      Every fault is listed with its line; nothing is half done. Importing a file twice adds nothing.

      Examples:
        tracker import bury.drafts.jsonl --dry-run
        tracker import bury.drafts.jsonl --book bury.tracker
      """)

  @Argument(help: "A file FILE.drafts.jsonl.")
  var file: String
  @OptionGroup var writing: WritingOptions

  func run() throws {
    guard file.hasSuffix(".drafts.jsonl") else {
      throw Failure(
        .usage, what: "\(file.shown) is no drafts file",
        next: "Its name ends in .drafts.jsonl; a log is read, not imported.")
    }
    let bytes = try FileBytes.read(file)
    let imported = try writing.withBook { book in
      try book.importDrafts(
        bytes, recordedBy: writing.recordedBy, isDryRun: writing.dryRun, isClockTrusted: writing.clockOk != nil)
    }
    switch imported {
    case .added(let recorded): Console.out(recorded.text(isDryRun: writing.dryRun))
    case .refused(let faults):
      var lines: [String] = []
      for fault in faults.prefix(200) {
        let column = fault.column.map { ", column \($0)" } ?? ""
        let path = fault.path.isEmpty ? "" : "\(fault.path): "
        lines.append("line \(fault.line)\(column): \(path)\(fault.what)")
      }
      if faults.count > 200 { lines.append("… and \(faults.count - 200) more") }
      throw Failure(
        .badData, what: "nothing was added: \(faults.count) fault\(faults.count == 1 ? "" : "s") in \(file.shown)",
        next: faults.first?.next ?? "", more: lines)
    }
  }
}

/// Whole files that people write by hand.
enum FileBytes {
  /// Larger than any drafts file; what is longer is a log or a mistake.
  static let limit = 1 << 30

  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.missing, what: "\(path.shown) cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        throw Failure(.missing, what: "\(path.shown) cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= limit else { throw Failure(.badData, what: "\(path.shown) is longer than 1 GiB") }
    }
  }
}
