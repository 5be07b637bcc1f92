public import Agreements
public import Spreadsheets

/// A table understood: a statement for each row, or the reason why not; the total that the file itself gives, compared.
///
/// Pure: a spreadsheet, a plan and what the book holds → rows. Law: every row below the header that is not blank is a
/// statement, a reject, a total or the header once more, or it is set aside and counted; none is dropped.
///
/// A table that is too long to be held is gone over: its statements are handed to a visitor and not kept, and `forEachRow`
/// gives them once more, the same.
public struct TableReading: Sendable {
  /// One row that was understood.
  public struct Entry: Sendable {
    public var row: Row
    public var statement: Statement
    /// Where its event belongs.
    public var stream: StreamName

    public init(row: Row, statement: Statement, stream: StreamName) {
      self.row = row
      self.statement = statement
      self.stream = stream
    }
  }

  /// One reason why a row was not; a row may have several.
  public struct Reject: Hashable, Sendable {
    public var row: Row
    /// The cell that it is about; nil: the row.
    public var place: Place?
    public var why: String
    public var next: String

    public init(row: Row, place: Place?, why: String, next: String) {
      self.row = row
      self.place = place
      self.why = why
      self.next = next
    }
  }

  /// A total that the file gives.
  public struct Total: Hashable, Sendable {
    public var row: Int
    public var word: String
    /// The cell of the sum, tidied.
    public var text: String
    /// What it says; nil: nothing that can be read.
    public var stated: Sum?
    /// What the rows above come to.
    public var read: Sum
    /// What is carried over or taken off is no sum of the rows above, and is not compared.
    public var isCompared = true
    /// A total without a sum says nothing against it.
    public var agrees: Bool { stated.map { $0 == read } ?? text.isEmpty }
  }

  /// Pence; `high` nil = not known. Sums of a file may be below 0.
  public struct Sum: Hashable, Sendable {
    public var low: Int64 = 0
    public var high: Int64? = 0

    /// false: it is more than can be counted.
    mutating func add(_ money: CellMoney) -> Bool {
      let (low, high): (Int64, Int64?) =
        switch money {
        case .nothing: (0, 0)
        case .sum(let money): (money.low, money.high)
        case .back(let pence): (-pence, -pence)
        }
      let (newLow, isOver) = self.low.addingReportingOverflow(low)
      self.low = newLow
      guard let mine = self.high, let high else {
        self.high = nil
        return !isOver
      }
      let (newHigh, isOverToo) = mine.addingReportingOverflow(high)
      self.high = newHigh
      return !isOver && !isOverToo
    }

    public var words: String { Amount(low: low, high: high).description }
  }

  public let kind: TableKind
  public let header: TableHeader
  /// What each column that is used was read as: the header, the field, and what was found.
  public private(set) var columns: [(header: String, field: String, words: String)] = []
  /// Fields that are the same in every row, because whoever imports the table said so.
  public let fixed: [(field: String, value: String)]
  public private(set) var entries: [Entry] = []
  public private(set) var rejects: [Reject] = []
  public private(set) var totals: [Total] = []
  /// Names that are near to a party's, asked about one by one where somebody is there to answer; the rows are refused meanwhile.
  public private(set) var nameQuestions: [TableQuestion] = []
  public private(set) var questions: [TableQuestion] = []
  /// The sum of all rows that have one, refused rows among them.
  public private(set) var sum = Sum()
  /// Blank rows and repeated headers, which are no data.
  public private(set) var skipped = 0
  /// What stands above the header, row by row.
  public let titles: [Row]
  /// Later rows that say word for word what an earlier one says.
  public private(set) var repeated: [(row: Int, first: Int)] = []

  /// Rows that were understood, and rows that were refused; of a table that is gone over not all are kept.
  public private(set) var understood = 0
  public private(set) var refused = 0
  /// Rows that are neither: they do not have the values asked for, are about parties that the book does not know, or about
  /// parties that are registered already.
  public private(set) var aside: (notWanted: Int, strangers: Int, registered: Int) = (0, 0, 0)
  /// Parties that the book does not know, as the table calls them, with their rows and sums; the largest sums first, and of a
  /// very long table not all.
  public private(set) var strangers: [(name: String, rows: Int, sum: Sum)] = []
  /// The sum of those among them that have one.
  public private(set) var asideSum = Sum()
  /// Rows among them whose sum cannot be read.
  public private(set) var asideUnread = 0
  /// Rows that may be totals of others: neither read nor refused until that is answered.
  private var doubts: [Doubt] = []
  private var doubtful = 0
  /// The table of a public body, if it is one that is known.
  public let format: ForeignFormat?
  /// Rows below the header that are data.
  public var dataRows: Int { understood + refused + doubtful + aside.notWanted + aside.strangers + aside.registered }

  /// Where its sums stand.
  public let money: TablePlan.MoneyColumn
  /// How the rows were read, to read them once more.
  private var reader: RowReader?
  /// Reasons that are kept of a table that is gone over: nobody reads more of them from a screen.
  private static let mostRejects = 1_000
  /// Names of strangers that are kept: more than bodies have suppliers, and few enough to be held.
  private static let mostStrangers = 10_000

  /// Digits of the file's SHA-256 that a statement cites.
  static let citedDigits = 16

  /// - Parameters:
  ///   - file: its name, and its SHA-256 in lower-case hexadecimal: cited by every statement.
  ///   - progress: called every now and then with the number of rows read.
  ///   - visit: gets every row that was understood; then `entries`, `repeated` and most of `rejects` stay empty.
  /// - Throws: a `SpreadsheetFault` for what makes the file no table, or what `visit` throws.
  public init(
    _ table: Spreadsheet, _ plan: TablePlan, in context: TableContext, file: (name: String, digest: String),
    progress: (Int) -> Void = { _ in }, visit: ((Entry) throws -> Void)? = nil
  ) throws {
    guard let header = try plan.header(of: table) else {
      throw SpreadsheetFault(
        .format, "no row of the table names its columns",
        next: "Put names over the columns; our own:  tracker template \(plan.kind.template)")
    }
    self.header = header
    money = plan.moneyColumn(in: header)
    kind = plan.kind
    fixed = plan.kind.fields.compactMap { field in plan.fixed[field.name].map { (field.name, $0) } }
    titles = try Self.titles(of: table, above: header)
    if plan.kind.field("money") != nil, plan.fixed["money"] == nil {
      try Self.checkUnits(titles, sheet: table.sheet)
    }
    var match = try ColumnMatch(header, plan, promises: context.promises)
    questions = match.questions
    format = match.format
    let dates = try survey(table, &match, plan)
    guard questions.isEmpty else {
      describe(plan, match, dates)
      return
    }
    let reader = RowReader(
      plan: plan, context: context, match: match, dates: dates, header: header, file: file, sheet: table.sheet)
    self.reader = reader
    try read(table, reader, match, progress: progress, visit: visit)
    describe(plan, match, dates)
    checkTotals(plan)
    askAboutDoubts(plan)
  }

  // MARK: Dates

  /// Looks at all cells once before any row is read: in which order days are written, and what the columns say that no field has.
  private mutating func survey(_ table: Spreadsheet, _ match: inout ColumnMatch, _ plan: TablePlan) throws
    -> [String: DateDecision]
  {
    let fields = plan.kind.fields.filter { $0.kind == .date && match.columns[$0.name] != nil }
    var survey: ColumnSurvey?
    if plan.kind != .party {
      let texts = ["note", "reference"].compactMap { field in
        plan.columns.values.contains(field) ? nil : match.columns[field]
      }
      var isOfCommas = false
      if case .text(let form) = table.form { isOfCommas = form.delimiter == .comma }
      survey = ColumnSurvey(
        header, columns: match.unread(header), texts: texts, money: match.columns["money"],
        looksForDays: match.columns["when"] == nil && plan.fixed["when"] == nil && match.format != .gpPayments,
        mayBeSplit: isOfCommas && !plan.acceptsCommas, excepted: match.exceptions)
    }
    guard survey != nil || !fields.isEmpty else { return [:] }
    var found: [String: DateColumn] = [:]
    try table.forEachRow { row in
      guard row.number > header.row else { return }
      survey?.take(row)
      for field in fields {
        guard let column = match.columns[field.name], column < row.cells.count else { continue }
        found[field.name, default: DateColumn()].take(row.cells[column], row: row.number)
      }
    }
    if let survey {
      if match.columns["money"] != nil { for column in survey.unitColumns { match.addUnit(column) } }
      match.uniform = Set(survey.uniformColumns)
      questions += survey.questions(
        header, plan.kind, filtered: Set(match.filters.map(\.column)), excepted: Set(match.exceptions.map(\.column)))
    }
    var decisions: [String: DateDecision] = [:]
    for field in fields {
      guard let column = found[field.name], let index = match.columns[field.name] else { continue }
      let name = header.names[index]
      if !plan.acceptsDays, let half = column.halfTurned {
        questions.append(Self.turnedQuestion(name, half.text, half.day))
      }
      switch (column.dayFirst, column.monthFirst, plan.dateOrder) {
      case (let day?, let month?, nil):
        questions.append(
          TableQuestion(
            "column “\(name)” has dates of two kinds: \(day.text) (row \(day.row)) has the day first, \(month.text) (row \(month.row)) the month",
            next: "Mend the column, so that all its dates are of one kind."))
      case (let day?, nil, nil):
        decisions[field.name] = DateDecision(order: .dayFirst, why: "day first, as row \(day.row) shows (\(day.text))")
      case (nil, let month?, nil):
        decisions[field.name] = DateDecision(
          order: .monthFirst, why: "month first, as row \(month.row) shows (\(month.text))")
      case (_, _, let order?):
        decisions[field.name] = DateDecision(
          order: order, why: "\(order == .dayFirst ? "day" : "month") first, as whoever imported it said")
      case (nil, nil, nil):
        if let open = column.open { questions.append(Self.dateQuestion(name, open.text, open.row, open.date)) }
      }
    }
    return decisions
  }

  private static func turnedQuestion(
    _ name: String, _ text: (row: Int, text: String), _ day: (row: Int, day: ImpreciseDate, turned: ImpreciseDate)
  ) -> TableQuestion {
    TableQuestion(
      "column “\(name)” may have been turned round by a program that opened the file: \(text.text.tidied) (row \(text.row)) is still a "
        + "text, and \(day.day) (row \(day.row)), a day to the program, may have been written for \(day.turned)",
      next: "Ask for the file as it was first; if such days are right as they stand: --despite-days",
      answers: [.init(words: "the days are right as they stand", effect: .days)])
  }

  private static func dateQuestion(_ name: String, _ text: String, _ row: Int, _ date: NumericDate) -> TableQuestion {
    let readings = DateOrder.allCases.compactMap { date.date($0)?.description }
    return TableQuestion(
      "column “\(name)”: \(text.tidied) (row \(row)) may be \(readings.joined(separator: " or ")), and no row settles it",
      next: "Answer it: --dates day-first, or --dates month-first",
      answers: DateOrder.allCases.map {
        .init(words: "\($0.rawValue): \(date.date($0)?.description ?? "")", effect: .dates($0))
      })
  }

  // MARK: Rows

  private mutating func read(
    _ table: Spreadsheet, _ reader: RowReader, _ match: ColumnMatch, progress: (Int) -> Void,
    visit: ((Entry) throws -> Void)?
  ) throws {
    let plan = reader.plan
    let moneyColumn = match.columns["money"]
    let fieldColumns = match.columns.values.filter { $0 != moneyColumn }.sorted()
    /// Nearly every row of payments has these; a note among the rows has not.
    let telling = fieldColumns.filter { $0 != match.columns["note"] && $0 != match.columns["for"] }
    let texts = header.names.indices.filter {
      $0 != moneyColumn && $0 != match.columns["to"] && $0 != match.columns["by"]
    }
    /// Columns that every row so far has filled.
    var alwaysFilled = fieldColumns
    var part = Sum()
    var (rowsAbove, partRows) = (0, 0)
    /// A row whose sum is that of all rows above: a total, if no row follows.
    var candidate: Doubt?
    var isCountable = true
    var seen: [[UInt8]: Int] = [:]
    var strangersByName: [String: (name: String, rows: Int, sum: Sum)] = [:]
    func take(total word: String, _ row: Row, isPart: Bool?) throws {
      if let column = moneyColumn, SumUnit.isZeros(row[column].text.tidied) {
        throw SpreadsheetFault(
          .format, at: row.place(column),
          "“\(row[column].text.tidied)” stands over the sums: they may not be in pounds, and only pounds are read",
          next: "Write the sums in pounds, and take that out.")
      }
      let stated = moneyColumn.flatMap { Self.stated(row[$0]) }
      let text = moneyColumn.map { row[$0].text.tidied } ?? ""
      let isOfPart = isPart ?? (stated != sum && stated == part)
      totals.append(
        Total(
          row: row.number, word: word, text: text, stated: stated, read: isOfPart ? part : sum,
          isCompared: isPart != nil || TotalWords.isOfRows(word)))
      (part, partRows) = (Sum(), 0)
    }
    try table.forEachRow { row in
      if row.number.isMultiple(of: 50_000) { progress(row.number) }
      guard row.number > header.row else { return }
      let kindOfRow = self.part(row, plan, reader, moneyColumn)
      if case .data = kindOfRow {
      } else if let last = candidate {
        doubt(last)
        candidate = nil
      }
      switch kindOfRow {
      case .blank, .header: skipped += 1
      case .total(let word, let isPart): try take(total: word, row, isPart: isPart)
      case .declared(let word): try take(total: word, row, isPart: nil)
      case .bare:
        let stated = moneyColumn.flatMap { Self.stated(row[$0]) }
        // A sum without its other cells is a total where it is one, of more rows than one; else it may be a row cut short.
        if stated == nil || plan.acceptsTotal || rowsAbove > 1 && stated == sum || partRows > 1 && stated == part {
          try take(total: "", row, isPart: stated != sum && stated == part)
        } else {
          doubtful += 1
          doubt(Doubt(row: row.number, word: "", isSum: stated == sum, isBare: true))
        }
      case .doubt(let word):
        doubtful += 1
        let stated = moneyColumn.flatMap { Self.stated(row[$0]) }
        doubt(Doubt(row: row.number, word: word, isSum: rowsAbove > 0 && (stated == sum || stated == part)))
      case .data:
        candidate = nil
        if let why = reader.aside(row) {
          if moneyColumn != nil {
            if let money = reader.money(of: row) {
              isCountable = sum.add(money) && part.add(money) && asideSum.add(money) && isCountable
            } else if why != .notWanted {
              asideUnread += 1
            }
          }
          (rowsAbove, partRows) = (rowsAbove + 1, partRows + 1)
          setAside(why)
          if case .stranger(let name) = why {
            let key = name.lowercased()
            if strangersByName.count < Self.mostStrangers || strangersByName[key] != nil {
              var stranger = strangersByName[key] ?? (name, 0, Sum())
              stranger.rows += 1
              if let money = reader.money(of: row) { _ = stranger.sum.add(money) }
              strangersByName[key] = stranger
            }
          }
          return
        }
        let (statement, faults, money) = reader.read(row)
        if telling.contains(where: { row[$0].isBlank }) { try Self.checkNote(row, texts) }
        if let money {
          let lacks = alwaysFilled.contains { row[$0].isBlank }
          if rowsAbove > 1, let stated = Self.stated(money), stated.low > 0,
            stated == sum || partRows > 1 && stated == part, !isDeclared(row, plan, reader)
          {
            let found = Doubt(row: row.number, word: "", isSum: true)
            // What has a number of its own is no total.
            if lacks { doubt(found) } else if !reader.hasNumber(row) { candidate = found }
          }
          isCountable = sum.add(money) && isCountable
          isCountable = part.add(money) && isCountable
        }
        (rowsAbove, partRows) = (rowsAbove + 1, partRows + 1)
        alwaysFilled.removeAll { row[$0].isBlank }
        guard let statement, let stream = reader.stream(row) else {
          refused += 1
          if visit == nil || rejects.count < Self.mostRejects { rejects += Self.rejects(row, faults) }
          if nameQuestions.count < Self.mostNames { askAboutNames(row, reader) }
          return
        }
        understood += 1
        let entry = Entry(row: row, statement: statement, stream: stream)
        guard let visit else {
          let content = statement.content
          if let first = seen[content] { repeated.append((row.number, first)) } else { seen[content] = row.number }
          entries.append(entry)
          return
        }
        try visit(entry)
      }
    }
    if let candidate { doubt(candidate) }
    strangers = strangersByName.values.sorted { ($1.sum.low, $0.name) < ($0.sum.low, $1.name) }
    guard isCountable else { throw SpreadsheetFault(.tooLarge, "the sums of the file are more than can be counted") }
  }

  private mutating func setAside(_ why: RowReader.Aside) {
    switch why {
    case .notWanted: aside.notWanted += 1
    case .stranger: aside.strangers += 1
    case .registered: aside.registered += 1
    }
  }

  private static func rejects(_ row: Row, _ faults: [RowReader.Fault]) -> [Reject] {
    faults.map { Reject(row: row, place: $0.place, why: $0.why, next: $0.next) }
  }

  /// Gives the rows once more, understood as before: to add those of a table that is not held, or to write down all that
  /// were refused.
  public func forEachRow(
    of table: Spreadsheet, understood: (Entry) throws -> Void, refused: ([Reject]) throws -> Void = { _ in }
  ) throws {
    guard let reader else { return }
    let sums = reader.match.columns["money"]
    try table.forEachRow { row in
      guard row.number > header.row, case .data = part(row, reader.plan, reader, sums), reader.aside(row) == nil else {
        return
      }
      let (statement, faults, _) = reader.read(row)
      if let statement, let stream = reader.stream(row) {
        try understood(Entry(row: row, statement: statement, stream: stream))
      } else {
        try refused(Self.rejects(row, faults))
      }
    }
  }

  /// Refused rows come first: a sum that cannot be read is missing from ours.
  private mutating func checkTotals(_ plan: TablePlan) {
    guard !plan.acceptsTotal, rejects.isEmpty else { return }
    for total in totals where !total.agrees && total.isCompared {
      let stated = total.stated.map { "is \($0.words)" } ?? "is “\(total.text)”, which cannot be read"
      questions.append(
        TableQuestion(
          "row \(total.row) says that the total \(stated), and the rows above it come to \(total.read.words)",
          next:
            "Find the row that is wrong; if the total itself is wrong: --despite-total; if it is a row of its own: --data-row \(total.row)",
          answers: [
            .init(words: "the total is wrong, the rows are right", effect: .total),
            .init(words: "it is a row of its own", effect: .rows([String(total.row)], isTotal: false)),
          ]))
    }
  }

  // MARK: Totals without a word, and words without a total

  /// A row that may be a total of others.
  private struct Doubt {
    var row: Int
    /// What stands in it; empty: nothing but the sum speaks for it.
    var word: String
    /// Do the rows above come to its sum?
    var isSum: Bool
    /// It has a sum and no other cell.
    var isBare = false
  }

  private enum Part {
    case blank, header, data
    case total(String, isPart: Bool)
    /// Whoever imports the table says that it is one.
    case declared(String)
    /// A sum alone.
    case bare
    case doubt(String)
  }

  /// Did whoever imports the table say what the row is?
  private func isDeclared(_ row: Row, _ plan: TablePlan, _ reader: RowReader) -> Bool {
    guard !plan.totalRows.isEmpty else { return false }
    return plan.totalRows[String(row.number)] != nil
      || reader.totalWord(row).map { plan.totalRows[$0.lowercased()] != nil } == true
  }

  private static let mostDoubts = 1_000
  private static let mostNames = 20

  /// What a row below the header is, by its words and by what was answered about it.
  private func part(_ row: Row, _ plan: TablePlan, _ reader: RowReader, _ moneyColumn: Int?) -> Part {
    let part = header.part(row, sums: moneyColumn.map { [$0] } ?? [])
    if part == .blank { return .blank }
    if part == .header { return .header }
    guard let moneyColumn else {
      if case .total(let word, let isPart) = part { return .total(word, isPart: isPart) }
      return .data
    }
    if !plan.totalRows.isEmpty, let isTotal = plan.totalRows[String(row.number)] {
      return isTotal ? .declared(reader.totalWord(row) ?? "") : .data
    }
    if case .total(let word, let isPart) = part {
      if word.isEmpty { return .bare }
      if plan.totalRows[word.lowercased()] == false { return .data }
      return .total(word, isPart: isPart)
    }
    guard !row[moneyColumn].isBlank, let word = reader.totalWord(row), !reader.isNotWanted(row) else { return .data }
    guard let isTotal = plan.totalRows[word.lowercased()] else { return .doubt(word) }
    return isTotal ? .declared(word) : .data
  }

  private static func stated(_ cell: Cell) -> Sum? { (try? CellMoney(cell)).flatMap(stated) }

  private static func stated(_ money: CellMoney) -> Sum? {
    var sum = Sum()
    return money != .nothing && sum.add(money) ? sum : nil
  }

  private mutating func doubt(_ doubt: Doubt) { if doubts.count < Self.mostDoubts { doubts.append(doubt) } }

  /// Rows with the same words are asked about at once.
  private mutating func askAboutDoubts(_ plan: TablePlan) {
    var groups: [(key: String, doubts: [Doubt])] = []
    // A row that was refused is missing from the sums: what they come to says nothing.
    for doubt in doubts where !(doubt.isBare && refused > 0) {
      let key = doubt.word.isEmpty ? String(doubt.row) : doubt.word.lowercased()
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].doubts.append(doubt)
      } else {
        groups.append((key, [doubt]))
      }
    }
    for (key, doubts) in groups {
      guard let first = doubts.first else { continue }
      let numbers = doubts.prefix(3).map { String($0.row) }.joined(separator: ", ")
      let more = doubts.count > 3 ? " and \(doubts.count - 3) more" : ""
      let rows = doubts.count == 1 ? "row \(first.row)" : "rows \(numbers)\(more)"
      let (say, are) =
        doubts.count == 1 ? ("says", "it may be a total of other rows") : ("say", "they may be totals of other rows")
      let name = doubts.count == 1 ? String(first.row) : "\"\(first.word)\""
      let comes = first.isSum ? ", and the rows above come to its sum" : ""
      let what =
        first.isBare
        ? "\(rows) has a sum and nothing else\(comes): it may be a total, or a row cut short"
        : first.word.isEmpty
          ? "\(rows) has the sum that the rows above come to: it may be their total"
          : "\(rows) \(say) “\(first.word)”\(comes): \(are)"
      questions.append(
        TableQuestion(
          what,
          next: "If it is a total: --total-row \(name); if it is a row of its own: --data-row \(name)",
          answers: [
            .init(words: "a total, and no \(plan.kind.rawValue)", effect: .rows([key], isTotal: true)),
            .init(words: "a row of its own", effect: .rows([key], isTotal: false)),
          ]))
    }
  }

  private mutating func askAboutNames(_ row: Row, _ reader: RowReader) {
    for (name, near) in reader.near(row) {
      let what = "no party of this book is called “\(name)” (row \(row.number)): is it \(near.name) (\(near.key))?"
      guard !nameQuestions.contains(where: { $0.what.contains("“\(name)”") }) else { continue }
      nameQuestions.append(
        TableQuestion(
          what, next: "If it is: --party \"\(name)=\(near.key)\"; if not: --stranger \"\(name)\"",
          answers: [
            .init(words: "yes, it is \(near.name)", effect: .party(name: name, key: near.key)),
            .init(words: "no, somebody else: set such rows aside", effect: .party(name: name, key: nil)),
          ]))
    }
  }

  private mutating func describe(_ plan: TablePlan, _ match: ColumnMatch, _ dates: [String: DateDecision]) {
    for field in plan.kind.fields {
      guard let column = match.columns[field.name] else { continue }
      columns.append((header.names[column], field.name, dates[field.name]?.why ?? ""))
    }
  }
}
