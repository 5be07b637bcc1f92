internal import Agreements
public import CanonicalJSON
public import Projections

extension TimeLimit {
  /// What stands above a list of them.
  public static let title = "Time limits that this may begin (no advice; whether a way is open is not said here):"

  /// “NHS dispute resolution: by 29 November 2029 (three years beginning with the day)”
  public var words: String {
    switch route {
    case .disputeResolution: "NHS dispute resolution: last day \(day) (three years beginning with the day)"
    case .judicialReview: "Judicial review: promptly; last day \(day) (three months after)"
    case .courtClaim:
      "Court, if it is no NHS contract: last day \(day) (six years from the day it is due, where it stays unpaid)"
    case .informationRequest:
      "Answer under FOI: promptly, at the latest on the 20th working day after it was received"
    }
  }

  /// All of them once more in one line, the nearest first, each with the last day that is safe.
  ///
  /// - Returns: nil where no day can be told.
  public static func reminder(_ limits: [TimeLimit]) -> String? {
    let limits = limits.filter { $0.safe != nil || $0.route == .informationRequest }
    guard !limits.isEmpty else { return nil }
    func isSooner(_ one: TimeLimit, _ other: TimeLimit) -> Bool {
      guard let day = one.safe else { return false }
      return other.safe.map { day < $0 } ?? true
    }
    let days = limits.sorted(by: isSooner).map { limit in
      let day = limit.safe?.words ?? "the 20th working day after it was received"
      return "\(limit.route.shortWords) \(day)"
    }
    return "Time limits that this may begin, last days to be safe: \(days.joined(separator: "; "))"
  }

  /// The days as `YYYY-MM-DD`; null = it cannot be told.
  public var json: JSONValue {
    [
      "route": .string(route.rawValue), "safe": safe.map { .string($0.description) } ?? .null,
      "latest": latest.map { .string($0.description) } ?? .null,
    ]
  }

  private var day: String {
    guard let safe else { return "not to be told, the day is not known" }
    guard let latest, latest != safe else { return safe.words }
    return "from \(safe.words) to \(latest.words), to be safe the first"
  }
}

extension TimeLimit.Route {
  fileprivate var shortWords: String {
    switch self {
    case .disputeResolution: "NHS dispute resolution"
    case .judicialReview: "judicial review (promptly)"
    case .courtClaim: "court (if it is no NHS contract)"
    case .informationRequest: "answer under FOI"
    }
  }
}
