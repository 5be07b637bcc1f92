internal import Agreements
internal import Spreadsheets

/// What a text says of the unit of sums, where that is not the pound: thousands, millions, pence, another currency.
///
/// “12” under “£000” is £12,000, and under “€” it is no sum in pounds at all: nobody wrote £12. Only pounds are read, so a table
/// that speaks of another unit is refused, with the cell that does.
enum SumUnit {
  /// Where the text stands: over a column of sums a lone letter is a unit, in a title it is not.
  enum Where { case title, header }

  private static let zeros: Set<String> = ["000", "000s"]
  private static let words: Set<String> = [
    "thousand", "thousands", "million", "millions", "billion", "billions", "pence", "euro", "euros", "dollar",
    "dollars",
  ]
  private static let letters: Set<String> = ["k", "m", "mn", "bn", "p"]
  private static let currencies: Set<String> = [
    "EUR", "USD", "CHF", "JPY", "AUD", "CAD", "NZD", "DKK", "SEK", "NOK", "PLN", "INR", "ZAR", "CNY",
  ]
  private static let pounds: Set<String> = [
    "gbp", "£", "pound", "pounds", "sterling", "poundssterling", "poundsterling", "ukpounds", "gb£", "uk£", "£sterling",
  ]

  /// “All figures in £000s”, “Amount (€)”, “in millions”. “Spend over £25,000” and “£3 million saved” are sums themselves.
  static func isNamed(in text: String, _ place: Where) -> Bool {
    if place == .header {
      let joined = text.lowercased().filter { !" ()[]_".contains($0) }
      if ["thousand", "million", "000s"].contains(where: joined.contains) { return true }
    }
    var before = ""
    for token in tokens(text) {
      let lower = token.lowercased()
      let bare = lower.filter { $0 != "£" && $0 != "'" }
      defer { before = lower }
      // Behind a number these are a part of it.
      let isCounted = before.contains(where: \.isNumber) || ["a", "one", "half"].contains(before)
      if !isCounted, zeros.contains(bare) || words.contains(lower) { return true }
      if token.contains(where: { "€$¥".contains($0) }), !token.contains(where: \.isNumber) { return true }
      if currencies.contains(place == .header ? token.uppercased() : token) { return true }
      let isOfPounds = lower.contains("£") || before == "£"
      if letters.contains(bare), isOfPounds || place == .header, !isCounted { return true }
    }
    return false
  }

  /// Does the cell of a column “Currency” say pounds, or nothing?
  static func isPounds(_ text: String) -> Bool {
    let plain = text.lowercased().filter { !$0.isWhitespace && $0 != "." }
    return plain.isEmpty || pounds.contains(plain)
  }

  /// “£000” in a cell of sums stands for a unit, and never for nothing.
  static func isZeros(_ text: String) -> Bool {
    // Nearly every sum has another digit.
    guard text.utf8.count <= 12, !text.utf8.contains(where: { (0x31...0x39).contains($0) || $0 == 0x2E }) else {
      return false
    }
    return zeros.contains(text.lowercased().filter { !"£'’ ()".contains($0) })
  }

  /// Runs of letters, digits and the signs of currencies; a point or comma belongs to a number that goes on behind it.
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var token = ""
    func trimmed(_ token: String) -> String {
      var token = Substring(token)
      while let last = token.last, ".,".contains(last) { token.removeLast() }
      return String(token)
    }
    for character in text + " " {
      if character.isLetter || character.isNumber || "£€$¥.,".contains(character) {
        token.append(character)
      } else if "'’‘`".contains(character) {
        token.append("'")
      } else if !token.isEmpty {
        tokens.append(trimmed(token))
        token = ""
      }
    }
    return tokens.filter { !$0.isEmpty }
  }
}

extension TableReading {
  /// What stands above the header: titles, days of print, and now and then the unit of all sums.
  static func titles(of table: Spreadsheet, above header: TableHeader) throws -> [Row] {
    guard header.row > 1 else { return [] }
    struct Enough: Error {}
    var rows: [Row] = []
    do {
      try table.forEachRow { row in
        guard row.number < header.row else { throw Enough() }
        if !row.isBlank { rows.append(row) }
      }
    } catch is Enough {}
    return rows
  }

  /// A title, or the name of the sheet, may say that no sum of the table is in pounds.
  static func checkUnits(_ titles: [Row], sheet: String) throws(SpreadsheetFault) {
    let next = "Write the sums in pounds, and take that out."
    for row in titles {
      for (column, cell) in row.cells.enumerated() {
        // “Spend over £25,000” without quotes makes two cells, of which the second is no unit.
        let before = row[column - 1].text
        let isSplit = before.last?.isNumber == true && cell.text.first?.isNumber == true
        guard SumUnit.isNamed(in: isSplit ? "\(before),\(cell.text)" : cell.text, .title) else { continue }
        throw SpreadsheetFault(
          .format, at: row.place(column),
          "above the header stands “\(cell.text.tidied)”: the sums may not be in pounds, and only pounds are read",
          next: next)
      }
    }
    guard !SumUnit.isNamed(in: sheet, .title) else {
      throw SpreadsheetFault(
        .format, "the sheet is called “\(sheet)”: the sums may not be in pounds, and only pounds are read", next: next)
    }
  }
}
