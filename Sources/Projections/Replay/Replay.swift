public import Agreements
public import CanonicalJSON
public import LogStore

/// Reads a log line by line and says what each line, once known, changes in the position as of a day.
///
/// Nothing is sent or written by a replay. It keeps the rows of each agreement and, of late, its events; those of an
/// agreement that was not touched for long are read again from the log.
public struct Replay {
  public let asOf: Day
  public let knownAt: Instant?
  public let scope: Scope

  /// Agreements that were touched of late.
  private var recent: [AgreementKey: ReplayedAgreement] = [:]
  private var recentCount = 0
  /// More decoded events than this are not kept.
  private static let keptEvents = 50_000

  private var positions: [AgreementKey: [Int]] = [:]
  private var registrations: [LoggedEvent] = []
  /// Who is who, as far as it was read; nil = something was registered since it was last worked out.
  private var surroundings: Surroundings?
  private var rowsOf: [AgreementKey: [PromiseKey: [ObligationRow]]] = [:]
  /// Whose events are, as far as they are one party's; only for a replay for one practice.
  private var parties: [EventID: PartyKey] = [:]
  private var savedBy: [String: PartyKey] = [:]

  public init(asOf: Day, knownAt: Instant? = nil, scope: Scope = Scope()) {
    self.asOf = asOf
    self.knownAt = knownAt
    self.scope = scope
  }

  /// Reads the log up to line `limit`; `body` gets each step and returns false to stop.
  ///
  /// - Parameter history: of the same log, read without a limit and without `knownAt`: with it a replay of one agreement
  ///   looks only at the lines that it needs, since all were read already.
  public mutating func run(
    _ log: any LogReading, until limit: Int? = nil, history: History? = nil,
    _ body: (ReplayView.Step) throws -> Bool
  ) throws {
    var decoder = EventDecoder()
    guard let history, let agreement = scope.agreement, scope.creditor == nil else {
      try log.forEachLine(from: 0, limit: limit) { position, line in
        guard let event = try decoder.event(line, at: position) else { return true }
        return try step(event, log, body)
      }
      return
    }
    let positions = history.positions(toReplay: agreement).prefix { $0 < limit ?? Int.max }
    for start in stride(from: 0, to: positions.count, by: Self.linesAtOnce) {
      let some = Array(positions[start..<min(positions.count, start + Self.linesAtOnce)])
      for (position, line) in zip(some, try log.lines(at: some)) {
        guard let event = try decoder.event(line, at: position) else { continue }
        guard try step(event, log, body) else { return }
      }
    }
  }

  private static let linesAtOnce = 1_000

  /// Takes in one event and tells it; false to stop.
  private mutating func step(
    _ event: LoggedEvent, _ log: any LogReading, _ body: (ReplayView.Step) throws -> Bool
  ) throws -> Bool {
    if let knownAt, event.recordedAt > knownAt { return true }
    note(event)
    let changes = try take(event, log)
    guard isShown(event, changes) else { return true }
    return try body(ReplayView.Step(event: event, changes: changes, isAnothers: isAnothers(event)))
  }

  /// Is it, for the one practice that this replay is for, somebody else's? A correction is whose the corrected event is.
  private func isAnothers(_ event: LoggedEvent) -> Bool {
    guard let creditor = scope.creditor, let party = parties[event.id] else { return false }
    return party != creditor && surroundings?.groups[party]?.members.contains(creditor) != true
  }

  /// Remembers whose an event is, where that is asked for.
  private mutating func note(_ event: LoggedEvent) {
    guard scope.creditor != nil, case .agreement(let agreement) = event.stream else { return }
    let place = { (saving: SavingKey) in "\(agreement)/\(saving)" }
    var party = event.body.soleParty
    switch event.body {
    case .savingReported(let saving): savedBy[place(saving.saving)] = saving.by
    case .savingRevised(let revised): party = savedBy[place(revised.saving)]
    case .entryCorrected(let correction): party = parties[correction.target]
    case .entryRetracted(let retraction): party = parties[retraction.target]
    case .corroborated(let corroborated): party = parties[corroborated.target]
    default: break
    }
    parties[event.id] = party
  }

  /// With a scope, only what belongs to it or changes it.
  private func isShown(_ event: LoggedEvent, _ changes: [ReplayView.Change]) -> Bool {
    if scope == Scope() || !changes.isEmpty { return true }
    guard let agreement = scope.agreement else { return false }
    return event.stream == .agreement(agreement) && scope.creditor == nil
  }

  private mutating func take(_ event: LoggedEvent, _ log: any LogReading) throws -> [ReplayView.Change] {
    switch event.stream {
    case .agreement(let agreement):
      guard scope.includes(event.stream) else { return [] }
      var state = try state(of: agreement, log)
      // It is in one place only while it grows, so that its lists are not copied.
      recent[agreement] = nil
      positions[agreement, default: []].append(event.position)
      let concern = try state.take(event)
      recentCount += 1
      let changes = try refold(agreement, &state, concern)
      recent[agreement] = state
      return changes
    case .party, .exhibit:
      registrations.append(event)
      surroundings = nil
      recent = [:]
      recentCount = 0
      var changes: [ReplayView.Change] = []
      for agreement in rowsOf.keys.sorted() {
        var state = try state(of: agreement, log)
        changes += try refold(agreement, &state, .every)
        recent[agreement] = state
      }
      return changes
    case .plan, .log: return []
    }
  }

  private mutating func refold(
    _ agreement: AgreementKey, _ state: inout ReplayedAgreement, _ concern: ReplayedAgreement.Concern
  ) throws -> [ReplayView.Change] {
    var changes: [ReplayView.Change] = []
    for promise in state.promises(of: concern, known: rowsOf[agreement, default: [:]].keys) {
      let before = rowsOf[agreement]?[promise] ?? []
      let after = try state.fold(promise)
      rowsOf[agreement, default: [:]][promise] = after.isEmpty ? nil : after
      changes += self.changes(from: before, to: after)
    }
    return changes
  }

  private mutating func state(of agreement: AgreementKey, _ log: any LogReading) throws -> ReplayedAgreement {
    if let state = recent[agreement] { return state }
    if recentCount > Self.keptEvents {
      recent = [:]
      recentCount = 0
    }
    let surroundings = self.surroundings ?? Surroundings(History.standing(registrations), asOf: asOf)
    self.surroundings = surroundings
    var decoder = EventDecoder()
    let places = positions[agreement] ?? []
    var events: [LoggedEvent] = []
    for (position, line) in zip(places, try log.lines(at: places)) {
      if let event = try decoder.event(line, at: position) { events.append(event) }
    }
    recentCount += events.count
    return try ReplayedAgreement(agreement, events, surroundings, asOf: asOf)
  }

  func changes(from before: [ObligationRow], to after: [ObligationRow]) -> [ReplayView.Change] {
    // Nearly every promise is to one creditor and stays so.
    if before.count <= 1, after.count <= 1, before.isEmpty || after.isEmpty || before[0].isInPlace(of: after[0]) {
      return changes(from: before.first, to: after.first)
    }
    struct Place: Hashable, Comparable {
      var promise: PromiseKey
      var creditor: PartyKey
      static func < (left: Place, right: Place) -> Bool {
        (left.promise, left.creditor) < (right.promise, right.creditor)
      }
    }
    func placed(_ rows: [ObligationRow]) -> [Place: ObligationRow] {
      Dictionary(rows.map { (Place(promise: $0.promise, creditor: $0.creditor), $0) }) { first, _ in first }
    }
    let (old, new) = (placed(before), placed(after))
    var changes: [ReplayView.Change] = []
    for place in Set(old.keys).union(new.keys).sorted() { changes += self.changes(from: old[place], to: new[place]) }
    return changes
  }

  /// What changed in one row.
  private func changes(from was: ObligationRow?, to now: ObligationRow?) -> [ReplayView.Change] {
    guard let row = now ?? was, scope.includes(row) else { return [] }
    var changes: [ReplayView.Change] = []
    for field in ReplayView.Field.allCases where !field.isSame(was, now) {
      changes.append(
        .init(
          agreement: row.agreement, promise: row.promise, creditor: row.creditor, field: field, before: was, after: now)
      )
    }
    return changes
  }
}

extension ObligationRow {
  fileprivate func isInPlace(of other: ObligationRow) -> Bool {
    promise == other.promise && creditor == other.creditor
  }
}

extension Replay {
  /// What events added to a history change in the rows of the agreements that they touch.
  ///
  /// - Parameter touched: the streams of the new events; a party or a paper touches every agreement.
  public static func changes(
    from before: [LoggedEvent], to after: [LoggedEvent], touching touched: Set<StreamName>, asOf day: Day
  ) throws -> [ReplayView.Change] {
    var agreements: Set<AgreementKey> = []
    let isEvery = touched.contains { stream in
      switch stream {
      case .party, .exhibit: true
      case .agreement, .plan, .log: false
      }
    }
    for event in after {
      if case .agreement(let key) = event.stream, isEvery || touched.contains(event.stream) { agreements.insert(key) }
    }
    let (old, new) = (Sorted(before, agreements, asOf: day), Sorted(after, agreements, asOf: day))
    let replay = Replay(asOf: day)
    return try agreements.sorted().flatMap { try replay.changes(from: old.rows(of: $0), to: new.rows(of: $0)) }
  }

  /// The events of a history by the agreements that are asked about: a party may touch every one, and then each must not go
  /// over all events again.
  private struct Sorted {
    private var own: [AgreementKey: [LoggedEvent]] = [:]
    private let surroundings: Surroundings
    private let day: Day

    init(_ events: [LoggedEvent], _ agreements: Set<AgreementKey>, asOf day: Day) {
      self.day = day
      var registrations: [LoggedEvent] = []
      for event in events {
        switch event.stream {
        case .agreement(let key): if agreements.contains(key) { own[key, default: []].append(event) }
        case .party, .exhibit: registrations.append(event)
        case .plan, .log: break
        }
      }
      surroundings = Surroundings(History.standing(registrations), asOf: day)
    }

    func rows(of agreement: AgreementKey) throws -> [ObligationRow] {
      try AgreementPosition(
        agreement: agreement, events: Knowledge.standing(own[agreement] ?? []), surroundings: surroundings, asOf: day
      ).rows()
    }
  }
}
