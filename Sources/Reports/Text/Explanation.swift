import Agreements
public import CanonicalJSON
public import Projections

/// How the figures of some rows came about, down to event, exhibit and paragraph.
public struct Explanation: Sendable {
  public var view: ObligationsView
  /// The events that the rows rest on, by id.
  public var events: [EventID: LoggedEvent]
  /// nil = all figures.
  public var figure: ObligationRow.Figure?

  public init(view: ObligationsView, events: [EventID: LoggedEvent], figure: ObligationRow.Figure? = nil) {
    self.view = view
    self.events = events
    self.figure = figure
  }

  private func figures(of row: ObligationRow) -> [ObligationRow.Figure] {
    let figures: [ObligationRow.Figure] = [
      .promised, .earned, .paid, .setOff, .withdrawn, .outstanding, .due, .category,
    ]
    return figures.filter { figure == nil || $0 == figure }
  }

  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = ""
    for row in view.rows {
      text += style.paragraph(
        "\(row.agreement)/\(row.promise), creditor \(row.creditorWords), debtor \(row.debtor?.rawValue ?? "not known")")
      for figure in figures(of: row) {
        let workings = row.workings.filter { $0.figure == figure }
        let result =
          row[figure].map(\.description) ?? (figure == .category ? row.category.rawValue : row.due?.edtf ?? "not known")
        text += style.paragraph("\(figure.words): \(result)", indent: "  ")
        for working in workings {
          text += style.paragraph(
            "\(working.text)\(working.amount.map { ": \($0)" } ?? "")", indent: "    ")
          for id in working.events { text += cited(id, style) }
        }
        if figure == .outstanding {
          text += style.paragraph(
            "\(row.earned) − \(row.paid) − \(row.setOff) = \(row.outstanding)", indent: "    ")
          text += style.paragraph(
            "low: max(0, \(low(row))); high: \(high(row))", indent: "    ")
        }
      }
      if figure == nil {
        if let strength = row.strength { text += style.paragraph("Strength: \(strength.words)", indent: "  ") }
        for flag in row.flags.sorted() {
          text += style.paragraph("Note: \(flag.words) [\(flag.rawValue)]", indent: "  ")
        }
        for missing in row.missing { text += style.paragraph("Not known: \(missing)", indent: "  ") }
        text += "  Rests on:\n"
        for id in row.reliedOn { text += cited(id, style) }
      }
      text += "\n"
    }
    return text + style.paragraph(view.question.headWords)
  }

  /// The arithmetic in pounds, so that it can be redone by hand.
  private func low(_ row: ObligationRow) -> String {
    guard let paid = row.paid.high, let setOff = row.setOff.high else { return "unknown taken off" }
    return "\(Amount.pounds(row.earned.low)) − \(Amount.pounds(paid)) − \(Amount.pounds(setOff))"
  }

  private func high(_ row: ObligationRow) -> String {
    guard let earned = row.earned.high else { return "not known, as no upper limit of what was earned is" }
    return "max(0, \(Amount.pounds(earned)) − \(Amount.pounds(row.paid.low)) − \(Amount.pounds(row.setOff.low)))"
  }

  private func cited(_ id: EventID, _ style: TextStyle) -> String {
    guard let event = events[id] else { return style.paragraph("event \(id)", indent: "      ") }
    let statement = event.statement
    let quote = statement.sources.compactMap(\.quote).first.map { " “\($0)”" } ?? ""
    let source = statement.sourceWords.isEmpty ? "no source is cited" : statement.sourceWords
    return style.paragraph(
      "event \(event.position + 1): \(statement.sentence) — says \(statement.assertedBy.party); \(source)\(quote)",
      indent: "      ")
  }

  public var json: JSONValue {
    var object = view.question.members(format: "tracker.explain/1")
    object["rows"] = .array(
      view.rows.map { row in
        var members = row.members
        members["workings"] = .array(
          row.workings.filter { figure == nil || $0.figure == figure }.map { working in
            [
              "figure": .string(working.figure.rawValue), "text": .string(working.text),
              "amount": working.amount?.json ?? .null, "events": working.events.json,
            ]
          })
        return .object(members)
      })
    object["events"] = .array(events.values.sorted { $0.position < $1.position }.map { .object($0.members) })
    return .object(object)
  }
}
