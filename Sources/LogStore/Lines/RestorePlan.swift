package import CanonicalJSON
import TransparencyLog

/// Which of some finished lines are new, after everything about them was checked.
package struct RestorePlan {
  package var lines: [AppendPlan.Line] = []

  /// - Parameters:
  ///   - size: events that are there already; the first lines must be identical to them.
  ///   - openings: of private values that these lines name.
  ///   - line: the line at a position.
  package init(
    _ lines: [[UInt8]], openings: [[UInt8]], size: Int, line: (Int) throws(StoreError) -> [UInt8],
    head: (String) throws(StoreError) -> StreamHead?, isKnown: (EventID) throws(StoreError) -> Bool
  ) throws(StoreError) {
    guard lines.count >= size else {
      throw StoreError(.notAPrefix, "the book has \(size) events, these lines are only \(lines.count)")
    }
    /// Lines that were left out and for which no gap in a stream was found yet, by digest.
    var leftOut: Set<[UInt8]> = []
    for position in 0..<size {
      guard try line(position) == lines[position] else {
        throw StoreError(.notAPrefix, "event \(position + 1) differs from the book's", position: position)
      }
      if let entry = LogLine.entry(ofWithheld: lines[position]) { leftOut.insert(entry) }
    }
    var openingsLeft: [String: [UInt8]] = [:]
    for opening in openings { openingsLeft[Opening.digest(of: opening)] = opening }
    var scanner = LineScanner()
    var heads: [String: StreamHead] = [:]
    var ids: Set<EventID> = []
    for position in size..<max(size, lines.count) {
      let bytes = lines[position]
      let parsed = try scanner.scanBytes(bytes, at: position) { view throws(JSONFault) in try LogLine(view) }
      let record: Record
      switch parsed {
      case .withheld(let entry):
        leftOut.insert(entry)
        self.lines.append(.init(bytes: bytes, place: nil, entry: entry, openings: []))
        continue
      case .event(let event): record = event
      }
      let before: StreamHead?
      if let known = heads[record.stream] { before = known } else { before = try head(record.stream) }
      let expected = (before?.version ?? 0) + 1
      if record.streamVersion == expected {
        guard record.previous == before.map({ Base64.encode($0.entry) }) ?? "" else {
          throw StoreError(
            .badLine, "“previous” is not the digest of the stream's event before", position: position)
        }
      } else {
        guard record.streamVersion > expected, record.streamVersion - expected <= Int64(leftOut.count),
          let previous = Base64.decode(record.previous), leftOut.remove(previous) != nil
        else {
          throw StoreError(
            .badLine, "\(record.stream) has a gap: version \(record.streamVersion) follows \(expected - 1)",
            position: position)
        }
      }
      guard ids.insert(record.id).inserted, try !isKnown(record.id) else {
        throw StoreError(.idConflict, "id \(record.id) is there twice", position: position)
      }
      let entry = LogDigest.entry(of: bytes)
      heads[record.stream] = StreamHead(version: record.streamVersion, entry: entry)
      var own: [(digest: String, bytes: [UInt8])] = []
      for (_, digest) in record.privateDigests.sorted(by: { $0.key < $1.key }) {
        if let opening = openingsLeft.removeValue(forKey: digest) { own.append((digest, opening)) }
      }
      self.lines.append(.init(bytes: bytes, place: AppendPlan.Place(record), entry: entry, openings: own))
    }
    // Openings of lines that were there before are there already, or were erased.
    for position in 0..<size where !openingsLeft.isEmpty {
      let parsed = try scanner.scanBytes(lines[position], at: position) { view throws(JSONFault) in try LogLine(view) }
      guard case .event(let record) = parsed else { continue }
      for digest in record.privateDigests.values { openingsLeft[digest] = nil }
    }
    guard openingsLeft.isEmpty else {
      throw StoreError(.invalidDraft, "\(openingsLeft.count) private values belong to no line")
    }
  }
}
