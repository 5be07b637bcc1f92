public import Agreements
public import Spreadsheets

/// What was answered about tables with one header, as a small text file that people can read and mend:
///
///     tracker import rules 1
///     header⇥Practice⇥Paid
///     column⇥Practice⇥to
///     party⇥Practise 07⇥practice-07
///     stranger⇥practice 7 laundry ltd
///     file⇥7d41…c09a
///     field⇥promise⇥slice
///     dates⇥day-first
///     only⇥Status⇥Paid
///     except⇥Status⇥Cancelled
///     total-row⇥14
///     data-row⇥less deductions
///     right⇥total
///     open
///
/// The members of a line are divided by tabs. What a column holds and who is meant by a name is so in every table with this
/// header. The order of day and month, what is the same in every row, which rows count and what is right as it stands is so
/// in one file: next year's has the header of this year's. These are taken for the file with that SHA-256 alone, and asked
/// about again for any other.
public struct TableRules: Hashable, Sendable {
  public var header: [String]
  /// SHA-256, in hexadecimal, of the file that `fixed` and `dateOrder` are about.
  public var file = ""
  public var columns: [String: String] = [:]
  public var fixed: [String: String] = [:]
  public var dateOrder: DateOrder?
  public var parties: [String: PartyKey] = [:]
  public var strangers: Set<String> = []
  /// Values that a row must have, or must not have, and rows that are totals or none, as `TablePlan` has them.
  public var filters: [String: String] = [:]
  public var exceptions: [String: Set<String>] = [:]
  public var totalRows: [String: Bool] = [:]
  /// What looked wrong, and is right as it stands.
  public var right: Set<Right> = []
  /// Nothing has been imported by these answers yet: one of them may be wrong, so they are asked again.
  public var isOpen = false

  public enum Right: String, Hashable, Sendable, CaseIterable { case commas, days, total }

  /// - Parameters:
  ///   - file: its SHA-256 in hexadecimal.
  ///   - isOpen: nothing has been imported by the plan yet.
  public init(of plan: TablePlan, header: TableHeader, file: String, isOpen: Bool = false) {
    self.isOpen = isOpen
    self.header = header.names
    self.file = file
    columns = plan.columns
    fixed = plan.fixed
    dateOrder = plan.dateOrder
    parties = plan.parties
    strangers = plan.strangers
    filters = plan.filters
    exceptions = plan.exceptions
    totalRows = plan.totalRows
    if plan.acceptsCommas { right.insert(.commas) }
    if plan.acceptsDays { right.insert(.days) }
    if plan.acceptsTotal { right.insert(.total) }
  }

  /// What of it a plan goes by, for any file: columns with what they hold, and names with who is meant.
  public func answers(in plan: TablePlan) -> [(name: String, meaning: String)] {
    columns.filter { plan.columns[$0.key] == $0.value }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      + parties.filter { plan.parties[$0.key] == $0.value }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.rawValue) }
      + strangers.intersection(plan.strangers).sorted().map { ($0, "none of this book's parties") }
  }

  /// What of it a plan goes by because it was answered about this very file: which rows count, what is right as it stands.
  public func ownAnswers(in plan: TablePlan, file: String) -> [String] {
    guard file == self.file else { return [] }
    var answers = filters.filter { plan.filters[$0.key] == $0.value }.sorted { $0.key < $1.key }
      .map { "only rows with “\($0.value)” in “\($0.key)”" }
    for (name, values) in exceptions.sorted(by: { $0.key < $1.key }) where plan.exceptions[name] == values {
      answers.append("no rows with \(values.sorted().map { "“\($0)”" }.joined(separator: " or ")) in “\(name)”")
    }
    for (row, isTotal) in totalRows.sorted(by: { $0.key < $1.key }) where plan.totalRows[row] == isTotal {
      answers.append("“\(row)” is \(isTotal ? "a total" : "a row of its own")")
    }
    if right.contains(.commas), plan.acceptsCommas { answers.append("sums beside numbers of three digits are whole") }
    if right.contains(.days), plan.acceptsDays { answers.append("the days are right as they stand") }
    if right.contains(.total), plan.acceptsTotal { answers.append("the total of the file is wrong") }
    return answers
  }

  private static let first = "tracker import rules 1"

  /// The file's name: the kind, the agreement, and what the header comes to.
  public static func fileName(_ plan: TablePlan, _ header: TableHeader) -> String {
    // FNV-1a, 64 bits: it names a file and proves nothing; the header itself stands in it.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in header.names.map(TableField.plain).joined(separator: "\t").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let text = String(hash, radix: 16)
    return
      "\(plan.kind.rawValue)-\(plan.agreement?.rawValue ?? "book")-\(String(repeating: "0", count: 16 - text.count))\(text).txt"
  }

  public var text: String {
    func clean(_ text: String) -> String { text.tidied }
    var lines = [Self.first, (["header"] + header.map(clean)).joined(separator: "\t")]
    lines += columns.sorted { $0.key < $1.key }.map { "column\t\(clean($0.key))\t\($0.value)" }
    lines += parties.sorted { $0.key < $1.key }.map { "party\t\(clean($0.key))\t\($0.value)" }
    lines += strangers.sorted().map { "stranger\t\(clean($0))" }
    if isOpen { lines.append("open") }
    var own = fixed.sorted { $0.key < $1.key }.map { "field\t\($0.key)\t\(clean($0.value))" }
    if let dateOrder { own.append("dates\t\(dateOrder.rawValue)") }
    own += filters.sorted { $0.key < $1.key }.map { "only\t\(clean($0.key))\t\(clean($0.value))" }
    for (name, values) in exceptions.sorted(by: { $0.key < $1.key }) {
      own += values.sorted().map { "except\t\(clean(name))\t\(clean($0))" }
    }
    own += totalRows.sorted { $0.key < $1.key }.map { "\($0.value ? "total" : "data")-row\t\(clean($0.key))" }
    own += right.map(\.rawValue).sorted().map { "right\t\($0)" }
    if !own.isEmpty { lines += ["file\t\(file)"] + own }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Throws: a `SpreadsheetFault` that names the line.
  public init(text: String) throws(SpreadsheetFault) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func fault(_ line: Int) -> SpreadsheetFault {
      SpreadsheetFault(
        .format, "line \(line) of the rules is not understood", next: "Mend it, or delete the file and answer again.")
    }
    guard lines.first == Self.first else { throw fault(1) }
    header = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch (parts[0], parts.count) {
      case ("header", _): header = Array(parts.dropFirst())
      case ("column", 3): columns[parts[1]] = parts[2]
      case ("stranger", 2): strangers.insert(parts[1])
      case ("file", 2): file = parts[1]
      case ("field", 3): fixed[parts[1]] = parts[2]
      case ("dates", 2):
        guard let order = DateOrder(rawValue: parts[1]) else { throw fault(index + 1) }
        dateOrder = order
      case ("open", 1): isOpen = true
      case ("only", 3): filters[parts[1]] = parts[2]
      case ("except", 3): exceptions[parts[1], default: []].insert(parts[2])
      case ("total-row", 2): totalRows[parts[1]] = true
      case ("data-row", 2): totalRows[parts[1]] = false
      case ("right", 2):
        guard let what = Right(rawValue: parts[1]) else { throw fault(index + 1) }
        right.insert(what)
      case ("party", 3):
        guard let key = PartyKey(rawValue: parts[2]) else { throw fault(index + 1) }
        parties[parts[1]] = key
      default: throw fault(index + 1)
      }
    }
  }

  /// What was typed now goes before what is remembered.
  ///
  /// - Parameter file: the SHA-256, in hexadecimal, of the file that is read now.
  public func applied(to plan: TablePlan, file: String) -> TablePlan {
    var plan = plan
    let typed = Set(plan.columns.values).union(plan.fixed.keys)
    plan.columns = columns.filter { !typed.contains($0.value) }.merging(plan.columns) { $1 }
    plan.parties = parties.merging(plan.parties) { $1 }
    let named = Set(plan.parties.keys.map { $0.tidied.lowercased() })
    plan.strangers.formUnion(strangers.subtracting(named))
    guard file == self.file else { return plan }
    plan.fixed = fixed.filter { !typed.contains($0.key) }.merging(plan.fixed) { $1 }
    plan.dateOrder = plan.dateOrder ?? dateOrder
    plan.filters = filters.merging(plan.filters) { $1 }
    plan.exceptions = exceptions.merging(plan.exceptions) { $1 }
    plan.totalRows = totalRows.merging(plan.totalRows) { $1 }
    plan.acceptsCommas = plan.acceptsCommas || right.contains(.commas)
    plan.acceptsDays = plan.acceptsDays || right.contains(.days)
    plan.acceptsTotal = plan.acceptsTotal || right.contains(.total)
    return plan
  }
}
