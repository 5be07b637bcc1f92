internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports
internal import Spreadsheets

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Events in whose texts some words stand.",
    usage: """
      tracker search [LOG] WORDS… [--agreement AGREEMENT] [--known-at DAY]
          [--limit N] [--json | --plain]
      """,
    discussion: """
      Every word must stand in the event: in what was said, quoted, noted, cited, in a title or a name, or in \
      the text of a paper that is kept with it (text, e-mail, web pages, Word, Excel and OpenDocument files; PDFs where \
      pdftotext is found, see tracker doctor). Pictures and scans are not read, and the answer names those. A star makes a word a beginning (saving*), quotation marks a phrase \
      ("board minute"). Capitals and accents make no difference. Private values are not searched. What was put right is found \
      by how it stands and by how it stood.

      For a record book an index is kept outside of it, among what this machine keeps of it, and made anew from the log \
      whenever it is behind.

      Examples:
        tracker search deficit
        tracker search log.jsonl '"financial position"' board*
        tracker search withdrawn --agreement gain-share --json
      """)

  @Argument(help: ArgumentHelp("Perhaps a log (NAME.jsonl or NAME.tracker); then words.", valueName: "words"))
  var words: [String] = []
  @Option(help: "Only this agreement.", completion: .custom(Completing.agreements))
  var agreement: String?
  @Option(help: ArgumentHelp("Show so many events at most.", valueName: "n"))
  var limit = 50
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    guard limit >= 1 else { throw Failure(.usage, what: "--limit wants a number from 1") }
    // Of several logs the second is a word like any other.
    let named = words.first.map(BookFinder.isSource) == true ? words.first : nil
    let wanted = named == nil ? words : Array(words.dropFirst())
    // A word with a space in it was quoted for the shell: it is meant as a phrase.
    let query = wanted.map { $0.contains(" ") && !$0.contains("\"") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    let path = try Result { () throws -> String in try BookFinder.path(named: named, book: reading.book) }
      .mapError { Failure($0, in: named ?? "") }.get()
    try reading.answer(path) { history, question in
      let source = try Source.open(path)
      let scope = try Names.scope(agreement: agreement, practice: nil, in: history)
      let found = try Search.run(query, in: source, history, folders: .mine, pdf: Programs.pdfReader)
      var hits = found.hits
      if let key = scope.agreement { hits.removeAll { $0.event.stream != .agreement(key) } }
      // Asked for as of a day: without what surely had not happened by then.
      if reading.asOf != nil { hits.removeAll { $0.event.happened(by: question.asOf) == .notYet } }
      let shown = hits.prefix(limit).map { SearchReport.Hit(event: $0.event, state: $0.state, snippet: $0.snippet) }
      let report = SearchReport(
        question: question, words: query, hits: shown, total: hits.count,
        // Papers belong to no agreement, so of one agreement none is asked about.
        unsearched: scope.agreement == nil ? found.unsearched : [])
      if reading.json { return .json(report.json) }
      var lexicon = try Lexicon(history, numbering: shown.flatMap(\.event.mentioned))
      try lexicon.registerCorrections(among: shown.map(\.event), of: history)
      if reading.plain {
        // Lines of cells have no room for it.
        Console.error(report.unsearchedWords(reading.style))
        return .plain(Self.rows(report, lexicon))
      }
      return .text(report.text(reading.style, lexicon))
    }
  }

  private static func rows(_ report: SearchReport, _ lexicon: Lexicon) -> [[WrittenCell]] {
    let header = ["event", "happened", "recorded_at", "state", "what", "found"].map(WrittenCell.text)
    return [header]
      + report.hits.map { hit in
        [
          .whole(Int64(hit.event.position + 1)), .text(hit.event.statement.when?.date.edtf ?? ""),
          .text(hit.event.recordedAt.description), .text(hit.state.rawValue), .text(hit.event.sentence(lexicon)),
          .text(hit.snippet),
        ]
      }
  }
}
