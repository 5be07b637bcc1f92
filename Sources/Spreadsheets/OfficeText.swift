/// The words of an office document (Word, Excel, PowerPoint, OpenDocument), for searching: no layout, no formulas, no dates.
///
/// Law: whatever the bytes are, no more is unpacked than `mostUnpacked`, and no more kept than was asked for.
public enum OfficeText {
  /// Packed bytes of a document that is looked into.
  public static let largestFile = 16 << 20
  /// Unpacked bytes of all parts that are read.
  static let mostUnpacked = 32 << 20

  /// - Parameter limit: bytes of text; what stands behind them is left out.
  /// - Returns: nil where this is no such document, or one that cannot be read within the limits.
  public static func of(_ bytes: [UInt8], limit: Int) -> String? {
    guard bytes.count <= largestFile, let file = try? ZipFile(bytes) else { return nil }
    let parts = file.names.filter(isRead).sorted()
    guard !parts.isEmpty else { return nil }
    var (text, left) = ("", mostUnpacked)
    do {
      for part in parts where text.utf8.count < limit {
        let unpacked = try file.part(part, atMost: left)
        left -= unpacked.count
        try read(unpacked, part, into: &text, limit: limit)
      }
    } catch {
      return nil
    }
    return String(decoding: text.utf8.prefix(limit), as: UTF8.self)
  }

  /// The parts in which people's words stand.
  private static func isRead(_ name: String) -> Bool {
    guard name.hasSuffix(".xml") else { return false }
    if ["content.xml", "xl/workbook.xml", "xl/sharedStrings.xml"].contains(name) { return true }
    return [
      "word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments",
      "xl/worksheets/sheet", "xl/comments", "ppt/slides/slide", "ppt/notesSlides/notesSlide",
    ].contains { name.hasPrefix($0) && !name.dropFirst($0.count).contains("/") }
  }

  /// Elements behind which a word ends.
  private static let breaks: Set<String> = [
    "p", "h", "br", "tab", "cr", "tc", "c", "si", "s", "line-break", "table-cell", "sheet",
  ]

  private static func read(_ bytes: [UInt8], _ part: String, into text: inout String, limit: Int)
    throws(SpreadsheetFault)
  {
    var scanner = try XMLScanner(bytes, part: part)
    let isOpenDocument = part == "content.xml"
    /// Within an element whose text is meant, and whether a cell holds the place of a text instead of one.
    var (depth, isPlace) = (0, false)
    while text.utf8.count < limit, let event = try scanner.next() {
      switch event {
      case .start(let name, let attributes):
        if name == "c" { isPlace = attributes["t"] == "s" }
        if name == "sheet", let title = attributes["name"] { text += title }
        if name == "t" || name == "v" && !isPlace { depth += 1 }
      case .end(let name):
        if name == "t" || name == "v" && !isPlace { depth = max(0, depth - 1) }
        if breaks.contains(name), text.last != "\n" { text += "\n" }
      case .text(let piece): if depth > 0 || isOpenDocument { text += piece }
      }
    }
  }
}
