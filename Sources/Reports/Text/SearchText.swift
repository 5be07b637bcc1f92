internal import Agreements
public import CanonicalJSON
public import Projections

/// What was found for some words: each event as a sentence, with the piece of text that matched.
public struct SearchReport: Sendable {
  public struct Hit: Sendable {
    public var event: LoggedEvent
    public var state: Knowledge.State
    public var snippet: String

    public init(event: LoggedEvent, state: Knowledge.State, snippet: String) {
      self.event = event
      self.state = state
      self.snippet = snippet
    }
  }

  public var question: Question
  public var words: String
  public var hits: [Hit]
  /// More were found than are shown.
  public var total: Int
  /// Exhibits that were not searched.
  public var unsearched: [LoggedEvent]

  public init(question: Question, words: String, hits: [Hit], total: Int, unsearched: [LoggedEvent] = []) {
    self.unsearched = unsearched
    self.question = question
    self.words = words
    self.hits = hits
    self.total = total
  }

  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var lexicon = lexicon.told(in: style)
    for hit in hits { lexicon.number(hit.event) }
    let more = total > hits.count ? ", the first \(hits.count) of them here: --limit N shows more" : ""
    var text = style.paragraph("\(total) event\(total == 1 ? "" : "s") with \(words.plainLine)\(more)")
    var table = TextTable(
      [("No.", .right), ("Happened", .left), ("Recorded", .left), ("What", .left)], limits: [1: 20])
    for hit in hits {
      let event = hit.event
      table.add(
        [
          String(event.position + 1), event.statement.when?.date.description ?? "not known",
          event.recordedAt.day.shortWords + style.ago(event.recordedAt.day),
          "\(event.sentence(lexicon))\(event.isCorrected ? " [\(event.putRight(lexicon))]" : hit.state.mark) "
            + event.attribution(lexicon),
        ], notes: [TextTable.Note("Found", hit.snippet, isLabelled: true, tone: .strong)])
    }
    if !hits.isEmpty { text += table.text(style) }
    return text + unsearchedWords(style) + question.headLine
  }

  private static let named = 8

  /// “2 papers were not searched, since no text could be read out of them: letter (PDF), scan (image)”; empty if there
  /// are none.
  public func unsearchedWords(_ style: TextStyle) -> String {
    guard !unsearched.isEmpty else { return "" }
    let names = unsearched.prefix(Self.named).map { event in
      "\(Self.key(event)) (\(Self.form(Self.mediaType(event))))"
    }
    let isOne = unsearched.count == 1
    let papers = isOne ? "1 paper was" : "\(unsearched.count) papers were"
    let more = unsearched.count > Self.named ? ", …" : ""
    return style.paragraph(
      "\(papers) not searched, since no text could be read out of \(isOne ? "it" : "them"): \(names.joined(separator: ", "))\(more)"
    )
  }

  private static func key(_ event: LoggedEvent) -> String {
    if case .exhibit(let key) = event.stream { key.rawValue } else { "event \(event.position + 1)" }
  }

  private static func mediaType(_ event: LoggedEvent) -> String? {
    if case .exhibitFiled(let filed) = event.body { filed.mediaType } else { nil }
  }

  /// What people call it; a document of an office program stands here only where it could not be read.
  private static func form(_ type: String?) -> String {
    guard let type else { return "of no known kind" }
    if type == "application/pdf" { return "PDF" }
    if type.hasPrefix("application/vnd.openxml") || type.hasPrefix("application/vnd.oasis") {
      return "a document that is damaged or too large"
    }
    let groups = ["image/": "image", "audio/": "sound", "video/": "video"]
    return groups.first { type.hasPrefix($0.key) }?.value ?? type
  }

  public var json: JSONValue {
    var object = question.members(format: "tracker.search/1")
    object["words"] = .string(words)
    object["total"] = .integer(Int64(total))
    object["unsearched"] = .array(
      unsearched.map { event in
        [
          "exhibit": .string(Self.key(event)), "number": .integer(Int64(event.position + 1)),
          "mediaType": Self.mediaType(event).map(JSONValue.string) ?? .null,
        ]
      })
    object["hits"] = .array(
      hits.map { hit in
        var members = hit.event.members
        members["number"] = .integer(Int64(hit.event.position + 1))
        members["state"] = .string(hit.state.rawValue)
        members["snippet"] = .string(hit.snippet)
        return .object(members)
      })
    return .object(object)
  }
}
