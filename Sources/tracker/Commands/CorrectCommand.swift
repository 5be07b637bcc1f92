internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

struct CorrectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct", abstract: "Puts an event right; both versions stay visible.",
    usage: """
      tracker correct EVENT [--set MEMBER=VALUE …] [--remove MEMBER]
          [--why TEXT] [--dry-run] [--book BOOK] [--json]
      tracker correct --batch FIRST-LAST --retract --why TEXT
          [--with-dependents] [--dry-run] [--book BOOK] [--json]
      """,
    discussion: """
      At a terminal it shows what the event says, and asks for what is missing.

      --set names members of the event (when, note, basis …), parts of its one source (citation, locator, quote) or fields \
      of its data (money; data.note where a member has that name too). A field of data changes that field alone; the correction that is written holds the \
      whole of data, as the format wants it. “not known” takes away what need not stand, as --remove does.

      Examples:
        tracker correct 14
        tracker correct 14 --set when="15 Sept 2010" --why "the minute gives the day"
        tracker correct 9 --set money="£8,000" --why "slip of the pen"
        tracker correct 9 --remove note --why "said too much"

      An import gone wrong is taken back in one go, in the open; then the file that was put right is imported:
        tracker correct --batch 12-31 --retract --why "the sums were in pence"
      """)

  @Argument(help: "The number or id of the event.")
  var event: String?
  @Option(name: .customLong("set"), help: ArgumentHelp("What is put right.", valueName: "member=value"))
  var settings: [String] = []
  @Option(help: ArgumentHelp("An optional member that is taken away.", valueName: "member"))
  var remove: [String] = []
  @Option(help: "Why.")
  var why: String?
  @Option(help: "Who says so; else the keeper of the book.", completion: .custom(Completing.parties))
  var assertedBy: String?
  @Option(help: ArgumentHelp("The correction that this one is made from, if there was one before.", valueName: "event"))
  var replaces: String?
  @Option(help: ArgumentHelp("A run of events, as of an import gone wrong.", valueName: "first-last"))
  var batch: String?
  @Flag(help: "With --batch: take all of them back, in one append.")
  var retract = false
  @Flag(help: "With --batch: take back everything that stands on them too.")
  var withDependents = false
  @OptionGroup var writing: WritingOptions

  func run() throws {
    let given = try why.map { try Reason.given($0, "--why") }
    if let batch {
      try takeBack(batch, given)
      return
    }
    guard !retract, !withDependents else {
      throw Failure(
        .usage, what: "--retract and --with-dependents go with --batch here",
        next: "One event is taken back by:  tracker retract EVENT --why \"…\"")
    }
    guard let event else {
      throw Failure(.usage, what: "which event?", next: "Name its number or id: tracker correct 14 …")
    }
    let isOpen = settings.isEmpty && remove.isEmpty
    if !Console.isPersonThere { try checkMissing(event, isOpen: isOpen, given) }
    try writing.record("correct") { book in
      let history = try History(book.source.log)
      let position = try EventFinder.position(event, in: history.log)
      guard let raw = try history.events(at: [position]).first else {
        throw Failure(.badData, what: "event \(event.shown) was left out of this copy")
      }
      let standing = try history.standing(in: raw.stream).first { $0.position == position } ?? raw
      let lexicon = Lexicon(history.standingRegistrations)
      let settings = isOpen ? try Correcting.ask(about: standing, lexicon) : settings
      let set = try Self.set(settings, remove, of: standing.statement)
      if let stays = Self.whatStays(settings, remove, of: standing.statement) {
        Console.flush()
        Console.error(TextStyle.here.lines(stays))
      }
      guard let why = given ?? Reason.ask("Why was it wrong? It stays beside both versions.\n> ") else {
        throw Declined()
      }
      let before = try replaces.flatMap { text in
        try history.events(at: [EventFinder.position(text, in: history.log)]).first?.id
      }
      let asserter = try Keeper.asserter(assertedBy, history)
      let correction = EntryCorrected(
        target: raw.id, set: set, setVersion: set["data"] == nil ? nil : Int64(Self.version(of: raw)),
        replaces: before, why: why)
      let statement = Statement(
        assertedBy: .init(party: asserter), basis: .ownKnowledge, body: .entryCorrected(correction),
        visibility: raw.statement.visibility)
      var proposals = [
        Proposal(id: book.freshID(), stream: raw.stream, statement: statement, recordedBy: writing.recordedBy)
      ]
      if Console.isPersonThere { try Reason.ask(&proposals, in: book, note: standing.statement.note) }
      return proposals
    }
  }

  private func checkMissing(_ event: String, isOpen: Bool, _ why: String?) throws {
    var missing: [String] = []
    if isOpen { missing.append("--set member=value, or --remove member: what is put right") }
    if why == nil { missing.append("--why: why it was wrong") }
    guard !missing.isEmpty else { return }
    // Of an event that is not there nothing else is missing.
    if let path = try? BookFinder.path(named: nil, book: writing.book), let source = try? Source.open(path) {
      _ = try EventFinder.position(event, in: source.log)
    }
    throw Failure(
      .usage, what: missing.count == 1 ? "something is missing" : "\(missing.count) things are missing",
      next: "What it says now:  tracker show \(event.shown)", more: missing)
  }

  /// Takes back every event of a run that can be taken back and is not yet.
  private func takeBack(_ batch: String, _ why: String?) throws {
    guard event == nil, settings.isEmpty, remove.isEmpty, replaces == nil, retract, let why else {
      throw Failure(
        .usage, what: "--batch takes --retract and --why, and neither an event nor --set",
        next: "tracker correct --batch FIRST-LAST --retract --why \"…\"")
    }
    try writing.record("correct") { book in
      let history = try History(book.source.log)
      let range = try Self.range(batch, size: history.size)
      let targets = try Self.targets(history.events(at: Array(range)), history)
      guard !targets.isEmpty else {
        throw Failure(
          .badData, what: "nothing of events \(range.lowerBound + 1) to \(range.upperBound) can be taken back",
          next: "All of it was taken back already, or is a note about the log itself. See it:  tracker timeline")
      }
      let dependents = try TakingBack.dependents(of: targets, in: book, history)
      guard dependents.isEmpty || withDependents else {
        let others = dependents.count == 1 ? "1 other event stands" : "\(dependents.count) other events stand"
        throw Failure(
          .badData, what: "\(others) on them; nothing was taken back",
          place: "events \(range.lowerBound + 1) to \(range.upperBound)",
          next: "To take all of it back in one go, add --with-dependents.",
          more: TakingBack.lines(dependents, Lexicon(history.standingRegistrations)))
      }
      let asserter = try Keeper.asserter(assertedBy, history)
      return TakingBack.proposals(
        Self.inOrder(targets + dependents), why: why, asserter: asserter, in: book, recordedBy: writing.recordedBy)
    }
  }

  /// “12-31”: positions of events 12 to 31.
  private static func range(_ text: String, size: Int) throws -> Range<Int> {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1, first <= last else {
      throw Failure(
        .usage, what: "“\(text.shown)” is no run of events", next: "Write the first and the last number: --batch 12-31")
    }
    guard last <= size else {
      throw Failure(
        .badData, what: "there is no event \(last); the log has \(size)", next: "List them: tracker timeline")
    }
    return (first - 1)..<last
  }

  /// Left out are notes about the log, deeds, what was taken back already, and retractions and corrections of events of
  /// the same run, which go with their targets.
  private static func targets(_ events: [LoggedEvent], _ history: History) throws -> [LoggedEvent] {
    let ids = Set(events.map(\.id))
    var retracted: Set<EventID> = []
    for stream in Set(events.map(\.stream)) {
      for (id, state) in Knowledge.states(try history.events(of: stream)) where state == .retracted {
        retracted.insert(id)
      }
    }
    return events.filter { event in
      guard event.stream != .log, !retracted.contains(event.id), RuleFinding.ownCommand(of: event.body) == nil else {
        return false
      }
      switch event.body {
      case .entryCorrected(let correction): return !ids.contains(correction.target)
      case .entryRetracted(let retraction): return !ids.contains(retraction.target)
      default: return true
      }
    }
  }

  /// The last first; parties and exhibits at the end, since within one import they may be registered behind whatever
  /// names them.
  private static func inOrder(_ events: [LoggedEvent]) -> [LoggedEvent] {
    func rank(_ event: LoggedEvent) -> Int {
      switch event.body {
      case .partyRegistered: 2
      case .exhibitFiled: 1
      default: 0
      }
    }
    return events.sorted { (rank($0), -$0.position) < (rank($1), -$1.position) }
  }

  private static func version(of event: LoggedEvent) -> Int {
    event.body.data.map { Swift.type(of: $0).version } ?? 1
  }

  /// The members with their new values; fields of data are put into the data that stands.
  static func set(_ settings: [String], _ removals: [String], of statement: Statement) throws -> JSONObject {
    guard let type = statement.body.data.map({ Swift.type(of: $0) }) else {
      throw Failure(.badData, what: "this version does not know the type of that event")
    }
    var set = JSONObject()
    var data = statement.members["data"]?.object ?? JSONObject()
    var isDataSet = false
    var source: JSONObject?
    for setting in settings {
      guard let equals = setting.firstIndex(of: "=") else {
        throw Failure(.usage, what: "--set takes member=value, not “\(setting.shown)”")
      }
      let name = String(setting[..<equals])
      let value = String(setting[setting.index(after: equals)...])
      if let field = Self.field(name, of: type) {
        guard let known = type.fields.first(where: { $0.name == field }) else {
          let names = type.fields.map(\.name)
          throw Failure(
            .usage, what: "\(type.type) has no field “\(field.shown)”",
            next: Spelling.nearest(to: field, among: names).map { "Did you mean data.\($0)?" }
              ?? "It has: \(names.joined(separator: ", "))")
        }
        let isTakenAway = !known.isRequired && Interview.isUnknown(value)
        let said = known.kind == .date ? Today.named(value) : value
        data[field] = isTakenAway ? nil : try FieldWords.read(known, said, "--set data.\(field)")
        isDataSet = true
      } else if Statement.sourceParts.contains(name) {
        source = try source ?? onlySource(of: statement, name)
        source?[name] = value.isEmpty || Interview.isUnknown(value) ? nil : .string(value)
      } else {
        set[name] = try member(name, value, of: statement)
      }
    }
    for name in removals {
      if let field = Self.field(name, of: type) {
        data[field] = nil
        isDataSet = true
      } else if Statement.sourceParts.contains(name) {
        source = try source ?? onlySource(of: statement, name)
        source?[name] = nil
      } else {
        set[name] = .null
      }
    }
    if let source { set["sources"] = source.members.isEmpty ? .null : .array([.object(source)]) }
    if isDataSet { set["data"] = .object(data) }
    return set
  }

  /// Where another paper is named, what stood in the old one goes on being cited, unless it is said: the words of one paper
  /// must not end up in the mouth of another unseen.
  private static func whatStays(_ settings: [String], _ removals: [String], of statement: Statement) -> String? {
    guard settings.contains(where: { $0.hasPrefix("citation=") }), statement.sources.count == 1,
      let source = statement.sources.first
    else { return nil }
    let parts = [("locator", source.locator), ("quote", source.quote)].filter { name, value in
      value != nil && !removals.contains(name) && !settings.contains { $0.hasPrefix("\(name)=") }
    }
    guard !parts.isEmpty else { return nil }
    let stay = Lexicon.list(parts.map { "the \($0.0) “\($0.1 ?? "")”" })
    return
      "Of the source only the citation is put right; it keeps \(stay). If that was of the other paper, take it away too: "
      + parts.map { "--remove \($0.0)" }.joined(separator: " ")
  }

  /// Of an event with one source a part of it can be put right by itself; of several it is not clear which is meant.
  private static func onlySource(of statement: Statement, _ name: String) throws -> JSONObject {
    let sources = statement.members["sources"]?.array ?? []
    guard sources.count <= 1 else {
      throw Failure(
        .badData, what: "it has \(sources.count) sources, and which \(name) is meant is not clear",
        place: "--set \(name)",
        next: "Set all of them, as JSON:  --set sources=…")
    }
    return sources.first?.object ?? JSONObject()
  }

  /// A field of data by its name; `data.` stands before it where a member of the event has the same.
  private static func field(_ name: String, of type: any EventData.Type) -> String? {
    if name.hasPrefix("data.") { return String(name.dropFirst("data.".count)) }
    let isField = !EntryCorrected.settable.contains(name) && type.fields.contains { $0.name == name }
    return isField ? name : nil
  }

  private static func member(_ name: String, _ value: String, of statement: Statement) throws -> JSONValue {
    switch name {
    // What need not stand is taken away by saying that it is not known.
    case "when" where Interview.isUnknown(value), "note" where value.isEmpty: return .null
    case "when":
      do throws(WordsFault) {
        let value = Today.named(value)
        let date = try ImpreciseDate(words: value)
        var when = JSONObject()
        when["edtf"] = .string(date.edtf)
        if ImpreciseDate(edtf: value) == nil { when["words"] = .string(value) }
        return .object(when)
      } catch {
        throw Failure(.badData, what: error.why, place: "--set when", next: error.next)
      }
    case "note", "basis", "visibility": return .string(value)
    case "assertedBy": return ["party": .string(value)]
    case "sources", "data", "private":
      guard let json = try? JSONValue(relaxed: Array(value.utf8)) else {
        throw Failure(.badData, what: "\(name) takes JSON, and this is none", place: "--set \(name)")
      }
      return json
    default:
      let names = EntryCorrected.settable
      throw Failure(
        .usage, what: "“\(name.shown)” cannot be corrected",
        next: Spelling.nearest(to: name, among: names).map { "Did you mean \($0)?" }
          ?? "Members: \(names.joined(separator: ", ")), and data.FIELD")
    }
  }
}

/// Asks a person which part of an event is wrong.
enum Correcting {
  /// What it says now, by names that `--set` takes; then which of it is wrong, and what is right.
  ///
  /// - Returns: as `--set` takes it.
  static func ask(about event: LoggedEvent, _ lexicon: Lexicon) throws -> [String] {
    let style = TextStyle.here
    var text = style.lines("Event \(event.position + 1): \(event.sentence(lexicon))")
    let values = event.statement.values(lexicon)
    for (name, value) in values { text += style.labelled(name, value, indent: "  ", label: 16) }
    Console.flush()
    Console.error(text)
    let names = values.map(\.0)
    // Also what does not stand there yet can be put right.
    let fields = event.statement.body.data.map { type(of: $0).fields.map(\.name) } ?? []
    let which = "Which of it is wrong? Its name, as it stands on the left; Enter adds nothing.\n> "
    naming: while let name = Console.ask(which) {
      if name.isEmpty { break }
      let known = names + fields + EntryCorrected.settable + Statement.sourceParts
      guard known.contains(name) || name.hasPrefix("data.") else {
        let guess = Spelling.nearest(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
        Console.error(style.lines("  Type one of: \(names.joined(separator: ", ")).\(name == "?" ? "" : guess)"))
        continue
      }
      while let right = Console.ask("What is right? “not known” takes it away; back goes back.\n> ") {
        if right.lowercased() == "back" { continue naming }
        if right == "?" {
          Console.error(style.lines("  Type all of it as it should stand, and not only what differs."))
          continue
        }
        do {
          _ = try CorrectCommand.set(["\(name)=\(right)"], [], of: event.statement)
          return ["\(name)=\(right)"]
        } catch let failure as Failure {
          Console.error(style.lines("  \(failure.what). \(failure.next)"))
        }
      }
      break
    }
    throw Declined()
  }
}

/// Who corrects and takes back: nobody's words are put into the mouth of the party that asserted the event.
enum Keeper {
  static func asserter(_ named: String?, _ history: History) throws -> PartyKey {
    if let named { return try Keys.key(named, "party") }
    if history.size > 0, let first = try history.events(at: [0]).first, case .logOpened = first.body {
      return first.statement.assertedBy.party
    }
    throw Failure(.usage, what: "who says so?", next: "This book does not name its keeper: add --asserted-by KEY")
  }
}
