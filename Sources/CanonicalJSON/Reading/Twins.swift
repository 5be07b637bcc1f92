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

  /// Room for so many, as a hint.
  package mutating func reserveCapacity(_ count: Int) { pairs.reserveCapacity(count) }

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

  /// Room for so many, as a hint.
  package mutating func reserveCapacity(_ count: Int) { hashes.reserveCapacity(count) }

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

extension EventID {
  /// Is one of these there twice?
  package static func areTwins(in ids: [EventID]) -> Bool {
    guard ids.count > 1 else { return false }
    var finder = TwinFinder()
    finder.reserveCapacity(ids.count)
    for id in ids { finder.append(id.high, id.low) }
    return finder.mayHaveTwins && Set(ids).count < ids.count
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
