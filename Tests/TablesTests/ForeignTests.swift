import Agreements
import Spreadsheets
import Tables
import Testing

/// Tables of public bodies, as they were spelled by different bodies in different years.
@Suite("Foreign tables")
struct ForeignTests {
  private func reading(_ lines: [String], kind: String, options: String = "set=promise=share") throws -> TableReading {
    let (plan, _) = try NastyTests.plan(kind, options)
    return try TableReading(
      try Spreadsheet(Array((lines.joined(separator: "\n") + "\n").utf8), name: "t.csv"), plan, in: NastyTests.context,
      file: ("t.csv", "0123456789abcdef0123"))
  }

  static let spendHeaders = [
    "Department family,Entity,Date,Expense type,Expense area,Supplier,Transaction number,Amount",
    "Department Family,Entity,Date Paid,Expense Type,Expense Area,Supplier Name,Transaction No,AP Amount (£)",
    "DepartmentFamily,Entity,Payment Date,ExpenseType,ExpenseArea,Vendor Name,Voucher Number,Amount GBP",
    "Department,Body,Date of payment,Expense type,Expense area,Beneficiary,Document Number,Net Amount",
    "department_family,entity,transaction_date,expense_type,expense_area,merchant_name,trans_no,\"Amount, sterling\"",
  ]

  @Test("Spend over £25,000 is known in every spelling", arguments: spendHeaders)
  func spend(header: String) throws {
    let table = try reading(
      [
        header, "DoH,CCG,14/05/2015,GMS,GP,First practice,7001,\"30,000.00\"",
        "DoH,CCG,14/05/2015,GMS,GP,FIRST PRACTICE,7001,\"2,500.50\"",
        "DoH,CCG,20/05/2015,x,y,A hospital,7002,\"100,000\"",
        "DoH,CCG,20/05/2015,x,y,Practise B,7003,1",
      ], kind: "payment")
    #expect(table.questions.isEmpty && table.format == .spend)
    // A supplier that nobody knows is set aside; one whose name is only near is refused, for it may be meant.
    #expect(table.aside.strangers == 1 && table.asideSum.low == 10_000_000)
    #expect(table.rejects.map(\.row.number) == [5])
    #expect(table.entries.count == 2 && table.dataRows == 4)
    // 30,000.00 + 2,500.50 + 100,000 + 1
    #expect(table.sum.low == 13_250_150)
    for entry in table.entries {
      guard case .paymentMade(let payment) = entry.statement.body else { throw SpreadsheetFault(.format, "no payment") }
      #expect(payment.reference == "7001" && payment.to.rawValue == "practice-a")
      #expect(entry.statement.when?.date.edtf == "2015-05-14")
    }
  }

  @Test("A supplier whose name holds a party's name, or is held in it, is asked about; others are set aside by name")
  func contained() throws {
    let lines = [
      Self.spendHeaders[0], "D,E,14/05/2015,x,y,First Practice Ltd,1,26000",
      "D,E,14/05/2015,x,y,FIRST PRACTICE LIMITED,2,26000",
      "D,E,14/05/2015,x,y,The First Practice,3,26000", "D,E,14/05/2015,x,y,Drs of First Practice LLP,4,26000",
      "D,E,14/05/2015,x,y,First practice,5,26000", "D,E,14/05/2015,x,y,A hospital,6,30000",
      "D,E,15/05/2015,x,y,a HOSPITAL,7,30000", "D,E,15/05/2015,x,y,First Bus,8,90000",
    ]
    let asked = try reading(lines, kind: "payment")
    #expect(asked.rejects.map { $0.place?.description } == ["F2", "F3", "F4", "F5"])
    #expect(
      asked.rejects.first?.next
        == "Closest: First practice (practice-a); if it is meant: --party \"First Practice Ltd=practice-a\", if not: --stranger \"First Practice Ltd\""
    )
    // 90,000, then 30,000 twice under one name: £150,000.
    #expect(asked.strangers.map(\.name) == ["First Bus", "A hospital"])
    #expect(asked.strangers.map(\.rows) == [1, 2] && asked.strangers.map(\.sum.low) == [9_000_000, 6_000_000])
    #expect(asked.asideSum.low == 15_000_000)
    let answered = try reading(
      lines, kind: "payment",
      options: "set=promise=share;party=First Practice Ltd=practice-a;party=First Practice Limited=practice-a;"
        + "party=The First Practice=practice-a;stranger=drs of first practice llp")
    #expect(answered.rejects.isEmpty && answered.entries.count == 4 && answered.aside.strangers == 4)
  }

  static let yearHeaders = [
    // 2013/14 and like it
    "Practice Code,Practice Name,Practice Address,Practice Postcode,Average payments per registered patient,Total NHS Payments to General Practice",
    "PracticeCode,PracticeName,GlobalSum_£,AvgPaymentsPerRegisteredPatient_£,Pensions_£,TotalNHSPaymentsToGeneralPractice_£",
    "\"Practice\nCode\",Practice Name,CCG,Global Sum,Deductions,\"Total NHS Payments to\nGeneral Practice (£)\"",
  ]

  @Test("A year's payments to practices are known in every year's spelling", arguments: yearHeaders)
  func years(header: String) throws {
    let rows = ["P81001,Somebody,x,y,z,\"£640,000.50\"", "P99999,Other,x,y,z,\"£1,000.00\""]
    // The file does not say its year: it is asked.
    let open = try reading([header] + rows, kind: "payment")
    #expect(open.questions.map(\.next) == ["Say it: --set when=2014/15"])
    let table = try reading([header] + rows, kind: "payment", options: "set=promise=share;set=when=2014/15")
    #expect(table.questions.isEmpty && table.format == .gpPayments && table.rejects.isEmpty)
    #expect(table.aside.strangers == 1 && table.asideSum.low == 100_000)
    let entry = try #require(table.entries.first)
    guard case .paymentMade(let payment) = entry.statement.body else { throw SpreadsheetFault(.format, "no payment") }
    // By its code, whatever it is called.
    #expect(payment.to.rawValue == "practice-a" && payment.money.low == 64_000_050)
    #expect(entry.statement.when?.date.edtf == "2014-04-01/2015-03-31")
    #expect(table.entries.count == 1)
  }

  @Test(
    "Sums with and without what was paid for the pandemic: which is meant, is asked; what is left after deductions is neither"
  )
  func pandemic() throws {
    let table = try reading(
      [
        "Practice Code,Year,Total NHS Payments to General Practice Including Covid,Total NHS Payments to General Practice Excluding Covid,Total NHS Payments to General Practice Minus Deductions",
        "P81001,2021/22,5,4,3",
      ], kind: "payment")
    #expect(table.questions.count == 1)
    #expect(
      table.questions.first?.answers.map(\.words) == [
        "Total NHS Payments to General Practice Including Covid",
        "Total NHS Payments to General Practice Excluding Covid",
      ])
  }

  private static func organisation(_ code: String, _ name: String, status: String = "A") -> String {
    var cells = [String](repeating: "", count: 27)
    cells.replaceSubrange(0..<5, with: [code, name, "Y00", "Q00", "1 EXAMPLE ROAD"])
    cells[10] = "19740401"
    cells[12] = status
    return cells.map { "\"\($0)\"" }.joined(separator: ",")
  }

  @Test("An organisation file without a header is known by its fixed columns; who is registered is set aside")
  func organisations() throws {
    let lines = [
      Self.organisation("P81001", "KNOWN SURGERY"), Self.organisation("X81902", "NEW  SURGERY"),
      Self.organisation("X81903", "CLOSED SURGERY", status: "C"),
    ]
    #expect(try reading(lines, kind: "party", options: "").questions.map(\.next).first?.contains("--set kind=") == true)
    let table = try reading(lines, kind: "party", options: "set=kind=practice;where=Status Code=A")
    #expect(table.questions.isEmpty && table.rejects.isEmpty && table.format == .organisations && table.header.row == 0)
    #expect(table.aside.registered == 1 && table.aside.notWanted == 1 && table.dataRows == 3)
    let entry = try #require(table.entries.first)
    #expect(table.entries.count == 1 && entry.stream == .party(PartyKey(unchecked: "x81902")))
    guard case .partyRegistered(let party) = entry.statement.body else { throw SpreadsheetFault(.format, "no party") }
    #expect(party == PartyRegistered(kind: .practice, identity: .named, name: "NEW SURGERY", ods: "X81902"))
    #expect(entry.statement.sources.first?.locator == "row 2")
  }

  @Test("A report of organisations with a header is known by its names")
  func report() throws {
    let table = try reading(
      ["Code,Name,Address 1,Address 2,Postcode,Status", "X81902,New Surgery,1 Road,,ZZ9 9ZZ,Active"], kind: "party",
      options: "set=kind=practice")
    #expect(table.format == .organisations && table.entries.count == 1 && table.questions.isEmpty)
  }

  @Test("A table of somebody's own is not taken for one of these")
  func own() throws {
    let table = try reading(
      ["Date paid,Promise,Paid to,Amount", "2010-09-14,share,Nobody,£5"], kind: "payment", options: "")
    #expect(table.format == nil && table.rejects.count == 1 && table.aside == (0, 0, 0))
  }
}
