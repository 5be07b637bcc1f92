import CanonicalJSON
import Foundation
import Testing

/// What commands that write answer to a program: one object, and nothing beside it.
@Suite("Written, for programs")
struct WrittenTests {
  static let members: Set = [
    "added", "book", "changes", "command", "dryRun", "files", "format", "head", "there", "timeLimits", "warnings",
  ]

  /// The one object on standard output.
  private static func written(_ output: String) throws -> JSONValue {
    #expect(output.hasSuffix("\n"))
    return try JSONValue(canonical: Array(output.utf8.dropLast()))
  }

  /// The commands of the transcript that types every kind of event once, each with its exit code.
  private static let kinds: [(command: String, status: Int)] = {
    let file = TranscriptTests.folder.appendingPathComponent("every-kind.txt")
    var commands: [(command: String, status: Int)] = []
    var last: String?
    for line in ((try? String(contentsOf: file, encoding: .utf8)) ?? "").components(separatedBy: "\n") {
      if line.hasPrefix("$ ") { last = String(line.dropFirst(2)) }
      if line.hasPrefix("[exit "), let status = Int(line.dropFirst(6).dropLast()), let command = last {
        commands.append((command, status))
        last = nil
      }
    }
    return commands
  }()

  @Test("Every kind of event: what it says that it added is what the log has, at that place")
  func everyKind() throws {
    let shell = try Shell()
    defer { shell.clean() }
    var said: [JSONValue] = []
    for (command, status) in Self.kinds {
      guard command.hasPrefix("tracker record ") || command.hasPrefix("tracker init ") else {
        _ = try TranscriptTests.answer(to: command, in: shell)
        continue
      }
      let result = try shell.run(String(command.dropFirst("tracker ".count)) + " --json")
      #expect(result.status == Int32(status), "\(command): \(result.error)")
      guard status == 0 else {
        #expect(result.output.isEmpty && result.error.hasPrefix("error: "))
        continue
      }
      if command.contains("--help") { continue }
      let written = try Self.written(result.output)
      #expect(Self.members.isSubset(of: Set((written.object?.members ?? []).map(\.name))), "\(command)")
      #expect(written["format"]?.string == "tracker.written/1")
      #expect(written["dryRun"] == .bool(command.contains("--dry-run")))
      guard written["dryRun"] == .bool(false) else { continue }
      let added = written["added"]?.array ?? []
      #expect(!added.isEmpty && added.last?["position"]?.integer == (written["head"]?["size"]?.integer ?? 0) - 1)
      said += added
    }
    #expect(said.count >= 40)
    let lines = try shell.run("export").output.split(separator: "\n")
    for event in said {
      let line = try JSONValue(canonical: Array(lines[Int(try #require(event["position"]?.integer))].utf8))
      for name in ["id", "type", "stream", "data"] { #expect(event[name] == line[name], "\(name) of \(event)") }
      #expect(event["when"] == line["when"] ?? .null)
    }
  }

  @Test("A trial run says the same, without places and without ids that would be drawn anew; nothing is added")
  func dryRun() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc")
    let before = try shell.run("export").output
    let command = "record party pct --kind commissioner --identity named --name \"A PCT\" --asserted-by lmc"
    let tried = try Self.written(try shell.run("\(command) --dry-run --json").output)
    #expect(tried["added"]?.array?.first?["position"] == .null && tried["added"]?.array?.first?["id"] == .null)
    #expect(try shell.run("export").output == before)
    let done = try Self.written(try shell.run("\(command) --json").output)
    for name in ["stream", "type", "text", "data", "assertedBy"] {
      #expect(tried["added"]?.array?.first?[name] == done["added"]?.array?.first?[name])
    }
  }

  @Test("What changes is told as the rows have it, before and after, in pence")
  func changes() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc-a")
    _ = try shell.run("import fixtures/story.drafts.jsonl")
    func rows() throws -> [String: JSONValue] {
      let answer = try Self.written(try shell.run("obligations share-2010 --json").output)
      let rows = (answer["rows"]?.array ?? []).map { row in
        ("\(row["promise"]?.string ?? ""), \(row["creditor"]?.string ?? "")", row)
      }
      return Dictionary(uniqueKeysWithValues: rows)
    }
    let before = try rows()
    let result = try shell.run(
      "record payment share-2010 --promise share --to practice-a --money £1 --when \"1 June 2011\" "
        + "--asserted-by lmc-a --json")
    let after = try rows()
    let changes = try #require(try Self.written(result.output)["changes"]?.array, "\(result.error)")
    #expect(changes.contains { $0["field"]?.string == "paid" })
    for change in changes {
      let place = "\(change["promise"]?.string ?? ""), \(change["creditor"]?.string ?? "")"
      let field = change["field"]?.string ?? ""
      #expect(change["before"] == before[place]?[field] ?? .null, "\(place): \(field)")
      #expect(change["after"] == after[place]?[field] ?? .null, "\(place): \(field)")
    }
  }

  @Test("At a terminal nobody is asked: what is missing is refused, and what is whole is added")
  func terminal() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc")
    let missing = try Terminal.run(["record", "party", "pct", "--json"], answers: [], in: shell)
    #expect(missing.status == 64 && missing.text.contains("--kind"), "\(missing.text)")
    #expect(!missing.text.contains("{"))
    let kind = try Terminal.run(["record", "--json"], answers: [], in: shell)
    #expect(kind.status == 64, "\(kind.text)")
    let whole = try Terminal.run(
      Shell.words("record party pct --kind commissioner --identity named --name PCT --asserted-by lmc --json"),
      answers: [], in: shell)
    #expect(whole.status == 0 && whole.text.hasPrefix("{\"added\":[{"), "\(whole.text)")
    let open = try Terminal.run(["correct", "3", "--json"], answers: [], in: shell)
    #expect(open.status == 64 && open.text.contains("2 things are missing"), "\(open.text)")
    let erased = try Terminal.run(
      Shell.words("erase 3 --line --why asked --legal-basis law --json"), answers: [], in: shell)
    #expect(erased.status == 0 && erased.text.contains("\"erased\":{"), "\(erased.text)")
    // Unfinished entries are none: nobody was asked, so nothing was typed.
    #expect(try shell.run("record --discard --yes --json").status == 66)
  }

  @Test("A table too long to be held: how many, and from where to where, and not each of them")
  func longTable() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init deal --owner lmc-a")
    _ = try shell.run("import fixtures/story.drafts.jsonl")
    let size = try #require(
      try Self.written(try shell.run("timeline --json").output)["log"]?["size"]?.integer)
    let count: Int64 = 20_000
    var text = "Date paid,Promise,Paid to,Amount,Reference,Paid for,Note\n"
    for row in 1...count { text += "2011-06-01,share,practice-a,£0.01,BACS transfer \(row) for June 2011,,\n" }
    text += ",,Total,£200.00,,,\n"
    #expect(text.utf8.count > 1 << 20)
    let promise = "record promise share-2010 --promise long --to practice-a --money £500 --asserted-by lmc-a"
    #expect(try shell.run(promise).status == 0)
    try Data(text.replacingOccurrences(of: ",share,", with: ",long,").utf8)
      .write(to: URL(fileURLWithPath: "\(shell.folder)/long.csv"))
    let command = "import long.csv --as payment --agreement share-2010 --json"
    for isDryRun in [true, false] {
      let result = try shell.run(command + (isDryRun ? " --dry-run" : ""))
      #expect(result.status == 0, "\(result.error)")
      let written = try Self.written(result.output)
      #expect(written["added"] == .null && written["dryRun"] == .bool(isDryRun))
      let account = try #require(written["import"])
      #expect(account["added"] == .integer(count) && account["rows"] == .integer(count))
      #expect(account["sum"] == ["low": 20_000, "high": 20_000])
      #expect(account["checks"]?.array?.first?["agrees"] == true)
      let places: JSONValue = isDryRun ? .null : ["first": .integer(size + 1), "last": .integer(size + count)]
      #expect(account["positions"] == places)
    }
    let again = try Self.written(try shell.run(command).output)
    #expect(again["import"]?["there"] == .integer(count) && again["import"]?["added"] == 0)
  }

  @Test("The page for programs names every member that every answer has")
  func page() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/json.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    for member in Self.members { #expect(page.contains("| `\(member)` |"), "\(member)") }
  }
}
