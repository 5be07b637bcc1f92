/// The shape of one JSON text, as a flat list of nodes in reading order.
///
/// Why a tape and not a tree: a log of a million lines is read with one tape that is filled again for each line, so
/// reading a line allocates nothing. A node says where its name and its value lie in the bytes; nothing is copied out
/// until somebody asks.
///
/// Law: after `scan` in canonical form, every string is valid UTF-8 with minimal escapes, every number an integer below
/// 2^53 in size, members are sorted by UTF-16 code units and no member is there twice.
@usableFromInline
package struct Tape: ~Copyable {
  @usableFromInline
  package enum Kind: UInt8, Sendable {
    case null, bool, integer, string, array, object
  }

  /// How strictly to read.
  package enum Form: Sendable {
    /// RFC 8785, as the lines of a log must be.
    case canonical
    /// Any JSON of the same subset: free order, white space and escapes. For drafts that people and programs write.
    case relaxed
  }

  @usableFromInline
  package struct Node {
    /// Bytes between the quotes of the member's name; empty for elements of arrays and for the root.
    @usableFromInline package var nameStart: UInt32 = 0
    @usableFromInline package var nameEnd: UInt32 = 0
    /// Bytes of the value; for strings those between the quotes.
    @usableFromInline package var start: UInt32 = 0
    @usableFromInline package var end: UInt32 = 0
    /// Index of the first node behind this value and all that is in it.
    @usableFromInline package var next: UInt32 = 0
    @usableFromInline package var kind: Kind = .null
    package var isNameEscaped = false
    package var isEscaped = false
  }

  /// Deeper nesting than any event has; it bounds the recursion.
  package static let deepest = 24

  @usableFromInline var nodes: UnsafeMutablePointer<Node>
  var capacity: Int
  package private(set) var count = 0

  package init() {
    capacity = 128
    nodes = .allocate(capacity: capacity)
    nodes.initialize(repeating: Node(), count: capacity)
  }

  deinit {
    nodes.deallocate()
  }

  /// Reads one JSON value that fills `bytes` exactly.
  package mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, form: Form = .canonical) throws(JSONFault) {
    count = 0
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      throw JSONFault(.truncated, at: 0, "there is nothing here")
    }
    guard bytes.count < Int(UInt32.max) else {
      throw JSONFault(.lineTooLong, at: 0, "longer than 4 GiB")
    }
    var scanner = Scanner(base: base, size: bytes.count, isCanonical: form == .canonical)
    do {
      try scanner.space()
      try scanner.value(into: &self, depth: 0, name: nil)
      try scanner.space()
    } catch {
      var fault = error
      if fault.path.isEmpty { fault.path = path(at: fault.offset, in: base) }
      throw fault
    }
    if scanner.at != bytes.count {
      throw JSONFault(.trailingBytes, at: scanner.at, "something follows the value")
    }
  }

  /// Forgets what was scanned; for `LineCursor`, which scans single values of a line.
  @inline(__always)
  mutating func reset() { count = 0 }

  /// The way from the root down to the value that holds byte `offset`: names joined by dots, places in lists in brackets
  /// from 0 (`sources[1].quote`). While a scan is under way it leads as far as was read.
  package func path(at offset: Int, in base: UnsafePointer<UInt8>) -> String {
    JSONView.path(to: offset, nodes: nodes, count: count, base: base)
  }

  package func path(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    bytes.baseAddress.map { path(at: offset, in: $0) } ?? ""
  }

  @inline(__always)
  mutating func append(_ node: Node) -> Int {
    if count == capacity { grow() }
    nodes[count] = node
    count += 1
    return count - 1
  }

  @inline(never)
  private mutating func grow() {
    let wider = UnsafeMutablePointer<Node>.allocate(capacity: capacity * 2)
    wider.initialize(from: nodes, count: count)
    (wider + count).initialize(repeating: Node(), count: capacity * 2 - count)
    nodes.deallocate()
    nodes = wider
    capacity *= 2
  }
}
