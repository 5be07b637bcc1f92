internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One event: what it says, who says so, its sources and its line as stored.",
    usage: "tracker show [LOG] EVENT [--json]",
    discussion: """
      Events are numbered from 1, as people count; position and index in JSON count from 0.

      Examples:
        tracker show 14
        tracker show log.jsonl 018f3c1e-7b5a-7c3d-9e2f-0123456789ab
      """)

  @Argument(help: "A log (NAME.jsonl or NAME.tracker), and the number or id of an event.")
  var what: [String] = []
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let named = try Positionals(what, most: 1)
    try reading.refusePlain()
    guard let wanted = named.keys.first else {
      throw Failure(.usage, what: "which event?", next: "Name its number or id: tracker show 14")
    }
    try reading.answer(named.source) { history, question in
      let position = try EventFinder.position(wanted, in: history.log)
      guard let event = try history.events(at: [position]).first else {
        throw Failure(.badData, what: "line \(position + 1) was left out of this copy openly")
      }
      let stream = try history.events(of: event.stream)
      let states = Knowledge.states(stream)
      let later = stream.filter { $0.target == event.id && states[$0.id] != .retracted }
      let line = try history.log.lines(at: [position])[0]
      let report = EventReport(
        event: event, state: states[event.id] ?? .stands, later: later, line: line, question: question)
      if reading.json { return .json(report.json) }
      var lexicon = try Lexicon(history, numbering: event.mentioned + later.flatMap(\.mentioned))
      lexicon.registerCorrections(among: stream)
      return .text(report.text(reading.style, lexicon))
    }
  }
}

/// An event by its number (from 1) or its id.
enum EventFinder {
  static func position(_ text: String, in log: any LogReading) throws -> Int {
    let size = try log.size()
    if let number = Int(text) {
      guard number >= 1, number <= size else {
        throw Failure(
          .badData, what: "there is no event \(text.shown); the log has \(size)", next: "List them: tracker timeline")
      }
      return number - 1
    }
    guard let id = EventID(text) else {
      throw Failure(
        .badData, what: "“\(text.shown)” is neither the number nor the id of an event",
        next: "List them: tracker timeline")
    }
    var found: Int?
    let needle = Array("\"id\":\"\(id)\"".utf8)
    try log.forEachLine { position, line in
      if line.firstIndexOf(needle) != nil {
        found = position
        return false
      }
      return true
    }
    guard let found else { throw Failure(.badData, what: "there is no event with the id \(id)") }
    return found
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func firstIndexOf(_ needle: [UInt8]) -> Int? {
    guard count >= needle.count else { return nil }
    return (0...count - needle.count).first { start in
      self[start] == needle[0] && needle.indices.allSatisfy { self[start + $0] == needle[$0] }
    }
  }
}
