import Foundation
import Testing

/// What people see is held word for word: each file is a session at the command line with all that was answered.
///
/// - `# …` is a comment, `$ …` a command: `tracker` with its arguments, perhaps behind `NAME=value` and before
///   `| text`, which is what is typed into it.
/// - `> FILE` at the end of a command puts its standard output into a file; a word `@FILE` is what stands in that file.
/// - `$ write FILE | line | line` makes a file with these lines; `TranscriptFiles` knows more of the kind. `cases`, `fixtures`
///   and `nasty` are folders of the repository.
/// - Then what it answered: standard output as it is, standard error behind `2> `, and `[exit N]`.
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
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("# ") { answer += line + "\n" }
      if line.hasPrefix("$ ") { answer += "\(line)\n" + (try Self.answer(to: String(line.dropFirst(2)), in: shell)) }
    }
    if ProcessInfo.processInfo.environment["TRACKER_UPDATE_TRANSCRIPTS"] == "1" {
      try Data(answer.utf8).write(to: file)
      return
    }
    #expect(answer == text, "\(name): \(Self.firstDifference(answer, text))")
  }

  static func answer(to command: String, in shell: Shell) throws -> String {
    func inserted(_ word: String) -> String {
      guard word.hasPrefix("@"), let bytes = FileManager.default.contents(atPath: "\(shell.folder)/\(word.dropFirst())")
      else { return word }
      return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    if try TranscriptFiles.run(command, in: shell, inserted: inserted) { return "" }
    var words = Shell.words(command).map(inserted)
    var file: String?
    if words.count > 2, words[words.count - 2] == ">" {
      file = words.last
      words.removeLast(2)
    }
    var environment: [String: String] = [:]
    while let word = words.first, word != "tracker" {
      let equals = try #require(word.firstIndex(of: "="), "“\(command)” runs tracker")
      environment[String(word[..<equals])] = String(word[word.index(after: equals)...])
      words.removeFirst()
    }
    var input: String?
    if let bar = words.firstIndex(of: "|") {
      input = words[(bar + 1)...].joined(separator: "\n") + "\n"
      words.removeSubrange(bar...)
    }
    var result = try shell.run(arguments: Array(words.dropFirst()), input: input, environment: environment)
    if let file {
      try Data(result.output.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/\(file)"))
      result.output = ""
    }
    // A log that came in a file has the same ids, moments and root for ever; those of a book made here were drawn.
    let isFixed = words.contains {
      ($0.hasPrefix("cases/") || $0.hasPrefix("fixtures/")) && $0.hasSuffix(".jsonl") && !$0.hasSuffix(".drafts.jsonl")
    }
    let (output, error) = isFixed ? (result.output, result.error) : (stable(result.output), stable(result.error))
    var answer = output + (output.isEmpty || output.hasSuffix("\n") ? "" : "\n(no line feed)\n")
    for line in error.split(separator: "\n", omittingEmptySubsequences: false).dropLast(error.hasSuffix("\n") ? 1 : 0)
    where !error.isEmpty {
      answer += "2> \(line)\n"
    }
    return answer + "[exit \(result.status)]\n"
  }

  /// What differs from run to run: ids and keys that were drawn, signatures, moments, roots and salts of books made here,
  /// and the folder in which it runs.
  static func stable(_ text: String) -> String {
    var text = text
    for (pattern, word) in [
      (#"[^ "]*/commands-[0-9A-F-]{36}"#, "~"), (#"(— [^ ]+) [A-Za-z0-9+/]{40,}=*"#, "$1 <signature>"),
      (#"\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"#, "+<key>"), (#"\(([0-9a-f]{8})\)"#, "(<key id>)"),
      (#""keyID":"[0-9a-f]{8}""#, #""keyID":"<key id>""#), (#"-[0-9a-f]{8}\.key"#, "-<key id>.key"),
      (#"/[0-9a-f]{64}\.checkpoint"#, "/<log>.checkpoint"),
      (#"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC"#, "<time>"),
      (#"[0-9a-f]{8}-[0-9a-f]{4}-[75][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"#, "<id>"),
      (#"\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"#, "+<key>"), (#"-[0-9a-f]{8}\.key"#, "-<key>.key"),
      (#"[A-Za-z0-9+/]{43}="#, "<digest>"), (#"[A-Za-z0-9+/]{22}=="#, "<salt>"),
      (#"(digest|live|rebuilt) [0-9a-f]{64}"#, "$1 <digest>"), (#""digest":"[0-9a-f]{64}""#, #""digest":"<digest>""#),
      // How many pages a book has depends on where ids that were drawn fall.
      (#""backup":\{"bytes":[0-9]+"#, #""backup":{"bytes":<bytes>"#), (#"\([0-9a-f]{8}\)"#, "(<key>)"),
      (#"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z"#, "<moment>"),
    ] {
      text = text.replacingOccurrences(of: pattern, with: word, options: .regularExpression)
    }
    return text
  }

  static func firstDifference(_ found: String, _ wanted: String) -> String {
    let (found, wanted) = (found.split(separator: "\n"), wanted.split(separator: "\n"))
    for (index, pair) in zip(found, wanted).enumerated() where pair.0 != pair.1 {
      return "line \(index + 1): “\(pair.0)” for “\(pair.1)”"
    }
    return "\(found.count) lines for \(wanted.count)"
  }
}
