public import CanonicalJSON

/// The rules that every writer obeys, and as much of the log's history as they need.
///
/// One thing for both ways: recording asks it before an event is written, `verify` asks it of events that others wrote.
/// Pure: `findings` looks, `apply` remembers.
public struct RuleBook: Sendable {
  struct Group: Sendable {
    var members: Set<PartyKey> = []
  }

  struct Promise: Sendable {
    var creditor: PartyKey
    var accounts: Set<String> = []
    var conditions: Set<ConditionKey> = []
    /// The most that any account allows, in pence; nil = no ceiling is known.
    var ceiling: Int64?
    var paid: Int64 = 0
  }

  struct Agreement: Sendable {
    var isMade = false
    var promises: [PromiseKey: Promise] = [:]
    var savedBy: [SavingKey: PartyKey] = [:]
    var disputes: Set<DisputeKey> = []
    var requests: Set<RequestKey> = []
  }

  struct Known: Sendable {
    var stream: StreamName
    var type: String
    /// Does it speak of another event instead of something that happened?
    var changesOthers: Bool
    var statement: Statement?
    var isRetracted = false
    /// The last correction of it that stands.
    var correction: EventID?
  }

  var parties: [PartyKey: PartyRegistered.Kind] = [:]
  var groups: [PartyKey: Group] = [:]
  var exhibits: Set<ExhibitKey> = []
  var agreements: [AgreementKey: Agreement] = [:]
  var planRequests: Set<RequestKey> = []
  var events: [EventID: Known] = [:]
  var order: [EventID] = []
  /// Are statements kept, so that corrections can be tried out and dependents found?
  let keepsStatements: Bool

  /// - Parameter keepsStatements: needed for recording; `verify` of a long log does without.
  public init(keepsStatements: Bool = true) { self.keepsStatements = keepsStatements }

  public func has(_ party: PartyKey) -> Bool { parties[party] != nil }

  // MARK: Look

  /// What rules an event would break after everything that was applied so far.
  public func findings(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    var findings: [RuleFinding] = []
    guard let data = statement.body.data else { return [] }
    let type = Swift.type(of: data)
    if !type.streams.contains(stream.kind) {
      let streams = type.streams.map(\.rawValue).joined(separator: " or ")
      findings.append(
        .init(
          .wrongStream, "\(type.type) stands in a stream of kind \(streams), not in \(stream)", path: "stream",
          next: "Name the \(streams) that it belongs to."))
      return findings
    }
    need(statement.assertedBy.party, "assertedBy.party", &findings, unless: registers(statement, stream))
    for (index, source) in statement.sources.enumerated() {
      if let exhibit = source.exhibit, !exhibits.contains(exhibit) {
        findings.append(
          .init(
            .unknownExhibit, "there is no exhibit “\(exhibit)”", path: "sources[\(index)].exhibit",
            next: "File it first: tracker record exhibit \(exhibit) …"))
      }
    }
    switch stream {
    case .agreement(let key): findings += self.findings(statement, in: agreements[key], key)
    case .party(let key): findings += self.findings(statement, of: key)
    case .exhibit(let key):
      if case .exhibitFiled(let filed) = statement.body {
        if exhibits.contains(key) { findings.append(registeredTwice("exhibit “\(key)”")) }
        if let author = filed.author { need(author, "data.author", &findings) }
      }
    case .plan: findings += planFindings(statement)
    case .log:
      if case .logOpened = statement.body, !events.isEmpty {
        findings.append(
          .init(.logOpenedAgain, "a log is opened once, before anything else", next: "Begin a new book: tracker init"))
      }
      if case .acknowledged(let acknowledged) = statement.body { need(acknowledged.by, "data.by", &findings) }
    }
    findings += targetFindings(statement, in: stream)
    return findings
  }

  private func registers(_ statement: Statement, _ stream: StreamName) -> Bool {
    // The first event of a log comes before any party; a party may register itself.
    if case .logOpened = statement.body { return true }
    guard case .partyRegistered = statement.body, case .party(let key) = stream else { return false }
    return key == statement.assertedBy.party
  }

  func need(_ party: PartyKey, _ path: String, _ findings: inout [RuleFinding], unless isGiven: Bool = false) {
    guard parties[party] == nil, !isGiven else { return }
    findings.append(
      .init(
        .unknownParty, "there is no party “\(party)”", path: path,
        next: "Register it first: tracker record party \(party) …"))
  }

  private func registeredTwice(_ what: String) -> RuleFinding {
    RuleFinding(.registeredTwice, "\(what) is there already", next: "To put it right: tracker correct EVENT …")
  }

  private func findings(_ statement: Statement, of party: PartyKey) -> [RuleFinding] {
    var findings: [RuleFinding] = []
    switch statement.body {
    case .partyRegistered:
      if parties[party] != nil { findings.append(registeredTwice("party “\(party)”")) }
    case .partySucceeded(let succeeded):
      need(party, "stream", &findings)
      for successor in succeeded.to { need(successor, "data.to", &findings) }
    case .memberNamed(let named):
      need(named.member, "data.member", &findings)
      if let group = groups[party] {
        if group.members.contains(named.member) {
          findings.append(
            .init(
              .memberTwice, "“\(named.member)” is named as a member of “\(party)” already", path: "data.member",
              next: "Nothing needs to be recorded."))
        }
      } else {
        findings.append(
          .init(
            .noGroup, "“\(party)” is no group", path: "stream",
            next: "Register it as one: tracker record party \(party) --kind group …"))
      }
    case .sameParty: need(party, "stream", &findings)
    default: break
    }
    return findings
  }

  private func planFindings(_ statement: Statement) -> [RuleFinding] {
    var findings: [RuleFinding] = []
    switch statement.body {
    case .reductionPlanned(let planned): need(planned.planner, "data.planner", &findings)
    case .informationRequested(let request): need(request.to, "data.to", &findings)
    case .informationAnswered(let answer):
      if !planRequests.contains(answer.request) { findings.append(Self.unknownRequest(answer.request)) }
    default: break
    }
    return findings
  }

  static func unknownRequest(_ key: RequestKey) -> RuleFinding {
    RuleFinding(
      .unknownRequest, "there is no request “\(key)”", path: "data.request",
      next: "Record the request first: tracker record request …")
  }

  // MARK: Remember

  public mutating func apply(_ statement: Statement, id: EventID, in stream: StreamName) {
    var changesOthers = false
    switch statement.body {
    case .entryCorrected(let correction):
      changesOthers = true
      events[correction.target]?.correction = id
    case .entryRetracted(let retraction):
      changesOthers = true
      retract(retraction.target)
    default: break
    }
    events[id] = Known(
      stream: stream, type: statement.body.typeName, changesOthers: changesOthers,
      statement: keepsStatements ? statement : nil)
    if keepsStatements { order.append(id) }
    switch stream {
    case .party(let key): apply(statement, of: key)
    case .exhibit(let key): if case .exhibitFiled = statement.body { exhibits.insert(key) }
    case .agreement(let key): agreements[key, default: Agreement()].apply(statement, isMade: isMade(statement))
    case .plan: if case .informationRequested(let request) = statement.body { planRequests.insert(request.request) }
    case .log: break
    }
  }

  private func isMade(_ statement: Statement) -> Bool {
    if case .agreementMade = statement.body { true } else { false }
  }

  private mutating func apply(_ statement: Statement, of party: PartyKey) {
    switch statement.body {
    case .partyRegistered(let registered):
      parties[party] = registered.kind
      if registered.kind == .group, groups[party] == nil { groups[party] = Group() }
    case .memberNamed(let named): groups[party]?.members.insert(named.member)
    default: break
    }
  }

  /// What was retracted is forgotten, as far as later events can stand on it.
  private mutating func retract(_ target: EventID) {
    guard let known = events[target], !known.isRetracted else { return }
    events[target]?.isRetracted = true
    guard let statement = known.statement else { return }
    switch (statement.body, known.stream) {
    case (.partyRegistered, .party(let key)): parties[key] = nil
    case (.exhibitFiled, .exhibit(let key)): exhibits.remove(key)
    case (.memberNamed(let named), .party(let key)): groups[key]?.members.remove(named.member)
    case (.agreementMade, .agreement(let key)): agreements[key]?.isMade = false
    case (.paymentPromised(let promised), .agreement(let key)):
      let others = events.contains { id, other in
        guard id != target, !other.isRetracted, case .paymentPromised(let account)? = other.statement?.body else {
          return false
        }
        return other.stream == known.stream && account.promise == promised.promise
      }
      if !others { agreements[key]?.promises[promised.promise] = nil }
    default: break
    }
  }
}
