import Agreements
import Foundation
import Spreadsheets
import Tables
import Testing

/// Spreadsheets as they come in the post: each with what must be read in it, written down by hand in `expected.tsv`.
@Suite("Nasty spreadsheets")
struct NastyTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Nasty")

  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var kind: String
    var options: String
    var form: String
    var outcome: String

    var testDescription: String { options.isEmpty ? file : "\(file) (\(options))" }
  }

  static let cases: [Case] = {
    let text = try? String(contentsOf: folder.appendingPathComponent("expected.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().map { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Case(file: parts[0], kind: parts[1], options: parts[2], form: parts[3], outcome: parts[4])
    }
  }()

  static func party(_ key: String, _ name: String?, ods: String? = nil) -> TableContext.Party {
    .init(key: PartyKey(unchecked: key), name: name, ods: ods)
  }

  static let context = TableContext(
    parties: [
      party("lmc", "The committee"), party("practice-a", "First practice", ods: "P81001"),
      party("practice-b", "Practice B"), party("twin-a", "Twin practice"), party("twin-b", "Twin practice"),
    ], promises: [PromiseKey(unchecked: "share"), PromiseKey(unchecked: "attendance")])

  static func plan(_ kind: String, _ options: String) throws -> (TablePlan, sheet: String?) {
    var plan = TablePlan(
      kind: try #require(TableKind(rawValue: kind)), agreement: AgreementKey(unchecked: "deal"),
      assertedBy: PartyKey(unchecked: "lmc"))
    var sheet: String?
    for option in options.split(separator: ";") {
      let parts = option.split(separator: "=").map(String.init)
      switch parts[0] {
      case "dates": plan.dateOrder = DateOrder(rawValue: parts[1])
      case "map": plan.columns[parts[1]] = parts[2]
      case "set": plan.fixed[parts[1]] = parts[2]
      case "party": plan.parties[parts[1]] = PartyKey(unchecked: parts[2])
      case "stranger": plan.strangers.insert(parts[1])
      case "where": plan.filters[parts[1]] = parts[2]
      case "sheet": sheet = parts[1]
      case "despite-days": plan.acceptsDays = true
      case "except": plan.exceptions[parts[1], default: []].insert(parts[2])
      case "total-row": plan.totalRows[parts[1].lowercased()] = true
      case "data-row": plan.totalRows[parts[1].lowercased()] = false
      case "despite-commas": plan.acceptsCommas = true
      case "despite-total": plan.acceptsTotal = true
      default: Issue.record("no option \(parts[0])")
      }
    }
    return (plan, sheet)
  }

  @Test("Every file is read as written down", arguments: cases)
  func nasty(_ expected: Case) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(expected.file)))
    let (plan, sheet) = try Self.plan(expected.kind, expected.options)
    var found: String
    do {
      let table = try Spreadsheet(bytes, name: expected.file, sheet: sheet)
      if !expected.form.isEmpty { #expect(table.words == expected.form) }
      let reading = try TableReading(table, plan, in: Self.context, file: (expected.file, "0123456789abcdef0123"))
      if let question = reading.questions.first {
        found = "question \(question.what)"
        #expect(!question.next.isEmpty)
      } else {
        let cells = reading.rejects.map { $0.place?.description ?? "\($0.row.number)" }.joined(separator: ",")
        found =
          "read rows=\(reading.entries.count) rejects=\(cells.isEmpty ? "-" : cells) sum=\(reading.sum.low).."
          + "\(reading.sum.high.map(String.init) ?? "?") totals=\(reading.totals.count) above=\(reading.titles.count)"
        #expect(reading.rejects.allSatisfy { !$0.why.isEmpty && !$0.next.isEmpty })
        // Each statement can be followed to the file and the row.
        for entry in reading.entries {
          let source = try #require(entry.statement.sources.first)
          #expect(source.citation == "\(expected.file), sha256 0123456789abcdef…")
          #expect(source.locator?.hasSuffix("row \(entry.row.number)") == true)
        }
      }
    } catch let fault as SpreadsheetFault {
      found = "refused \(fault.code.rawValue)" + (fault.place.map { " \($0)" } ?? "")
      #expect(!fault.why.isEmpty)
    }
    if expected.outcome.hasPrefix("question ") {
      let words = expected.outcome.dropFirst("question ".count)
      #expect(found.hasPrefix("question ") && found.contains(words), "\(found)")
    } else {
      #expect(found == expected.outcome)
    }
  }

  @Test("Every file of the folder is in the table, and the table names no other")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0 != "expected.tsv" }
    #expect(Set(files) == Set(Self.cases.map(\.file)))
    #expect(files.count >= 60)
  }
}

/// What becomes of the words of a table, and of the answers about it.
@Suite("Tables understood")
struct TableTests {
  private func reading(_ text: String, kind: String = "payment", options: String = "") throws -> TableReading {
    let (plan, _) = try NastyTests.plan(kind, options)
    return try TableReading(
      try Spreadsheet(Array(text.utf8), name: "t.csv"), plan, in: NastyTests.context,
      file: ("t.csv", "0123456789abcdef0123"))
  }

  private func payment(_ entry: TableReading.Entry) throws -> PaymentMade {
    guard case .paymentMade(let payment) = entry.statement.body else {
      throw SpreadsheetFault(.format, "no payment")
    }
    return payment
  }

  @Test("The value as read stands beside the value understood")
  func wordsKept() throws {
    let table = try reading(
      "Date paid,Promise,Paid to,Amount\n25/12/2009,share,FIRST practice,\"£1,234.00\"\n4/5/2009,share,practice-a,100k\n"
    )
    let first = table.entries[0]
    #expect(try payment(first).money == Money(low: 123_400, high: 123_400, words: "£1,234.00"))
    #expect(first.statement.when?.date.edtf == "2009-12-25")
    #expect(first.statement.when?.words == "25/12/2009")
    #expect(first.statement.when?.inference == "read with the day first, as row 2 shows (25/12/2009)")
    #expect(first.statement.sources[0].quote == "FIRST practice")
    #expect(first.statement.basis == .document)
    #expect(table.entries[1].statement.when?.date.edtf == "2009-05-04")
    #expect(try payment(table.entries[1]).money.low == 10_000_000)
  }

  @Test("A workbook's day is taken as it is; a format that shows the month alone states no day")
  func workbookDays() throws {
    func day(_ file: String) throws -> String? {
      let bytes = [UInt8](try Data(contentsOf: NastyTests.folder.appendingPathComponent(file)))
      let (plan, _) = try NastyTests.plan("payment", "")
      return try TableReading(
        try Spreadsheet(bytes, name: file), plan, in: NastyTests.context, file: (file, "0123456789abcdef0123")
      ).entries.first?.statement.when?.date.edtf
    }
    #expect(try day("plain.xlsx") == "2010-09-14")
    #expect(try day("days-1904.xlsx") == "2010-09-14")
    #expect(try day("days-month-only.xlsx") == "2010-09")
    #expect(try day("iso-day.xlsx") == "2010-09-14")
  }

  @Test("A reference keeps the noughts that its format shows; hidden columns and struck-out rows are said")
  func struckAndHidden() throws {
    let file = "struck-and-hidden.xlsx"
    let bytes = [UInt8](try Data(contentsOf: NastyTests.folder.appendingPathComponent(file)))
    let spreadsheet = try Spreadsheet(bytes, name: file)
    #expect(spreadsheet.notes == ["a hidden column is read too: F", "row 3 is struck out, and is read too"])
    let (plan, _) = try NastyTests.plan("payment", "")
    let table = try TableReading(spreadsheet, plan, in: NastyTests.context, file: (file, "0123456789abcdef0123"))
    #expect(try table.entries.map { try payment($0).reference } == ["00042", "123456"])
  }

  @Test(
    "A near name is a question for whoever is there to answer; the name of a subtotal is never proposed as a party's")
  func nearNames() throws {
    let lines =
      "Date paid,Promise,Paid to,Amount\n2010-03-31,share,Practise B,£5\n2010-03-31,share,Practice B Total,£5\n"
    let table = try reading(lines)
    #expect(
      table.nameQuestions.map(\.next) == [
        "If it is: --party \"Practise B=practice-b\"; if not: --stranger \"Practise B\""
      ])
    #expect(table.questions.map(\.next) == ["If it is a total: --total-row 3; if it is a row of its own: --data-row 3"])
    var (plan, _) = try NastyTests.plan("payment", "")
    plan.take(try table.nameQuestions[0].effect(of: "1"))
    plan.take(try table.questions[0].effect(of: "1"))
    let answered = try TableReading(
      try Spreadsheet(Array(lines.utf8), name: "t.csv"), plan, in: NastyTests.context,
      file: ("t.csv", "0123456789abcdef0123"))
    // £5 for the practice, and the total says the same.
    #expect(
      answered.questions.isEmpty && answered.rejects.isEmpty && answered.sum.low == 500 && answered.totals.count == 1)
  }

  @Test("A day that is not known is no day, and no reason to refuse the row")
  func unknownDay() throws {
    let table = try reading("Date paid,Promise,Paid to,Amount\nnot known,share,practice-a,£5\n")
    #expect(table.rejects.isEmpty && table.entries.count == 1 && table.entries.first?.statement.when == nil)
  }

  @Test("Our own template is known at once", arguments: TableKind.allCases)
  func template(kind: TableKind) throws {
    let table = try reading(kind.templateLine, kind: kind.rawValue)
    #expect(table.questions.isEmpty)
    #expect(table.columns.map(\.field) == kind.fields.map(\.name))
  }

  @Test("A comma too many is answered with what may have been meant")
  func commas() throws {
    let table = try reading("Promise,Paid to,Amount\nshare,practice-a,\"£1,00,000\"\n")
    #expect(table.rejects.first?.why == "£1,00,000 is not an amount: the commas are in the wrong place")
    #expect(table.rejects.first?.next.hasPrefix("Did you mean £100,000 or £1,000,000?") == true)
  }

  @Test("A name that is only near is not taken: the nearest is named")
  func nearName() throws {
    let table = try reading("Promise,Paid to,Amount\nshare,Practise B,5\n")
    #expect(
      table.rejects.first?.next == "Closest: Practice B (practice-b); if it is meant: --party \"Practise B=practice-b\""
    )
  }

  @Test("Law: rules written and read again are the same rules")
  func rules() throws {
    var (plan, _) = try NastyTests.plan("payment", "dates=day-first;map=Wer=to;map=Was=ignore;set=promise=share")
    plan.parties["Practise B"] = PartyKey(unchecked: "practice-b")
    plan.strangers = ["practice b laundry"]
    let header = try #require(TableHeader(Row(number: 1, cells: ["Wer", "Was", "Amount"].map { Cell($0) })))
    let rules = TableRules(of: plan, header: header, file: "aa")
    #expect(try TableRules(text: rules.text) == rules)
    let (fresh, _) = try NastyTests.plan("payment", "dates=month-first")
    let applied = rules.applied(to: fresh, file: "aa")
    #expect(applied.dateOrder == .monthFirst && applied.columns == plan.columns && applied.parties == plan.parties)
    #expect(applied.fixed == ["promise": "share"])
    // Of another file the order of its dates and what is the same in every row are not known.
    let (none, _) = try NastyTests.plan("payment", "")
    let next = rules.applied(to: none, file: "bb")
    #expect(next.dateOrder == nil && next.fixed.isEmpty)
    #expect(next.columns == plan.columns && next.parties == plan.parties && next.strangers == plan.strangers)
    // What was typed for a field takes the place of what is remembered for it.
    let (typed, _) = try NastyTests.plan("payment", "set=to=practice-a;map=Amount=promise")
    let other = rules.applied(to: typed, file: "aa")
    #expect(other.columns == ["Was": "ignore", "Amount": "promise"] && other.fixed == ["to": "practice-a"])
    let old = try TableRules(text: "tracker import rules 1\nheader\tWer\nfield\twhen\t2014/15\ndates\tmonth-first\n")
    let unsaid = old.applied(to: none, file: "aa")
    #expect(unsaid.fixed.isEmpty && unsaid.dateOrder == nil)
    // Which rows count, and what is right as it stands, is so in one file.
    var (whole, _) = try NastyTests.plan("payment", "")
    for effect in [
      .filter(header: "Status", value: "Paid"), .except(header: "Type", values: ["Void", "Refund"]),
      .rows(["14"], isTotal: true), .rows(["Less deductions"], isTotal: false), .total, .days, .commas,
    ] as [TableQuestion.Answer.Effect] { whole.take(effect) }
    let own = TableRules(of: whole, header: header, file: "aa")
    #expect(
      own.text == """
        tracker import rules 1
        header\tWer\tWas\tAmount
        file\taa
        only\tStatus\tPaid
        except\tType\tRefund
        except\tType\tVoid
        total-row\t14
        data-row\tless deductions
        right\tcommas
        right\tdays
        right\ttotal

        """)
    #expect(try TableRules(text: own.text) == own)
    #expect(own.applied(to: none, file: "aa") == whole)
    #expect(own.applied(to: none, file: "bb") == none)
    #expect(own.ownAnswers(in: whole, file: "aa").count == 7)
    #expect(own.ownAnswers(in: whole, file: "bb").isEmpty && own.ownAnswers(in: none, file: "aa").isEmpty)
    for broken in [
      "tracker import rules 1\nright\tall", "tracker import rules 1\nonly\tStatus",
      "", "tracker import rules 2\n", "tracker import rules 1\ndates\tsideways", "tracker import rules 1\nx",
    ] {
      let fault = #expect(throws: SpreadsheetFault.self) { try TableRules(text: broken) }
      if broken.hasSuffix("\nx") { #expect(fault?.why == "line 2 of the rules is not understood") }
    }
  }

  @Test("Law: a refused row that is mended and read again says what it said before, guarded formulas too")
  func mended() throws {
    let notes = ["@SUM(1)", "=1+1", "-minus", "+plus", "'quoted'", "plain", "-5"]
    let lines = notes.map { "share,practice-a,x,\($0)\n" }.joined()
    let refused = try reading("Promise,Paid to,Amount,Note\n\(lines)")
    #expect(refused.rejects.count == notes.count)
    let file = String(decoding: RejectsFile.bytes(refused, refused.rejects), as: UTF8.self)
    #expect(file.contains(",'@SUM(1),") && file.contains(",-5,"))
    let again = try reading(file.replacing(",x,", with: ",£5,"))
    #expect(again.entries.map(\.statement.note) == notes)
  }

  @Test("Refused rows go out with their reason; formulas are made harmless, negative numbers stay numbers")
  func rejectsFile() throws {
    let table = try reading("Promise,Paid to,Amount\nshare,\"=HYPERLINK(\"\"x\"\")\",-5\nshare,practice-a,x\n")
    let text = String(decoding: RejectsFile.bytes(table, table.rejects), as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines[0] == "\u{FEFF}Promise,Paid to,Amount,Row,Reason")
    #expect(lines[1].hasPrefix("share,\"'=HYPERLINK(\"\"x\"\")\",-5,2,"))
    #expect(lines[2].hasPrefix("share,practice-a,x,3,"))
    #expect(lines.count == 4)
  }
}
