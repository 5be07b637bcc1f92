public import Agreements
public import CanonicalJSON

/// What an agreement's position needs to know of the world around it: who is a group and who belongs to it, who followed
/// whom, and who wrote which paper. Built from the streams of parties and exhibits as they were known.
public struct Surroundings: Sendable {
  /// A group of practices, some of them perhaps without a name.
  public struct Group: Hashable, Sendable {
    /// nil = nobody says how many.
    public var size: Int64?
    public var members: [PartyKey] = []
  }

  public private(set) var groups: [PartyKey: Group] = [:]
  /// Successions in the order of the fold, only those that had happened.
  public private(set) var successions: [PartyKey: [LoggedEvent]] = [:]
  /// Those of all parties that are new names of one that was there, in the order of the fold.
  private(set) var renames: [LoggedEvent] = []
  public private(set) var authors: [ExhibitKey: PartyKey] = [:]
  public private(set) var registrations: [PartyKey: PartyRegistered] = [:]

  public init() {}

  /// - Parameter events: those of the party and exhibit streams that stand.
  public init(_ events: some Sequence<LoggedEvent>, asOf day: Day) {
    for event in events {
      switch (event.body, event.stream) {
      case (.partyRegistered(let registration), .party(let party)):
        registrations[party] = registration
        if registration.kind == .group { groups[party, default: Group()].size = registration.count }
      case (.exhibitFiled(let exhibit), .exhibit(let key)):
        authors[key] = exhibit.author
      case (.partySucceeded, .party(let party)):
        if event.happened(by: day) == .counted { successions[party, default: []].append(event) }
      default: break
      }
    }
    for event in events {
      guard case .memberNamed(let naming) = event.body, case .party(let group) = event.stream,
        groups[group] != nil, groups[group]?.members.contains(naming.member) == false
      else { continue }
      groups[group]?.members.append(naming.member)
    }
    for party in successions.keys { successions[party]?.sort(by: LoggedEvent.inFoldOrder) }
    renames = successions.values.joined().filter {
      if case .partySucceeded(let succession) = $0.body { succession.kind == .rename } else { false }
    }.sorted(by: LoggedEvent.inFoldOrder)
  }

  /// The same world on another day: of all that is kept, only which successions had happened hangs on the day.
  ///
  /// - Parameter successions: every one that stands, whenever it happened, in log order.
  func moved(to day: Day, among successions: [LoggedEvent]) -> Surroundings {
    var moved = self
    let then = Surroundings(successions, asOf: day)
    (moved.successions, moved.renames) = (then.successions, then.renames)
    return moved
  }
}
