import AgreementTracker
import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// What a transcript does not show: what is in the book afterwards, and that nothing typed brings the program down.
@Suite("Commands")
struct CommandBehaviourTests {
  @Test("Importing a file twice adds nothing, and two files may register the same party")
  func twice() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    #expect(try shell.run("import cases/bury-2009-10.drafts.jsonl").status == 0)
    let before = try shell.run("export").output
    let again = try shell.run("import cases/bury-2009-10.drafts.jsonl")
    #expect(again.status == 0 && again.output.contains("Already recorded"))
    #expect(try shell.run("export").output == before)
    #expect(try shell.run("import cases/south-birmingham-2009.drafts.jsonl").status == 0)
    #expect(try shell.run("verify").status == 0)
    #expect(try shell.run("replay --check").output.contains("agree with a rebuild"))
  }

  @Test("One faulty line and nothing of the file is added; every fault is listed with its line")
  func allOrNone() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    let before = try shell.run("export").output
    var lines = Examples.draftLines
    lines[3] = #"{"type":"MemberNamed","stream":"party/group-a","data":{"member":5}}"#
    lines[8] = "not json"
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/x.drafts.jsonl"))
    let result = try shell.run("import x.drafts.jsonl")
    #expect(result.status == 65)
    #expect(result.error.contains("line 4") && result.error.contains("line 9, column 2"), "\(result.error)")
    #expect(try shell.run("export").output == before)
  }

  @Test("JSON Lines and the book they came from answer alike")
  func twoEncodings() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    _ = try shell.run("import cases/bury-2009-10.drafts.jsonl")
    let lines = try shell.run("export").output
    try Data(lines.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/copy.jsonl"))
    for command in ["obligations", "reneged", "timeline", "plans", "replay"] {
      let book = try shell.run("\(command) --as-of 2011-09-30 --json")
      let copy = try shell.run("\(command) copy.jsonl --as-of 2011-09-30 --json")
      #expect(book.output == copy.output && book.status == 0, "\(command)")
      #expect(try JSONValue(canonical: Array(book.output.utf8.dropLast()))["format"]?.string == "tracker.\(command)/1")
    }
  }

  /// Whatever is typed, the program answers in words.
  static let typed: [[String]] = [
    [""], ["\u{0}"], ["obligation"], ["record"], ["record", "nothing"], ["record", "payment"],
    ["record", "payment", ""],
    ["record", "payment", "x", "--money"], ["record", "payment", "x", "--money", "99999999999999999999999999"],
    ["record", "payment", "x", "--mony", "5"], ["record", "saving", "--help"], ["show"], ["show", "0"], ["show", "-1"],
    ["show", "99999999999999999999999"], ["show", "x"], ["obligations", "--as-of", "04/05/2010"],
    ["obligations", "--as-of", "2010"], ["obligations", "--as-of", ""], ["obligations", "--known-at", "x"],
    ["obligations", "none"], ["obligations", "NONE"], ["obligations", "a", "b"], ["timeline", "a.jsonl", "b.jsonl"],
    ["explain", "x", "--figure", "sum"], ["replay", "--until", "0"], ["replay", "--until", "99999999999999999999"],
    ["replay", "/dev/null.jsonl"], ["replay", "cases.jsonl"], ["correct", "1", "--why", "x"],
    ["correct", "1", "--set", "x", "--why", "x"],
    ["correct", "1", "--set", "note=x", "--why", "x", "--book", "none.tracker"],
    ["retract", "1"], ["export", "--format", "xml"], ["completions", "tcsh"], ["init"],
    ["init", "x", "--owner", "X Y"],
    ["init", "/no/such/folder/book", "--owner", "a"], ["import", "x.csv"], ["import", "none.drafts.jsonl"],
    ["verify", "README.md.jsonl"], ["--version"], ["help", "record"], [String(repeating: "x", count: 100_000)],
  ]

  @Test("Nothing that can be typed crashes it; refusals have a known code and say something", arguments: typed)
  func survives(arguments: [String]) throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    let clean = arguments.map { $0.replacingOccurrences(of: "\u{0}", with: "") }
    let result = try shell.run(arguments: clean)
    #expect(
      [0, 1, 4, 64, 65, 66, 69, 73, 75].contains(result.status),
      "\(arguments.first?.prefix(20) ?? ""): \(result.status)")
    #expect(!(result.output + result.error).isEmpty)
    if result.status != 0 { #expect(!result.error.isEmpty) }
  }

  @Test("A mistake is corrected in the open, and a retraction with what stands on it is one step")
  func corrections() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    _ = try shell.run("import cases/bury-2009-10.drafts.jsonl")
    let lines = try shell.run("export").output.split(separator: "\n")
    let withdrawal = try #require(lines.firstIndex { $0.contains("PromiseWithdrawn") }) + 1
    let corrected = try shell.run(
      "correct \(withdrawal) --set when=\"15 September 2010\" --why \"a minute gives the day\"")
    #expect(corrected.status == 0, "\(corrected.error)")
    #expect(try shell.run("timeline --as-of 2011-09-30").output.contains("[as put right by event "))
    let again = try shell.run("correct \(withdrawal) --set when=2010-09-16 --why again")
    #expect(again.status == 65 && again.error.contains("--replaces"), "\(again.error)")
    let agreement = try #require(lines.firstIndex { $0.contains("AgreementMade") }) + 1
    let refused = try shell.run("retract \(agreement) --why wrong")
    #expect(refused.status == 65 && refused.error.contains("stand on it"))
    let all = try shell.run("retract \(agreement) --why wrong --with-dependents")
    #expect(all.status == 0, "\(all.error)")
    #expect(try shell.run("obligations --json").output.contains(#""rows":[]"#))
    #expect(try shell.run("verify").status == 0)
    #expect(try shell.run("replay --check").status == 0)
  }

  @Test("P7 clock zone, language and hash seed change nothing: the same digest, the same answer")
  func surroundingsOfTheProgram() throws {
    let shell = try Shell()
    defer { shell.clean() }
    _ = try shell.run("init book --owner keeper")
    _ = try shell.run("import cases/bury-2009-10.drafts.jsonl")
    var answers: Set<String> = []
    for setting in [
      "TZ=UTC LC_ALL=C", "TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8", "TZ=America/New_York LANG=de_DE.UTF-8",
    ] {
      var answer = ""
      for command in ["replay --check", "reneged --as-of 2011-09-30", "timeline --as-of 2011-09-30 --json"] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = setting.split(separator: " ").map(String.init) + [Shell.tracker] + Shell.words(command)
        process.currentDirectoryURL = URL(fileURLWithPath: shell.folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        answer += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      answers.insert(answer)
    }
    #expect(answers.count == 1)
  }

  @Test("A reader that goes away is no failure")
  func brokenPipe() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "\(Shell.tracker) timeline \(CaseFileTests.folder)/bury-2009-10.jsonl | head -1 >/dev/null; exit 0",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("Mutated drafts and logs: nothing crashes, nothing is half written, every refusal has its place")
  func mutants() throws {
    let report = try MutantRun(count: 400, seed: 5, folder: NSTemporaryDirectory()).run()
    #expect(report.isMixed)
    #expect(report.drafts == 200 && report.logs == 200)
    #expect(Set(report.atImport.keys).union(report.atVerify.keys).count >= 40)
  }
}
