internal import Agreements
internal import CanonicalJSON
public import Projections

// What `diff` finds as a table, for scripts: a line for each difference, with a header that never changes.

extension PositionDifference {
  /// A header, then a row for each member of a row that differs (`change` is “figure”), then one for each event that makes the
  /// difference (`change` is “more”, “less” or “changed”).
  public func table(_ lexicon: Lexicon = Lexicon()) -> [[ExportCell]] {
    var lexicon = lexicon
    for event in events { lexicon.number(event.event) }
    let names = [
      "change", "agreement", "promise", "creditor", "field", "before", "after", "event", "type", "date", "text",
    ]
    let figures = changes.map { change -> [ExportCell] in
      [
        .text("figure"), .text(change.agreement.rawValue), .text(change.promise.rawValue),
        .text(change.creditor.rawValue), .text(change.field.rawValue),
        change.before.map { .text($0.words(of: change.field, lexicon)) } ?? .none,
        change.after.map { .text($0.words(of: change.field, lexicon)) } ?? .none,
        .none, .none, .none, .none,
      ]
    }
    let told = events.map { difference -> [ExportCell] in
      let event = difference.event
      var agreement = ExportCell.none
      if case .agreement(let key) = event.stream { agreement = .text(key.rawValue) }
      return [
        .text(difference.kind.rawValue), agreement, .none, .none, .none, .none, .none,
        .whole(Int64(event.position + 1)), .text(event.body.typeName),
        event.statement.when.map { .text($0.date.edtf) } ?? .none, .text(event.sentence(lexicon)),
      ]
    }
    return [names.map(ExportCell.text)] + figures + told
  }
}

extension LogDifference {
  /// A header, then a row for each event that one of the logs has alone (`change` is “ours” or “theirs”), or that both have
  /// and say differently (“differs”, with the members that differ). Of the same log there is the header alone.
  public func table(_ mine: Lexicon, _ other: Lexicon) -> [[ExportCell]] {
    let names = ["change", "ours", "theirs", "id", "type", "date", "members", "ours_text", "theirs_text"]
    func row(
      _ change: String, _ ours: LoggedEvent?, _ theirs: LoggedEvent?, members: [String] = []
    ) -> [ExportCell] {
      func number(_ event: LoggedEvent?) -> ExportCell { event.map { .whole(Int64($0.position + 1)) } ?? .none }
      let either = ours ?? theirs
      return [
        .text(change), number(ours), number(theirs), either.map { .text($0.id.description) } ?? .none,
        either.map { .text($0.body.typeName) } ?? .none, either?.statement.when.map { .text($0.date.edtf) } ?? .none,
        members.isEmpty ? .none : .text(members.joined(separator: "; ")),
        ours.map { .text($0.sentence(mine)) } ?? .none, theirs.map { .text($0.sentence(other)) } ?? .none,
      ]
    }
    return [names.map(ExportCell.text)]
      + onlyOurs.map { row("ours", $0, nil) } + onlyTheirs.map { row("theirs", nil, $0) }
      + changed.map { row("differs", $0.ours, $0.theirs, members: $0.members) }
  }
}
