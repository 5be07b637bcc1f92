import Agreements
public import CanonicalJSON
public import Projections

extension Question {
  /// Both times in words.
  var words: String {
    let known =
      knownAtText.map { "using what was recorded by \(Day($0)?.words ?? $0)" } ?? "using everything recorded"
    return "as of \(asOf.words), \(known)\(leftOut == 0 ? "" : " that is here")"
  }

  /// The log's head, for the last line of a report; never broken, so that it can be copied.
  var headLine: String {
    let root = root.map { ", root \(Base64.encode($0))" } ?? ""
    return "\(leftOut == 0 ? "" : leftOutWords + "\n")Log: \(eventCount(size))\(root)\n"
  }

  /// Of a copy from which something is missing, openly.
  public var leftOutWords: String {
    "\(eventCount(leftOut)) of this log \(leftOut == 1 ? "is" : "are") not here (left out, or erased), and in no figure."
  }
}

extension Day {
  /// “14 Sep 2010”, where a column is narrow.
  var shortWords: String {
    let words = self.words.split(separator: " ")
    return words.map { $0.allSatisfy(\.isNumber) ? String($0) : String($0.prefix(3)) }.joined(separator: " ")
  }
}

extension TextStyle {
  /// What lies across the day asked for is said, not counted.
  func straddling(_ events: [EventID], _ lexicon: Lexicon) -> String {
    guard !events.isEmpty else { return "" }
    let isOne = events.count == 1
    let known = events.count <= ObligationsView.named ? ": \(Lexicon.list(events.map(lexicon.event)))" : ""
    return paragraph(
      "\(events.count) event\(isOne ? "" : "s") may or may not have happened by that day and "
        + "\(isOne ? "is" : "are") not counted\(known)", indent: "  ")
  }
}

extension ObligationsView {
  /// The events that the text names by their numbers.
  public var citedEvents: [EventID] {
    [balances.map(\.id), costs, straddling].flatMap { $0.count <= ObligationsView.named ? $0 : [] }
  }

  /// More events than this are counted only.
  package static let named = 8

  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var text = style.paragraph("What is owed \(question.words)")
    text += rows.isEmpty ? "  No promise is recorded here.\n" : table(style, lexicon)
    if rows.contains(where: { $0.promised.low == 0 && ($0.promised.high ?? 0) > 0 }) {
      text += style.paragraph("“up to” is a ceiling and no sum that is due.", indent: "  ")
    }
    for balance in balances where balance.stated != balance.computed {
      text += style.paragraph(
        "A paper states \(balance.stated) outstanding (\(lexicon.event(balance.id))); the record gives "
          + "\(balance.computed).", indent: "  ")
    }
    if !costs.isEmpty {
      let listed = costs.count <= ObligationsView.named ? ": \(Lexicon.list(costs.map(lexicon.event)))" : ""
      text += style.paragraph(
        "\(costs.count) cost\(costs.count == 1 ? " is" : "s are") recorded and not added to any sum\(listed)",
        indent: "  ")
    }
    text += style.straddling(straddling, lexicon)
    return text + question.headLine
  }

  /// Sums that are nothing in every row have no column.
  private func table(_ style: TextStyle, _ lexicon: Lexicon) -> String {
    typealias Column = (title: String, of: (ObligationRow) -> Amount, total: Amount?)
    let columns: [Column] = [
      ("Promised", { $0.promised }, total.promised), ("Earned", { $0.earned }, nil), ("Paid", { $0.paid }, total.paid),
      ("Set off", { $0.setOff }, nil), ("Withdrawn", { $0.withdrawn }, total.withdrawn),
      ("Outstanding", { $0.outstanding }, total.outstanding),
    ]
    let shown = columns.filter { column in
      switch column.title {
      case "Earned": rows.contains { $0.earned != $0.promised }
      case "Set off", "Withdrawn": rows.contains { column.of($0) != .zero }
      default: true
      }
    }
    var table = TextTable([("Promise", .left), ("To", .left)] + shown.map { ($0.title, .right) })
    for row in rows {
      table.add(
        ["\(row.agreement)/\(row.promise)", row.creditorWords] + shown.map { $0.of(row).description },
        notes: row.notes(lexicon, style, asOf: question.asOf))
    }
    if rows.count > 1 {
      table.add(["Total", ""] + shown.map { $0.total?.description ?? "" })
    }
    return table.text(style)
  }
}

extension ObligationRow.Category {
  /// Red where something was promised and failed, yellow where it is not settled, green where it was kept.
  var tone: TextStyle.Tone? {
    if isReneged { return .failed }
    if isNotSettled { return .unsettled }
    return self == .honoured ? .settled : nil
  }
}

extension ObligationRow {
  /// What is said under the figures of a row.
  func notes(_ lexicon: Lexicon, _ style: TextStyle, asOf day: Day) -> [TextTable.Note] {
    let state =
      category.words + (strength.map { ", \($0.rawValue)" } ?? "")
      + (due.map { "; due \($0.words)\(style.distance(to: $0, asOf: day))" } ?? "")
      + ((paidShare ?? overpaid).map { "; \($0)" } ?? "")
    var notes = [TextTable.Note("State", state, tone: category.tone)]
    notes += flags.sorted().map { TextTable.Note("Note", $0.words) }
    notes += missing.map { TextTable.Note("Not known", $0, isLabelled: true) }
    if !candidates.isEmpty {
      notes.append(TextTable.Note("May owe it", "\(lexicon.names(candidates)); none is chosen", isLabelled: true))
    }
    return notes
  }
}
