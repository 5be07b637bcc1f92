public import Agreements
public import CanonicalJSON

/// The log read line by line: what each, once known, changes in the position as of a day.
public struct ReplayView: Sendable {
  public var question: Question
  public var steps: [Step]
  /// The position at the end.
  public var rows: [ObligationRow]
  public var straddling: [EventID]

  public init(question: Question, steps: [Step], rows: [ObligationRow], straddling: [EventID]) {
    self.question = question
    self.steps = steps
    self.rows = rows
    self.straddling = straddling
  }

  public struct Step: Sendable {
    public var event: LoggedEvent
    public var changes: [Change]
    /// It states another party's own money or doings, and the replay is for one: it is not to be told.
    public var isAnothers = false
  }

  /// One member of one row, before and after the line was known.
  public struct Change: Hashable, Sendable {
    public var agreement: AgreementKey
    public var promise: PromiseKey
    public var creditor: PartyKey
    public var field: Field
    /// nil = there was no such row.
    public var before: ObligationRow?
    /// nil = there is no such row any more.
    public var after: ObligationRow?
  }

  /// The members of a row, by the names that they have in JSON.
  public enum Field: String, Sendable, CaseIterable {
    case candidates, category, count, debtor, due, earned, flags, missing, outstanding, paid, promised, setOff,
      strength,
      withdrawn
  }
}

extension ReplayView.Field {
  /// Is this member the same in both?
  func isSame(_ left: ObligationRow?, _ right: ObligationRow?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    switch self {
    case .candidates: return left.candidates == right.candidates
    case .category: return left.category == right.category
    case .count: return left.count == right.count
    case .debtor: return left.debtor == right.debtor
    case .due: return left.due == right.due
    case .earned: return left.earned == right.earned
    case .flags: return left.flags == right.flags
    case .missing: return left.missing == right.missing
    case .outstanding: return left.outstanding == right.outstanding
    case .paid: return left.paid == right.paid
    case .promised: return left.promised == right.promised
    case .setOff: return left.setOff == right.setOff
    case .strength: return left.strength == right.strength
    case .withdrawn: return left.withdrawn == right.withdrawn
    }
  }
}
