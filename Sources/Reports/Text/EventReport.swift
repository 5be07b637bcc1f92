internal import Agreements
public import CanonicalJSON
internal import LogStore
public import Projections

/// One event with everything that is known of it, down to its line as stored.
public struct EventReport: Sendable {
  public var event: LoggedEvent
  public var state: Knowledge.State
  public var line: [UInt8]
  public var question: Question

  public init(event: LoggedEvent, state: Knowledge.State, line: [UInt8], question: Question) {
    self.event = event
    self.state = state
    self.line = line
    self.question = question
  }

  public func text(_ style: TextStyle = TextStyle()) -> String {
    let statement = event.statement
    var text = style.paragraph("Event \(event.position + 1) (position \(event.position)): \(event.body.typeName)")
    func line(_ label: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      let padded = label + String(repeating: " ", count: max(1, 13 - label.count))
      text += style.paragraph(padded + value, indent: "  ")
    }
    line("What", statement.sentence)
    let when = statement.when
    line("Happened", (when?.date.description ?? "not known") + (when?.words.map { " (“\($0)”)" } ?? ""))
    line("Worked out", when?.inference)
    line("Recorded", "\(event.recordedAt)")
    line("Who says so", statement.assertedBy.party.rawValue + (statement.assertedBy.capacity.map { ", \($0)" } ?? ""))
    line("Basis", statement.basis.rawValue)
    for source in statement.sources {
      let place = [source.exhibit?.rawValue, source.citation, source.locator].compactMap { $0 }.joined(separator: ", ")
      line("Source", place + (source.quote.map { " “\($0)”" } ?? ""))
    }
    line("Note", statement.note)
    line("Visible to", statement.visibility.text)
    line("Stream", event.stream.description)
    line("Id", event.id.description)
    line("State", state.rawValue)
    line("Digest", LogStoreDigest.entry(of: self.line))
    text += "\n" + String(decoding: self.line, as: UTF8.self) + "\n"
    return text
  }

  public var json: JSONValue {
    var object = question.members(format: "tracker.show/1")
    object["event"] = .object(event.members)
    object["number"] = .integer(Int64(event.position + 1))
    object["state"] = .string(state.rawValue)
    object["entry"] = .string(LogStoreDigest.entry(of: line))
    object["line"] = .string(String(decoding: line, as: UTF8.self))
    return .object(object)
  }
}
