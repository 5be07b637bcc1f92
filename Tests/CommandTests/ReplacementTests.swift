import AgreementTracker
import Agreements
import CanonicalJSON
import Projections
import Spreadsheets
import Tables
import Testing

/// What became of the rows of a table that is sent again: by hand, for each way in which a row can be met again.
@Suite("Tables that are sent again")
struct ReplacementTests {
  private typealias Line = (to: String, day: String, pounds: Int64, reference: String?, row: Int)

  private func statement(_ line: Line) -> Statement {
    Statement(
      assertedBy: .init(party: PartyKey(unchecked: "lmc")), basis: .document,
      body: .paymentMade(
        PaymentMade(
          promise: PromiseKey(unchecked: "share"), to: PartyKey(unchecked: line.to), money: .exactly(line.pounds * 100),
          reference: line.reference, creditor: nil)),
      sources: [.init(citation: "a.csv", locator: "row \(line.row)")],
      when: ImpreciseDate(edtf: line.day).map { .init(date: $0) })
  }

  private func compared(_ old: [Line], _ new: [Line]) -> Replacement {
    let events = old.enumerated().map { index, line in
      LoggedEvent(
        position: index, id: EventID(high: 1, low: UInt64(index)), stream: .agreement(AgreementKey(unchecked: "deal")),
        recordedAt: Instant(milliseconds: 0), statement: statement(line))
    }
    return Replacement(
      events,
      new.map {
        TableReading.Entry(
          row: Row(number: $0.row, cells: []), statement: statement($0),
          stream: .agreement(AgreementKey(unchecked: "deal")))
      })
  }

  @Test("Same, changed, vanished, new: each row and each event is one of them")
  func story() {
    let old: [Line] = [
      ("a", "2011-06-14", 100, "R1", 2), ("a", "2011-06-15", 200, "R2", 3), ("b", "2011-06-16", 300, nil, 4),
      ("c", "2011-06-17", 400, nil, 5), ("d", "2011-06-18", 500, nil, 6), ("a", "2011-06-14", 100, "R1", 7),
    ]
    let new: [Line] = [
      // The same, further down.
      ("a", "2011-06-14", 100, "R1", 9),
      // By its reference, though day and sum are others.
      ("a", "2011-06-20", 250, "R2", 3),
      // By the day.
      ("b", "2011-06-16", 333, nil, 8),
      // By the row alone.
      ("c", "2011-06-27", 444, nil, 5),
      // New.
      ("e", "2011-07-01", 900, nil, 10),
    ]
    let found = compared(old, new)
    #expect(found.same == 1)
    #expect(found.changed.map { "\($0.entry.row.number)-\($0.event.position)" } == ["3-1", "5-3", "8-2"])
    // Of two equal events one row speaks.
    #expect(found.vanished.map(\.position) == [4, 5])
    #expect(found.fresh.map(\.row.number) == [10])
  }

  @Test("Where several fit, none is chosen")
  func several() {
    let found = compared(
      [("a", "2011-06-14", 1, nil, 2), ("a", "2011-06-14", 2, nil, 3)],
      [("a", "2011-06-14", 3, nil, 7), ("a", "2011-06-14", 4, nil, 8)])
    #expect(found.changed.isEmpty && found.vanished.count == 2 && found.fresh.count == 2)
  }
}
