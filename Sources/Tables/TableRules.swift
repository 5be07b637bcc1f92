public import Agreements
public import Spreadsheets

/// What was answered about tables with one header, as a small text file that people can read and mend:
///
///     tracker import rules 1
///     header⇥Practice⇥Paid
///     column⇥Practice⇥to
///     field⇥promise⇥slice
///     dates⇥day-first
///     party⇥Practise 07⇥practice-07
///
/// The members of a line are divided by tabs.
public struct TableRules: Hashable, Sendable {
  public var header: [String]
  public var columns: [String: String] = [:]
  public var fixed: [String: String] = [:]
  public var dateOrder: DateOrder?
  public var parties: [String: PartyKey] = [:]

  public init(of plan: TablePlan, header: TableHeader) {
    self.header = header.names
    columns = plan.columns
    fixed = plan.fixed
    dateOrder = plan.dateOrder
    parties = plan.parties
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
    lines += fixed.sorted { $0.key < $1.key }.map { "field\t\($0.key)\t\(clean($0.value))" }
    if let dateOrder { lines.append("dates\t\(dateOrder.rawValue)") }
    lines += parties.sorted { $0.key < $1.key }.map { "party\t\(clean($0.key))\t\($0.value)" }
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
      case ("field", 3): fixed[parts[1]] = parts[2]
      case ("dates", 2):
        guard let order = DateOrder(rawValue: parts[1]) else { throw fault(index + 1) }
        dateOrder = order
      case ("party", 3):
        guard let key = PartyKey(rawValue: parts[2]) else { throw fault(index + 1) }
        parties[parts[1]] = key
      default: throw fault(index + 1)
      }
    }
  }

  /// What was typed now goes before what is remembered.
  public func applied(to plan: TablePlan) -> TablePlan {
    var plan = plan
    let typed = Set(plan.columns.values).union(plan.fixed.keys)
    plan.columns = columns.filter { !typed.contains($0.value) }.merging(plan.columns) { $1 }
    plan.fixed = fixed.filter { !typed.contains($0.key) }.merging(plan.fixed) { $1 }
    plan.dateOrder = plan.dateOrder ?? dateOrder
    plan.parties = parties.merging(plan.parties) { $1 }
    return plan
  }
}
