internal import Agreements
public import CanonicalJSON
internal import LogStore
public import Projections

/// One event with everything that is known of it, down to its line as stored.
public struct EventReport: Sendable {
  public var event: LoggedEvent
  public var state: Knowledge.State
  /// The corrections and retractions of it that stand, in log order.
  public var later: [LoggedEvent]
  public var line: [UInt8]
  public var question: Question

  public init(
    event: LoggedEvent, state: Knowledge.State, later: [LoggedEvent] = [], line: [UInt8], question: Question
  ) {
    self.event = event
    self.state = state
    self.later = later
    self.line = line
    self.question = question
  }

  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    let lexicon = lexicon.told(in: style)
    let statement = event.statement
    var text = style.paragraph(
      "Event \(event.position + 1) (position and index \(event.position)): \(event.body.typeName)")
    func line(_ label: String, _ value: String?) { text += style.labelled(label, value, indent: "  ", label: 13) }
    line("What", event.sentence(lexicon))
    let when = statement.when
    line("Happened", (when?.date.description ?? "not known") + (when?.words.map { " (“\($0)”)" } ?? ""))
    line("Worked out", when?.inference)
    line("Recorded", "\(event.recordedAt)\(style.ago(event.recordedAt.day))")
    line(
      "Who says so",
      lexicon.name(statement.assertedBy.party) + (statement.assertedBy.capacity.map { ", \($0)" } ?? ""))
    line("Basis", statement.basis.words)
    for source in statement.sources {
      let key = source.exhibit.map { " [\($0)]" } ?? ""
      line("Source", lexicon.places([source]) + key + (source.quote.map { " “\($0)”" } ?? ""))
    }
    line("Note", statement.note)
    line("Visible to", statement.visibility.text)
    line("Stream", event.stream.description)
    line("Id", event.id.description)
    line("State", stateWords)
    for change in later { line("By event \(change.position + 1)", change.sentence(lexicon)) }
    line("Digest", LogStoreDigest.entry(of: self.line))
    // The line as stored, so that `sha256sum` of it gives the digest; on a screen it must not repaint anything.
    let stored = String(decoding: self.line, as: UTF8.self)
    return text + "\n" + (style.isTerminal ? stored.plainLine : stored) + "\n"
  }

  /// Of an event that nothing here speaks of, a line that is not here may.
  private var stateWords: String {
    guard state == .stands, question.leftOut > 0 else { return state.words }
    return "\(state.words), as far as can be seen: \(question.leftOutWords)"
  }

  public var json: JSONValue {
    var object = question.members(format: "tracker.show/1")
    var members = event.members
    members["stream"] = .string(event.stream.description)
    members["state"] = .string(state.rawValue)
    object["event"] = .object(members)
    object["number"] = .integer(Int64(event.position + 1))
    object["entry"] = .string(LogStoreDigest.entry(of: line))
    object["line"] = .string(String(decoding: line, as: UTF8.self))
    return .object(object)
  }
}

extension Knowledge.State {
  fileprivate var words: String {
    switch self {
    case .stands: "stands as recorded"
    case .corrected: "put right by a later event; this is the line as first recorded"
    case .retracted: "taken back by a later event"
    }
  }
}

extension Statement.Basis {
  var words: String {
    switch self {
    case .ownKnowledge: "own knowledge"
    case .told: "was told"
    case .document: "a document"
    case .press: "the press"
    case .inferred: "inferred from other facts"
    }
  }
}
