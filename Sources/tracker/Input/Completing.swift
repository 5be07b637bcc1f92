internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import LogStore
internal import Projections

/// What the Tab key offers: the keys of the book that would be asked.
///
/// It must be quick and must never complain: a log that is long, damaged or not there offers nothing.
enum Completing {
  /// Reading so many events takes some milliseconds.
  private static let most = 20_000

  /// The log that the command line so far names: a source among its words, else --book, else as always.
  private static func history(_ words: [String]) -> History? {
    var book: String?
    for (index, word) in words.enumerated() where word == "--book" && index + 1 < words.count {
      book = words[index + 1]
    }
    let named = words.dropFirst().first { BookFinder.isSource($0) && $0 != book }
    guard let path = try? BookFinder.path(named: named, book: book), let source = try? Source.open(path),
      let size = try? source.log.size(), size <= most
    else { return nil }
    return try? History(source.log)
  }

  static let agreements: @Sendable ([String], Int, String) -> [String] = { words, _, _ in keys("agreement", words) }

  static let parties: @Sendable ([String], Int, String) -> [String] = { words, _, _ in keys("party", words) }

  static let exhibits: @Sendable ([String], Int, String) -> [String] = { words, _, _ in keys("exhibit", words) }

  /// The keys of all agreements, parties, exhibits or plans.
  private static func keys(_ of: String, _ words: [String]) -> [String] {
    let streams = history(words)?.streams.map(\.description) ?? []
    return streams.filter { $0.hasPrefix("\(of)/") }.map { String($0.dropFirst(of.count + 1)) }.sorted()
  }

  /// Behind `record KIND`: what it may belong to; behind a flag, what that flag takes; else the flags of the kind.
  static let recorded: @Sendable ([String], Int, String) -> [String] = { words, index, prefix in
    guard let verb = words.firstIndex(of: "record"), index > verb,
      let (place, type) = words.indices.dropFirst(verb + 1).lazy.compactMap({ place in
        RecordKinds.type(for: words[place]).map { (place, $0) }
      }).first, index > place
    else { return [] }
    let before = words[index - 1]
    if before.hasPrefix("--"), !before.contains("=") { return values(of: before, type, words) }
    let own = type.type == ExhibitFiled.type ? "--file" : "--attach"
    let flags = type.fields.map { RecordKinds.flag(for: $0.name) } + RecordFlags.common.map(\.flag) + [own]
    let isNew = RecordKinds.isNewThing(type)
    guard index == place + 1, !prefix.hasPrefix("-"), !isNew else { return flags }
    return type.streams.flatMap { keys($0.rawValue, words) }
  }

  private static func values(of flag: String, _ type: any EventData.Type, _ words: [String]) -> [String] {
    guard let field = type.fields.first(where: { RecordKinds.flag(for: $0.name) == flag }) else {
      switch flag {
      case "--asserted-by", "--by-party": return keys("party", words)
      case "--source", "--exhibit-cited": return keys("exhibit", words)
      case "--basis": return Statement.Basis.allCases.map(\.rawValue)
      default: return []
      }
    }
    return values(of: field.kind, words)
  }

  private static func values(of kind: Field.Kind, _ words: [String]) -> [String] {
    switch kind {
    case .key("promise"): promises(words)
    case .key(let of): keys(of, words)
    case .choice(let choices): choices
    case .flag: ["yes"]
    case .list(let kind): values(of: kind, words)
    case .text, .money, .date, .count, .pence, .eventID, .digest, .shape: []
    }
  }

  /// Those of the agreement that is named already; of all, if none is.
  private static func promises(_ words: [String]) -> [String] {
    guard let history = history(words) else { return [] }
    let named = history.agreements.filter { words.contains($0.rawValue) }
    let events = (named.isEmpty ? history.agreements : named).flatMap { key in
      (try? history.standing(in: .agreement(key))) ?? []
    }
    return Set(
      events.compactMap { event in
        if case .paymentPromised(let promised) = event.body { promised.promise.rawValue } else { nil }
      }
    ).sorted()
  }

  /// An agreement first; of an agreement that stands there already, its promises; then those to whom they are.
  static let explained: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    guard let history = history(words) else { return [] }
    let keys = Set(history.agreements.map(\.rawValue))
    guard let agreement = words.first(where: keys.contains).flatMap(AgreementKey.init(rawValue:)),
      let events = try? history.standing(in: .agreement(agreement))
    else { return keys.sorted() }
    var (promises, creditors): (Set<String>, Set<String>) = ([], [])
    for event in events {
      guard case .paymentPromised(let promised) = event.body else { continue }
      promises.insert(promised.promise.rawValue)
      creditors.insert(promised.to.rawValue)
    }
    return words.contains(where: promises.contains) ? creditors.sorted() : promises.sorted()
  }
}
