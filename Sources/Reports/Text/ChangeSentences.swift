import Agreements
import CanonicalJSON
public import Projections

// What a new event changes, for whoever is asked whether it is to be added: as an office would say it. Replay and the reports
// keep to their terms.

extension ReplayView.Change {
  /// nil where another change of the same row says it already.
  public func officeWords(_ lexicon: Lexicon = Lexicon(), isAccessible: Bool = false) -> String? {
    guard let after else { return words(lexicon, isAccessible: isAccessible) }
    switch field {
    case .category:
      guard let before else { return "\(after.category == .undetermined ? "" : "state: ")\(after.standingWords)" }
      let (old, new) = (before.category.officeWords, after.standingWords)
      return isAccessible ? "before: \(old); now: \(new)" : "\(old) → \(new)"
    case .missing:
      guard before?.category == after.category, !after.missing.isEmpty else { return nil }
      return after.standingWords
    case .strength:
      guard let strength = after.strength else { return words(lexicon, isAccessible: isAccessible) }
      return "how far it is shown — \(strength.words)"
    default: return words(lexicon, isAccessible: isAccessible)
    }
  }
}

extension ObligationRow {
  /// With what it depends on, where that is not known.
  fileprivate var standingWords: String {
    guard category == .undetermined, !missing.isEmpty else { return category.officeWords }
    return "\(category.officeWords): \(Lexicon.list(missing.map(Self.sentence)))"
  }

  private static func sentence(_ missing: String) -> String {
    switch missing {
    case "performance": return "nothing in the record says whether what it was promised for was done"
    case "due date": return "nothing in the record says by when it is to be paid"
    case "sum due": return "nothing in the record says how much of it is due"
    case "order of performance and withdrawal":
      return "nothing in the record says which came first, the work or the withdrawal"
    default:
      let outcome = "outcome of "
      guard missing.hasPrefix(outcome) else { return "not known is the \(missing)" }
      return "nothing in the record says whether the condition \(missing.dropFirst(outcome.count)) was met"
    }
  }
}

extension ObligationRow.Category {
  fileprivate var officeWords: String { self == .undetermined ? "cannot be said yet" : words }
}
