import Foundation
import Testing

/// What people see is held word for word: each file is a session at the command line with all that was answered.
///
/// `TRACKER_UPDATE_TRANSCRIPTS=1` writes the files anew; then they are read by a person before they are kept.
@Suite("Transcripts")
struct TranscriptTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Transcripts")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()

  @Test("The command line answers as written down", arguments: names)
  func transcript(name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let shell = try Shell()
    defer { shell.clean() }
    var answer = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false)
    where line.hasPrefix("$ ") || line.hasPrefix("# ") {
      if line.hasPrefix("# ") {
        answer += line + "\n"
        continue
      }
      let command = String(line.dropFirst(2))
      try #require(command.hasPrefix("tracker"), "\(name): a line runs tracker")
      let result = try shell.run(String(command.dropFirst("tracker".count)))
      answer += "$ \(command)\n\(Self.stable(result.output))\(Self.stable(result.error))"
      if result.status != 0 { answer += "[exit \(result.status)]\n" }
    }
    if ProcessInfo.processInfo.environment["TRACKER_UPDATE_TRANSCRIPTS"] == "1" {
      try Data(answer.utf8).write(to: file)
      return
    }
    #expect(answer == text, "\(name): \(Self.firstDifference(answer, text))")
  }

  /// What differs from run to run: ids that were drawn, moments of recording, roots of books made here.
  private static func stable(_ text: String) -> String {
    var text = text
    for (pattern, word) in [
      (#"[0-9a-f]{8}-[0-9a-f]{4}-[75][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"#, "<id>"),
      (#"root [A-Za-z0-9+/]{43}="#, "root <root>"), (#"root     [A-Za-z0-9+/]{43}="#, "root     <root>"),
      (#"Root [A-Za-z0-9+/]{43}="#, "Root <root>"), (#"digest [0-9a-f]{64}"#, "digest <digest>"),
      (#"2026-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z"#, "<moment>"),
    ] {
      text = text.replacingOccurrences(of: pattern, with: word, options: .regularExpression)
    }
    return text
  }

  private static func firstDifference(_ found: String, _ wanted: String) -> String {
    let (found, wanted) = (found.split(separator: "\n"), wanted.split(separator: "\n"))
    for (index, pair) in zip(found, wanted).enumerated() where pair.0 != pair.1 {
      return "line \(index + 1): “\(pair.0)” for “\(pair.1)”"
    }
    return "\(found.count) lines for \(wanted.count)"
  }
}
