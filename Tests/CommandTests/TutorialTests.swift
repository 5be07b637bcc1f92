import Foundation
import Testing

/// The pages that people follow word for word are run word for word.
///
/// In a page, a block ```` ```console ```` holds commands (`$ …`, going on below a `\`) and what each answered.
/// `TRACKER_UPDATE_TRANSCRIPTS=1` writes the answers anew; then they are read by a person before they are kept.
@Suite("Tutorial")
struct TutorialTests {
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("The tutorial answers as it says, command for command")
  func tutorial() throws {
    let file = Self.project.appendingPathComponent("docs/tutorial.md")
    let page = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let shell = try Shell()
    defer { shell.clean() }
    var found: [String] = []
    var isInside = false
    var command: [String] = []
    var ran = 0
    for line in page.components(separatedBy: "\n") {
      if line == "```console" { isInside = true }
      if line == "```" { isInside = false }
      guard isInside, line != "```console" else {
        found.append(line)
        continue
      }
      if line.hasPrefix("$ ") || !command.isEmpty {
        found.append(line)
        command.append(line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line)
        if line.hasSuffix("\\") { continue }
        found += try Self.answer(to: command, in: shell)
        command = []
        ran += 1
      }
    }
    #expect(ran >= 15)
    let text = found.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["TRACKER_UPDATE_TRANSCRIPTS"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    #expect(text == page, "\(TranscriptTests.firstDifference(text, page))")
  }

  /// What a person sees: both channels, without the marks of a transcript.
  private static func answer(to lines: [String], in shell: Shell) throws -> [String] {
    let command = lines.map { $0.hasSuffix("\\") ? String($0.dropLast()) : $0 }
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    var answer = try TranscriptTests.answer(to: command, in: shell).components(separatedBy: "\n").dropLast()
    let status = answer.popLast()
    #expect(status == "[exit 0]" || status == "[exit 1]", "\(command): \(answer)")
    return answer.map { $0.hasPrefix("2> ") ? String($0.dropFirst(3)) : $0 }
  }

  @Test("The commands with which README begins a record of one's own work, one after the other")
  func readme() throws {
    let page = String(
      decoding: try Data(contentsOf: Self.project.appendingPathComponent("README.md")), as: UTF8.self)
    let section = try #require(page.components(separatedBy: "## Keeping your own record\n").dropFirst().first)
    let block = try #require(section.components(separatedBy: "```\n").dropFirst().first)
    let commands = block.replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n")
    #expect(commands.count >= 6)
    let shell = try Shell()
    defer { shell.clean() }
    for command in commands {
      let words = command.replacingOccurrences(of: "tools/tracker ", with: "tracker ")
      let answer = try TranscriptTests.answer(to: words, in: shell)
      #expect(answer.hasSuffix("[exit 0]\n"), "\(command): \(answer)")
    }
  }
}
