internal import Agreements

extension Interview {
  /// One question in plain words, and what an answer to it may be.
  package struct Question: Sendable {
    /// What the answer fills in.
    indirect enum Slot: Sendable {
      /// The agreement, plan, party or exhibit that it belongs to.
      case stream
      /// The key of something that is new.
      case newKey
      case field(Field)
      case when, assertedBy, basis, quote, source, locator
      /// Who spoke for the body whose words these are.
      case speaker
      /// What else the same letter or call said.
      case saidMore
      /// It was said that a promise is off: for good, or for now?
      case saidWhich
      /// Is there a paper of what was said? A file, or an exhibit.
      case paper
      /// What does the paper show that was named just now, by the key of its exhibit?
      case shows(exhibit: String)
      /// Is what was typed somebody new? The answer to `slot` that named it is read again then.
      case newParty(name: String, answer: String, slot: Slot)
      /// May the name of a person who is new stand in the record? Then the same.
      case newPerson(name: String, answer: String, slot: Slot)
      /// How many are in a group that is new? Then the same.
      case newGroup(name: String, answer: String, slot: Slot)
    }

    struct Choice: Hashable, Sendable {
      var value: String
      var words: String
    }

    var slot: Slot
    /// The question itself.
    package var text: String
    /// What `?` answers.
    var help: String
    /// Numbered from 1.
    var choices: [Choice] = []
    /// Enter, or “unknown”, leaves it open.
    package var isOptional = false
    /// What Enter stands for.
    var suggestion: Choice?

    /// May a file be named?
    package var takesFile: Bool {
      switch slot {
      case .paper, .source: true
      default: false
      }
    }

    /// Is it answered by a day?
    var isDate: Bool {
      switch slot {
      case .when: true
      case .field(let field): field.kind == .date
      default: false
      }
    }

    /// As it is shown: the question, its choices, and how it can be left open. It ends where one types.
    ///
    /// - Parameter wrap: a paragraph as lines, each with its LF.
    package func prompt(_ wrap: (String) -> String = { "\($0)\n" }) -> String {
      let enter = suggestion.map { " (Enter = \($0.words))" } ?? (isOptional ? " (Enter = not known)" : "")
      let list = choices.enumerated().map { wrap("  \($0 + 1)  \($1.words)") }.joined()
      return "\(wrap("\(text)\(enter)"))\(list)> "
    }
  }
}

extension Interview.Question.Slot {
  /// Is it answered by somebody's name, with what they are?
  var isOfName: Bool {
    if case .speaker = self { return true }
    return names("from") || names("decidedBy")
  }

  /// Does it ask for the field of this name?
  func names(_ name: String) -> Bool {
    if case .field(let field) = self { field.name == name } else { false }
  }
}
