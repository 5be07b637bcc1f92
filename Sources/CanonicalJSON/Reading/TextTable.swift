internal import Glibc

/// Texts, each kept once, under numbers that count from 0.
///
/// An open hash table over bytes: looking up a text that is there allocates nothing and makes no `String`. Keys of a log are
/// few beside its lines, so all that folds a log speaks of them by number.
@usableFromInline
package struct TextTable: Sendable {
  /// All texts, one behind the other, each behind its number (four bytes) and its length (four bytes): so that a look-up
  /// touches two places of memory, the slot and the text.
  @usableFromInline var texts: [UInt8] = []
  /// Where each text begins in `texts`.
  @usableFromInline var starts: [Int] = []
  /// Where the text begins, and the upper half of its hash; 0 = free.
  @usableFromInline var slots: [UInt64]
  @usableFromInline var mask: Int
  /// Drawn anew by each process: nobody can write a log whose keys all fall into one place. Numbers do not depend on it.
  @usableFromInline let seed = TextTable.drawn
  private static let drawn = UInt64.random(in: .min ... .max)

  package init() {
    // An append makes several tables for a few texts; large ones grow soon enough.
    mask = 1 << 6 - 1
    slots = Array(repeating: 0, count: 1 << 6)
  }

  @inlinable
  package var count: Int { starts.count }

  /// Looks at the text of a number.
  @inlinable @inline(__always)
  package func withBytes<T>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    texts.withUnsafeBufferPointer { texts in
      let start = starts[number]
      return body(UnsafeBufferPointer(rebasing: texts[start..<start + Self.word(texts, start - 4)]))
    }
  }

  @inlinable @inline(__always)
  static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
    Int(UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  @inlinable @inline(__always)
  func number(at start: Int) -> Int { texts.withUnsafeBufferPointer { Self.word($0, start - 8) } }

  package func text(_ number: Int) -> String { withBytes(number) { String(decoding: $0, as: UTF8.self) } }

  /// Does one text stand before the other, by its bytes?
  package func isOrdered(_ left: Int, _ right: Int) -> Bool {
    withBytes(left) { left in
      withBytes(right) { right in
        let order = memcmp(
          left.baseAddress ?? Self.nothing, right.baseAddress ?? Self.nothing, min(left.count, right.count))
        return order != 0 ? order < 0 : left.count < right.count
      }
    }
  }

  private static var nothing: UnsafePointer<UInt8> { ("" as StaticString).utf8Start }

  /// The number of a text; nil if it is not there.
  @inlinable
  package func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slot(of: text, hash: hash(text))
    return slots[slot] == 0 ? nil : number(at: Int(slots[slot] & 0xFFFF_FFFF))
  }

  package func find(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { find($0) }
  }

  /// The number of a text, which is put in if it is not there.
  @inlinable @inline(__always)
  package mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int {
    let hash = self.hash(text)
    let slot = slot(of: text, hash: hash)
    if slots[slot] != 0 { return number(at: Int(slots[slot] & 0xFFFF_FFFF)) }
    return add(text, hash: hash, slot: slot)
  }

  package mutating func number(of text: String) -> Int {
    var text = text
    return text.withUTF8 { number(of: $0) }
  }

  @inlinable @inline(__always)
  func slot(of text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32, isSame(text, at: Int(slots[slot] & 0xFFFF_FFFF)) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inlinable @inline(__always)
  func isSame(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    texts.withUnsafeBufferPointer { texts in
      guard Self.word(texts, start - 4) == text.count else { return false }
      guard let left = texts.baseAddress, let right = text.baseAddress else { return true }
      return RawBytes.isSame(left + start, right, text.count)
    }
  }

  @usableFromInline @inline(never)
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64, slot: Int) -> Int {
    // Places are kept in 32 bits: four thousand million bytes of keys are no log.
    precondition(texts.count + text.count + 8 < UInt32.max, "more than 4 GiB of different keys")
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: starts.count)) { texts.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count)) { texts.append(contentsOf: $0) }
    starts.append(texts.count)
    texts.append(contentsOf: text)
    slots[slot] = (hash >> 32) << 32 | UInt64(starts[count - 1])
    if count * 2 > mask { grow() }
    return count - 1
  }

  private mutating func grow() {
    mask = mask * 2 + 1
    slots = Array(repeating: 0, count: mask + 1)
    for number in 0..<count {
      let hash: UInt64 = withBytes(number) { self.hash($0) }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = (hash >> 32) << 32 | UInt64(starts[number])
    }
  }

  /// Eight bytes at a time, each mixed in by a multiplication whose two halves are folded.
  @inlinable @inline(__always)
  func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let start = text.baseAddress else { return 1 }
    var hash: UInt64 = seed ^ UInt64(truncatingIfNeeded: text.count)
    let raw = UnsafeRawPointer(start)
    let count = text.count
    if count >= 8 {
      var at = 0
      while at + 8 < count {
        hash = Self.mixed(hash ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at += 8
      }
      return Self.mixed(hash ^ raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
    }
    if count >= 4 {
      let first = UInt64(raw.loadUnaligned(as: UInt32.self))
      let last = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
      return Self.mixed(hash ^ (first << 32 | last))
    }
    if count == 0 { return Self.mixed(hash) }
    let few = UInt64(start[0]) << 16 | UInt64(start[count >> 1]) << 8 | UInt64(start[count - 1])
    return Self.mixed(hash ^ few)
  }

  @inlinable @inline(__always)
  static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
