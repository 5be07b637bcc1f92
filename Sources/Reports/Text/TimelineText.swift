import Agreements
public import CanonicalJSON
internal import LogStore
public import Projections

extension LoggedEvent {
  /// “— Bury LMC; Exhibit 4, page 2”: who says so, and the paper.
  func attribution(_ lexicon: Lexicon) -> String {
    let places = lexicon.places(statement.sources)
    return "— \(lexicon.name(statement.assertedBy.party))\(places.isEmpty ? "" : "; \(places)")"
  }
}

extension LoggedEvent {
  /// The events that its sentence speaks of, and those that put it right.
  public var mentioned: [EventID] { corrections + named }

  private var named: [EventID] {
    switch body {
    case .entryCorrected(let correction): [correction.target]
    case .entryRetracted(let back): [back.target]
    case .corroborated(let further): [further.target]
    case .privateErased(let erased): [erased.target]
    case .correspondenceLogged(let letter): letter.replyTo.map { [$0] } ?? []
    case .positionStated(let stated): stated.admits + stated.denies
    default: []
    }
  }
}

extension TimelineView {
  /// The events that the text names by their numbers and does not list.
  public var citedEvents: [EventID] {
    let listed = Set(entries.map(\.event.id))
    return entries.flatMap(\.event.mentioned).filter { !listed.contains($0) }
      + (straddling.count <= ObligationsView.named ? straddling : [])
  }

  /// Both dates of each entry, what it says, who says so, and where it stands.
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var lexicon = lexicon.told(in: style)
    for entry in entries { lexicon.register(entry.event) }
    var text = style.paragraph("Timeline \(question.words)")
    var table = TextTable(
      [("No.", .right), ("Happened", .left), ("Recorded", .left), ("What", .left)], limits: [1: 20, 2: 12])
    for entry in entries {
      let event = entry.event
      table.add([
        String(event.position + 1), event.statement.when?.date.description ?? "not known",
        event.recordedAt.day.shortWords + style.ago(event.recordedAt.day),
        "\(event.sentence(lexicon))\(entry.mark(lexicon)) \(event.attribution(lexicon))",
      ])
    }
    text +=
      entries.isEmpty
      ? "  Nothing is recorded here.\n" : table.text(width: style.width, isAccessible: style.isAccessible)
    return text + style.straddling(straddling, lexicon) + question.headLine
  }
}

extension TimelineView.Entry {
  /// It is dated by the day on which the event was first recorded, so whoever reads on must find who made it say this.
  func mark(_ lexicon: Lexicon) -> String {
    state == .corrected ? " [\(event.putRight(lexicon))]" : state.mark
  }
}

extension LoggedEvent {
  /// “as put right by event 12”
  func putRight(_ lexicon: Lexicon) -> String {
    "as put right by \(Lexicon.list(corrections.map(lexicon.event)))"
  }
}

extension Knowledge.State {
  /// What stands behind a sentence that no longer stands as it was recorded.
  var mark: String {
    switch self {
    case .stands: ""
    case .corrected: " [corrected]"
    case .retracted: " [taken back]"
    }
  }
}

extension PlansView {
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var text = style.paragraph("Plans to spend less \(question.words)")
    text += style.paragraph(
      "Plans overlap, so they are not added up; a plan is no promise and no breach.", indent: "  ")
    if plans.isEmpty { text += "  No plan is recorded here.\n" }
    for plan in plans { text += "\n" + plan.text(style, lexicon) }
    return text + (plans.isEmpty ? "" : "\n") + style.straddling(straddling, lexicon) + style.paragraph(notLegalAdvice)
      + question.headLine
  }
}

extension PlansView.Plan {
  func text(_ style: TextStyle, _ lexicon: Lexicon) -> String {
    var text = style.paragraph(key.rawValue, indent: "  ")
    func line(_ label: String, _ value: String?) { text += style.labelled(label, value, indent: "    ") }
    for account in accounts {
      guard case .reductionPlanned(let planned) = account.body else { continue }
      let writer = SentenceWriter(lexicon: lexicon, stream: account.stream)
      line("Sum", writer.sum(planned.money))
      line("On", planned.scope)
      line("Planned by", lexicon.name(planned.planner))
      line("Period", planned.period?.description)
      line("Method", planned.method)
      line("Only if", planned.conditionalOn)
      line("Practices", planned.practices.map(String.init))
      line("Says", "\(account.attribution(lexicon).dropFirst(2)) (event \(account.position + 1))")
    }
    for word in words { line("Words", "\(word.sentence(lexicon)) \(word.attribution(lexicon))") }
    if !overlaps.isEmpty { line("Overlaps", Lexicon.list(overlaps.map(\.rawValue))) }
    return text
  }
}
