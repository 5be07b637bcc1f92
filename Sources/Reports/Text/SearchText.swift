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

  public init(question: Question, words: String, hits: [Hit], total: Int) {
    self.question = question
    self.words = words
    self.hits = hits
    self.total = total
  }

  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var lexicon = lexicon
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
          "\(event.sentence(lexicon))\(event.isCorrected ? " [as put right]" : hit.state.mark) "
            + event.attribution(lexicon),
        ], notes: [TextTable.Note("Found", hit.snippet, isLabelled: true, tone: .strong)])
    }
    if !hits.isEmpty { text += table.text(style) }
    return text + question.headLine
  }

  public var json: JSONValue {
    var object = question.members(format: "tracker.search/1")
    object["words"] = .string(words)
    object["total"] = .integer(Int64(total))
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
