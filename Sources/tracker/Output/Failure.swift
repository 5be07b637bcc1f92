internal import AgreementTracker
internal import Reports

/// The exit codes, in one place.
enum ExitStatus: Int32, Error {
  case done = 0
  /// Looked, and found something.
  case found = 1
  /// The log does not verify.
  case notVerified = 4
  case usage = 64
  case badData = 65
  case missing = 66
  case toolMissing = 69
  case cannotWrite = 73
  case busy = 75
  case interrupted = 130
}

/// An error as a person meets it: what, where, and what to type next.
struct Failure: Error {
  var status: ExitStatus
  var what: String
  var place: String
  var next: String
  var more: [String]

  init(_ status: ExitStatus, what: String, place: String = "", next: String = "", more: [String] = []) {
    self.status = status
    self.what = what
    self.place = place
    self.next = next
    self.more = more
  }

  init(_ error: TrackerError) {
    let status: ExitStatus =
      switch error.kind {
      case .badData: .badData
      case .missing: .missing
      case .cannotWrite: .cannotWrite
      case .busy: .busy
      case .damaged, .notVerified: .notVerified
      case .toolMissing: .toolMissing
      case .usage: .usage
      }
    self.init(status, what: error.what, place: error.place, next: error.next, more: error.more)
  }

  /// Any error of a command, with a place where it has none of its own.
  init(_ error: any Error, in source: String) {
    switch error {
    case let failure as Failure: self = failure
    case let error as TrackerError: self.init(error)
    default: self.init(TrackerError(error, in: source))
    }
  }

  var text: String {
    var text = "error: \(what.plainLine)  [\(status.rawValue)]\n"
    if !place.isEmpty { text += "  where: \(place.plainLine)\n" }
    for line in more { text += "  - \(line.plainLine)\n" }
    if !next.isEmpty { text += "  \(next.plainLine)\n" }
    return text
  }
}

extension Failure {
  /// What the parser of arguments says, in the form of all errors here: what, where, what to type next.
  ///
  /// - Parameter message: lines that begin with “Error:”, “Help:”, “Usage:” or “See”.
  static func usage(_ message: String) -> String {
    var text = ""
    var isUsage = false
    for whole in message.split(separator: "\n").map(String.init) {
      let line = whole.plainLine
      // Further lines of a usage stand under its first, which “Usage: ” sets in by as much as “usage: ” does.
      if isUsage, whole.hasPrefix("       ") {
        text += "  \(whole)\n"
        continue
      }
      isUsage = line.hasPrefix("Usage: ")
      if line.hasPrefix("Error: ") {
        let what = line.dropFirst("Error: ".count)
        text += "error: \(what.prefix(1).lowercased())\(what.dropFirst())  [\(ExitStatus.usage.rawValue)]\n"
      } else if line.hasPrefix("Help: ") {
        text += "  \(line.dropFirst("Help: ".count).drop { $0 == " " })\n"
      } else if line.hasPrefix("Usage: ") {
        text += "  usage: \(line.dropFirst("Usage: ".count))\n"
      } else {
        text += "  \(line.drop { $0 == " " })\n"
      }
    }
    return text
  }
}

/// Prints the error and ends the program with its code.
func fail(_ failure: Failure) -> Never {
  Console.flush()
  Console.error(failure.text.stressingError)
  leave(failure.status.rawValue)
}

extension String {
  /// The word “error” in red, where colour is used.
  var stressingError: String {
    guard Colour.isOnErrors, hasPrefix("error:") else { return self }
    return "\u{1B}[1;31merror:\u{1B}[0m" + dropFirst("error:".count)
  }

  /// What the user typed, short enough and without control characters.
  var shown: String {
    let line = plainLine
    return line.count > 60 ? line.prefix(59) + "…" : line
  }
}
