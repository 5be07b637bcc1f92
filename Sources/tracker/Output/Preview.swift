internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

/// What a person is shown before anything is added: each event as it was understood, and what it changes.
///
/// Dates and sums are said once more in words, because a slip of the pen in one of them is what is found last.
enum Preview {
  /// Shows it and asks.
  ///
  /// - Parameters:
  ///   - files: that are stored with the events.
  ///   - question: nil = whether it is to be added.
  ///   - back: called when “back” is typed; false = there is nothing to go back to.
  static func isWanted(
    _ recorded: RecordBook.Recorded, in book: RecordBook, files: [ExhibitFile] = [], question: String? = nil,
    back: () -> Bool = { false }
  ) -> Bool {
    // Where names cannot be looked up, keys must do: it is no reason not to ask.
    var lexicon = (try? recorded.lexicon(of: book)) ?? Lexicon()
    let size = (try? book.source.log.size()) ?? 0
    for (index, proposal) in recorded.proposals.enumerated() {
      switch proposal.statement.body {
      case .partyRegistered, .exhibitFiled: break
      default: continue
      }
      lexicon.register(
        LoggedEvent(
          position: size + index, id: proposal.id, stream: proposal.stream,
          recordedAt: Instant(milliseconds: 0), statement: proposal.statement))
    }
    Console.flush()
    let limits = RecordBook.Recorded.text(of: (try? recorded.timeLimits(in: book)) ?? [], .here)
    Console.error(text(recorded, .here, lexicon, files) + limits)
    let question = question ?? (recorded.proposals.count == 1 ? "Add it?" : "Add them?")
    while true {
      switch Console.ask("\(question) [y/N] ")?.lowercased() {
      case "y", "yes": return true
      case "back":
        if back() { return false }
        Console.error("  There is no question to go back to: y adds, Enter adds nothing.\n")
      default: return false
      }
    }
  }

  static func text(
    _ recorded: RecordBook.Recorded, _ style: TextStyle, _ lexicon: Lexicon, _ files: [ExhibitFile] = []
  ) -> String {
    let count = recorded.proposals.count
    var text = "About to add \(count) event\(count == 1 ? "" : "s") (nothing is saved yet)\n"
    if count <= RecordBook.Recorded.shown {
      for proposal in recorded.proposals { text += lines(proposal, style, lexicon, files) }
    } else {
      text += style.lines("  " + kinds(recorded.proposals))
    }
    return text + recorded.changesText(style, lexicon, isPreview: true)
  }

  /// “agreement: 3, promise: 12”: how many of each kind, in the order in which they first come.
  private static func kinds(_ proposals: [Proposal]) -> String {
    var counts: [(word: String, count: Int)] = []
    for proposal in proposals {
      let type = proposal.statement.body.typeName
      let word = RecordKinds.types.first { $0.type.type == type }?.word ?? type
      if let index = counts.firstIndex(where: { $0.word == word }) {
        counts[index].count += 1
      } else {
        counts.append((word, 1))
      }
    }
    return counts.map { "\($0.word): \($0.count)" }.joined(separator: ", ")
  }

  private static func lines(
    _ proposal: Proposal, _ style: TextStyle, _ lexicon: Lexicon, _ files: [ExhibitFile]
  ) -> String {
    let statement = proposal.statement
    var text = style.lines("  \(statement.sentence(lexicon, in: proposal.stream))")
    func line(_ label: String, _ value: String?) { text += style.labelled(label, value, indent: "    ", label: 13) }
    if let when = statement.when {
      let words = when.words.flatMap { $0 == when.date.description ? nil : " — “\($0)”" }
      line("When", Understood.words(when.date) + (words ?? ""))
    } else if statement.body.isHappening {
      line("When", "not known")
    }
    for (label, value) in Understood.values(of: statement) { line(label, value) }
    line("Who says so", lexicon.name(statement.assertedBy.party) + ", " + Understood.words(statement.basis))
    for source in statement.sources {
      let place = lexicon.places([source])
      let quote = source.quote.map { "“\($0)”" }
      line("Source", [place.isEmpty ? nil : place, quote].compactMap { $0 }.joined(separator: ": "))
    }
    if case .exhibitFiled(let filed) = statement.body {
      line("From", filed.obtainedFrom)
      if let file = files.first(where: { $0.sha256 == filed.sha256 }), case .exhibit(let key) = proposal.stream {
        line("File", "\(file.name.plainLine) (\(ExhibitArguments.known(file))), SHA-256 \(file.sha256.prefix(12))…")
        line("Will be", "exhibit \(key)")
      }
    }
    line("Note", statement.note)
    line("Private", proposal.privateValues.members.map(\.name).joined(separator: ", "))
    return text
  }
}

extension EventBody {
  /// Does it have a day of its own? Registrations and words about other events have none.
  fileprivate var isHappening: Bool {
    switch self {
    case .partyRegistered, .memberNamed, .sameParty, .exhibitFiled, .entryCorrected, .entryRetracted, .privateErased,
      .entryErased, .logOpened, .keyRotated, .acknowledged, .corroborated, .unknown, .newer:
      false
    default: true
    }
  }
}

/// Dates and sums as they were understood, in words.
enum Understood {
  /// “September 2010 (day not known)”, “2009/10 (1 April 2009 to 31 March 2010)”
  static func words(_ date: ImpreciseDate) -> String {
    var span: String?
    if let earliest = date.earliest, let latest = date.latest, earliest != latest {
      span = "\(earliest.words) to \(latest.words)"
    }
    let known: String?
    switch date.form {
    case .single(let end) where end.isAbout: known = span
    case .single(let end) where end.month == nil: known = "month and day not known"
    case .single(let end) where end.day == nil: known = "day not known"
    case .single: known = nil
    case .interval(nil, _): known = "not known since when"
    case .interval(_, nil): known = "no end known"
    case .interval: known = date.description.contains("/") ? span : nil
    }
    return date.description + (known.map { " (\($0))" } ?? "")
  }

  /// “up to £100,000 each (a ceiling, no sum that is due)”
  static func words(_ money: Money) -> String {
    let known: String? =
      switch (money.low, money.high) {
      case (0, nil): nil
      case (_, nil): "no upper end known"
      case (0, let high?) where high > 0: "a ceiling, no sum that is due"
      case (let low, let high?) where low == high && !money.isAbout: "exactly"
      default: nil
      }
    return money.description + (known.map { " (\($0))" } ?? "")
  }

  static func words(_ basis: Statement.Basis) -> String {
    switch basis {
    case .ownKnowledge: "from own knowledge"
    case .told: "who was told"
    case .document: "from a document"
    case .press: "from the press"
    case .inferred: "inferred from other facts"
    }
  }

  /// The dates and sums among the fields of an event, by what people call them.
  static func values(of statement: Statement) -> [(label: String, value: String)] {
    guard let type = statement.body.data.map({ Swift.type(of: $0) }) else { return [] }
    let data = statement.members["data"]?.object ?? JSONObject()
    return type.fields.compactMap { field in
      switch (field.kind, data[field.name]) {
      case (.money, let json?): Money(stated: json).map { (Field.label(field.name), words($0)) }
      case (.pence, let json?): json.integer.map { (Field.label(field.name), words(Money.exactly($0))) }
      case (.date, .string(let edtf)?): ImpreciseDate(edtf: edtf).map { (Field.label(field.name), words($0)) }
      default: nil
      }
    }
  }
}

/// Somebody who was asked said no: nothing was added, and that is no failure of anything.
struct Declined: Error {
  /// What there is to do about what was typed.
  var next = ""

  var text: String { "Nothing was added.\n\(next)" }
}
