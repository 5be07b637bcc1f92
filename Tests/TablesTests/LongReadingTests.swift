import Agreements
import Foundation
import Spreadsheets
import Tables
import Testing

/// A table that is not held is read in pieces and gone over more than once: it must be the same table.
@Suite("Tables that are not held")
struct LongReadingTests {
  /// A file in pieces of so many bytes.
  private struct Pieces: ChunkedBytes {
    var bytes: [UInt8]
    var size: Int

    func forEachChunk(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
      for start in stride(from: 0, to: bytes.count, by: size) {
        try Array(bytes[start..<min(bytes.count, start + size)]).withUnsafeBufferPointer { try body($0) }
      }
    }
  }

  private static let texts = NastyTests.cases.filter { $0.outcome.hasPrefix("read ") && !$0.file.hasSuffix(".xlsx") }

  @Test("Law: pieces of any size give the rows, refusals, totals and sums of the held table, and give them again")
  func pieces() throws {
    #expect(Self.texts.count > 30)
    for expected in Self.texts {
      let bytes = [UInt8](try Data(contentsOf: NastyTests.folder.appendingPathComponent(expected.file)))
      let (plan, _) = try NastyTests.plan(expected.kind, expected.options)
      let file = (expected.file, "0123456789abcdef0123")
      let held = try TableReading(
        try Spreadsheet(bytes, name: expected.file), plan, in: NastyTests.context, file: file)
      for size in [1, 7, 1 << 16] {
        let table = try Spreadsheet(text: Pieces(bytes: bytes, size: size), name: expected.file)
        var visited: [Statement] = []
        let reading = try TableReading(
          table, plan, in: NastyTests.context, file: file, visit: { visited.append($0.statement) })
        #expect(visited == held.entries.map(\.statement), "\(expected.file), pieces of \(size)")
        #expect(reading.entries.isEmpty && reading.understood == held.entries.count)
        #expect(reading.rejects == held.rejects && reading.totals == held.totals && reading.sum == held.sum)
        #expect(reading.dataRows == held.dataRows)
        var again: [Statement] = []
        var refused: [TableReading.Reject] = []
        try reading.forEachRow(of: table, understood: { again.append($0.statement) }, refused: { refused += $0 })
        #expect(again == visited && refused == held.rejects)
        var lines = RejectsFile.head(reading)
        try reading.forEachRow(
          of: table, understood: { _ in }, refused: { lines += RejectsFile.line(reading, $0) })
        #expect(lines == RejectsFile.bytes(held, held.rejects))
      }
    }
  }

  @Test("Law: what a row becomes can be written as a line and read again, and is the same")
  func readable() throws {
    var count = 0
    for expected in NastyTests.cases where expected.outcome.hasPrefix("read ") {
      let bytes = [UInt8](try Data(contentsOf: NastyTests.folder.appendingPathComponent(expected.file)))
      let (plan, sheet) = try NastyTests.plan(expected.kind, expected.options)
      let reading = try TableReading(
        try Spreadsheet(bytes, name: expected.file, sheet: sheet), plan, in: NastyTests.context,
        file: (expected.file, "0123456789abcdef0123"))
      for entry in reading.entries {
        let data = try #require(entry.statement.body.data)
        let type = Swift.type(of: data)
        #expect(
          try Statement(type: type.type, version: type.version, members: entry.statement.members) == entry.statement,
          "\(expected.file), row \(entry.row.number)")
        count += 1
      }
    }
    #expect(count > 100)
  }

  @Test("Law: keys of contents are equal exactly where contents are")
  func keys() throws {
    let text = """
      Date paid,Promise,Paid to,Amount,Reference,Paid for
      2010-09-14,share,practice-a,£5,R1,
      14 September 2010,share,First practice,5,R1,
      2010-09-14,share,practice-a,£5,R2,
      2010-09-15,share,practice-a,£5,R1,
      2010-09-14,attendance,practice-a,£5,R1,
      2010-09-14,share,practice-b,£5,R1,
      2010-09-14,share,practice-a,£6,R1,
      2010-09-14,share,practice-a,up to £5,R1,
      2010-09-14,share,practice-a,about £5,R1,
      2010-09-14,share,practice-a,£5 each,R1,
      2010-09-14,share,practice-a,£5,R1,practice-b
      2010-09-14,share,practice-a,£5,,
      ,share,practice-a,£5,R1,

      """
    let (plan, _) = try NastyTests.plan("payment", "")
    let reading = try TableReading(
      try Spreadsheet(Array(text.utf8), name: "t.csv"), plan, in: NastyTests.context,
      file: ("t.csv", "0123456789abcdef0123"))
    #expect(reading.entries.count == 13 && reading.rejects.isEmpty)
    // The second row says in other words what the first says; all others say something else.
    for (index, left) in reading.entries.enumerated() {
      for (other, right) in reading.entries.enumerated() {
        let isSame = index == other || index < 2 && other < 2
        let keys = (TableReading.contentKey(of: left.statement), TableReading.contentKey(of: right.statement))
        #expect((keys.0 == keys.1) == isSame, "rows \(index) and \(other)")
        let contents = (
          AnyHashable(TableReading.content(of: left.statement)), AnyHashable(TableReading.content(of: right.statement))
        )
        #expect((contents.0 == contents.1) == isSame)
      }
    }
  }
}
