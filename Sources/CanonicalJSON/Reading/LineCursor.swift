/// Walks over one line whose shape is known beforehand, and gives up at the first byte that is not as expected.
///
/// Why beside the tape: nearly all lines of a log have the same members in the same (canonical) order, so their names need
/// not be read, only compared. It never says what is wrong: whoever gets `false` reads the line again with a scanner, which
/// takes it or names the fault.
///
/// Law: what it takes, `Tape.scan` takes as well, with the same values. It takes less: no member that is not expected.
///
/// Eight bytes can be looked at anywhere, since there is a little room behind the line; its line feed ends every string and
/// every number, so nothing is counted on the way. A line that does not lie so already is copied.
///
/// `@usableFromInline` is what lets other modules inline its functions: without it each literal is compared by a call.
@usableFromInline
package struct LineCursor: ~Copyable {
  /// The line; behind it stand an LF and `room` more bytes.
  @usableFromInline var base: UnsafePointer<UInt8>
  /// Where lines are copied to; there is room for a line of `held` bytes.
  private var copy: UnsafeMutablePointer<UInt8>
  private var held: Int
  private let longest: Int
  /// Bytes that may be looked at behind a line and its LF.
  package static let room = 64

  /// Bytes of the line.
  @usableFromInline package internal(set) var count = 0
  /// The next byte.
  @usableFromInline package internal(set) var at = 0
  /// Where the text that was read last lies, without its quotes.
  @usableFromInline package internal(set) var textStart = 0
  @usableFromInline package internal(set) var textEnd = 0
  /// What the base64 text that was read last stands for, big end first.
  @usableFromInline package internal(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  /// The number that was read last.
  @usableFromInline package internal(set) var number: Int64 = 0
  @usableFromInline let classes: ByteClasses
  /// The day that was read last and its text, since the next line mostly has the same.
  @usableFromInline var dayText: (UInt64, UInt16) = (0, 0)
  @usableFromInline var dayNumber: Int32 = 0
  @usableFromInline var tape = Tape()

  /// - Parameter longest: of the lines that it is given; longer ones are not taken.
  package init(longest: Int) {
    self.longest = longest
    // As long as most lines are: a reader that is made for a few lines costs no more than these.
    held = min(longest, 1 << 10)
    copy = Self.bytes(for: held)
    base = UnsafePointer(copy)
    classes = ByteClasses()
  }

  private static func bytes(for line: Int) -> UnsafeMutablePointer<UInt8> {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: line + 1 + room)
    bytes.initialize(repeating: 0, count: line + 1 + room)
    return bytes
  }

  @inline(never)
  private mutating func grow(for line: Int) {
    copy.deallocate()
    held = min(longest, max(line, held * 2))
    copy = Self.bytes(for: held)
  }

  deinit {
    copy.deallocate()
    classes.deallocate()
  }

  /// Begins a line; false if it is too long or empty.
  ///
  /// - Parameter isFramed: an LF and `room` bytes that may be looked at stand behind the line. Then it is read where it lies,
  ///   and must lie there as long as anything of it is asked for.
  package mutating func begin(_ line: UnsafeBufferPointer<UInt8>, isFramed: Bool) -> Bool {
    guard let start = line.baseAddress, line.count <= longest, line.count > 1 else { return false }
    if isFramed, start[line.count] == 0x0A {
      base = start
    } else {
      if line.count > held { grow(for: line.count) }
      copy.update(from: start, count: line.count)
      copy[line.count] = 0x0A
      base = UnsafePointer(copy)
    }
    count = line.count
    at = 0
    return true
  }

  /// Goes back to a byte that was read before.
  package mutating func go(to place: Int) { at = min(place, count) }

  /// Is the line read to its end?
  @inlinable
  package var isAtEnd: Bool { at == count }

  // MARK: Literals

  @inlinable @inline(__always)
  func isAt(_ literal: StaticString) -> Bool {
    // No literal holds a line feed, so none reaches beyond the line; and all are shorter than the room behind it.
    RawBytes.isSame(base + at, literal.utf8Start, literal.utf8CodeUnitCount)
  }

  /// Passes these bytes, if they stand here.
  @inlinable @inline(__always)
  package mutating func skip(_ literal: StaticString) -> Bool {
    guard isAt(literal) else { return false }
    at += literal.utf8CodeUnitCount
    return true
  }

  @inlinable @inline(__always)
  package mutating func skip(byte: UInt8) -> Bool {
    guard base[at] == byte else { return false }
    at += 1
    return true
  }

  // MARK: Texts

  /// A text, escapes and all; its opening quote was passed. A text with escapes is no key, date or name of anything, so
  /// whoever looks at its bytes need not know of them.
  @inlinable @inline(__always)
  package mutating func text() -> Bool {
    textStart = at
    while true {
      let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
      let found = Scanner.needingALook(word)
      if found == 0 {
        at += 8
        continue
      }
      at += found.trailingZeroBitCount >> 3
      let byte = base[at]
      if byte == UInt8(ascii: "\"") {
        textEnd = at
        at += 1
        return true
      }
      guard let length = specialLength(byte) else { return false }
      at += length
    }
  }

  @usableFromInline @inline(never)
  func specialLength(_ byte: UInt8) -> Int? {
    var scanner = Scanner(base: base, size: count, isCanonical: true)
    scanner.at = at
    do throws(JSONFault) {
      switch byte {
      case 0x80...: try scanner.multibyte(byte)
      case UInt8(ascii: "\\"): try scanner.escape()
      // A control character, or the end of the line.
      default: return nil
      }
    } catch {
      return nil
    }
    return scanner.at - at
  }

  /// The bytes of the text that was read last.
  @inlinable @inline(__always)
  package var textBytes: UnsafeBufferPointer<UInt8> { bytes(textStart, textEnd) }

  @inlinable @inline(__always)
  package func bytes(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + start, count: end - start)
  }

  /// A key (`Key`): 1 to 64 of a-z, 0-9 and -, not beginning with -; its opening quote was passed.
  @inlinable @inline(__always)
  package mutating func key() -> Bool {
    textStart = at
    while classes.isKey(base[at]) { at += 1 }
    textEnd = at
    let length = at - textStart
    guard length >= 1, length <= 64, base[textStart] != UInt8(ascii: "-"), base[at] == UInt8(ascii: "\"") else {
      return false
    }
    at += 1
    return true
  }

  // MARK: Numbers

  /// A whole number from 0 on, below 2^53.
  @inlinable @inline(__always)
  package mutating func natural() -> Bool {
    let start = at
    var value: Int64 = 0
    while true {
      let digit = base[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      if at - start == 16 { return false }
      value = value * 10 + Int64(digit)
      at += 1
    }
    let length = at - start
    guard length > 0, length == 1 || base[start] != UInt8(ascii: "0"), value < 1 << 53 else { return false }
    // A fraction or an exponent is met by whoever expects what follows.
    number = value
    return true
  }

  // MARK: Forms

  /// The base64 of 32 bytes and the closing quote; `words` are then those bytes.
  @inlinable @inline(__always)
  package mutating func base64Of32() -> Bool {
    let start = base + at
    guard at + 45 <= count, start[43] == UInt8(ascii: "="), start[44] == UInt8(ascii: "\"") else { return false }
    // Ten sextets are 60 bits; the 43 of them are 258, of which the last two are padding.
    var found: UInt64 = 0
    let a = sextets(start, 10, &found)
    let b = sextets(start + 10, 11, &found)
    let c = sextets(start + 21, 11, &found)
    let d = sextets(start + 32, 10, &found)
    let last = sextets(start + 42, 1, &found)
    guard found & 0x80 == 0, last & 0b11 == 0 else { return false }
    // 60 + 4, 62 of 66 + 2, 64 of 66 + 0, 60 + 4: what stands over 64 bits went into the word before.
    let firstOfB = UInt64(classes.sextet(start[10]))
    let firstOfC = UInt64(classes.sextet(start[21]))
    words = (a << 4 | firstOfB >> 2, b << 2 | firstOfC >> 4, c, d << 4 | last >> 2)
    at += 45
    return true
  }

  /// The base64 of 16 bytes and the closing quote; the first two of `words` are then those bytes.
  @inlinable @inline(__always)
  package mutating func base64Of16() -> Bool {
    let start = base + at
    guard at + 25 <= count, start[22] == UInt8(ascii: "="), start[23] == UInt8(ascii: "="),
      start[24] == UInt8(ascii: "\"")
    else { return false }
    var found: UInt64 = 0
    let a = sextets(start, 10, &found)
    let b = sextets(start + 10, 11, &found)
    let last = sextets(start + 21, 1, &found)
    guard found & 0x80 == 0, last & 0b1111 == 0 else { return false }
    words.0 = a << 4 | UInt64(classes.sextet(start[10])) >> 2
    words.1 = b << 2 | last >> 4
    at += 25
    return true
  }

  /// What so many characters of base64 stand for, six bits each, the last of them lowest. Bytes of no alphabet (an LF among
  /// them) set the bit 0x80 of `found`.
  @inlinable @inline(__always)
  func sextets(_ start: UnsafePointer<UInt8>, _ count: Int, _ found: inout UInt64) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count {
      let sextet = UInt64(classes.sextet(start[index]))
      found |= sextet
      value = value << 6 | sextet
    }
    return value
  }

  /// An id and the closing quote: the lower-case UUID of version 7 or 5.
  @inlinable @inline(__always)
  package mutating func eventID() -> EventID? {
    let start = base + at
    guard at + 36 <= count, start[8] == UInt8(ascii: "-"), start[13] == UInt8(ascii: "-"),
      start[18] == UInt8(ascii: "-"), start[23] == UInt8(ascii: "-"), start[36] == UInt8(ascii: "\"")
    else { return nil }
    var found: UInt64 = 0
    @inline(__always)
    func digits(_ from: Int, _ count: Int) -> UInt64 {
      var value: UInt64 = 0
      for index in from..<from + count {
        let digit = UInt64(classes.hex(start[index]))
        found |= digit
        value = value << 4 | digit & 15
      }
      return value
    }
    let high = digits(0, 8) << 32 | digits(9, 4) << 16 | digits(14, 4)
    let low = digits(19, 4) << 48 | digits(24, 12)
    let id = EventID(high: high, low: low)
    guard found & 0x80 == 0, id.version == 7 || id.version == 5, id.hasStandardVariant else { return nil }
    at += 37
    return id
  }

  /// A moment and the closing quote.
  @inlinable @inline(__always)
  package mutating func instant() -> Instant? {
    let start = base + at
    guard at + 24 <= count, start[10] == UInt8(ascii: "T"), start[13] == UInt8(ascii: ":"),
      start[16] == UInt8(ascii: ":"), start[19] == UInt8(ascii: "."), start[23] == UInt8(ascii: "Z"),
      start[24] == UInt8(ascii: "\"")
    else { return nil }
    let raw = UnsafeRawPointer(start)
    let text = (raw.loadUnaligned(as: UInt64.self), (raw + 8).loadUnaligned(as: UInt16.self))
    if text != dayText {
      guard let day = Day(bytes(at, at + 10)) else { return nil }
      dayText = text
      dayNumber = day.number
    }
    var found: UInt8 = 0
    @inline(__always)
    func digits(_ from: Int, _ count: Int) -> Int64 {
      var value: Int64 = 0
      for index in from..<from + count {
        let digit = start[index] &- UInt8(ascii: "0")
        if digit > 9 { found = 1 }
        value = value * 10 + Int64(digit)
      }
      return value
    }
    let (hour, minute, second, milli) = (digits(11, 2), digits(14, 2), digits(17, 2), digits(20, 3))
    guard found == 0, hour < 24, minute < 60, second < 60 else { return nil }
    at += 25
    return Instant(
      milliseconds: Int64(dayNumber) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli)
  }

  // MARK: Values of any shape

  /// Scans the value that stands here, at a depth of `depth`, and passes it; `scanned` looks into it.
  ///
  /// Not taken: a name, however deep, that is not ASCII.
  package mutating func value(depth: Int) -> Bool {
    var scanner = Scanner(base: base, size: count, isCanonical: true)
    scanner.at = at
    tape.reset()
    do throws(JSONFault) {
      try scanner.value(into: &tape, depth: depth, name: nil)
    } catch {
      return false
    }
    at = scanner.at
    return !scanner.hasWideName
  }

  /// The value that `value(depth:)` scanned last.
  @inlinable
  package var scanned: JSONView { JSONView(base: base, nodes: UnsafePointer(tape.nodes), index: 0) }
}

/// What each byte can be a part of, in tables that need no look at whether they are made.
@usableFromInline
struct ByteClasses {
  @usableFromInline let table: UnsafeMutablePointer<UInt8>

  private static let classes: [UInt8] = {
    var table = [UInt8](repeating: 0xFF, count: 768)
    for (value, byte) in "0123456789abcdef".utf8.enumerated() { table[Int(byte)] = UInt8(value) }
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, byte) in alphabet.utf8.enumerated() { table[256 + Int(byte)] = UInt8(value) }
    for byte in "abcdefghijklmnopqrstuvwxyz0123456789-".utf8 { table[512 + Int(byte)] = 1 }
    return table
  }()

  init() {
    table = .allocate(capacity: Self.classes.count)
    for (index, value) in Self.classes.enumerated() { (table + index).initialize(to: value) }
  }

  func deallocate() { table.deallocate() }

  @inlinable @inline(__always)
  func hex(_ byte: UInt8) -> UInt8 { table[Int(byte)] }
  @inlinable @inline(__always)
  func sextet(_ byte: UInt8) -> UInt8 { table[256 + Int(byte)] }
  @inlinable @inline(__always)
  func isKey(_ byte: UInt8) -> Bool { table[512 + Int(byte)] == 1 }
}

/// Comparing bytes that are known to be there, eight at a time: short texts are done before a call of `memcmp` would be.
@usableFromInline
enum RawBytes {
  @inlinable @inline(__always)
  static func isSame(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let (left, right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
    var at = 0
    while at + 8 <= count {
      if left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        != right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      {
        return false
      }
      at += 8
    }
    if count >= 8 {
      return left.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }
    if count >= 4 {
      return left.loadUnaligned(as: UInt32.self) == right.loadUnaligned(as: UInt32.self)
        && left.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
          == right.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
    }
    while at < count {
      if left.load(fromByteOffset: at, as: UInt8.self) != right.load(fromByteOffset: at, as: UInt8.self) {
        return false
      }
      at += 1
    }
    return true
  }
}
