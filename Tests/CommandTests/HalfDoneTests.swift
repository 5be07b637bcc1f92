import Foundation
import Testing

/// What is made for somebody is whole or not there: copies and exports on a full disk, from a damaged book, into a place that
/// is taken.
@Suite("Nothing half done")
struct HalfDoneTests {
  /// A book with a paper of 300 kB, “letter”, in a folder of its own.
  private func shell() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deal --owner lmc").status == 0)
    let paper = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    try paper.write(to: URL(fileURLWithPath: "\(shell.folder)/letter.bin"))
    let filed = try shell.run(
      "record exhibit letter.bin --exhibit L1 --title Paper --kind other --asserted-by lmc --private writer=Zebedee")
    #expect(filed.status == 0, "\(filed.error)")
    #expect(try shell.run("record party x --kind other --identity withheld --asserted-by lmc").status == 0)
    return shell
  }

  /// All below a folder, sorted.
  private func files(_ folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
  }

  static let commands = [
    "export --full out", "withhold 4 --to out --private --with-files", "withhold 4 --to deep/in/there --with-files",
  ]

  @Test("A paper that is not the one that was filed stops a copy, and nothing of it is left", arguments: commands)
  func damagedPaper(command: String) throws {
    let shell = try shell()
    defer { shell.clean() }
    _ = try TranscriptFiles.run(
      "sql deal.tracker | UPDATE filePiece SET bytes = zeroblob(length(bytes))", in: shell, inserted: { $0 })
    let before = files(shell.folder)
    let result = try shell.run(command)
    #expect(result.status == 4)
    #expect(
      result.error.contains(" is not the one that was filed, so it was not copied  [4]\n")
        && result.error.hasSuffix("  Which exhibit is it?  tracker exhibit check\n"), "\(result.error)")
    #expect(files(shell.folder) == before)
    // Without the papers it can be given away, and a folder that was there stays.
    try FileManager.default.createDirectory(atPath: "\(shell.folder)/out", withIntermediateDirectories: true)
    #expect(try shell.run(command).status == 4)
    #expect(files("\(shell.folder)/out") == [])
    #expect(try shell.run("withhold 4 --to out").status == 0)
    #expect(try shell.run("verify out/deal.jsonl").status == 0)
  }

  @Test("Lines that are not those that were signed are not given away as a copy", arguments: commands)
  func damagedLines(command: String) throws {
    let shell = try shell()
    defer { shell.clean() }
    #expect(try shell.run("export --full whole").status == 0)
    _ = try TranscriptFiles.run("change whole/deal.jsonl | Paper | Caper", in: shell, inserted: { $0 })
    let before = files(shell.folder)
    let isExport = command.hasPrefix("export")
    let result = try shell.run(isExport ? "export whole/deal.jsonl --full out" : "\(command) --log whole/deal.jsonl")
    #expect(result.status == 4)
    #expect(
      result.error == """
        error: the lines are not those over which the checkpoint was signed, so no copy was made  [4]
          where: whole/deal.jsonl
          Look closer:  tracker verify whole/deal.jsonl

        """, "\(result.error)")
    #expect(files(shell.folder) == before)
  }

  static let taken = ["deal.jsonl", "deal.checkpoint", "deal.private.jsonl", "deal.exhibits/x", "deal.checkpoints/x"]

  @Test("What is there is neither overwritten nor mixed with the copy, and nothing is begun", arguments: taken)
  func takenPlace(name: String) throws {
    let shell = try shell()
    defer { shell.clean() }
    _ = try TranscriptFiles.run("write out/\(name) | mine", in: shell, inserted: { $0 })
    let before = files(shell.folder)
    let result = try shell.run("export --full out")
    #expect(result.status == 73)
    let first = name.split(separator: "/")[0]
    #expect(
      result.error == """
        error: out/\(first) is there already  [73]
          Choose another folder or name.

        """, "\(result.error)")
    #expect(files(shell.folder) == before)
    #expect(FileManager.default.contents(atPath: "\(shell.folder)/out/\(name)") == Data("mine\n".utf8))
  }

  @Test("A file in the place of the folder, and a place that cannot be written, are said")
  func noFolder() throws {
    let shell = try shell()
    defer { shell.clean() }
    _ = try TranscriptFiles.run("write out | a file", in: shell, inserted: { $0 })
    let result = try shell.run("export --full out")
    #expect(result.status == 73)
    #expect(
      result.error == """
        error: out/deal.jsonl cannot be made: Not a directory  [73]
          Nothing of the copy was left there. Make room, or choose another place.

        """, "\(result.error)")
    #expect(try shell.run("export --full /proc/copy").status == 73)
  }

  // MARK: A limit on the size of files, as quotas set it: the write fails in the middle

  static let limited = [
    "export --full out", "withhold 4 --to out --with-files", "backup whole/out.tracker",
    "restore whole --to out.tracker",
  ]

  @Test("A write that fails in the middle leaves nothing behind, and the message says so", arguments: limited)
  func limit(command: String) throws {
    let shell = try shell()
    defer { shell.clean() }
    #expect(try shell.run("export --full whole").status == 0)
    let before = files(shell.folder).filter { !$0.hasPrefix(".") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // In blocks of 512 bytes: smaller than the paper, larger than what a database keeps beside a book.
    process.arguments = ["-c", "ulimit -f 400; exec \"$0\" \(command) > answer 2>&1", Shell.tracker]
    process.currentDirectoryURL = URL(fileURLWithPath: shell.folder)
    process.environment = shell.environment
    try process.run()
    process.waitUntilExit()
    let answer = String(
      decoding: FileManager.default.contents(atPath: "\(shell.folder)/answer") ?? Data(), as: UTF8.self)
    try FileManager.default.removeItem(atPath: "\(shell.folder)/answer")
    #expect(process.terminationReason == .exit && process.terminationStatus == 73, "\(answer)")
    #expect(answer.hasPrefix("error: ") && answer.contains("  [73]\n"), "\(answer)")
    #expect(files(shell.folder).filter { !$0.hasPrefix(".") } == before, "\(answer)")
    #expect(try shell.run("verify").status == 0)
  }
}
