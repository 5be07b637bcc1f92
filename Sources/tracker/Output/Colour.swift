internal import Synchronization

/// Where colour is used: never alone, always beside the word that it stresses.
///
/// `--color` goes before the environment, and that before `color` in the file of settings; NO_COLOR, TERM=dumb, a pipe or a file have none, and neither has who listens to a
/// screen reader (TRACKER_ACCESSIBLE=1).
enum Colour: String, CaseIterable {
  case auto, always, never

  private static let wanted = Mutex<Colour>(.auto)

  /// Taken from the arguments before they are parsed: also a complaint about them has its colour, or none.
  static func want(from arguments: [String]) {
    var choice: Colour?
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      if argument == "--color", index + 1 < arguments.count {
        choice = Colour(rawValue: arguments[index + 1]) ?? choice
      }
      if argument.hasPrefix("--color=") { choice = Colour(rawValue: String(argument.dropFirst(8))) ?? choice }
    }
    // By now the file of settings was read; NO_COLOR goes before it, as all of the environment does.
    choice = choice ?? Console.environment("TRACKER_COLOR").flatMap(Colour.init)
    if let choice { wanted.withLock { $0 = choice } }
  }

  /// Law of the house (pure, so that it can be tested): what is wanted, where it goes to, and what the surroundings say.
  static func isUsed(_ wanted: Colour, isTerminal: Bool, _ variable: (String) -> String?) -> Bool {
    guard variable("TRACKER_ACCESSIBLE") != "1" else { return false }
    switch wanted {
    case .always: return true
    case .never: return false
    case .auto:
      // https://no-color.org: when present and not empty.
      guard (variable("NO_COLOR") ?? "").isEmpty, let terminal = variable("TERM"), !terminal.isEmpty else {
        return false
      }
      return isTerminal && terminal != "dumb"
    }
  }

  static var isOnOutput: Bool {
    isUsed(wanted.withLock { $0 }, isTerminal: Console.isOutputTerminal, Console.environment)
  }

  static var isOnErrors: Bool {
    isUsed(wanted.withLock { $0 }, isTerminal: Console.isErrorTerminal, Console.environment)
  }
}
