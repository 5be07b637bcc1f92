/// Writes JSON piece by piece into one buffer and hands it on whenever there is much of it.
///
/// For answers of a hundred thousand rows, which must not be held twice: once as a tree of values, once as bytes. The caller
/// sees to the order of members and to the commas; `JSONValue` is for everything small.
@usableFromInline
package struct JSONWriter: ~Copyable {
  @usableFromInline var buffer: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity = 1 << 17
  @usableFromInline var count = 0
  private let sink: ([UInt8]) throws -> Void

  /// - Parameter sink: gets the bytes in their order.
  package init(_ sink: @escaping ([UInt8]) throws -> Void) {
    buffer = .allocate(capacity: capacity)
    self.sink = sink
  }

  deinit { buffer.deallocate() }

  /// Hands on what is in the buffer; to be called between rows and at the end.
  ///
  /// - Parameter least: only if there are so many bytes.
  package mutating func flush(least: Int = 0) throws {
    guard count > least else { return }
    let bytes = Array(UnsafeBufferPointer(start: buffer, count: count))
    count = 0
    try sink(bytes)
  }

  @inlinable @inline(__always)
  mutating func room(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let wider = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    wider.update(from: buffer, count: count)
    buffer.deallocate()
    buffer = wider
  }

  /// Bytes that are JSON already.
  @inlinable @inline(__always)
  package mutating func put(_ literal: StaticString) {
    room(literal.utf8CodeUnitCount)
    (buffer + count).update(from: literal.utf8Start, count: literal.utf8CodeUnitCount)
    count += literal.utf8CodeUnitCount
  }

  @inlinable @inline(__always)
  package mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    room(bytes.count)
    (buffer + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// A text of a table, without quotes; for keys and dates, which need no escapes.
  @inlinable @inline(__always)
  package mutating func put(_ table: TextTable, _ number: Int) { table.withBytes(number) { put($0) } }

  package mutating func put(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { put($0) } }

  /// Decimal digits.
  @inlinable @inline(__always)
  package mutating func put(_ number: Int64) {
    room(20)
    if number < 0 {
      buffer[count] = UInt8(ascii: "-")
      count += 1
    }
    var left = number.magnitude
    var digits = 1
    var bound: UInt64 = 10
    while digits < 19, left >= bound {
      digits += 1
      bound = bound &* 10
    }
    var at = count + digits
    count = at
    repeat {
      at -= 1
      buffer[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    } while left > 0
  }

  /// An id with its quotes.
  @inlinable @inline(__always)
  package mutating func put(_ id: EventID) {
    room(38)
    var at = count
    count += 38
    buffer[at] = UInt8(ascii: "\"")
    at += 1
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 {
        buffer[at] = UInt8(ascii: "-")
        at += 1
      }
      let half = index < 16 ? id.high : id.low
      let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4)) & 15
      buffer[at] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
      at += 1
    }
    buffer[at] = UInt8(ascii: "\"")
  }
}
