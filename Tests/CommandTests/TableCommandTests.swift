import Foundation
import Testing

/// Files that an import of a table leaves behind, and what it does not.
@Suite("Tables at the command line")
struct TableCommandTests {
  private func book() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deal --owner lmc-a").status == 0)
    #expect(try shell.run("import fixtures/story.drafts.jsonl").status == 0)
    return shell
  }

  private func write(_ text: String, _ name: String, in shell: Shell) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/\(name)"))
  }

  private let command = "import pay.csv --as payment --agreement share-2010 --set promise=share"

  @Test("Refused rows are written down with their reasons, and nothing is added; a dry run writes nothing")
  func rejects() throws {
    let shell = try book()
    defer { shell.clean() }
    try write(
      "Date,Practice,Amount\n14/05/2011,First practice,£10\n15/05/2011,Nobody at all,£20\n", "pay.csv", in: shell)
    let path = "\(shell.folder)/pay.rejects.csv"
    #expect(try shell.run("\(command) --dry-run").status == 65)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try shell.run(command).status == 65)
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    #expect(
      text == "\u{FEFF}Date,Practice,Amount,Row,Reason\r\n15/05/2011,Nobody at all,£20,3,"
        + "B3: no party of this book is called “Nobody at all”. Record it first: tracker record party KEY …\r\n")
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 25 events"))
    #expect(!FileManager.default.fileExists(atPath: "\(shell.folder)/deal.tracker.rules"))
  }

  @Test("A file of somebody else is not written over")
  func foreignRejects() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Practice,Amount\n15/05/2011,Nobody at all,£20\n", "pay.csv", in: shell)
    try write("my own notes\n", "pay.rejects.csv", in: shell)
    #expect(try shell.run(command).status == 73)
    #expect(try String(contentsOfFile: "\(shell.folder)/pay.rejects.csv", encoding: .utf8) == "my own notes\n")
  }

  @Test("A payment above what was promised is asked about, and taken with its reason in a note")
  func aboveCeiling() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Practice,Amount,Note\n15/05/2011,First practice,£200k,\n", "pay.csv", in: shell)
    let refused = try shell.run(command)
    #expect(refused.status == 65 && refused.error.contains("row 2: "))
    try write("Date,Practice,Amount,Note\n15/05/2011,First practice,£200k,two years in one\n", "pay.csv", in: shell)
    #expect(try shell.run(command).status == 0)
  }

  @Test("The rules of the last import are read; damaged ones are refused with their line")
  func rules() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Practice,Amount\n04/05/2011,First practice,£10\n", "pay.csv", in: shell)
    #expect(try shell.run("\(command) --dates month-first").status == 0)
    let folder = "\(shell.folder)/deal.tracker.rules"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    #expect(
      text == "tracker import rules 1\nheader\tDate\tPractice\tAmount\nfield\tpromise\tshare\ndates\tmonth-first\n")
    try write("Date,Practice,Amount\n05/06/2011,First practice,£10\n", "pay.csv", in: shell)
    let again = try shell.run("import pay.csv --as payment --agreement share-2010")
    #expect(again.status == 0 && again.output.contains("month first, as whoever imported it said"))
    try Data("tracker import rules 1\nwhat\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    let damaged = try shell.run("import pay.csv --as payment --agreement share-2010")
    #expect(damaged.status == 65 && damaged.error.contains("line 2 of the rules"))
  }

  @Test("The same bytes under another name add nothing; another sheet's rows are their own")
  func renamed() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Practice,Amount\n14/05/2011,First practice,£10\n", "pay.csv", in: shell)
    #expect(try shell.run(command).status == 0)
    try write("Date,Practice,Amount\n14/05/2011,First practice,£10\n", "copy.csv", in: shell)
    let copy = try shell.run("import copy.csv --as payment --agreement share-2010 --second 2")
    #expect(copy.status == 0 && copy.output.hasSuffix("Nothing was added.\n"))
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 26 events"))
  }

  @Test("One table may be read as promises and as payments; into another agreement it does not go unseen")
  func kinds() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Promise,Practice,Amount\n14/05/2011,bonus,First practice,£10\n", "pay.csv", in: shell)
    #expect(try shell.run("import pay.csv --as promise --agreement share-2010").status == 0)
    #expect(try shell.run("import pay.csv --as payment --agreement share-2010").output.contains("Event 27 added: Paid"))
    let made = try shell.run(
      "record agreement other --title Other --debtor body-a --creditors practice-a --form unknown"
        + " --contract-status unknown --asserted-by lmc-a")
    #expect(made.status == 0)
    let again = try shell.run("import pay.csv --as promise --agreement other")
    #expect(again.status == 65 && again.error.contains("in another agreement"))
    #expect(again.error.contains("tracker show 26"))
  }
}
