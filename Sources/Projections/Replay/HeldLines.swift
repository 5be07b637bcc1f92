/// Lines kept one behind the other in a few large pieces of memory, each with its place in the log.
///
/// Why not an array a line: a question about one debtor holds thousands of lines for a moment, and making and freeing so
/// many small pieces costs as much as reading them.
struct HeldLines: Sendable {
  private struct Place: Sendable {
    var position: Int
    var piece: Int32
    var start: Int32
    var count: Int32
  }

  private var pieces: [[UInt8]] = []
  private var places: [Place] = []
  private var isInOrder = true
  private static let pieceSize = 1 << 18

  var count: Int { places.count }

  mutating func append(_ line: UnsafeBufferPointer<UInt8>, at position: Int) {
    if pieces.last.map({ $0.count + line.count > Self.pieceSize }) ?? true {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(max(Self.pieceSize, line.count))
    }
    let piece = pieces.count - 1
    let start = pieces[piece].count
    pieces[piece].append(contentsOf: line)
    if let last = places.last, last.position > position { isInOrder = false }
    places.append(
      Place(position: position, piece: Int32(piece), start: Int32(start), count: Int32(line.count)))
  }

  /// Puts the lines into the order of the log, which all that follows relies on.
  mutating func sort() {
    if !isInOrder { places.sort { $0.position < $1.position } }
    isInOrder = true
  }

  /// Calls `body` with each line from a position on until it returns false.
  func forEach(
    from start: Int, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) rethrows {
    for place in places[index(of: start)...] {
      guard try withBytes(of: place, { try body(place.position, $0) }) else { return }
    }
  }

  /// The line at a position; nil if it is not among these.
  func line(at position: Int) -> [UInt8]? {
    let index = index(of: position)
    guard index < places.count, places[index].position == position else { return nil }
    return withBytes(of: places[index]) { Array($0) }
  }

  private func withBytes<T>(of place: Place, _ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T {
    try pieces[Int(place.piece)].withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[Int(place.start)..<Int(place.start) + Int(place.count)]))
    }
  }

  /// The first line that does not stand before a position.
  private func index(of position: Int) -> Int {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
