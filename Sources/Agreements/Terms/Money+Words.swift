// Money as people write it, read and printed as a pair. No floating point: pounds are moved to pence by digits.

/// Why a text is no amount or date, in words for the one who typed it.
public struct WordsFault: Error, Hashable, Sendable {
  public var why: String
  public var next: String

  public init(_ why: String, next: String) {
    self.why = why
    self.next = next
  }
}

extension Money {
  /// Reads “£5,000”, “up to £100,000 each”, “at least £3,000”, “£12m to £15m”, “£12-15m”, “about £2.4m”, “100k”, “95p”,
  /// “two hundred thousand”, “£2 hundred thousand”, “half a million pounds”, “nil”, “not known”.
  ///
  /// The words are kept beside what was understood, unless they are what would be printed anyway.
  /// Law: `Money(words: money.description)` is the same money, its `words` aside.
  public init(words text: String) throws(WordsFault) {
    if let pence = Self.plainPence(text), pence <= Money.limit {
      self.init(low: pence, high: pence)
      if !text.hasPrefix("£") || text != description { words = text }
      return
    }
    var rest = text.lowercasedASCII.replacingNoBreakSpaces.trimmed.squeezed
    guard !rest.isEmpty else {
      throw WordsFault("no amount was given", next: "Write one like £5,000 or “up to £100,000”.")
    }
    let per = try Self.per(takenFrom: &rest, of: text)
    var isAbout = false
    if let beginning = Self.abouts.first(where: { rest.hasPrefix($0) }) {
      isAbout = true
      rest = String(rest.dropFirst(beginning.count)).trimmed
    }
    let amount = try MoneyWords(whole: text).amount(rest)
    self.init(low: amount.low, high: amount.high, per: per ?? .total, isAbout: isAbout, words: nil)
    if let high, high < low {
      throw WordsFault("\(text): the first amount is above the second", next: "Write the smaller one first.")
    }
    guard low <= Money.limit, (high ?? 0) <= Money.limit else { throw MoneyWords(whole: text).tooMuch }
    if text != description { words = text }
  }

  /// “£1,234.50”, “1234”: digits with or without commas, the form of nearly every sum of a long table. nil for anything else,
  /// which is for the way above; for what it takes, that way gives the same.
  private static func plainPence(_ text: String) -> Int64? {
    var bytes = text.utf8[...]
    if bytes.starts(with: "£".utf8) { bytes = bytes.dropFirst(2) }
    var (pounds, digits, group): (Int64, Int, Int?) = (0, 0, nil)
    while let byte = bytes.first, byte != UInt8(ascii: ".") {
      bytes = bytes.dropFirst()
      if byte == UInt8(ascii: ",") {
        guard group.map({ $0 == 3 }) ?? (1...3).contains(digits) else { return nil }
        group = 0
        continue
      }
      guard byte >= 0x30, byte <= 0x39, digits < 12, digits == 0 || pounds > 0 else { return nil }
      pounds = pounds * 10 + Int64(byte - 0x30)
      digits += 1
      if let count = group { group = count + 1 }
    }
    guard digits > 0, group.map({ $0 == 3 }) ?? true else { return nil }
    guard !bytes.isEmpty else { return pounds * 100 }
    let pence = Array(bytes.dropFirst())
    guard pence.count == 2, pence.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return pounds * 100 + Int64(pence[0] - 0x30) * 10 + Int64(pence[1] - 0x30)
  }

  private static let abouts = [
    "about ", "around ", "circa ", "ca. ", "c. ", "approximately ", "approx. ", "roughly ", "~",
  ]

  private static let pers: [(ending: String, per: Per)] = [
    (" each", .each), (" per practice", .each), (" for each practice", .each), (" a practice", .each),
    (" a year", .year), (" per year", .year), (" per annum", .year), (" in total", .total), (" in all", .total),
  ]

  /// A sum is counted for one thing: “each a year” would lose one of the two.
  private static func per(takenFrom rest: inout String, of text: String) throws(WordsFault) -> Per? {
    var found: Per?
    while let (ending, per) = pers.first(where: { rest.hasSuffix($0.ending) }) {
      guard found == nil else {
        throw WordsFault(
          "“\(text)” says twice what the sum is for",
          next: "Write “each” or “a year”. Years that are promised are promises of their own.")
      }
      found = per
      rest = String(rest.dropLast(ending.count)).trimmed
    }
    return found
  }
}

/// Reads the words of one amount; the whole text is there for what is said to the one who typed it.
private struct MoneyWords {
  let whole: String

  var hint: WordsFault {
    WordsFault(
      "“\(whole)” is not an amount", next: "Write it like £5,000, £2.4m, “up to £100,000 each” or “not known”.")
  }
  var tooMuch: WordsFault {
    WordsFault("\(whole) is more than can be recorded", next: "The most is £100,000,000,000.")
  }
  private var negative: WordsFault {
    WordsFault("\(whole) is a negative amount", next: "Record money that went back as a reclaim or a set-off.")
  }

  private static let ceilings = [
    "up to ", "at most ", "no more than ", "not more than ", "maximum ", "max ", "less than ", "under ",
  ]
  private static let floors = ["at least ", "no less than ", "not less than ", "minimum ", "over ", "more than "]

  /// With a pound sign before it, a dash is how accountants and spreadsheets write nothing.
  private static let nothing: Set<String> = [
    "nil", "nothing", "none", "–", "—", "-", "£–", "£—", "£-", "£ –", "£ —", "£ -",
  ]

  /// The words as a flag takes them; an example where they are no share either.
  private static func share(_ text: String) -> String {
    (try? PaymentPromised.Share(words: text)).map { _ in "\"\(text)\"" } ?? "\"70% at most £100,000 each\""
  }

  func amount(_ text: String) throws(WordsFault) -> (low: Int64, high: Int64?) {
    if ["%", " per cent", " percent"].contains(where: { text.contains($0) }) {
      throw WordsFault(
        "“\(whole)” is a share and no sum",
        next: "A share is recorded as one:  tracker record promise … --share \(Self.share(whole))")
    }
    if Self.nothing.contains(text) { return (0, 0) }
    if ["unknown", "not known", "?"].contains(text) { return (0, nil) }
    if text.hasPrefix("("), text.hasSuffix(")") { throw negative }
    for beginning in Self.ceilings where text.hasPrefix(beginning) {
      return (0, try written(String(text.dropFirst(beginning.count))).pence(self))
    }
    for beginning in Self.floors where text.hasPrefix(beginning) {
      return (try written(String(text.dropFirst(beginning.count))).pence(self), nil)
    }
    // “twenty-five thousand” has a dash and is one number.
    if NumberWords(text) == nil, let (first, second) = halves(text) { return try range(first, second) }
    if text.hasPrefix("-") || text.hasPrefix("−") || text.hasPrefix("£-") || text.hasPrefix("£−") || text.hasSuffix("-")
    {
      throw negative
    }
    let pence = try written(text).pence(self)
    return (pence, pence)
  }

  private func halves(_ text: String) -> (String, String)? {
    let isBetween = text.hasPrefix("between ")
    let body = isBetween ? String(text.dropFirst("between ".count)) : text
    for separator in isBetween ? [" and "] : [" to ", "–", "—", "-"] {
      guard let range = body.firstRange(of: separator) else { continue }
      let first = String(body[..<range.lowerBound]).trimmed
      let second = String(body[range.upperBound...]).trimmed
      if first != "", first != "£", !second.isEmpty { return (first, second) }
    }
    return nil
  }

  /// “£12-15m”: the unit behind the second is that of both, unless the first has its own or that would turn them round
  /// (“£500 to £1m”).
  private func range(_ first: String, _ second: String) throws(WordsFault) -> (Int64, Int64?) {
    var low = try written(first)
    let high = try written(second)
    // “two to three hundred thousand” may begin with £2 or with £200,000.
    guard low.wordUnit == high.wordUnit else {
      throw WordsFault("“\(whole)” is not clear", next: "Write both sums in digits, like £2,000 to £9,000.")
    }
    if low.zeros == nil, high.zeros != nil, !low.hasCommas {
      let shared = Written(pounds: low.pounds, fraction: low.fraction, zeros: high.zeros, hasCommas: false)
      if let pence = try? shared.pence(self), try pence < high.pence(self) { low = shared }
    }
    return (try low.pence(self), try high.pence(self))
  }

  // MARK: One number

  /// Digits as they were typed, and the unit behind them.
  private struct Written {
    var pounds: String
    var fraction: String
    /// Zeros that the unit stands for: 3 for k, 6 for m, −2 for pence; nil = no unit.
    var zeros: Int?
    var hasCommas: Bool
    /// Of a number in words, the unit in which it ends; nil for digits.
    var wordUnit: Int64?

    func pence(_ words: MoneyWords) throws(WordsFault) -> Int64 {
      let places = 2 + (zeros ?? 0)
      guard fraction.count <= places else { throw words.hint }
      let digits = (pounds + fraction + String(repeating: "0", count: places - fraction.count)).drop { $0 == "0" }
      guard digits.count <= 15 else { throw words.tooMuch }
      return digits.isEmpty ? 0 : Int64(digits) ?? 0
    }
  }

  private static let units: [(ending: String, zeros: Int)] = [
    (" billion", 9), ("billion", 9), ("bn", 9), (" million", 6), ("million", 6), ("m", 6), (" thousand", 3),
    ("thousand", 3), ("k", 3), ("p", -2),
  ]

  private func written(_ text: String) throws(WordsFault) -> Written {
    var text = text.trimmed
    let hasPound = text.hasPrefix("£")
    if hasPound { text = String(text.dropFirst()).trimmed }
    var isOfPounds = hasPound
    for ending in [" pounds", " pound"] where !isOfPounds && text.hasSuffix(ending) {
      text = String(text.dropLast(ending.count))
      isOfPounds = true
    }
    if NumberWords.isOne(text) || text.hasPrefix("a ") || text.hasPrefix("half ") {
      // “ten” by itself may be ten of anything.
      guard let number = NumberWords(text), isOfPounds || number.unit > 1 else { throw hint }
      return Written(pounds: "\(number.value)", fraction: "", hasCommas: false, wordUnit: number.unit)
    }
    var zeros: Int?
    if let unit = Self.units.first(where: { text.hasSuffix($0.ending) }) {
      guard !(hasPound && unit.zeros < 0) else { throw hint }
      zeros = unit.zeros
      text = String(text.dropLast(unit.ending.count))
    }
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let pounds = halves.first, !pounds.isEmpty else { throw hint }
    let groups = pounds.split(separator: ",", omittingEmptySubsequences: false)
    let fraction = halves.count == 2 ? String(halves[1]) : ""
    guard halves.count == 1 || !fraction.isEmpty, groups.allSatisfy({ !$0.isEmpty }),
      (groups.joined() + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw hint }
    if groups.count > 1, groups[0].count > 3 || groups.dropFirst().contains(where: { $0.count != 3 }) {
      throw misplacedCommas(groups)
    }
    return Written(pounds: groups.joined(), fraction: fraction, zeros: zeros, hasCommas: groups.count > 1)
  }

  /// “£1,00,000” may be £100,000 with a comma too many, or £1,000,000 with a nought too few.
  private func misplacedCommas(_ groups: [Substring]) -> WordsFault {
    var padded = String(groups[0])
    for group in groups.dropFirst() { padded += group + String(repeating: "0", count: max(0, 3 - group.count)) }
    var readings: [String] = []
    for digits in [groups.joined(), padded] {
      guard digits.count <= 13, let pounds = Int64(digits) else { continue }
      let reading = Amount.pounds(pounds * 100)
      if !readings.contains(reading) { readings.append(reading) }
    }
    let meant = readings.isEmpty ? "" : "Did you mean \(readings.joined(separator: " or "))? "
    return WordsFault(
      "\(whole) is not an amount: the commas are in the wrong place",
      next: meant + "A limit is written “up to £100,000”.")
  }
}

extension Money: CustomStringConvertible {
  /// As people write it: “up to £100,000 each”.
  public var description: String {
    let per =
      switch per {
      case .total: ""
      case .each: " each"
      case .year: " a year"
      }
    return (isAbout ? "about " : "") + amount.description + per
  }
}

extension Amount: CustomStringConvertible {
  /// “£43,000”, “up to £1,000,000”, “£12,000,000 to £15,000,000”, “at least £3,000”, “not known”.
  public var description: String {
    guard let high else { return low == 0 ? "not known" : "at least \(Amount.pounds(low))" }
    if low == high { return Amount.pounds(low) }
    if low == 0 { return "up to \(Amount.pounds(high))" }
    return "\(Amount.pounds(low)) to \(Amount.pounds(high))"
  }

  /// Pence as pounds with commas; pence only where they are not zero.
  public static func pounds(_ pence: Int64) -> String {
    var digits = Array(String(pence.magnitude / 100))
    var at = digits.count - 3
    while at > 0 {
      digits.insert(",", at: at)
      at -= 3
    }
    let rest = pence.magnitude % 100
    let fraction = rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    return (pence < 0 ? "−" : "") + "£" + String(digits) + fraction
  }
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Runs of spaces become one.
  var squeezed: String {
    String(reduce(into: "") { if !($1 == " " && $0.last == " ") { $0.append($1) } })
  }

  /// Only A to Z: names and words of other alphabets are left as they are.
  var lowercasedASCII: String {
    String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }, as: UTF8.self)
  }

  /// Spreadsheets put no-break spaces into amounts.
  var replacingNoBreakSpaces: String {
    String(map { $0 == "\u{A0}" || $0 == "\u{202F}" ? " " : $0 })
  }

  func firstRange(of needle: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
      start = index(after: start)
    }
    return nil
  }
}
