import Foundation
import Spreadsheets
import Testing

/// The words of office documents, and what hostile ones cost.
@Suite("Text of office documents")
struct OfficeTextTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../CommandTests/Fixtures").standardized

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
  }

  /// What people read stands there, a line a paragraph or cell; what a program reads (fields, formulas, places) does not.
  static let documents: [(name: String, lines: [String])] = [
    ("letter.docx", ["Dear colleague,", "the wombat clause", "stays & holds.", "Said of the deficit."]),
    ("sums.xlsx", ["wombat", "clause", "Deficit", "1234.5", "a remark"]), ("note.odt", ["The wombat", "clause again"]),
  ]

  @Test("The words stand as they are read, and the text is cut where it was asked for", arguments: documents)
  func words(name: String, lines: [String]) throws {
    let bytes = try bytes(name)
    let text = try #require(OfficeText.of(bytes, limit: 1 << 20))
    #expect(text.split(separator: "\n").map(String.init) == lines)
    for limit in [0, 1, 5, 20] {
      #expect(try #require(OfficeText.of(bytes, limit: limit)).utf8.count <= limit + 2)
    }
  }

  @Test("Law: whatever a document is, its text is no longer than was asked for, or there is none")
  func hostile() throws {
    for file in SpreadsheetTests.files(".xlsx") {
      let text = OfficeText.of(try SpreadsheetTests.bytes(file), limit: 1000)
      #expect((text?.utf8.count ?? 0) <= 1002, "\(file)")
    }
    for file in ["ratio.xlsx", "deep.xlsx", "doctype.xlsx", "cut.xlsx", "just-a-zip.xlsx"] {
      #expect(OfficeText.of(try SpreadsheetTests.bytes(file), limit: 1000) == nil, "\(file)")
    }
    #expect(OfficeText.of([], limit: 1000) == nil)
    #expect(OfficeText.of([UInt8](repeating: 0x50, count: OfficeText.largestFile + 1), limit: 1000) == nil)
    // A bit turned round anywhere, and every beginning of one.
    let whole = try bytes("letter.docx")
    for at in stride(from: 0, to: whole.count, by: 7) {
      var other = whole
      other[at] ^= 1 << UInt8(at % 8)
      _ = OfficeText.of(other, limit: 1000)
      _ = OfficeText.of(Array(whole[..<at]), limit: 1000)
    }
  }
}
