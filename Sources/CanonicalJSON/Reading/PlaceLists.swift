internal import Glibc

/// Small numbers under pairs of small numbers: what a key stands for within a stream.
///
/// Most streams have a handful of keys. Those lie side by side, so that a look at one of them is one look into memory;
/// only the streams that have many go on in a hash table, so that no stream, however long, is searched through.
package struct PlaceLists {
  /// By the first number.
  private var lists: [List] = []
  /// Second number and value, 32 bits each.
  private var cells: [UInt64] = []
  private var others = PlaceTable()
  /// Where lists of 4, 8 and 16 cells were that have moved: others take their places.
  private var free: [[Int32]] = [[], [], []]

  private static let longest: Int32 = 32

  private struct List {
    var start: Int32 = 0
    var count: Int32 = 0
    /// Does it go on among `others`?
    var isLonger = false
  }

  package init() {}

  /// Room for the keys of about so many events, as a hint.
  package mutating func reserveCapacity(_ count: Int) { cells.reserveCapacity(count) }

  /// Both numbers count from 0.
  package subscript(first: Int32, second: Int32) -> Int32? {
    guard Int(first) < lists.count else { return nil }
    let list = lists[Int(first)]
    for index in list.start..<list.start + list.count {
      let cell = cells[Int(index)]
      if cell >> 32 == UInt64(UInt32(bitPattern: second)) { return Int32(truncatingIfNeeded: cell) }
    }
    return list.isLonger ? others[first, second] : nil
  }

  /// Keeps the value, if there is none yet.
  ///
  /// - Returns: the value that was there before.
  package mutating func insert(_ first: Int32, _ second: Int32, _ value: Int32) -> Int32? {
    if let value = self[first, second] { return value }
    while lists.count <= Int(first) { lists.append(List()) }
    var list = lists[Int(first)]
    defer { lists[Int(first)] = list }
    guard list.count < Self.longest else {
      list.isLonger = true
      return others.insert(first, second, value)
    }
    // There is room for 4, 8, 16 and then 32; what grows moves.
    let isFull = list.count >= 4 && list.count & (list.count - 1) == 0
    if list.count == 0 || isFull {
      let start = room(max(4, list.count * 2))
      for index in 0..<list.count { cells[Int(start + index)] = cells[Int(list.start + index)] }
      if isFull { free[list.count.trailingZeroBitCount - 2].append(list.start) }
      list.start = start
    }
    cells[Int(list.start + list.count)] = UInt64(UInt32(bitPattern: second)) << 32 | UInt64(UInt32(bitPattern: value))
    list.count += 1
    return nil
  }

  /// Where a list of so many cells may stand.
  private mutating func room(_ count: Int32) -> Int32 {
    if count < Self.longest, let start = free[count.trailingZeroBitCount - 2].popLast() { return start }
    let start = Int32(truncatingIfNeeded: cells.count)
    for _ in 0..<count { cells.append(0) }
    return start
  }
}

/// Room for large tables, whose slots are met in no order.
///
/// In pages of 4 KiB each look into such a table misses the processor's list of pages as well as its cache, and each page
/// is handed out by the system one by one. Linux gives pages of 2 MiB to whoever asks.
private enum LargePages {
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

/// Small numbers under pairs of small numbers.
struct PlaceTable {
  private var slots: [Slot]
  private var mask: Int
  private var count = 0
  private let seed = UInt64.random(in: .min ... .max) | 1

  private struct Slot {
    /// Key + 1, so that 0 is free.
    var key: UInt64 = 0
    var value: Int64 = 0
  }

  init() {
    mask = 1 << 10 - 1
    slots = Array(repeating: Slot(), count: 1 << 10)
  }

  /// Both numbers count from 0.
  subscript(first: Int32, second: Int32) -> Int32? {
    let slot = slots[place(of: Self.key(first, second))]
    return slot.key == 0 ? nil : Int32(truncatingIfNeeded: slot.value)
  }

  /// Keeps the value, if there is none yet.
  ///
  /// - Returns: the value that was there before.
  mutating func insert(_ first: Int32, _ second: Int32, _ value: Int32) -> Int32? {
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
