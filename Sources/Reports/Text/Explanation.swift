import Agreements
public import CanonicalJSON
public import Projections

/// How the figures of some rows came about, down to event, exhibit and paragraph.
public struct Explanation: Sendable {
  public let view: ObligationsView
  /// Holds the events that the rows rest on.
  public let lexicon: Lexicon
  /// nil = all figures.
  public let figure: ObligationRow.Figure?
  /// The further sources of events that were there by the day asked for, as far as it is known, in log order; they change no
  /// figure.
  private let further: [EventID: [LoggedEvent]]

  public init(view: ObligationsView, lexicon: Lexicon, figure: ObligationRow.Figure? = nil) {
    self.view = view
    self.lexicon = lexicon
    self.figure = figure
    further = lexicon.events.values.sorted { $0.position < $1.position }.reduce(into: [:]) { further, event in
      guard case .corroborated(let source) = event.body,
        view.question.knownAt.map({ event.recordedAt <= $0 }) ?? true,
        event.statement.when?.date.earliest.map({ $0 <= view.question.asOf }) ?? true
      else { return }
      further[source.target, default: []].append(event)
    }
  }

  /// The figure that is asked for, behind those that it is made of.
  private var figures: [ObligationRow.Figure] {
    switch figure {
    case nil: ObligationRow.Figure.allCases
    case .outstanding?: [.promised, .earned, .paid, .setOff, .outstanding]
    case .earned?: [.promised, .earned]
    case .withdrawn?: [.promised, .paid, .withdrawn]
    case let figure?: [figure]
    }
  }

  public func text(_ style: TextStyle = TextStyle()) -> String {
    var text = style.paragraph("How the figures came about \(view.question.words)") + "\n"
    for row in view.rows {
      var told: Set<EventID> = []
      text += style.paragraph("\(row.agreement)/\(row.promise), owed to \(row.creditorWords)")
      // Where nothing failed there is nothing that could be shown more or less well.
      for figure in figures where figure != .strength || row.strength != nil || self.figure == .strength {
        text += explained(figure, of: row, style, &told)
      }
      if figure == nil { text += rest(of: row, style, &told) }
      text += "\n"
    }
    return text + style.paragraph(notLegalAdvice) + view.question.headLine
  }

  /// - Parameter told: the events of this row that were told in full; a second time the number will do.
  private func explained(
    _ figure: ObligationRow.Figure, of row: ObligationRow, _ style: TextStyle, _ told: inout Set<EventID>
  ) -> String {
    var text = style.paragraph("\(figure.words): \(result(figure, of: row, style))", indent: "  ")
    let workings = row.workings.filter { $0.figure == figure }
    if workings.isEmpty, let nothing = figure.nothingRecorded { text += style.paragraph(nothing, indent: "    ") }
    for working in workings {
      let amount = working.amount.map { ": \($0)" } ?? ""
      text += style.paragraph("\(working.text)\(amount)", indent: "    ", hanging: 2)
      for id in working.events { text += cited(id, in: row, style, &told) }
    }
    if figure == .outstanding {
      for line in arithmetic(row) { text += style.paragraph(line, indent: "    ", hanging: 2) }
    }
    return text
  }

  private func result(_ figure: ObligationRow.Figure, of row: ObligationRow, _ style: TextStyle) -> String {
    switch figure {
    case .promised, .earned, .paid, .setOff, .withdrawn, .outstanding: row[figure]?.description ?? "not known"
    case .due: row.due.map { $0.words + style.distance(to: $0, asOf: view.question.asOf) } ?? "not known"
    case .debtor: row.debtor.map(lexicon.name) ?? "not known"
    case .category: "\(row.category.words) [\(row.category.rawValue)]"
    case .strength: row.strength?.words ?? "none, as there is no failure to be shown"
    }
  }

  private func rest(of row: ObligationRow, _ style: TextStyle, _ told: inout Set<EventID>) -> String {
    var text = ""
    func line(_ label: String, _ value: String?) { text += style.labelled(label, value, indent: "  ") }
    for remark in row.remarks(lexicon) { line("Worked out", remark) }
    if !row.candidates.isEmpty { line("May owe it", "\(lexicon.names(row.candidates)); none is chosen") }
    for flag in row.flags.sorted() { line("Note", "\(flag.words) [\(flag.rawValue)]") }
    for missing in row.missing { line("Not known", missing) }
    text += "  Rests on\n"
    for id in row.reliedOn { text += cited(id, in: row, style, &told) }
    return text
  }

  /// Earned less paid less set off in pounds, for both ends, so that it can be redone by hand.
  private func arithmetic(_ row: ObligationRow) -> [String] {
    let low: String
    if let paid = row.paid.high, let setOff = row.setOff.high {
      low = subtraction(row.earned.low, paid, setOff)
    } else {
      low = "£0, as what is taken off has no known limit"
    }
    guard row.outstanding.low != row.outstanding.high || row.earned.low != row.earned.high else { return [low] }
    let high =
      row.earned.high.map { subtraction($0, row.paid.low, row.setOff.low) }
      ?? "not known, as what was earned has no known limit"
    return ["at least: \(low)", "at most: \(high)"]
  }

  private func subtraction(_ earned: Int64, _ paid: Int64, _ setOff: Int64) -> String {
    let terms = [earned, paid, setOff].map(Amount.pounds).joined(separator: " − ")
    let left = earned - paid - setOff
    return left < 0 ? "\(terms) is less than nothing, so £0" : "\(terms) = \(Amount.pounds(left))"
  }

  private func cited(
    _ id: EventID, in row: ObligationRow, _ style: TextStyle, _ told: inout Set<EventID>
  ) -> String {
    guard let event = lexicon.events[id] else {
      return style.paragraph(lexicon.event(id), indent: "      ", hanging: 2)
    }
    guard told.insert(id).inserted else {
      let putRight = event.isCorrected ? ", \(event.putRight(lexicon))" : ""
      return style.paragraph("\(lexicon.event(id))\(putRight), as above", indent: "      ", hanging: 2)
    }
    let quotes = event.statement.sources.compactMap(\.quote).map { "“\($0)”" }.joined(separator: " ")
    // The paper may say what was put right, or what it was put right to: whoever looks must know.
    let mark = event.isCorrected ? " [as put right]" : ""
    let unsourced = event.statement.sources.isEmpty ? "; no source is cited" : ""
    let text = style.paragraph(
      "\(lexicon.event(id)): \(event.sentence(lexicon))\(mark)\(times(event, row)) \(event.attribution(lexicon))\(unsourced)"
        + (quotes.isEmpty ? "" : " \(quotes)"), indent: "      ", hanging: 2)
    return beside(id).reduce(text) { text, other in
      let quotes = other.statement.sources.compactMap(\.quote).map { " “\($0)”" }.joined()
      // From when on the figure was known to be this one, and no other.
      let recorded = other.changesOthers ? ", recorded \(other.recordedAt.day.shortWords)" : ""
      return text
        + style.paragraph(
          "\(lexicon.event(other.id))\(recorded): \(other.sentence(lexicon)) \(other.attribution(lexicon))\(quotes)",
          indent: "        ", hanging: 2)
    }
  }

  /// What speaks of an event: the corrections that made it what it is, then its further sources.
  private func beside(_ id: EventID) -> [LoggedEvent] {
    (lexicon.events[id]?.corrections ?? []).compactMap { lexicon.events[$0] } + (further[id] ?? [])
  }

  /// A sum for each practice of a group, times the group: “, that is 10 × up to £100,000”.
  private func times(_ event: LoggedEvent, _ row: ObligationRow) -> String {
    guard let money = event.body.eachMoney, let count = row.count, count != 1 else { return "" }
    return ", that is \(count) × \(money.amount)"
  }

  public var json: JSONValue {
    var object = view.question.members(format: "tracker.explain/1")
    object["rows"] = .array(
      view.rows.map { row in
        var members = row.members
        members["workings"] = .array(
          row.workings.filter { figures.contains($0.figure) }.map { working in
            [
              "figure": .string(working.figure.rawValue), "text": .string(working.text),
              "amount": working.amount?.json ?? .null, "events": working.events.json,
            ]
          })
        return .object(members)
      })
    let reliedOn = Set(view.rows.flatMap { $0.reliedOn + $0.workings.flatMap(\.events) })
    let cited = reliedOn.union(reliedOn.flatMap { beside($0).map(\.id) })
    object["events"] = .array(
      lexicon.events.values.filter { cited.contains($0.id) }.sorted { $0.position < $1.position }
        .map { event in
          var members = event.members
          if event.changesOthers { members["text"] = .string(event.sentence(lexicon)) }
          if event.isCorrected { members["correctedBy"] = event.corrections.json }
          return .object(members)
        })
    return .object(object)
  }
}

extension ObligationRow.Figure {
  /// Why there is no step that leads to it, where there is none.
  fileprivate var nothingRecorded: String? {
    switch self {
    case .paid: "no payment is recorded"
    case .setOff: "no set-off is recorded"
    case .withdrawn: "no withdrawal without consent stands"
    case .due: "no event states one"
    case .debtor: "no event says who promised"
    case .promised, .earned, .outstanding, .category, .strength: nil
    }
  }
}

extension EventBody {
  /// The sum of an event that states one for each practice.
  fileprivate var eachMoney: Money? {
    let money: Money? =
      switch self {
      case .paymentPromised(let promised): if case .money(let money) = promised.terms { money } else { nil }
      case .paymentMade(let payment): payment.money
      case .promiseWithdrawn(let withdrawn): withdrawn.money
      case .promiseReinstated(let again): again.money
      case .setOffApplied(let setOff): setOff.money
      case .disputeConcluded(let end): end.money
      case .performanceRecorded(let done): done.earned
      default: nil
      }
    return money?.per == .each ? money : nil
  }
}
