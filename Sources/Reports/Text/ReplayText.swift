import Agreements
import CanonicalJSON
internal import LogStore
public import Projections

extension Question {
  /// The first lines of a replay, before any event is read.
  public func replayTitle(_ style: TextStyle = TextStyle()) -> String {
    style.paragraph("Replay \(words)")
      + style.paragraph("Each event as the log learned it; behind → what it changes.", indent: "  ") + "\n"
  }
}

extension ReplayView.Step {
  /// One step as `replay` prints it: the event, then what it changes.
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    let when = event.statement.when?.date.description ?? "day not known"
    let number = String(event.position + 1)
    let padding = style.isAccessible ? "" : String(repeating: " ", count: max(0, 4 - number.count))
    var text = style.labelled(
      padding + number, "\(when) · \(event.sentence(lexicon)) \(event.attribution(lexicon))", label: 6)
    for (place, changes) in grouped(lexicon) {
      text += style.paragraph("→ \(place): \(changes.joined(separator: "; "))", indent: "      ", hanging: 2)
    }
    return text
  }

  private func grouped(_ lexicon: Lexicon) -> [(String, [String])] {
    var groups: [(String, [String])] = []
    for change in changes where change.isWorthSaying {
      if groups.last?.0 != change.place { groups.append((change.place, [])) }
      groups[groups.count - 1].1.append(change.words(lexicon))
    }
    return groups
  }
}

extension ReplayView.Change {
  /// “gain-share/slice, practice-1”
  public var place: String { "\(agreement)/\(promise), \(creditor)" }

  /// A new row, or one that is gone, is told by what matters first.
  public var isWorthSaying: Bool {
    if before != nil, after != nil { return true }
    switch field {
    case .category, .promised, .outstanding: return true
    case .candidates, .count, .debtor, .due, .earned, .flags, .missing, .paid, .setOff, .strength, .withdrawn:
      return false
    }
  }

  /// “outstanding £0 → up to £1,000,000”
  public func words(_ lexicon: Lexicon = Lexicon()) -> String {
    let (old, new) = (before.map { $0.words(of: field, lexicon) }, after.map { $0.words(of: field, lexicon) })
    switch (old, new) {
    case (nil, let new?): return "\(field.words) \(new)"
    case (let old?, nil): return "\(field.words) \(old) → no such row"
    default: return "\(field.words) \(old ?? "") → \(new ?? "")"
    }
  }
}

extension ReplayView.Field {
  var words: String {
    switch self {
    case .candidates: "may owe it"
    case .category: "state"
    case .count: "number"
    case .flags: "notes"
    case .missing: "not known"
    case .setOff: "set off"
    case .debtor, .due, .earned, .outstanding, .paid, .promised, .strength, .withdrawn: rawValue
    }
  }
}

extension ObligationRow {
  func words(of field: ReplayView.Field, _ lexicon: Lexicon = Lexicon()) -> String {
    func listed(_ items: [String]) -> String { items.isEmpty ? "none" : items.joined(separator: ", ") }
    switch field {
    case .candidates: return listed(candidates.map(lexicon.name))
    case .category: return category.words
    case .count: return count.map(String.init) ?? "not known"
    case .debtor: return debtor.map(lexicon.name) ?? "not known"
    case .due: return due?.words ?? "not known"
    case .earned: return earned.description
    case .flags: return listed(flags.sorted().map(\.words))
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
