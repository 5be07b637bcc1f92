import Foundation
import Testing

/// Help fits a terminal of 80 columns, which is what a new window has.
@Suite("Help")
struct HelpTests {
  private struct Dump: Decodable {
    struct Node: Decodable {
      var commandName: String
      var subcommands: [Node]?
    }
    var command: Node
  }

  /// Every command and every group of commands, by their words; then every kind of `record`.
  static let paths: [[String]] = {
    guard let shell = try? Shell(), let dump = try? shell.run(arguments: ["--experimental-dump-help"], input: nil)
    else { return [] }
    defer { shell.clean() }
    guard let tree = try? JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)) else { return [] }
    func walk(_ node: Dump.Node, _ path: [String]) -> [[String]] {
      [path]
        + (node.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { walk($0, path + [$0.commandName]) }
    }
    guard let help = try? shell.run("record --help").output, let kinds = help.firstRange(of: "Kinds: "),
      let end = help[kinds.upperBound...].firstIndex(of: ".")
    else { return [] }
    let words = help[kinds.upperBound..<end].split { $0 == "," || $0.isWhitespace }
    return walk(tree.command, []) + words.map { ["record", String($0)] }
  }()

  @Test("There are commands and kinds")
  func some() { #expect(Self.paths.count > 80) }

  @Test("No line of it is longer than 80 columns, and a narrower one is heeded", arguments: paths)
  func width(path: [String]) throws {
    let shell = try Shell()
    defer { shell.clean() }
    for columns in [nil, "80", "200"] {
      let environment = columns.map { ["COLUMNS": $0] } ?? [:]
      let help = try shell.run(arguments: path + ["--help"], environment: environment)
      #expect(help.status == 0 && !help.output.isEmpty)
      let limit = columns == "200" ? 200 : 80
      let long = help.output.split(separator: "\n").filter { $0.count > limit }.map(String.init)
      #expect(long.isEmpty, "tracker \(path.joined(separator: " ")): \(long)")
    }
  }
}
