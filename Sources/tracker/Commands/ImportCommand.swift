internal import AgreementTracker
internal import ArgumentParser
internal import Glibc
internal import LogStore

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Adds the events of a drafts file to a book: all of them or none.",
    usage: "tracker import FILE.drafts.jsonl [--dry-run] [--book BOOK]",
    discussion: """
      Every fault is listed with its line; nothing is half done. Importing a file twice adds nothing.

      Examples:
        tracker import deals.drafts.jsonl --dry-run
        tracker import deals.drafts.jsonl --book deals.tracker
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
    Progress.say("Importing \(file) …", about: file)
    try writing.report { book in
      switch try book.importDrafts(
        bytes, recordedBy: writing.recordedBy, isDryRun: writing.dryRun, isClockTrusted: writing.clockOk != nil,
        consent: writing.consent(in: book))
      {
      case .added(let recorded): recorded
      case .refused(let faults): throw Self.refusal(faults, file)
      }
    }
  }

  /// Every fault with its line; nothing was added.
  private static func refusal(_ faults: [RecordBook.DraftFault], _ file: String) -> Failure {
    let shown = 200
    var lines = faults.prefix(shown).map { fault in
      let column = fault.column.map { ", column \($0)" } ?? ""
      return "line \(fault.line)\(column): \(fault.path.isEmpty ? "" : "\(fault.path): ")\(fault.what)"
    }
    if faults.count > shown { lines.append("… and \(faults.count - shown) more") }
    return Failure(
      .badData, what: "nothing was added: \(faults.count) fault\(faults.count == 1 ? "" : "s") in \(file.shown)",
      next: faults.first?.next ?? "", more: lines)
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
