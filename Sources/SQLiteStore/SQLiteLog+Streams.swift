public import LogStore

/// A book has an index over its streams.
extension SQLiteLog: StreamsReading {
  /// Streams that are read in one transaction.
  private static let streamsAtOnce = 500

  public func lines(ofEach streams: [String]) throws(StoreError) -> [StoredLine] {
    var lines: [StoredLine] = []
    var page = LinePage()
    for start in stride(from: 0, to: streams.count, by: Self.streamsAtOnce) {
      let some = Array(streams[start..<min(streams.count, start + Self.streamsAtOnce)])
      try read { try BookSession($0).fill(&page, streams: some) }
      lines += page.lines
    }
    return lines
  }
}
