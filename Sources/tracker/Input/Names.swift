internal import Agreements
internal import CanonicalJSON
internal import Projections
internal import Reports

/// What somebody means who types a key, or a part of a name that only one has.
///
/// Keys go first and cost nothing; names are looked up only where there is no such key. What was understood by a part is
/// said, and what may mean several is refused with all of them.
enum Names {
  /// What an answer is limited to, as it was typed.
  static func scope(
    agreement: String?, practice: String?, debtor: String? = nil, in history: History
  ) throws -> Scope {
    Scope(
      agreement: try agreement.map { try self.agreement($0, in: history) },
      creditor: try practice.map { try party($0, in: history) },
      debtor: try debtor.map { try party($0, in: history) })
  }

  /// The same before anything was read, if all that was typed may be keys; else no limit, since names can only be found
  /// among all that is there.
  static func keys(agreement: String?, practice: String?, debtor: String? = nil) -> Scope {
    let (keyed, owed, owing) = (
      agreement.flatMap(AgreementKey.init(rawValue:)), practice.flatMap(PartyKey.init(rawValue:)),
      debtor.flatMap(PartyKey.init(rawValue:))
    )
    guard (keyed == nil) == (agreement == nil), (owed == nil) == (practice == nil), (owing == nil) == (debtor == nil)
    else { return Scope() }
    return Scope(agreement: keyed, creditor: owed, debtor: owing)
  }

  static func agreement(_ text: String, in history: History) throws -> AgreementKey {
    if let key = AgreementKey(rawValue: text), history.has(.agreement(key)) { return key }
    return try one(text, of: agreements(of: history), "agreement", in: history)
  }

  static func agreements(of history: History) throws -> [Directory.Thing] {
    try history.agreements.map { key in Directory.Thing(key.rawValue, try history.title(of: key)) }
  }

  static func party(_ text: String, in history: History) throws -> PartyKey {
    if let key = PartyKey(rawValue: text), history.has(.party(key)) { return key }
    return try one(text, of: parties(of: history), "party", in: history)
  }

  static func parties(of history: History) -> [Directory.Thing] {
    history.standingRegistrations.compactMap { event in
      guard case .partyRegistered(let party) = event.body, case .party(let key) = event.stream else { return nil }
      return Directory.Thing(key.rawValue, party.identity == .named ? party.name ?? "" : "")
    }
  }

  /// A promise by its key or a part of it; one without a purpose has no other name.
  static func promise(_ text: String, of agreement: AgreementKey, in history: History) throws -> PromiseKey {
    try one(text, of: promises(of: agreement, in: history), "promise", in: history)
  }

  static func promises(of agreement: AgreementKey, in history: History) throws -> [Directory.Thing] {
    var things: [Directory.Thing] = []
    for event in try history.standing(in: .agreement(agreement)) {
      guard case .paymentPromised(let promised) = event.body,
        !things.contains(where: { $0.key == promised.promise.rawValue })
      else { continue }
      things.append(Directory.Thing(promised.promise.rawValue, promised.purpose ?? ""))
    }
    return things
  }

  /// “Did you mean”: the key that is meant by what is none, by its own letters or by those of a name; nil if nothing is near.
  static func guess(_ text: String, among things: [Directory.Thing]) -> String? {
    if case .one(let thing) = Directory.find(text, among: things) { return thing.key }
    let wanted = text.lowercased()
    return Spelling.nearest(to: wanted, among: things.map(\.key))
      ?? Spelling.nearest(to: wanted, among: things.map { $0.name.lowercased() }).flatMap { name in
        things.first { $0.name.lowercased() == name }?.key
      }
  }

  private static func one<K: DomainKey>(
    _ text: String, of things: [Directory.Thing], _ what: String, in history: History
  ) throws -> K {
    switch Directory.find(text, among: things) {
    case .one(let thing):
      guard let key = K(rawValue: thing.key) else { throw unknown(text, what, things) }
      if thing.key != text { Console.error("\(what.capitalisedWord): \(thing.words.plainLine)\n") }
      return key
    case .several(let several):
      let shown = several.prefix(8).map(\.words)
      guard several.count > 1 else {
        throw Failure(
          .badData, what: "“\(text.shown)” is too short to name the \(what) \(shown[0])",
          next: "Type the key in brackets, or more of the name.")
      }
      throw Failure(
        .badData, what: "“\(text.shown)” may mean \(several.count) \(plural(what))",
        next: "Type the key in brackets, or more of the name.",
        more: shown + (several.count > shown.count ? ["…"] : []))
    case .none: throw unknown(text, what, things)
    }
  }

  private static func plural(_ what: String) -> String { what == "party" ? "parties" : what + "s" }

  private static func unknown(_ text: String, _ what: String, _ things: [Directory.Thing]) -> Failure {
    let guess = guess(text, among: things)
    let keys = things.map(\.key).sorted()
    let next: String =
      if keys.isEmpty {
        "None is recorded here."
      } else if let guess {
        "Did you mean \(guess)?"
      } else {
        "It has: \(keys.prefix(8).joined(separator: ", "))\(keys.count > 8 ? " …" : "")"
      }
    return Failure(.badData, what: "there is no \(what) “\(text.shown)” in this log", next: next)
  }
}

extension History {
  /// What people call an agreement; empty where nobody said.
  func title(of agreement: AgreementKey) throws -> String {
    for event in try standing(in: .agreement(agreement)) {
      if case .agreementMade(let made) = event.body { return made.title }
    }
    return ""
  }
}

extension String {
  fileprivate var capitalisedWord: String { prefix(1).uppercased() + dropFirst() }
}
