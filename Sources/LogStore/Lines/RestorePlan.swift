package import CanonicalJSON
import TransparencyLog

/// Which of some finished lines are new, after everything about them was checked.
package struct RestorePlan {
  package var lines: [AppendPlan.Line] = []

  /// - Parameters:
  ///   - size: events that are there already; the first lines must be identical to them.
  ///   - line: the line at a position.
  package init(
    _ lines: [[UInt8]], size: Int, line: (Int) throws(StoreError) -> [UInt8],
    head: (String) throws(StoreError) -> StreamHead?, isKnown: (EventID) throws(StoreError) -> Bool
  ) throws(StoreError) {
    guard lines.count >= size else {
      throw StoreError(.notAPrefix, "the book has \(size) events, these lines are only \(lines.count)")
    }
    for position in 0..<size where try line(position) != lines[position] {
      throw StoreError(.notAPrefix, "event \(position + 1) differs from the book's", position: position)
    }
    var scanner = LineScanner()
    var heads: [String: StreamHead] = [:]
    var ids: Set<EventID> = []
    for position in size..<max(size, lines.count) {
      let parsed = try scanner.scanBytes(lines[position], at: position) { view throws(JSONFault) in try LogLine(view) }
      guard case .event(let record) = parsed else {
        throw StoreError(.badLine, "a book takes no line that was left out", position: position)
      }
      let before: StreamHead?
      if let known = heads[record.stream] { before = known } else { before = try head(record.stream) }
      guard record.streamVersion == (before?.version ?? 0) + 1 else {
        throw StoreError(
          .badLine, "\(record.stream) has a gap: version \(record.streamVersion) follows \(before?.version ?? 0)",
          position: position)
      }
      guard record.previous == before.map({ Base64.encode($0.entry) }) ?? "" else {
        throw StoreError(
          .badLine, "“previous” is not the digest of the stream's event before", position: position)
      }
      guard ids.insert(record.id).inserted, try !isKnown(record.id) else {
        throw StoreError(.idConflict, "id \(record.id) is there twice", position: position)
      }
      let entry = LogDigest.entry(of: lines[position])
      heads[record.stream] = StreamHead(version: record.streamVersion, entry: entry)
      self.lines.append(.init(bytes: lines[position], record: record, entry: entry, openings: []))
    }
  }
}
