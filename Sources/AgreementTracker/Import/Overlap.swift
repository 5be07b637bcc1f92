extension RecordBook {
  /// A file of which some rows stand in another that is imported now, and some do not: the other may be a later version.
  public struct Overlap: Sendable {
    /// As its events cite it, without the digest.
    public var file: String
    /// The positions of its first and its last event of the kind.
    public var run: ClosedRange<Int>
    /// How many of its events a row says.
    public var shared: Int
    /// The positions of those that no row says, in log order; of a long table the first of them.
    public var missing: [Int]
    public var missingCount: Int
  }
}

extension ImportedRuns {
  /// - Parameters:
  ///   - events: of the table's kind that stand, in log order: the position, and the place of the run in `all`.
  ///   - shown: how many missing ones are named, at most.
  ///   - isSaid: does a row say what the event says?
  func overlaps(
    of events: some Sequence<(position: Int, run: Int)>, shown: Int, isSaid: (Int) -> Bool
  ) -> [RecordBook.Overlap] {
    var found: [Int: RecordBook.Overlap] = [:]
    for (position, number) in events {
      var overlap =
        found[number]
        ?? RecordBook.Overlap(
          file: all[number].file, run: all[number].positions, shared: 0, missing: [], missingCount: 0)
      if isSaid(position) {
        overlap.shared += 1
      } else {
        overlap.missingCount += 1
        if overlap.missing.count < shown { overlap.missing.append(position) }
      }
      found[number] = overlap
    }
    return found.values.filter { $0.shared > 0 && $0.missingCount > 0 }.sorted { $0.run.lowerBound < $1.run.lowerBound }
  }
}
