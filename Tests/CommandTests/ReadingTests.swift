import Foundation
import Testing

/// What depends on where an answer goes to: colours, pages, and an index that must not outlive what it was made from.
@Suite("Reading at a terminal")
struct ReadingTests {
  private static let question = [
    "obligations", "fixtures/story.jsonl", "--practice", "practice-b", "--as-of", "2011-12-31",
  ]

  static let settings: [(environment: [String: String], options: [String], isColoured: Bool)] = [
    (["TERM": "xterm"], [], true), (["TERM": "dumb"], [], false), (["TERM": ""], [], false),
    (["TERM": "xterm", "NO_COLOR": "1"], [], false), (["TERM": "xterm", "NO_COLOR": ""], [], true),
    (["TERM": "xterm", "NO_COLOR": "1"], ["--color", "always"], true),
    (["TERM": "dumb"], ["--color=always"], true), (["TERM": "xterm"], ["--color", "never"], false),
    (["TERM": "xterm", "TRACKER_ACCESSIBLE": "1"], [], false),
    (["TERM": "xterm", "TRACKER_ACCESSIBLE": "1"], ["--color", "always"], false),
  ]

  @Test("Colour on a terminal, and only where nobody asked for none; the words are the same", arguments: settings)
  func colours(environment: [String: String], options: [String], isColoured: Bool) throws {
    let shell = try Shell()
    defer { shell.clean() }
    let seen = try Terminal.run(Self.question + options, answers: [], in: shell, environment: environment).text
    #expect(seen.contains("\u{1B}[31m") == isColoured, "\(seen)")
    #expect(seen.contains("due, paid in part"))
    let wrong = try Terminal.run(
      ["obligations", "none.jsonl"] + options, answers: [], in: shell, environment: environment)
    #expect(wrong.text.contains("\u{1B}[1;31merror:") == isColoured && wrong.status == 66, "\(wrong.text)")
    // Into a pipe or a file goes no colour unless it is asked for.
    let piped = try shell.run(arguments: Self.question, environment: environment).output
    #expect(!piped.contains("\u{1B}"))
  }

  @Test("A long answer goes through the pager, a short one does not; a pager that is left early is no failure")
  func pager() throws {
    let shell = try Shell()
    defer { shell.clean() }
    func seen(_ options: [String], _ environment: [String: String], rows: UInt16) throws -> (lines: Int, status: Int32)
    {
      let result = try Terminal.run(
        Self.question + options, answers: [], in: shell, environment: ["TERM": "xterm"].merging(environment) { $1 },
        rows: rows)
      return (result.text.split(separator: "\n").count, result.status)
    }
    let whole = try seen([], [:], rows: 0).lines
    #expect(whole > 8)
    #expect(try seen([], ["PAGER": "head -2"], rows: 5) == (2, 0))
    #expect(try seen([], ["PAGER": "head -2", "TRACKER_PAGER": "head -3"], rows: 5) == (3, 0))
    #expect(try seen(["--no-pager"], ["PAGER": "head -2"], rows: 5) == (whole, 0))
    #expect(try seen([], ["PAGER": "head -2"], rows: 50) == (whole, 0))
    #expect(try seen([], ["PAGER": ""], rows: 5) == (whole, 0))
    #expect(try seen([], ["PAGER": "exit 127"], rows: 5) == (whole, 0))
    #expect(try seen([], ["PAGER": "head -2", "TRACKER_ACCESSIBLE": "1"], rows: 5).lines > 8)
    let piped = try shell.run(arguments: Self.question, environment: ["PAGER": "head -2", "TERM": "xterm"]).output
    #expect(piped.split(separator: "\n").count == whole)
  }

  @Test("A replay goes through the pager as it is made; by steps, piped, or without a pager it does not")
  func pagedReplay() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let replay = ["replay", "fixtures/story.jsonl", "--as-of", "2011-12-31"]
    func seen(_ options: [String], _ pager: String, rows: UInt16, answers: [String] = []) throws -> Terminal.Result {
      try Terminal.run(
        replay + options, answers: answers, in: shell, environment: ["TERM": "xterm", "PAGER": pager], rows: rows)
    }
    let whole = try seen([], "", rows: 10)
    #expect(whole.status == 0 && whole.text.contains("Log: 28 events"))
    // Nothing is lost or said twice on its way through, and a pager that cannot be started is none.
    #expect(try seen([], "cat -", rows: 10).text == whole.text)
    #expect(try seen([], "exit 127", rows: 10).text == whole.text)
    #expect(try seen(["--no-pager"], "head -2", rows: 10).text == whole.text)
    #expect(try seen([], "head -2", rows: 1_000).text == whole.text, "it fits on the screen")
    let left = try seen([], "head -2", rows: 10)
    #expect(left.status == 0 && left.text.split(separator: "\n").count == 2, "\(left.text)")
    let piped = try shell.run(arguments: replay, environment: ["PAGER": "head -2", "TERM": "xterm"]).output
    #expect(piped.contains("Log: 28 events"))
    // A refusal comes behind what was shown so far.
    let refused = try seen(["--until", "99"], "cat -", rows: 10)
    #expect(refused.status == 65 && refused.text.contains("there is no event 99"))
  }

  @Test("The index of a book follows it: what is added is found, what is erased is not, private values never are")
  func index() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init book --owner lmc").status == 0)
    let advice =
      "record advice deal --to p1 --advice \"keep every xylophone\" --asserted-by lmc --private caller=Zebedee"
    for line in [
      "record party pct --kind commissioner --identity named --name \"A PCT\" --asserted-by lmc",
      "record party p1 --kind practice --identity named --name \"Äpfel practice\" --asserted-by lmc",
      "record agreement deal --title Deal --debtor pct --creditors p1 --form oral --contract-status unknown --asserted-by lmc",
    ] {
      let result = try shell.run(line)
      #expect(result.status == 0, "\(result.error)")
    }
    func found(_ words: String) throws -> Int {
      let result = try shell.run("search \(words) --plain")
      #expect(result.status == 0, "\(result.error)")
      return result.output.split(separator: "\n").count - 1
    }
    #expect(try found("xylophone") == 0 && found("apfel") == 1 && found("ÄPF*") == 1)
    #expect(try shell.run(advice).status == 0)
    #expect(try found("xylophone") == 1 && found("xylo*") == 1 && found("\"every xylophone\"") == 1)
    #expect(try found("\"xylophone every\"") == 0 && found("xylophone missing") == 0 && found("Zebedee") == 0)
    #expect(try shell.run("erase 6 --line --why asked --legal-basis \"Article 17\" --yes").status == 0)
    let state = "\(shell.folder)/.xdg_state_home/tracker/search"
    // The words go with the line, and not only with the next search.
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).isEmpty)
    #expect(try found("xylophone") == 0 && found("apfel") == 1)
    let index = try #require(try FileManager.default.contentsOfDirectory(atPath: state).first)
    #expect(try FileManager.default.attributesOfItem(atPath: "\(state)/\(index)")[.posixPermissions] as? Int == 0o600)
    // An index that is none is made anew.
    try Data("no database at all, and long enough to look like a file".utf8)
      .write(to: URL(fileURLWithPath: "\(state)/\(index)"))
    #expect(try found("apfel") == 1)
  }

  @Test("The Tab key knows the book, is quick, and never complains")
  func completions() throws {
    let shell = try Shell()
    defer { shell.clean() }
    func offered(_ words: String) throws -> [String] {
      let result = try shell.run("---completion \(words)")
      #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
      return result.output.split(separator: "\n").map(String.init)
    }
    #expect(try offered("obligations -- positional@0 2 0 tracker obligations").isEmpty)
    #expect(try shell.run("init book --owner lmc-a").status == 0)
    #expect(try shell.run("import fixtures/story.drafts.jsonl").status == 0)
    #expect(try offered("obligations -- positional@0 2 0 tracker obligations") == ["share-2010"])
    #expect(
      try offered("obligations -- --practice 3 0 tracker obligations --practice")
        == ["body-a", "group-a", "lmc-a", "practice-a", "practice-b"])
    #expect(
      try offered("explain -- positional@0 3 0 tracker explain share-2010") == ["attendance", "share"])
    #expect(try offered("explain -- positional@0 4 0 tracker explain share-2010 share") == ["group-a"])
    #expect(
      try offered("timeline -- positional@0 3 0 tracker timeline cases/bury-2009-10.jsonl") == ["bury-2009-10"])
    #expect(try offered("import -- --agreement 4 0 tracker import x.csv --agreement") == ["share-2010"])
    #expect(try offered("record -- positional@1 3 0 tracker record payment") == ["share-2010"])
    #expect(
      try offered("record -- positional@1 5 0 tracker record payment share-2010 --promise") == ["attendance", "share"])
    #expect(
      try offered("record -- positional@1 5 0 tracker record payment share-2010 --to")
        == ["body-a", "group-a", "lmc-a", "practice-a", "practice-b"])
    #expect(try offered("record -- positional@1 4 0 tracker record party --kind").contains("commissioner"))
    #expect(try offered("record -- positional@1 4 0 tracker record payment share-2010").contains("--money"))
    let exhibits = try offered("exhibit open -- positional@0 3 0 tracker exhibit open")
    let listed = try shell.run("exhibit list --plain").output.split(separator: "\n").dropFirst()
    #expect(!exhibits.isEmpty && exhibits.sorted() == listed.map { String($0.prefix { $0 != "\t" }) }.sorted())
    #expect(try offered("record -- positional@1 5 0 tracker record payment share-2010 --source") == exhibits)
    let clock = ContinuousClock()
    let took = try (0..<5).map { _ in
      try clock.measure { _ = try offered("obligations -- positional@0 2 0 tracker obligations") }
    }.min()
    // A person waits for 50 ms; starting the program from a test takes some of it.
    #expect(try #require(took) < .milliseconds(500))
    let script = try shell.run("completions bash").output
    #expect(script.contains("withdrawal") && script.contains("---completion obligations -- --practice"))
  }
}
