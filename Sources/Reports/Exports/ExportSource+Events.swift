internal import Agreements
internal import CanonicalJSON
internal import Projections

// Tables whose rows are events, or what events register.

extension ExportSource {
  /// The events of these streams that stand, had happened by the day, and may be told.
  private func counted(_ streams: [StreamName]) throws -> [LoggedEvent] {
    var events: [LoggedEvent] = []
    for stream in streams {
      events += try history.standing(in: stream).filter { $0.happened(by: question.asOf) == .counted && tells($0) }
    }
    return events.sorted { $0.position < $1.position }
  }

  private func source(_ event: LoggedEvent, _ firsts: FirstForms) -> [ExportValue] {
    let party = event.statement.assertedBy.party
    return [
      .text(party.rawValue), name(party), .text(event.statement.basis.rawValue),
      told(lexicon.places(event.statement.sources)), Self.day(event.recordedAt.day),
      .text(event.isCorrected ? "corrected" : "stands"),
    ] + corrections(of: event, firsts, lexicon)
  }

  /// The lines of events that were put right, and of what did so, by id.
  struct FirstForms {
    private var lines: [EventID: LoggedEvent] = [:]

    init(_ events: [LoggedEvent], of history: History) throws {
      let corrected = events.filter(\.isCorrected)
      let wanted = Set(corrected.flatMap { [$0.id] + $0.corrections })
      for stream in Set(corrected.map(\.stream)) {
        for event in try history.events(of: stream) where wanted.contains(event.id) { lines[event.id] = event }
      }
    }

    subscript(id: EventID) -> LoggedEvent? { lines[id] }
  }

  private func corrections(of event: LoggedEvent, _ firsts: FirstForms, _ lexicon: Lexicon) -> [ExportValue] {
    let others = event.corrections.compactMap { firsts[$0] }
    guard let last = others.last else { return [.none, .none, .none] }
    return [
      list(others.map { String($0.position + 1) }), Self.day(last.recordedAt.day),
      told(firsts[event.id]?.sentence(lexicon)),
    ]
  }

  func promises() throws -> [[ExportValue]] {
    let counted = try counted(agreementKeys.map(StreamName.agreement))
    let firsts = try FirstForms(counted, of: history)
    return counted.compactMap { event in
      guard case .paymentPromised(let promised) = event.body, case .agreement(let agreement) = event.stream else {
        return nil
      }
      var (sum, share): (Money?, PaymentPromised.Share?)
      switch promised.terms {
      case .money(let money): sum = money
      case .share(let stated): share = stated
      case .greaterOf: break
      }
      let cap = share?.cap.map { Money(low: $0, high: $0, per: share?.isEach == true ? .each : .total) }
      return [
        .whole(Int64(event.position + 1)), .text(agreement.rawValue), .text(promised.promise.rawValue),
        told(promised.account), .text(promised.to.rawValue), name(promised.to), Self.date(event.statement.when?.date),
        told(event.sentence(lexicon)), Self.money(sum),
        sum.map { .text($0.per.rawValue) } ?? share.map { .text($0.isEach ? "each" : "total") } ?? .none,
        Self.whole(share?.percentHundredths), Self.money(cap), Self.date(promised.due),
        list(promised.conditions.map(\.text)), told(promised.purpose),
      ] + source(event, firsts)
    }
  }

  func payments() throws -> [[ExportValue]] {
    let counted = try counted(agreementKeys.map(StreamName.agreement))
    let firsts = try FirstForms(counted, of: history)
    return counted.compactMap { event in
      guard case .agreement(let agreement) = event.stream else { return nil }
      func row(
        _ promise: PromiseKey, _ kind: String, _ to: PartyKey, _ money: Money, accepted: Money? = nil,
        agreed: String? = nil, reference: String? = nil, reason: String? = nil
      ) -> [ExportValue] {
        [
          .whole(Int64(event.position + 1)), .text(agreement.rawValue), .text(promise.rawValue), .text(kind),
          .text(to.rawValue), name(to), Self.date(event.statement.when?.date), Self.money(money),
          .text(money.per.rawValue), Self.money(accepted), told(agreed), told(reference), told(reason),
        ] + source(event, firsts)
      }
      switch event.body {
      case .paymentMade(let paid):
        return row(paid.promise, "paid", paid.creditor ?? paid.to, paid.money, reference: paid.reference)
      case .paymentReclaimed(let back):
        return row(
          back.promise, "taken back", back.creditor ?? back.to, back.money, agreed: back.agreed.rawValue,
          reason: back.reason)
      case .setOffApplied(let setOff):
        return row(
          setOff.promise, "set off", setOff.creditor ?? setOff.to, setOff.money,
          accepted: Money(low: setOff.accepted, high: setOff.accepted, per: setOff.money.per), reason: setOff.reason)
      default: return nil
      }
    }
  }

  func agreements() throws -> [[ExportValue]] {
    var rows: [[ExportValue]] = []
    for key in agreementKeys {
      let events = try history.standing(in: .agreement(key))
      guard let event = events.first(where: { if case .agreementMade = $0.body { true } else { false } }),
        case .agreementMade(let made) = event.body
      else { continue }
      let promises = events.compactMap { event -> PromiseKey? in
        guard case .paymentPromised(let promised) = event.body, tells(event),
          event.happened(by: question.asOf) == .counted
        else { return nil }
        return promised.promise
      }
      let creditors = discretion?.tellable(made.creditors) ?? made.creditors
      rows.append([
        .text(key.rawValue), told(made.title), .text(made.debtor.rawValue), name(made.debtor),
        list(creditors.map(\.rawValue)), Self.date(event.statement.when?.date), .text(made.form.rawValue),
        .text(made.contractStatus.rawValue), told(made.scheme), told(made.purpose), Self.date(made.term),
        .whole(Int64(Set(promises).count)), .whole(Int64(event.position + 1)),
      ])
    }
    return rows
  }

  func parties() -> [[ExportValue]] {
    let standing = history.standingRegistrations
    let groups = Surroundings(standing, asOf: question.asOf).groups
    return standing.filter(tells).compactMap { event in
      guard case .partyRegistered(let party) = event.body, case .party(let key) = event.stream else { return nil }
      let members = groups[key]?.members ?? []
      let isNamed = party.identity == .named
      return [
        .text(key.rawValue), isNamed ? told(party.name) : .none, .text(party.kind.rawValue),
        .text(party.identity.rawValue), isNamed ? told(party.ods) : .none, Self.whole(party.count),
        list((discretion?.tellable(members) ?? members).map(\.rawValue)), .whole(Int64(event.position + 1)),
      ]
    }
  }

  func timeline() throws -> [TimelineView.Entry] {
    try history.timeline(question, scope: Scope(agreement: scope.agreement)).entries.filter { tells($0.event) }
  }

  /// All known events in log order, each as it stands and with what became of it.
  func events() throws -> [(LoggedEvent, Knowledge.State)] {
    var found: [(LoggedEvent, Knowledge.State)] = []
    for stream in history.streams {
      if let agreement = scope.agreement, stream != .agreement(agreement) { continue }
      let events = try history.events(of: stream)
      let states = Knowledge.states(events)
      let standing = Dictionary(Knowledge.standing(events).map { ($0.position, $0) }) { first, _ in first }
      for event in events where tells(standing[event.position] ?? event) {
        found.append((standing[event.position] ?? event, states[event.id] ?? .stands))
      }
    }
    return found.sorted { $0.0.position < $1.0.position }
  }

  /// In the order of the columns of an event.
  func line(
    of event: LoggedEvent, _ state: Knowledge.State, _ firsts: FirstForms, _ lexicon: Lexicon
  ) -> [ExportValue] {
    let statement = event.statement
    return [
      .whole(Int64(event.position + 1)), Self.date(statement.when?.date), Self.day(event.earliest),
      Self.day(event.latest), Self.day(event.recordedAt.day), .text(event.recordedAt.description),
      .text(event.body.typeName), .text(event.stream.description), told(event.sentence(lexicon)),
      .text(statement.assertedBy.party.rawValue), name(statement.assertedBy.party), .text(statement.basis.rawValue),
      told(lexicon.places(statement.sources)), told(statement.sources.compactMap(\.quote).joined(separator: " / ")),
      told(statement.note), .text(state.rawValue),
    ] + corrections(of: event, firsts, lexicon)
  }

  func plans() throws -> [[ExportValue]] {
    guard scope.agreement == nil else { return [] }
    let view = try history.plans(question)
    return view.plans.flatMap { plan in
      plan.accounts.filter(tells).compactMap { event -> [ExportValue]? in
        guard case .reductionPlanned(let planned) = event.body else { return nil }
        return [
          .whole(Int64(event.position + 1)), .text(plan.key.rawValue), .text(planned.planner.rawValue),
          name(planned.planner), told(planned.scope), Self.money(planned.money), Self.date(planned.period),
          told(planned.method), told(planned.conditionalOn), Self.whole(planned.practices),
          list(plan.overlaps.map(\.rawValue)), .text(event.statement.assertedBy.party.rawValue),
          told(lexicon.places(event.statement.sources)),
        ]
      }
    }
  }
}
