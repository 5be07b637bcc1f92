import CanonicalJSON
internal import Glibc
internal import TransparencyLog

/// Some whole lines of a file, as they lie in it, and what comes behind them.
///
/// It is a value that one thread fills and another reads: the digests in it are those of the bytes in it.
struct LineBlock: Sendable {
  /// What comes behind the last of its lines.
  enum Behind: Sendable {
    case more, end
    case fault(StoreError)
  }

  /// The position of its first line.
  private(set) var position = 0
  /// Where its first line begins in the file.
  private(set) var offset = 0
  /// Where each line's LF lies in `bytes`.
  private(set) var ends: [Int] = []
  /// SHA-256 of each line, if somebody hashed them.
  var entries: [Digest256] = []
  private(set) var behind = Behind.end
  /// The lines with their LFs; behind them the beginning of the next one and at least `LineCursor.room` more bytes.
  private var bytes: [UInt8] = []

  /// Is there nothing more to be read behind it?
  var isLast: Bool { if case .more = behind { false } else { true } }

  /// Calls `body` with each line, without its LF, until it returns false.
  func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) rethrows {
    try bytes.withUnsafeBufferPointer { bytes in
      var begin = 0
      for end in ends {
        guard try body(UnsafeBufferPointer(rebasing: bytes[begin..<end])) else { return }
        begin = end + 1
      }
    }
  }

  /// The room that the digests had, empty.
  mutating func takeEntries() -> [Digest256] {
    var taken: [Digest256] = []
    swap(&taken, &entries)
    taken.removeAll(keepingCapacity: true)
    return taken
  }

  /// Reads a file from one place on.
  struct Reader: Sendable {
    private let log: JSONLinesLog
    /// The position of the next line, and where it begins in the file.
    private var position: Int
    private var offset: Int
    /// What was read of it already.
    private var held: [UInt8] = []

    init(_ log: JSONLinesLog, from position: Int, at offset: Int) {
      (self.log, self.position, self.offset) = (log, position, offset)
    }

    /// Puts the next lines in the place of what is in the block. There may be none, where one is longer than a block.
    ///
    /// What is wrong is said by the block: an error comes behind the lines that stand before it.
    mutating func fill(_ block: inout LineBlock) {
      (block.position, block.offset) = (position, offset)
      block.ends.removeAll(keepingCapacity: true)
      block.entries.removeAll(keepingCapacity: true)
      do throws(StoreError) {
        block.behind = try read(&block)
      } catch {
        block.behind = .fault(error)
      }
    }

    private mutating func read(_ block: inout LineBlock) throws(StoreError) -> Behind {
      let room = held.count + min(log.blockSize, max(0, log.length - offset - held.count)) + LineCursor.room
      if block.bytes.count < room {
        // In steps, so that a line that is a little longer does not ask for new room.
        block.bytes = Array(repeating: 0, count: (room + 0xFFFF) & ~0xFFFF)
      }
      var ends: [Int] = []
      swap(&ends, &block.ends)
      defer { swap(&ends, &block.ends) }
      return try block.bytes.withUnsafeMutableBufferPointer { bytes throws(StoreError) -> Behind in
        guard let start = bytes.baseAddress else { return .end }
        return try read(into: start, &ends)
      }
    }

    private mutating func read(into start: UnsafeMutablePointer<UInt8>, _ ends: inout [Int]) throws(StoreError)
      -> Behind
    {
      start.update(from: held, count: held.count)
      let filled = held.count + (try log.read(into: start + held.count, upTo: log.blockSize, at: offset + held.count))
      let isAtEnd = filled == held.count
      var begin = 0
      while begin < filled, let found = memchr(start + begin, 0x0A, filled - begin) {
        let end = found.assumingMemoryBound(to: UInt8.self) - start
        guard end - begin <= JSONLinesLog.longestHanded else { throw JSONLinesLog.endlessLine(position) }
        ends.append(end)
        position += 1
        begin = end + 1
      }
      held.removeAll(keepingCapacity: true)
      held.append(contentsOf: UnsafeBufferPointer(start: start + begin, count: filled - begin))
      offset += begin
      if held.count > JSONLinesLog.longestHanded || isAtEnd && held.count > Record.longestLine {
        throw JSONLinesLog.endlessLine(position)
      }
      guard isAtEnd else { return .more }
      guard held.isEmpty else {
        if position == 0 { try held.withUnsafeBufferPointer(JSONLinesLog.refuseByteOrderMark) }
        throw JSONLinesLog.fault(
          .noFinalLineFeed, at: held.count, position,
          "the last line has no LF: the file was cut, or a program took the line end away")
      }
      return .end
    }
  }
}
