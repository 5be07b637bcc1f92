/// A table in a file: its rows, and what was found out about how they are written.
///
/// Knows nothing of agreements. Rows of text are read again each time and not kept; those of a workbook are kept, and
/// its size is limited.
public struct Spreadsheet: Sendable {
  public enum Form: Hashable, Sendable {
    case text(TextForm)
    /// A sheet of a workbook, and the names of the others that hold something.
    case sheet(String, others: [String])
  }

  public let form: Form
  /// What a reader of the table should know: hidden rows, hidden sheets.
  public let notes: [String]
  private let bytes: [UInt8]
  /// Where the text is read from instead, if it is not held.
  private let chunks: (any ChunkedBytes)?
  private let rows: [Row]

  /// The sheet's name; empty for text.
  public var sheet: String { if case .sheet(let name, _) = form { name } else { "" } }

  /// “Windows-1252, commas”; “sheet “2009””
  public var words: String {
    switch form {
    case .text(let form): form.words
    case .sheet(let name, _): "sheet “\(name)”"
    }
  }

  /// - Parameters:
  ///   - name: of the file: `.tsv` prefers tabs.
  ///   - sheet: which sheet of a workbook; needed where several hold something.
  public init(_ bytes: [UInt8], name: String, sheet: String? = nil) throws(SpreadsheetFault) {
    try Self.checkFormat(bytes)
    chunks = nil
    if Self.isWorkbook(bytes) {
      let workbook = try Workbook(bytes)
      let chosen = try workbook.sheet(named: sheet)
      rows = chosen.rows
      self.bytes = []
      form = .sheet(
        chosen.name, others: workbook.sheets.filter { $0.name != chosen.name && !$0.rows.isEmpty }.map(\.name))
      notes = workbook.notes(on: chosen)
      return
    }
    guard sheet == nil else { throw SpreadsheetFault(.sheet, "a text file has no sheets", next: "Leave --sheet out.") }
    guard !bytes.isEmpty else { throw SpreadsheetFault(.sheet, "the file is empty") }
    var survey = TextSurvey()
    bytes.withUnsafeBufferPointer { survey.take($0) }
    form = .text(try survey.finish(prefersTabs: name.lowercased().hasSuffix(".tsv")))
    self.bytes = bytes
    rows = []
    notes = []
  }

  /// A text that is not held: it is read once now, and again for each `forEachRow`.
  ///
  /// - Throws: a `SpreadsheetFault`, or what the bytes throw.
  public init(text chunks: any ChunkedBytes, name: String) throws {
    var survey = TextSurvey()
    var head: [UInt8] = []
    try chunks.forEachChunk { chunk in
      if head.count < Self.headCount { head += chunk.prefix(Self.headCount - head.count) }
      survey.take(chunk)
    }
    try Self.checkFormat(head)
    guard !Self.isWorkbook(head) else {
      throw SpreadsheetFault(.format, "this is a workbook, whatever its name says", next: "Name it .xlsx.")
    }
    guard !head.isEmpty else { throw SpreadsheetFault(.sheet, "the file is empty") }
    form = .text(try survey.finish(prefersTabs: name.lowercased().hasSuffix(".tsv")))
    self.chunks = chunks
    bytes = []
    rows = []
    notes = []
  }

  /// As many bytes as show what a file is.
  public static let headCount = 256

  /// Does it begin like a workbook? These are held, in whole.
  public static func isWorkbook(_ head: [UInt8]) -> Bool { head.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  /// Gives every row in order, blank ones too.
  public func forEachRow(_ body: (Row) throws -> Void) throws {
    guard case .text(let form) = form else {
      for row in rows { try body(row) }
      return
    }
    var reader = DelimitedReader(form)
    if let chunks {
      try chunks.forEachChunk { try reader.take($0, body) }
      try reader.finish(body)
      return
    }
    try bytes.withUnsafeBufferPointer { buffer in
      var at = 0
      while at < buffer.count {
        let end = min(buffer.count, at + 1 << 16)
        try reader.take(UnsafeBufferPointer(rebasing: buffer[at..<end]), body)
        at = end
      }
    }
    try reader.finish(body)
  }

  /// The row that names the columns: of those among the first that can, the one that is known best.
  ///
  /// - Parameter known: how many of its names are known; of equals the first counts.
  public func header(known: (TableHeader) -> Int = { _ in 0 }) throws -> TableHeader? {
    struct Enough: Error {}
    var best: (header: TableHeader, known: Int)?
    var seen = 0
    do {
      try forEachRow { row in
        guard !row.isBlank else { return }
        if let header = TableHeader(row) {
          let count = known(header)
          if count > best?.known ?? -1 { best = (header, count) }
        }
        seen += 1
        if seen == TableHeader.searched { throw Enough() }
      }
    } catch is Enough {}
    return best?.header
  }

  /// What is often called a spreadsheet and is none that is read here is named.
  private static func checkFormat(_ bytes: [UInt8]) throws(SpreadsheetFault) {
    func refuse(_ what: String, _ next: String = "Save it as .xlsx or .csv from the program it is from.")
      throws(SpreadsheetFault)
    {
      throw SpreadsheetFault(.format, what, next: next)
    }
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      try refuse("this is an Excel file of before 2007 (.xls), or one with a password", "Save it as .xlsx without one.")
    }
    if bytes.starts(with: [0x25, 0x50, 0x44, 0x46]) { try refuse("this is a PDF", "Ask for the table itself.") }
    if bytes.starts(with: [0x1F, 0x8B]) { try refuse("this is a gzip file", "Unpack it first.") }
    if bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) { try refuse("this is a zip file with nothing in it") }
    let head = String(decoding: bytes.prefix(256), as: UTF8.self).tidied.lowercased()
    if head.hasPrefix("<html") || head.hasPrefix("<!doctype") || head.hasPrefix("<table") {
      try refuse("this is a web page, whatever its name says")
    }
    if head.hasPrefix("<?xml") { try refuse("this is XML, and no table that is read here") }
    if head.hasPrefix("{\\rtf") { try refuse("this is a text document (RTF)") }
  }
}
