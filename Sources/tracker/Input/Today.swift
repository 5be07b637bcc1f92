internal import Agreements
internal import CanonicalJSON
internal import LogStore

/// “today” and “yesterday” mean a day only at the moment when they are typed, so they become that day here, before anything
/// is kept or read: an entry that is gone on with tomorrow still says what was meant.
enum Today {
  /// The day that the word stands for, by the clock that the record uses (UTC); any other text as it is.
  static func named(_ text: String) -> String {
    let today = LogEnvironment.system.now().day
    let plain = text.plain
    for (word, day, hour) in words where plain.lowercased().hasPrefix(word) {
      // The hour behind it stays in the words.
      let rest = plain.dropFirst(word.count)
      guard rest.isEmpty || rest.first == " " || rest.first == "," else { continue }
      return today.adding(day).words + hour + rest
    }
    // “9am today”, “at nine this morning”: the hour goes behind the day.
    for (word, day, part) in words where plain.lowercased().hasSuffix(" \(word)") {
      var hour = plain.dropLast(word.count + 1)
      if hour.lowercased().hasPrefix("at ") { hour = hour.dropFirst("at ".count) }
      if hour.last == "," { hour = hour.dropLast() }
      guard ImpreciseDate.isHour(String(hour)) else { continue }
      return "\(today.adding(day).words)\(part) at \(hour)"
    }
    return text
  }

  private static let words = [
    ("today", 0, ""), ("this morning", 0, " in the morning"), ("this afternoon", 0, " in the afternoon"),
    ("this evening", 0, " in the evening"), ("just now", 0, ""), ("yesterday morning", -1, " in the morning"),
    ("yesterday afternoon", -1, " in the afternoon"), ("yesterday evening", -1, " in the evening"),
    ("yesterday", -1, ""),
  ]

  /// In the dates among the flags of an event.
  static func named(in arguments: [String], of type: any EventData.Type) -> [String] {
    let dates = Set(["--when"] + type.fields.filter { $0.kind == .date }.map { RecordKinds.flag(for: $0.name) })
    var isDate = false
    return arguments.map { argument in
      defer { isDate = dates.contains(argument) }
      if isDate { return named(argument) }
      guard let equals = argument.firstIndex(of: "="), dates.contains(String(argument[..<equals])) else {
        return argument
      }
      return "\(argument[...equals])\(named(String(argument[argument.index(after: equals)...])))"
    }
  }
}
