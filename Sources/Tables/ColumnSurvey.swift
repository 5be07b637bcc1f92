internal import Agreements
internal import Spreadsheets

/// What the cells of the columns say that no field has: days, currencies, which way the money went, that a payment was
/// cancelled. Found before any row is read, so that nothing of it is passed over in silence.
struct ColumnSurvey {
  /// What one such column says, each with the first row that says it.
  struct Column {
    /// nil: a cell is none; else the first unit that is not the pound.
    var unit: Finding? = Finding()
    var way: Finding? = Finding()
    var day: Finding? = Finding()
    /// Cells that say that something was not to be: their texts.
    var undone: [String] = []
    var firstUndone: (row: Int, text: String)?
    /// Its different texts, while they are few.
    var values: [String] = []
    var hasManyValues = false
    /// Does every row speak of a total there? Then it says nothing of any row.
    var isAllTotals = true
    let isDayHeader: Bool
    let isWayHeader: Bool
    let isUndoneHeader: Bool
    let isStatusHeader: Bool
    let looksForDays: Bool
    /// Values whose rows are left out already.
    let excepted: Set<String>
    /// The text before: what stands again says nothing new.
    var last: Cell?

    struct Finding {
      var first: (row: Int, text: String)?
    }
  }

  private var order: [Int] = []
  private var found: [Column] = []
  private let money: Int?
  /// Is every sum so far of at most three digits, and what stands beside it of three, where anything does?
  private var mayBeSplit: Bool
  private var split: (row: Int, sum: String, next: String)?

  private static let mostValues = 6
  private static let wayHeaders: Set<String> = [
    "drcr", "crdr", "dc", "debitcredit", "creditdebit", "debitcreditindicator", "dcindicator", "drcrindicator", "sign",
    "plusminus", "creditdebitindicator", "crdrind", "drcrind",
  ]
  private static let ways: Set<String> = [
    "dr", "cr", "debit", "credit", "deb", "cred", "d", "c", "+", "-", "−", "–", "plus", "minus",
  ]
  private static let clearWays: Set<String> = ["dr", "cr", "debit", "credit", "plus", "minus", "+", "−"]
  private static let undoings: Set<String> = [
    "deleted", "failed", "stopped", "bounced", "held", "withdrawn", "budget", "planned", "draft", "not paid", "on hold",
    "written off", "refund", "not received", "never received", "not sent", "to be paid", "to pay", "do not pay",
    "do not count", "not counted", "ignore", "expected", "proposed", "provisional", "awaiting", "awaiting payment",
    "outstanding", "overdue", "owing", "in dispute", "returned", "recalled",
  ]
  /// A word among few others that says the same: “journal reversal”, “duplicate - ignore”.
  private static let undoingWords: Set<String> = [
    "cancelled", "canceled", "reversed", "reversal", "void", "voided", "rejected", "refunded", "withheld", "duplicate",
    "contra", "estimate", "estimated", "disputed", "unpaid", "pending", "accrual", "accrued", "forecast",
  ]
  /// What a column called “Status” may say of a payment that was made, or of a saving that was.
  private static let goodStatuses: Set<String> = [
    "paid", "paid in full", "fully paid", "cleared", "complete", "completed", "processed", "settled", "posted",
    "reconciled", "matched", "released", "sent", "done", "ok", "okay", "yes", "y", "true", "final", "actual",
    "approved",
    "authorised", "authorized", "closed", "bacs", "cheque", "chq", "chaps", "bank transfer", "transfer", "remitted",
    "received", "confirmed", "agreed", "validated", "p", "stands",
  ]
  private static let undoneHeaders: Set<String> = [
    "cancelled", "canceled", "reversed", "reversal", "void", "voided", "rejected", "refunded", "iscancelled",
    "isreversed", "deleted",
  ]
  private static let fillers: Set<String> = ["-", "–", "n/a", "na", "not known", "unknown", "?", "none", "nil", "tbc"]
  private static let noes: Set<String> = ["n", "no", "false", "0", "-", "–", "n/a", "f"]

  /// - Parameters:
  ///   - columns: those that no field has.
  ///   - texts: the columns of notes and references, where they were found by their headers alone.
  ///   - looksForDays: no column has the day of the event.
  ///   - mayBeSplit: the cells are divided by commas, and nobody said that the sums are whole.
  ///   - excepted: by columns, the values whose rows are left out, in lower case.
  init(
    _ header: TableHeader, columns: [Int], texts: [Int], money: Int?, looksForDays: Bool, mayBeSplit: Bool,
    excepted: [(column: Int, values: Set<String>)]
  ) {
    self.money = money
    self.mayBeSplit = mayBeSplit
    for column in columns + texts {
      let name = header.names[column]
      let plain = TableField.plain(name)
      let isSigns = plain.isEmpty && name.contains { "+-−±".contains($0) }
      var new = Column(
        isDayHeader: ["date", "day", "year", "month", "when", "period", "quarter", "paid", "happened"].contains {
          plain.contains($0)
        }, isWayHeader: Self.wayHeaders.contains(plain) || isSigns,
        isUndoneHeader: Self.undoneHeaders.contains(plain),
        isStatusHeader: plain.contains("status") || ["state", "stage"].contains(plain),
        looksForDays: looksForDays, excepted: excepted.first { $0.column == column }?.values ?? [])
      if texts.contains(column) { (new.unit, new.way, new.day) = (nil, nil, nil) }
      if !looksForDays { new.day = nil }
      order.append(column)
      found.append(new)
    }
  }

  mutating func take(_ row: Row) {
    if row.isBlank { return }
    for (index, column) in order.enumerated() {
      guard column < row.cells.count, !row.cells[column].isBlank else {
        found[index].isAllTotals = false
        continue
      }
      found[index].take(row.cells[column], row: row.number)
    }
    guard mayBeSplit, let money else { return }
    takeSum(row, money)
  }

  /// “1,234” without quotes is two cells.
  private mutating func takeSum(_ row: Row, _ money: Int) {
    let sum = row[money].text.tidied
    if sum.isEmpty { return }
    let digits = sum.drop { $0 == "£" }
    guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      mayBeSplit = false
      return
    }
    let next = row[money + 1].text.tidied
    if next.isEmpty { return }
    let whole = next.prefix { $0 != "." }
    let rest = next.dropFirst(whole.count)
    guard whole.utf8.count == 3, whole.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      rest.isEmpty || rest.utf8.count == 3
    else {
      mayBeSplit = false
      return
    }
    if split == nil { split = (row.number, sum, next) }
  }

  // MARK: What is asked

  /// Columns of which every cell is a unit of sums, and one not the pound.
  var unitColumns: [Int] { zip(order, found).filter { $0.1.unit?.first != nil }.map { $0.0 } }

  /// Columns that call every row a total, as “per” does in our own export.
  var uniformColumns: [Int] { zip(order, found).filter(\.1.isAllTotals).map(\.0) }

  /// - Parameters:
  ///   - filtered: columns of which only one value is wanted.
  ///   - excepted: columns of which some values are not.
  func questions(_ header: TableHeader, _ kind: TableKind, filtered: Set<Int>, excepted: Set<Int>) -> [TableQuestion] {
    var questions: [TableQuestion] = []
    let isFiltered = filtered.union(excepted)
    for (column, found) in zip(order, found) where !filtered.contains(column) {
      let name = header.names[column]
      let ignore = TableQuestion.Answer(
        words: "every row counts, whatever it says there", effect: .column(header: name, field: "ignore"))
      if !excepted.contains(column), let way = found.way?.first {
        questions.append(
          TableQuestion(
            "column “\(name)” says which way the money went (“\(way.text)” in row \(way.row)), and it is not read",
            next:
              "Take the rows with one of its values: --where \"\(name)=\(found.values.first ?? way.text)\"; if every row counts: "
              + "--map \"\(name)=ignore\"",
            answers: (found.hasManyValues ? [] : found.values).map {
              .init(words: "only the rows with “\($0)”", effect: .filter(header: name, value: $0))
            } + [ignore]))
      } else if let undone = found.firstUndone {
        let field = kind.fields.first { ["note", "reference"].contains($0.name) && $0.isNamed(by: name) }
        questions.append(
          TableQuestion(
            "column “\(name)” says “\(undone.text)” (row \(undone.row)): that may be no \(kind.rawValue) that counts",
            next:
              "Leave such rows out: --except \"\(name)=\(undone.text)\"; if every row counts: --map \"\(name)=\(field?.name ?? "ignore")\"",
            answers: [
              .init(
                words: "leave out the rows with \(found.undone.map { "“\($0)”" }.joined(separator: ", "))",
                effect: .except(header: name, values: found.undone)),
              field.map {
                .init(
                  words: "it is a \($0.name), and every row counts", effect: .column(header: name, field: $0.name))
              } ?? ignore,
            ]))
      }
    }
    let days = zip(order, found).filter { $0.1.day?.first != nil && !isFiltered.contains($0.0) }
    if let first = days.first, let day = first.1.day?.first, let field = kind.field("when") {
      let names = days.map { header.names[$0.0] }
      questions.append(
        TableQuestion(
          "no column says \(field.meaning), and column “\(names[0])” holds days (\(day.text) in row \(day.row))",
          next:
            "If it is that day: --map \"\(names[0])=when\"; if not: --map \"\(names[0])=ignore\", or --set \"when=not known\"",
          answers: names.map { .init(words: "column “\($0)”", effect: .column(header: $0, field: "when")) }
            + [.init(words: "the day is not known", effect: .fixed(field: "when", value: "not known"))]))
    }
    if mayBeSplit, let split, let money {
      questions.append(
        TableQuestion(
          "column “\(header.names[money])”: “\(split.sum)” and “\(split.next)” beside it (row \(split.row)) may be one sum, "
            + "\(split.sum),\(split.next), that stands without quotes",
          next: "Write such sums without a comma, or in quotes; if they are right as they stand: --despite-commas",
          answers: [.init(words: "the sums are right as they stand", effect: .commas)]))
    }
    return questions
  }
}

extension ColumnSurvey.Column {
  fileprivate mutating func take(_ cell: Cell, row: Int) {
    guard cell != last else { return }
    last = cell
    if isAllTotals, !TotalWords.isNamed(in: cell.text) { isAllTotals = false }
    if way != nil, !hasManyValues {
      let text = cell.text.tidied
      if !values.contains(text) {
        if values.count < ColumnSurvey.fewValues { values.append(text) } else { hasManyValues = true }
      }
    }
    if unit != nil { takeUnit(cell, row) }
    if way != nil { takeWay(cell, row) }
    if day != nil { takeDay(cell, row) }
    takeUndoing(cell, row)
  }

  private mutating func takeUnit(_ cell: Cell, _ row: Int) {
    let text = cell.text.tidied
    guard cell.kind == .text, SumUnit.isAlone(text) else {
      if !ColumnSurvey.isFiller(text) { unit = nil }
      return
    }
    if unit?.first == nil, !SumUnit.isPounds(text) { unit?.first = (row, text) }
  }

  private mutating func takeWay(_ cell: Cell, _ row: Int) {
    let text = cell.text.tidied
    let lower = text.lowercased()
    guard isWayHeader || ColumnSurvey.isWay(lower) else {
      way = nil
      return
    }
    // All plus says nothing.
    if way?.first == nil, isWayHeader ? lower != "+" : ColumnSurvey.isClearWay(lower) { way?.first = (row, text) }
  }

  private mutating func takeDay(_ cell: Cell, _ row: Int) {
    let text = cell.text.tidied
    if ColumnSurvey.isFiller(text) { return }
    guard isDay(cell, text) else {
      day = nil
      return
    }
    if day?.first == nil { day?.first = (row, text) }
  }

  private func isDay(_ cell: Cell, _ text: String) -> Bool {
    if cell.kind == .date { return true }
    guard text.utf8.count <= 40 else { return false }
    if NumericDate(text) != nil { return true }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard isDayHeader, let number = Int(text) else { return false }
      // A year; a day of a workbook without its format; ccyymmdd.
      return (1900...2199).contains(number) || (20_000...60_000).contains(number)
        || (19_000_101...21_991_231).contains(number)
    }
    if isDayHeader, ColumnSurvey.isMonth(text) { return true }
    // Words of days hold a digit and are few: what has neither is no day.
    guard text.utf8.contains(where: { (0x30...0x39).contains($0) }), text.utf8.count >= 6 else { return false }
    return (try? ImpreciseDate(words: text)) != nil || ColumnSurvey.isMonth(text)
  }

  private mutating func takeUndoing(_ cell: Cell, _ row: Int) {
    guard let byte = cell.text.utf8.first else { return }
    let isLetter = (0x41...0x5A).contains(byte & 0xDF)
    let isGeneral = !isUndoneHeader && !isStatusHeader
    guard !isGeneral || isLetter || byte == 0x20 || byte == 0x28 else { return }
    // One word with a digit is a number of something.
    if isGeneral, !cell.text.utf8.contains(0x20), cell.text.utf8.contains(where: { (0x30...0x39).contains($0) }) {
      return
    }
    let text = cell.text.tidied
    let lower = text.lowercased()
    let isUndone =
      isUndoneHeader
      ? !ColumnSurvey.isNo(lower) : isStatusHeader ? !ColumnSurvey.isGood(lower) : ColumnSurvey.isUndoing(lower)
    guard isUndone, !excepted.contains(lower) else { return }
    if firstUndone == nil { firstUndone = (row, text) }
    if undone.count < ColumnSurvey.fewValues, !undone.contains(text) { undone.append(text) }
  }
}

extension ColumnSurvey {
  fileprivate static var fewValues: Int { mostValues }
  fileprivate static func isFiller(_ text: String) -> Bool {
    text.utf8.count <= 9 && fillers.contains(text.lowercased())
  }
  fileprivate static func isWay(_ text: String) -> Bool { text.utf8.count <= 6 && ways.contains(text) }
  fileprivate static func isClearWay(_ text: String) -> Bool { clearWays.contains(text) }
  fileprivate static func isNo(_ text: String) -> Bool { noes.contains(text) }

  fileprivate static func isGood(_ lower: String) -> Bool { goodStatuses.contains(lower) || fillers.contains(lower) }

  /// - Parameter lower: tidied, in lower case.
  fileprivate static func isUndoing(_ lower: String) -> Bool {
    if undoings.contains(lower) { return true }
    let words = lower.split { !$0.isLetter }
    guard let first = words.first else { return false }
    // A long text is a sentence, and only its beginning speaks of the row.
    return words.count <= 4
      ? words.contains { undoingWords.contains(String($0)) } : undoingWords.contains(String(first))
  }

  private static let months: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let wholeMonths: Set<String> = [
    "january", "february", "march", "april", "june", "july", "august", "september", "sept", "october", "november",
    "december",
  ]

  /// “Apr-09”, “April”, “Sept 2009”
  fileprivate static func isMonth(_ text: String) -> Bool {
    let word = text.lowercased().prefix { $0.isLetter }
    guard months.contains(String(word)) || wholeMonths.contains(String(word)) else { return false }
    let rest = text.dropFirst(word.count)
    return rest.allSatisfy { $0.isNumber || "-/ '’.".contains($0) }
  }
}
