/// Writes an .xlsx workbook (ECMA-376): sheets of typed cells, the first row of each standing still.
///
/// Why our own and not libxlsxwriter: it would be one more system library to install before the first build, and what is
/// needed is little (texts, numbers, days, sums). The same content is the same file, byte for byte.
public enum WorkbookWriter {
  public struct Sheet: Sendable {
    public var name: String
    public var header: [String]
    public var rows: [[WrittenCell]]

    public init(name: String, header: [String], rows: [[WrittenCell]]) {
      self.name = name
      self.header = header
      self.rows = rows
    }
  }

  /// A spreadsheet program opens no more: rows of a sheet, and characters of a cell.
  public static let mostRows = 1_048_576
  static let longestText = 32_767
  /// Beyond 15 digits such programs round, so that a larger sum is written as text.
  private static let exactPence: UInt64 = 1_000_000_000_000_000

  /// Styles by their index in styles.xml.
  private enum Style: Int {
    case plain, header, day, pounds, wrapped
  }

  public static func bytes(_ sheets: [Sheet]) throws(SpreadsheetFault) -> [UInt8] {
    var zip = ZipWriter()
    var parts: [(name: String, text: String)] = [
      ("[Content_Types].xml", contentTypes(sheets.count)), ("_rels/.rels", relations),
      ("xl/workbook.xml", workbook(sheets)), ("xl/_rels/workbook.xml.rels", workbookRelations(sheets.count)),
      ("xl/styles.xml", styles),
    ]
    for (index, sheet) in sheets.enumerated() {
      guard sheet.rows.count < mostRows else {
        throw SpreadsheetFault(
          .tooLarge, "“\(sheet.name)” has \(sheet.rows.count) rows, more than a sheet can hold",
          next: "Write it as CSV, or as SQLite.")
      }
      parts.append(("xl/worksheets/sheet\(index + 1).xml", text(of: sheet)))
    }
    for part in parts {
      guard zip.add(part.name, Array(part.text.utf8)) else {
        throw SpreadsheetFault(
          .tooLarge, "the workbook would be larger than one can be", next: "Write it as CSV, or as SQLite.")
      }
    }
    return zip.finish()
  }

  // MARK: Sheets

  private static func text(of sheet: Sheet) -> String {
    var text =
      head + #"<worksheet xmlns="\#(main)"><sheetViews><sheetView workbookViewId="0">"#
      + #"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#
    let widths = widths(of: sheet)
    if !widths.isEmpty {
      text += "<cols>"
      for (column, width) in widths.enumerated() {
        text += #"<col min="\#(column + 1)" max="\#(column + 1)" width="\#(width)" customWidth="1"/>"#
      }
      text += "</cols>"
    }
    text += #"<sheetData><row r="1">"#
    for (column, title) in sheet.header.enumerated() {
      text += cell(.text(title), Place(row: 1, column: column), .header)
    }
    text += "</row>"
    for (index, row) in sheet.rows.enumerated() {
      text += #"<row r="\#(index + 2)">"#
      for (column, value) in row.enumerated() where value != .blank {
        text += cell(value, Place(row: index + 2, column: column), nil)
      }
      text += "</row>"
    }
    return text + "</sheetData></worksheet>"
  }

  /// Wide enough for what is in it, and never so wide that the next column is out of sight.
  private static func widths(of sheet: Sheet) -> [Int] {
    sheet.header.indices.map { column in
      let longest = sheet.rows.prefix(500).map { column < $0.count ? $0[column].plain.count : 0 }.max() ?? 0
      return min(max(longest, sheet.header[column].count) + 2, 60)
    }
  }

  private static func cell(_ value: WrittenCell, _ place: Place, _ style: Style?) -> String {
    func number(_ text: String, _ style: Style) -> String {
      #"<c r="\#(place)" s="\#(style.rawValue)"><v>\#(text)</v></c>"#
    }
    switch value {
    case .blank: return ""
    case .whole(let whole) where whole.magnitude < exactPence: return number(String(whole), .plain)
    case .pence(let pence) where pence.magnitude < exactPence: return number(WrittenCell.pounds(pence), .pounds)
    // 1 March 1900 is day 61 of such programs; before it they count a day that there never was.
    case .day(let days, _) where days >= -25_508: return number(String(days + 25_569), .day)
    case .text, .whole, .pence, .day:
      let style = style ?? (value.plain.count > 60 ? .wrapped : .plain)
      return #"<c r="\#(place)" s="\#(style.rawValue)" t="inlineStr"><is><t xml:space="preserve">"#
        + escaped(cut(value.plain)) + "</t></is></c>"
    }
  }

  /// A longer text would make the whole file be called damaged; that it was cut is said.
  private static func cut(_ text: String) -> String {
    // Counted as such programs do, in units of UTF-16.
    guard text.utf16.count > longestText else { return text }
    var kept = ""
    var length = 0
    for character in text {
      length += character.utf16.count
      guard length <= longestText - 40 else { break }
      kept.append(character)
    }
    return kept + " … [cut: \(text.utf16.count) characters]"
  }

  /// What XML cannot hold becomes U+FFFD; what its reader would change is written as a reference.
  static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes += "&amp;".utf8
      case "<": bytes += "&lt;".utf8
      case ">": bytes += "&gt;".utf8
      case "\"": bytes += "&quot;".utf8
      case "\r": bytes += "&#13;".utf8
      case "\n", "\t": bytes += String(scalar).utf8
      case let scalar where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        bytes += "\u{FFFD}".utf8
      default: bytes += String(scalar).utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: The other parts

  private static let head = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"# + "\n"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let types = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  private static func contentTypes(_ count: Int) -> String {
    let sheets = (1...max(1, count)).prefix(count).map {
      #"<Override PartName="/xl/worksheets/sheet\#($0).xml" ContentType="\#(types).worksheet+xml"/>"#
    }
    return head + #"<Types xmlns="\#(package)/content-types">"#
      + #"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#
      + #"<Default Extension="xml" ContentType="application/xml"/>"#
      + #"<Override PartName="/xl/workbook.xml" ContentType="\#(types).sheet.main+xml"/>"#
      + #"<Override PartName="/xl/styles.xml" ContentType="\#(types).styles+xml"/>"#
      + sheets.joined() + "</Types>"
  }

  private static let relations =
    head + #"<Relationships xmlns="\#(package)/relationships">"#
    + #"<Relationship Id="rId1" Type="\#(office)/officeDocument" Target="xl/workbook.xml"/></Relationships>"#

  private static func workbook(_ sheets: [Sheet]) -> String {
    head + #"<workbook xmlns="\#(main)" xmlns:r="\#(office)"><sheets>"#
      + sheets.enumerated().map { index, sheet in
        #"<sheet name="\#(escaped(sheet.name))" sheetId="\#(index + 1)" r:id="rId\#(index + 1)"/>"#
      }.joined() + "</sheets></workbook>"
  }

  private static func workbookRelations(_ count: Int) -> String {
    let sheets = (1...max(1, count)).prefix(count).map {
      #"<Relationship Id="rId\#($0)" Type="\#(office)/worksheet" Target="worksheets/sheet\#($0).xml"/>"#
    }
    return head + #"<Relationships xmlns="\#(package)/relationships">"# + sheets.joined()
      + #"<Relationship Id="rId\#(count + 1)" Type="\#(office)/styles" Target="styles.xml"/></Relationships>"#
  }

  /// In the order of `Style`.
  private static let styles =
    head + #"<styleSheet xmlns="\#(main)"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>"#
    + #"<numFmt numFmtId="165" formatCode="&quot;£&quot;#,##0.00"/></numFmts>"#
    + #"<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>"#
    + #"<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>"#
    + #"<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>"#
    + #"</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#
    + #"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#
    + #"<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#
    + #"<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>"#
    + #"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#
    + #"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#
    + #"<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">"#
    + #"<alignment vertical="top" wrapText="1"/></xf></cellXfs>"#
    + #"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#
}
