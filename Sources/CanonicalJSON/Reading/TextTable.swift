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
  /// Drawn anew each time: nobody can write a log whose keys all fall into one place. Numbers do not depend on it.
  @usableFromInline let seed = UInt64.random(in: .min ... .max)

  package init() {
    mask = 1 << 10 - 1
    slots = Array(repeating: 0, count: 1 << 10)
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

/// Numbers of 128 bits, gathered first and looked through once: whether one of them is there twice.
///
/// Ids and salts of a log are nearly always all different. Asking a large table each time costs a wait for memory each time;
/// at the end they can be sorted into parts that are near at hand.
package struct PairList {
  private var pairs: [Pair] = []

  package init() {}

  package mutating func append(_ high: UInt64, _ low: UInt64) { pairs.append(Pair(high: high, low: low)) }

  package var count: Int { pairs.count }
  package subscript(index: Int) -> (high: UInt64, low: UInt64) { (pairs[index].high, pairs[index].low) }

  /// Is one of them there twice?
  package var hasTwins: Bool {
    let parts = 1024
    // Sorted by the last bits, which are random in ids and salts; if somebody chose them, one part is large and that is all.
    var ends = [Int](repeating: 0, count: parts + 1)
    for pair in pairs { ends[Int(truncatingIfNeeded: pair.low % UInt64(parts)) + 1] += 1 }
    for part in 0..<parts { ends[part + 1] += ends[part] }
    var places = ends
    var sorted = [Pair](repeating: Pair(), count: pairs.count)
    for pair in pairs {
      let part = Int(truncatingIfNeeded: pair.low % UInt64(parts))
      sorted[places[part]] = pair
      places[part] += 1
    }
    for part in 0..<parts where ends[part + 1] - ends[part] > 1 {
      var table = PairTable(hasValues: false)
      for pair in sorted[ends[part]..<ends[part + 1]] where table.insert(pair.high, pair.low, 0) != nil { return true }
    }
    return false
  }
}

private struct Pair: Equatable {
  var high: UInt64 = 0
  var low: UInt64 = 0
  @inline(__always) var isFree: Bool { high | low == 0 }
}

/// Numbers of 128 bits that were seen, each with the value that it came with first: ids and salts of a log.
package struct PairTable: ~Copyable {
  private var pairs: [Pair]
  private var values: [Int32]
  private var mask: Int
  private var count = 0
  /// Two zeros mark a free slot; the value of that pair is kept here.
  private var zero: Int32?
  /// Others chose the numbers, so nobody else may know where they fall.
  private let seed = UInt64.random(in: .min ... .max)
  private let hasValues: Bool

  /// - Parameter hasValues: else all have the value 0.
  package init(hasValues: Bool) {
    self.hasValues = hasValues
    mask = 1 << 10 - 1
    pairs = Array(repeating: Pair(), count: 1 << 10)
    values = Array(repeating: 0, count: hasValues ? 1 << 10 : 1)
  }

  /// The value that the pair was given before; nil if it was not there, then it is now.
  package mutating func insert(_ high: UInt64, _ low: UInt64, _ value: Int32) -> Int32? {
    let pair = Pair(high: high, low: low)
    if pair.isFree {
      defer { zero = zero ?? value }
      return zero
    }
    let slot = slot(pair)
    if !pairs[slot].isFree { return values[hasValues ? slot : 0] }
    pairs[slot] = pair
    if hasValues { values[slot] = value }
    count += 1
    if count * 4 > mask * 3 { grow() }
    return nil
  }

  package func find(_ high: UInt64, _ low: UInt64) -> Int32? {
    let pair = Pair(high: high, low: low)
    if pair.isFree { return zero }
    let slot = slot(pair)
    return pairs[slot].isFree ? nil : values[hasValues ? slot : 0]
  }

  @inline(__always)
  private func slot(_ pair: Pair) -> Int {
    let product = (pair.high ^ seed).multipliedFullWidth(by: pair.low ^ 0x9E37_79B9_7F4A_7C15)
    var slot = Int(truncatingIfNeeded: ((product.high ^ product.low ^ pair.low) &* 0xA076_1D64_78BD_642F) >> 20) & mask
    while !pairs[slot].isFree, pairs[slot] != pair { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldPairs, oldValues) = (pairs, values)
    mask = mask * 2 + 1
    pairs = Array(repeating: Pair(), count: mask + 1)
    if hasValues { values = Array(repeating: 0, count: mask + 1) }
    for index in oldPairs.indices where !oldPairs[index].isFree {
      let slot = slot(oldPairs[index])
      pairs[slot] = oldPairs[index]
      if hasValues { values[slot] = oldValues[index] }
    }
  }
}

/// Small numbers under pairs of small numbers: what a key stands for within a stream.
package struct PlaceTable {
  private var slots: [Slot]
  private var mask: Int
  private var count = 0
  private let seed = UInt64.random(in: .min ... .max) | 1

  private struct Slot {
    /// Key + 1, so that 0 is free.
    var key: UInt64 = 0
    var value: Int64 = 0
  }

  package init() {
    mask = 1 << 10 - 1
    slots = Array(repeating: Slot(), count: 1 << 10)
  }

  /// Both numbers count from 0.
  package subscript(first: Int32, second: Int32) -> Int32? {
    let slot = slots[place(of: Self.key(first, second))]
    return slot.key == 0 ? nil : Int32(truncatingIfNeeded: slot.value)
  }

  package mutating func set(_ first: Int32, _ second: Int32, _ value: Int32) {
    let key = Self.key(first, second)
    let place = place(of: key)
    let isNew = slots[place].key == 0
    slots[place] = Slot(key: key, value: Int64(value))
    guard isNew else { return }
    count += 1
    if count * 2 > mask { grow() }
  }

  private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    (UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))) + 1
  }

  @inline(__always)
  private func place(of key: UInt64) -> Int {
    let product = (key ^ seed).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    var place = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while slots[place].key != 0, slots[place].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = slots
    mask = mask * 2 + 1
    slots = Array(repeating: Slot(), count: mask + 1)
    for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
  }
}
