import Agreements
import CanonicalJSON
package import LogStore

/// From the bytes of a line to an event, with one tape for all lines.
package struct EventDecoder: ~Copyable {
  private var scanner = LineScanner()
  private var streams = Streams()

  package init() {}

  /// The stream that was read last, with its name as it stands in lines: the next line is mostly of the same.
  private struct Streams {
    private var last: StreamName = .log
    private var text: [UInt8] = Array("log".utf8)

    mutating func stream(of record: RecordView) throws(JSONFault) -> StreamName {
      let bytes = record.stream.bytes
      if text.elementsEqual(bytes) { return last }
      guard let stream = StreamName(bytes) else {
        throw JSONFault(
          .badValue, at: record.stream.offset, path: "stream",
          "“\(record.stream.string ?? "")” is no stream: agreement/KEY, party/KEY, plan/KEY, exhibit/KEY or log")
      }
      (last, text) = (stream, Array(bytes))
      return stream
    }
  }

  /// What is read of every line, whoever asks.
  struct Head {
    var stream: StreamName
    var recordedAt: Instant
    /// How it stands in its stream, whose number is not known here.
    var link: StreamLink
    /// A type that this version does not know.
    var unknownType: String?
    /// The event, where its stream is wanted whole.
    var event: LoggedEvent?
  }

  /// The head of a line; nil for a line that is left out.
  mutating func head(_ line: UnsafeBufferPointer<UInt8>, at position: Int, knownAt: Instant?) throws(StoreError)
    -> Head?
  {
    var streams = self.streams
    defer { self.streams = streams }
    return try scanner.scan(line, at: position) { view throws(JSONFault) -> Head? in
      guard case .event(let record) = try LineView(view) else { return nil }
      let stream = try streams.stream(of: record)
      var head = Head(stream: stream, recordedAt: record.recordedAt, link: StreamLink(record, stream: 0))
      let type = try record.type.asString()
      if EventBody.type(named: type) == nil { head.unknownType = type }
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
    var streams = self.streams
    defer { self.streams = streams }
    return try scanner.scan(line, at: position) { view throws(JSONFault) -> LoggedEvent? in
      guard case .event(let record) = try LineView(view) else { return nil }
      return try LoggedEvent(view, record, try streams.stream(of: record), at: position)
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

extension LoggedEvent {
  fileprivate init(_ view: JSONView, _ record: RecordView, _ stream: StreamName, at position: Int) throws(JSONFault) {
    self.init(
      position: position, id: record.id, stream: stream, recordedAt: record.recordedAt,
      statement: try Statement(line: view))
  }
}
