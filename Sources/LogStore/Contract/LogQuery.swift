public import CanonicalJSON

/// Which events to read, in which order, and how many.
///
/// Law: an answer is the whole log, filtered, turned round where that is asked for, and cut to the limit.
public struct LogQuery: Hashable, Sendable {
  public enum Order: Sendable, CaseIterable {
    case forward, backward
  }

  public var order: Order
  /// Position of the first event that is looked at; nil = the first of the log, or its last when read backward.
  public var start: Int?
  /// At most so many of those that fit; nil = all.
  public var limit: Int?
  /// Only events of these streams; nil = of all. A line that was left out has neither stream nor type nor time.
  public var streams: Set<String>?
  public var types: Set<String>?
  /// Only what had been recorded by then.
  public var recordedUntil: Instant?

  public init(
    order: Order = .forward, start: Int? = nil, limit: Int? = nil, streams: Set<String>? = nil,
    types: Set<String>? = nil, recordedUntil: Instant? = nil
  ) {
    self.order = order
    self.start = start
    self.limit = limit
    self.streams = streams
    self.types = types
    self.recordedUntil = recordedUntil
  }

  /// Does it take every line, so that none has to be looked into?
  package var takesAll: Bool { streams == nil && types == nil && recordedUntil == nil }

  package func takes(_ line: LogLine) -> Bool {
    guard case .event(let record) = line else { return takesAll }
    if let streams, !streams.contains(record.stream) { return false }
    if let types, !types.contains(record.type) { return false }
    if let recordedUntil, record.recordedAt > recordedUntil { return false }
    return true
  }
}

extension LogReading {
  public func forEachLine(
    matching query: LogQuery, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    var left = query.limit ?? Int.max
    guard left > 0 else { return }
    var scanner = LineScanner()
    func take(_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool {
      if !query.takesAll {
        let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
        guard query.takes(parsed) else { return true }
      }
      guard try body(position, line) else { return false }
      left -= 1
      return left > 0
    }
    switch query.order {
    case .forward: try forEachLine(from: query.start ?? 0, limit: nil, take)
    case .backward:
      var end = try min(size(), query.start.map { $0 < Int.max ? $0 + 1 : $0 } ?? Int.max)
      while end > 0 {
        let page = max(0, end - 500)..<end
        for (position, line) in zip(page.reversed(), try lines(at: page.reversed())) {
          guard try line.withUnsafeBufferPointer({ try take(position, $0) }) else { return }
        }
        end = page.lowerBound
      }
    }
  }
}
