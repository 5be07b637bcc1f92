internal import Agreements
public import CanonicalJSON
public import Projections

/// Why rows are not in a category: which condition of which rule is not met, and what would change it.
public struct WhyNot: Sendable {
  public var view: ObligationsView
  /// Holds the events that the rows rest on.
  public var lexicon: Lexicon
  public var category: ObligationRow.Category
  /// From the type of an event to the command that records it.
  public var command: @Sendable (String) -> String

  public init(
    view: ObligationsView, lexicon: Lexicon, category: ObligationRow.Category,
    command: @escaping @Sendable (String) -> String
  ) {
    self.view = view
    self.lexicon = lexicon
    self.category = category
    self.command = command
  }

  /// The trial that decided: the first whose rule holds, which is the category of the row.
  private func earlier(_ row: ObligationRow) -> ObligationRow.Trial? {
    guard let wanted = row.trials.firstIndex(where: { $0.category == category }) else { return nil }
    return row.trials[..<wanted].first(where: \.holds)
  }

  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("Why not “\(category.words)” [\(category.rawValue)], \(view.question.words)") + "\n"
    for row in view.rows { text += told(row, style) + "\n" }
    return text + style.paragraph(notLegalAdvice) + view.question.headLine
  }

  private func told(_ row: ObligationRow, _ style: TextStyle) -> String {
    var text = style.paragraph("\(row.agreement)/\(row.promise), owed to \(row.creditorWords)")
    guard row.category != category else {
      return text + style.paragraph("It is “\(category.words)”. See why:  tracker explain", indent: "  ")
    }
    text += style.paragraph("It is “\(row.category.words)” [\(row.category.rawValue)].", indent: "  ")
    guard let trial = row.trials.first(where: { $0.category == category }) else { return text }
    if trial.holds, let earlier = earlier(row) {
      text += style.paragraph(
        "The rule of “\(category.words)” would fit too, but that of “\(earlier.category.words)” comes before it:",
        indent: "  ")
      let way = earlier.ways.first { $0.allSatisfy(\.isMet) } ?? []
      return text + way.map { line($0, style) }.joined()
    }
    for (index, way) in trial.ways.enumerated() {
      let head =
        trial.ways.count == 1 ? "All of this has to be so:" : index == 0 ? "Either all of this:" : "Or all of this:"
      text += style.paragraph(head, indent: "  ")
      text += way.map { line($0, style) }.joined()
    }
    return text
  }

  /// “not met: …”, the events by which it was judged, and those that would change it.
  private func line(_ requirement: ObligationRow.Requirement, _ style: TextStyle) -> String {
    let events = requirement.events.isEmpty ? "" : " — \(Lexicon.list(requirement.events.map(lexicon.event)))"
    var text = style.painted(
      style.paragraph(
        "\(requirement.isMet ? "met" : "NOT met"): \(requirement.text)\(events)", indent: "    ", hanging: 2),
      requirement.isMet ? nil : .failed)
    if !requirement.isMet, !requirement.changedBy.isEmpty {
      text += style.paragraph(
        "would be changed by: \(requirement.changedBy.map { changing($0, requirement) }.joined(separator: ", "))",
        indent: "      ", hanging: 2)
    }
    return text
  }

  /// “tracker correct 6”: what is put right or taken back is an event that stands already.
  private func changing(_ type: String, _ requirement: ObligationRow.Requirement) -> String {
    guard ["EntryCorrected", "EntryRetracted"].contains(type), requirement.events.count == 1 else {
      return command(type)
    }
    let number = lexicon.event(requirement.events[0])
    return number.hasPrefix("event ") ? "\(command(type)) \(number.dropFirst("event ".count))" : command(type)
  }

  public var json: JSONValue {
    var object = view.question.members(format: "tracker.why-not/1")
    object["category"] = .string(category.rawValue)
    object["rows"] = .array(
      view.rows.map { row in
        let trial = row.trials.first { $0.category == category }
        return [
          "agreement": .string(row.agreement.rawValue), "promise": .string(row.promise.rawValue),
          "creditor": .string(row.creditor.rawValue), "category": .string(row.category.rawValue),
          "holds": .bool(trial?.holds ?? false),
          "earlier": earlier(row).map { .string($0.category.rawValue) } ?? .null,
          "ways": .array((trial?.ways ?? []).map { .array($0.map(\.json)) }),
        ]
      })
    return .object(object)
  }
}

extension ObligationRow.Requirement {
  fileprivate var json: JSONValue {
    [
      "text": .string(text), "met": .bool(isMet), "events": events.json,
      "changedBy": .array(changedBy.map(JSONValue.string)),
    ]
  }
}
