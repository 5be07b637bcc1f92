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

/// Building a read model from the first event on.
package enum ReadModelBuild {
  package static func all(
    _ model: any ReadModel, size: Int, pageSize: Int, log: any StreamReading, line: (Int) throws -> [UInt8]
  ) -> (rows: [String: [UInt8]], state: ReadModelState) {
    var built: [String: [UInt8]] = [:]
    var state = ReadModelState(version: model.version, position: 0)
    while state.position < size {
      let page = state.position..<min(size, state.position + max(1, pageSize))
      let stored = built
      var rows = ReadModelRows(stored: { stored[$0] })
      do {
        let events = try page.map { StoredLine(position: $0, line: try line($0)) }
        try model.apply(events, to: &rows, log: PrefixOfLog(log: log, end: page.upperBound))
        for (key, bytes) in rows.changes { built[key] = bytes }
        state.position = page.upperBound
      } catch {
        return (built, state.stopped(by: error, from: page.lowerBound))
      }
    }
    return (built, state)
  }

  /// A rebuild sees no more of the log than an append of those days did.
  private struct PrefixOfLog: StreamReading {
    let log: any StreamReading
    let end: Int

    func lines(in stream: String) throws(StoreError) -> [StoredLine] {
      try log.lines(in: stream).filter { $0.position < end }
    }
  }
}

extension ReadModelState {
  /// The state of a model that could not take an event in: it names the event and stays where it was.
  package func stopped(by error: any Error, from position: Int) -> ReadModelState {
    var state = self
    if let error = error as? StoreError {
      state.stoppedAt = error.position ?? position
      state.reason = error.what
    } else {
      state.stoppedAt = position
      state.reason = "\(error)"
    }
    return state
  }
}
