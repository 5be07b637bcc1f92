public import CanonicalJSON

/// The rules that every writer obeys, and as much of the log's history as they need.
///
/// One thing for both ways: recording asks it before an event is written, `verify` asks it of events that others wrote.
/// Pure: `findings` looks, `apply` remembers.
///
/// What it remembers is counted, not listed: how many standing events give a thing (register a party, make a promise) and
/// how many need it. So a correction or a retraction takes back exactly what the event gave, its undoing puts it back, and
/// whether anything stood on it is a number that is at hand.
///
/// Law: after any events, the state is that of the log as `Knowledge` reads it: corrected, without what was retracted.
public struct RuleBook: Sendable {
  /// Where the statements of earlier events are found when a correction or retraction speaks of them.
  enum Archive: Sendable {
    case kept
    case recalled(@Sendable (_ position: Int) -> Statement?)
    case none
  }

  let archive: Archive
  var parties: [PartyKey: Party] = [:]
  var exhibits: [ExhibitKey: Tally] = [:]
  var agreements: [AgreementKey: Agreement] = [:]
  var planRequests: [PlanKey: [RequestKey: Tally]] = [:]

  var events: [EventID: Known] = [:]
  /// Streams by the number that `Known` keeps.
  var streams: [StreamName] = []
  var streamNumbers: [StreamName: Int32] = [:]
  /// Corrections that may count, by their target, in log order.
  var corrections: [EventID: [EventID]] = [:]
  /// What each correction and retraction speaks of.
  var targets: [EventID: EventID] = [:]
  /// Only where statements are kept: in log order, and whose they are.
  var statements: [Statement] = []
  var order: [EventID] = []
  /// How many events there were: the place of the next.
  var count = 0
  /// Parties and exhibits that the same append registers, perhaps further down.
  var announced: Set<StreamName> = []
  /// Those of them that are groups: only these may have members.
  var announcedGroups: Set<StreamName> = []

  /// - Parameter keepsStatements: needed for recording, where dependents are listed. Without it, and without a way to recall
  ///   them, corrections and retractions are checked for their form alone.
  public init(keepsStatements: Bool = true) { archive = keepsStatements ? .kept : .none }

  /// For logs too long to be kept in memory: what a correction or retraction speaks of is read again.
  ///
  /// - Parameter recall: gives the statement of the event at a position, as its line says; nil if it is not there.
  public init(recalling recall: @escaping @Sendable (_ position: Int) -> Statement?) { archive = .recalled(recall) }

  /// Says at which place among the events the next one stands; for a reader that does not bring all of them.
  package mutating func move(to place: Int) { count = place }

  public func has(_ party: PartyKey) -> Bool { parties[party]?.isRegistered ?? false }

  package func has(_ exhibit: ExhibitKey) -> Bool { exhibits[exhibit]?.given ?? 0 > 0 }

  // MARK: Look

  /// What rules an event would break after everything that was applied so far.
  public func findings(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    // What would come of a correction or retraction is tried out, on a copy.
    var trial = self
    return trial.judge(statement, in: stream)
  }

  /// Looks and remembers, in one step and without a copy.
  ///
  /// - Parameter position: where the event stands in the log; what `recalling` is asked for later.
  public mutating func take(
    _ statement: Statement, id: EventID, in stream: StreamName, at position: Int? = nil
  ) -> [RuleFinding] {
    let findings = judge(statement, in: stream)
    apply(statement, id: id, in: stream, at: position)
    return findings
  }

  /// Leaves the state as it was.
  private mutating func judge(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    look(statement, in: stream, at: count) + judgeTarget(statement, in: stream)
  }

  /// The rules for an event at one place of the log, whatever it does to others. It changes nothing; but what a closure asks
  /// of a book that may be changed is asked of the book itself and not of a copy, which is dear for every need of every event.
  mutating func look(_ statement: Statement, in stream: StreamName, at place: Int) -> [RuleFinding] {
    guard let data = statement.body.data else { return [] }
    let type = Swift.type(of: data)
    guard type.streams.contains(stream.kind) else {
      let streams = type.streams.map(\.rawValue).joined(separator: " or ")
      return [
        RuleFinding(
          .wrongStream, "\(type.type) stands in a stream of kind \(streams), not in \(stream)", path: "stream",
          next: "Name the \(streams) that it belongs to.")
      ]
    }
    var findings: [RuleFinding] = []
    var isPlaceKnown = true
    statement.forEachNeed(in: stream) { need, path in
      // In an agreement that nobody made, nothing else is asked.
      guard isPlaceKnown, !isGiven(need, in: stream) else { return }
      if need == .agreement { isPlaceKnown = false }
      findings.append(finding(need, path(), in: stream))
    }
    if isPlaceKnown { findings += conflicts(statement, in: stream, at: place) }
    return findings + citedEvents(statement, in: stream)
  }

  // MARK: Remember

  public mutating func apply(
    _ statement: Statement, id: EventID, in stream: StreamName, at position: Int? = nil
  ) {
    let place = count
    count += 1
    var role = Known.Role.ordinary
    switch statement.body {
    case .entryCorrected(let correction):
      role = .correction
      remember(correction, id: id, in: stream)
    case .entryRetracted(let retraction):
      role = .retraction
      remember(retraction, id: id, in: stream)
    default: weigh(statement, in: stream, at: place, 1)
    }
    // The second of two events with one id can be named by nobody.
    guard events[id] == nil else { return }
    events[id] = Known(
      place: place, position: position ?? place, kept: Int32(statements.count), stream: number(of: stream), role: role)
    if case .kept = archive {
      statements.append(statement)
      order.append(id)
    }
  }

  /// Looks at an event that no other will name and weighs it: all that is kept of it is what it gives and needs, so a long
  /// import takes no more memory than a short one.
  ///
  /// - Precondition: it is no correction and no retraction.
  public mutating func admit(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    let findings = look(statement, in: stream, at: count)
    weigh(statement, in: stream, at: count, 1)
    count += 1
    return findings
  }

  /// Makes room for so many more events.
  mutating func reserve(_ more: Int) {
    events.reserveCapacity(events.count + more)
    guard case .kept = archive else { return }
    statements.reserveCapacity(statements.count + more)
    order.reserveCapacity(order.count + more)
  }

  private mutating func number(of stream: StreamName) -> Int32 {
    if let number = streamNumbers[stream] { return number }
    let number = Int32(streams.count)
    streams.append(stream)
    streamNumbers[stream] = number
    return number
  }
}

// MARK: - What is remembered

extension RuleBook {
  /// One event that others may name.
  struct Known: Sendable {
    enum Role: Sendable {
      case ordinary, correction, retraction
    }

    /// Among the events, from 0.
    var place: Int
    /// In the log, from 0; another number where lines were left out.
    var position: Int
    /// Among the statements that are kept.
    var kept: Int32
    var stream: Int32
    var role: Role
    /// Retractions of it that stand.
    var retractions: Int32 = 0

    var isOut: Bool { retractions > 0 }
  }

  /// How many standing events give a thing, and how many need it.
  struct Tally: Sendable {
    var given = 0
    var needed = 0
  }

  struct Party: Sendable {
    struct Registration: Placed {
      var place: Int
      var isGroup: Bool
      var size: Int64?
    }

    var registrations: [Registration] = []
    /// How often each is named as a member.
    var members: [PartyKey: Int] = [:]
    var needed = 0

    var isRegistered: Bool { !registrations.isEmpty }
    var isGroup: Bool { registrations.contains(where: \.isGroup) }
    var size: Int64? { registrations.first?.size }
    func has(_ member: PartyKey) -> Bool { members[member, default: 0] > 0 }
  }

  struct Agreement: Sendable {
    var made = 0
    /// Events in it besides those that made it.
    var needed = 0
    /// Events whose version is too new to be read: what they give is not known, so nothing is missed.
    var unread = 0
    var promises: [PromiseKey: Promise] = [:]
    var savings: [SavingKey: Saving] = [:]
    var disputes: [DisputeKey: Tally] = [:]
    var requests: [RequestKey: Tally] = [:]
  }

  struct Saving: Sendable {
    struct Report: Placed {
      var place: Int
      var by: PartyKey
    }

    var reports: [Report] = []
    var needed = 0
  }

  struct Promise: Sendable {
    struct Account: Placed {
      var place: Int
      var to: PartyKey
      var label: String?
      var conditions: [ConditionKey]
      var limit: Limit
    }

    /// A sum that was agreed or set later.
    struct Change: Placed {
      var place: Int
      var creditor: PartyKey?
      var limit: Limit
    }

    var accounts: [Account] = []
    var changes: [Change] = []
    var needed = 0
    var conditionsNeeded: [ConditionKey: Int] = [:]
    /// Who is named as one that it is owed to or paid to, and how often.
    var payees: [PartyKey: Int] = [:]
    var paid: [PartyKey: Paid] = [:]
    /// The sum of `paid`, so that a payment among a million is judged without going over all who were paid.
    var paidToAll = Paid()
    var flow = Flow()

    /// The first account in the log names the creditor.
    var creditor: PartyKey? { accounts.first?.to }
  }
}

/// Something that an event gave, at its place among the events.
protocol Placed: Sendable {
  var place: Int { get }
}

extension Array where Element: Placed {
  /// Puts it in, or takes it out, so that the list stays in log order.
  mutating func put(_ element: Element, _ sign: Int) {
    if sign < 0 {
      if let index = firstIndex(where: { $0.place == element.place }) { remove(at: index) }
    } else {
      let index = lastIndex { $0.place < element.place }.map { $0 + 1 } ?? 0
      insert(element, at: index)
    }
  }
}
