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

/// Ids of events in log order, gathered first and looked through later.
///
/// Ids of version 7 begin with the time, so in nearly all logs they ascend: then none is there twice, and one is found by
/// halving. Asking a large table for each costs a wait for memory each time.
package struct IDList {
  private var pairs: [Pair] = []
  /// Does each stand behind the one before?
  package private(set) var isAscending = true

  package init() {}

  package mutating func append(_ high: UInt64, _ low: UInt64) {
    if isAscending, let last = pairs.last, (last.high, last.low) >= (high, low) { isAscending = false }
    pairs.append(Pair(high: high, low: low))
  }

  package var count: Int { pairs.count }
  package subscript(index: Int) -> (high: UInt64, low: UInt64) { (pairs[index].high, pairs[index].low) }

  /// Where a number stands, if they ascend.
  package func index(_ high: UInt64, _ low: UInt64) -> Int? {
    var (from, to) = (0, pairs.count)
    while from < to {
      let middle = (from + to) / 2
      if (pairs[middle].high, pairs[middle].low) < (high, low) { from = middle + 1 } else { to = middle }
    }
    guard from < pairs.count, pairs[from] == Pair(high: high, low: low) else { return nil }
    return from
  }

  /// May one of them be there twice? “No” is certain.
  package var mayHaveTwins: Bool {
    if isAscending { return false }
    var seen = TwinFinder()
    for pair in pairs { seen.append(pair.high, pair.low) }
    return seen.mayHaveTwins
  }
}

/// Whether a number of 128 bits came twice, asked once for many of them.
///
/// Of each are kept 64 bits of a hash. Two that differ nearly never have the same; who needs certainty looks closer then.
/// At the end they are sorted into parts that are near at hand.
package struct TwinFinder {
  private var hashes: [UInt64] = []
  /// Others chose the numbers, so nobody else may know where they fall.
  private let seed = UInt64.random(in: .min ... .max)

  package init() {}

  @inline(__always)
  package mutating func append(_ high: UInt64, _ low: UInt64) {
    // 0 marks a free slot.
    hashes.append(max(1, TextTable.mixed(TextTable.mixed(high ^ seed) ^ low)))
  }

  /// May one of them be there twice? “No” is certain.
  package var mayHaveTwins: Bool {
    let parts = 1024
    var ends = [Int](repeating: 0, count: parts + 1)
    for hash in hashes { ends[Int(truncatingIfNeeded: hash >> 54) + 1] += 1 }
    for part in 0..<parts { ends[part + 1] += ends[part] }
    var places = ends
    let sorted = [UInt64](unsafeUninitializedCapacity: hashes.count) { sorted, count in
      for hash in hashes {
        let part = Int(truncatingIfNeeded: hash >> 54)
        sorted.initializeElement(at: places[part], to: hash)
        places[part] += 1
      }
      count = hashes.count
    }
    var slots: [UInt64] = []
    for part in 0..<parts {
      let range = ends[part]..<ends[part + 1]
      let size = 1 << (Int.bitWidth - (range.count * 2).leadingZeroBitCount)
      if slots.count < size { slots = Array(repeating: 0, count: size) }
      for index in slots.indices { slots[index] = 0 }
      let mask = slots.count - 1
      for index in range {
        let hash = sorted[index]
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
          if slots[slot] == hash { return true }
          slot = (slot + 1) & mask
        }
        slots[slot] = hash
      }
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

/// Room for large tables, whose slots are met in no order.
///
/// In pages of 4 KiB each look into such a table misses the processor's list of pages as well as its cache, and each page
/// is handed out by the system one by one. Linux gives pages of 2 MiB to whoever asks.
@usableFromInline
enum LargePages {
  private static let size = 1 << 21

  static func array<Element>(of value: Element, count: Int) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { room, filled in
      advise(UnsafeMutableRawBufferPointer(room))
      room.initialize(repeating: value)
      filled = count
    }
  }

  /// Only a hint: if the system has none, nothing is lost.
  private static func advise(_ room: UnsafeMutableRawBufferPointer) {
    guard room.count >= 2 * size, let start = room.baseAddress else { return }
    let skipped = -Int(bitPattern: start) & (size - 1)
    madvise(start + skipped, (room.count - skipped) & ~(size - 1), MADV_HUGEPAGE)
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

  /// Keeps the value, if there is none yet.
  ///
  /// - Returns: the value that was there before.
  package mutating func insert(_ first: Int32, _ second: Int32, _ value: Int32) -> Int32? {
    let key = Self.key(first, second)
    let place = place(of: key)
    guard slots[place].key == 0 else { return Int32(truncatingIfNeeded: slots[place].value) }
    slots[place] = Slot(key: key, value: Int64(value))
    count += 1
    if count * 2 > mask { grow() }
    return nil
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
    slots = LargePages.array(of: Slot(), count: mask + 1)
    for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
  }
}
