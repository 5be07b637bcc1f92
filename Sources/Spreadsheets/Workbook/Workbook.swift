/// An .xlsx workbook (ECMA-376): its sheets as rows of cells with what they mean.
struct Workbook {
  struct Sheet {
    var name: String
    var isHidden: Bool
    var rows: [Row]
    var hiddenRows: Int
    /// Hidden columns that hold something, by their letters.
    var hiddenColumns: [String]
    /// Rows with a cell that is struck out.
    var struckRows: [Int]
  }

  /// Cells of all sheets together, empty ones among them.
  static let mostCells = 8_000_000

  private(set) var sheets: [Sheet] = []

  init(_ bytes: [UInt8]) throws(SpreadsheetFault) {
    let zip = try ZipFile(bytes)
    if zip.has("mimetype") || zip.has("content.xml") {
      throw SpreadsheetFault(
        .format, "this is an OpenDocument file (.ods), which is not read", next: "Save it as .xlsx.")
    }
    if zip.has("xl/workbook.bin") {
      throw SpreadsheetFault(.format, "this is a binary workbook (.xlsb), which is not read", next: "Save it as .xlsx.")
    }
    guard zip.has("_rels/.rels") else {
      throw SpreadsheetFault(.format, "this is a zip file, and no workbook", next: "Unpack it first.")
    }
    let root = try Self.targets(in: zip, of: "")
    guard let main = root.first(where: { $0.value.type.hasSuffix("/officeDocument") })?.value.path else {
      throw ZipFile.damaged("it does not say where its sheets are")
    }
    let targets = try Self.targets(in: zip, of: main)
    func part(_ type: String) -> String? { targets.values.first { $0.type.hasSuffix("/\(type)") }?.path }
    var book = try Self.book(in: zip, main)
    if let path = part("sharedStrings"), zip.has(path) { book.strings = try Self.strings(try zip.part(path), path) }
    if let path = part("styles"), zip.has(path) {
      (book.formats, book.strikes) = try Self.formats(try zip.part(path), path)
    }
    var cells = 0
    for listed in book.listed {
      guard let target = targets[listed.id] else { throw ZipFile.damaged("sheet “\(listed.name)” is missing") }
      // Charts and dialogues are sheets too, with no cells.
      guard target.type.hasSuffix("/worksheet") else { continue }
      var reader = SheetReader(book: book, cells: cells)
      try reader.read(try zip.part(target.path), target.path)
      cells = reader.count
      sheets.append(
        Sheet(
          name: listed.name, isHidden: listed.isHidden, rows: reader.rows, hiddenRows: reader.hiddenRows,
          hiddenColumns: reader.filledHiddenColumns, struckRows: reader.struckRows))
    }
  }

  /// The one that was named; else the only one that is shown and holds something.
  func sheet(named name: String?) throws(SpreadsheetFault) -> Sheet {
    let names = sheets.map { "“\($0.name)”" }.joined(separator: ", ")
    if let name {
      guard let sheet = sheets.first(where: { $0.name == name }) else {
        throw SpreadsheetFault(.sheet, "there is no sheet “\(name)”", next: "Sheets: \(names).")
      }
      return sheet
    }
    let filled = sheets.filter { !$0.isHidden && !$0.rows.isEmpty }
    guard let only = filled.first else { throw SpreadsheetFault(.sheet, "no sheet that is shown holds anything") }
    guard filled.count == 1 else {
      throw SpreadsheetFault(
        .sheet, "\(filled.count) sheets hold something: \(filled.map { "“\($0.name)”" }.joined(separator: ", "))",
        next: "Say which: --sheet \"\(only.name)\"")
    }
    return only
  }

  func notes(on sheet: Sheet) -> [String] {
    var notes: [String] = []
    if sheet.hiddenRows > 0 {
      notes.append("\(sheet.hiddenRows) hidden row\(sheet.hiddenRows == 1 ? " is" : "s are") read too")
    }
    if !sheet.hiddenColumns.isEmpty {
      let count = sheet.hiddenColumns.count
      notes.append(
        "\(count == 1 ? "a hidden column is" : "hidden columns are") read too: \(sheet.hiddenColumns.joined(separator: ", "))"
      )
    }
    if let first = sheet.struckRows.first {
      let count = sheet.struckRows.count
      notes.append(
        count == 1
          ? "row \(first) is struck out, and is read too"
          : "\(count) rows are struck out, the first of them \(first), and are read too")
    }
    let hidden = sheets.filter { $0.isHidden && $0.name != sheet.name && !$0.rows.isEmpty }
    for other in hidden { notes.append("a hidden sheet is not read: “\(other.name)”") }
    return notes
  }

  // MARK: Parts

  struct Book {
    var listed: [(name: String, id: String, isHidden: Bool)] = []
    var is1904 = false
    var strings: [String] = []
    var formats: [NumberFormat] = []
    /// Of each style: is its text struck out?
    var strikes: [Bool] = []
  }

  private static func book(in zip: ZipFile, _ path: String) throws(SpreadsheetFault) -> Book {
    var book = Book()
    var scanner = try XMLScanner(try zip.part(path), part: path)
    while let event = try scanner.next() {
      guard case .start(let name, let attributes) = event else { continue }
      if name == "workbookPr" { book.is1904 = ["1", "true"].contains(attributes["date1904"] ?? "") }
      if name == "sheet" {
        book.listed.append(
          (attributes["name"] ?? "", attributes["id"] ?? "", (attributes["state"] ?? "visible") != "visible"))
      }
    }
    return book
  }

  /// Where a part's relations lead, by their ids.
  private static func targets(in zip: ZipFile, of part: String) throws(SpreadsheetFault) -> [String: (
    path: String, type: String
  )] {
    var folder = part.split(separator: "/").map(String.init)
    let file = folder.popLast() ?? ""
    let path = (folder + ["_rels", "\(file).rels"]).joined(separator: "/")
    var targets: [String: (path: String, type: String)] = [:]
    var scanner = try XMLScanner(try zip.part(path), part: path)
    while let event = try scanner.next() {
      guard case .start("Relationship", let attributes) = event, let id = attributes["Id"],
        let target = attributes["Target"], attributes["TargetMode"] != "External"
      else { continue }
      var steps = target.hasPrefix("/") ? [] : folder
      for step in target.split(separator: "/") {
        if step == ".." { _ = steps.popLast() } else if step != "." { steps.append(String(step)) }
      }
      targets[id] = (steps.joined(separator: "/"), attributes["Type"] ?? "")
    }
    return targets
  }

  /// Texts of cells; a text may be made of pieces, and what shows how it is pronounced is no part of it.
  private static func strings(_ bytes: [UInt8], _ part: String) throws(SpreadsheetFault) -> [String] {
    var strings: [String] = []
    var (text, isText, isSpoken) = ("", false, false)
    var scanner = try XMLScanner(bytes, part: part)
    while let event = try scanner.next() {
      switch event {
      case .start("si", _): text = ""
      case .start("t", _): isText = true
      case .start("rPh", _): isSpoken = true
      case .end("t"): isText = false
      case .end("rPh"): isSpoken = false
      case .end("si"): strings.append(SheetReader.unescaped(text))
      case .text(let piece) where isText && !isSpoken: text += piece
      default: break
      }
    }
    return strings
  }

  /// The format of each style that a cell may have, and whether it strikes out.
  private static func formats(_ bytes: [UInt8], _ part: String) throws(SpreadsheetFault) -> ([NumberFormat], [Bool]) {
    var (strikes, fonts, isFont): ([Bool], [Bool], Bool) = ([], [], false)
    var codes: [Int: NumberFormat] = [:]
    var formats: [NumberFormat] = []
    var isCellStyle = false
    var scanner = try XMLScanner(bytes, part: part)
    while let event = try scanner.next() {
      switch event {
      case .start("numFmt", let attributes):
        if let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] {
          codes[id] = NumberFormat(code: code)
        }
      case .start("fonts", _): isFont = true
      case .end("fonts"): isFont = false
      case .start("font", _) where isFont: fonts.append(false)
      case .start("strike", let attributes) where isFont && !fonts.isEmpty:
        fonts[fonts.count - 1] = !["0", "false"].contains(attributes["val"] ?? "1")
      case .start("cellXfs", _): isCellStyle = true
      case .end("cellXfs"): isCellStyle = false
      case .start("xf", let attributes) where isCellStyle:
        let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
        formats.append(codes[id] ?? NumberFormat(builtIn: id))
        let font = attributes["fontId"].flatMap { Int($0) } ?? 0
        strikes.append(fonts.indices.contains(font) && fonts[font])
      default: break
      }
    }
    return (formats, strikes)
  }
}

/// The rows of one sheet.
struct SheetReader {
  let book: Workbook.Book
  private(set) var rows: [Row] = []
  private(set) var hiddenRows = 0
  private(set) var struckRows: [Int] = []
  private var hiddenColumns: [ClosedRange<Int>] = []
  private var cells: [Cell] = []
  private var number = 0
  /// Cells of this sheet and of those before it.
  private(set) var count: Int
  private var merged: [(rows: ClosedRange<Int>, columns: ClosedRange<Int>)] = []

  /// Letters of the hidden columns in which a row holds something.
  var filledHiddenColumns: [String] {
    hiddenColumns.flatMap { Array($0) }.filter { column in rows.contains { !$0[column].isBlank } }.map {
      Place.letters($0)
    }
  }

  init(book: Workbook.Book, cells: Int) {
    self.book = book
    count = cells
  }

  private struct Open {
    var type = "n"
    var style = 0
    var value = ""
    var inline = ""
    var hasFormula = false
  }

  mutating func read(_ bytes: [UInt8], _ part: String) throws(SpreadsheetFault) {
    var scanner = try XMLScanner(bytes, part: part)
    var cell = Open()
    var column = -1
    var (isValue, isInline, isSpoken, isHidden) = (false, false, false, false)
    var isStruck = false
    while let event = try scanner.next() {
      switch event {
      case .start("col", let attributes) where ["1", "true"].contains(attributes["hidden"] ?? ""):
        // To the last column of a sheet nothing stands, and a table has few.
        if let first = attributes["min"].flatMap({ Int($0) }), let last = attributes["max"].flatMap({ Int($0) }),
          first >= 1,
          first <= last, first <= 256
        {
          hiddenColumns.append((first - 1)...(min(last, 256) - 1))
        }
      case .start("row", let attributes):
        isStruck = false
        number = try attributes["r"].map { text throws(SpreadsheetFault) in try Self.rowNumber(text) } ?? number + 1
        guard rows.last.map({ $0.number < number }) ?? true else { throw ZipFile.damaged("its rows are out of order") }
        cells = []
        column = -1
        isHidden = ["1", "true"].contains(attributes["hidden"] ?? "")
      case .start("c", let attributes):
        cell = Open()
        cell.type = attributes["t"] ?? "n"
        cell.style = attributes["s"].flatMap { Int($0) } ?? 0
        let given = try attributes["r"].map { text throws(SpreadsheetFault) in try Self.reference(text).column }
        let next = given ?? column + 1
        guard next > column, next < DelimitedReader.mostColumns else {
          throw ZipFile.damaged("its cells are out of order")
        }
        column = next
      case .start("v", _): isValue = true
      case .end("v"): isValue = false
      case .start("t", _): isInline = true
      case .end("t"): isInline = false
      case .start("rPh", _): isSpoken = true
      case .end("rPh"): isSpoken = false
      case .start("f", _): cell.hasFormula = true
      case .text(let text):
        if isValue { cell.value += text } else if isInline, !isSpoken { cell.inline += text }
      case .end("c"):
        count += column + 1 - cells.count
        guard count <= Workbook.mostCells else {
          throw Self.tooManyCells
        }
        while cells.count < column { cells.append(.blank) }
        cells.append(value(cell))
        if book.strikes.indices.contains(cell.style), book.strikes[cell.style], cells.last?.isBlank == false {
          isStruck = true
        }
      case .end("row"):
        let row = Row(number: number, cells: cells)
        if isHidden, !row.isBlank { hiddenRows += 1 }
        if isStruck { struckRows.append(number) }
        if !row.isBlank { rows.append(row) }
      case .start("mergeCell", let attributes):
        let ends = (attributes["ref"] ?? "").split(separator: ":")
        guard ends.count == 2 else { continue }
        let (first, last) = (try Self.reference(String(ends[0])), try Self.reference(String(ends[1])))
        guard first.row <= last.row, first.column <= last.column, merged.count < 10_000 else {
          throw ZipFile.damaged("its merged cells are out of order")
        }
        merged.append((first.row...last.row, first.column...last.column))
      default: break
      }
    }
    try cover()
  }

  private static let tooManyCells = SpreadsheetFault(
    .tooLarge, "the workbook has more than \(Workbook.mostCells) cells", next: "Save the sheet as CSV.")

  /// What stands under merged cells is marked: its value stands in the first of them.
  private mutating func cover() throws(SpreadsheetFault) {
    for area in merged {
      let first = firstIndex(from: area.rows.lowerBound)
      var index = first
      while index < rows.count, rows[index].number <= area.rows.upperBound {
        // Columns beyond the width of any table that is read here cover nothing that matters.
        let last = min(area.columns.upperBound, max(rows[index].cells.count - 1, 63))
        guard area.columns.lowerBound <= last else { break }
        count += last - area.columns.lowerBound + 1
        guard count <= Workbook.mostCells else { throw Self.tooManyCells }
        while rows[index].cells.count <= last { rows[index].cells.append(.blank) }
        for column in area.columns.lowerBound...last
        where !(rows[index].number == area.rows.lowerBound && column == area.columns.lowerBound) {
          rows[index].cells[column] = Cell("", .covered)
        }
        index += 1
      }
    }
  }

  /// The first row with at least this number.
  private func firstIndex(from number: Int) -> Int {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func value(_ cell: Open) -> Cell {
    switch cell.type {
    case "s":
      guard let index = Int(cell.value), book.strings.indices.contains(index) else { return Cell(cell.value, .error) }
      return Cell(book.strings[index])
    case "inlineStr": return Cell(Self.unescaped(cell.inline))
    case "str": return cell.value.isEmpty && cell.hasFormula ? .blank : Cell(Self.unescaped(cell.value))
    case "b": return Cell(cell.value == "1" || cell.value == "true" ? "TRUE" : "FALSE", .boolean)
    case "e": return Cell(cell.value, .error)
    case "d": return Cell(String(cell.value.prefix(10)), .date)
    default:
      guard !cell.value.isEmpty else { return cell.hasFormula ? Cell("", .unsaved) : .blank }
      let format = book.formats.indices.contains(cell.style) ? book.formats[cell.style] : .plain
      return format.cell(cell.value, is1904: book.is1904)
    }
  }

  /// “C7”
  private static func reference(_ text: String) throws(SpreadsheetFault) -> (row: Int, column: Int) {
    var column = 0
    var rest = Array(text.utf8).filter { $0 != 0x24 }[...]
    while let byte = rest.first, (0x41...0x5A).contains(byte), column <= DelimitedReader.mostColumns {
      column = column * 26 + Int(byte) - 0x40
      rest.removeFirst()
    }
    let row = try rowNumber(String(decoding: rest, as: UTF8.self))
    guard (1...DelimitedReader.mostColumns).contains(column) else { throw ZipFile.damaged("“\(text)” is no cell") }
    return (row, column - 1)
  }

  private static func rowNumber(_ text: String) throws(SpreadsheetFault) -> Int {
    guard let row = Int(text), (1...1_048_576).contains(row) else { throw ZipFile.damaged("“\(text)” is no row") }
    return row
  }

  /// `_x000D_` stands for a character that XML cannot hold (ECMA-376, part 1, 22.9.2.19).
  static func unescaped(_ text: String) -> String {
    guard text.contains("_x") else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if at + 7 <= bytes.count, bytes[at] == 0x5F, bytes[at + 1] == 0x78, bytes[at + 6] == 0x5F,
        let value = UInt32(String(decoding: bytes[(at + 2)..<(at + 6)], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(value)
      {
        result += String(scalar).utf8
        at += 7
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
