import AgreementTracker
import Agreements
import CanonicalJSON
import Projections
import Reports
import TestSupport
import Testing

/// A short history made from drafts, and the views of it.
struct Story {
  private let book: BookInMemory
  private let day: Day

  /// - Parameter drafts: what follows on the registration of `body-a`, `group-a` and `practice-a` and on `deal-a`.
  init(_ drafts: [String], asOf day: String = "2012-01-01") throws {
    book = try BookInMemory(name: "story")
    self.day = try #require(Day(day))
    let beginning = Examples.draftLines.prefix(6)
    guard case .added = try book.take((beginning + drafts).joined(separator: "\n")) else {
      throw Refused(description: "\(try book.take((beginning + drafts).joined(separator: "\n")))")
    }
  }

  /// All of the example's drafts.
  static func example(asOf day: String = "2012-01-01") throws -> Story {
    try Story(Array(Examples.draftLines.dropFirst(6)), asOf: day)
  }

  struct Refused: Error, CustomStringConvertible { var description: String }

  func ask<T>(_ body: (History, Question) throws -> T) throws -> T { try book.book.source.ask(asOf: day, body) }

  func lexicon() throws -> Lexicon {
    try ask { history, _ in
      var lexicon = Lexicon(history.standingRegistrations)
      for stream in history.streams { lexicon.keep(try history.standing(in: stream)) }
      return lexicon
    }
  }

  func explanation(_ figure: ObligationRow.Figure? = nil) throws -> Explanation {
    Explanation(
      view: try ask { try $0.obligations($1, isExplaining: true) }, lexicon: try lexicon(), figure: figure)
  }

  /// One draft of `deal-a`.
  static func draft(_ type: String, _ when: String, _ data: String, by party: String = "committee-a") -> String {
    #"{"type":"\#(type)","stream":"agreement/deal-a","when":{"edtf":"\#(when)"},"basis":"document","#
      + #""assertedBy":{"party":"\#(party)"},"data":\#(data)}"#
  }

  /// One event by itself.
  static func event(
    _ type: String, _ stream: String, _ data: String, id: String = "018f3c1e-7b5a-7c3d-9e2f-0123456789ff",
    at position: Int = 0
  ) throws -> LoggedEvent {
    let draft =
      #"{"type":"\#(type)","stream":"\#(stream)","basis":"document","assertedBy":{"party":"committee-a"},"#
      + #""data":\#(data)}"#
    let proposal = try Proposal(
      draft: Array(draft.utf8), id: try #require(EventID(id)), recordedBy: "officer")
    return LoggedEvent(
      position: position, id: proposal.id, stream: proposal.stream, recordedAt: Instant(milliseconds: 0),
      statement: proposal.statement)
  }
}
