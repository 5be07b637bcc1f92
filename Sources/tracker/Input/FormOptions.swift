internal import ArgumentParser
internal import CanonicalJSON
internal import Spreadsheets

/// The form of an answer that is a list: words, JSON, or lines of cells.
struct FormOptions: ParsableArguments {
  @Flag(help: "Answer in JSON.")
  var json = false
  @Flag(help: "Answer as lines of tab-separated cells with a header: for scripts.")
  var plain = false

  func validate() throws { try Self.check(json: json, plain: plain) }

  static func check(json: Bool, plain: Bool) throws {
    if json, plain { throw ValidationError("--json and --plain are two forms of one answer: choose one.") }
  }

  /// Prints the answer in the form that was wanted.
  ///
  /// - Parameter plain: its rows below their header.
  func answer(
    json: @autoclosure () -> JSONValue, header: [String], plain: @autoclosure () -> [[WrittenCell]],
    text: @autoclosure () -> String
  ) {
    if self.json {
      Console.out(bytes: json().canonicalBytes + [0x0A])
    } else if self.plain {
      Console.out(bytes: PlainText.bytes([header.map(WrittenCell.text)] + plain()))
    } else {
      Console.out(text())
    }
  }
}

/// What every command takes that writes something, and is no question: its answer is one shape (`Written`).
struct AnswerOptions: ParsableArguments {
  @Flag(help: "Answer in JSON what was written; ask nothing.")
  var json = false

  // Parsed is wanted: there is no moment before the first question that every command passes otherwise.
  func validate() throws {
    if json { Console.answerProgram() }
  }
}
