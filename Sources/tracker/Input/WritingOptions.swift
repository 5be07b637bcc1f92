internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

/// What every recording command takes.
struct WritingOptions: ParsableArguments {
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "The role or key of whoever types this in.")
  var recordedBy: String = Console.environment("TRACKER_RECORDED_BY") ?? "officer"
  @Flag(help: "Say what would be added and what it would change; add nothing.")
  var dryRun = false
  @Flag(help: "Add it without asking. Nobody is asked anyway where no person sits at a terminal.")
  var yes = false
  @Option(
    help: """
      Why this machine's clock is right although it is far behind the last event; kept in the event's note (an import \
      keeps its drafts as they are).
      """)
  var clockOk: String?
  @OptionGroup var answer: AnswerOptions

  /// Opens the book, lets `body` add to it, and closes it whatever happens.
  func withBook<T>(_ body: (RecordBook) throws -> T) throws -> T {
    let result: Result<T, any Error>
    let path: String
    do throws(TrackerError) {
      let book = try RecordBook.open(try BookFinder.path(named: nil, book: self.book), folders: .mine)
      path = book.path
      for notice in book.notices { Console.warn(notice) }
      result = Result { try body(book) }
      for notice in book.notices { Console.warn(notice) }
      if case .success = result { try Books.sayUnsigned(book.source) }
      // What went wrong first is what is said.
      if case .failure = result { try? book.close() } else { try book.close() }
    } catch {
      throw Failure(error)
    }
    do { return try result.get() } catch let declined as Declined { throw declined } catch {
      throw Failure(error, in: path)
    }
  }

  /// Adds events and says what was added and what it changes.
  ///
  /// - Parameters:
  ///   - command: its words, for a program's answer.
  ///   - isDeed: they tell of a deed that this command did.
  ///   - files: whose bytes are stored with them; asked for when the events are made.
  ///   - more: what this command alone has to say to a program.
  ///   - back: as in `Preview.isWanted`.
  func record(
    _ command: String, isDeed: Bool = false, files: @autoclosure () -> [ExhibitFile] = [],
    more: @autoclosure () -> JSONObject = JSONObject(), back: @escaping () -> Bool = { false },
    _ make: (RecordBook) throws -> [Proposal]
  ) throws {
    try report(command, more: { _ in more() }) { book in
      let proposals = try make(book).map(withClockReason)
      let files = files()
      return try book.record(
        proposals, isDryRun: dryRun, isClockTrusted: clockOk != nil, isDeed: isDeed, files: files.map(\.incoming),
        consent: consent(in: book, files, back))
    }
  }

  /// Is a person to be asked?
  var isAsking: Bool { !yes && !dryRun && Console.isPersonThere }

  /// Shows a person what would be added and asks; nil where nobody is asked.
  ///
  /// - Parameters:
  ///   - files: that are stored with them.
  ///   - back: as in `Preview.isWanted`.
  func consent(
    in book: RecordBook, _ files: [ExhibitFile] = [], _ back: @escaping () -> Bool = { false }
  ) -> RecordBook.Consent? {
    isAsking ? { Preview.isWanted($0, in: book, files: files, back: back) } : nil
  }

  /// Why the clock was believed stays with the event.
  private func withClockReason(_ proposal: Proposal) -> Proposal {
    guard let clockOk else { return proposal }
    var proposal = proposal
    let note = proposal.statement.note.map { "\($0) " } ?? ""
    let reason = "This machine's clock was behind the last event, and is right: \(clockOk.plainLine)"
    proposal.statement.note = note + reason
    return proposal
  }

  /// Prints what was done in words that name parties and events as people know them.
  func report(
    _ command: String, more: (RecordBook.Recorded) -> JSONObject = { _ in JSONObject() },
    _ add: (RecordBook) throws -> RecordBook.Recorded
  ) throws {
    let (recorded, lexicon, written, limits) = try withBook { book in
      let recorded = try add(book)
      let limits = try recorded.timeLimits(in: book)
      let written = Written.made(command, in: book.source) { written in
        written.take(recorded, isDryRun: dryRun)
        written.timeLimits = limits
        written.more = more(recorded)
      }
      return (recorded, try recorded.lexicon(of: book), written, limits)
    }
    guard !recorded.isDeclined else { throw Declined() }
    Console.tell(recorded.text(.here, lexicon, isDryRun: dryRun, isPreviewed: isAsking, limits))
    written?.give()
  }
}

extension RecordBook.Recorded {
  /// More events than this are counted only.
  static let shown = 12
  /// More changes than this nobody reads here.
  private static let changed = 40
  static let firstShown = 5
  /// In a longer book, keys must do: the names are not worth another pass.
  private static let named = 20_000

  /// The names of who is spoken of, and the numbers of the events beside them.
  func lexicon(of book: RecordBook) throws -> Lexicon {
    guard proposals.count <= Self.shown, try book.source.log.size() <= Self.named else { return Lexicon() }
    let history = try History(book.source.log)
    var lexicon = Lexicon(history.standingRegistrations)
    for stream in Set(proposals.map(\.stream)) {
      var events = try history.events(of: stream)
      for event in events { lexicon.register(event) }
      // Before they are added they are not among these.
      for proposal in proposals where proposal.stream == stream && !events.contains(where: { $0.id == proposal.id }) {
        events.append(
          LoggedEvent(
            position: history.size + events.count, id: proposal.id, stream: stream,
            recordedAt: Instant(milliseconds: 0), statement: proposal.statement))
      }
      lexicon.registerCorrections(among: events)
    }
    return lexicon
  }

  /// What it just did; the event's number is what one writes down.
  ///
  /// - Parameters:
  ///   - isPreviewed: what it changes was shown before, and is not said twice.
  ///   - isDated: of many events, the first are shown with their days.
  ///   - limits: that the events may begin.
  func text(
    _ style: TextStyle, _ lexicon: Lexicon, isDryRun: Bool, isPreviewed: Bool = false, isDated: Bool = false,
    _ limits: [TimeLimit] = []
  ) -> String {
    guard !wasThere else {
      let (first, last) = ((positions.min() ?? 0) + 1, (positions.max() ?? 0) + 1)
      let place = positions.isEmpty ? "" : first == last ? " as event \(first)" : " among events \(first) to \(last)"
      return style.lines("Already recorded\(place). Nothing was added.")
    }
    var text = isDryRun ? "Nothing was added (dry run). It would be:\n" : ""
    if proposals.count <= Self.shown {
      for (index, proposal) in proposals.enumerated() {
        let label = index < positions.count ? "Event \(positions[index] + 1) added: " : "  "
        let statement = proposal.statement
        // Whoever saw it before, with its day, needs the number.
        let day = isPreviewed ? nil : statement.when.map { " · \(Understood.words($0.date))" }
        text += style.lines("\(label)\(statement.sentence(lexicon, in: proposal.stream))\(day ?? "")")
      }
    } else {
      let numbers = positions.first.map { ", events \($0 + 1) to \((positions.last ?? $0) + 1)" } ?? ""
      text += "\(isDryRun ? "  " : "")\(eventCount(proposals.count))\(isDryRun ? "" : " added")\(numbers)\n"
      // How days were understood is what one checks.
      for proposal in isDated && isDryRun ? proposals.prefix(Self.firstShown) : [] {
        text += style.lines("    \(proposal.statement.dated(lexicon, in: proposal.stream))")
      }
    }
    if !isPreviewed {
      text += changesText(style, lexicon) + Self.text(of: limits, style)
    } else if let reminder = TimeLimit.reminder(limits) {
      text += style.lines(reminder)
    }
    if let first = positions.min(), let last = positions.max(), !isDryRun {
      text += "Wrong? \(wayBack(first + 1, last + 1))\n"
    }
    return text
  }

  /// Before → after, row by row; nothing where nothing changes.
  ///
  /// - Parameter isPreview: for somebody who is asked, and may never have seen a report.
  func changesText(_ style: TextStyle, _ lexicon: Lexicon, isPreview: Bool = false) -> String {
    let shown = changes.filter(\.isWorthSaying)
    var text = shown.isEmpty ? "" : "What it changes, as of today:\n"
    var place = ""
    for change in shown.prefix(Self.changed) {
      let row = "\(change.agreement)/\(change.promise), \(lexicon.name(change.creditor))"
      let words =
        isPreview
        ? change.officeWords(lexicon, isAccessible: style.isAccessible)
        : change.words(lexicon, isAccessible: style.isAccessible)
      guard let words else { continue }
      if row != place { text += style.lines("  \(row):") }
      place = row
      text += style.lines("    \(words)")
    }
    if shown.count > Self.changed { text += "  … and \(shown.count - Self.changed) more:  tracker obligations\n" }
    return text
  }

  /// The time limits that the new events may begin.
  func timeLimits(in book: RecordBook) throws -> [TimeLimit] {
    guard !wasThere, proposals.count <= Self.shown, try book.source.log.size() <= Self.named else { return [] }
    var limits: [TimeLimit] = []
    let history = try History(book.source.log)
    for proposal in proposals {
      var (contract, due): (AgreementMade.ContractStatus?, DueDate?) = (nil, nil)
      if case .agreement(let key) = proposal.stream {
        for event in try history.standing(in: proposal.stream) {
          if case .agreementMade(let made) = event.body { contract = made.contractStatus }
        }
        due = changes.first { $0.agreement == key }.flatMap { ($0.after ?? $0.before)?.due }
      }
      for limit in TimeLimit.begun(by: proposal.statement, contract: contract, due: due) where !limits.contains(limit) {
        limits.append(limit)
      }
    }
    return limits
  }

  static func text(of limits: [TimeLimit], _ style: TextStyle) -> String {
    guard !limits.isEmpty else { return "" }
    return limits.reduce(into: style.lines(TimeLimit.title)) { $0 += style.lines("  \($1.words)") }
  }

  /// Out of many events in one go.
  static func wayBack(_ first: Int, _ last: Int) -> String {
    "Take all of it back, in the open:  tracker correct --batch \(first)-\(last) --retract --why \"…\""
  }

  /// A correction is taken back, not corrected.
  private func wayBack(_ first: Int, _ last: Int) -> String {
    if last - first >= Self.shown { return Self.wayBack(first, last) }
    switch proposals.last?.statement.body {
    case .entryCorrected?, .entryRetracted?:
      return "Take it back, and both stay visible:  tracker retract \(first) --why \"…\""
    default: return "Events are never removed:  tracker correct \(first + (named ?? 0))"
    }
  }

  /// Which of them is meant by “it”: the first that is not only the registration of somebody, or of a paper, that it names.
  private var named: Int? {
    guard proposals.count <= Self.shown else { return nil }
    return proposals.firstIndex { proposal in
      switch proposal.statement.body {
      case .partyRegistered, .exhibitFiled: false
      default: true
      }
    }
  }
}
