/// A log that finds the lines of a stream without reading all others.
public protocol StreamsReading: LogReading {
  /// The lines of these streams, in no particular order; of a stream that is not there, none.
  func lines(ofEach streams: [String]) throws(StoreError) -> [StoredLine]
}
