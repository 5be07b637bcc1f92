extension ImpreciseDate {
  private static let wordsOfHours: Set = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "noon", "midday",
    "half", "quarter", "a", "past", "to", "twenty", "twenty-five", "o'clock", "am", "pm", "a.m.", "p.m.",
  ]

  /// “9am”, “9.15 am”, “nine”, “half past nine”, “ten to four”, “noon”. A record counts in days; whoever types an hour has it
  /// kept in the words.
  public static func isHour(_ text: String) -> Bool {
    let words = String(text.lowercased().map { $0 == "’" ? "'" : $0 }).split(separator: " ").map(String.init)
    return (1...4).contains(words.count)
      && words.allSatisfy { word in
        let rest = word.drop { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == ".") }
        let isNumber = word.first?.isNumber == true && word.count - rest.count <= 5
        return wordsOfHours.contains(word)
          || isNumber && ["", "am", "pm", "a.m.", "p.m.", "o'clock"].contains(String(rest))
      }
  }
}
