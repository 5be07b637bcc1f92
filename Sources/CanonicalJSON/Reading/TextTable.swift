internal import Glibc

/// Texts, each kept once, under numbers that count from 0.
///
/// An open hash table over bytes: looking up a text that is there allocates nothing and makes no `String`. Keys of a log are
/// few beside its lines, so all that folds a log speaks of them by number.
@usableFromInline
package struct TextTable: Sendable {
  /// All texts, one behind the other.
  @usableFromInline var texts: [UInt8] = []
  /// Where each text ends in `texts`; it begins where the one before it ends.
  @usableFromInline var ends: [Int] = [0]
  /// Number + 1 and the upper half of the hash; 0 = free.
  @usableFromInline var slots: [UInt64]
  @usableFromInline var mask: Int
  /// Drawn anew each time: nobody can write a log whose keys all fall into one place. Numbers do not depend on it.
  @usableFromInline let seed = UInt64.random(in: .min ... .max)

  package init() {
    mask = 1 << 10 - 1
    slots = Array(repeating: 0, count: 1 << 10)
  }

  @inlinable
  package var count: Int { ends.count - 1 }

  /// Looks at the text of a number.
  @inlinable @inline(__always)
  package func withBytes<T>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    texts.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[ends[number]..<ends[number + 1]])) }
  }

  package func text(_ number: Int) -> String { withBytes(number) { String(decoding: $0, as: UTF8.self) } }

  /// Does one text stand before the other, by its bytes?
  package func isOrdered(_ left: Int, _ right: Int) -> Bool {
    withBytes(left) { left in
      withBytes(right) { right in
        let order = memcmp(left.baseAddress ?? Self.nothing, right.baseAddress ?? Self.nothing, min(left.count, right.count))
        return order != 0 ? order < 0 : left.count < right.count
      }
    }
  }

  private static var nothing: UnsafePointer<UInt8> { ("" as StaticString).utf8Start }

  /// The number of a text; nil if it is not there.
  @inlinable
  package func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slot(of: text, hash: hash(text))
    return slots[slot] == 0 ? nil : Int(slots[slot] & 0xFFFF_FFFF) - 1
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
    if slots[slot] != 0 { return Int(slots[slot] & 0xFFFF_FFFF) - 1 }
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
      if slots[slot] >> 32 == hash >> 32, isSame(text, Int(slots[slot] & 0xFFFF_FFFF) - 1) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inlinable @inline(__always)
  func isSame(_ text: UnsafeBufferPointer<UInt8>, _ number: Int) -> Bool {
    withBytes(number) { known in
      guard known.count == text.count, let left = known.baseAddress, let right = text.baseAddress else {
        return known.count == text.count
      }
      return RawBytes.isSame(left, right, text.count)
    }
  }

  @usableFromInline @inline(never)
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64, slot: Int) -> Int {
    texts.append(contentsOf: text)
    ends.append(texts.count)
    slots[slot] = (hash >> 32) << 32 | UInt64(count)
    if count * 2 > mask { grow() }
    return count - 1
  }

  private mutating func grow() {
    mask = mask * 4 + 3
    slots = Array(repeating: 0, count: mask + 1)
    for number in 0..<count {
      let hash: UInt64 = withBytes(number) { self.hash($0) }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = (hash >> 32) << 32 | UInt64(number + 1)
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

/// Numbers of 128 bits, each with a number of its own that it was first given: ids and salts of a log.
package struct PairTable: ~Copyable {
  private var pairs: [Pair]
  private var values: [Int32]
  private var mask: Int
  private var count = 0
  /// Others chose the numbers, so nobody else may know where they fall.
  private let seed = UInt64.random(in: .min ... .max)

  private struct Pair: Equatable {
    var high: UInt64
    var low: UInt64
  }

  package init() {
    mask = 1 << 10 - 1
    pairs = Array(repeating: Pair(high: 0, low: 0), count: 1 << 10)
    values = Array(repeating: -1, count: 1 << 10)
  }

  /// The value that the pair was given before; nil if it was not there, then it is now.
  package mutating func insert(_ high: UInt64, _ low: UInt64, _ value: Int32) -> Int32? {
    let pair = Pair(high: high, low: low)
    let slot = slot(pair)
    if values[slot] >= 0 { return values[slot] }
    pairs[slot] = pair
    values[slot] = value
    count += 1
    if count * 4 > mask * 3 { grow() }
    return nil
  }

  package func find(_ high: UInt64, _ low: UInt64) -> Int32? {
    let slot = slot(Pair(high: high, low: low))
    return values[slot] >= 0 ? values[slot] : nil
  }

  @inline(__always)
  private func slot(_ pair: Pair) -> Int {
    let product = (pair.high ^ seed).multipliedFullWidth(by: pair.low ^ 0x9E37_79B9_7F4A_7C15)
    var slot = Int(truncatingIfNeeded: ((product.high ^ product.low ^ pair.low) &* 0xA076_1D64_78BD_642F) >> 20) & mask
    while values[slot] >= 0, pairs[slot] != pair { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldPairs, oldValues) = (pairs, values)
    mask = mask * 2 + 1
    pairs = Array(repeating: Pair(high: 0, low: 0), count: mask + 1)
    values = Array(repeating: -1, count: mask + 1)
    for index in oldPairs.indices where oldValues[index] >= 0 {
      let slot = slot(oldPairs[index])
      pairs[slot] = oldPairs[index]
      values[slot] = oldValues[index]
    }
  }
}
