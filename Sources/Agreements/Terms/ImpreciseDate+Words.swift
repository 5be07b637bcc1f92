public import CanonicalJSON

// Dates as people write them, read and printed as a pair.

extension ImpreciseDate {
  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Reads “14 September 2010”, “Sept 2010”, “2010”, “2009/10” and “FY10” (NHS financial years), “before May 2011”, “by 31
  /// March 2010”, “after June 2010”, “about June 2011”, “1 May 2010 to 3 June 2010”, and the forms of EDTF.
  ///
  /// “13/04/2010” has one reading. What has two is asked about and never guessed: “04/05/2010”, and “2009-10”, which is a
  /// financial year to some and October 2009 to others.
  ///
  /// Law: `ImpreciseDate(words: date.description) == date`, for every date.
  public init(words text: String) throws(WordsFault) {
    let plain = text.lowercasedASCII.replacingNoBreakSpaces.trimmed.squeezed
    guard let date = try DateWords(whole: text).date(plain) else {
      let words = DateWords(whole: text)
      if let fault = words.yearMissing(plain) ?? words.yearShort(plain) ?? NearlyADate.fault(text, plain) {
        throw fault
      }
      throw WordsFault(
        "“\(text)” is no date",
        next: "Write 14 September 2010, Sept 2010, 2010, 2009/10, “before May 2011” or 2010-09-14.")
    }
    self = date
  }

  /// A day by which something is to be: as above, and “end of March 2027” is its last day, 31 March 2027. Of what happened
  /// “at the end of March” nobody knows the day, so it is asked about there.
  public init(deadline text: String) throws(WordsFault) {
    let plain = text.lowercasedASCII.replacingNoBreakSpaces.trimmed.squeezed
    let unit = plain.hasPrefix("at ") ? String(plain.dropFirst("at ".count)) : plain
    if let day = try DateWords(whole: text).lastDay(unit) {
      self.init(day: day)
      return
    }
    try self.init(words: text)
  }

  /// Would it be read? The text is plain: lower case, single spaces.
  static func isDate(_ plain: String) -> Bool { (try? DateWords(whole: plain).date(plain)).flatMap { $0 } != nil }

  /// Reads the words of one date; the whole text is there for what is said to the one who typed it.
  private struct DateWords {
    let whole: String

    /// What one date covers, its two ends as EDTF writes them; a day, month or year has one end for both.
    struct Span {
      var start: String
      var end: String

      var isSingle: Bool { start == end }
      var date: ImpreciseDate? { ImpreciseDate(edtf: isSingle ? start : "\(start)/\(end)") }
    }

    /// “01-May-10”, as spreadsheets write days: its year may be of any century.
    func yearShort(_ text: String) -> WordsFault? {
      let parts = text.split { "-/ .".contains($0) }
      guard parts.count == 3 || parts.count == 2, let year = parts.last, year.utf8.count == 2, Int(year) != nil,
        parts.count == 2 || parts[0].utf8.count <= 2 && Int(parts[0]) != nil,
        case let word = parts[parts.count - 2], word.utf8.count >= 3, months.contains(where: { $0.hasPrefix(word) })
      else { return nil }
      return WordsFault("the year of “\(whole)” has two digits", next: "Write it with four.")
    }

    /// Of “the end of March 2027”, “end of 2026/27”: the last day of that month or year; nil for anything else.
    func lastDay(_ text: String) throws(WordsFault) -> Day? {
      for beginning in ["the end of ", "end of "] where text.hasPrefix(beginning) {
        var unit = String(text.dropFirst(beginning.count))
        if unit.hasPrefix("the ") { unit = String(unit.dropFirst("the ".count)) }
        guard let date = try span(unit)?.date, let first = date.earliest, let last = date.latest, first != last,
          !date.description.contains("about")
        else { return nil }
        return last
      }
      return nil
    }

    func date(_ text: String) throws(WordsFault) -> ImpreciseDate? {
      if text.hasSuffix(" at the latest") { return try date("by " + text.dropLast(" at the latest".count)) }
      if let day = withoutHour(text) {
        return try span(day)?.date
      }
      for preposition in ["on ", "in "] where text.hasPrefix(preposition) && !text.hasPrefix("on or ") {
        return try span(String(text.dropFirst(preposition.count)))?.date
      }
      if let span = try span(text) { return span.date }
      if let date = ImpreciseDate(edtf: text) { return date }
      if let date = try range(text) { return date }
      for (beginning, make) in Self.forms where text.hasPrefix(beginning) {
        // “before the end of March” is by its last day.
        if !["from ", "since "].contains(beginning), let last = try lastDay(String(text.dropFirst(beginning.count))) {
          let isAfter = beginning.contains("after")
          guard !isAfter || beginning == "after " else { return nil }
          return ImpreciseDate(edtf: isAfter ? "\(last.adding(1))/.." : "../\(last)")
        }
        guard let span = try span(String(text.dropFirst(beginning.count))), let edtf = make(span) else { return nil }
        return ImpreciseDate(edtf: edtf)
      }
      return nil
    }

    /// The day before an hour, “14 May 2010 at nine”, “14 May 2010, 9.15 am”, “14 May 2010 in the morning”; nil without one. A
    /// record counts in days; the hour stays in the words.
    private func withoutHour(_ text: String) -> String? {
      // “9am on 14 May 2010”
      if let on = text.firstRange(of: " on "),
        ImpreciseDate.isHour(String(text[..<on.lowerBound].trimmingPrefix("at ")))
      {
        return String(text[on.upperBound...])
      }
      var words = text.split { $0 == " " || $0 == "," }.map(String.init)
      let count = words.count
      func isHour(_ word: String) -> Bool {
        let digits = word.prefix { ("0"..."9").contains($0) || $0 == ":" || $0 == "." }
        let rest = word.dropFirst(digits.count)
        return !digits.isEmpty && digits.count <= 5
          && (rest == "am" || rest == "pm" || rest.isEmpty && digits.contains(":"))
      }
      if let at = words.lastIndex(of: "at"), at > 0, at < count - 1, count - at <= 5 {
        words.removeSubrange(at...)
      } else if let last = words.last {
        if ["am", "pm"].contains(last), words.count > 3 {
          words.removeLast(2)
        } else if isHour(last) {
          words.removeLast()
        }
      }
      if let last = words.last, ["morning", "afternoon", "evening"].contains(last) {
        words.removeLast()
        for word in ["the", "in"] where words.last == word { words.removeLast() }
      }
      // Only a day has hours.
      guard words.count < count, words.count >= 1, let span = try? span(words.joined(separator: " ")), span.isSingle,
        span.start.utf8.count >= 10
      else { return nil }
      return words.joined(separator: " ")
    }

    private static let forms: [(String, @Sendable (Span) -> String?)] = [
      // On or before; “before May” ends with April.
      ("by ", { "../" + $0.end }), ("until ", { "../" + $0.end }), ("on or before ", { "../" + $0.end }),
      ("no later than ", { "../" + $0.end }),
      ("before ", { span in span.date?.earliest.map { "../" + $0.adding(-1).description } }),
      ("from ", { $0.start + "/.." }), ("since ", { $0.start + "/.." }), ("on or after ", { $0.start + "/.." }),
      ("after ", { span in span.date?.latest.map { $0.adding(1).description + "/.." } }),
    ]

    /// “1 May 2010 to 3 June 2010”, “between May and …” with both years written out.
    private func range(_ text: String) throws(WordsFault) -> ImpreciseDate? {
      var body = text
      var separators = [" to ", " until ", " – ", " - ", "–"]
      if text.hasPrefix("between ") {
        body = String(text.dropFirst("between ".count))
        separators = [" and "]
      } else if text.hasPrefix("from ") {
        body = String(text.dropFirst("from ".count))
      }
      for separator in separators {
        guard let range = body.firstRange(of: separator),
          let first = try span(String(body[..<range.lowerBound])),
          let last = try span(String(body[range.upperBound...]))
        else { continue }
        return ImpreciseDate(edtf: "\(first.start)/\(last.end)")
      }
      return nil
    }

    /// One day, month, year or financial year.
    private func span(_ text: String) throws(WordsFault) -> Span? {
      let text = text.trimmed
      if let day = try numbers(text) { return Span(start: day, end: day) }
      if let span = financialYear(text) { return span }
      if !text.contains("/"), ImpreciseDate(edtf: text) != nil { return Span(start: text, end: text) }
      for about in ["about ", "around ", "circa ", "c. "] where text.hasPrefix(about) {
        let rest = String(text.dropFirst(about.count)).trimmed
        guard let edtf = try numbers(rest) ?? unit(rest) else { return nil }
        return Span(start: edtf + "~", end: edtf + "~")
      }
      return unit(text).map { Span(start: $0, end: $0) }
    }

    private func unit(_ text: String) -> String? {
      let words = text.split { $0 == " " || $0 == "," }.map(String.init).filter { $0 != "of" }
      switch words.count {
      case 1: return ImpreciseDate(edtf: text) != nil && !text.contains("/") ? text : nil
      case 2:
        guard let month = month(words[0]), words[1].utf8.count == 4, let year = digits(words[1]) else { return nil }
        return "\(year)-\(two(month))"
      case 3:
        let isMonthFirst = month(words[0]) != nil
        guard let day = day(words[isMonthFirst ? 1 : 0]), let month = month(words[isMonthFirst ? 0 : 1]),
          words[2].utf8.count == 4, let year = digits(words[2])
        else { return nil }
        return "\(year)-\(two(month))-\(two(day))"
      default: return nil
      }
    }

    private func month(_ word: String) -> Int? {
      let word = word.hasSuffix(".") ? String(word.dropLast()) : word
      guard word.count >= 3 else { return nil }
      return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
    }

    private func day(_ word: String) -> Int? {
      let isOrdinal = ["st", "nd", "rd", "th"].contains { word.hasSuffix($0) }
      let plain = isOrdinal ? String(word.dropLast(2)) : word
      return plain.utf8.count <= 2 ? digits(plain) : nil
    }

    // MARK: Years of account

    /// 1 April to 31 March: “2009/10”, “2009/2010”, “2009–10”, “2012-13”, “FY10”, “FY2010”, “FY09/10”.
    private func financialYear(_ text: String) -> Span? {
      var text = text
      let isNamed = ["fy", "financial year "].contains { text.hasPrefix($0) }
      if isNamed { text = String(text.dropFirst(text.hasPrefix("fy") ? 2 : "financial year ".count)).trimmed }
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).flatMap {
        $0.split(separator: "–", omittingEmptySubsequences: false)
      }.flatMap { $0.split(separator: "-", omittingEmptySubsequences: false) }.map(String.init)
      guard let first = parts.first.flatMap(digits), [2, 4].contains(parts[0].utf8.count) else { return nil }
      if isNamed, parts.count == 1 { return year(beginning: full(first, parts[0]) - 1) }
      guard parts.count == 2, isNamed || parts[0].utf8.count == 4, let second = digits(parts[1]) else { return nil }
      let start = full(first, parts[0])
      switch parts[1].utf8.count {
      case 2: return (start + 1) % 100 == second ? year(beginning: start) : nil
      case 4: return start + 1 == second && !text.contains("-") ? year(beginning: start) : nil
      default: return nil
      }
    }

    /// FY99 lies in the last century, FY10 in this one.
    private func full(_ year: Int, _ text: String) -> Int {
      text.utf8.count == 4 ? year : year < 50 ? 2000 + year : 1900 + year
    }

    private func year(beginning year: Int) -> Span { Span(start: "\(year)-04-01", end: "\(year + 1)-03-31") }

    // MARK: Two readings

    /// “before May” may be of any year.
    func yearMissing(_ text: String) -> WordsFault? {
      let words = text.split { $0 == " " || $0 == "," }.map(String.init)
      let hasYear = words.contains { $0.utf8.count == 4 && digits($0) != nil }
      guard !hasYear, words.contains(where: { month($0) != nil }) else { return nil }
      return WordsFault("“\(whole)” says no year", next: "Add it, like “\(whole.trimmed) 2010”.")
    }

    /// A day of numbers alone; nil for what is none.
    private func numbers(_ text: String) throws(WordsFault) -> String? {
      let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "." || $0 == "-" }.map(String.init)
      let numbers = parts.compactMap(digits)
      guard numbers.count == parts.count else { return nil }
      if parts.count == 2, text.contains("-"), parts.map(\.utf8.count) == [4, 2], (1...12).contains(numbers[1]),
        (numbers[0] + 1) % 100 == numbers[1]
      {
        let month = capitalised(months[numbers[1] - 1])
        throw WordsFault(
          "“\(whole)” is not clear: the financial year \(numbers[0])/\(two(numbers[1])), or \(month) \(numbers[0])?",
          next: "Write \(numbers[0])/\(two(numbers[1])), or \(month) \(numbers[0]).")
      }
      guard parts.count == 3, parts[0].utf8.count <= 2, parts[1].utf8.count <= 2 else { return nil }
      return try dayOrMonthFirst(numbers[0], numbers[1], numbers[2])
    }

    /// 04/05/2010 is 4 May or 5 April; 13/04/2010 is one day, and so is 04/04/2010. 04/13/2010 is not how days are written
    /// here, so it may be a slip of the pen.
    private func dayOrMonthFirst(_ first: Int, _ second: Int, _ year: Int) throws(WordsFault) -> String {
      guard (1800...2199).contains(year) else {
        throw WordsFault("“\(whole)” is no date", next: "Write the month as a word: 14 September 2010.")
      }
      func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool { Day(year: year, month: month, day: day) != nil }
      let readings = [(first, second), (second, first)].filter { day, month in isDay(year, month, day) }
      guard let (day, month) = readings.first else {
        guard (1...12).contains(second), let length = (28...31).last(where: { isDay(year, second, $0) }) else {
          throw WordsFault("“\(whole)” is no date", next: "Write the month as a word: 14 September 2010.")
        }
        throw WordsFault(
          "“\(whole)” is no day: \(capitalised(months[second - 1])) \(year) has \(length)",
          next: "Write the day that is meant, or the month alone: \(capitalised(months[second - 1])) \(year).")
      }
      let name = capitalised(months[month - 1])
      if first == second || readings.count == 1 && day == first { return "\(year)-\(two(month))-\(two(day))" }
      guard readings.count == 2 else {
        throw WordsFault("“\(whole)” is written with the month first", next: "Write \(day) \(name) \(year).")
      }
      throw WordsFault(
        "“\(whole)” is not clear: \(day) \(name) or \(month) \(capitalised(months[day - 1]))?",
        next: "Write \(day) \(name) \(year), or \(year)-\(two(month))-\(two(day)).")
    }
  }

  /// Digits alone: no sign, no space.
  private static func digits(_ text: String) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  private static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

extension ImpreciseDate: CustomStringConvertible {
  /// As people write it; never padded to a day that nobody stated.
  ///
  /// Law: `ImpreciseDate(words: date.description) == date`.
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
