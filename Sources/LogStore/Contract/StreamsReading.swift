/// A log that finds the lines of a stream without reading all others.
public protocol StreamsReading: LogReading {
  /// Calls `body` with each line of these streams, in no particular order; a stream that is not there has none.
  ///
  /// The bytes are those of the line without its LF. They are borrowed: they must not be kept beyond the call, and `body`
  /// must not ask the log for anything.
  func forEachLine(
    ofEach streams: [String], _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws
}
