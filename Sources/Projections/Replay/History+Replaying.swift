import Agreements
import CanonicalJSON

extension History {
  /// Where the lines stand that a replay of one agreement has to look at, in log order: its own, those of parties and papers,
  /// and whatever the first pass did not read to its end.
  ///
  /// Law: all other lines were read in full in the first pass and found right, and say nothing of the agreement; so a replay
  /// of these tells what a replay of the whole log tells, and fails where that fails.
  ///
  /// - Precondition: the history was read without a limit and without `knownAt`.
  func positions(toReplay agreement: AgreementKey) -> [Int] {
    let own = ledger.number(of: .agreement(agreement))
    var positions: [Int] = []
    for number in ledger.streams.indices {
      let stream = ledger.streams[number]
      let isWanted = number == own || stream.kind == .party || stream.kind == .exhibit
      guard isWanted || !stream.isPlain else { continue }
      ledger.forEachEvent(of: number) { _, event in
        // What the quick reader did not take has no id here.
        if isWanted || event.id == EventID(high: 0, low: 0) { positions.append(Int(event.position)) }
      }
    }
    return positions.sorted()
  }
}
