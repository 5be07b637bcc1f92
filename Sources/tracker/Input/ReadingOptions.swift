internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports
internal import Spreadsheets

/// What every reading command takes: the source, the two times, and the form of the answer.
struct ReadingOptions: ParsableArguments {
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?

  @Option(help: ArgumentHelp("What had happened by this day (default: today, UTC).", valueName: "day"))
  var asOf: String?

  @Option(help: ArgumentHelp("What had been recorded by this day or moment (default: everything).", valueName: "day"))
  var knownAt: String?

  @Flag(help: "Answer in JSON.")
  var json = false

  @Flag(help: "Answer as lines of tab-separated cells with a header: for scripts.")
  var plain = false

  @Flag(
    help: ArgumentHelp(
      "Do not compute the root of a JSON Lines file. With its root, each event is also held against the one before it in "
        + "its stream; without it, neither is looked at."))
  var noHead = false

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
  var color: String?

  @Flag(help: "Print a long answer at once, not page by page.")
  var noPager = false

  func validate() throws {
    if let color, Colour(rawValue: color) == nil {
      throw ValidationError("There is no colour “\(color.shown)”: auto, always or never.")
    }
    try FormOptions.check(json: json, plain: plain)
  }

  /// Both times, read.
  struct Times {
    var day: Day
    var knownAt: Instant?
    var knownAtText: String?
  }

  func times() throws -> Times {
    var times = Times(day: try asOf.map { try Self.day($0, "--as-of") } ?? LogEnvironment.system.now().day)
    guard let knownAt else { return times }
    if let instant = Self.instant(knownAt) {
      times.knownAt = instant
      times.knownAtText = instant.description
    } else {
      let day = try Self.day(knownAt, "--known-at")
      times.knownAt = Instant.end(of: day)
      times.knownAtText = day.description
    }
    return times
  }

  /// A moment as the log writes it; its milliseconds may be left out.
  static func instant(_ text: String) -> Instant? {
    Instant(text) ?? (text.hasSuffix("Z") ? Instant(text.dropLast() + ".000Z") : nil)
  }

  /// One day, as people or programs write it.
  static func day(_ text: String, _ option: String) throws -> Day {
    let text = Today.named(text)
    if let day = Day(text) { return day }
    do throws(WordsFault) {
      let date = try ImpreciseDate(words: text)
      if let day = date.earliest, day == date.latest { return day }
      throw WordsFault("“\(text.shown)” is more than one day", next: "Write one day: 30 September 2011 or 2011-09-30.")
    } catch {
      throw Failure(.badData, what: error.why, place: option, next: error.next)
    }
  }

  var style: TextStyle {
    TextStyle(
      width: Console.width, isAccessible: Console.environment("TRACKER_ACCESSIBLE") == "1",
      isTerminal: Console.isOutputTerminal, isColoured: Colour.isOnOutput,
      today: Console.isOutputTerminal ? LogEnvironment.system.now().day : nil)
  }

  /// Asks the source; `named` is a positional argument that ends in `.jsonl` or `.tracker`.
  ///
  /// - Parameter scope: what the question is about; of a book no more is read than that takes.
  func ask<T>(
    _ named: String?, about scope: Scope = Scope(), _ answer: (History, Question) throws -> T
  ) throws -> T {
    let times = try times()
    let result: Result<T, any Error>
    let name: String
    do throws(TrackerError) {
      var source = try Source.open(try BookFinder.path(named: named, book: book), .mine)
      name = source.name
      try Books.sayUnsigned(source)
      source = try source.part(about: scope, isNaming: !json)
      // A refusal that the answer throws keeps its own words and its own exit code.
      result = try source.ask(
        asOf: times.day, knownAt: times.knownAt, knownAtText: times.knownAtText, withRoot: isRootWanted(of: name)
      ) { history, question in Result { try answer(history, question) } }
    } catch {
      throw Failure(error)
    }
    do { return try result.get() } catch { throw Failure(error, in: name) }
  }

  /// Only a bare JSON Lines file has to be hashed for its root; a book holds it.
  func isRootWanted(of source: String) -> Bool { !noHead || source.hasSuffix(".tracker") }

  /// Asks the source and prints the answer in the form that was wanted.
  func answer(
    _ named: String?, about scope: Scope = Scope(), _ make: (History, Question) throws -> Answer
  ) throws {
    let answer = try ask(named, about: scope, make)
    switch answer {
    case .json(let json): Console.out(bytes: json.canonicalBytes + [0x0A])
    case .text(let text): Pager.show(text, isWanted: !noPager)
    case .plain(let rows): Console.out(bytes: PlainText.bytes(rows))
    }
  }

  /// A table of the catalogue, a line a row.
  func plainTable(_ kind: ExportKind, _ history: History, _ question: Question, _ scope: Scope) throws -> Answer {
    let source = try ExportSource(history, question, scope: scope, book: "", program: "")
    let table = try source.table(kind)
    return .plain([table.header().map(WrittenCell.text)] + table.cells.map { $0.map(\.written) })
  }

  /// For an answer that is no table.
  func refusePlain() throws {
    guard plain else { return }
    throw Failure(.usage, what: "this answer is no table, so it has no plain form", next: "For programs:  --json")
  }
}

/// Tab-separated cells: nothing is wrapped, and no colour is used.
enum PlainText {
  static func bytes(_ rows: [[WrittenCell]]) -> [UInt8] {
    var writer = DelimitedWriter.tsv
    for row in rows { writer.add(row) }
    return writer.bytes
  }
}

/// What a reading command prints.
enum Answer {
  case json(JSONValue)
  case text(String)
  /// A header, then rows; for scripts.
  case plain([[WrittenCell]])
}
