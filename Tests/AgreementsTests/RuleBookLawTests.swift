import Agreements
import CanonicalJSON
import TestSupport
import Testing

/// Random logs, good and bad, over a handful of keys, so that everything meets everything.
@Suite("What the rules remember")
struct RuleBookLawTests {
  struct Event {
    var id: EventID
    var stream: StreamName
    var statement: Statement
  }

  /// Draws events; those about other events pick one that is there.
  struct Source {
    var random: SeededRandom
    var events: [Event] = []

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }

    mutating func party() -> PartyKey { PartyKey(unchecked: pick(["a", "b", "g"])) }
    mutating func promise() -> PromiseKey { PromiseKey(unchecked: pick(["p", "q"])) }
    mutating func creditor() -> PartyKey? { pick([nil, nil, party()]) }
    mutating func money() -> Money {
      let low = Int64(pick([0, 5, 10, 30]))
      return Money(low: low, high: pick([nil, low, low + 5]), per: pick([.total, .total, .each]))
    }

    mutating func body(in stream: StreamName.Kind) -> EventBody {
      switch stream {
      case .party:
        if Bool.random(using: &random) { return .memberNamed(MemberNamed(member: party())) }
        return .partyRegistered(
          PartyRegistered(kind: pick([.group, .group, .practice]), identity: .named, count: pick([nil, 2])))
      case .exhibit: return .exhibitFiled(ExhibitFiled(exhibit: "1", title: "t", kind: .letter, author: creditor()))
      case .plan:
        let request = RequestKey(unchecked: "r")
        if Bool.random(using: &random) {
          return .informationRequested(InformationRequested(request: request, to: party(), law: .foi, what: "w"))
        }
        return .informationAnswered(InformationAnswered(request: request, outcome: .none))
      case .agreement, .log: return agreementBody()
      }
    }

    private mutating func agreementBody() -> EventBody {
      let saving = SavingKey(unchecked: pick(["s", "t"]))
      let dispute = DisputeKey(unchecked: "d")
      switch Int.random(in: 0..<12, using: &random) {
      case 0:
        return .agreementMade(
          AgreementMade(title: "t", debtor: party(), creditors: [party()], form: .letter, contractStatus: .unknown))
      case 1, 2:
        let conditions = pick([[], ["c"], ["c", "e"]]).map {
          PaymentPromised.Condition(condition: ConditionKey(unchecked: $0), text: "t")
        }
        return .paymentPromised(
          PaymentPromised(
            promise: promise(), to: party(), terms: .money(money()), conditions: conditions,
            account: pick([nil, "l", "m"])))
      case 3:
        return .savingReported(
          SavingReported(saving: saving, by: party(), money: money(), period: date, measure: .net))
      case 4:
        return .savingRevised(SavingRevised(saving: saving, money: money(), agreed: .no, byParty: party()))
      case 5, 6: return .paymentMade(PaymentMade(promise: promise(), to: party(), money: money(), creditor: creditor()))
      case 7: return .paymentReclaimed(PaymentReclaimed(promise: promise(), to: party(), money: money(), agreed: .no))
      case 8:
        return .conditionOutcome(
          ConditionOutcome(
            promise: promise(), condition: ConditionKey(unchecked: pick(["c", "e"])), outcome: .met, byParty: party()))
      case 9:
        return .disputeRaised(DisputeRaised(dispute: dispute, route: RouteKey(unchecked: "foi"), claimant: party()))
      case 10: return .disputeStepTaken(DisputeStepTaken(dispute: dispute, step: "s"))
      default: return .promiseReinstated(PromiseReinstated(promise: promise(), money: money(), creditor: creditor()))
      }
    }

    private var date: ImpreciseDate { ImpreciseDate(day: Day(number: 14_000)) }

    mutating func stream() -> StreamName {
      pick([
        .agreement(AgreementKey(unchecked: "x")), .agreement(AgreementKey(unchecked: "x")),
        .agreement(AgreementKey(unchecked: "y")), .party(party()), .party(PartyKey(unchecked: "g")),
        .exhibit(ExhibitKey(unchecked: "e")), .plan(PlanKey(unchecked: "z")),
      ])
    }

    mutating func statement(_ body: EventBody) -> Statement {
      Statement(
        assertedBy: .init(party: party()), basis: .document, body: body, note: pick([nil, nil, nil, "n"]),
        sources: pick([[], [], [.init(exhibit: ExhibitKey(unchecked: "e"))]]))
    }

    /// An event of its own, or one about another.
    mutating func next() -> Event {
      let id = EventID(high: 0x7000, low: 1 << 63 | UInt64(events.count))
      var event: Event
      let about = Int.random(in: 0..<10, using: &random)
      if about < 4, let target = events.randomElement(using: &random) {
        // Now and then in the wrong stream.
        let stream = Int.random(in: 0..<20, using: &random) == 0 ? self.stream() : target.stream
        let body: EventBody =
          about < 2
          ? .entryRetracted(EntryRetracted(target: target.id, why: "w"))
          : .entryCorrected(
            EntryCorrected(target: target.id, set: set(for: target), replaces: nil, why: "w"))
        event = Event(id: id, stream: stream, statement: statement(body))
      } else {
        let stream = self.stream()
        event = Event(id: id, stream: stream, statement: statement(body(in: stream.kind)))
      }
      events.append(event)
      return event
    }

    private mutating func set(for target: Event) -> JSONObject {
      var set = JSONObject()
      switch Int.random(in: 0..<4, using: &random) {
      case 0: set["note"] = pick([.null, "m"])
      case 1: set["assertedBy"] = pick([["party": .string(party().rawValue)], ["party": "?"]])
      default:
        // Mostly of the same type; else the result is no event.
        for _ in 0..<30 {
          let body = body(in: target.stream.kind)
          if body.typeName == target.statement.body.typeName || Int.random(in: 0..<100, using: &random) == 0 {
            set["data"] = (body.data?.members).map(JSONValue.object)
            break
          }
        }
      }
      return set
    }
  }

  /// The plain reading of the law: what stands, in log order, corrected.
  static func standing(_ events: [Event]) -> [Event] {
    var places: [EventID: Int] = [:]
    for (index, event) in events.enumerated() { places[event.id] = index }
    var isOut = Array(repeating: false, count: events.count)
    for (index, event) in events.enumerated().reversed() where !isOut[index] {
      if case .entryRetracted(let retraction) = event.statement.body, let target = places[retraction.target],
        target < index, events[target].stream == event.stream
      {
        isOut[target] = true
      }
    }
    var standing = events
    for (index, event) in events.enumerated() where !isOut[index] {
      guard case .entryCorrected(let correction) = event.statement.body, let target = places[correction.target],
        target < index, events[target].stream == event.stream, isOrdinary(events[target]),
        let corrected = try? standing[target].statement.corrected(by: correction.set, setVersion: nil)
      else { continue }
      standing[target].statement = corrected
    }
    return zip(standing, isOut).filter { !$1 && isOrdinary($0) }.map { $0.0 }
  }

  static func isOrdinary(_ event: Event) -> Bool {
    switch event.statement.body {
    case .entryCorrected, .entryRetracted: false
    default: true
    }
  }

  @Test("Law: after any events the rules answer as if only what stands had ever been recorded")
  func state() {
    for seed in 0..<300 as Range<UInt64> {
      var source = Source(seed: seed)
      var book = RuleBook()
      for _ in 0..<60 {
        let event = source.next()
        _ = book.take(event.statement, id: event.id, in: event.stream)
      }
      var fresh = RuleBook()
      for event in Self.standing(source.events) { fresh.apply(event.statement, id: event.id, in: event.stream) }
      for _ in 0..<60 {
        let stream = source.stream()
        let probe = source.statement(source.body(in: stream.kind))
        let (here, there) = (book.findings(probe, in: stream), fresh.findings(probe, in: stream))
        #expect(here == there, "seed \(seed): \(probe.body)")
        if here != there { return }
      }
    }
  }

  @Test("Law: it is the same whether statements are kept or read again; looking changes nothing")
  func recalling() {
    for seed in 0..<300 as Range<UInt64> {
      var source = Source(seed: seed)
      for _ in 0..<60 { _ = source.next() }
      let events = source.events
      var kept = RuleBook()
      var recalling = RuleBook { events[$0].statement }
      for (position, event) in events.enumerated() {
        let looked = kept.findings(event.statement, in: event.stream)
        let first = kept.take(event.statement, id: event.id, in: event.stream)
        let second = recalling.take(event.statement, id: event.id, in: event.stream, at: position)
        #expect(looked == first, "seed \(seed) at \(position)")
        #expect(
          first.map(\.code) == second.map(\.code) && first.map(\.path) == second.map(\.path),
          "seed \(seed) at \(position)")
      }
    }
  }

  @Test("Law: dependents taken back from the last to the first, and what they stood on at the end, are all accepted")
  func dependents() {
    var (tried, most) = (0, 0)
    for seed in 0..<200 as Range<UInt64> {
      var source = Source(seed: seed)
      var book = RuleBook()
      // A good log: what breaks a rule is left out.
      while source.events.count < 80 {
        let event = source.next()
        if book.findings(event.statement, in: event.stream).isEmpty {
          book.apply(event.statement, id: event.id, in: event.stream)
        }
      }
      for (number, target) in source.events.enumerated() where Self.isOrdinary(target) {
        let dependents = book.dependents(of: target.id)
        guard !dependents.isEmpty else { continue }
        tried += 1
        most = max(most, dependents.count)
        var trial = book
        for (index, id) in (dependents.reversed() + [target.id]).enumerated() {
          guard let event = source.events.first(where: { $0.id == id }) else { continue }
          var retraction = target.statement
          retraction.assertedBy = .init(party: event.statement.assertedBy.party)
          retraction.sources = []
          retraction.body = .entryRetracted(EntryRetracted(target: id, why: "w"))
          let findings = trial.take(
            retraction, id: EventID(high: UInt64(number), low: UInt64(index)), in: event.stream
          ).filter { $0.path == "data.target" }
          #expect(findings.isEmpty, "seed \(seed), event \(number): \(findings)")
        }
      }
    }
    #expect(tried > 200 && most > 5, "\(tried) \(most)")
  }
}
