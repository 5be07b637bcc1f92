import Foundation
import Spreadsheets
import Testing

/// Rows out of bytes, whatever the bytes are.
@Suite("Spreadsheets")
struct SpreadsheetTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../TablesTests/Nasty").standardized

  static func files(_ ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
  }

  static func bytes(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
  }

  /// The rows, or the code of what is wrong.
  private static func rows(_ bytes: [UInt8], chunk: Int) -> (rows: [Row], fault: String?) {
    var rows: [Row] = []
    do {
      var survey = TextSurvey()
      bytes.withUnsafeBufferPointer { survey.take($0) }
      var reader = DelimitedReader(try survey.finish())
      for start in stride(from: 0, to: bytes.count, by: chunk) {
        try Array(bytes[start..<min(bytes.count, start + chunk)]).withUnsafeBufferPointer { buffer in
          try reader.take(buffer) { rows.append($0) }
        }
      }
      try reader.finish { rows.append($0) }
      return (rows, nil)
    } catch {
      return (rows, "\(error)")
    }
  }

  @Test("Law: the rows are the same however the file is cut into chunks", arguments: files(".csv"))
  func chunks(file: String) throws {
    let bytes = try Self.bytes(file)
    let whole = Self.rows(bytes, chunk: max(1, bytes.count))
    for chunk in [1, 2, 3, 7, 64] {
      let cut = Self.rows(bytes, chunk: chunk)
      #expect(cut.fault == whole.fault)
      // Rows before a fault are given as far as the chunk before it reached.
      if whole.fault == nil { #expect(cut.rows == whole.rows) }
    }
  }

  @Test("Cells are verbatim, with their places")
  func verbatim() throws {
    let table = try Spreadsheet(Array("a,b\r\n\" x \",\"1\n2\"\r\n\r\n,\u{A0}£5\n".utf8), name: "t.csv")
    var rows: [Row] = []
    try table.forEachRow { rows.append($0) }
    #expect(rows.map(\.number) == [1, 2, 3, 4])
    #expect(rows[1].cells == [Cell(" x "), Cell("1\n2")])
    #expect(rows[2].cells.isEmpty)
    #expect(rows[3].cells == [Cell(""), Cell("\u{A0}£5")])
    #expect(rows[3].place(1).description == "B4")
  }

  @Test("Columns have the letters of spreadsheet programs")
  func letters() {
    for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
      #expect(Place.letters(column) == name)
    }
  }

  @Test("Where a cell is too long, an open quote is what is blamed")
  func longCell() throws {
    let long = String(repeating: "x", count: 1 << 19)
    let table = try Spreadsheet(Array("a,b\nc,\"\(long)".utf8), name: "t.csv")
    let fault = #expect(throws: SpreadsheetFault.self) { try table.forEachRow { _ in } }
    #expect(fault?.code == .openQuote && fault?.place == Place(row: 2, column: 1))
  }

  @Test("Law: a damaged workbook is read or refused, and nothing else happens", arguments: files(".xlsx"))
  func damaged(file: String) throws {
    let bytes = try Self.bytes(file)
    guard bytes.starts(with: [0x50, 0x4B]) else { return }
    for at in stride(from: 0, to: bytes.count, by: 11) {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var copy = bytes
        copy[at] ^= change
        do {
          let table = try Spreadsheet(copy, name: file)
          _ = try table.header()
        } catch { #expect(error is SpreadsheetFault, "byte \(at): \(error)") }
      }
    }
    for length in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: SpreadsheetFault.self) { try Spreadsheet(Array(bytes.prefix(length)), name: file) }
    }
  }
}
