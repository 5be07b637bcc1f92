internal import Agreements
internal import CanonicalJSON
internal import Projections
internal import Tables

/// Which events came out of one file as one kind, and in which range of positions they stand: what `--replaces` names.
///
/// A file may be imported once for each kind: the savings of a sheet, and its payments. Each is a run of its own, since a later
/// version is compared with events of its own kind, and what others imported between the two belongs to neither.
///
/// Law: a range that is advised is taken by `RecordBook.compare`, which asks here as well.
struct ImportedRuns {
  struct Run {
    /// As its events cite it.
    var citation: String
    var kind: TableKind
    /// Of the first and the last of its events that stand.
    var positions: ClosedRange<Int>

    /// The name of the file, without the digest.
    var file: String {
      citation.firstRange(of: ", sha256").map { String(citation[..<$0.lowerBound]) } ?? citation
    }
  }

  private struct Origin: Hashable {
    var citation: String
    var kind: TableKind

    /// nil for what no table became.
    init?(_ event: LoggedEvent) {
      guard event.id.version == 5, let citation = event.statement.sources.first?.citation,
        let kind = TableKind(event.body)
      else { return nil }
      (self.citation, self.kind) = (citation, kind)
    }
  }

  private(set) var all: [Run] = []
  private var numbers: [Origin: Int] = [:]

  init() {}

  /// - Parameter events: that stand; what was put right after another file belongs to that one.
  init(_ events: some Sequence<LoggedEvent>) { for event in events { add(event) } }

  /// - Parameter event: that stands.
  /// - Returns: the place of its run in `all`; nil if no table became it.
  @discardableResult
  mutating func add(_ event: LoggedEvent) -> Int? {
    guard let origin = Origin(event) else { return nil }
    let position = event.position
    if let number = numbers[origin] {
      let before = all[number].positions
      all[number].positions = min(before.lowerBound, position)...max(before.upperBound, position)
      return number
    }
    numbers[origin] = all.count
    all.append(Run(citation: origin.citation, kind: origin.kind, positions: position...position))
    return all.count - 1
  }

  func number(of event: LoggedEvent) -> Int? { Origin(event).flatMap { numbers[$0] } }

  func run(of event: LoggedEvent) -> Run? { number(of: event).map { all[$0] } }
}

extension TableKind {
  /// The kind of the rows that become such events of an agreement; nil if none do.
  init?(_ body: EventBody) {
    switch body {
    case .paymentMade: self = .payment
    case .savingReported: self = .saving
    case .paymentPromised: self = .promise
    default: return nil
    }
  }
}
