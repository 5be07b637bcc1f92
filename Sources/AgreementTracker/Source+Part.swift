internal import Agreements
internal import LogStore
public import Projections
internal import SQLiteStore

extension Source {
  /// More agreements than these are not picked out one by one: then all lines are read, one behind the other.
  private static let mostAgreements = 5_000

  /// What a question needs of a book, so that not every line is read. It is the source itself where it is no book, where
  /// the question is about the whole, or where the book cannot say for sure which lines these are.
  ///
  /// - Parameter isNaming: for an answer in words, who is named in it is wanted too.
  public func part(about scope: Scope, isNaming: Bool) throws(TrackerError) -> Source {
    guard let book, scope.agreement != nil || scope.debtor != nil else { return self }
    do {
      let head = try book.head()
      guard let agreements = try agreements(of: scope, book, size: head.size), agreements.count <= Self.mostAgreements
      else { return self }
      let others = Set([scope.creditor, scope.debtor].compactMap { $0.map(StreamName.party) })
      // What is not there is named by whoever has read all that is there.
      let asked = [scope.agreement.map(StreamName.agreement)].compactMap { $0 } + others
      for stream in asked where try book.version(of: stream.description) == 0 { return self }
      let part = try PartOfLog(
        of: book, head: head, agreements: agreements, others: Array(others), isNaming: isNaming)
      return Source(name: name, part: part, of: book)
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// nil = it is not known.
  private func agreements(of scope: Scope, _ book: SQLiteLog, size: Int) throws -> [AgreementKey]? {
    if let agreement = scope.agreement { return [agreement] }
    guard let debtor = scope.debtor else { return nil }
    let model = PositionModel()
    return try model.agreements(mentioning: debtor, size: size, state: book.state(of: model.name), log: book) {
      try book.row($0, of: model.name)
    }
  }
}
