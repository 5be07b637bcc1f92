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
    Replacement(logged(old), entries(new))
  }

  private func logged(_ lines: [Line]) -> [LoggedEvent] {
    lines.enumerated().map { index, line in
      LoggedEvent(
        position: index, id: EventID(high: 1, low: UInt64(index)), stream: .agreement(AgreementKey(unchecked: "deal")),
        recordedAt: Instant(milliseconds: 0), statement: statement(line))
    }
  }

  private func entries(_ lines: [Line]) -> [TableReading.Entry] {
    lines.map {
      TableReading.Entry(
        row: Row(number: $0.row, cells: []), statement: statement($0),
        stream: .agreement(AgreementKey(unchecked: "deal")))
    }
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

  @Test("A row that may be an event in another version is found by its reference, or by the day where one has none")
  func rivals() {
    let events: [Line] = [
      ("a", "2011-06-14", 100, "R1", 2), ("b", "2011-06-15", 200, nil, 3), ("c", "2011-06-16", 300, "R3", 4),
    ]
    let rows: [Line] = [
      // The reference, though sum and day are others.
      ("a", "2011-06-20", 110, "R1", 2),
      // The same party and day, with a reference now; and without one.
      ("b", "2011-06-15", 220, "R2", 3), ("c", "2011-06-16", 330, nil, 4),
      // Another reference on that day, the reference of somebody else, another day: payments of their own.
      ("c", "2011-06-16", 330, "R4", 5), ("b", "2011-06-16", 1, "R1", 6), ("b", "2011-06-17", 200, nil, 7),
    ]
    let found = Replacement.rivals(of: entries(rows), among: logged(events))
    #expect(found.map { "\($0.entry.row.number)-\($0.event.position)" } == ["2-0", "3-1", "4-2"])
  }

  @Test("A word in every row, or a number of several payments, does not make next month's rows the same")
  func monthly() {
    let april: [Line] = [
      ("a", "2011-04-14", 100, "BACS", 2), ("b", "2011-04-14", 50, "BACS", 3), ("c", "2011-03-14", 70, "80123", 4),
      ("c", "2011-04-14", 70, "80123", 5),
    ]
    let may: [Line] = [
      ("a", "2011-05-14", 100, "BACS", 2), ("b", "2011-05-14", 55, "BACS", 3), ("c", "2011-05-14", 70, "80123", 4),
      // The day of April's, with another sum.
      ("b", "2011-04-14", 60, "BACS", 5),
    ]
    let found = Replacement.rivals(of: entries(may), among: logged(april))
    #expect(found.map { "\($0.entry.row.number)-\($0.event.position)" } == ["5-1"])
  }

  @Test("Where several fit, none is chosen")
  func several() {
    let found = compared(
      [("a", "2011-06-14", 1, nil, 2), ("a", "2011-06-14", 2, nil, 3)],
      [("a", "2011-06-14", 3, nil, 7), ("a", "2011-06-14", 4, nil, 8)])
    #expect(found.changed.isEmpty && found.vanished.count == 2 && found.fresh.count == 2)
  }
}
