/// Reads delimited text (RFC 4180 and what programs make of it) in chunks of any size. It holds one row at a time.
///
/// Quotes count only at the start of a cell; within another cell they are text. A row ends with LF, CR LF or CR. Blank
/// rows are given too: they have their numbers.
public struct DelimitedReader: Sendable {
  /// Bytes of a cell. No cell of a spreadsheet program is longer than 32,767 characters.
  static let longestCell = 1 << 18
  /// As many columns as a workbook may have.
  static let mostColumns = 16_384

  private enum State {
    case start, plain, quoted, closed
  }

  private let delimiter: UInt8
  private var transcoder: Transcoder
  private var toSkip: Int
  private var skipsLine: Bool
  private var state = State.start
  private var cell: [UInt8] = []
  private var cells: [Cell] = []
  private var row = 1
  private var isAfterReturn = false
  private var opened = Place(row: 1, column: 0)
  private var text: [UInt8] = []

  public init(_ form: TextForm) {
    delimiter = form.delimiter.rawValue
    transcoder = Transcoder(form.encoding)
    toSkip = !form.hasMark ? 0 : form.encoding == .utf8 ? 3 : 2
    skipsLine = form.hasDelimiterLine
  }

  /// Gives every row that ends within the chunk.
  public mutating func take(_ chunk: UnsafeBufferPointer<UInt8>, _ body: (Row) throws -> Void) throws {
    let skipped = min(toSkip, chunk.count)
    toSkip -= skipped
    text.removeAll(keepingCapacity: true)
    try transcoder.take(UnsafeBufferPointer(rebasing: chunk.dropFirst(skipped)), into: &text)
    let text = self.text
    try text.withUnsafeBufferPointer { try read($0, body) }
  }

  /// Gives the last row, if no line end stood behind it.
  public mutating func finish(_ body: (Row) throws -> Void) throws {
    try transcoder.finish()
    if state == .quoted {
      throw SpreadsheetFault(
        .openQuote, at: opened, "the quote that begins cell \(opened) is never closed",
        next: "Close it, or write a quote within a cell twice.")
    }
    if state != .start || !cells.isEmpty { try endRow(body) }
  }

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>, _ body: (Row) throws -> Void) throws {
    var at = 0
    while at < text.count {
      let byte = text[at]
      at += 1
      if isAfterReturn {
        isAfterReturn = false
        if byte == 0x0A { continue }
      }
      if state == .quoted {
        if byte == 0x22 { state = .closed } else { try append(byte) }
        continue
      }
      if byte == delimiter {
        try endCell()
      } else if byte == 0x0A || byte == 0x0D {
        isAfterReturn = byte == 0x0D
        try endRow(body)
      } else if byte == 0x22, state == .start {
        state = .quoted
        opened = Place(row: row, column: cells.count)
      } else if byte == 0x22, state == .closed {
        // A quote within a quoted cell is written twice.
        state = .quoted
        try append(byte)
      } else if state == .closed {
        // Some programs write a space behind the closing quote.
        guard byte == 0x20 else {
          let place = Place(row: row, column: cells.count)
          throw SpreadsheetFault(
            .strayText, at: place, "text stands behind the closing quote of cell \(place)",
            next: "Write a quote within a quoted cell twice.")
        }
      } else {
        state = .plain
        try append(byte)
      }
    }
  }

  private mutating func append(_ byte: UInt8) throws {
    guard cell.count < Self.longestCell else {
      // Far behind an open quote the rest of the file looks like one cell: what is wrong is the quote.
      let place = Place(row: row, column: cells.count)
      throw SpreadsheetFault(
        state == .quoted ? .openQuote : .tooLarge, at: place, "cell \(place) is longer than 256 KiB",
        next: state == .quoted ? "Perhaps its quote is never closed." : "Is this a table?")
    }
    cell.append(byte)
  }

  private mutating func endCell() throws {
    guard cells.count < Self.mostColumns else {
      throw SpreadsheetFault(
        .tooLarge, at: Place(row: row, column: cells.count), "row \(row) has more than \(Self.mostColumns) cells")
    }
    cells.append(Cell(String(decoding: cell, as: UTF8.self)))
    cell.removeAll(keepingCapacity: true)
    state = .start
  }

  private mutating func endRow(_ body: (Row) throws -> Void) throws {
    if !cells.isEmpty || state != .start { try endCell() }
    let ended = cells
    cells.removeAll(keepingCapacity: true)
    state = .start
    if skipsLine {
      skipsLine = false
      return
    }
    try body(Row(number: row, cells: ended))
    row += 1
  }
}
