/// One cell, verbatim: nothing is trimmed, and nothing is turned into another value.
public struct Cell: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case text
    /// A workbook's number, in plain decimal digits.
    case number
    /// A workbook's date, as YYYY-MM-DD; as YYYY-MM or YYYY where its format shows no more.
    case date
    /// TRUE or FALSE.
    case boolean
    /// #REF!, #N/A and their like.
    case error
    /// A formula whose result was not saved with it.
    case unsaved
    /// Covered by merged cells: what stands there stands in the first of them.
    case covered
  }

  public var text: String
  public var kind: Kind

  public init(_ text: String, _ kind: Kind = .text) {
    self.text = text
    self.kind = kind
  }

  public static let blank = Cell("")

  /// Nothing but white space, no-break spaces among it.
  public var isBlank: Bool { (kind == .text || kind == .covered) && text.isBlank }
}

/// One row with its number.
public struct Row: Hashable, Sendable {
  /// From 1, as a spreadsheet program shows it: a quoted line break begins no row, a `sep=` line is none.
  public var number: Int
  public var cells: [Cell]

  public init(number: Int, cells: [Cell]) {
    self.number = number
    self.cells = cells
  }

  /// The cell of a column; what is not there is blank.
  public subscript(column: Int) -> Cell { cells.indices.contains(column) ? cells[column] : .blank }

  public var isBlank: Bool { cells.allSatisfy(\.isBlank) }

  public func place(_ column: Int) -> Place { Place(row: number, column: column) }
}

extension String {
  /// Without anything to tidy: nearly all cells. Of what is not ASCII, letters, accents and £ are let through; the blocks
  /// that have a space or a mark of no width are left to the long way.
  private var isTidy: Bool {
    var isSpaced = true
    var before: UInt8 = 0
    for byte in utf8 {
      switch byte {
      case 0x20: guard !isSpaced else { return false }
      case 0x00...0x1F: return false
      // U+0085 and U+00A0.
      case 0x85, 0xA0: guard before != 0xC2 else { return false }
      // U+1680, U+180E; U+2000 to U+2060; U+3000; U+FEFF.
      case 0xE1, 0xE2, 0xE3, 0xEF: return false
      default: break
      }
      isSpaced = byte == 0x20
      before = byte
    }
    return !isSpaced || utf8.isEmpty
  }

  var isBlank: Bool { unicodeScalars.allSatisfy(\.isSpace) }

  /// Without the spaces around it; runs of spaces and no-break spaces within become one.
  public var tidied: String {
    if isTidy { return self }
    var scalars = String.UnicodeScalarView()
    var isSpaced = false
    for scalar in unicodeScalars {
      if scalar.isSpace {
        isSpaced = !scalars.isEmpty
      } else {
        if isSpaced { scalars.append(" ") }
        isSpaced = false
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}

extension Unicode.Scalar {
  /// White space, and the marks of no width that programs leave behind.
  var isSpace: Bool {
    // Nearly all text is ASCII, and the tables of Unicode are slow to ask.
    if value < 0x80 { return value == 0x20 || (0x09...0x0D).contains(value) }
    return properties.isWhitespace || value == 0x200B || value == 0xFEFF || value == 0x2060
  }
}
