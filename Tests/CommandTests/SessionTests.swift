import Foundation
import Testing

/// What people see at a terminal is held word for word, like the transcripts: questions, what was typed (in ‹›), answers.
///
/// - `# …` is a comment, `$ …` a command that runs as in a transcript, `@ …` one that a person runs at a terminal, perhaps behind
///   `NAME=value`.
/// - `TRACKER_UPDATE_TRANSCRIPTS=1` writes the files anew; what is typed is taken from the ‹› below each `@`.
@Suite("Sessions at a terminal")
struct SessionTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Sessions")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()

  @Test("It asks and answers as written down", arguments: names)
  func session(name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let shell = try Shell()
    defer { shell.clean() }
    var found = ""
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("# ") { found += line + "\n" }
      if line.hasPrefix("$ ") {
        found += line + "\n" + (try TranscriptTests.answer(to: String(line.dropFirst(2)), in: shell))
      }
      if line.hasPrefix("@ ") {
        let answers = Self.answers(in: lines[(index + 1)...])
        let words = Shell.words(String(line.dropFirst(2)))
        let surroundings = words.prefix { $0 != "tracker" }
          .map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let result = try Terminal.run(
          Array(words.dropFirst(surroundings.count + 1)), answers: answers, in: shell,
          environment: Dictionary(uniqueKeysWithValues: surroundings.map { ($0[0], $0[1]) }))
        let seen = result.text.replacingOccurrences(of: shell.folder, with: "<folder>")
        found += line + "\n" + TranscriptTests.stable(seen)
        found += "[exit \(result.status)]\n"
        #expect(result.unasked.isEmpty, "\(name): nobody asked for \(result.unasked)")
      }
    }
    if ProcessInfo.processInfo.environment["TRACKER_UPDATE_TRANSCRIPTS"] == "1" {
      try Data(found.utf8).write(to: file)
      return
    }
    #expect(found == text, "\(name): \(TranscriptTests.firstDifference(found, text))")
  }

  /// All that is in ‹› up to the next command.
  static func answers(in lines: ArraySlice<String>) -> [String] {
    var answers: [String] = []
    for line in lines {
      if line.hasPrefix("$ ") || line.hasPrefix("@ ") || line.hasPrefix("# ") { break }
      var rest = line[...]
      while let open = rest.firstIndex(of: "‹"), let close = rest[open...].firstIndex(of: "›") {
        answers.append(String(rest[rest.index(after: open)..<close]))
        rest = rest[rest.index(after: close)...]
      }
    }
    return answers
  }

  @Test("A crash at any question leaves a draft that its user alone can read; when the event is added it is gone")
  func drafts() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc")
    let before = try shell.run("export").output
    let folder = "\(shell.folder)/.xdg_state_home/tracker/drafts"
    // One question more is answered each time before it is stopped.
    let answers = ["Practice 7", "practice", "", "", "y"]
    for count in answers.indices {
      let stopped = try Terminal.run(
        ["record", "party"], answers: Array(answers[..<count]) + [count % 2 == 0 ? "^C" : "^K"], in: shell)
      #expect(stopped.status == (count % 2 == 0 ? 130 : 137))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      try #require(files.count == 1)
      let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(files[0])")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try shell.run("export").output == before, "nothing was added")
      if count < answers.count - 1 { #expect(try shell.run("record --discard --yes").status == 0) }
    }
    // All was answered but the last: whether it is to be added.
    let resumed = try Terminal.run(["record", "--resume"], answers: ["", "y"], in: shell)
    #expect(resumed.status == 0 && resumed.text.contains("Event 3 added"), "\(resumed.text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    #expect(try shell.run("verify").status == 0)
  }

  @Test("A draft that was damaged is said to be so, and can be thrown away")
  func damagedDraft() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc")
    _ = try Terminal.run(["record", "party"], answers: ["^C"], in: shell)
    let folder = "\(shell.folder)/.xdg_state_home/tracker/drafts"
    let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    for text in ["", "{", "{\"format\":\"tracker.draft/9\"}", "\u{0}\u{1F}"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
      let resumed = try Terminal.run(["record", "--resume"], answers: [], in: shell)
      #expect(resumed.status == 65 && resumed.text.contains("cannot be read"), "\(resumed.text)")
    }
    #expect(try shell.run("record --discard --yes").status == 0)
  }

  @Test("What is filed with an event was obtained on the day on which it was named, unless it says that it is older")
  func obtained() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc")
    for (name, text) in [("note.txt", "He rang."), ("old.eml", "From: a\nDate: 3 Jul 2010\n\nIt is off.")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/\(name)"))
    }
    let before = Date()
    let arguments = ["--attach", "note.txt", "--attach", "old.eml", "--kind", "practice", "--identity", "named"]
    let answer = try shell.run(
      arguments: ["record", "party", "p", "--name", "P", "--asserted-by", "lmc", "--json"] + arguments)
    let days = [before, Date()].map { $0.formatted(.iso8601.year().month().day()) }
    #expect(answer.status == 0 && days.contains { answer.output.contains("\"obtainedOn\":\"\($0)\"") }, "\(answer)")
    #expect(answer.output.components(separatedBy: "obtainedOn").count == 2, "\(answer.output)")
  }

  @Test("There are sessions")
  func some() { #expect(Self.names.count >= 2) }
}
