import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import LogStore
import Projections
import Testing

/// Tables of more than a mebibyte are not held: they must come in as others do, all rows or none.
@Suite("Long tables")
struct LongTableTests {
  private static let rows = 24_000

  private func book() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deal --owner lmc-a").status == 0)
    #expect(try shell.run("import fixtures/story.drafts.jsonl").status == 0)
    return shell
  }

  /// £1 on each row to one of two practices, every day of May 2011 in turn: 24,000 rows come to £24,000.
  private func write(_ name: String, in shell: Shell, more: [String] = []) throws {
    var text = "Date,Practice,Amount,Reference,Remark\n"
    for row in 2..<(Self.rows + 2) {
      let practice = row.isMultiple(of: 2) ? "First practice" : "practice-b"
      text += "\(row % 31 + 1)/05/2011,\(practice),£1.00,R\(row),a remark\n"
    }
    text += more.map { $0 + "\n" }.joined()
    #expect(text.utf8.count > 1 << 20)
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/\(name)"))
  }

  private let command = "import long.csv --as payment --agreement share-2010 --set promise=share"

  @Test("24,000 rows are one import: counted, signed, found again; the same file adds nothing a second time")
  func whole() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell, more: ["Total,,\"£24,000.00\",,"])
    let dry = try shell.run("\(command) --dry-run")
    #expect(
      dry.status == 0
        && dry.output.contains(
          "Nothing was added (dry run). It would be:\n  24000 events\n    Paid to First practice: £1 (reference R2) · 3 May 2011\n"
        ))
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 25 events"))
    let added = try shell.run(command)
    #expect(added.status == 0, "\(added.error)")
    #expect(added.output.contains("24000 rows + 1 total row"))
    #expect(added.output.contains("the rows come to £24,000; row 24002 says the same"))
    #expect(added.output.contains("24000 events added, events 26 to 24025\n"))
    let verified = try shell.run("verify")
    #expect(verified.status == 0 && verified.output.hasPrefix("The record is whole: 24025 events"))
    // £10,000 and £20,000 were paid before; each practice got £12,000 of the table.
    let owed = try shell.run("obligations")
    #expect(owed.output.contains("£22,000") && owed.output.contains("£32,000"))
    let shown = try shell.run("show 26 --json").output
    #expect(shown.contains("\"locator\":\"row 2\"") && shown.contains("\"citation\":\"long.csv, sha256 "))
    let again = try shell.run(command)
    #expect(again.status == 0)
    #expect(
      again.output.hasSuffix(
        "long.csv was imported before: 24000 of its rows are among events 26 to 24025.\nNothing was added.\n"))
    let events = try #require(try Source.open("\(shell.folder)/deal.tracker").checkReadModels())
    #expect(events.live == events.rebuilt)
  }

  @Test("A long table that was taken back is imported once more; read in another way, it is refused with the event")
  func onceMore() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell)
    #expect(try shell.run(command).status == 0)
    let other = try shell.run(command.replacing("promise=share", with: "promise=attendance"))
    #expect(other.status == 65 && other.error.contains("nothing was added: 24000 of 24000 rows were refused"))
    #expect(other.error.contains("row 2: the row was imported before, as event 26, and is read in another way now"))
    #expect(other.error.contains("--replaces 26-24025"))
    #expect(try shell.run("correct --batch 26-24025 --retract --why wrong --yes").status == 0)
    let again = try shell.run(command)
    #expect(again.status == 0 && again.output.contains("24000 events added"), "\(again.error)")
    let same = try shell.run(command)
    #expect(same.status == 0 && same.output.hasSuffix("Nothing was added.\n"))
    #expect(try shell.run("verify").status == 0)
  }

  @Test("A row with the words of a total is asked about in a long table too")
  func totals() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell, more: [",First practice,\"24,000.00\",Total payments,"])
    let asked = try shell.run(command)
    #expect(
      asked.status == 65 && asked.error.contains("row 24002 says “Total payments”, and the rows above come to its sum"))
    let answered = try shell.run("\(command) --dry-run --total-row 24002")
    #expect(answered.status == 0 && answered.output.contains("24000 rows + 1 total row"))
  }

  @Test("One bad row at the end, and nothing is added; the row is written down with its reason")
  func badRow() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell, more: ["16/05/2011,Nobody at all,£20,R,", "17/05/2011,First practice,a pound,R,"])
    let refused = try shell.run(command)
    #expect(refused.status == 65)
    #expect(refused.error.contains("nothing was added: 2 of 24002 rows were refused"))
    #expect(refused.error.contains("cell B24002: no party of this book is called “Nobody at all”"))
    let text = try String(contentsOfFile: "\(shell.folder)/long.rejects.csv", encoding: .utf8)
    #expect(text.split(separator: "\r\n").count == 3 && text.contains("17/05/2011,First practice,a pound,R,,24003,"))
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 25 events"))
    #expect(!FileManager.default.fileExists(atPath: "\(shell.folder)/long.rejects.csv.new"))
  }

  @Test("A row that a rule refuses is found while the others are being added: nothing of them stays")
  func againstRules() throws {
    let shell = try book()
    defer { shell.clean() }
    // The promise to practice A is £100,000 at most; £10,000 and £12,000 are paid.
    try write("long.csv", in: shell, more: ["16/05/2011,First practice,£90000,R,"])
    let refused = try shell.run(command)
    #expect(refused.status == 65 && refused.error.contains("nothing was added: 1 of 24001 rows were refused"))
    #expect(refused.error.contains("row 24002: "))
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 25 events"))
    let text = try String(contentsOfFile: "\(shell.folder)/long.rejects.csv", encoding: .utf8)
    #expect(text.contains(",24002,"))
  }

  @Test("Rows that the book has from elsewhere are left out, and rows that are the same are said")
  func known() throws {
    let shell = try book()
    defer { shell.clean() }
    let typed = try shell.run(
      "record payment share-2010 --promise share --to practice-b --money £7 --when 2011-06-03 --asserted-by lmc-a")
    #expect(typed.status == 0)
    try write(
      "long.csv", in: shell,
      more: ["3 June 2011,practice-b,£7,,", "3 June 2011,practice-b,£7,,", "4 June 2011,practice-b,£8,,"])
    let added = try shell.run(command)
    #expect(added.status == 0)
    #expect(added.output.contains("Note: row 24003 says the same as row 24002; each is an event of its own."))
    #expect(added.output.contains("Row 24002 is left out: event 26 says the same."))
    // The book has it once: the copy is not added on top.
    #expect(added.output.contains("Row 24003 is left out: event 26 says the same."))
    #expect(added.output.contains("24001 events added, events 27 to 24027"))
    // Told that it is a second one, it comes in.
    let second = try shell.run("\(command) --second 24002=\"two cheques\"")
    #expect(second.output.contains("1 event added, event 24028"))
    #expect(try shell.run("show 24028").output.contains("It is a second one: two cheques"))
  }

  @Test("A long table that was put right is asked about: the changed row is not added on top of 24,000")
  func putRight() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell)
    #expect(try shell.run(command).status == 0)
    // Row 24001 is of practice-b: £1, and now £3; row 24002 is new.
    let text = try String(contentsOfFile: "\(shell.folder)/long.csv", encoding: .utf8)
    let changed =
      text.replacing("£1.00,R24001,", with: "£3.00,R24001,") + "1/06/2011,practice-b,£1.00,R24002,a remark\n"
    try Data(changed.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/long.csv"))
    let asked = try shell.run(command)
    #expect(asked.status == 65 && asked.error.contains("nothing was added: 1 of 24001 rows were refused"))
    #expect(asked.error.contains("row 24001: the book has what may be the same in another version, event 24025"))
    #expect(asked.error.contains("(from long.csv, row 24001): Paid to practice-b: £1 (reference R24001)"))
    #expect(asked.error.contains("--replaces 26-24025"))
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 24025 events"))
    // £20,000 before, £12,000, £3 as one of its own, and £1.
    let second = try shell.run("\(command) --second 24001=\"two cheques\"")
    #expect(second.output.contains("2 events added, events 24026 to 24027"), "\(second.error)")
    #expect(try shell.run("obligations").output.contains("£32,004"))
  }

  /// Each: what stands in the book, a row, and what is said of it; nil = it is added without a word.
  static let doubtful: [(typed: [String], row: String, said: String?)] = [
    (["practice-b £7 \"June 2011\""], "3 June 2011,practice-b,£7,", "row 2: the book has what may be the same"),
    (["practice-b £7 \"3 June 2011\""], "June 2011,practice-b,£7,", "row 2: the book has what may be the same"),
    (
      ["practice-b £7 2011-06-20/2011-07-10"], "5 July 2011,practice-b,£7,", "row 2: the book has what may be the same"
    ),
    (["practice-b £7 2011-06-20/2011-07-10"], "15 July 2011,practice-b,£7,", nil),
    (["practice-b £7 2011-06-20/2011-07-10"], "19 June 2011,practice-b,£7,", nil),
    (["practice-b £7 2011-06-20/2011-07-10"], "July 2011,practice-b,£7,", "row 2: the book has what may be the same"),
    (["practice-b £7 2010/11"], "1 March 2011,practice-b,£7,", "row 2: the book has what may be the same"),
    (["practice-b £7 2010/11"], "1 April 2011,practice-b,£7,", nil),
    (["practice-b £7 unknown"], "1 April 2011,practice-b,£7,", "row 2: the book has what may be the same"),
    (["practice-b £7 2011-06-03 --reference 0071"], "June 2011,practice-b,£7,71", "row 2: the book has what may be"),
    (["practice-b £7 \"June 2011\" --reference 71"], "June 2011,practice-b,£7,72", nil),
    // In another agreement.
    (
      ["other practice-b £7 2011-06-03 --reference P-71"], "3 June 2011,practice-b,£7,p71",
      "row 2: event 28, in agreement other, may be the same payment"
    ),
    (["other practice-b £7 2011-06-03 --reference P-71"], "3 June 2011,practice-b,£7,p72", nil),
    (["other practice-b £7 2011-06-03 --reference P-71"], "3 June 2011,practice-b,£8,p71", nil),
    (["other practice-b £7 2011-06-03 --reference P-71"], "3 June 2011,First practice,£7,p71", nil),
    (
      ["other practice-b £7 2011-06-03 --reference P-71"], "3 June 2011,practice-b,£7,",
      "Note: row 2 has the payee, the sum and the day of event 28, which is in another agreement"
    ),
    (
      ["other practice-b £7 2011-06-03 --reference BACS"], "3 June 2011,practice-b,£7,BACS",
      "Note: row 2 has the payee, the sum and the day of event 28, which is in another agreement"
    ),
    (["other practice-b £7 2011-06-03"], "4 June 2011,practice-b,£7,", nil),
  ]

  @Test(
    "Held or not held, a row that may be there already is asked about in the same words", arguments: doubtful.indices)
  func likeShortOnes(_ place: Int) throws {
    let (typed, row, said) = Self.doubtful[place]
    let shell = try book()
    defer { shell.clean() }
    if typed[0].hasPrefix("other") {
      for line in [
        "record agreement other --title Other --debtor body-a --creditors practice-b --form letter --contract-status nhs",
        "record promise other --promise more --to practice-b --money £900",
      ] { #expect(try shell.run("\(line) --asserted-by lmc-a").status == 0) }
    }
    for payment in typed {
      let words = Shell.words(payment)
      let isOther = words[0] == "other"
      let rest = Array(words.dropFirst(isOther ? 1 : 0))
      let added = try shell.run(
        arguments: [
          "record", "payment", isOther ? "other" : "share-2010", "--promise", isOther ? "more" : "share", "--to",
          rest[0],
          "--money", rest[1], "--when", rest[2], "--asserted-by", "lmc-a",
        ] + rest.dropFirst(3))
      #expect(added.status == 0, "\(added.error)")
    }
    func table(_ name: String, remark: Int) throws {
      var text = "Date,Practice,Amount,Reference,Remark\n\(row),x\n"
      for number in 0..<60 {
        text += "\(number % 28 + 1)/08/2012,First practice,£1,F\(number),\(String(repeating: "y", count: remark))\n"
      }
      #expect(remark == 1 || text.utf8.count > 1 << 20)
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/\(name)"))
    }
    try table("short.csv", remark: 1)
    try table("long.csv", remark: 20_000)
    let answers = try ["short", "long"].map { name in
      let answer = try shell.run("\(command.replacing("long.csv", with: "\(name).csv")) --dry-run")
      let text = (answer.output + answer.error).replacing("\n  ", with: " ")
      #expect((answer.status == 65) == (said?.hasPrefix("row 2:") == true), "\(name): \(text)")
      return text.split(separator: "\n").filter { $0.contains("row 2") || $0.contains("Row 2") }.map(String.init)
    }
    #expect(answers.allSatisfy { lines in said.map { said in lines.contains { $0.contains(said) } } ?? lines.isEmpty })
    #expect(answers[0].joined().contains(said ?? "") || said == nil, "\(answers)")
  }

  @Test("A row that somebody took back stays out of a long table too, while the others of its file stand")
  func takenBack() throws {
    let shell = try book()
    defer { shell.clean() }
    try write("long.csv", in: shell)
    #expect(try shell.run(command).status == 0)
    #expect(try shell.run("retract 31 --why \"never arrived\" --yes").status == 0)
    // The same rows under another name, and one that is new.
    try write("longer.csv", in: shell, more: ["1/06/2011,practice-b,£1.00,R24002,a remark"])
    let longer = try shell.run(command.replacing("long.csv", with: "longer.csv"))
    #expect(longer.status == 0, "\(longer.error)")
    #expect(longer.output.contains("Row 7 is left out: event 31 said the same and was taken back."))
    #expect(longer.output.contains("1 event added, event 24027"))
    // £20,000 and £12,000 and £1 for practice-b, less the £1 of row 7.
    #expect(try shell.run("obligations").output.contains("£32,000"))
    let second = try shell.run("\(command.replacing("long.csv", with: "longer.csv")) --second 7=\"it did arrive\"")
    #expect(second.output.contains("1 event added, event 24028"), "\(second.error)")
  }

  @Test("What the file does not settle is asked before anything is read into the book")
  func open() throws {
    let shell = try book()
    defer { shell.clean() }
    var text = "Date,Practice,Amount,Remark\n"
    for _ in 0..<20_000 { text += "04/05/2011,First practice,£1.00,\(String(repeating: "x", count: 30))\n" }
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/long.csv"))
    let asked = try shell.run(command)
    #expect(asked.status == 65 && asked.error.contains("--dates day-first"))
    #expect(try shell.run("\(command) --sheet S").status == 65)
    let answered = try shell.run("\(command) --ask", input: "1\n")
    #expect(answered.status == 0 && answered.output.contains("20000 events added, events 26 to 20025"))
  }
}

extension UserFolders {
  static func `in`(_ shell: Shell) -> UserFolders {
    UserFolders(
      keys: "\(shell.folder)/.xdg_data_home/tracker/keys", state: "\(shell.folder)/.xdg_state_home/tracker")
  }
}
