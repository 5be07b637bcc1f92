import Agreements
import CanonicalJSON
import Projections

/// Builds the history of one deal in short lines, so that a worked case reads like its story.
///
/// Parties: d the debtor, g a group, pa, pb … practices, lmc the committee. Sums are pounds.
struct CaseBuilder {
  private(set) var events: [LoggedEvent] = []
  var clock = Instant("2009-01-01T09:00:00.000Z") ?? Instant(milliseconds: 0)

  init(debtor: String = "d", creditors: [String]) {
    add(
      "agreement/deal",
      .agreementMade(
        AgreementMade(
          title: "Deal", debtor: party(debtor), creditors: creditors.map(party), form: .letter, contractStatus: .nonNHS)
      ),
      when: "../2009-03-31")
  }

  @discardableResult
  mutating func add(
    _ stream: String, _ body: EventBody, when: String? = nil, by: String = "lmc", recorded: String? = nil,
    exhibit: String? = nil, basis: Statement.Basis = .document
  ) -> EventID {
    if let recorded { clock = Instant("\(recorded)T09:00:00.000Z") ?? clock }
    let id = EventID(high: 0x0181_0000_0000_7000 + UInt64(events.count), low: 0x8000_0000_0000_0000)
    let statement = Statement(
      assertedBy: .init(party: party(by)), basis: basis, body: body,
      sources: exhibit.map { [.init(exhibit: ExhibitKey(unchecked: $0))] } ?? [],
      when: when.flatMap { ImpreciseDate(edtf: $0) }.map { .init(date: $0) })
    events.append(
      LoggedEvent(
        position: events.count, id: id, stream: StreamName(stream) ?? .log, recordedAt: clock, statement: statement))
    return id
  }

  @discardableResult
  mutating func deal(_ body: EventBody, when: String? = nil, by: String = "lmc", recorded: String? = nil) -> EventID {
    add("agreement/deal", body, when: when, by: by, recorded: recorded)
  }

  mutating func group(_ size: Int64?, members: [String] = []) {
    add("party/g", .partyRegistered(PartyRegistered(kind: .group, identity: .unnamed, count: size)))
    for member in members { add("party/g", .memberNamed(MemberNamed(member: party(member)))) }
  }

  @discardableResult
  mutating func promise(
    to: String, _ terms: PaymentPromised.Terms, due: String? = nil, account: String? = nil,
    conditions: [(String, String)] = [], when: String = "../2009-03-31", by: String = "d"
  ) -> EventID {
    deal(
      .paymentPromised(
        PaymentPromised(
          promise: q, to: party(to), terms: terms,
          conditions: conditions.map { .init(condition: ConditionKey(unchecked: $0.0), text: $0.1) },
          due: due.flatMap { ImpreciseDate(edtf: $0) }, account: account)), when: when, by: by)
  }

  mutating func saving(
    _ key: String, by: String, _ pounds: Int64, period: String = "2009-04-01/2010-03-31", when: String = "2010-03-31",
    measure: SavingReported.Measure = .net
  ) {
    deal(
      .savingReported(
        SavingReported(
          saving: SavingKey(unchecked: key), by: party(by), money: .exactly(pounds * 100),
          period: ImpreciseDate(edtf: period) ?? ImpreciseDate(day: Day(number: 0)), measure: measure)), when: when)
  }

  mutating func paid(_ to: String, _ pounds: Int64, _ when: String) {
    deal(.paymentMade(PaymentMade(promise: q, to: party(to), money: .exactly(pounds * 100))), when: when)
  }

  @discardableResult
  mutating func withdrawn(
    _ scope: PromiseWithdrawn.Scope = .whole, _ when: String, pounds: Int64? = nil, consent: Consent? = nil,
    for creditor: String? = nil
  ) -> EventID {
    deal(
      .promiseWithdrawn(
        PromiseWithdrawn(
          promise: q, scope: scope, money: pounds.map { .exactly($0 * 100) }, decidedBy: "the board",
          reason: "the deficit",
          consent: consent, creditor: creditor.map(party))), when: when)
  }

  mutating func done(
    by: String, _ complete: PerformanceRecorded.Completion, when: String, period: String? = nil, earned: Int64? = nil
  ) {
    deal(
      .performanceRecorded(
        PerformanceRecorded(
          by: party(by), what: "work", period: period.flatMap { ImpreciseDate(edtf: $0) }, complete: complete,
          earned: earned.map { .exactly($0 * 100) })), when: when)
  }

  mutating func outcome(
    _ condition: String, _ outcome: ConditionOutcome.Outcome, by: String, when: String,
    settled: ConditionOutcome.Settled? = nil
  ) {
    deal(
      .conditionOutcome(
        ConditionOutcome(
          promise: q, condition: ConditionKey(unchecked: condition), outcome: outcome, byParty: party(by),
          settled: settled)), when: when)
  }

  // MARK: Asking

  /// The rows as of a day, as far as known by another.
  func rows(asOf day: String, knownAt: String? = nil) throws -> [ObligationRow] {
    let asOf = Day(day) ?? Day(number: 0)
    let known = knownAt.flatMap { Day($0) }.map { Instant.end(of: $0) }
    let seen = events.filter { event in known.map { event.recordedAt <= $0 } ?? true }
    var streams: [StreamName: [LoggedEvent]] = [:]
    for event in seen { streams[event.stream, default: []].append(event) }
    let standing = streams.values.flatMap { Knowledge.standing($0) }.sorted { $0.position < $1.position }
    let deal = AgreementKey(unchecked: "deal")
    let position = try AgreementPosition(
      agreement: deal, events: standing.filter { $0.stream == .agreement(deal) },
      surroundings: Surroundings(standing.filter { $0.stream != .agreement(deal) }, asOf: asOf), asOf: asOf)
    return try position.rows()
  }
}

let q = PromiseKey(unchecked: "q")

func party(_ key: String) -> PartyKey { PartyKey(unchecked: key) }

/// Pounds to pence.
func pounds(_ low: Int64, _ high: Int64? = nil) -> Amount { Amount(low: low * 100, high: (high ?? low) * 100) }

extension PaymentPromised.Terms {
  static func pounds(_ amount: Int64) -> Self { .money(.exactly(amount * 100)) }
  static func upTo(_ amount: Int64, per: Money.Per = .total) -> Self {
    .money(Money(low: 0, high: amount * 100, per: per))
  }
}
