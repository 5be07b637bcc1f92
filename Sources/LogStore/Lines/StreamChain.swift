import CanonicalJSON
internal import TransparencyLog

/// How a line stands in its stream.
package struct StreamLink: Sendable {
  /// Number of the stream, counted from 0 by whoever reads.
  package var stream: Int
  package var version: Int64
  /// The digest that it names, as four words, big end first; nil if it names none.
  package var previous: (UInt64, UInt64, UInt64, UInt64)?

  package init(stream: Int, version: Int64, previous: (UInt64, UInt64, UInt64, UInt64)?) {
    (self.stream, self.version, self.previous) = (stream, version, previous)
  }

  package init(_ record: RecordView, stream: Int) {
    let digest = record.previous.string.flatMap { Base64.decode($0) }.flatMap { Digest256(bytes: $0) }
    self.init(stream: stream, version: record.streamVersion, previous: digest?.words)
  }
}

/// Does each event name the one before it in its stream by its digest (log-format, section 1)?
///
/// Where lines lie between the two that were left out, nothing is said: `verify` looks at that, and at all else.
struct StreamChain {
  /// Version and digest of each stream's last line; version 0 = none yet.
  private var last: [(version: Int64, entry: Digest256)] = []

  /// Takes the next line with its digest; false if it names another digest than that of the event before it.
  mutating func takes(_ link: StreamLink, _ entry: Digest256) -> Bool {
    while last.count <= link.stream { last.append((0, entry)) }
    let before = last[link.stream]
    last[link.stream] = (link.version, entry)
    guard link.version == before.version + 1 else { return true }
    return link.previous.map { Digest256(words: $0) } == (before.version > 0 ? before.entry : nil)
  }
}
