/// The row that names the columns, and what other rows are.
public struct TableHeader: Hashable, Sendable {
  /// Its number.
  public var row: Int
  /// One for each column, tidied; blank where there is none. Of several columns with one name the later ones are
  /// “NAME (2)”, “NAME (3)”.
  public var names: [String]
  /// Names that stand over several columns.
  public var repeated: [String]

  /// Rows among which it is looked for: above it stand titles and dates of print.
  public static let searched = 40

  /// nil where the row cannot be a header: fewer than two names, or a figure or date among them.
  public init?(_ row: Row) {
    let filled = row.cells.filter { !$0.isBlank }
    guard filled.count >= 2, filled.allSatisfy({ $0.kind == .text && !Self.isFigure($0.text) }) else { return nil }
    self.row = row.number
    names = []
    repeated = []
    var seen: [String: Int] = [:]
    for cell in row.cells {
      let name = cell.text.tidied
      let count = seen[name.lowercased(), default: 0] + 1
      if !name.isEmpty { seen[name.lowercased()] = count }
      if count == 2 { repeated.append(name) }
      names.append(count > 1 ? "\(name) (\(count))" : name)
    }
    while names.last?.isEmpty == true { names.removeLast() }
  }

  /// Digits, and only what stands around figures and dates.
  private static func isFigure(_ text: String) -> Bool {
    let text = text.tidied
    let others = "£$€,.-–−()/:% kmn".unicodeScalars
    return text.unicodeScalars.contains { (0x30...0x39).contains($0.value) }
      && text.lowercased().unicodeScalars.allSatisfy { (0x30...0x39).contains($0.value) || others.contains($0) }
  }

  /// The columns of a file that has no header, because its format fixes them.
  ///
  /// - Parameter row: 0: every row is below it.
  public init(row: Int, names: [String]) {
    self.row = row
    self.names = names
    repeated = []
  }

  /// What a row below the header is.
  public enum Part: Hashable, Sendable {
    case blank
    /// The header once more, as on a new page.
    case header
    /// A sum of rows above it, with its word: a check, and no data.
    case total(String, isPart: Bool)
    case data
  }

  /// The word of a total stands in one of the first two cells that are filled.
  ///
  /// - Parameter sums: columns that hold sums; a row with nothing else is a total without a word.
  public func part(_ row: Row, sums: [Int] = []) -> Part {
    var (filled, isSums, isHeader) = (0, true, row.number > self.row)
    for (column, cell) in row.cells.enumerated() where !cell.isBlank {
      filled += 1
      if filled <= 2, cell.kind == .text, Self.mayBeTotal(cell.text) {
        let word = cell.text.tidied
        let plain = word.lowercased().filter { $0 != ":" && $0 != "-" && $0 != "*" && $0 != " " }
        if Self.parts.contains(plain) { return .total(word, isPart: true) }
        if Self.wholes.contains(plain) { return .total(word, isPart: false) }
      }
      if isSums, !sums.contains(column) { isSums = false }
      if isHeader, column >= names.count || cell.text.tidied != names[column] { isHeader = false }
    }
    if filled == 0 { return .blank }
    if isHeader, filled >= 2 { return .header }
    return isSums && !sums.isEmpty ? .total("", isPart: false) : .data
  }

  /// No word of a total has a digit, and each has the letters of “total” or of “sum”; nearly no first cell of a row does.
  private static func mayBeTotal(_ text: String) -> Bool {
    var letters: UInt32 = 0
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) { return false }
      if byte & 0xC0 == 0x40 { letters |= 1 << UInt32(byte & 0x1F) }
    }
    return letters & total == total || letters & sum == sum
  }

  private static let total = mask("total")
  private static let sum = mask("sum")
  private static func mask(_ word: String) -> UInt32 { word.utf8.reduce(0) { $0 | 1 << UInt32($1 & 0x1F) } }

  private static let wholes: Set<String> = ["total", "totals", "grandtotal", "sum", "overalltotal", "totalall"]
  private static let parts: Set<String> = ["subtotal", "subtotals"]
}
