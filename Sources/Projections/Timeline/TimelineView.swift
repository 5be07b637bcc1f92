public import CanonicalJSON

/// What happened, in the order of the fold, with what was put right or taken back in its place.
public struct TimelineView: Sendable {
  public var question: Question
  public var entries: [Entry]
  public var straddling: [EventID]

  public struct Entry: Sendable {
    /// As its line says it; where it was corrected, as it stands now.
    public var event: LoggedEvent
    public var state: Knowledge.State
  }
}
