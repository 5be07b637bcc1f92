internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections

extension Directory {
  /// What a book knows as it stands: corrected, without what was taken back.
  init(_ book: RecordBook) throws {
    let history = try History(book.source.log)
    self.init(size: history.size)
    if history.size > 0, let first = try history.events(at: [0]).first, case .logOpened = first.body {
      keeper = first.statement.assertedBy.party.rawValue
    }
    for event in history.standingRegistrations {
      switch (event.body, event.stream) {
      case (.partyRegistered(let party), .party(let key)):
        parties.append(Thing(key.rawValue, party.identity == .named ? party.name ?? "" : ""))
        if party.kind == .personRole { persons.insert(key.rawValue) }
      case (.exhibitFiled(let exhibit), .exhibit(let key)):
        exhibits.append(Thing(key.rawValue, exhibit.title))
      default: break
      }
    }
    let groups = Surroundings(history.standingRegistrations, asOf: LogEnvironment.system.now().day).groups
    for stream in history.streams {
      switch stream {
      case .agreement(let key): try add(key, history.standing(in: stream), groups.mapValues(\.members))
      case .plan(let key): plans.append(Thing(key.rawValue))
      default: break
      }
    }
    agreements.sort { $0.key < $1.key }
    plans.sort { $0.key < $1.key }
  }

  private mutating func add(_ key: AgreementKey, _ events: [LoggedEvent], _ groups: [PartyKey: [PartyKey]]) {
    var (title, isMade) = ("", false)
    var inside = Inside()
    func note(_ key: String, _ list: inout [String]) { if !list.contains(key) { list.append(key) } }
    func noteCreditor(_ party: PartyKey) {
      for key in [party] + (groups[party] ?? []) { note(key.rawValue, &inside.creditors) }
    }
    for event in events {
      switch event.body {
      case .agreementMade(let made):
        (title, isMade) = (made.title, true)
        made.creditors.forEach(noteCreditor)
      case .paymentPromised(let promised):
        note(promised.promise.rawValue, &inside.promises)
        noteCreditor(promised.to)
        let number = inside.promised[promised.promise.rawValue] ?? event.position + 1
        inside.promised[promised.promise.rawValue] = number
      case .savingReported(let saving): note(saving.saving.rawValue, &inside.savings)
      case .disputeRaised(let dispute): note(dispute.dispute.rawValue, &inside.disputes)
      case .informationRequested(let request): note(request.request.rawValue, &inside.requests)
      default: break
      }
    }
    guard isMade else { return }
    agreements.append(Thing(key.rawValue, title))
    self.inside[key.rawValue] = inside
  }
}
