/// A table for a terminal: columns as wide as they need, the last ones wrapped at words so that a line fits.
///
/// Widths are counted in characters. In accessible form there is no grid: each row is read as “label: value” lines.
public struct TextTable: Sendable {
  public enum Alignment: Sendable {
    case left, right
  }

  public var titles: [String]
  public var alignments: [Alignment]
  public var rows: [[String]] = []

  public init(_ columns: (String, Alignment)...) {
    titles = columns.map(\.0)
    alignments = columns.map(\.1)
  }

  public mutating func add(_ cells: String...) { rows.append(cells.map { $0.plainLine }) }

  /// - Parameters:
  ///   - width: characters in a line.
  ///   - isAccessible: no grid.
  public func text(width: Int = 96, isAccessible: Bool = false) -> String {
    guard !isAccessible else {
      return rows.map { row in
        zip(titles, row).filter { !$1.isEmpty }.map { "\($0): \($1)\n" }.joined()
      }.joined(separator: "\n")
    }
    let widths = fit(width)
    return ([titles] + rows).map { line($0, widths) }.joined()
  }

  /// Natural widths; what does not fit is taken from the widest columns.
  private func fit(_ width: Int) -> [Int] {
    var widths = titles.indices.map { index in
      ([titles[index]] + rows.map { $0[index] }).map(\.count).max() ?? 0
    }
    let room = max(width - 2 - 2 * (widths.count - 1), 8 * widths.count)
    while widths.reduce(0, +) > room {
      guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else { break }
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
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  /// Breaks at spaces; a word longer than a line is cut.
  public static func wrap(_ text: String, width: Int) -> [String] {
    guard text.count > width, width > 0 else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      var word = String(word)
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = String(word.dropFirst(width))
      }
      line += line.isEmpty ? word : " " + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}

extension String {
  /// Control characters are shown, not obeyed: a text in a log must not be able to repaint a terminal.
  public var plainLine: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? ($0 == "\n" ? " " : "\u{FFFD}") : $0 }))
  }
}

extension Unicode.Scalar {
  /// C0, DEL, C1, and the marks that turn the direction of text.
  fileprivate var isControl: Bool {
    value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
      || (0x2066...0x2069).contains(value)
  }
}
