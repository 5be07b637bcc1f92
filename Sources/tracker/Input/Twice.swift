internal import AgreementTracker
internal import Agreements
internal import LogStore
internal import Projections
internal import Reports

/// What says the same as an event that stands already is most often typed twice; sometimes it happened twice. Only whoever
/// records it knows which.
enum Twice {
  /// Refuses an event that is there already, asks a person about it, or keeps the reason for it in its note.
  static func check(
    _ proposal: inout Proposal, in book: RecordBook, again: String?, _ writing: WritingOptions
  ) throws {
    let equals = try book.equals(of: proposal)
    guard let first = equals.first else { return try checkRival(of: &proposal, in: book, again: again, writing) }
    guard let why = again ?? (writing.isAsking ? ask(about: first, "says the same already", in: book) : nil) else {
      let others = equals.count - 1
      let more = others == 0 ? "" : others == 1 ? " (and so does 1 more)" : " (and so do \(others) more)"
      throw Failure(
        .badData, what: "event \(first.position + 1) says the same already\(more); nothing was added",
        place: "event \(first.position + 1)",
        next: "If it happened twice, say so:  --again \"why\"   To put it right:  tracker correct \(first.position + 1)"
      )
    }
    proposal.statement.note = Reason.adding(
      "Says the same as event \(first.position + 1), and is recorded again: \(why)", to: proposal.statement.note)
  }

  /// The same of a payment that has more or fewer details than one that stands, such as one out of a table.
  private static func checkRival(
    of proposal: inout Proposal, in book: RecordBook, again: String?, _ writing: WritingOptions
  ) throws {
    guard let rival = try book.rival(of: proposal) else { return }
    var place = ""
    if case .agreement(let key) = rival.stream, rival.stream != proposal.stream { place = " in agreement \(key)" }
    guard let why = again ?? (writing.isAsking ? ask(about: rival, "may be the same payment\(place)", in: book) : nil)
    else {
      throw Failure(
        .badData, what: "event \(rival.position + 1)\(place) may be the same payment; nothing was added",
        place: "event \(rival.position + 1)",
        next: "If there were two, say so:  --again \"why\"   To put it right:  tracker correct \(rival.position + 1)")
    }
    proposal.statement.note = Reason.adding(
      "It is another one than event \(rival.position + 1): \(why)", to: proposal.statement.note)
  }

  private static func ask(about event: LoggedEvent, _ what: String, in book: RecordBook) -> String? {
    let lexicon = (try? Lexicon(History(book.source.log).standingRegistrations)) ?? Lexicon()
    let style = TextStyle.here
    Console.flush()
    Console.error(style.lines("Event \(event.position + 1) \(what): \(event.sentence(lexicon))"))
    return Reason.ask("Did it happen twice? Then type why it is recorded again; Enter adds nothing: ")
  }
}
