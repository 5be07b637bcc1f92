import Agreements
import CanonicalJSON
internal import LogStore
public import Projections

/// How text is to be laid out.
public struct TextStyle: Sendable {
  public var width: Int
  /// No grids: “label: value” lines.
  public var isAccessible: Bool

  public init(width: Int = 96, isAccessible: Bool = false) {
    self.width = width
    self.isAccessible = isAccessible
  }

  func paragraph(_ text: String, indent: String = "") -> String {
    TextTable.wrap(text.plainLine, width: width - indent.count).map { indent + $0 + "\n" }.joined()
  }
}

extension Question {
  /// Both times in words, and the log's head in the last line of a report.
  var words: String {
    let known = knownAtText.map { "using what was recorded by \($0)" } ?? "using everything recorded"
    return "as of \(asOf.words), \(known)"
  }

  var headWords: String {
    let root = root.map { ", root \(Base64.encode($0))" } ?? ""
    return "Log: \(size) events\(root)"
  }
}

extension ObligationsView {
  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("Owed to practices \(question.words)")
    if rows.isEmpty {
      text += "  No promises are recorded.\n"
    } else {
      var table = TextTable(
        ("Agreement", .left), ("Creditor", .left), ("Promised", .right), ("Paid", .right), ("Withdrawn", .right),
        ("Outstanding", .right), ("State", .left))
      for row in rows {
        table.add(
          "\(row.agreement)/\(row.promise)", row.creditorWords, "\(row.promised)", "\(row.paid)", "\(row.withdrawn)",
          "\(row.outstanding)", row.category.words)
      }
      if rows.count > 1 {
        table.add("", "Total", "\(total.promised)", "\(total.paid)", "\(total.withdrawn)", "\(total.outstanding)", "")
      }
      text += table.text(width: style.width, isAccessible: style.isAccessible)
      if rows.contains(where: { $0.promised.high != $0.promised.low }) {
        text += style.paragraph("“up to” is a ceiling and no sum that is due.", indent: "  ")
      }
    }
    for row in rows where !row.flags.isEmpty || !row.missing.isEmpty {
      let notes = row.flags.sorted().map(\.words) + row.missing.map { "not known: \($0)" }
      text += style.paragraph(
        "\(row.agreement)/\(row.promise), \(row.creditor): \(notes.joined(separator: "; "))", indent: "  ")
    }
    for balance in balances where balance.stated != balance.computed {
      text += style.paragraph(
        "A paper states \(balance.stated) outstanding; the record gives \(balance.computed) (event \(balance.id)).",
        indent: "  ")
    }
    text += straddlingWords(straddling, style)
    text += style.paragraph(question.headWords)
    return text
  }
}

private func straddlingWords(_ straddling: [EventID], _ style: TextStyle) -> String {
  guard !straddling.isEmpty else { return "" }
  return style.paragraph(
    "\(straddling.count) event\(straddling.count == 1 ? "" : "s") may or may not have happened by that day and "
      + "\(straddling.count == 1 ? "is" : "are") not counted.", indent: "  ")
}

extension RenegedView {
  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("Reneged deals: report \(question.words)")
    text += style.paragraph(
      findings.isEmpty
        ? "No promise fits a category of this report." : "\(findings.count) finding\(findings.count == 1 ? "" : "s")")
    for finding in findings { text += "\n" + finding.text(style) }
    if !notSettled.isEmpty {
      text += "\nNot settled (\(notSettled.count)): shown apart, no finding\n"
      for finding in notSettled { text += "\n" + finding.text(style) }
    }
    text +=
      "\n" + straddlingWords(straddling, style) + style.paragraph(notLegalAdvice)
      + style.paragraph(question.headWords)
    return text
  }
}

extension RenegedView.Finding {
  func text(_ style: TextStyle) -> String {
    var text = style.paragraph(
      "\(row.agreement)/\(row.promise): \(row.debtor?.rawValue ?? "debtor not known") and \(row.creditorWords)",
      indent: "  ")
    let figures = [
      "promised \(row.promised)", "earned \(row.earned)", "paid \(row.paid)", "withdrawn \(row.withdrawn)",
      "outstanding \(row.outstanding)",
    ]
    text += style.paragraph("Category    \(row.category.words) [\(row.category.rawValue)]", indent: "    ")
    if let strength = row.strength { text += style.paragraph("Strength    \(strength.words)", indent: "    ") }
    text += style.paragraph("Figures     \(figures.joined(separator: " · "))", indent: "    ")
    if let due = row.due { text += style.paragraph("Due         \(due.edtf)", indent: "    ") }
    if !row.candidates.isEmpty {
      let names = row.candidates.map(\.rawValue).joined(separator: ", ")
      text += style.paragraph("May owe it  \(names) (none is chosen)", indent: "    ")
    }
    for flag in row.flags.sorted() { text += style.paragraph("Note        \(flag.words)", indent: "    ") }
    for missing in row.missing { text += style.paragraph("Not known   \(missing)", indent: "    ") }
    if reasons.isEmpty {
      text += style.paragraph("Reasons     none is recorded", indent: "    ")
    } else {
      text += "    Reasons that were given:\n"
      for reason in reasons { text += style.paragraph("“\(reason.quote)” — \(reason.party)", indent: "      ") }
    }
    for line in notClaimed { text += style.paragraph(line.sentence, indent: "    ") }
    text += style.paragraph(
      "See why: tracker explain \(row.agreement) \(row.promise)", indent: "    ")
    return text
  }
}

extension TimelineView {
  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("Timeline \(question.words)")
    var table = TextTable(
      ("No.", .right), ("Happened", .left), ("Recorded", .left), ("What", .left), ("Who says so", .left),
      ("Source", .left))
    for entry in entries {
      let statement = entry.event.statement
      let state =
        switch entry.state {
        case .stands: ""
        case .corrected: " [corrected]"
        case .retracted: " [taken back]"
        }
      table.add(
        String(entry.event.position + 1), statement.when?.date.description ?? "not known",
        entry.event.recordedAt.day.words, statement.sentence + state, statement.assertedBy.party.rawValue,
        statement.sourceWords)
    }
    text += table.text(width: style.width, isAccessible: style.isAccessible)
    text += straddlingWords(straddling, style)
    text += style.paragraph(question.headWords)
    return text
  }
}

extension PlansView {
  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("Plans to spend less \(question.words)")
    text += style.paragraph(
      "Plans overlap, so they are not added up; a plan is no promise and no breach.", indent: "  ")
    for plan in plans {
      text += "\n  \(plan.key)\n"
      for account in plan.accounts {
        guard case .reductionPlanned(let planned) = account.body else { continue }
        text += style.paragraph(
          "\(planned.money.words.map { "“\($0)”" } ?? planned.money.description): \(planned.scope)", indent: "    ")
        let details = [
          "planned by \(planned.planner)", planned.period.map { "for \($0)" }, planned.method.map { "by \($0)" },
          planned.conditionalOn.map { "only if \($0)" }, planned.practices.map { "\($0) practices" },
          "says \(account.statement.assertedBy.party)", account.statement.sourceWords,
        ].compactMap { $0 }.filter { !$0.isEmpty }
        text += style.paragraph(details.joined(separator: " · "), indent: "      ")
      }
      for word in plan.words {
        text += style.paragraph("\(word.statement.assertedBy.party): \(word.statement.sentence)", indent: "    ")
      }
      if !plan.overlaps.isEmpty {
        let names = plan.overlaps.map(\.rawValue).joined(separator: ", ")
        text += style.paragraph("overlaps with \(names)", indent: "    ")
      }
    }
    return text + style.paragraph(question.headWords)
  }
}

extension ReplayView.Step {
  /// One step as `replay` prints it: the event, then what it changes.
  public func text(_ style: TextStyle = TextStyle()) -> String {
    let statement = event.statement
    let when = statement.when?.date.description ?? "day not known"
    let source = statement.sourceWords.isEmpty ? "" : " [\(statement.sourceWords)]"
    var text = style.paragraph(
      "\(event.position + 1)  \(when) · \(statement.sentence) — \(statement.assertedBy.party)\(source)", indent: "  ")
    for (place, changes) in grouped {
      text += style.paragraph("→ \(place): \(changes.joined(separator: "; "))", indent: "       ")
    }
    return text
  }

  private var grouped: [(String, [String])] {
    var groups: [(String, [String])] = []
    for change in changes where change.isShown {
      let place = "\(change.agreement)/\(change.promise), \(change.creditor)"
      if groups.last?.0 != place { groups.append((place, [])) }
      groups[groups.count - 1].1.append(change.words)
    }
    return groups
  }
}

extension ReplayView.Change {
  /// A new row is told by what matters first; the members at nothing are left out.
  fileprivate var isShown: Bool {
    if before != nil, after != nil { return true }
    switch field {
    case .category, .promised, .outstanding: return true
    case .candidates, .count, .debtor, .due, .earned, .flags, .missing, .paid, .setOff, .strength, .withdrawn:
      return false
    }
  }

  /// “outstanding £0 → up to £1,000,000”
  public var words: String {
    let (old, new) = (before.map { $0.words(of: field) }, after.map { $0.words(of: field) })
    switch (old, new) {
    case (nil, let new?): return "\(field.rawValue) \(new)"
    case (let old?, nil): return "\(field.rawValue) \(old) → no such row"
    default: return "\(field.rawValue) \(old ?? "") → \(new ?? "")"
    }
  }
}

extension ObligationRow {
  func words(of field: ReplayView.Field) -> String {
    func listed(_ items: [String]) -> String { items.isEmpty ? "none" : items.joined(separator: ", ") }
    switch field {
    case .candidates: return listed(candidates.map(\.rawValue))
    case .category: return category.words
    case .count: return count.map(String.init) ?? "not known"
    case .debtor: return debtor?.rawValue ?? "not known"
    case .due: return due?.edtf ?? "not known"
    case .earned: return earned.description
    case .flags: return listed(flags.sorted().map(\.rawValue))
    case .missing: return listed(missing)
    case .outstanding: return outstanding.description
    case .paid: return paid.description
    case .promised: return promised.description
    case .setOff: return setOff.description
    case .strength: return strength?.rawValue ?? "none"
    case .withdrawn: return withdrawn.description
    }
  }
}
