internal import Agreements
public import Spreadsheets

extension TablePlan {
  /// The row of a table that names its columns: the one that has most of our fields and of the columns that were typed.
  public func header(of table: Spreadsheet) throws -> TableHeader? {
    let typed = Set(columns.keys.map { $0.tidied.lowercased() })
    if kind == .party {
      struct First: Error {}
      var fixed: TableHeader?
      do {
        try table.forEachRow { row in
          guard !row.isBlank else { return }
          fixed = ForeignFormat.fixedHeader(row)
          throw First()
        }
      } catch is First {}
      if let fixed { return fixed }
    }
    return try table.header { header in
      header.names.filter { name in
        typed.contains(name.lowercased()) || kind.fields.contains { !name.isEmpty && $0.isNamed(by: name) }
      }.count
    }
  }
}

/// Which column holds which field, by the headers and by what was typed.
struct ColumnMatch {
  private(set) var columns: [String: Int] = [:]
  private(set) var questions: [TableQuestion] = []
  /// Columns and the value, in lower case, that a row must have.
  private(set) var filters: [(column: Int, value: String)] = []
  /// Columns and the values, in lower case, that a row must not have.
  private(set) var exceptions: [(column: Int, values: Set<String>)] = []
  /// Columns that say what the sum of their row is in, and that nobody has put to another use.
  private(set) var units: [(column: Int, kind: UnitKind)] = []
  /// Columns that say the same of every row, and so nothing of any.
  var uniform: Set<Int> = []
  /// Columns that are said to hold nothing of use.
  private(set) var ignored: Set<Int> = []
  enum UnitKind { case currency, unit, scale }
  let format: ForeignFormat?

  init(_ header: TableHeader, _ plan: TablePlan, promises: [PromiseKey]) throws(SpreadsheetFault) {
    format = ForeignFormat(header, plan.kind)
    for (name, value) in plan.filters.sorted(by: { $0.key < $1.key }) {
      guard let column = Self.column(name, in: header) else { throw Self.noColumn(name, header) }
      filters.append((column, value.tidied.lowercased()))
    }
    for (name, values) in plan.exceptions.sorted(by: { $0.key < $1.key }) {
      guard let column = Self.column(name, in: header) else { throw Self.noColumn(name, header) }
      exceptions.append((column, Set(values.map { $0.tidied.lowercased() })))
    }
    for (name, field) in plan.columns.sorted(by: { $0.key < $1.key }) {
      guard let column = Self.column(name, in: header) else { throw Self.noColumn(name, header) }
      guard field != "ignore" else {
        ignored.insert(column)
        continue
      }
      guard plan.kind.field(field) != nil else {
        throw SpreadsheetFault(
          .format, "a \(plan.kind.rawValue) has no field “\(field)”",
          next: "Fields: \(plan.kind.fields.map(\.name).joined(separator: ", ")), or ignore.")
      }
      guard plan.fixed[field] == nil else {
        throw SpreadsheetFault(
          .format, "“\(field)” is both mapped to a column and set for all rows", next: "Leave one of them out.")
      }
      guard columns[field] == nil else {
        throw SpreadsheetFault(.format, "two columns are mapped to “\(field)”", next: "Leave one --map out.")
      }
      columns[field] = column
    }
    for name in plan.fixed.keys.sorted() where plan.kind.field(name) == nil {
      throw SpreadsheetFault(
        .format, "a \(plan.kind.rawValue) has no field “\(name)”",
        next: "Fields: \(plan.kind.fields.map(\.name).joined(separator: ", ")).")
    }
    let taken = ignored.union(columns.values)
    let plainNames = Set(header.names.map(TableField.plain))
    let isTemplate = plan.kind.fields.allSatisfy { plainNames.contains(TableField.plain($0.header)) }
    for field in plan.kind.fields where columns[field.name] == nil && plan.fixed[field.name] == nil {
      let found = header.names.indices.filter {
        !taken.contains($0) && !columns.values.contains($0) && field.isNamed(by: Self.unnumbered(header, $0))
      }
      // In our own template our header goes before the names that others use. In other tables “Amount” beside “Paid” may be
      // what was promised; a text is no figure.
      let own =
        !isTemplate && field.kind != .text
        ? [] : found.filter { TableField.plain(Self.unnumbered(header, $0)) == TableField.plain(field.header) }
      let held = Set(columns.values)
      let known =
        format?.columns(for: field.name, in: header) { !taken.contains($0) && !held.contains($0) } ?? []
      let fitting = !known.isEmpty ? known : own.count == 1 ? own : found
      if fitting.count > 1 {
        questions.append(Self.choice(field, fitting.map { header.names[$0] }))
      } else if let column = fitting.first {
        columns[field.name] = column
      } else if format == .gpPayments, field.name == "when" {
        questions.append(
          TableQuestion("no column says which year the sums are of", next: "Say it: --set when=2014/15", field: field))
      } else if field.isRequired, !(field.name == "promise" && promises.count == 1 && plan.kind == .payment) {
        questions.append(missing(field, header, plan, promises))
      }
    }
    let sums = columns["money"].map { [$0] } ?? Array(header.names.indices)
    let place = columns["money"] == nil ? SumUnit.Where.title : .header
    if plan.fixed["money"] == nil, let column = sums.first(where: { SumUnit.isNamed(in: header.names[$0], place) }) {
      throw SpreadsheetFault(
        .format, at: Place(row: header.row, column: column),
        "the sums of column “\(header.names[column])” are not in pounds, and only pounds are read",
        next: "Write the sums in pounds under a header that says so.")
    }
    guard columns["money"] != nil else { return }
    for column in unread(header) {
      switch TableField.plain(header.names[column]) {
      case "unit", "units", "unitofmeasure", "uom", "unitofmeasurement", "denomination": units.append((column, .unit))
      case "scale", "multiplier", "factor", "magnitude", "scaling": units.append((column, .scale))
      default: if SumUnit.isCurrencyHeader(header.names[column]) { units.append((column, .currency)) }
      }
    }
  }

  /// Columns with a name that hold no field, and are not said to be of no use.
  func unread(_ header: TableHeader) -> [Int] {
    let held = ignored.union(columns.values)
    return header.names.indices.filter { !held.contains($0) && !header.names[$0].isEmpty }
  }

  /// A column of which all cells turned out to be units of sums.
  mutating func addUnit(_ column: Int) {
    if !units.contains(where: { $0.column == column }) { units.append((column, .currency)) }
  }

  private static func noColumn(_ name: String, _ header: TableHeader) -> SpreadsheetFault {
    SpreadsheetFault(
      .format, "there is no column “\(name)”",
      next: "Columns: \(header.names.filter { !$0.isEmpty }.joined(separator: ", ")).")
  }

  /// By name; else by its letters.
  private static func column(_ name: String, in header: TableHeader) -> Int? {
    let wanted = name.tidied.lowercased()
    return header.names.firstIndex { $0.lowercased() == wanted && !wanted.isEmpty }
      ?? header.names.indices.first { Place.letters($0).lowercased() == wanted }
  }

  /// “Amount (2)” is the second “Amount”.
  private static func unnumbered(_ header: TableHeader, _ column: Int) -> String {
    let name = header.names[column]
    return header.repeated.first { name.hasPrefix("\($0) (") } ?? name
  }

  private static func choice(_ field: TableField, _ names: [String]) -> TableQuestion {
    TableQuestion(
      "\(names.count) columns may be \(field.meaning): \(names.joined(separator: ", "))",
      next: "Say which: --map \"\(names[0])=\(field.name)\"",
      answers: names.map { .init(words: $0, effect: .column(header: $0, field: field.name)) })
  }

  private func missing(_ field: TableField, _ header: TableHeader, _ plan: TablePlan, _ promises: [PromiseKey])
    -> TableQuestion
  {
    let free = header.names.indices.filter { !header.names[$0].isEmpty && !columns.values.contains($0) }
      .map { header.names[$0] }
    let example = free.first ?? "COLUMN"
    let fixed = field.kind == .promise && !promises.isEmpty ? promises[0].rawValue : "VALUE"
    return TableQuestion(
      "no column says \(field.meaning) (\(field.name)); columns: \(header.names.filter { !$0.isEmpty }.joined(separator: ", "))",
      next: "Say which: --map \"\(example)=\(field.name)\", or for all rows: --set \(field.name)=\(fixed)",
      answers: free.map { .init(words: "column “\($0)”", effect: .column(header: $0, field: field.name)) }
        + (field.kind == .promise ? promises.prefix(8) : []).map {
          .init(words: "\($0) in every row", effect: .fixed(field: field.name, value: $0.rawValue))
        }, field: field)
  }
}
