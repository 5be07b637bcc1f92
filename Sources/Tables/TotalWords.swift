internal import Spreadsheets

/// Texts that stand beside a sum of other rows: “Total payments”, “Balance b/f”, “Year to date”.
///
/// A total that is read as a payment doubles what was paid. A text is one of these if all its words are those of totals and one
/// says so: “Total Health Ltd” is a name, and “Net of tax, as agreed” a note.
enum TotalWords {
  private static let keys: Set<String> = [
    "total", "totals", "subtotal", "subtotals", "grandtotal", "sum", "net", "nett", "balance", "balances", "bal",
    "cumulative", "ytd", "bf", "cf", "bd", "cd", "average", "mean", "clawback", "clawbacks", "deduction", "deductions",
  ]
  private static let pairs: Set<String> = [
    "b f", "c f", "b d", "c d", "b fwd", "c fwd", "brought forward", "carried forward", "brought down", "carried down",
    "to date", "running total", "all practices", "all payments",
  ]
  private static let others: Set<String> = [
    "sub", "grand", "overall", "running", "payment", "payments", "paid", "pay", "saving", "savings", "saved", "amount",
    "amounts", "value", "values", "gbp", "pound", "pounds", "sterling", "forward", "fwd", "brought", "carried", "down",
    "up",
    "year", "years", "to", "date", "all", "for", "the", "of", "in", "per", "page", "month", "months", "monthly",
    "quarter",
    "quarters", "period", "fy", "practice", "practices", "and", "as", "at", "on", "outstanding", "due", "opening",
    "closing",
    "final", "gross", "figure", "figures", "report", "remaining", "previous", "last", "this", "current", "above",
    "below",
    "adjustment", "adjustments", "cost", "costs", "spend", "expenditure", "income", "incl", "excl", "vat", "including",
    "excluding", "number", "less", "b", "c", "f", "d", "q", "jan", "january", "feb", "february", "mar", "march", "apr",
    "april", "may", "jun", "june", "jul", "july", "aug", "august", "sep", "sept", "september", "oct", "october", "nov",
    "november", "dec", "december", "end",
  ]

  static func isNamed(in text: String) -> Bool {
    // Nearly every text of a table begins with a word that is none of these.
    guard (2...80).contains(text.utf8.count), let first = text.utf8.first, !formulas.contains(first) else {
      return false
    }
    var words: [String] = []
    var word = ""
    for byte in text.utf8 {
      let lower = byte | 0x20
      if (0x61...0x7A).contains(lower) && byte < 0x80 {
        word.unicodeScalars.append(Unicode.Scalar(lower))
        continue
      }
      if byte >= 0x80, !isMark(byte) { return false }
      if !word.isEmpty {
        guard keys.contains(word) || others.contains(word) else { return false }
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty {
      guard keys.contains(word) || others.contains(word) else { return false }
      words.append(word)
    }
    if words.isEmpty { return false }
    if words.contains(where: keys.contains) || words[0] == "less" { return true }
    return zip(words, words.dropFirst()).contains { pairs.contains("\($0) \($1)") }
  }

  /// What begins with one of these is a formula.
  private static let formulas: Set<UInt8> = [0x3D, 0x40, 0x2B, 0x27]

  /// Bytes of £, of dashes and of curled quotes.
  private static func isMark(_ byte: UInt8) -> Bool {
    byte == 0xC2 || byte == 0xA3 || byte == 0xA0 || byte == 0xE2 || (0x80...0x9F).contains(byte)
  }

  /// Is its sum that of other rows, if it is right? What is carried over or taken off is not.
  static func isOfRows(_ text: String) -> Bool {
    let lower = text.lowercased()
    return text.isEmpty || lower.contains("total") || lower.split { !$0.isLetter }.contains("sum")
  }

  /// “Practice 01 Total”, “Total for Practice 01” → “Practice 01”; nil for anything else.
  static func name(within text: String) -> String? {
    let words = text.tidied.split { " :-–".contains($0) }.map(String.init)
    guard words.count > 1 else { return nil }
    func isTotal(_ word: String) -> Bool {
      ["total", "totals", "subtotal", "subtotals", "sub"].contains(word.lowercased().filter(\.isLetter))
    }
    var rest = words[...]
    let count = rest.count
    while let last = rest.last, isTotal(last) { rest.removeLast() }
    if rest.count == count {
      while let first = rest.first, isTotal(first) { rest.removeFirst() }
      if rest.count < count, let first = rest.first, ["for", "of"].contains(first.lowercased()) { rest.removeFirst() }
    }
    return rest.count < count ? rest.joined(separator: " ") : nil
  }
}
