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
  /// The table of a public body, if it is one that is known.
  public let format: ForeignFormat?
  /// Rows below the header that are data.
  public var dataRows: Int { understood + refused + aside.notWanted + aside.strangers + aside.registered }

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
    kind = plan.kind
    fixed = plan.kind.fields.compactMap { field in plan.fixed[field.name].map { (field.name, $0) } }
    titles = try Self.titles(of: table, above: header)
    if plan.kind.field("money") != nil, plan.fixed["money"] == nil {
      try Self.checkUnits(titles, sheet: table.sheet)
    }
    let match = try ColumnMatch(header, plan, promises: context.promises)
    questions = match.questions
    format = match.format
    let dates = try decideDates(table, match, plan)
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
  }

  // MARK: Dates

  private mutating func decideDates(_ table: Spreadsheet, _ match: ColumnMatch, _ plan: TablePlan) throws
    -> [String: DateDecision]
  {
    let fields = plan.kind.fields.filter { $0.kind == .date && match.columns[$0.name] != nil }
    guard !fields.isEmpty else { return [:] }
    var found: [String: DateColumn] = [:]
    try table.forEachRow { row in
      guard row.number > header.row else { return }
      for field in fields {
        guard let column = match.columns[field.name], column < row.cells.count else { continue }
        found[field.name, default: DateColumn()].take(row.cells[column], row: row.number)
      }
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
    let moneyColumn = match.columns["money"]
    var part = Sum()
    var isCountable = true
    var seen: [[UInt8]: Int] = [:]
    var strangersByName: [String: (name: String, rows: Int, sum: Sum)] = [:]
    try table.forEachRow { row in
      if row.number.isMultiple(of: 250_000) { progress(row.number) }
      guard row.number > header.row else { return }
      switch header.part(row, sums: moneyColumn.map { [$0] } ?? []) {
      case .blank, .header: skipped += 1
      case .total(let word, let isPart):
        if let column = moneyColumn, SumUnit.isZeros(row[column].text.tidied) {
          throw SpreadsheetFault(
            .format, at: row.place(column),
            "“\(row[column].text.tidied)” stands over the sums: they may not be in pounds, and only pounds are read",
            next: "Write the sums in pounds, and take that out.")
        }
        let stated = moneyColumn.flatMap { column in
          (try? CellMoney(row[column])).flatMap { money in
            var sum = Sum()
            return money != .nothing && sum.add(money) ? sum : nil
          }
        }
        let text = moneyColumn.map { row[$0].text.tidied } ?? ""
        totals.append(Total(row: row.number, word: word, text: text, stated: stated, read: isPart ? part : sum))
        part = Sum()
      case .data:
        if let why = reader.aside(row) {
          if let money = reader.money(of: row) {
            isCountable = sum.add(money) && part.add(money) && asideSum.add(money) && isCountable
          }
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
        if let money {
          isCountable = sum.add(money) && isCountable
          isCountable = part.add(money) && isCountable
        }
        guard let statement, let stream = reader.stream(row) else {
          refused += 1
          if visit == nil || rejects.count < Self.mostRejects { rejects += Self.rejects(row, faults) }
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
    let sums = reader.match.columns["money"].map { [$0] } ?? []
    try table.forEachRow { row in
      guard row.number > header.row, header.part(row, sums: sums) == .data, reader.aside(row) == nil else {
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
    for total in totals where !total.agrees {
      let stated = total.stated.map { "is \($0.words)" } ?? "is “\(total.text)”, which cannot be read"
      questions.append(
        TableQuestion(
          "row \(total.row) says that the total \(stated), and the rows above it come to \(total.read.words)",
          next: "Find the row that is wrong; if the total itself is wrong: --despite-total",
          answers: [.init(words: "the total is wrong, the rows are right", effect: .total)]))
    }
  }

  private mutating func describe(_ plan: TablePlan, _ match: ColumnMatch, _ dates: [String: DateDecision]) {
    for field in plan.kind.fields {
      guard let column = match.columns[field.name] else { continue }
      columns.append((header.names[column], field.name, dates[field.name]?.why ?? ""))
    }
  }
}
