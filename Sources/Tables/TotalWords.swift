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
    guard (2...80).contains(text.utf8.count), let first = text.utf8.first, !formulas.contains(first) else {
      return false
    }
    // Nearly every text of a table begins with a word that is none of these, and ends the search.
    var words: [UInt64] = []
    var word = PackedWord()
    for byte in text.utf8 {
      if word.take(byte) { continue }
      if byte >= 0x80, !isMark(byte) { return false }
      guard add(&word, to: &words) else { return false }
    }
    guard add(&word, to: &words), let opening = words.first else { return false }
    if opening == less || words.contains(where: packedKeys.contains) { return true }
    return zip(words, words.dropFirst()).contains { packedPairs[$0]?.contains($1) == true }
  }

  /// Puts a word that has ended to the others; false if it is none of totals.
  private static func add(_ word: inout PackedWord, to words: inout [UInt64]) -> Bool {
    if word.bits == 0 { return true }
    guard marks[Int(word.bits % UInt64(marks.count))],
      packedKeys.contains(word.bits) || packedOthers.contains(word.bits)
    else { return false }
    words.append(word.bits)
    word = PackedWord()
    return true
  }

  private static let packedKeys = Set(keys.map { PackedWord($0).bits })
  private static let packedOthers = Set(others.map { PackedWord($0).bits })
  /// Which remainders the words leave: nearly every other word leaves another, and is looked up no further.
  private static let marks: [Bool] = {
    var marks = Array(repeating: false, count: 4093)
    for bits in packedKeys.union(packedOthers) { marks[Int(bits % 4093)] = true }
    return marks
  }()
  private static let packedPairs = Dictionary(
    grouping: pairs.map { $0.split(separator: " ").map { PackedWord(String($0)).bits } }, by: { $0[0] }
  ).mapValues { Set($0.map { $0[1] }) }
  private static let less = PackedWord("less").bits

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
    guard mentionsTotal(text) else { return nil }
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

  /// Do “total” or “sub” stand in it, as a word or within one? Nearly every name has neither.
  private static func mentionsTotal(_ text: String) -> Bool {
    // The last five letters, eight bits each.
    var letters: UInt64 = 0
    for byte in text.utf8 {
      letters = letters << 8 | UInt64(byte | 0x20)
      if letters & 0xFF_FFFF_FFFF == 0x74_6F74_616C || letters & 0xFF_FFFF == 0x73_7562 { return true }
    }
    return false
  }
}

/// A word of small letters in one number, five bits a letter; what has more than twelve is never another word's.
private struct PackedWord {
  /// 0: no letter yet.
  private(set) var bits: UInt64 = 0

  init() {}

  init(_ word: String) { for byte in word.utf8 { _ = take(byte) } }

  /// Puts a letter to it, capital or small; false for anything else.
  mutating func take(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    guard (0x61...0x7A).contains(letter), byte < 0x80 else { return false }
    bits = bits >> 55 == 0 ? bits << 5 | UInt64(letter - 0x60) : .max
    return true
  }
}
