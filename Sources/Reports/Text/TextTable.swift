/// A table for a terminal: columns as wide as they need, wrapped at words so that a line fits.
///
/// Widths are counted in characters. In accessible form there is no grid: each row is read as “label: value” lines.
public struct TextTable: Sendable {
  public enum Alignment: Sendable {
    case left, right
  }

  struct Row: Sendable {
    var cells: [String]
    var notes: [Note] = []
  }

  /// A line under a row, over its whole width.
  public struct Note: Sendable {
    public var label: String
    public var text: String
    /// Is it told what it is in a grid too?
    public var isLabelled: Bool
    /// Its colour, where colours are used.
    public var tone: TextStyle.Tone?

    public init(_ label: String, _ text: String, isLabelled: Bool = false, tone: TextStyle.Tone? = nil) {
      self.label = label
      self.text = text
      self.isLabelled = isLabelled
      self.tone = tone
    }
  }

  var titles: [String]
  var alignments: [Alignment]
  /// By column: wider than this only if there is nothing else to do with the room.
  var limits: [Int: Int]
  var rows: [Row] = []

  public init(_ columns: [(String, Alignment)], limits: [Int: Int] = [:]) {
    titles = columns.map(\.0)
    alignments = columns.map(\.1)
    self.limits = limits
  }

  /// - Parameter notes: what is said under the row, over its whole width.
  public mutating func add(_ cells: [String], notes: [Note] = []) {
    rows.append(Row(cells: cells.map(\.plainLine), notes: notes.filter { !$0.text.isEmpty }))
  }

  /// - Parameters:
  ///   - width: characters in a line.
  ///   - isAccessible: no grid.
  public func text(width: Int = 96, isAccessible: Bool = false) -> String {
    text(TextStyle(width: width, isAccessible: isAccessible))
  }

  public func text(_ style: TextStyle) -> String {
    guard !style.isAccessible, let widths = fit(style.width) else { return list(style, style.isAccessible) }
    return line(titles, widths)
      + rows.map { row in
        line(row.cells, widths)
          + row.notes.map { note in
            style.painted(
              style.paragraph(
                note.isLabelled ? "\(note.label): \(note.text)" : note.text, indent: "      ", hanging: 2), note.tone)
          }.joined()
      }.joined()
  }

  /// Each row as “label: value” lines.
  private func list(_ style: TextStyle, _ isAccessible: Bool) -> String {
    rows.map { row in
      let cells = zip(titles, row.cells).filter { !$1.isEmpty }.map { Note($0, $1) }
      return (cells + row.notes).map { note in
        let line = "\(note.label): \(note.text.plainLine)"
        return isAccessible
          ? line + "\n" : style.painted(style.paragraph(line, indent: "  ", hanging: 2), note.tone)
      }.joined()
    }.joined(separator: "\n")
  }

  /// Natural widths; what does not fit is taken from the widest column that can still be broken at a word.
  ///
  /// nil if words would have to be cut: half a sum of money is worse than no grid. Only long keys are.
  private func fit(_ width: Int) -> [Int]? {
    let columns = titles.indices.map { index in [titles[index]] + rows.map { $0.cells[index] } }
    var widths = columns.map { $0.map(\.count).max() ?? 0 }
    let words = columns.map { cells in
      cells.flatMap { TextTable.pieces($0).map(\.count) }.max() ?? 0
    }
    let room = width - 2 - 2 * (widths.count - 1)
    guard widths.reduce(0, +) > room else { return widths }
    for (column, limit) in limits { widths[column] = min(widths[column], max(limit, words[column])) }
    let floor = words.map { min($0, 20) }
    while widths.reduce(0, +) > room {
      let breakable = widths.indices.filter { widths[$0] > floor[$0] }
      guard let widest = breakable.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let wrapped = zip(cells, widths).map { TextTable.wrap($0, width: $1) }
    let height = wrapped.map(\.count).max() ?? 1
    var text = ""
    for row in 0..<height {
      var line = "  "
      for (column, lines) in wrapped.enumerated() {
        let cell = row < lines.count ? lines[row] : ""
        let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
        line += alignments[column] == .right ? padding + cell : cell + padding
        if column < wrapped.count - 1 { line += "  " }
      }
      text += line.withoutTrailingSpaces + "\n"
    }
    return text
  }

  /// Breaks at spaces, then behind slashes and hyphens; what is still longer than a line is cut.
  ///
  /// Law: no line is longer than `width`, and nothing but spaces at the breaks is lost.
  public static func wrap(_ text: String, width: Int) -> [String] {
    guard text.count > width, width > 0 else { return [text] }
    var lines: [String] = []
    var line = ""
    var isSpaced = false
    for piece in pieces(text) {
      var word = piece.text
      let gap = isSpaced && !line.isEmpty ? " " : ""
      if !line.isEmpty, line.count + gap.count + word.count > width {
        lines.append(line)
        line = ""
      } else {
        line += gap
      }
      while word.count > width {
        let head = cut(word, width)
        lines.append(String(head))
        word = String(word.dropFirst(head.count))
      }
      line += word
      isSpaced = piece.isSpaced
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// As much of a long piece as fits: behind its last hyphen if that leaves half a line, else anywhere.
  private static func cut(_ word: String, _ width: Int) -> Substring {
    let head = word.prefix(width)
    guard let hyphen = head.lastIndex(of: "-") else { return head }
    let part = head[...hyphen]
    return part.count >= width / 2 ? part : head
  }

  /// What is never broken unless it is longer than a line; and whether a space follows.
  private static func pieces(_ text: String) -> [Piece] {
    text.split(separator: " ").flatMap { word -> [Piece] in
      var pieces: [Piece] = []
      var rest = word
      // Only in longer words: a date like 2009/10 stays whole.
      while word.count > 12, let slash = rest.dropLast().firstIndex(of: "/") {
        let head = rest[...slash]
        pieces.append(Piece(text: String(head), isSpaced: false))
        rest = rest.dropFirst(head.count)
      }
      return pieces + [Piece(text: String(rest), isSpaced: true)]
    }
  }

  private struct Piece {
    var text: String
    var isSpaced: Bool
    var count: Int { text.count }
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// Control characters are shown, not obeyed: a text in a log must not be able to repaint a terminal.
  public var plainLine: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? ($0 == "\n" ? " " : "\u{FFFD}") : $0 }))
  }

  /// The same for a text whose lines and tabs stay what they are.
  public var plainText: String {
    func isStaying(_ scalar: Unicode.Scalar) -> Bool { !scalar.isControl || scalar == "\n" || scalar == "\t" }
    guard !unicodeScalars.allSatisfy(isStaying) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { isStaying($0) ? $0 : "\u{FFFD}" }))
  }
}

extension Unicode.Scalar {
  /// C0, DEL, C1, and the marks that turn the direction of text.
  fileprivate var isControl: Bool {
    value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
      || (0x2066...0x2069).contains(value) || value == 0x200E || value == 0x200F || value == 0x061C
      || value == 0x2028 || value == 0x2029
  }
}
