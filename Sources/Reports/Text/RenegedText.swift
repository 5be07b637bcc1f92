import Agreements
public import Projections

extension RenegedView {
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var text = style.paragraph("Reneged deals: report \(question.words)")
    text += style.paragraph(
      findings.isEmpty
        ? "No promise fits a category of this report\(notSettled.isEmpty ? "." : "; what is not settled stands below.")"
        : "\(findings.count) finding\(findings.count == 1 ? "" : "s")")
    for finding in findings { text += "\n" + finding.text(style, lexicon) }
    if !notSettled.isEmpty {
      text += "\nNot settled, and no finding (\(notSettled.count)):\n"
      for finding in notSettled { text += "\n" + finding.text(style, lexicon) }
    }
    return text + "\n" + style.straddling(straddling, lexicon) + style.paragraph(notLegalAdvice)
      + question.headLine
  }
}

extension RenegedView.Finding {
  func text(_ style: TextStyle, _ lexicon: Lexicon) -> String {
    let debtor = row.debtor.map(lexicon.name) ?? "debtor not known"
    var text = style.paragraph("\(row.agreement)/\(row.promise): \(debtor) and \(row.creditorWords)", indent: "  ")
    func line(_ label: String, _ value: String?) { text += style.labelled(label, value, indent: "    ") }
    text += style.painted(
      style.labelled("State", "\(row.category.words) [\(row.category.rawValue)]", indent: "    "), row.category.tone)
    line("Strength", row.strength?.words)
    line("Promised", row.promised.description)
    line("Earned", row.earned.description)
    line("Paid", row.paid.description)
    if row.setOff != .zero { line("Set off", row.setOff.description) }
    if row.withdrawn != .zero { line("Withdrawn", row.withdrawn.description) }
    line("Outstanding", row.outstanding.description)
    line("Due", row.due?.words)
    for remark in row.remarks(lexicon) { line("Worked out", remark) }
    if !row.candidates.isEmpty { line("May owe it", "\(lexicon.names(row.candidates)); none is chosen") }
    for flag in row.flags.sorted() { line("Note", flag.words) }
    for missing in row.missing { line("Not known", missing) }
    if reasons.isEmpty { line("Reasons", "none is recorded") }
    for (index, reason) in reasons.enumerated() {
      line(
        index == 0 || style.isAccessible ? "Reasons" : "",
        "\(reason.words(lexicon)), \(lexicon.event(reason.event))")
    }
    for limit in notClaimed { line("Not claimed", limit.words) }
    line("See why", "tracker explain \(row.agreement) \(row.promise) \(row.creditor)")
    return text
  }
}

extension RenegedView.Reason {
  /// “the deficit” — The PCT; the deficit — as told by An LMC. Quotation marks are for the very words.
  func words(_ lexicon: Lexicon) -> String {
    let text = isVerbatim ? "“\(quote)”" : quote
    return "\(text) — \(isOfDebtor ? "" : "as told by ")\(lexicon.name(party))"
  }
}
