internal import Agreements
public import CanonicalJSON
public import Projections

extension PositionDifference {
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    var lexicon = lexicon.told(in: style)
    for event in events { lexicon.number(event.event) }
    var text = style.paragraph("What changed between two positions", hanging: 2)
    text += style.labelled("from", from.words, indent: "  ", label: 6)
    text += style.labelled("to", to.words, indent: "  ", label: 6) + "\n"
    if isEmpty { text += style.paragraph("Nothing: both are the same.", indent: "  ") }
    var place = ""
    for change in changes where change.isWorthSaying {
      if change.place != place {
        place = change.place
        text += style.paragraph(place, indent: "  ")
      }
      text += style.paragraph(
        change.words(lexicon, isAccessible: style.isAccessible), indent: "    ", hanging: 2)
    }
    if changes.isEmpty, !events.isEmpty { text += style.paragraph("No figure and no state changed.", indent: "  ") }
    if !events.isEmpty {
      text += "\n" + style.paragraph("The events that make the difference (\(events.count)):", indent: "  ")
      for event in events { text += event.text(style, lexicon) }
    }
    return text + to.headLine
  }

  public var json: JSONValue {
    var object = to.members(format: "tracker.diff/1")
    object["kind"] = "days"
    object["from"] = [
      "asOf": .string(from.asOf.description), "knownAt": from.knownAtText.map(JSONValue.string) ?? .null,
    ]
    object["to"] = ["asOf": .string(to.asOf.description), "knownAt": to.knownAtText.map(JSONValue.string) ?? .null]
    object["changes"] = .array(changes.map(\.json))
    object["events"] = .array(
      events.map { event in
        var members = event.event.members
        members["change"] = .string(event.kind.rawValue)
        return .object(members)
      })
    return .object(object)
  }
}

extension PositionDifference.Event {
  fileprivate func text(_ style: TextStyle, _ lexicon: Lexicon) -> String {
    let mark =
      switch kind {
      case .more: "now counted"
      case .less: "no longer counted"
      case .changed: "put right"
      }
    let when = event.statement.when?.date.description ?? "day not known"
    return style.paragraph(
      "event \(event.position + 1), \(mark): \(when) · \(event.sentence(lexicon)) \(event.attribution(lexicon))",
      indent: "    ", hanging: 2)
  }
}

extension LogDifference {
  /// - Parameters:
  ///   - ours: the name of the first log.
  ///   - theirs: the name of the second.
  public func text(_ style: TextStyle, ours: String, theirs: String, _ mine: Lexicon, _ other: Lexicon) -> String {
    var text = style.labelled("ours", "\(ours), \(eventCount(sizes.ours))", label: 8)
    text += style.labelled("theirs", "\(theirs), \(eventCount(sizes.theirs))", label: 8) + "\n"
    text += style.paragraph(verdict, hanging: 2)
    func list(_ title: String, _ events: [LoggedEvent], _ lexicon: Lexicon) {
      let lexicon = lexicon.told(in: style)
      guard !events.isEmpty else { return }
      text += "\n" + style.paragraph("\(title) (\(events.count)):")
      for event in events { text += line(event, style, lexicon) }
    }
    list("Only ours has", onlyOurs, mine)
    list("Only theirs has", onlyTheirs, other)
    if !changed.isEmpty {
      text += "\n" + style.paragraph("Both have, and say differently (\(changed.count)):")
      for change in changed {
        text += style.paragraph(
          "the same event, \(change.ours.position + 1) of ours and \(change.theirs.position + 1) of theirs; different: "
            + Lexicon.list(change.members), indent: "  ", hanging: 2)
        text += style.paragraph("ours: \(change.ours.sentence(mine))", indent: "    ", hanging: 2)
        text += style.paragraph("theirs: \(change.theirs.sentence(other))", indent: "    ", hanging: 2)
      }
    }
    if again > 0 {
      text +=
        "\n"
        + style.paragraph(
          "\(again) event\(again == 1 ? " is" : "s are") in both with the same content, recorded at another time or place."
        )
    }
    for (name, count) in [("Ours", withheld.ours), ("Theirs", withheld.theirs)] where count > 0 {
      text += style.paragraph(
        "\(name) leaves out \(count) line\(count == 1 ? "" : "s") openly: of \(count == 1 ? "it" : "them") only the digest is there, "
          + "and only that is compared.")
    }
    return text
  }

  private var verdict: String {
    let events = "\(common) event\(common == 1 ? "" : "s")"
    return switch relation {
    case .same where withheld != (0, 0): "The same log: all \(events) have the same digests."
    case .same: "The same log: all \(events) are the same, byte for byte."
    case .oursIsLonger:
      "Theirs is the beginning of ours: the first \(events) are the same, and ours has \(sizes.ours - common) more."
    case .theirsIsLonger:
      "Ours is the beginning of theirs: the first \(events) are the same, and theirs has \(sizes.theirs - common) more."
    case .forked:
      "Two histories: the first \(events) are the same, byte for byte; from event \(common + 1) on they differ. A log is only "
        + "ever added to, so one of them was written anew, or both went on from one copy."
    case .unrelated: "Two logs: they share no beginning. Events are compared by their ids."
    }
  }

  private func line(_ event: LoggedEvent, _ style: TextStyle, _ lexicon: Lexicon) -> String {
    let when = event.statement.when?.date.description ?? "day not known"
    return style.paragraph(
      "event \(event.position + 1): \(when) · \(event.sentence(lexicon)) \(event.attribution(lexicon))", indent: "  ",
      hanging: 2)
  }

  public var json: JSONValue {
    [
      "format": "tracker.diff/1", "kind": "logs", "relation": .string(relation.rawValue),
      "common": .integer(Int64(common)),
      "sizes": ["ours": .integer(Int64(sizes.ours)), "theirs": .integer(Int64(sizes.theirs))],
      "onlyOurs": .array(onlyOurs.map { .object($0.members) }),
      "onlyTheirs": .array(onlyTheirs.map { .object($0.members) }),
      "changed": .array(
        changed.map { change in
          [
            "ours": .object(change.ours.members), "theirs": .object(change.theirs.members),
            "members": .array(change.members.map(JSONValue.string)),
          ]
        }), "again": .integer(Int64(again)),
      "withheld": ["ours": .integer(Int64(withheld.ours)), "theirs": .integer(Int64(withheld.theirs))],
    ]
  }
}
