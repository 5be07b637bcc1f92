/// Who and what a record book knows, by key and by name: what can be named in an answer.
///
/// A plain value, so that asking needs no book.
package struct Directory: Sendable {
  /// Something with a key, and a name that people use.
  package struct Thing: Hashable, Sendable {
    package var key: String
    package var name: String

    package init(_ key: String, _ name: String = "") {
      self.key = key
      self.name = name
    }

    /// “A PCT (pct)”; the key alone where it has no other name.
    var words: String { name.isEmpty || name == key ? key : "\(name) (\(key))" }
  }

  /// What can be named within one agreement.
  package struct Inside: Hashable, Sendable {
    package var promises: [String] = []
    package var savings: [String] = []
    package var disputes: [String] = []
    package var requests: [String] = []
    /// Keys of those to whom something is owed, and of the members of their groups, as they were first named.
    package var creditors: [String] = []
    /// Numbers of the events that first said so, by the key of the promise.
    package var promised: [String: Int] = [:]

    package init(
      promises: [String] = [], savings: [String] = [], disputes: [String] = [], requests: [String] = [],
      promised: [String: Int] = [:]
    ) {
      self.promised = promised
      self.promises = promises
      self.savings = savings
      self.disputes = disputes
      self.requests = requests
    }
  }

  package var parties: [Thing]
  /// Keys of those parties that are persons, by role or by name.
  package var persons: Set<String> = []
  package var agreements: [Thing]
  package var plans: [Thing]
  package var exhibits: [Thing]
  /// By the key of the agreement.
  package var inside: [String: Inside]
  /// The party that keeps the book.
  package var keeper: String?
  /// Events in the book.
  package var size: Int

  package init(
    parties: [Thing] = [], agreements: [Thing] = [], plans: [Thing] = [], exhibits: [Thing] = [],
    inside: [String: Inside] = [:], keeper: String? = nil, size: Int = 0
  ) {
    self.parties = parties
    self.agreements = agreements
    self.plans = plans
    self.exhibits = exhibits
    self.inside = inside
    self.keeper = keeper
    self.size = size
  }

  /// What an answer names.
  enum Found: Hashable {
    case one(Thing)
    case several([Thing])
    case none
  }

  /// The shortest part of a name that names it: a letter or two are a slip more often than a name.
  private static let shortest = 3

  /// By its number in the list that was shown, its key, its name, or a part of either that only one of them has. What is too
  /// short to be sure of is never taken for it, even if it fits only one.
  static func find(_ text: String, among things: [Thing], isNumbered: Bool = false) -> Found {
    if let exact = things.first(where: { $0.key == text }) { return .one(exact) }
    // A short number is one of the list and no part of a name.
    if isNumbered, let number = Int(text), (0..<100).contains(number) {
      return things.indices.contains(number - 1) ? .one(things[number - 1]) : .none
    }
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return .none }
    let named = things.filter { $0.name.lowercased() == wanted }
    if named.count == 1 { return .one(named[0]) }
    let near = things.filter { $0.key.contains(wanted) || $0.name.lowercased().contains(wanted) }
    guard near.count == 1, wanted.count >= shortest else { return near.isEmpty ? .none : .several(near) }
    return .one(near[0])
  }

  /// A body of the book in the words for somebody who speaks for it, and what else these words say: “Tom Hale, deputy finance
  /// director of The PCT”, “the PCT’s finance director”.
  ///
  /// - Returns: nil where no body, or more than one, may be meant.
  package func spokesman(in text: String) -> (body: Thing, words: String)? {
    let bodies = parties.filter { !persons.contains($0.key) }
    func body(_ name: String) -> Thing? {
      guard case .one(let thing) = Self.find(name.withoutArticle, among: bodies) else { return nil }
      return thing
    }
    func split(at separators: [String], _ read: (_ before: String, _ behind: String) -> (Thing, String)?) -> (
      body: Thing, words: String
    )? {
      let places = separators.flatMap { text.ranges(of: $0) }.sorted { $0.lowerBound < $1.lowerBound }
      for place in places {
        let (before, behind) = (String(text[..<place.lowerBound]).plain, String(text[place.upperBound...]).plain)
        if !behind.isEmpty, let found = read(before, behind), !found.1.isEmpty { return found }
      }
      return nil
    }
    // The longest name first: a name may hold a comma, or an “of”, of its own.
    return split(at: [", ", " of ", " for ", " from ", " at "]) { before, behind in body(behind).map { ($0, before) } }
      ?? split(at: ["’s ", "'s "]) { before, behind in
        let name = before.split(separator: ",").last.map { String($0).plain } ?? ""
        let rest = before.dropLast(name.count)
        return body(name).map { ($0, "\(String(rest).plain) \(behind)".plain) }
      }
      ?? split(at: [", "]) { before, behind in
        guard !before.isEmpty else { return nil }
        return bodies.first { $0.key == before || $0.name.lowercased() == before.lowercased() }.map { ($0, behind) }
      }
  }

  /// The party that an e-mail names as its sender: by its name, or as the body in the words of somebody's name.
  func sender(_ name: String) -> Thing? {
    if let exact = parties.first(where: { !$0.name.isEmpty && $0.name.lowercased() == name.lowercased() }) {
      return exact
    }
    let bodies = parties.filter { party in
      !persons.contains(party.key) && party.name.count > Self.shortest
        && name.lowercased().contains(party.name.lowercased())
    }
    return bodies.count == 1 ? bodies[0] : nil
  }

  /// A key made of a name: “Practice No. 7” → `practice-no-7`; another one where it is taken.
  static func key(for name: String, taken: [String], else word: String) -> String {
    var key = ""
    for character in name.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        key.append(character)
      } else if !key.isEmpty, key.last != "-" {
        key.append("-")
      }
    }
    key = String(key.prefix(40))
    while key.last == "-" { key.removeLast() }
    if key.isEmpty { key = word }
    guard taken.contains(key) else { return key }
    var number = 2
    while taken.contains("\(key)-\(number)") { number += 1 }
    return "\(key)-\(number)"
  }
}

extension String {
  fileprivate var withoutArticle: String { lowercased().hasPrefix("the ") ? String(dropFirst(4)) : self }
}
