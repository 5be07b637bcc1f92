import Agreements
import CanonicalJSON
import LogStore

/// Corrections and retractions as they were met in one pass over a log, to be applied at its end.
///
/// Why not the long way: one correction would have every line of its agreement read again and made values of. What it
/// changes is one event, of which nearly always fields or a day are set anew: these are read into what is kept of it. If it
/// is more, that one line is read again, with the members that are set in the stead of its own, by the same reader as any
/// other line.
///
/// Law: what stands afterwards is what `Knowledge.standing` says. Where that takes more than this knows (a line of an
/// unusual shape, a correction that gives no event), the agreement is no longer plain and is folded with all the rules.
struct Amendments {
  struct Amendment {
    var stream: Int32
    var id: EventID
    var target: EventID
    /// What it sets, within `bytes`; nil = the target is taken back.
    var set: Range<Int>?
  }

  private(set) var all: [Amendment] = []
  private var bytes: [UInt8] = []

  var isEmpty: Bool { all.isEmpty }

  mutating func add(_ amendment: QuickLines.Amended, by id: EventID, in stream: Int, _ lines: borrowing QuickLines) {
    var set: Range<Int>?
    if let place = amendment.set {
      let start = bytes.count
      bytes.append(contentsOf: lines.cursor.bytes(place.lowerBound, place.upperBound))
      set = start..<bytes.count
    }
    all.append(Amendment(stream: Int32(stream), id: id, target: amendment.target, set: set))
  }

  /// What the amendments of one stream say together of its events. It is filled anew for each stream: nearly every agreement
  /// has one or two of them, and making sets and dictionaries of so few costs more than looking at them.
  struct Effect {
    /// An event that is spoken of, or an amendment.
    private struct Named {
      var id: EventID
      /// Its number within the stream, from 1; of an id that is there twice, the first. 0 = it is not there.
      var number: Int32 = 0
      var isAmendment = false
      var isRetracted = false
      /// Place of the first that corrects it, among the amendments; −1 = none.
      var correction: Int32 = -1
    }

    private var amendments: ArraySlice<Amendment> = []
    /// Each once, sorted by id.
    private var named: [Named] = []
    /// By amendment: the next one that corrects the same event; −1 = none.
    private var next: [Int32] = []
    /// Says of most ids at once that they are not among those named.
    private var sieve: UInt64 = 0

    /// Begins a stream.
    ///
    /// - Parameter amendments: of that stream, in log order.
    mutating func begin(_ amendments: ArraySlice<Amendment>) {
      self.amendments = amendments
      named.removeAll(keepingCapacity: true)
      sieve = 0
      for amendment in amendments {
        named.append(Named(id: amendment.target))
        named.append(Named(id: amendment.id, isAmendment: true))
      }
      named.sort { $0.id < $1.id }
      var count = 0
      for one in named {
        sieve |= 1 << (one.id.low & 63)
        if count > 0, named[count - 1].id == one.id {
          if one.isAmendment { named[count - 1].isAmendment = true }
        } else {
          named[count] = one
          count += 1
        }
      }
      named.removeLast(named.count - count)
    }

    /// Its place among the events that are spoken of and the amendments; nil = it is none of them.
    @inline(__always)
    private func find(_ id: EventID) -> Int? {
      guard sieve >> (id.low & 63) & 1 != 0 else { return nil }
      var (low, high) = (0, named.count)
      while low < high {
        let middle = (low + high) / 2
        if named[middle].id < id { low = middle + 1 } else { high = middle }
      }
      return low < named.count && named[low].id == id ? low : nil
    }

    /// Notes where in its stream an event stands.
    ///
    /// - Parameter number: within the stream, from 1, rising from call to call.
    /// - Returns: its place here; nil = nothing is said of it, and it says nothing of others.
    @inline(__always)
    mutating func meet(_ id: EventID, number: Int32) -> Int? {
      guard let place = find(id) else { return nil }
      if named[place].number == 0 { named[place].number = number }
      return place
    }

    /// Settles what stands, once all events were met.
    mutating func settle() {
      next.removeAll(keepingCapacity: true)
      for _ in amendments { next.append(-1) }
      // Only what comes later in the log can take something back, so from the end on each is settled when it is met.
      for amendment in amendments.reversed() where amendment.set == nil {
        if let target = target(of: amendment) { named[target].isRetracted = true }
      }
      for (place, amendment) in amendments.reversed().enumerated() where amendment.set != nil {
        guard let target = target(of: amendment), !named[target].isAmendment else { continue }
        let own = amendments.count - 1 - place
        next[own] = named[target].correction
        named[target].correction = Int32(own)
      }
    }

    /// The place of what an amendment changes; nil if the amendment does not stand.
    private func target(of amendment: Amendment) -> Int? {
      guard let own = find(amendment.id), let target = find(amendment.target), named[own].number > 0,
        named[target].number > 0, named[target].number < named[own].number, !named[own].isRetracted
      else { return nil }
      return target
    }

    func isRetracted(_ place: Int) -> Bool { named[place].isRetracted }

    /// Those that correct an event, in log order.
    func corrections(of place: Int) -> [Amendment] {
      var corrections: [Amendment] = []
      var correction = named[place].correction
      while correction >= 0 {
        corrections.append(amendments[amendments.startIndex + Int(correction)])
        correction = next[Int(correction)]
      }
      return corrections
    }
  }

  /// The amendments of one stream after the other, in log order.
  func forEachStream(_ body: (ArraySlice<Amendment>) throws -> Void) rethrows {
    // By stream, and within it by place: numbers are sorted quicker than what they stand for.
    let order = all.indices.map { UInt64(UInt32(bitPattern: all[$0].stream)) << 32 | UInt64($0) }.sorted()
    let sorted = order.map { all[Int($0 & 0xFFFF_FFFF)] }
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end].stream == sorted[start].stream { end += 1 }
      try body(sorted[start..<end])
      start = end
    }
  }

  /// Has `lines` amend the event that it holds; false if that takes the event's line.
  func amend(_ lines: inout QuickLines, by corrections: [Amendment]) -> Bool {
    corrections.allSatisfy { correction in
      guard let set = correction.set else { return false }
      return bytes.withUnsafeBufferPointer { lines.amend(UnsafeBufferPointer(rebasing: $0[set])) }
    }
  }

  /// A line with what corrections set in it; nil if it cannot be told here.
  func corrected(_ line: [UInt8], by corrections: [Amendment], _ merger: inout LineMerger) -> [UInt8]? {
    var line = line
    for correction in corrections {
      guard let set = correction.set,
        let merged = bytes.withUnsafeBufferPointer({ merger.merged(line, UnsafeBufferPointer(rebasing: $0[set])) })
      else { return nil }
      line = merged
    }
    return line
  }
}

/// Sets members of a line anew, as a correction does.
package struct LineMerger: ~Copyable {
  private var line = Tape()
  private var set = Tape()

  package init() {}

  /// - Parameter members: an object; what is `null` in it is left out.
  /// - Returns: nil if it takes the whole statement to say what comes of it.
  package mutating func merged(_ bytes: [UInt8], _ members: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var merged: [UInt8] = []
    merged.reserveCapacity(bytes.count + members.count)
    let isMerged = bytes.withUnsafeBufferPointer { bytes in
      guard (try? line.scan(bytes)) != nil, (try? set.scan(members)) != nil else { return false }
      let (view, other) = (line.view(of: bytes), set.view(of: members))
      guard view.kind == .object, view.firstNameNotASCII == nil else { return false }
      view.write(replacing: other, keeping: "private", to: &merged)
      return true
    }
    return isMerged ? merged : nil
  }
}
