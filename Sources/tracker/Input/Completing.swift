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

  static let agreements: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    history(words)?.agreements.map(\.rawValue) ?? []
  }

  static let parties: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    history(words)?.streams.compactMap { if case .party(let key) = $0 { key.rawValue } else { nil } }.sorted() ?? []
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
