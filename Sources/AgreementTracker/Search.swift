internal import Agreements
internal import CanonicalJSON
internal import Glibc
internal import LogStore
public import Projections
internal import Reports
internal import SQLiteStore

/// Words looked for in the texts of a log.
public struct Search: Sendable {
  /// One event in whose texts the words stand.
  public struct Hit: Sendable {
    /// As its line says; as it was put right where the words stand only there.
    public var event: LoggedEvent
    public var state: Knowledge.State
    /// A piece of the text, the match in « ».
    public var snippet: String
  }

  public var hits: [Hit]
  /// Exhibits whose files are kept and were not searched, since no text could be read out of them.
  public var unsearched: [LoggedEvent] = []

  /// - Parameters:
  ///   - folders: where the index of a book is kept; a file of JSON Lines is indexed in memory each time.
  ///   - pdf: nil = nothing here reads a PDF.
  /// - Throws: `TrackerError` where there is no word to look for.
  public static func run(
    _ words: String, in source: Source, _ history: History, folders: UserFolders, pdf: PDFReader? = nil
  ) throws -> Search {
    guard let query = TextIndex.Query(words) else {
      throw TrackerError(
        .usage, "there is no word to look for", next: "Type some:  tracker search \"board minute\" practice*")
    }
    let index = try index(of: source, folders, pdf)
    let unsearched = try history.events(at: index.unread()).filter { $0.recordedAt <= history.knownAt ?? $0.recordedAt }
    let matches = try index.matches(query)
    let byPosition = try events(at: matches.map(\.position), in: history)
    var streams = Streams(history: history)
    var hits: [Int: Hit] = [:]
    for match in matches {
      guard let event = byPosition[match.position] else { continue }
      let state = try streams.state(of: event)
      hits[match.position] = Hit(event: event, state: state, snippet: match.snippet)
    }
    let corrected = try index.matches(query, isCorrected: true)
    let corrections = try events(at: corrected.map(\.position), in: history)
    for match in corrected {
      guard let correction = corrections[match.position], try streams.state(of: correction) == .stands,
        let target = try streams.target(of: correction), hits[target.position] == nil
      else { continue }
      hits[target.position] = Hit(event: target, state: .corrected, snippet: match.snippet)
    }
    return Search(hits: hits.sorted { $0.key < $1.key }.map(\.value), unsearched: unsearched)
  }

  /// By position, as far as they were known.
  private static func events(at positions: [Int], in history: History) throws -> [Int: LoggedEvent] {
    let events = try history.events(at: positions).filter { event in
      history.knownAt.map { event.recordedAt <= $0 } ?? true
    }
    return Dictionary(events.map { ($0.position, $0) }) { first, _ in first }
  }

  /// What became of the events of some streams; each is read once.
  private struct Streams {
    let history: History
    private var states: [StreamName: [EventID: Knowledge.State]] = [:]
    private var standing: [StreamName: [LoggedEvent]] = [:]

    init(history: History) { self.history = history }

    mutating func state(of event: LoggedEvent) throws -> Knowledge.State {
      if states[event.stream] == nil { states[event.stream] = Knowledge.states(try history.events(of: event.stream)) }
      return states[event.stream]?[event.id] ?? .stands
    }

    /// What a correction puts right, as it stands; nil where it was taken back.
    mutating func target(of correction: LoggedEvent) throws -> LoggedEvent? {
      guard case .entryCorrected(let body) = correction.body else { return nil }
      let stream = correction.stream
      if standing[stream] == nil { standing[stream] = Knowledge.standing(try history.events(of: stream)) }
      return standing[stream]?.first { $0.id == body.target }
    }
  }

  /// An index that has all of the log.
  private static func index(of source: Source, _ folders: UserFolders, _ pdf: PDFReader?) throws -> TextIndex {
    let head = try source.log.head()
    let index: TextIndex
    if source.book != nil, let path = try? path(of: source.name, folders, hasPDF: pdf != nil) {
      // Where nothing can be kept, it is made each time.
      index = try (try? TextIndex(path: path)) ?? TextIndex(path: nil)
    } else {
      index = try TextIndex(path: nil)
    }
    let indexed = try index.head()
    guard indexed != head else { return index }
    var start = indexed?.size ?? 0
    var isAnew = start == 0
    var texts: [TextIndex.Text] = []
    var corrected: Set<StreamName> = []
    func read(from start: Int) throws -> Bool {
      var unread: [Int] = []
      var decoder = EventDecoder()
      var isWhole = true
      try source.log.forEachLine(from: start, limit: nil) { position, line in
        guard let event = try decoder.event(line, at: position) else { return true }
        switch event.body {
        // What is indexed of a line, or of a paper, that was deleted since must go.
        case .entryErased, .privateErased: isWhole = false
        case .entryCorrected: corrected.insert(event.stream)
        default: break
        }
        var found = event.searchTexts
        switch source.text(ofExhibit: event, pdf: pdf) {
        case .none: break
        case .text(let more): found.texts.append(more)
        case .unread: unread.append(position)
        }
        texts.append(
          TextIndex.Text(
            position: position, body: found.texts.joined(separator: " · "), keys: found.keys.joined(separator: " ")))
        return true
      }
      try index.add(unread: unread, isAnew: start == 0)
      return isWhole
    }
    // Only a log that goes on from what is indexed is added to, and only if nothing in it was deleted since.
    let goesOn = try indexed.map { try $0.size < head.size && source.root(of: $0.size) == $0.root } ?? true
    if !goesOn { (start, isAnew) = (0, true) }
    if try !read(from: start), start > 0 {
      (texts, isAnew) = ([], true)
      _ = try read(from: 0)
    }
    let standing = try Self.corrected(in: corrected, of: source)
    for index in texts.indices { texts[index].corrected = standing[texts[index].position] ?? "" }
    try index.add(texts, upTo: head, isAnew: isAnew)
    return index
  }

  /// All that the targets of corrections say as these put them right, by the positions of the corrections.
  private static func corrected(in streams: Set<StreamName>, of source: Source) throws -> [Int: String] {
    guard !streams.isEmpty else { return [:] }
    var events: [StreamName: [LoggedEvent]] = [:]
    var decoder = EventDecoder()
    try source.log.forEachLine(matching: LogQuery(streams: Set(streams.map(\.description)))) { position, line in
      if let event = try decoder.event(line, at: position) { events[event.stream, default: []].append(event) }
      return true
    }
    var found: [Int: String] = [:]
    for events in events.values {
      let before = Knowledge.corrected(events)
      for event in events {
        guard case .entryCorrected(let correction) = event.body,
          let after = try? before[event.id]?.corrected(by: correction.set, setVersion: correction.setVersion)
        else { continue }
        var target = event
        target.statement = after
        let words = target.searchTexts
        found[event.position] = (words.texts + words.keys).joined(separator: " · ")
      }
    }
    return found
  }

  /// Takes away the index of a book; the next search makes it anew.
  public static func forget(_ book: String, folders: UserFolders) {
    for hasPDF in [false, true] {
      guard let path = try? path(of: book, folders, hasPDF: hasPDF) else { return }
      for ending in ["", "-journal", "-wal", "-shm"] { unlink(path + ending) }
    }
  }

  /// By the path of the book: another book in its place has another head, and makes the index anew. An index without the
  /// texts of PDFs is another one: it would not know of them when somebody can read them at last.
  private static func path(of book: String, _ folders: UserFolders, hasPDF: Bool) throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let full = realpath(book, &buffer).map { String(cString: $0) } ?? book
    let name = LogStoreDigest.entry(of: Array(full.utf8)).filter { $0.isLetter || $0.isNumber }
    let path = "\(folders.state)/search/\(name.prefix(32))\(hasPDF ? "-pdf" : "").index"
    try SmallFile.makeFolder(of: path, mode: 0o700)
    return path
  }
}
