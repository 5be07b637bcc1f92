public import Agreements
public import CanonicalJSON

/// Plans to spend less: listed with their overlaps, never added to each other nor to promises.
public struct PlansView: Sendable {
  public var question: Question
  public var plans: [Plan]
  public var straddling: [EventID]

  public struct Plan: Sendable {
    public var key: PlanKey
    /// Each account of the plan, in the order of the fold.
    public var accounts: [LoggedEvent]
    /// Positions, requests and corroborations on the same plan.
    public var words: [LoggedEvent]
    /// Plans that one or the other names as overlapping.
    public var overlaps: [PlanKey]
  }
}
