public import Agreements
public import CanonicalJSON
public import Projections

/// Who is who and which event has which number, so that sentences need no keys and no ids.
///
/// What is not known here is said by its key or id: a sentence is never left without its subject.
public struct Lexicon: Sendable {
  private var names: [PartyKey: String] = [:]
  private var groups: Set<PartyKey> = []
  private var sizes: [PartyKey: Int64] = [:]
  private var labels: [ExhibitKey: String] = [:]
  private var numbers: [EventID: Int] = [:]
  /// What events said before they were put right, by the correction.
  private var uncorrected: [EntryCorrected: Statement] = [:]
  /// Events that figures rest on, by id.
  public private(set) var events: [EventID: LoggedEvent] = [:]
  /// Sentences say in words what changed, and have no arrow: for whoever listens.
  private(set) var isAccessible = false

  public init() {}

  /// - Parameter registrations: what is known of parties and exhibits, as it stands.
  public init(_ registrations: [LoggedEvent]) {
    for event in registrations { register(event) }
  }

  /// Takes in one event: its number, and the name that it registers.
  public mutating func register(_ event: LoggedEvent) {
    numbers[event.id] = event.position + 1
    switch (event.body, event.stream) {
    case (.partyRegistered(let party), .party(let key)):
      if let name = party.name, party.identity == .named { names[key] = name }
      if party.kind == .group {
        groups.insert(key)
        sizes[key] = party.count
      }
    case (.exhibitFiled(let exhibit), .exhibit(let key)): labels[key] = exhibit.exhibit
    default: break
    }
  }

  /// Takes in what the events of one stream said before they were put right: then a correction can say what it changes.
  ///
  /// - Parameter events: as their lines say, in log order.
  public mutating func registerCorrections(among events: [LoggedEvent]) {
    let found = Knowledge.corrected(events)
    for event in events {
      if case .entryCorrected(let correction) = event.body { uncorrected[correction] = found[event.id] }
    }
  }

  /// The same for the corrections among some events of a history, whatever their streams.
  ///
  /// - Parameter discretion: where the answer is for one practice; then what an event said before is taken in only if it may
  ///   be told, with all that was made of it since.
  public mutating func registerCorrections(
    among events: [LoggedEvent], of history: History, _ discretion: Discretion? = nil
  ) throws {
    let corrections = events.filter { if case .entryCorrected = $0.body { true } else { false } }
    for stream in Set(corrections.map(\.stream)) {
      let all = try history.events(of: stream)
      guard let discretion else {
        registerCorrections(among: all)
        continue
      }
      let hidden = Set(all.filter { !discretion.tells($0) }.flatMap { [$0.id, $0.target ?? $0.id] })
      registerCorrections(among: all.filter { !hidden.contains($0.target ?? $0.id) })
    }
  }

  /// Takes in the corrections themselves too, for reports that follow a figure to whoever put it right.
  ///
  /// - Parameter events: those of one stream, as their lines say, in log order.
  public mutating func keepCorrections(among events: [LoggedEvent]) {
    registerCorrections(among: events)
    keep(events.filter { if case .entryCorrected = $0.body { true } else { false } })
  }

  /// As a report in this style needs it.
  public func told(in style: TextStyle) -> Lexicon {
    var lexicon = self
    lexicon.isAccessible = style.isAccessible
    return lexicon
  }

  /// nil = not known here.
  func before(_ correction: EntryCorrected) -> Statement? { uncorrected[correction] }

  /// Takes in no more of an event than its number.
  mutating func number(_ event: LoggedEvent) { numbers[event.id] = event.position + 1 }

  /// Keeps events, as they stand, for reports that follow a figure to its paper.
  public mutating func keep(_ events: [LoggedEvent]) {
    for event in events {
      register(event)
      self.events[event.id] = event
    }
  }

  /// The name of a party; its key where it has none.
  public func name(_ party: PartyKey) -> String { names[party] ?? party.rawValue }

  /// How many practices it is; nil = not known.
  func size(_ party: PartyKey) -> Int64? { groups.contains(party) ? sizes[party] : 1 }

  func names(_ parties: [PartyKey]) -> String { Lexicon.list(parties.map(name)) }

  /// “event 14”
  public func event(_ id: EventID) -> String { numbers[id].map { "event \($0)" } ?? "event \(id)" }

  /// “Exhibit 4, page 2; board paper 7”: every place once.
  public func places(_ sources: [Statement.Source]) -> String {
    var papers: [(name: String, locators: [String])] = []
    for source in sources {
      let exhibit = source.exhibit.map { labels[$0].map(Lexicon.exhibit) ?? $0.rawValue }
      let name = [exhibit, source.citation].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
      let paper = papers.firstIndex { $0.name == name } ?? papers.endIndex
      if paper == papers.endIndex { papers.append((name, [])) }
      if let locator = source.locator, !locator.isEmpty, !papers[paper].locators.contains(locator) {
        papers[paper].locators.append(locator)
      }
    }
    return papers.map { ([$0.name] + $0.locators).filter { !$0.isEmpty }.joined(separator: ", ") }
      .filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// “Exhibit 4”: a label that says so itself is left as it is.
  static func exhibit(_ label: String) -> String { label.hasPrefix("Ex") ? label : "Exhibit \(label)" }

  /// “a, b and c”
  public static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}
