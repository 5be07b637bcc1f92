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
      // No key holds a dot or a slash: a file was meant. A part of a name may hold a dot, and then mostly a space.
      guard most > 0, !argument.contains("/"), !argument.contains(".") || argument.contains(" ") else {
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

  /// What was typed at an index, if anything was.
  func text(_ index: Int) -> String? { index < keys.count ? keys[index] : nil }
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
