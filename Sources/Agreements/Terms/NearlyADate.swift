/// What people say of days and no date says, with what to write instead: nothing of it is guessed.
enum NearlyADate {
  /// “May to July 2010”, “2009 or 2010”, “summer 2010”, “mid-September 2010”; nil for anything else.
  ///
  /// - Parameter plain: the text in lower case, with single spaces.
  static func fault(_ whole: String, _ plain: String) -> WordsFault? {
    if let words = ends(plain) ?? season(plain) {
      return WordsFault("“\(whole)” is no date", next: "Write “\(words)”.")
    }
    return part(plain).map { unit in
      WordsFault("“\(whole)” is no date", next: "Write “\(unit)”, or the first and the last day that it may be.")
    }
  }

  /// Two ends, of which the first may lack what both have: the year, or month and year.
  private static func ends(_ text: String) -> String? {
    let isBetween = text.hasPrefix("between ")
    let body = isBetween ? String(text.dropFirst("between ".count)) : text
    for separator in isBetween ? [" and "] : [" to ", " or ", "–", "—", " - ", "-"] {
      guard let range = body.firstRange(of: separator) else { continue }
      let first = named(String(body[..<range.lowerBound]))
      let last = named(String(body[range.upperBound...]))
      let words = last.split(separator: " ")
      let shared = words.indices.dropFirst().reversed().map { " " + words[$0...].joined(separator: " ") }
      for missing in [""] + shared where !first.isEmpty {
        let written = "\(first)\(missing) to \(last)"
        if ImpreciseDate.isDate(written.lowercasedASCII) { return written }
      }
    }
    return nil
  }

  private static let seasons = [
    "spring": ("March", "May"), "summer": ("June", "August"), "autumn": ("September", "November"),
    "winter": ("December", "February"),
  ]

  private static func season(_ text: String) -> String? {
    let words = text.split(separator: " ").filter { !["the", "in", "of"].contains($0) }
    guard words.count == 2, let (first, last) = seasons[String(words[0])], let year = Int(words[1]) else { return nil }
    let written = "\(first) \(year) to \(last) \(first == "December" ? year + 1 : year)"
    return ImpreciseDate.isDate(written.lowercasedASCII) ? written : nil
  }

  private static let parts = [
    "in ", "the ", "mid-", "mid ", "early ", "late ", "middle of ", "beginning of ", "start of ", "end of ",
  ]

  /// The month or the year of which a part is meant.
  private static func part(_ text: String) -> String? {
    var rest = text
    while let beginning = parts.first(where: rest.hasPrefix) { rest = String(rest.dropFirst(beginning.count)) }
    return rest != text && ImpreciseDate.isDate(rest) ? named(rest) : nil
  }

  /// “sept 2010” → “September 2010”
  private static func named(_ text: String) -> String {
    text.split(separator: " ").map { word in
      let month = word.count < 3 ? nil : ImpreciseDate.months.first { $0.hasPrefix(word) }
      return month.map { $0.prefix(1).uppercased() + $0.dropFirst() } ?? String(word)
    }.joined(separator: " ")
  }
}
