/// Writes JSON piece by piece into one buffer: values whole, or what the caller puts together, who then sees to the order of
/// members and to the commas.
///
/// Answers of a hundred thousand rows must not be held twice, once as a tree of values and once as bytes: they are handed
/// on whenever there is much in the buffer. A line is taken out of it, and the buffer serves for the next.
@usableFromInline
package struct JSONWriter: ~Copyable {
  @usableFromInline var buffer: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var count = 0
  private let sink: ((UnsafeRawBufferPointer) throws -> Void)?

  /// - Parameter sink: gets the bytes in their order; they are only lent.
  package init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    capacity = 1 << 17
    buffer = .allocate(capacity: capacity)
    self.sink = sink
  }

  /// For bytes that are taken out.
  ///
  /// - Parameter capacity: bytes that there is room for at first.
  package init(capacity: Int = 1 << 10) {
    self.capacity = capacity
    buffer = .allocate(capacity: capacity)
    sink = nil
  }

  deinit { buffer.deallocate() }

  /// Hands on what is in the buffer; to be called between rows and at the end.
  ///
  /// - Parameter least: only if there are so many bytes.
  package mutating func flush(least: Int = 0) throws {
    guard count > least else { return }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: count)
    count = 0
    try sink?(bytes)
  }

  /// What was written; the buffer is empty then.
  package mutating func take() -> [UInt8] {
    defer { count = 0 }
    return [UInt8](UnsafeBufferPointer(start: buffer, count: count))
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

  /// A value in canonical form (RFC 8785).
  package mutating func put(value: JSONValue) {
    switch value {
    case .null: put("null")
    case .bool(let bool): put(bool ? "true" : "false")
    case .integer(let integer): put(integer)
    case .string(let string): put(text: string)
    case .array(let array):
      put("[")
      for (index, element) in array.enumerated() {
        if index > 0 { put(",") }
        put(value: element)
      }
      put("]")
    case .object(let object): put(object: object)
    }
  }

  package mutating func put(object: JSONObject) {
    put("{")
    for (index, member) in object.members.enumerated() {
      if index > 0 { put(",") }
      put(text: member.name)
      put(":")
      put(value: member.value)
    }
    put("}")
  }

  /// A text in quotes, with the minimal escapes of RFC 8785, 3.2.2.2.
  package mutating func put(text: String) {
    var text = text
    text.withUTF8 { utf8 in
      room(utf8.count + 2)
      put("\"")
      var start = 0
      while let escaped = JSONText.firstToEscape(in: utf8, from: start) {
        put(UnsafeBufferPointer(rebasing: utf8[start..<escaped]))
        put(JSONText.escape(of: utf8[escaped]))
        start = escaped + 1
      }
      put(UnsafeBufferPointer(rebasing: utf8[start...]))
      put("\"")
    }
  }

  /// Bytes as base64, in quotes.
  package mutating func put(base64 bytes: [UInt8]) {
    room(bytes.count / 3 * 4 + 6)
    put("\"")
    bytes.withUnsafeBufferPointer { count += Base64.write($0, to: buffer + count) }
    put("\"")
  }

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
    room(EventID.length + 2)
    buffer[count] = UInt8(ascii: "\"")
    id.write(to: buffer + count + 1)
    buffer[count + 1 + EventID.length] = UInt8(ascii: "\"")
    count += EventID.length + 2
  }
}
