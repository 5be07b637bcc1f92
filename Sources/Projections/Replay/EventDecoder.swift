import Agreements
import CanonicalJSON
package import LogStore

/// From the bytes of a line to an event, with one tape for all lines.
package struct EventDecoder: ~Copyable {
  private var scanner = LineScanner()

  package init() {}

  /// What is read of every line, whoever asks.
  struct Head {
    var stream: StreamName
    var recordedAt: Instant
    /// A type that this version does not know.
    var unknownType: String?
    /// The event, where its stream is wanted whole.
    var event: LoggedEvent?
  }

  /// The head of a line; nil for a line that is left out.
  mutating func head(_ line: UnsafeBufferPointer<UInt8>, at position: Int, knownAt: Instant?) throws(StoreError)
    -> Head?
  {
    try scanner.scan(line, at: position) { view throws(JSONFault) -> Head? in
      guard case .event(let record) = try LogLine(view) else { return nil }
      let stream = try StreamName(of: record, view)
      var head = Head(stream: stream, recordedAt: record.recordedAt)
      if EventBody.type(named: record.type) == nil { head.unknownType = record.type }
      if let knownAt, record.recordedAt > knownAt { return head }
      switch stream {
      case .party, .exhibit: head.event = try LoggedEvent(view, record, stream, at: position)
      default: break
      }
      return head
    }
  }

  /// The event of one line; nil for a line that is left out.
  package mutating func event(_ line: UnsafeBufferPointer<UInt8>, at position: Int) throws(StoreError) -> LoggedEvent? {
    try scanner.scan(line, at: position) { view throws(JSONFault) -> LoggedEvent? in
      guard case .event(let record) = try LogLine(view) else { return nil }
      return try LoggedEvent(view, record, StreamName(of: record, view), at: position)
    }
  }

  package mutating func event(_ line: [UInt8], at position: Int) throws(StoreError) -> LoggedEvent? {
    var result: Result<LoggedEvent?, StoreError> = .success(nil)
    line.withUnsafeBufferPointer { buffer in
      do throws(StoreError) {
        result = .success(try event(buffer, at: position))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }
}

extension StreamName {
  fileprivate init(of record: Record, _ view: JSONView) throws(JSONFault) {
    guard let stream = StreamName(record.stream) else {
      throw JSONFault(
        .badValue, at: view["stream"]?.offset ?? 0, path: "stream",
        "“\(record.stream)” is no stream: agreement/KEY, party/KEY, plan/KEY, exhibit/KEY or log")
    }
    self = stream
  }
}

extension LoggedEvent {
  fileprivate init(_ view: JSONView, _ record: Record, _ stream: StreamName, at position: Int) throws(JSONFault) {
    self.init(
      position: position, id: record.id, stream: stream, recordedAt: record.recordedAt,
      statement: try Statement(line: view))
  }
}
