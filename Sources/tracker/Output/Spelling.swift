/// “Did you mean”: the nearest of some names.
enum Spelling {
  /// nil if nothing is near.
  static func nearest(to word: String, among names: [String]) -> String? {
    let word = String(word.prefix(40))
    let scored = names.map { ($0, distance(word, $0)) }
    guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else { return nil }
    return best.0
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one to the other.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var above: [Int] = []
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var next = [index + 1]
      for column in right.indices {
        var cost = min(row[column] + (byte == right[column] ? 0 : 1), row[column + 1] + 1, next[column] + 1)
        if index > 0, column > 0, byte == right[column - 1], left[index - 1] == right[column] {
          cost = min(cost, above[column - 1] + 1)
        }
        next.append(cost)
      }
      (above, row) = (row, next)
    }
    return row[right.count]
  }
}
