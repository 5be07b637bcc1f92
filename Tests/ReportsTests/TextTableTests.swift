import Reports
import Testing

@Suite("Tables")
struct TextTableTests {
  private static func table() -> TextTable {
    var table = TextTable([("Promise", .left), ("To", .left), ("Promised", .right), ("Outstanding", .right)])
    table.add(
      ["gain-share-of-the-year/slice", "ten-practices (10)", "up to £1,000,000", "£34,000,000 to £37,000,000"],
      notes: [.init("State", "promise withdrawn after delivery"), .init("Not known", "due date", isLabelled: true)])
    table.add(["deal/q", "pa", "£5", ""])
    return table
  }

  @Test("A table that has room is as wide as its words")
  func wide() {
    #expect(
      Self.table().text(width: 120) == """
          Promise                       To                          Promised                 Outstanding
          gain-share-of-the-year/slice  ten-practices (10)  up to £1,000,000  £34,000,000 to £37,000,000
              promise withdrawn after delivery
              Not known: due date
          deal/q                        pa                                £5

        """)
  }

  @Test("What does not fit is broken at words and behind slashes and hyphens")
  func narrow() {
    #expect(
      Self.table().text(width: 72) == """
          Promise               To                     Promised      Outstanding
          gain-share-of-the-    ten-practices             up to   £34,000,000 to
          year/slice            (10)                 £1,000,000      £37,000,000
              promise withdrawn after delivery
              Not known: due date
          deal/q                pa                           £5

        """)
  }

  @Test("Too narrow for whole words, it is a list: half a sum of money is worse than no grid")
  func list() {
    #expect(
      Self.table().text(width: 50) == """
          Promise: gain-share-of-the-year/slice
          To: ten-practices (10)
          Promised: up to £1,000,000
          Outstanding: £34,000,000 to £37,000,000
          State: promise withdrawn after delivery
          Not known: due date

          Promise: deal/q
          To: pa
          Promised: £5

        """)
  }

  @Test("Without a grid each cell has its label, and nothing is broken")
  func accessible() {
    let text = Self.table().text(width: 20, isAccessible: true)
    #expect(
      text == """
        Promise: gain-share-of-the-year/slice
        To: ten-practices (10)
        Promised: up to £1,000,000
        Outstanding: £34,000,000 to £37,000,000
        State: promise withdrawn after delivery
        Not known: due date

        Promise: deal/q
        To: pa
        Promised: £5

        """)
  }

  @Test("At every width: no line is longer, and no sum is cut", arguments: 40...160)
  func everyWidth(width: Int) {
    let lines = Self.table().text(width: width).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width && $0.last != " " })
    let words = Set(lines.flatMap { $0.split(separator: " ") })
    for sum in ["£1,000,000", "£34,000,000", "£37,000,000", "£5"] { #expect(words.contains(sum[...]), "\(width)") }
  }

  static let texts = [
    "", "a", "a b", "one two three four five six seven", String(repeating: "x", count: 50), "2009/10 and 31/12",
    "tracker/018f3c1e-7b5a-7c3d-9e2f-0123456789ab is long", "£1,000,000 “quoted” – naïve café 👩‍👩‍👧‍👦 end", "  spaces   ",
  ]

  @Test("Wrapping loses nothing but spaces, and no line is longer than the width", arguments: texts)
  func wrapping(text: String) {
    for width in 1...60 {
      let lines = TextTable.wrap(text, width: width)
      if text.count > width { #expect(lines.allSatisfy { $0.count <= width }, "\(width): \(lines)") }
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " }, "\(width): \(lines)")
    }
  }

  @Test("Control characters and marks that turn the text are shown, not obeyed")
  func hostile() {
    #expect("red\u{1B}[31m\u{9B}x\u{202E}y\u{0}".plainLine == "red\u{FFFD}[31m\u{FFFD}x\u{FFFD}y\u{FFFD}")
    #expect("two\nlines".plainLine == "two lines")
    #expect("£5 – “naïve”".plainLine == "£5 – “naïve”")
    var table = TextTable([("What", .left)])
    table.add(["a\u{1B}[2J"])
    #expect(!table.text().unicodeScalars.contains("\u{1B}"))
  }

  @Test("A value hangs under its first line; a command is broken between its parts")
  func style() {
    let style = TextStyle(width: 40)
    #expect(
      style.labelled("Note", "a sum is given as “about” and that is said", indent: "  ")
        == "  Note        a sum is given as “about”\n              and that is said\n")
    #expect(style.labelled("Note", "") == "" && style.labelled("Note", nil) == "")
    #expect(TextStyle(width: 40, isAccessible: true).labelled("Note", "words", indent: "    ") == "Note: words\n")
    #expect(
      style.command(["tracker record payment KEY", "--promise p", "--dry-run"])
        == "  tracker record payment KEY \\\n    --promise p --dry-run\n")
  }
}
