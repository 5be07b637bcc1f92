internal import Synchronization

// Who reads the answer: a person, or a program that asked for JSON.

extension Console {
  private static let program = Mutex(false)
  private static let warnings = Mutex<[String]>([])

  /// From now on a program is answered: nobody is asked, as if no person were there, and standard output is for one object.
  static func answerProgram() { program.withLock { $0 = true } }

  static var isForProgram: Bool { program.withLock { $0 } }

  /// Words about what was done. A program is told by `Written` and not by these.
  static func tell(_ text: String) {
    if !isForProgram { out(text) }
  }

  /// What whoever keeps the book should know beside the answer: said at once, and kept for a program's answer.
  static func warn(_ text: String) {
    warnings.withLock { $0.append(text) }
    error("\(text)\n")
  }

  /// All that was warned of so far.
  static var warned: [String] { warnings.withLock { $0 } }
}
