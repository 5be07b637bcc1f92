internal import Agreements
internal import CanonicalJSON
internal import LogStore

/// “today” and “yesterday” mean a day only at the moment when they are typed, so they become that day here, before anything
/// is kept or read: an entry that is gone on with tomorrow still says what was meant.
enum Today {
  /// The day that the word stands for, by the clock that the record uses (UTC); any other text as it is.
  static func named(_ text: String) -> String {
    let today = LogEnvironment.system.now().day
    switch text.plain.lowercased() {
    case "today": return today.words
    case "yesterday": return today.adding(-1).words
    default: return text
    }
  }

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
