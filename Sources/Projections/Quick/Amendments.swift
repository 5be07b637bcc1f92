import Agreements
import CanonicalJSON
import LogStore

/// Corrections and retractions as they were met in one pass over a log, to be applied at its end.
///
/// Why not the long way: one correction would have every line of its agreement read again and made values of. What it
/// changes is one event; so that one line is read again, with the members that are set in the stead of its own, by the same
/// reader as any other line.
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

  /// What they say together of the events of one stream.
  struct Effect {
    var retracted: Set<EventID> = []
    /// By target, in log order.
    var corrections: [EventID: [Amendment]] = [:]

    /// - Parameters:
    ///   - amendments: of one stream, in log order.
    ///   - places: of each event that is spoken of, and of each amendment, its number within the stream; of an id that is
    ///     there twice, the first.
    init(_ amendments: ArraySlice<Amendment>, _ places: [EventID: Int]) {
      func stands(_ amendment: Amendment) -> Bool {
        guard let own = places[amendment.id], let target = places[amendment.target] else { return false }
        return target < own && !retracted.contains(amendment.id)
      }
      // Only what comes later in the log can take something back, so from the end on each is settled when it is met.
      for amendment in amendments.reversed() where amendment.set == nil && stands(amendment) {
        retracted.insert(amendment.target)
      }
      let own = Set(amendments.map(\.id))
      for amendment in amendments where amendment.set != nil && stands(amendment) {
        if !own.contains(amendment.target) { corrections[amendment.target, default: []].append(amendment) }
      }
    }
  }

  /// The amendments of one stream after the other, in log order.
  func forEachStream(_ body: (ArraySlice<Amendment>) throws -> Void) rethrows {
    let sorted = all.enumerated().sorted { ($0.element.stream, $0.offset) < ($1.element.stream, $1.offset) }
      .map(\.element)
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end].stream == sorted[start].stream { end += 1 }
      try body(sorted[start..<end])
      start = end
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
