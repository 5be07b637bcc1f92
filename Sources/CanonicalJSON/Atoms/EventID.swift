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
    String(unsafeUninitializedCapacity: 36) { text in
      var at = 0
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          text[at] = UInt8(ascii: "-")
          at += 1
        }
        let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64(60 - index % 16 * 4) & 15)
        text[at] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        at += 1
      }
      return at
    }
  }

  public static func < (left: EventID, right: EventID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
