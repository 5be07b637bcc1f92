import Foundation
import Testing

/// Each command is shown by some transcript: that it works, its help, its `--json`, and that it refuses.
///
/// The commands are asked from the program, so that one that is added later is missed here until somebody shows it.
@Suite("Transcripts cover the command line")
struct CoverageTests {
  struct Command: CustomTestStringConvertible, Sendable {
    var path: [String]
    var options: Set<String>
    var testDescription: String { path.joined(separator: " ") }
  }

  private struct Help: Decodable {
    struct Node: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        var names: [Name]?
      }
      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Node]?
    }
    var command: Node
  }

  /// What can be run: commands without others below them.
  static let commands: [Command] = {
    guard let shell = try? Shell(), let result = try? shell.run(arguments: ["--experimental-dump-help"], input: nil)
    else { return [] }
    defer { shell.clean() }
    guard let help = try? JSONDecoder().decode(Help.self, from: Data(result.output.utf8)) else { return [] }
    func leaves(_ node: Help.Node, _ path: [String]) -> [Command] {
      let below = (node.subcommands ?? []).filter { $0.commandName != "help" }
      if below.isEmpty {
        let options = (node.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
        return [Command(path: path, options: Set(options))]
      }
      return below.flatMap { leaves($0, path + [$0.commandName]) }
    }
    return leaves(help.command, [])
  }()

  /// Each command of all transcripts and sessions with its exit code.
  static let shown: [(words: [String], status: Int)] = {
    var shown: [(words: [String], status: Int)] = []
    for folder in [TranscriptTests.folder, SessionTests.folder] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
        let bytes = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) ?? Data()
        var words: [String] = []
        for line in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n") {
          if line.hasPrefix("$ ") || line.hasPrefix("@ ") {
            words = Shell.words(String(line.dropFirst(2))).drop { $0 != "tracker" }.dropFirst().map { $0 }
          }
          if line.hasPrefix("[exit "), let status = Int(line.dropFirst(6).dropLast()) { shown.append((words, status)) }
        }
      }
    }
    return shown
  }()

  /// An authority's answer has to be made first, which `TimeStampTests` does with openssl; what the doctor finds is of the
  /// machine, and judged by `KeepingTests`.
  private static let shownElsewhere: Set = ["timestamp add", "doctor"]

  /// Whatever writes or answers does so for programs too. What does not is named, with the reason.
  private static let withoutJSON = ["completions": "what it prints is a program for the shell, and no answer"]

  /// Lists are lines of cells too.
  private static let lists = [
    "obligations", "reneged", "timeline", "plans", "search", "diff", "balance-check", "exhibit list", "exhibit check",
    "config show", "doctor", "verify",
  ]

  private static func uses(of command: Command) -> [(words: [String], status: Int)] {
    shown.filter { $0.words.starts(with: command.path) }
  }

  @Test("There are commands, and transcripts")
  func something() {
    #expect(Self.commands.count >= 30)
    #expect(Self.shown.count >= 300)
  }

  @Test("Every command answers programs, but for those that are named with a reason; every list has a plain form")
  func forPrograms() {
    let names = { (option: String, isThere: Bool) in
      Set(Self.commands.filter { $0.options.contains(option) == isThere }.map { $0.path.joined(separator: " ") })
    }
    #expect(names("json", false) == Set(Self.withoutJSON.keys))
    #expect(Set(Self.lists).isSubset(of: names("plain", true)))
    for list in Self.lists where !Self.shownElsewhere.contains(list) {
      let path = list.split(separator: " ").map(String.init)
      let isShown = Self.shown.contains { use in
        use.words.starts(with: path) && use.words.contains("--plain") && use.status <= 1
      }
      #expect(isShown, "no transcript shows \(list) --plain")
    }
  }

  @Test("A command is shown at work, with its help, as JSON where it has that, and refusing", arguments: commands)
  func covered(command: Command) {
    let uses = Self.uses(of: command)
    let isHelp = { (words: [String]) in words.contains("--help") || words.contains("-h") }
    if !Self.shownElsewhere.contains(command.path.joined(separator: " ")) {
      #expect(uses.contains { $0.status <= 1 && !isHelp($0.words) }, "no transcript shows it at work")
    }
    let help = Self.shown.contains { isHelp($0.words) && $0.words.starts(with: command.path) }
    #expect(help || Self.shown.contains { $0.words == ["help"] + command.path }, "no transcript shows its help")
    #expect(uses.contains { $0.status >= 2 }, "no transcript shows a refusal")
    if command.options.contains("json"), !Self.shownElsewhere.contains(command.path.joined(separator: " ")) {
      #expect(uses.contains { $0.words.contains("--json") && $0.status <= 1 }, "no transcript shows its --json")
    }
  }
}
