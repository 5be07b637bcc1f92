internal import Agreements
internal import Projections

/// Positional arguments of a reading command: a source, and keys.
struct Positionals {
  var source: String?
  var keys: [String] = []

  init(_ arguments: [String], most: Int) throws {
    for argument in arguments {
      if BookFinder.isSource(argument) {
        guard source == nil else {
          throw Failure(
            .usage, what: "two logs are named: \((source ?? "").shown) and \(argument.shown)",
            next: "Ask one at a time.")
        }
        source = argument
        continue
      }
      // No key holds a dot or a slash: a file was meant.
      guard most > 0, !argument.contains("/"), !argument.contains(".") else {
        throw Failure(
          .usage, what: "“\(argument.shown)” is no log", next: "The name of a log ends in .jsonl or .tracker.")
      }
      keys.append(argument)
    }
    guard keys.count <= most else {
      throw Failure(
        .usage, what: "“\(keys[most].shown)” is one argument too many",
        next: "Besides a log it takes \(most == 1 ? "one name" : "at most \(most) names").")
    }
  }

  /// The key at an index, checked for its grammar.
  func key<K: DomainKey>(_ index: Int, _ what: String) throws -> K? {
    guard index < keys.count else { return nil }
    return try Keys.key(keys[index], what)
  }
}

enum Keys {
  static func key<K: DomainKey>(_ text: String, _ what: String) throws -> K {
    guard let key = K(rawValue: text) else {
      let article = what.hasPrefix("a") || what.hasPrefix("e") ? "an" : "a"
      throw Failure(
        .badData, what: "“\(text.shown)” is no key of \(article) \(what)",
        next: "A key is 1 to 64 of a-z, 0-9 and -, like gain-share.")
    }
    return key
  }
}

/// What a question is limited to must be there.
enum Scopes {
  static func check(_ scope: Scope, _ history: History) throws {
    if let key = scope.agreement, !history.agreements.contains(key) {
      throw unknown("agreement", key.rawValue, history.agreements.map(\.rawValue))
    }
    if let key = scope.creditor, !history.parties.contains(key) {
      throw unknown("party", key.rawValue, history.parties.map(\.rawValue).sorted())
    }
    if let key = scope.debtor, !history.parties.contains(key) {
      throw unknown("party", key.rawValue, history.parties.map(\.rawValue).sorted())
    }
  }

  private static func unknown(_ what: String, _ key: String, _ names: [String]) -> Failure {
    let next: String =
      if names.isEmpty {
        "None is recorded here."
      } else if let guess = Spelling.nearest(to: key, among: names) {
        "Did you mean \(guess)?"
      } else {
        "It has: \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? " …" : "")"
      }
    return Failure(.badData, what: "there is no \(what) “\(key)” in this log", next: next)
  }
}

extension History {
  /// The parties that have a stream of their own.
  fileprivate var parties: [PartyKey] {
    streams.compactMap { if case .party(let key) = $0 { key } else { nil } }
  }
}
