internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Projections

/// “Did you mean”, for the keys among the flags of `tracker record` that a book does not know.
enum NearKeys {
  /// Looked up only behind a refusal; a book that cannot be read has nothing to say here.
  ///
  /// - Returns: by the flag, the key that is near to what was typed.
  static func found(for flags: RecordFlags, in book: String?) -> [String: String] {
    guard let path = try? BookFinder.path(named: nil, book: book), let source = try? Source.open(path),
      let history = try? History(source.log)
    else { return [:] }
    let parties = Names.parties(of: history)
    var found: [String: String] = [:]
    func look(_ flag: String, _ text: String, among things: [Directory.Thing]) {
      guard !things.contains(where: { $0.key == text }) else { return }
      found[flag] = Names.guess(text, among: things)
    }
    for (flag, key) in flags.parties { look(flag, key, among: parties) }
    guard flags.type.streams == [.agreement], let typed = flags.stream else { return found }
    look(place, typed, among: (try? Names.agreements(of: history)) ?? [])
    if let agreement = AgreementKey(rawValue: typed), let promise = flags.promise {
      look("--promise", promise, among: (try? Names.promises(of: agreement, in: history)) ?? [])
    }
    return found
  }

  /// Where the key of what an event belongs to stands.
  static let place = "the key behind the kind"
}

extension Failure {
  /// With the keys that may be meant instead, each beside the fault that names its flag.
  func guessing(_ keys: [String: String]) -> Failure {
    var failure = self
    failure.more = more.map { line in
      guard let colon = line.firstRange(of: ": "), let key = keys[String(line[..<colon.lowerBound])] else {
        return line
      }
      return "\(line); did you mean \(key)?"
    }
    if failure.more == more, let key = keys[place] {
      failure.next = "Did you mean \(key)?\(next.isEmpty ? "" : "   \(next)")"
    }
    return failure
  }
}
