public import Agreements
public import CanonicalJSON

/// What of a log may be told to one practice: its own, and what is about all; nothing of another practice.
///
/// A law, and a careful one: where it cannot be told whose something is, it is left out. Left out are
/// - what is visible to other practices only;
/// - what states another party's own money or doings;
/// - what names another practice or its group anywhere, by key or by name, also in a text or a quotation;
/// - sums that are neither this practice's own nor “each”: a total less one's own figure shows the others'.
public struct Discretion: Sendable {
  public let practice: PartyKey
  /// The groups that it is named as a member of.
  public let groups: Set<PartyKey>
  private let others: Set<PartyKey>
  /// Names and keys that must not be seen, in lower case.
  private let words: [[UInt8]]
  /// Whose a saving is, by agreement and key; whose an event is, for what corrects it.
  private var savedBy: [String: PartyKey] = [:]
  private var parties: [EventID: PartyKey] = [:]
  private var creditors: [String: PartyKey] = [:]
  private var agreements: Set<AgreementKey> = []
  private var hidden: Set<EventID> = []

  /// - Throws: what reading the log throws.
  public init(_ practice: PartyKey, in history: History) throws {
    self.practice = practice
    let surroundings = Surroundings(history.standingRegistrations, asOf: Day(number: .max))
    let groups = Set(surroundings.groups.filter { $0.value.members.contains(practice) }.keys)
    self.groups = groups
    var others: Set<PartyKey> = []
    var words: Set<String> = []
    // Every line that ever named somebody counts, also one that was put right since.
    for event in history.registrations {
      guard case .party(let key) = event.stream, key != practice, !groups.contains(key),
        case .partyRegistered(let party) = event.body, party.kind == .practice || party.kind == .group
      else { continue }
      others.insert(key)
      words.insert(key.rawValue)
      if let name = party.name { words.insert(name.lowercased()) }
      if let ods = party.ods { words.insert(ods.lowercased()) }
    }
    for group in groups { others.formUnion(surroundings.groups[group]?.members.filter { $0 != practice } ?? []) }
    for stream in history.streams {
      guard case .agreement = stream else { continue }
      for event in try history.events(of: stream) {
        others.formUnion(event.body.owed.filter { $0 != practice && !groups.contains($0) })
      }
    }
    words.formUnion(others.map(\.rawValue))
    self.others = others
    self.words = words.filter { !$0.isEmpty }.sorted().map { Array($0.utf8) }
    for stream in history.streams {
      for event in try history.events(of: stream) { learn(event) }
    }
  }

  private mutating func learn(_ event: LoggedEvent) {
    var party = event.body.soleParty
    if case .agreement(let agreement) = event.stream {
      func place(_ key: String) -> String { "\(agreement)/\(key)" }
      switch event.body {
      case .agreementMade(let made) where !isOwn(made.creditors).isEmpty: agreements.insert(agreement)
      case .paymentPromised(let promised):
        if isMine(promised.to) { agreements.insert(agreement) }
        let key = place(promised.promise.rawValue)
        if creditors[key] == nil { creditors[key] = promised.to }
      case .savingReported(let saving): savedBy[place(saving.saving.rawValue)] = saving.by
      case .savingRevised(let revised): party = savedBy[place(revised.saving.rawValue)]
      default: break
      }
      if party == nil, let promise = event.namedPromise { party = creditors[place(promise.rawValue)] }
    }
    switch event.body {
    case .entryCorrected(let correction): party = parties[correction.target]
    case .entryRetracted(let retraction): party = parties[retraction.target]
    case .corroborated(let further): party = parties[further.target]
    case .privateErased(let erased): party = parties[erased.target]
    default: break
    }
    parties[event.id] = party
    if !isTellable(event, of: party) { hidden.insert(event.id) }
  }

  private func isMine(_ party: PartyKey) -> Bool { party == practice || groups.contains(party) }

  private func isOwn(_ parties: [PartyKey]) -> [PartyKey] { parties.filter(isMine) }

  // MARK: What may be told

  /// May it be told that this happened?
  ///
  /// - Parameter event: one of the history, as its line says it or as it stands.
  public func tells(_ event: LoggedEvent) -> Bool {
    guard !hidden.contains(event.id) else { return false }
    // What was put right may name others since.
    return !event.isCorrected || isTellable(event, of: parties[event.id])
  }

  /// May it be named at all?
  public func tells(_ id: EventID) -> Bool { !hidden.contains(id) }

  public func tells(_ agreement: AgreementKey) -> Bool { agreements.contains(agreement) }

  /// Those of a list that may be named.
  public func tellable(_ parties: [PartyKey]) -> [PartyKey] { parties.filter { !others.contains($0) } }

  /// Does a text name nobody that it must not?
  public func tells(_ text: String) -> Bool {
    let bytes = Array(text.lowercased().utf8)
    return !words.contains { Self.stands($0, in: bytes) }
  }

  private func isTellable(_ event: LoggedEvent, of party: PartyKey?) -> Bool {
    let statement = event.statement
    if case .practices(let readers) = statement.visibility, !readers.contains(practice) { return false }
    switch event.stream {
    case .agreement(let agreement): guard agreements.contains(agreement) else { return false }
    case .party(let key): guard !others.contains(key) else { return false }
    case .exhibit, .plan, .log: break
    }
    if let party, !isMine(party), others.contains(party) { return false }
    var facts = Facts()
    facts.take(.object(statement.members))
    if party != practice, facts.hasTotal, case .agreement = event.stream { return false }
    return facts.texts.allSatisfy(tells)
  }

  /// The texts of an event, and whether it states a sum that is not “each”.
  private struct Facts {
    var texts: [String] = []
    var hasTotal = false

    mutating func take(_ value: JSONValue) {
      switch value {
      case .string(let text): texts.append(text)
      case .array(let values): for value in values { take(value) }
      case .object(let object):
        if object["low"]?.integer != nil, object["per"]?.string != "each" { hasTotal = true }
        for member in object.members { take(member.value) }
      default: break
      }
    }
  }

  /// As a word of its own: “practice-1” does not stand in “practice-12”.
  private static func stands(_ word: [UInt8], in text: [UInt8]) -> Bool {
    guard text.count >= word.count else { return false }
    func isPart(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte >= 0x80
    }
    return (0...(text.count - word.count)).contains { start in
      let end = start + word.count
      guard text[start] == word[0], text[start..<end].elementsEqual(word) else { return false }
      return (start == 0 || !isPart(text[start - 1])) && (end == text.count || !isPart(text[end]))
    }
  }
}

extension EventBody {
  /// Those to whom something is promised or paid.
  fileprivate var owed: [PartyKey] {
    switch self {
    case .agreementMade(let made): made.creditors
    case .paymentPromised(let promised): [promised.to]
    case .paymentMade(let payment): [payment.to]
    default: []
    }
  }
}
