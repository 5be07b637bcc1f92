/// The id of an event: a UUID (RFC 9562) in lower case, chosen by whoever records it, unique in the log.
public struct EventID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The sixteen bytes as two halves, big end first.
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Takes `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower case and nothing else.
  public init?(_ text: some Collection<UInt8>) {
    // Ids are read by the million: over bytes in a row this is not slowed by what a collection may be.
    if let id = text.withContiguousStorageIfAvailable({ EventID($0) }) {
      guard let id else { return nil }
      self = id
    } else {
      let id = Array(text).withUnsafeBufferPointer { EventID($0) }
      guard let id else { return nil }
      self = id
    }
  }

  /// The same of bytes that lie in one piece: this is asked of every line.
  public init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 36 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for index in 0..<36 {
      let byte = text[index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    self.init(high: high, low: low)
  }

  public init?(_ text: String) { self.init(Array(text.utf8)) }

  /// A version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, section 5.7).
  public static func version7(milliseconds: Int64, random: some Collection<UInt8>) -> EventID {
    precondition(random.count >= 10, "ten random bytes are needed")
    let bits = random.prefix(10).reduce(into: [UInt64]()) { $0.append(UInt64($1)) }
    let first = UInt64(truncatingIfNeeded: milliseconds) << 16 | 0x7000 | (bits[0] & 0x0F) << 8 | bits[1]
    let second = bits[2...].reduce(0) { $0 << 8 | $1 }
    return EventID(high: first, low: second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  /// The version digit, 7 or 5 in our logs.
  public var version: Int { Int(high >> 12 & 0xF) }
  /// Is the variant that of RFC 9562?
  public var hasStandardVariant: Bool { low >> 62 == 0b10 }

  public var description: String {
    String(unsafeUninitializedCapacity: Self.length) { text in
      guard let start = text.baseAddress else { return 0 }
      write(to: start)
      return Self.length
    }
  }

  /// Characters of its text, all of them ASCII.
  @usableFromInline
  package static let length = 36

  /// Writes its text where there is room for it.
  @inlinable @inline(__always)
  package func write(to text: UnsafeMutableRawPointer) {
    let dash = UInt8(ascii: "-")
    let second = Self.digits(UInt32(truncatingIfNeeded: high))
    let third = Self.digits(UInt32(truncatingIfNeeded: low >> 32))
    text.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: high >> 32)), as: UInt64.self)
    text.storeBytes(of: dash, toByteOffset: 8, as: UInt8.self)
    text.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
    text.storeBytes(of: dash, toByteOffset: 13, as: UInt8.self)
    text.storeBytes(of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
    text.storeBytes(of: dash, toByteOffset: 18, as: UInt8.self)
    text.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
    text.storeBytes(of: dash, toByteOffset: 23, as: UInt8.self)
    text.storeBytes(of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
    text.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: low)), toByteOffset: 28, as: UInt64.self)
  }

  /// Eight hexadecimal digits in the order in which they stand in memory.
  @inlinable @inline(__always)
  static func digits(_ number: UInt32) -> UInt64 {
    var spread = UInt64(number)
    spread = (spread << 16 | spread) & 0x0000_FFFF_0000_FFFF
    spread = (spread << 8 | spread) & 0x00FF_00FF_00FF_00FF
    spread = (spread << 4 | spread) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte that is a letter.
    let letters = ((spread &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian.littleEndian
  }

  public static func < (left: EventID, right: EventID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
