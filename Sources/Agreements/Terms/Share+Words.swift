// A share of what is saved, as people write it: read and printed as a pair.

extension PaymentPromised.Share {
  /// Reads “70%”, “70% at most £100,000 each”, “70% of savings, at most £100,000”, “62.5 per cent of the saving (max £5k)”.
  ///
  /// What stands behind the percentage is a ceiling or nothing: “70%, £100,000” could be read in two ways.
  /// Law: `Share(words: share.description) == share`.
  public init(words text: String) throws(WordsFault) {
    let hint = WordsFault("“\(text)” is no share", next: "Write it like “70% at most £100,000 each”.")
    var plain = text.lowercasedASCII.replacingNoBreakSpaces.trimmed.squeezed
    for word in [" per cent", " percent"] {
      if let range = plain.firstRange(of: word) { plain.replaceSubrange(range, with: "%") }
    }
    guard let sign = plain.firstIndex(of: "%"), let percent = Self.hundredths(String(plain[..<sign]).trimmed) else {
      throw hint
    }
    var rest = String(plain[plain.index(after: sign)...]).trimmed
    var isEach = false
    for ending in ["each", "per practice", "a practice"] where rest == ending || rest.hasSuffix(" \(ending)") {
      rest = String(rest.dropLast(ending.count)).trimmed
      isEach = true
    }
    for (beginning, isOwn) in Self.savings where rest.hasPrefix(beginning) {
      rest = String(rest.dropFirst(beginning.count)).trimmed
      isEach = isEach || isOwn
      break
    }
    // What the saving was made on, before the ceiling: “60% of what they save on prescribing, at most £240,000”.
    if rest.hasPrefix("on ") {
      let end = rest.firstIndex { ",;(".contains($0) } ?? rest.endIndex
      guard Self.isSubject(rest[..<end].dropFirst("on ".count)) else {
        throw WordsFault(
          "“\(text)” says more than a share and its ceiling",
          next:
            "Write “60% of what they save on prescribing, at most £240,000”; what else it hangs on is a condition of its own."
        )
      }
      rest = String(rest[end...]).trimmed
    }
    if rest.hasPrefix(",") || rest.hasPrefix(";") { rest = String(rest.dropFirst()).trimmed }
    if rest.hasPrefix("("), rest.hasSuffix(")") { rest = String(rest.dropFirst().dropLast()).trimmed }
    self.init(percentHundredths: percent, cap: nil, isEach: isEach)
    guard !rest.isEmpty else { return }
    if let beginning = Self.caps.first(where: { rest.hasPrefix($0) }) {
      rest = "at most " + rest.dropFirst(beginning.count)
    }
    // Of a sum it is said what is wrong with it; “70% of income” is no sum.
    guard rest.contains(where: \.isNumber) else { throw hint }
    let ceiling = try Money(words: rest)
    guard ceiling.low == 0, let cap = ceiling.high, ceiling.per == .total, !ceiling.isAbout else { throw hint }
    self.cap = cap
  }

  /// Does it name a thing, and set no limit? What it sets would be lost: “prescribing but only half of it”.
  private static func isSubject(_ text: Substring) -> Bool {
    var words = text.split(separator: " ")
    // A year says when the saving is made, and is no limit.
    if words.count > 2, words[words.count - 2] == "in",
      words.last?.allSatisfy({ $0.isNumber || "/-".contains($0) }) == true
    {
      words.removeLast(2)
    }
    return (1...5).contains(words.count)
      && words.allSatisfy { word in
        !limiting.contains(String(word)) && word.allSatisfy { $0.isLetter || "-&'’".contains($0) }
      }
  }

  private static let limiting: Set<String> = [
    "at", "most", "least", "only", "if", "in", "excess", "but", "less", "half", "above", "over", "below", "under", "up",
    "to",
    "cap", "capped", "max", "maximum", "limited", "than", "not", "no", "unless", "where", "when", "once", "after",
    "before",
    "until", "subject", "per", "each", "beyond", "provided", "minus", "without", "except", "first", "from",
  ]

  /// “62.5” → 6250; at most two places.
  private static func hundredths(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
      let whole = Int64(parts[0]), whole <= 10_000
    else { return nil }
    guard parts.count == 2 else { return whole * 100 }
    guard parts[1].utf8.count <= 2, let fraction = Int64(parts[1]) else { return nil }
    return whole * 100 + (parts[1].utf8.count == 1 ? fraction * 10 : fraction)
  }

  /// What it is a share of, the longer words before their own beginnings; and whether each has its own.
  private static let savings: [(String, isOwn: Bool)] = [
    ("of each one’s own savings", true), ("of each one’s own saving", true), ("of each practice's own saving", true),
    ("of the savings made", false), ("of the savings", false), ("of the saving", false), ("of their savings", false),
    ("of its savings", false), ("of its saving", false), ("of all savings", false), ("of any savings", false),
    ("of what is saved", false), ("of what they save", false), ("of savings", false), ("of saving", false),
  ]

  /// Other words for “at most”, where a share is meant.
  private static let caps = [
    "capped at ", "limited to ", "with a cap of ", "with a ceiling of ", "with a limit of ", "to a maximum of ",
    "subject to a maximum of ",
  ]
}

extension PaymentPromised.Share: CustomStringConvertible {
  /// “70% of the saving, at most £100,000”, “70% of each one’s own saving, at most £100,000 each”
  public var description: String {
    let fraction = percentHundredths % 100
    let decimals = fraction == 0 ? "" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)"
    return "\(percentHundredths / 100)\(decimals)% of \(isEach ? "each one’s own" : "the") saving"
      + (cap.map { ", at most \(Amount.pounds($0))\(isEach ? " each" : "")" } ?? "")
  }
}
