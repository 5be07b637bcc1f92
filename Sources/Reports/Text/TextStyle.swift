public import CanonicalJSON
internal import Projections

/// How text is to be laid out.
public struct TextStyle: Sendable {
  /// Characters in a line.
  public var width: Int
  /// No grids: “label: value” lines.
  public var isAccessible: Bool
  /// A person sees it: lines that are stored are cleaned of control characters too.
  public var isTerminal: Bool
  /// Lines that say something weighty are coloured too; the words are the same.
  public var isColoured: Bool
  /// Days are said as “3 days ago” beside their date; nil = only the date, which does not change from day to day.
  public var today: Day?

  public init(
    width: Int = 96, isAccessible: Bool = false, isTerminal: Bool = false, isColoured: Bool = false, today: Day? = nil
  ) {
    self.width = width
    self.isAccessible = isAccessible
    self.isTerminal = isTerminal
    self.isColoured = isColoured && !isAccessible
    self.today = today
  }

  /// What a colour stands beside; it is never told by the colour alone.
  public enum Tone: String, Sendable {
    /// Red, yellow, green; bold for what was looked for.
    case failed = "31"
    case unsettled = "33"
    case settled = "32"
    case strong = "1"
  }

  /// Lines that are laid out already, each coloured for itself.
  public func painted(_ lines: String, _ tone: Tone?) -> String {
    guard isColoured, let tone else { return lines }
    let painted = lines.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      let depth = line.prefix { $0 == " " }.count
      guard depth < line.count else { return String(line) }
      return "\(line.prefix(depth))\u{1B}[\(tone.rawValue)m\(line.dropFirst(depth))\u{1B}[0m"
    }
    return painted.joined(separator: "\n")
  }

  /// “ (3 days ago)”, where a person reads it today.
  func ago(_ day: Day) -> String {
    guard let today, day <= today else { return "" }
    let days = Int(today.number) - Int(day.number)
    switch days {
    case 0: return " (today)"
    case 1: return " (yesterday)"
    case ..<60: return " (\(days) days ago)"
    case ..<730: return " (\(days / 30) months ago)"
    default: return " (\(days * 100 / 36_525) years ago)"
    }
  }

  /// “ (in 3 months)”, “ (20 days ago)” behind the last day that it may be, where a person asks today about today.
  func distance(to due: DueDate, asOf day: Day) -> String {
    guard let today, today == day, let latest = due.latest else { return "" }
    let days = Int(latest.number) - Int(today.number)
    switch days {
    case ...0: return ago(latest)
    case 1: return " (tomorrow)"
    case ..<60: return " (in \(days) days)"
    case ..<730: return " (in \(days / 30) months)"
    default: return " (in \(days * 100 / 36_525) years)"
    }
  }

  /// One sentence, as many lines as it needs.
  public func lines(_ text: String) -> String {
    let depth = text.prefix { $0 == " " }.count
    return paragraph(String(text.dropFirst(depth)), indent: String(repeating: " ", count: depth), hanging: 2)
  }

  /// A command to type: broken between its parts, each line but the last ending in a backslash.
  public func command(_ parts: [String], indent: String = "  ") -> String {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, indent.count + last.count + part.count + 3 <= width {
        lines[lines.count - 1] += " " + part
      } else {
        lines.append((lines.isEmpty ? "" : "  ") + part)
      }
    }
    return lines.enumerated().map { "\(indent)\($1)\($0 < lines.count - 1 ? " \\" : "")\n" }.joined()
  }

  /// A paragraph that fits; its further lines stand deeper by `hanging`.
  package func paragraph(_ text: String, indent: String = "", hanging: Int = 0) -> String {
    let text = text.plainLine
    let first = width - indent.count
    guard hanging > 0, text.count > first else {
      return TextTable.wrap(text, width: max(first, 8)).map { indent + $0 + "\n" }.joined()
    }
    let deeper = indent + String(repeating: " ", count: hanging)
    let lines = TextTable.wrap(text, width: max(first - hanging, 8))
    return lines.enumerated().map { ($0 == 0 ? indent : deeper) + $1 + "\n" }.joined()
  }

  /// “Label   value”, the value's further lines under its first; nothing if there is no value.
  public func labelled(_ label: String, _ value: String?, indent: String = "", label width: Int = 12) -> String {
    guard let value = value?.plainLine, !value.isEmpty else { return "" }
    guard !isAccessible else { return "\(label): \(value)\n" }
    let head = indent + label + String(repeating: " ", count: max(1, width - label.count))
    let gap = String(repeating: " ", count: head.count)
    return TextTable.wrap(value, width: max(self.width - head.count, 16)).enumerated()
      .map { ($0 == 0 ? head : gap) + $1 + "\n" }.joined()
  }
}
