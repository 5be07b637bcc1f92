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
  /// Reads “£5,000”, “up to £100,000 each”, “at least £3,000”, “£34m to £37m”, “£34-37m”, “about £3.5m”, “100k”, “nil”.
  ///
  /// The words are kept beside what was understood, unless they are what would be printed anyway.
  public init(words text: String) throws(WordsFault) {
    var rest = text.lowercasedASCII.replacingNoBreakSpaces.trimmed
    guard !rest.isEmpty else {
      throw WordsFault("no amount was given", next: "Write one like £5,000 or “up to £100,000”.")
    }
    if rest.hasPrefix("("), rest.hasSuffix(")") {
      throw WordsFault("\(text) is a negative amount", next: "Record money that went back as a reclaim or a set-off.")
    }
    var per = Per.total
    for (ending, meaning) in [(" each", Per.each), (" per practice", .each), (" a year", .year), (" per year", .year)]
    where rest.hasSuffix(ending) {
      per = meaning
      rest = String(rest.dropLast(ending.count)).trimmed
    }
    var isAbout = false
    for beginning in ["about ", "around ", "circa ", "c. ", "approximately ", "roughly "]
    where rest.hasPrefix(beginning) {
      isAbout = true
      rest = String(rest.dropFirst(beginning.count)).trimmed
    }
    let amount = try Self.amount(rest, whole: text)
    self.init(low: amount.low, high: amount.high, per: per, isAbout: isAbout, words: nil)
    if let high, high < low {
      throw WordsFault("\(text): the first amount is above the second", next: "Write the smaller one first.")
    }
    guard low <= Money.limit, (high ?? 0) <= Money.limit else {
      throw WordsFault("\(text) is more than can be recorded", next: "The most is £100,000,000,000.")
    }
    if text != description { words = text }
  }

  private static func amount(_ text: String, whole: String) throws(WordsFault) -> (low: Int64, high: Int64?) {
    for beginning in ["up to ", "at most ", "no more than ", "maximum ", "max "] where text.hasPrefix(beginning) {
      return (0, try pence(String(text.dropFirst(beginning.count)), whole))
    }
    for beginning in ["at least ", "no less than ", "minimum ", "over ", "more than "] where text.hasPrefix(beginning) {
      return (try pence(String(text.dropFirst(beginning.count)), whole), nil)
    }
    if ["nil", "nothing", "none", "–", "-"].contains(text) { return (0, 0) }
    if ["unknown", "not known", "?"].contains(text) { return (0, nil) }
    var body = text
    if body.hasPrefix("between ") { body = String(body.dropFirst("between ".count)) }
    for separator in [" to ", " and ", "–", "-"] {
      guard let range = body.firstRange(of: separator) else { continue }
      let first = String(body[..<range.lowerBound]).trimmed
      let second = String(body[range.upperBound...]).trimmed
      guard !first.isEmpty, !second.isEmpty else { continue }
      // “£34-37m”: the unit of the second is that of both, if the first has none.
      let unit = second.last.map { "mk".contains($0) } ?? false
      let isBare = first.last.map { $0.isNumber } ?? false
      let completed = unit && isBare ? first + String(second.suffix(1)) : first
      return (try pence(completed, whole), try pence(second, whole))
    }
    let pence = try pence(body, whole)
    return (pence, pence)
  }

  private static func pence(_ text: String, _ whole: String) throws(WordsFault) -> Int64 {
    let hint = WordsFault(
      "“\(whole)” is not an amount", next: "Write it like £5,000, £3.5m, “up to £100,000 each” or “not known”.")
    var text = text.trimmed
    if text.hasPrefix("£") { text = String(text.dropFirst()).trimmed }
    if text.hasSuffix("-") { throw hint }
    var shift = 2
    for (ending, zeros) in [(" million", 6), ("million", 6), ("m", 6), (" thousand", 3), ("thousand", 3), ("k", 3)]
    where text.hasSuffix(ending) {
      shift += zeros
      text = String(text.dropLast(ending.count))
      break
    }
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let pounds = halves.first, !pounds.isEmpty else { throw hint }
    let groups = pounds.split(separator: ",", omittingEmptySubsequences: false)
    if groups.count > 1 {
      guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else {
        throw WordsFault(
          "\(whole) is not an amount: the commas are in the wrong place",
          next: "Write £100,000 or £1,000,000. A limit is written “up to £100,000”.")
      }
    }
    let fraction = halves.count == 2 ? halves[1] : ""
    guard halves.count == 1 || !fraction.isEmpty, fraction.count <= shift else { throw hint }
    let digits = groups.joined() + fraction + String(repeating: "0", count: shift - fraction.count)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw hint }
    let significant = digits.drop { $0 == "0" }
    guard significant.count <= 15 else {
      throw WordsFault("\(whole) is more than can be recorded", next: "The most is £100,000,000,000.")
    }
    return significant.isEmpty ? 0 : Int64(significant) ?? 0
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
  /// “£43,000”, “up to £1,000,000”, “£34,000,000 to £37,000,000”, “at least £3,000”, “not known”.
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
