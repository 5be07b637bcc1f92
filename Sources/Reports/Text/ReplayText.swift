import Agreements
import CanonicalJSON
internal import LogStore
public import Projections

extension Question {
  /// The first lines of a replay, before any event is read.
  public func replayTitle(_ style: TextStyle = TextStyle(), until last: Int? = nil) -> String {
    let end = last.map { $0 < size ? "; it stops behind event \($0) of \(size)" : "" } ?? ""
    return style.paragraph("Replay \(words)\(end)")
      + style.paragraph(
        "Each event as the log learned it; \(style.isAccessible ? "then" : "behind →") what it changes.", indent: "  ")
      + "\n"
  }
}

extension ReplayView.Step {
  /// One step as `replay` prints it: the event, then what it changes.
  public func text(_ style: TextStyle = TextStyle(), _ lexicon: Lexicon = Lexicon()) -> String {
    let when = event.statement.when?.date.description ?? "day not known"
    let number = String(event.position + 1)
    let padding = style.isAccessible ? "" : String(repeating: " ", count: max(0, 4 - number.count))
    let told =
      isAnothers
      ? "An event about another party, which is not told here"
      : "\(when) · \(event.sentence(lexicon)) \(event.attribution(lexicon))"
    var text = style.labelled(padding + number, told, label: 6)
    for (place, changes) in grouped(lexicon, style) {
      let told = "\(place): \(changes.joined(separator: "; "))"
      text += style.isAccessible ? "Changes \(told)\n" : style.paragraph("→ \(told)", indent: "      ", hanging: 2)
    }
    return text
  }

  private func grouped(_ lexicon: Lexicon, _ style: TextStyle) -> [(String, [String])] {
    var groups: [(String, [String])] = []
    for change in changes where change.isWorthSaying {
      if groups.last?.0 != change.place { groups.append((change.place, [])) }
      groups[groups.count - 1].1.append(change.words(lexicon, isAccessible: style.isAccessible))
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
    // Between two days a promise comes with all that was done about it; of one event there is nothing of that yet.
    case .paid, .setOff, .withdrawn: return isSet(before) || isSet(after)
    case .candidates, .count, .debtor, .due, .earned, .flags, .missing, .strength: return false
    }
  }

  private func isSet(_ row: ObligationRow?) -> Bool {
    switch field {
    case .paid: (row?.paid ?? .zero) != .zero
    case .setOff: (row?.setOff ?? .zero) != .zero
    case .withdrawn: (row?.withdrawn ?? .zero) != .zero
    default: false
    }
  }

  /// “outstanding £0 → up to £1,000,000”; of a list, what is new in it and what is gone.
  ///
  /// - Parameter isAccessible: in words instead of with an arrow.
  public func words(_ lexicon: Lexicon = Lexicon(), isAccessible: Bool = false) -> String {
    if let before, let after, let lists = field.lists {
      let (old, new) = (before.list(of: field, lexicon), after.list(of: field, lexicon))
      let parts = [(lists.added, new.filter { !old.contains($0) }), (lists.gone, old.filter { !new.contains($0) })]
      return parts.filter { !$0.1.isEmpty }.map { "\($0): \(Lexicon.list($1))" }.joined(separator: "; ")
    }
    func step(_ old: String, _ new: String) -> String {
      isAccessible ? "\(field.words) was \(old), now \(new)" : "\(field.words) \(old) → \(new)"
    }
    switch (before, after) {
    case (nil, let row?): return "\(field.words) \(row.words(of: field, lexicon))"
    case (let row?, nil): return step(row.words(of: field, lexicon), "no such row")
    case (let old?, let new?): return step(old.words(of: field, lexicon), new.words(of: field, lexicon))
    case (nil, nil): return field.words
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
    case .missing: "missing"
    case .setOff: "set off"
    case .debtor, .due, .earned, .outstanding, .paid, .promised, .strength, .withdrawn: rawValue
    }
  }

  /// For members that are lists: what is said of items that came and of those that went.
  fileprivate var lists: (added: String, gone: String)? {
    switch self {
    case .candidates: ("may owe it now", "no longer a candidate")
    case .flags: ("note added", "note gone")
    case .missing: ("now missing", "no longer missing")
    default: nil
    }
  }
}

extension ObligationRow {
  fileprivate func list(of field: ReplayView.Field, _ lexicon: Lexicon) -> [String] {
    switch field {
    case .candidates: candidates.map(lexicon.name)
    case .flags: flags.sorted().map(\.words)
    case .missing: missing
    default: []
    }
  }

  func words(of field: ReplayView.Field, _ lexicon: Lexicon = Lexicon()) -> String {
    switch field {
    case .candidates, .flags, .missing:
      let items = list(of: field, lexicon)
      return items.isEmpty ? "none" : Lexicon.list(items)
    case .category: return category.words
    case .count: return count.map(String.init) ?? "not known"
    case .debtor: return debtor.map(lexicon.name) ?? "not known"
    case .due: return due?.words ?? "not known"
    case .earned: return earned.description
    case .outstanding: return outstanding.description
    case .paid: return paid.description
    case .promised: return promised.description
    case .setOff: return setOff.description
    case .strength: return strength?.rawValue ?? "none"
    case .withdrawn: return withdrawn.description
    }
  }
}
