internal import AgreementTracker
internal import Reports

/// The exit codes, in one place.
enum ExitStatus: Int32 {
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
      case .damaged: .notVerified
      case .usage: .usage
      }
    self.init(status, what: error.what, place: error.place, next: error.next, more: error.more)
  }

  var text: String {
    var text = "error: \(what.plainLine)  [\(status.rawValue)]\n"
    if !place.isEmpty { text += "  where: \(place.plainLine)\n" }
    for line in more { text += "  - \(line.plainLine)\n" }
    if !next.isEmpty { text += "  \(next.plainLine)\n" }
    return text
  }
}

/// Prints the error and ends the program with its code.
func fail(_ failure: Failure) -> Never {
  Console.flush()
  Console.error(failure.text)
  leave(failure.status.rawValue)
}

extension String {
  /// What the user typed, short enough and without control characters.
  var shown: String { String(plainLine.prefix(60)) }
}
