package import Spreadsheets

/// The rows that were refused, as a table for the one who can mend them: the file's own columns, then Row and Reason.
public enum RejectsFile {
  public static func bytes(_ reading: TableReading, _ rejects: [TableReading.Reject]) -> [UInt8] {
    byRow(rejects).reduce(into: head(reading)) { $0 += line(reading, $1) }
  }

  /// The faults of each row together, as they come.
  public static func byRow(_ rejects: [TableReading.Reject]) -> [[TableReading.Reject]] {
    var rows: [[TableReading.Reject]] = []
    for reject in rejects {
      if rows.last?.first?.row == reject.row { rows[rows.count - 1].append(reject) } else { rows.append([reject]) }
    }
    return rows
  }

  private static let own = ["Row", "Reason"]

  /// The names of the columns.
  public static func head(_ reading: TableReading) -> [UInt8] {
    // The mark lets spreadsheet programs read the pound sign; lines end as RFC 4180 says.
    Array(("\u{FEFF}" + line(reading.header.names + own)).utf8)
  }

  /// Is this the first line of such a list, as it was written here or saved by a spreadsheet program?
  public static func isHead(_ line: String) -> Bool {
    let bare = line.filter { $0 != "\"" }
    return [",", ";", "\t"].contains { bare.hasSuffix(own.joined(separator: $0)) }
  }

  /// Are these the columns of such a list?
  package static func isHead(_ header: TableHeader) -> Bool {
    let names = header.names.reversed().drop(while: \.isEmpty).prefix(2).reversed()
    return header.names.count > 2 && Array(names) == own
  }

  /// One row with all that is wrong with it.
  public static func line(_ reading: TableReading, _ faults: some Collection<TableReading.Reject>) -> [UInt8] {
    guard let row = faults.first?.row else { return [] }
    let width = max(reading.header.names.count, 1)
    var cells = (0..<width).map { row[$0].text }
    // What stands beyond the header is kept too.
    if row.cells.count > width { cells[width - 1] += row.cells[width...].map { " | " + $0.text }.joined() }
    let reasons = faults.map { fault in
      [fault.place.map { "\($0): \(fault.why)" } ?? fault.why, fault.next].filter { !$0.isEmpty }
        .joined(separator: ". ")
    }
    return Array(line(cells + [String(row.number), reasons.joined(separator: " / ")]).utf8)
  }

  private static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

  /// A text that a spreadsheet program would run as a formula gets an apostrophe; a negative number stays one.
  private static func cell(_ text: String) -> String {
    var text = text
    if isFormula(text), !isNumber(text) { text = "'" + text }
    guard text.contains(where: { "\",\n\r\r\n;\t".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func isFormula(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.first.map("=+-@\t\r".unicodeScalars.contains) ?? false
  }

  /// What a cell said before a formula in it was made harmless, here or by another program: the pair of `cell`.
  static func unguarded(_ text: String) -> String {
    text.utf8.first == UInt8(ascii: "'") && isFormula(text.dropFirst()) ? String(text.dropFirst()) : text
  }

  private static func isNumber(_ text: String) -> Bool {
    text.count > 1 && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x2E }
      && (text.hasPrefix("-") || text.hasPrefix("+"))
  }
}
