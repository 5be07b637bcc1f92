import Spreadsheets
import Testing

/// What is written is read again by our own readers, and by nobody run as a formula.
@Suite("Writing tables")
struct WritingTests {
  static let header: [WrittenCell] = [.text("name"), .text("sum"), .text("day"), .text("note")]
  static let rows: [[WrittenCell]] = [
    [
      .text("Dr “O”, & <Sons>"), .pence(-5), .day(14_882, text: "2010-09-30"),
      .text("two\nlines, a \"quote\"; and a\ttab"),
    ],
    [.text(" spaced "), .pence(100_000_000), .blank, .text("£ and 10€")],
    [.whole(7), .pence(0), .day(-25_509, text: "1900-02-28"), .text("")],
  ]

  private func rows(_ bytes: [UInt8], _ name: String) throws -> [Row] {
    var rows: [Row] = []
    try Spreadsheet(bytes, name: name).forEachRow { rows.append($0) }
    return rows
  }

  @Test("Law: what is read of a CSV is what was written, with and without the mark", arguments: [true, false])
  func csv(hasMark: Bool) throws {
    var writer = DelimitedWriter.csv(hasMark: hasMark)
    for row in [Self.header] + Self.rows { writer.add(row) }
    #expect(writer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) == hasMark)
    let read = try rows(writer.bytes, "t.csv").map { $0.cells.map(\.text) }
    #expect(
      read == [
        ["name", "sum", "day", "note"],
        ["Dr “O”, & <Sons>", "-0.05", "2010-09-30", "two\nlines, a \"quote\"; and a\ttab"],
        [" spaced ", "1000000.00", "", "£ and 10€"], ["7", "0.00", "1900-02-28", ""],
      ])
  }

  @Test("A sheet holds 1,048,576 rows with its header; one more is refused, and named")
  func tooManyRows() throws {
    let rows = [[WrittenCell]](repeating: [], count: WorkbookWriter.mostRows)
    let fault = #expect(throws: SpreadsheetFault.self) {
      try WorkbookWriter.bytes([.init(name: "Events", header: ["n"], rows: rows)])
    }
    #expect(fault?.why == "“Events” has 1048576 rows, more than a sheet can hold")
    #expect(fault?.next == "Write it as CSV, or as SQLite.")
  }

  @Test("A workbook that is given as a text in pieces is known for what it is")
  func workbookAsText() throws {
    struct Pieces: ChunkedBytes {
      var bytes: [UInt8]
      func forEachChunk(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        try bytes.withUnsafeBufferPointer(body)
      }
    }
    let bytes = try WorkbookWriter.bytes([.init(name: "Sheet", header: ["a"], rows: [[.text("b")]])])
    let fault = #expect(throws: SpreadsheetFault.self) {
      try Spreadsheet(text: Pieces(bytes: bytes), name: "payments.csv")
    }
    #expect(fault?.why == "this is a workbook, whatever its name says" && fault?.next == "Name it .xlsx.")
  }

  @Test("CSV by hand: CR LF, quotes doubled, sums as exact decimals")
  func csvBytes() {
    var writer = DelimitedWriter.csv()
    writer.add([.text("a \"b\""), .pence(-123_456), .text("=1+1")])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"a \"\"b\"\"\",-1234.56,'=1+1\r\n")
  }

  static let texts: [(text: String, guarded: String)] = [
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+44 161 496 0000", "'+44 161 496 0000"), ("@SUM(A1)", "'@SUM(A1)"),
    ("-2+3+cmd|x", "'-2+3+cmd|x"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("＝1+1", "'＝1+1"),
    ("-", "'-"), ("--5", "'--5"), ("-5-", "'-5-"), ("-1.2.3", "'-1.2.3"), ("-1.", "'-1."), ("-,5", "'-,5"),
    // Numbers stay numbers, those below zero too.
    ("-5", "-5"), ("-1234.50", "-1234.50"), ("-1,234.50", "-1,234.50"), ("+7", "+7"), ("12", "12"),
    ("a=b", "a=b"), ("", ""), ("£-5", "£-5"),
  ]

  @Test("A text that a spreadsheet program would run gets an apostrophe; a negative number stays one", arguments: texts)
  func formulas(text: String, guarded: String) {
    #expect(DelimitedWriter.guarded(text) == guarded)
  }

  @Test("TSV: a row is a line, whatever the texts hold")
  func tsv() {
    var writer = DelimitedWriter.tsv
    writer.add([.text("a\tb\nc\u{7F}\u{1B}"), .blank, .pence(-1), .text("=x")])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a b c  \t\t-0.01\t=x\n")
  }

  @Test("A workbook is read again by our own reader: texts, sums and days are what they are")
  func workbook() throws {
    let sheet = WorkbookWriter.Sheet(name: "Rows & <more>", header: ["name", "sum", "day", "note"], rows: Self.rows)
    let bytes = try WorkbookWriter.bytes([sheet])
    #expect(try bytes == WorkbookWriter.bytes([sheet]), "the same content is the same file")
    let table = try Spreadsheet(bytes, name: "t.xlsx")
    #expect(table.sheet == "Rows & <more>")
    let read = try rows(bytes, "t.xlsx")
    #expect(read.count == 4)
    #expect(read[1][0] == Cell("Dr “O”, & <Sons>"))
    #expect(read[1][1] == Cell("-0.05", .number))
    #expect(read[1][2] == Cell("2010-09-30", .date))
    #expect(read[1][3] == Cell("two\nlines, a \"quote\"; and a\ttab"))
    #expect(read[2][0] == Cell(" spaced ") && read[2][1].kind == .number && read[2][2].isBlank)
    // Before 1 March 1900 such programs count a day that there never was: it stays a text.
    #expect(read[3][2] == Cell("1900-02-28"))
  }

  @Test(
    "A text longer than a cell may be is cut, and says so; a sum beyond 15 digits is no number; XML takes no control")
  func limits() throws {
    let long = String(repeating: "x", count: 40_000)
    let sheet = WorkbookWriter.Sheet(
      name: "S", header: ["a", "b"],
      rows: [[.text(long), .pence(9_007_199_254_740_991)], [.text("a\u{1B}b"), .pence(999_999_999_999_999)]])
    let read = try rows(try WorkbookWriter.bytes([sheet]), "t.xlsx")
    #expect(read[1][0].text.hasSuffix("x … [cut: 40000 characters]") && read[1][0].text.utf16.count <= 32_767)
    #expect(read[1][1] == Cell("90071992547409.91"))
    #expect(read[2][0] == Cell("a\u{FFFD}b"))
    #expect(read[2][1].kind == .number)
  }
}
