import Foundation
import GRDB
import Reports
import Spreadsheets
import Testing

/// What goes out to other programs: the right figures in the right cells, and nothing of anybody else.
@Suite("Exports")
struct ExportTests {
  static let bury = "cases/bury-2009-10.jsonl"
  static let story = "fixtures/story.jsonl"

  private func bytes(_ name: String, in shell: Shell) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/\(name)")))
  }

  /// Rows as objects: by the names in the first row.
  private func rows(_ bytes: [UInt8], _ name: String, sheet: String? = nil) throws -> [[String: Cell]] {
    var rows: [Spreadsheets.Row] = []
    try Spreadsheet(bytes, name: name, sheet: sheet).forEachRow { rows.append($0) }
    let names = try #require(rows.first).cells.map(\.text)
    return rows.dropFirst().map { row in
      Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, row[$0]) })
    }
  }

  @Test(
    "Bury as CSV: a ceiling has a low of 0.00 and a high, its words beside it; every row says as of when and of what log"
  )
  func csv() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let result = try shell.run("export \(Self.bury) --format csv --as-of 2011-09-30 --bom --out owed.csv")
    #expect(result.status == 0 && result.output.isEmpty, "\(result.error)")
    let bytes = try bytes("owed.csv", in: shell)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    let row = try #require(try rows(bytes, "owed.csv").first)
    #expect(row["promised_low"]?.text == "0.00" && row["promised_high"]?.text == "1000000.00")
    #expect(row["promised"]?.text == "up to £1,000,000")
    #expect(row["paid_low"]?.text == "0.00" && row["paid_high"]?.text == "0.00" && row["paid"]?.text == "£0")
    #expect(row["due"]?.text == "" && row["practices"]?.text == "10")
    #expect(row["category"]?.text == "withdrawn-after-performance" && row["strength"]?.text == "admitted")
    #expect(row["as_of"]?.text == "2011-09-30" && row["known_at"]?.text == "everything recorded")
    #expect(row["filter"]?.text == "none" && row["log_events"]?.text == "39")
    #expect(row["log_root"]?.text == "WUA9hdaOlxIVfZL4Z97RLrAtJPHyRjO0qXrvOf3qcts=")
  }

  @Test("What is not known is empty and said, and never 0")
  func unknown() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let drafts = [
      #"{"type":"PartyRegistered","stream":"party/pct","basis":"told","assertedBy":{"party":"lmc"},"data":{"kind":"commissioner","identity":"named","name":"A PCT"}}"#,
      #"{"type":"PartyRegistered","stream":"party/p1","basis":"told","assertedBy":{"party":"lmc"},"data":{"kind":"practice","identity":"named","name":"=HYPERLINK(\"x\")"}}"#,
      #"{"type":"AgreementMade","stream":"agreement/a","basis":"told","assertedBy":{"party":"lmc"},"data":{"title":"T","debtor":"pct","creditors":["p1"],"form":"oral","contractStatus":"unknown"}}"#,
      #"{"type":"PaymentPromised","stream":"agreement/a","basis":"told","assertedBy":{"party":"lmc"},"data":{"promise":"p","to":"p1","money":{"low":0}}}"#,
    ]
    try Data(drafts.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/d.drafts.jsonl"))
    #expect(try shell.run("init book --owner lmc").status == 0)
    #expect(try shell.run("import d.drafts.jsonl").status == 0)
    #expect(try shell.run("export --format csv --out o.csv").status == 0)
    let row = try #require(try rows(try bytes("o.csv", in: shell), "o.csv").first)
    #expect(row["promised_low"]?.text == "" && row["promised_high"]?.text == "" && row["promised"]?.text == "not known")
    #expect(row["creditor_name"]?.text == "'=HYPERLINK(\"x\")")
    // In a workbook a text is a text: no apostrophe is needed.
    #expect(try shell.run("export --format xlsx --out o.xlsx").status == 0)
    let cells = try #require(try rows(try bytes("o.xlsx", in: shell), "o.xlsx", sheet: "Obligations").first)
    #expect(cells["creditor_name"] == Cell("=HYPERLINK(\"x\")"))
    #expect(cells["promised_low"]?.isBlank == true && cells["promised"]?.text == "not known")
    // A table without rows says to which question it is the answer.
    let none = try shell.run("export --format csv --table payments --as-of 2020-01-02").output
    let lines = none.split(separator: "\r\n")
    #expect(lines.count == 2 && lines[1].contains("2020-01-02"), "\(none)")
  }

  @Test("A payment that was put right: who did it, on which day that was learned, and what it said before")
  func putRight() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init book --owner lmc-a").status == 0)
    #expect(try shell.run("import fixtures/story.drafts.jsonl").status == 0)
    #expect(try shell.run("correct 16 --set money=£2,000 --why slip").status == 0)
    func day() -> String { Date().formatted(.iso8601.year().month().day()) }
    // It may strike midnight meanwhile.
    let before = day()
    for (kind, sum) in [("payments", "2000.00"), ("timeline", "")] {
      #expect(try shell.run("export --format csv --table \(kind) --out \(kind).csv").status == 0)
      let all = try rows(try bytes("\(kind).csv", in: shell), "\(kind).csv")
      let row = try #require(all.first { $0["event"]?.text == "16" })
      #expect(row["sum_low"].map { $0.text == sum } ?? true)
      #expect(row["corrected_by"]?.text == "26" && row["state"]?.text == "corrected")
      #expect([before, day()].contains(row["corrected_on"]?.text))
      #expect(row["first_said"]?.text == "Paid to practice-b: £20,000 (reference remittance 17)")
      #expect(all.allSatisfy { $0["event"]?.text == "16" || $0["first_said"]?.text == "" })
      if let putting = all.first(where: { $0["event"]?.text == "26" }) {
        #expect(putting["what"]?.text == "Event 16 put right: sum £20,000 → £2,000. Why: slip")
      }
    }
    // To a practice that is not told of it, nothing of it is said.
    #expect(try shell.run("export --format csv --table timeline --practice practice-a --out a.csv").status == 0)
    let told = String(decoding: try bytes("a.csv", in: shell), as: UTF8.self)
    #expect(!told.contains("20,000") && !told.contains("2,000"))
  }

  @Test("A workbook: About first, then a sheet a table; sums are numbers, days that are known are dates")
  func workbook() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("export \(Self.story) --format xlsx --as-of 2011-12-31 --out s.xlsx").status == 0)
    let bytes = try bytes("s.xlsx", in: shell)
    let about = try rows(bytes, "s.xlsx", sheet: "About")
    func said(_ name: String) -> Cell? { about.first { $0["name"]?.text == name }?["value"] }
    #expect(said("as_of") == Cell("2011-12-31", .date) && said("log_events") == Cell("28", .number))
    #expect(said("log_root")?.text == "iwyT81mwGYiccSVhJCRurKs1KZ/Ti/rO4WgJwhkzxb8=")
    #expect(said("book")?.text == "story.jsonl" && said("filter")?.text == "none")
    // 70% of £90,000 is £63,000; £20,000 paid and £8,000 of a set-off accepted leave £35,000.
    let row = try #require(
      try rows(bytes, "s.xlsx", sheet: "Obligations").first {
        $0["promise"]?.text == "share" && $0["creditor"]?.text == "practice-b"
      })
    #expect(row["promised_low"]?.kind == .number && row["promised_low"]?.text.hasPrefix("63000") == true)
    #expect(
      row["outstanding_high"]?.text.hasPrefix("35000") == true && row["set_off_low"]?.text.hasPrefix("8000") == true)
    #expect(row["due"] == Cell("2011-06-30", .date))
    let payment = try #require(try rows(bytes, "s.xlsx", sheet: "Payments").first { $0["kind"]?.text == "paid" })
    #expect(payment["happened"] == Cell("2011-06-15", .date) && payment["reference"]?.text == "remittance 17")
    // A month is no day.
    let cost = try #require(
      try rows(bytes, "s.xlsx", sheet: "Timeline").first { $0["type"]?.text == "CostIncurred" })
    #expect(cost["happened"] == Cell("2010-05") && cost["happened_first"] == Cell("2010-05-01", .date))
  }

  @Test("SQLite: to read only, sums in pence, a view in pounds; every table of the catalogue with its columns")
  func sqlite() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("export \(Self.story) --format sqlite --as-of 2011-12-31 --out s.db").status == 0)
    let path = "\(shell.folder)/s.db"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o444)
    #expect(try FileManager.default.contentsOfDirectory(atPath: shell.folder).filter { $0.contains("export-") }.isEmpty)
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.read { db in
      for kind in ExportKind.allCases {
        let names = try db.columns(in: kind.rawValue).map(\.name)
        #expect(names.count == kind.columns.reduce(0) { $0 + ($1.kind == .money ? 3 : 1) }, "\(kind)")
      }
      let sum = try Int64.fetchOne(
        db,
        sql:
          "SELECT sum(outstanding_high_pence) FROM obligations WHERE promise = 'share' AND creditor LIKE 'practice-%'")
      // £100,000 of practice-a and £35,000 of practice-b
      #expect(sum == 13_500_000)
      let pounds = try Double.fetchOne(
        db,
        sql:
          "SELECT outstanding_high_pounds FROM obligations_in_pounds WHERE promise = 'share' AND creditor = 'practice-b'"
      )
      #expect(pounds == 35_000)
      #expect(try String.fetchOne(db, sql: "SELECT value FROM about WHERE name = 'as_of'") == "2011-12-31")
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
    }
  }

  @Test("JSON: the answers of the reading commands, unchanged, in one envelope")
  func json() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let export = try shell.run("export \(Self.story) --format json --as-of 2011-12-31").output
    #expect(export.contains(#""format":"tracker.export/1""#))
    for table in ["obligations", "reneged", "timeline", "plans"] {
      let answer = try shell.run("\(table) \(Self.story) --as-of 2011-12-31 --json").output.dropLast()
      #expect(export.contains("\"\(table)\":\(answer)"), "\(table)")
    }
  }

  /// What may not be seen by the first practice: the other's key, its payment, its saving, its set-off, and the total of both.
  static let secrets = [
    "practice-b", "remittance 17", "2000000", "20000.00", "9000000", "90000.00", "1800000", "18000.00", "800000",
    "6300000", "63000.00", "£63,000", "3500000", "35000.00", "£35,000", "£20,000", "£18,000", "16300000",
  ]

  @Test(
    "For one practice: its own figures, and nothing of the other one in any format",
    arguments: ["csv", "json", "sqlite", "xlsx"])
  func privacy(format: String) throws {
    let shell = try Shell()
    defer { shell.clean() }
    var text = ""
    for table in format == "csv" ? ExportKind.allCases.map(\.rawValue) : [""] {
      let option = table.isEmpty ? "" : "--table \(table)"
      let result = try shell.run(
        "export \(Self.story) --format \(format) \(option) --practice practice-a --as-of 2011-12-31 --out \(table)x")
      #expect(result.status == 0, "\(result.error)")
      // Stored, not packed: what is in the file can be looked for as it is.
      text += String(decoding: try bytes("\(table)x", in: shell), as: UTF8.self)
    }
    for secret in Self.secrets { #expect(!text.contains(secret), "\(format) tells \(secret)") }
    #expect(text.contains("practice-a") && text.contains("A share of savings") == true)
    // What is its own is there: £100,000, the cap of 70% of £180,000.
    #expect(format == "sqlite" || text.contains(format == "json" ? "10000000" : "100000.00"))
  }

  @Test("An export is whole or not there, replaces nothing unasked, and never the log itself")
  func files() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init book --owner lmc").status == 0)
    #expect(try shell.run("export --format csv --out a.csv").status == 0)
    let before = try bytes("a.csv", in: shell)
    let again = try shell.run("export --format csv --out a.csv --as-of 2001-01-01")
    #expect(again.status == 73 && again.error.contains("--force"), "\(again.error)")
    #expect(try bytes("a.csv", in: shell) == before)
    #expect(try shell.run("export --format csv --out a.csv --as-of 2001-01-01 --force").status == 0)
    #expect(try bytes("a.csv", in: shell) != before)
    #expect(try shell.run("export --format csv --out book.tracker --force").status == 64)
    try FileManager.default.createSymbolicLink(
      atPath: "\(shell.folder)/link.csv", withDestinationPath: "\(shell.folder)/book.tracker")
    #expect(try shell.run("export --format csv --out link.csv --force").status == 73)
    #expect(try shell.run("verify").status == 0)
    #expect(try shell.run("export --format csv --out book.tracker/x.csv").status == 73)
    #expect(try shell.run("export --format jsonl --out b.jsonl").status == 0)
    #expect(try shell.run("export").output.utf8.elementsEqual(try bytes("b.jsonl", in: shell)))
  }
}
