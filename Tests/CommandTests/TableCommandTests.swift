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

  @Test("A list that somebody worked on is kept beside the new one; one that nobody touched is replaced")
  func workedOn() throws {
    let shell = try book()
    defer { shell.clean() }
    let (list, kept) = ("\(shell.folder)/pay.rejects.csv", "\(shell.folder)/pay.rejects.earlier.csv")
    func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
    try write("Date,Practice,Amount\n15/05/2011,Nobody at all,£20\n", "pay.csv", in: shell)
    #expect(try shell.run(command).status == 65)
    let first = try Data(contentsOf: URL(fileURLWithPath: list))
    // Refused for another reason: nobody touched the list.
    try write("Date,Practice,Amount\n15/05/2011,First practice,£20x\n", "pay.csv", in: shell)
    #expect(try shell.run(command).status == 65)
    let second = try Data(contentsOf: URL(fileURLWithPath: list))
    #expect(!isThere(kept) && second != first)
    // Somebody mended it there and not in the table, with a program that writes semicolons.
    let mended = "\u{FEFF}Date;Practice;Amount;Row;Reason\r\n15/05/2011;First practice;£20;2;\r\n"
    try write(mended, "pay.rejects.csv", in: shell)
    let alone = try shell.run(command.replacing("pay.csv", with: "pay.rejects.csv"))
    #expect(alone.status == 65 && alone.error.contains("--rejects-alone"), "\(alone.error)")
    let refused = try shell.run(command)
    #expect(refused.status == 65 && refused.error.contains("is kept as pay.rejects.earlier.csv"), "\(refused.error)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data(mended.utf8))
    // A third one finds a free name.
    try write(mended + "x", "pay.rejects.csv", in: shell)
    #expect(try shell.run(command).status == 65)
    #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data(mended.utf8))
    #expect(isThere("\(shell.folder)/pay.rejects.earlier-2.csv"))
    let added = try shell.run(
      "\(command.replacing("pay.csv", with: "pay.rejects.earlier.csv")) --rejects-alone")
    #expect(added.status == 0 && added.output.contains("Paid to First practice: £20"), "\(added.error)")
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
    // What is advised is there to be followed.
    #expect(!refused.error.contains("--note"))
    #expect(refused.error.contains("in a column “Note”, or for every row: --set note=\"why\""))
    try write("Date,Practice,Amount\n15/05/2011,First practice,£200k\n", "once.csv", in: shell)
    let once = "import once.csv --as payment --agreement share-2010 --set promise=share --dry-run"
    #expect(try shell.run(once).status == 65)
    #expect(try shell.run("\(once) --set note=why").status == 0)
    try write("Date,Practice,Amount,Note\n15/05/2011,First practice,£200k,two years in one\n", "pay.csv", in: shell)
    #expect(try shell.run(command).status == 0)
  }

  @Test("What was answered goes on for tables with the same header; how dates are written is asked of each file")
  func rules() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("Date,Practice,Amount\n04/05/2011,First practice,£10\n", "pay.csv", in: shell)
    #expect(try shell.run("\(command) --dates month-first").status == 0)
    let folder = "\(shell.folder)/deal.tracker.rules"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    let digest = try #require(text.split(separator: "\n").first { $0.hasPrefix("file\t") }).dropFirst(5)
    #expect(digest.count == 64)
    #expect(
      text == "tracker import rules 1\nheader\tDate\tPractice\tAmount\nfile\t\(digest)\nfield\tpromise\tshare\n"
        + "dates\tmonth-first\n")
    // The same file once more: nothing need be said again.
    let same = try shell.run("import pay.csv --as payment --agreement share-2010")
    #expect(same.status == 0 && same.output.contains("In every row: promise is share"))
    #expect(same.output.hasSuffix("Nothing was added.\n"))
    // The next file may be from another hand: 7 August is not made an 8 July by an answer about the last one.
    try write("Date,Practice,Amount\n07/08/2011,First practice,£10\n", "pay.csv", in: shell)
    let next = try shell.run("import pay.csv --as payment --agreement share-2010")
    #expect(next.status == 65 && next.error.contains("2 questions are open"))
    #expect(next.error.contains("no column says which promise") && next.error.contains("7 August 2011 or 8 July 2011"))
    let said = try shell.run("\(command) --dates day-first")
    #expect(said.status == 0 && said.output.contains("day first, as whoever imported it said"))
    #expect(try shell.run("show 27").output.contains("7 August 2011"))
    try Data("tracker import rules 1\nwhat\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    let damaged = try shell.run("import pay.csv --as payment --agreement share-2010")
    #expect(damaged.status == 65 && damaged.error.contains("line 2 of the rules"))
  }

  @Test("The year of one file is not that of the next; a name that was answered is")
  func yearsApart() throws {
    let shell = try book()
    defer { shell.clean() }
    let header = "Practice Code,Practice Name,Total NHS Payments to General Practice\n"
    try write("\(header)P83001,A,1000\n", "nhs-2014-15.csv", in: shell)
    try write("\(header)P83001,A,1234.56\n", "nhs-2015-16.csv", in: shell)
    let rest = "--as payment --agreement share-2010"
    let first = try shell.run(
      "import nhs-2014-15.csv \(rest) --set when=2014/15 --set promise=share --party P83001=practice-a")
    #expect(first.status == 0 && first.output.contains("In every row: when is 2014/15"), "\(first.error)")
    let silent = try shell.run("import nhs-2015-16.csv \(rest)")
    #expect(silent.status == 65 && silent.error.contains("no column says which year the sums are of"))
    #expect(silent.output.contains("As answered before for this header: “P83001” is practice-a"))
    let second = try shell.run("import nhs-2015-16.csv \(rest) --set when=2015/16 --set promise=share")
    #expect(second.status == 0 && second.output.contains("Paid to First practice: £1,234.56"), "\(second.error)")
    #expect(try shell.run("show 26").output.contains("2014/15"))
    #expect(try shell.run("show 27").output.contains("2015/16"))
    // £10,000 before, £1,000 and £1,234.56: £12,234.56.
    #expect(try shell.run("obligations").output.contains("£12,234.56"))
  }

  @Test("A table put right and sent again is asked about, and its changed row is not added on top")
  func putRight() throws {
    let shell = try book()
    defer { shell.clean() }
    func table(_ sum: String) -> String {
      "Date,Practice,Amount,Reference\n14/06/2011,First practice,£100,R1\n14/06/2011,practice-b,£\(sum),R2\n"
    }
    let rest = "--as payment --agreement share-2010 --set promise=share"
    try write(table("50"), "v1.csv", in: shell)
    try write(table("55"), "v2.csv", in: shell)
    #expect(try shell.run("import v1.csv \(rest)").status == 0)
    let asked = try shell.run("import v2.csv \(rest)")
    #expect(asked.status == 65 && asked.error.contains("1 of 2 rows"), "\(asked.error)")
    #expect(
      asked.error.contains("event 27 (from v1.csv, row 3): Paid to practice-b: £50 (reference R2) · 14 June 2011"))
    #expect(asked.error.contains("--replaces 26-27") && asked.error.contains("--second 3=\"why\""))
    // £20,000 and £50 were paid; not £20,105.
    #expect(try shell.run("obligations").output.contains("£20,050"))
    let replaced = try shell.run("import v2.csv \(rest) --replaces 26-27 --correct-changed slip")
    let told = replaced.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(replaced.status == 0 && told.contains("is “Paid to practice-b: £55 (reference R2) · 14 June 2011”"))
    #expect(try shell.run("obligations").output.contains("£20,055"))
    // A payment of its own comes in with the reason.
    try write(table("60"), "v3.csv", in: shell)
    let second = try shell.run("import v3.csv \(rest) --second 3=two-cheques")
    #expect(second.status == 0, "\(second.error)")
    #expect(try shell.run("show 29").output.contains("It is one of its own: two-cheques"))
    // £20,055 and £60.
    #expect(try shell.run("obligations").output.contains("£20,115"))
  }

  @Test("What was typed without its reference is not added again from the table that has it")
  func typedBefore() throws {
    let shell = try book()
    defer { shell.clean() }
    let typed = try shell.run(
      "record payment share-2010 --promise share --to practice-b --money £70 --when 2011-08-03 --asserted-by lmc-a")
    #expect(typed.status == 0)
    try write("Date,Practice,Amount,Reference\n3 August 2011,practice-b,£70,R9\n", "pay.csv", in: shell)
    let asked = try shell.run(command)
    #expect(asked.status == 65 && asked.error.contains("event 26: Paid to practice-b: £70 · 3 August 2011"))
    #expect(asked.error.contains("tracker correct 26"))
  }

  @Test("A changed day is shown, and what was put right is told as it stands")
  func daysShown() throws {
    let shell = try book()
    defer { shell.clean() }
    let rest = "--as payment --agreement share-2010 --set promise=share"
    func table(_ day: String, _ sum: String) -> String { "Date,Practice,Amount\n\(day),practice-b,\(sum)\n" }
    try write(table("15 July 2012", "£70"), "a1.csv", in: shell)
    #expect(try shell.run("import a1.csv \(rest)").status == 0)
    try write(table("15 July 2012", "£75"), "a2.csv", in: shell)
    #expect(try shell.run("import a2.csv \(rest) --replaces 26-26 --correct-changed slip").status == 0)
    // Sent once more, in other bytes: event 26 says £75 now, whatever its line says.
    try write(table("15 July 2012", "75.00"), "a3.csv", in: shell)
    let again = try shell.run("import a3.csv \(rest)")
    #expect(again.status == 0 && again.output.contains("event 26 says the same (Paid to practice-b: £75)"))
    try write(table("16 July 2012", "£75"), "a4.csv", in: shell)
    let moved = try shell.run("import a4.csv \(rest) --replaces 26-26 --dry-run")
    let told = moved.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.contains("was “Paid to practice-b: £75 · 15 July 2012”, is “Paid to practice-b: £75 · 16 July 2012”"))
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
