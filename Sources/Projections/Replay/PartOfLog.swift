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
  private let held: HeldLines

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
    var held = HeldLines()
    var wanted = (agreements.map(StreamName.agreement) + others).map(\.description)
    var seen = Set(wanted)
    while !wanted.isEmpty {
      var found: Set<String> = []
      try log.forEachLine(ofEach: wanted) { position, line in
        guard position < head.size else { return }
        try reader.collect(line, at: position, &found)
        held.append(line, at: position)
      }
      wanted = found.subtracting(seen).sorted()
      seen.formUnion(wanted)
    }
    held.sort()
    self.held = held
  }

  /// Finds what a line mentions. Of plain lines the quick reader knows it without making values of them.
  private struct Reader: ~Copyable {
    private let isNaming: Bool
    private var lines = QuickLines()
    private var decoder = EventDecoder()
    private var known: Set<Int32> = []

    init(isNaming: Bool) { self.isNaming = isNaming }

    /// - Parameter found: gets the names of the streams that it mentions.
    mutating func collect(
      _ line: UnsafeBufferPointer<UInt8>, at position: Int, _ found: inout Set<String>
    ) throws {
      if !isNaming {
        if LineGlance.namesNobody(line) { return }
        if lines.read(line, at: position), let parties = lines.mentioned {
          for party in parties where known.insert(party).inserted {
            if let key = PartyKey(rawValue: lines.keys.text(Int(party))) {
              found.insert(StreamName.party(key).description)
            }
          }
          return
        }
      }
      guard let event = try decoder.event(line, at: position) else { return }
      for stream in isNaming ? event.namedStreams + event.mentions : event.mentions { found.insert(stream.description) }
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
    try held.forEach(from: start) { position, line in try position < end && body(position, line) }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    lines.reserveCapacity(positions.count)
    for position in positions {
      if let line = held.line(at: position) { lines.append(line) } else { lines.append(try whole.line(at: position)) }
    }
    return lines
  }
}
