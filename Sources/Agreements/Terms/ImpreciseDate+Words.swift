public import CanonicalJSON

// Dates as people write them, read and printed as a pair.

extension ImpreciseDate {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Reads “14 September 2010”, “Sept 2010”, “2010”, “2009/10” (NHS financial year), “before May 2011”, “by 31 March 2010”,
  /// “after June 2010”, “about June 2011”, “1 May 2010 to 3 June 2010”, and the forms of EDTF.
  public init(words text: String) throws(WordsFault) {
    let plain = text.lowercasedASCII.replacingNoBreakSpaces.trimmed
    let hint = WordsFault(
      "“\(text)” is no date",
      next: "Write 14 September 2010, Sept 2010, 2010, 2009/10, “before May 2011” or 2010-09-14.")
    guard !plain.isEmpty else { throw hint }
    if let ambiguous = Self.ambiguity(plain, text) { throw ambiguous }
    if let year = Self.financialYear(plain) {
      guard let date = ImpreciseDate(edtf: year) else { throw hint }
      self = date
      return
    }
    if let date = ImpreciseDate(edtf: plain) {
      self = date
      return
    }
    for (beginning, make) in Self.forms where plain.hasPrefix(beginning) {
      guard let end = Self.end(String(plain.dropFirst(beginning.count)).trimmed), let edtf = make(end),
        let date = ImpreciseDate(edtf: edtf)
      else { throw hint }
      self = date
      return
    }
    var body = plain
    if body.hasPrefix("between ") { body = String(body.dropFirst("between ".count)) }
    for separator in [" to ", " and ", " until ", " – "] {
      guard let range = body.firstRange(of: separator) else { continue }
      guard let first = Self.end(String(body[..<range.lowerBound]).trimmed),
        let last = Self.end(String(body[range.upperBound...]).trimmed),
        let date = ImpreciseDate(edtf: "\(first)/\(last)")
      else { throw hint }
      self = date
      return
    }
    guard let end = Self.end(plain), let date = ImpreciseDate(edtf: end) else { throw hint }
    self = date
  }

  private static let forms: [(String, @Sendable (String) -> String?)] = [
    ("about ", { $0 + "~" }), ("around ", { $0 + "~" }), ("circa ", { $0 + "~" }), ("c. ", { $0 + "~" }),
    // On or before; “before May” ends with April.
    ("by ", { "../" + $0 }), ("until ", { "../" + $0 }), ("on or before ", { "../" + $0 }),
    ("before ", { end in ImpreciseDate(edtf: end)?.earliest.map { "../" + $0.adding(-1).description } }),
    ("from ", { $0 + "/.." }), ("since ", { $0 + "/.." }), ("on or after ", { $0 + "/.." }),
    ("after ", { end in ImpreciseDate(edtf: end)?.latest.map { $0.adding(1).description + "/.." } }),
  ]

  /// 04/05/2010 is 4 May or 5 April: asked, never guessed.
  private static func ambiguity(_ plain: String, _ text: String) -> WordsFault? {
    let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let first = Int(parts[0]), let second = Int(parts[1]), let year = Int(parts[2]) else {
      return nil
    }
    guard (1...31).contains(first), (1...12).contains(second), (1800...2199).contains(year) else {
      return WordsFault("“\(text)” is no date", next: "Write the month as a word: 14 September 2010.")
    }
    let month = capitalised(months[second - 1])
    guard first <= 12 else {
      return WordsFault(
        "“\(text)” is written with the month as a number", next: "Write \(first) \(month) \(year).")
    }
    return WordsFault(
      "“\(text)” is not clear: \(first) \(month) or \(second) \(capitalised(months[first - 1]))?",
      next: "Write \(first) \(month) \(year), or \(year)-\(two(second))-\(two(first)).")
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  /// “2009/10” and “FY10” are financial years, 1 April to 31 March. “2009-10” is October 2009 in EDTF, so it is none.
  private static func financialYear(_ plain: String) -> String? {
    let start: Int
    if plain.hasPrefix("fy"), let short = Int(plain.dropFirst(2).drop { $0 == " " }), plain.count <= 5 {
      start = 2000 + short - 1
    } else {
      let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].count == 4, let year = Int(parts[0]), let short = Int(parts[1]),
        parts[1].count == 2 || parts[1].count == 4, (year + 1) % (parts[1].count == 2 ? 100 : 10_000) == short
      else { return nil }
      start = year
    }
    return "\(start)-04-01/\(start + 1)-03-31"
  }

  /// One day, month or year as EDTF writes it.
  private static func end(_ text: String) -> String? {
    if ImpreciseDate(edtf: text) != nil, !text.contains("/") { return text }
    let isAbout = text.hasPrefix("about ")
    let words = (isAbout ? String(text.dropFirst(6)) : text).split { $0 == " " || $0 == "," }.map(String.init)
    let about = isAbout ? "~" : ""
    func month(_ word: String) -> Int? {
      let word = word.hasSuffix(".") ? String(word.dropLast()) : word
      guard word.count >= 3 else { return nil }
      return months.firstIndex { $0.hasPrefix(word) || (word == "sept" && $0 == "september") }.map { $0 + 1 }
    }
    switch words.count {
    case 1: return Int(words[0]).map { "\($0)" + about }
    case 2:
      guard let found = month(words[0]), words[1].count == 4, let year = Int(words[1]) else { return nil }
      return "\(year)-\(two(found))" + about
    case 3:
      var day = words[0]
      for ending in ["st", "nd", "rd", "th"] where day.hasSuffix(ending) { day = String(day.dropLast(2)) }
      guard let day = Int(day), let found = month(words[1]), words[2].count == 4, let year = Int(words[2]) else {
        return nil
      }
      return "\(year)-\(two(found))-\(two(day))" + about
    default: return nil
    }
  }

  private static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

extension ImpreciseDate: CustomStringConvertible {
  /// As people write it; never padded to a day that nobody stated.
  ///
  /// Law: `ImpreciseDate(words: date.description)` means the same days.
  public var description: String {
    switch form {
    case .single(let end): return Self.words(end)
    case .interval(nil, let end?): return "by \(Self.words(end))"
    case .interval(let start?, nil): return "from \(Self.words(start))"
    case .interval(let start?, let end?):
      if let year = Self.financialYear(start, end) { return year }
      return "\(Self.words(start)) to \(Self.words(end))"
    case .interval(nil, nil): return "not known"
    }
  }

  private static func words(_ end: End) -> String {
    let about = end.isAbout ? "about " : ""
    guard let month = end.month else { return about + String(end.year) }
    let name = capitalised(months[month - 1])
    guard let day = end.day else { return "\(about)\(name) \(end.year)" }
    return "\(about)\(day) \(name) \(end.year)"
  }

  private static func financialYear(_ start: End, _ end: End) -> String? {
    guard start.month == 4, start.day == 1, end.month == 3, end.day == 31, end.year == start.year + 1, !start.isAbout,
      !end.isAbout
    else { return nil }
    return "\(start.year)/\(two(end.year % 100))"
  }
}

extension Day {
  /// “14 September 2010”
  public var words: String { ImpreciseDate(day: self).description }
}
