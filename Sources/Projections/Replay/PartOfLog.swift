public import Agreements
import CanonicalJSON
public import LogStore

/// The lines of a log that a question about some agreements needs, each at its own place: those of the agreements, and
/// those of the parties and papers that they speak of.
///
/// Law: whoever asks about one of these agreements gets the answer that the whole log gives. So it says the size and the
/// root of the whole.
public struct PartOfLog: LogReading {
  private let whole: any LogReading
  private let wholeHead: LogHead
  /// By position.
  private let stored: [StoredLine]

  /// - Parameters:
  ///   - head: of the log; what was added behind it meanwhile is not read.
  ///   - others: further streams that the question speaks of.
  ///   - isNaming: every party and paper that is named is wanted, for an answer in words; else only those that can change
  ///     a figure.
  public init(
    of log: any StreamsReading, head: LogHead, agreements: [AgreementKey], others: [StreamName], isNaming: Bool
  ) throws {
    whole = log
    wholeHead = head
    var reader = Reader(isNaming: isNaming)
    var lines: [StoredLine] = []
    var wanted = agreements.map(StreamName.agreement) + others
    var seen = Set(wanted)
    while !wanted.isEmpty {
      var found: Set<StreamName> = []
      for stored in try log.lines(ofEach: wanted.map(\.description)) where stored.position < head.size {
        try reader.collect(stored, &found)
        lines.append(stored)
      }
      wanted = found.subtracting(seen).sorted { $0.description < $1.description }
      seen.formUnion(wanted)
    }
    stored = lines.sorted { $0.position < $1.position }
  }

  /// Finds what a line mentions. Of plain lines the quick reader knows it without making values of them.
  private struct Reader: ~Copyable {
    private let isNaming: Bool
    private var lines = QuickLines()
    private var decoder = EventDecoder()
    private var known: Set<Int32> = []

    init(isNaming: Bool) { self.isNaming = isNaming }

    mutating func collect(_ stored: StoredLine, _ found: inout Set<StreamName>) throws {
      if !isNaming, stored.line.withUnsafeBufferPointer({ lines.read($0, at: stored.position) }),
        let parties = lines.mentioned
      {
        for party in parties where known.insert(party).inserted {
          if let key = PartyKey(rawValue: lines.keys.text(Int(party))) { found.insert(.party(key)) }
        }
        return
      }
      guard let event = try decoder.event(stored.line, at: stored.position) else { return }
      found.formUnion(isNaming ? event.namedStreams + event.mentions : event.mentions)
    }
  }

  // MARK: Reading

  /// Of the whole log.
  var wholeSize: Int { wholeHead.size }

  public func size() throws(StoreError) -> Int { wholeHead.size }

  public func head() throws(StoreError) -> LogHead { wholeHead }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    guard start >= 0 else { throw StoreError.noSuchEvent(start) }
    let (sum, overflow) = start.addingReportingOverflow(limit ?? Int.max)
    let end = overflow ? Int.max : sum
    for stored in stored[place(of: start)...] {
      guard stored.position < end, try stored.line.withUnsafeBufferPointer({ try body(stored.position, $0) }) else {
        return
      }
    }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    lines.reserveCapacity(positions.count)
    for position in positions {
      let place = place(of: position)
      if place < stored.count, stored[place].position == position {
        lines.append(stored[place].line)
      } else {
        lines.append(try whole.line(at: position))
      }
    }
    return lines
  }

  /// The first line that does not stand before a position.
  private func place(of position: Int) -> Int {
    var (low, high) = (0, stored.count)
    while low < high {
      let middle = (low + high) / 2
      if stored[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
