internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Reports

/// Why something unusual is recorded, or put right, or taken back: it stays in the record, so it has to say something.
enum Reason {
  /// Asks a person. “no” is no reason but an answer, and so is “yes”.
  ///
  /// - Returns: nil if none is given: it is not to be.
  static func ask(_ question: String) -> String? {
    while let text = Console.ask(question) {
      switch text.lowercased() {
      case "", "n", "no": return nil
      case "y", "yes": Console.error("  That says that it is so, and not why.\n")
      case "?", "back": Console.error("  Say in your own words how it came to be so. Enter adds nothing.\n")
      default: return text.plainLine
      }
    }
    return nil
  }

  /// What is unusual and may be right, such as a payment above what was promised, takes a reason, which is kept in its note.
  ///
  /// - Parameter note: of the event that a correction is about.
  static func ask(_ proposals: inout [Proposal], in book: RecordBook, note: String? = nil) throws {
    for (index, what) in try book.questions(about: proposals) where proposals[index].statement.note == nil {
      Console.error(TextStyle.here.lines("\(what.prefix(1).uppercased() + what.dropFirst())."))
      // Without a reason the rules say what else there is to do.
      guard let why = ask("If it is right, why? It is kept in the note; Enter adds nothing.\n> ") else { return }
      // Of a correction, it is the corrected event that needs it.
      if case .entryCorrected(var correction) = proposals[index].statement.body {
        correction.set["note"] = .string(adding(why, to: note))
        proposals[index].statement.body = .entryCorrected(correction)
      } else {
        proposals[index].statement.note = why
      }
    }
  }

  /// One more sentence of a note.
  static func adding(_ text: String, to note: String?) -> String {
    guard let note, let last = note.last else { return text }
    return note + (".!?”".contains(last) ? " " : ". ") + text
  }

  /// What a flag gives as the reason.
  static func given(_ text: String, _ flag: String) throws -> String {
    let reason = text.plainLine.plain
    guard !["", "n", "no", "y", "yes"].contains(reason.lowercased()) else {
      throw Failure(
        .usage, what: "“\(text.shown)” says not why", place: flag,
        next: "Say it in a few words, such as “a slip of the pen”: they stay in the record.")
    }
    return reason
  }
}
