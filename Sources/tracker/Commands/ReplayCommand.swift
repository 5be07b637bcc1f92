internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Reads the log line by line: each event and what it changes, then the position.",
    usage: """
      tracker replay [LOG] [--only AGREEMENT] [--step] [--until N]
          [--as-of DAY] [--json]
      """,
    discussion: """
      Nothing is written or sent by a replay.

      Examples:
        tracker replay log.jsonl --as-of 2011-09-30
        tracker replay log.jsonl --only gain-share --step
        tracker replay book.tracker --check
      """)

  @Argument(help: ArgumentHelp("A log: NAME.jsonl or NAME.tracker.", valueName: "log"))
  var what: [String] = []
  @Flag(help: "Wait for the Enter key after each event.")
  var step = false
  @Option(help: ArgumentHelp("Stop behind this event.", valueName: "n"))
  var until: Int?
  @Option(
    help: ArgumentHelp("Only this agreement.", valueName: "agreement"), completion: .custom(Completing.agreements))
  var only: String?
  @Option(
    help: ArgumentHelp("Only what changes for this party.", valueName: "key"), completion: .custom(Completing.parties))
  var practice: String?
  @Flag(help: "Prove that the read models kept in the book equal a rebuild from the first event on.")
  var check = false
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 0)
    try reading.refusePlain()
    if check { return try checkModels(named) }
    if let until, until < 1 { throw Failure(.usage, what: "--until names an event, from 1") }
    let times = try reading.times()
    do {
      let source = try Source.open(try BookFinder.path(named: named.source, book: reading.book), .mine)
        .part(about: Names.keys(agreement: only, practice: practice), isNaming: !reading.json)
      guard only != nil || practice != nil else { return try replay(source, times, Scope(), nil) }
      let whole = try History(source.log, isHeadWanted: reading.isRootWanted(of: source.name))
      try replay(source, times, try Names.scope(agreement: only, practice: practice, in: whole), whole)
    } catch {
      throw Failure(error, in: named.source ?? reading.book ?? "")
    }
  }

  /// Events beyond this are named by their ids, so that the memory of a long replay stays small.
  private static let numbered = 100_000

  /// - Parameter whole: everything recorded, where it was read already, so that it need not be read again.
  private func replay(_ source: Source, _ times: ReadingOptions.Times, _ scope: Scope, _ whole: History?) throws {
    let root = reading.isRootWanted(of: source.name) ? try (whole?.head() ?? source.log.head()).root : nil
    let size = try source.log.size()
    if let until, until > size {
      throw Failure(
        .badData, what: "there is no event \(until); the log has \(size)",
        next: "Leave --until away to read to the end.")
    }
    func history(until limit: Int?) throws -> History {
      if let whole, limit == nil, times.knownAt == nil { return whole }
      return try History(source.log, knownAt: times.knownAt, limit: limit)
    }
    // The position is that of the lines that are read.
    func position(until limit: Int?) throws -> (History, ObligationsView) {
      let history = try history(until: limit)
      var question = history.question(asOf: times.day, knownAtText: times.knownAtText, root: root)
      question.size = size
      return (history, try history.obligations(question, scope: scope))
    }
    if reading.json { return try json(source, try position(until: until).1, times, scope, whole) }
    var lexicon = Lexicon()
    if scope != Scope() {
      // Who is who was registered outside what is shown.
      lexicon = Lexicon(try history(until: nil).standingRegistrations)
    }
    var question = Question(
      asOf: times.day, knownAt: times.knownAt, knownAtText: times.knownAtText, size: size, root: root)
    // Where the lines are not read yet, the position at the end says it.
    question.leftOut = whole?.withheld ?? 0
    // Who waits for a key after each event reads page by page already.
    let output = PagedOutput(isWanted: !reading.noPager && !step)
    defer { output.close() }
    _ = output.write(question.replayTitle(reading.style, until: until))
    var isLeft = false
    var replay = Replay(asOf: times.day, knownAt: times.knownAt, scope: scope)
    var last = until
    var read = whole
    /// Streams whose corrections can be said in full.
    var corrected: Set<StreamName> = []
    try replay.run(source.log, until: until, history: whole) { event in
      if event.event.position < Self.numbered { lexicon.register(event.event) }
      if case .entryCorrected = event.event.body, !event.isAnothers, corrected.insert(event.event.stream).inserted {
        // Where the lines are still being read, this is one pass more, for the first correction alone.
        let history = try read ?? History(source.log)
        read = history
        lexicon.registerCorrections(among: try history.events(of: event.event.stream))
      }
      isLeft = !output.write(event.text(reading.style, lexicon))
      if isLeft { return false }
      guard step, !isGoingOn() else { return true }
      last = event.event.position + 1
      return false
    }
    if isLeft { return }
    let (history, view) = try position(until: last)
    _ = output.write("\n" + view.text(reading.style, try Lexicon(history, numbering: view.citedEvents)))
  }

  /// The rows stand before the steps in canonical order, so they are worked out first; steps are written as they come.
  private func json(
    _ source: Source, _ view: ObligationsView, _ times: ReadingOptions.Times, _ scope: Scope, _ whole: History?
  ) throws {
    var pieces = ReplayPieces(
      ReplayView(question: view.question, steps: [], rows: view.rows, straddling: view.straddling))
    Console.out(bytes: pieces.opening)
    var replay = Replay(asOf: times.day, knownAt: times.knownAt, scope: scope)
    try replay.run(source.log, until: until, history: whole) { step in
      Console.out(bytes: pieces.bytes(step))
      return true
    }
    Console.out(bytes: pieces.closing + [0x0A])
  }

  /// Waits for the Enter key; q or the end of the input stops.
  private func isGoingOn() -> Bool {
    Console.flush()
    if Console.isInputTerminal { Console.error("-- Enter for the next event, q to stop --") }
    guard let line = readLine() else { return false }
    return line != "q"
  }

  private func checkModels(_ named: Positionals) throws {
    do throws(TrackerError) {
      let path = try BookFinder.path(named: named.source, book: reading.book)
      guard path.hasSuffix(".tracker") else {
        throw TrackerError(
          .usage, "\(path) keeps no read models", next: "--check is for record books, NAME.tracker")
      }
      Progress.say("Rebuilding the read models of \(path) …", about: path)
      // The ending says that it is a book.
      guard let result = try Source.open(path).checkReadModels() else { return }
      if let stopped = result.stopped {
        throw TrackerError(
          .damaged, "the read models stopped: \(stopped.reason ?? "")",
          place: "\(path), event \((stopped.stoppedAt ?? 0) + 1)")
      }
      let (live, rebuilt) = (result.live.hexText, result.rebuilt.hexText)
      guard live == rebuilt else {
        throw TrackerError(
          .damaged, "the read models differ from a rebuild: live \(live), rebuilt \(rebuilt)", place: path,
          next: "Figures come from the log and are right. \(Doctor.makeAnew(path))")
      }
      guard reading.json else {
        return Console.out("Read models agree with a rebuild from the first event on.\n  digest \(live)\n")
      }
      let answer: JSONValue = ["format": "tracker.replay-check/1", "agree": true, "digest": .string(live)]
      Console.out(bytes: answer.canonicalBytes + [0x0A])
    } catch {
      throw Failure(error)
    }
  }
}

extension [UInt8] {
  /// Lower-case hexadecimal.
  var hexText: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
