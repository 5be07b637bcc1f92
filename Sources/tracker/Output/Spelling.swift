/// “Did you mean”: the nearest of some names.
enum Spelling {
  /// nil if nothing is near.
  static func nearest(to word: String, among names: [String]) -> String? {
    let word = String(word.prefix(40))
    let scored = names.map { ($0, distance(word, $0)) }
    guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else { return nil }
    return best.0
  }

  /// Insertions, deletions and replacements from one to the other.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var corner = row[0]
      row[0] = index + 1
      for column in right.indices {
        let cost = byte == right[column] ? corner : corner + 1
        corner = row[column + 1]
        row[column + 1] = min(cost, min(row[column], corner) + 1)
      }
    }
    return row[right.count]
  }
}
