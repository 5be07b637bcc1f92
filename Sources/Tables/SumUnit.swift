internal import Agreements
internal import Spreadsheets

/// What a text says of the unit of sums, where that is not the pound: thousands, millions, pence, another currency.
///
/// “12” under “£000” is £12,000, and under “€” it is no sum in pounds at all: nobody wrote £12. Only pounds are read, so a table
/// that speaks of another unit is refused, with the cell that does.
enum SumUnit {
  /// Where the text stands: over a column of sums a lone letter is a unit, in a title it is not.
  enum Where { case title, header }

  private static let zeros: Set<String> = ["000", "000s", "000000"]
  private static let words: Set<String> = [
    "thousand", "thousands", "million", "millions", "billion", "billions", "hundreds", "pence", "euro", "euros",
    "dollar", "dollars", "millionen",
  ]
  /// Units only beside a sign of pounds, or over a column of sums.
  private static let letters: Set<String> = [
    "k", "m", "mn", "bn", "p", "ths", "thou", "thous", "tsd", "mio", "mln", "mil", "mill", "mills",
  ]
  private static let currencies: Set<String> = [
    "EUR", "USD", "CHF", "JPY", "AUD", "CAD", "NZD", "DKK", "SEK", "NOK", "PLN", "INR", "ZAR", "CNY",
    "HKD", "SGD", "CZK", "HUF", "AED", "IEP",
  ]
  private static let pounds: Set<String> = [
    "gbp", "£", "pound", "pounds", "sterling", "poundssterling", "poundsterling", "ukpounds", "gb£", "uk£", "£sterling",
  ]

  /// “All figures in £000s”, “Amount (€)”, “in millions”, “x 1,000”. “Spend over £25,000” and “£3 million saved” are sums
  /// themselves.
  static func isNamed(in text: String, _ place: Where) -> Bool {
    if place == .header {
      let joined = text.lowercased().filter { !" ()[]_".contains($0) }
      if ["thousand", "million", "hundreds", "000s"].contains(where: joined.contains) { return true }
    }
    var (before, last) = ("", "")
    for token in tokens(text) {
      let lower = token.lowercased()
      var bare = lower.filter { $0 != "£" && $0 != "'" }[...]
      let isOfPounds = lower.contains("£") || bare.hasPrefix("gbp") || before == "£" || before == "gbp"
      if bare.hasPrefix("gbp") { bare = bare.dropFirst(3) }
      while bare.hasPrefix(",") { bare = bare.dropFirst() }
      defer { (last, before) = (before, lower) }
      // Behind a number these are a part of it.
      let isCounted = before.contains(where: \.isNumber) || ["a", "one", "half"].contains(before)
      if !isCounted, zeros.contains(String(bare)) || words.contains(String(bare)) { return true }
      if token.contains(where: { "€$¥".contains($0) }), !token.contains(where: \.isNumber) { return true }
      if currencies.contains(place == .header ? token.uppercased() : token) { return true }
      if place == .header, isJoinedCurrency(token) { return true }
      if letters.contains(String(bare)), isOfPounds || place == .header, !isCounted { return true }
      // “£0.0m”: noughts stand for digits.
      let form = bare.drop { "0#.,".contains($0) }
      if form.count < bare.count, letters.contains(String(form)) { return true }
      let factor =
        before == "x" && !last.contains(where: \.isNumber) ? bare : bare.hasPrefix("x") ? bare.dropFirst() : ""
      if isFactor(factor) { return true }
    }
    return false
  }

  /// “100”, “1,000”, “1000000”
  static func isFactor(_ text: some StringProtocol) -> Bool {
    let digits = text.filter { $0 != "," }
    return digits.count > 2 && digits.first == "1" && digits.dropFirst().allSatisfy { $0 == "0" }
  }

  /// “AmountEUR”
  private static func isJoinedCurrency(_ token: String) -> Bool {
    let code = token.suffix(3)
    return currencies.contains(String(code)) && token.dropLast(3).last?.isLowercase == true
  }

  /// Is the cell a code, sign or word of a currency, or a unit of sums, and nothing else? Of a column that nobody named.
  static func isAlone(_ text: String) -> Bool {
    text.utf8.count <= 20
      && (currencies.contains(text.uppercased()) || isPounds(text) || isNamed(in: text, .title))
  }

  /// Does a header speak of a currency?
  static func isCurrencyHeader(_ header: String) -> Bool {
    let plain = TableField.plain(header)
    return plain.contains("currency") || ["ccy", "curr", "crcy", "curcode"].contains(plain)
      || plain.isEmpty && header.contains { "€$".contains($0) }
  }

  /// Does the cell of a column “Currency” say pounds, or nothing?
  static func isPounds(_ text: String) -> Bool {
    let plain = text.lowercased().filter { !$0.isWhitespace && $0 != "." }
    return plain.isEmpty || pounds.contains(plain)
  }

  /// “All values in £000”, “figures are in thousands”
  static func isOfAll(_ text: String) -> Bool {
    let lower = text.lowercased()
    guard
      ["000", "thousand", "million", "hundred", "€", "euro", "dollar", "pence", "£m", "£k"].contains(
        where: lower.contains)
    else { return false }
    let said = lower.split { !$0.isLetter }
    return ["all", "values", "figures", "amounts", "sums", "in", "totals", "numbers"].contains {
      said.contains($0[...])
    }
      && isNamed(in: text, .title)
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
    for character in text.replacing("×", with: " x ").replacing("*", with: " x ") + " " {
      // “Amount£000” is two.
      if character == "£", token.contains(where: \.isLetter) {
        tokens.append(trimmed(token))
        token = ""
      }
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

  /// A row among the rows that says of all sums what they are in, and has a sum itself.
  static func checkNote(_ row: Row, _ columns: [Int]) throws(SpreadsheetFault) {
    for column in columns {
      let cell = row[column]
      guard cell.kind == .text, (6...120).contains(cell.text.utf8.count), SumUnit.isOfAll(cell.text) else { continue }
      throw SpreadsheetFault(
        .format, at: row.place(column),
        "among the rows stands “\(cell.text.tidied)”: the sums may not be in pounds, and only pounds are read",
        next: "Write the sums in pounds, and take that out.")
    }
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
