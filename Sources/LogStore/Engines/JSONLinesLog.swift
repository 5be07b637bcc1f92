import CanonicalJSON
internal import Glibc
internal import Synchronization
internal import TransparencyLog

/// A log in a JSON Lines file, read as a stream.
///
/// The text is never kept: eight bytes an event remember where its line begins, and it is read again from there. The file
/// is read with `pread` and never mapped: a file that somebody cuts short while it is read must give an error, no crash.
/// What counts is the file as long as it was when it was opened: lines that are added meanwhile are not seen, and a file
/// that is shorter by then is an error, never a shorter log.
///
/// Only the frame is checked here: byte order mark, last LF, endless lines. What stands in a line is for `LineScanner`, so
/// that a check can name one bad line and go on with the next.
public final class JSONLinesLog: LogReading {
  public let path: String
  private let descriptor: Int32
  /// Bytes of the file when it was opened.
  private let length: Int
  private let places: Mutex<Places> = Mutex(Places())

  /// Where lines begin, as far as the file was read; one more entry than lines for the end.
  private struct Places {
    var starts: [UInt64] = [0]
    var isWhole = false
  }

  private static let blockSize = 1 << 18
  /// A line that is too long for a log is handed on up to this size, to be named as such; a longer one ends the reading.
  private static let longestHanded = 1 << 20

  /// Opens a regular file for reading.
  public init(path: String) throws(StoreError) {
    // Without O_NONBLOCK, opening a pipe waits for somebody to write into it, perhaps for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { throw StoreError(.noSuchFile, "there is no file \(path)") }
      throw StoreError(.cannotRead, "\(path) cannot be opened: \(Self.reason())")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StoreError(.cannotRead, "\(path) is no file; lines are read twice, so a pipe or a folder will not do")
    }
    self.path = path
    self.descriptor = descriptor
    length = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Events are rarely shorter; room that is asked for and not used costs nothing. A file may be of any length and hold no
  /// line at all, so it is not believed beyond four million.
  public var roughSize: Int { min(length / 384, 1 << 22) }
  public var linesAreFramed: Bool { true }

  /// How a line begins that was left out openly.
  private static let withheldStart = Array("{\"entry\":".utf8)

  private static func reason() -> String { String(cString: strerror(errno)) }

  public func size() throws(StoreError) -> Int {
    if let known = places.withLock({ $0.isWhole ? $0.starts.count - 1 : nil }) { return known }
    var count = 0
    do {
      try forEachLine { position, _ in
        count = position + 1
        return true
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.cannotRead, "\(error)")
    }
    return count
  }

  public func head() throws(StoreError) -> LogHead {
    var frontier = WordFrontier()
    var scanner = LineScanner()
    do {
      try forEachLine { position, line in
        if line.count < 96, line.starts(with: Self.withheldStart) {
          let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
          if case .withheld(let bytes) = parsed, let entry = Digest256(bytes: bytes) {
            frontier.append(entry: entry)
            return true
          }
        }
        frontier.append(entry: Digest256(of: UnsafeRawBufferPointer(line)))
        return true
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.cannotRead, "\(error)")
    }
    return LogHead(size: frontier.size, root: frontier.root)
  }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    var left = limit ?? Int.max
    var position = start
    guard left > 0, var offset = try self.offset(of: start) else { return }
    // Behind the last line that fits into it there is still the room that `linesAreFramed` promises.
    let size = Self.blockSize + Self.longestHanded
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size + LineCursor.room)
    (buffer + size).initialize(repeating: 0, count: LineCursor.room)
    defer { buffer.deallocate() }
    var held = 0
    // Where lines begin is noted block by block: a lock a line would cost more than the line.
    var ends: [UInt64] = []
    var noted = position
    if position == 0, limit == nil { places.withLock { $0.starts.reserveCapacity(roughSize) } }
    func note() {
      remember(ends, from: noted)
      noted += ends.count
      ends.removeAll(keepingCapacity: true)
    }
    defer { note() }
    while true {
      let filled = held + (try read(into: buffer + held, upTo: Self.blockSize, at: offset + held))
      var begin = 0
      while begin < filled, let found = memchr(buffer + begin, 0x0A, filled - begin) {
        let end = found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(buffer)
        let line = UnsafeBufferPointer(start: UnsafePointer(buffer + begin), count: end - begin)
        guard line.count <= Self.longestHanded else { throw Self.endlessLine(position) }
        ends.append(UInt64(offset + end + 1))
        if position == 0 { try Self.refuseByteOrderMark(line) }
        guard try body(position, line) else { return }
        position += 1
        left -= 1
        if left == 0 { return }
        begin = end + 1
      }
      let isAtEnd = filled == held
      held = filled - begin
      offset += begin
      if held > Self.longestHanded || isAtEnd && held > Record.longestLine { throw Self.endlessLine(position) }
      if isAtEnd {
        guard held == 0 else {
          if position == 0 { try Self.refuseByteOrderMark(UnsafeBufferPointer(start: buffer, count: held)) }
          throw Self.fault(
            .noFinalLineFeed, at: held, position,
            "the last line has no LF: the file was cut, or a program took the line end away")
        }
        note()
        places.withLock { $0.isWhole = true }
        return
      }
      memmove(buffer, buffer + begin, held)
    }
  }

  /// Reads up to `count` bytes; 0 only at the end that the file had when it was opened.
  private func read(into buffer: UnsafeMutablePointer<UInt8>, upTo count: Int, at offset: Int) throws(StoreError) -> Int
  {
    let wanted = min(count, length - offset)
    guard wanted > 0 else { return 0 }
    var got = pread(descriptor, buffer, wanted, off_t(offset))
    while got < 0, errno == EINTR { got = pread(descriptor, buffer, wanted, off_t(offset)) }
    guard got >= 0 else { throw StoreError(.cannotRead, "\(path) cannot be read: \(Self.reason())") }
    guard got > 0 else { throw StoreError(.cannotRead, "\(path) was cut short while it was read") }
    return got
  }

  private static func endlessLine(_ position: Int) -> StoreError {
    fault(.lineTooLong, at: Record.longestLine, position, "a line has at most \(Record.longestLine) bytes")
  }

  private static func refuseByteOrderMark(_ line: UnsafeBufferPointer<UInt8>) throws(StoreError) {
    guard line.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    throw fault(.byteOrderMark, at: 0, 0, "a byte order mark stands before the text: an editor or mail put it there")
  }

  private static func fault(_ code: JSONFault.Code, at offset: Int, _ position: Int, _ why: String) -> StoreError {
    StoreError(.badLine, why, position: position, fault: JSONFault(code, at: offset, why), column: offset + 1)
  }

  /// - Parameter ends: of the lines from a position on.
  private func remember(_ ends: [UInt64], from position: Int) {
    places.withLock { places in
      let known = places.starts.count - 1 - position
      if known >= 0, known < ends.count { places.starts.append(contentsOf: ends[known...]) }
    }
  }

  /// Where a line begins; nil behind the last one.
  private func offset(of position: Int) throws -> Int? {
    guard position >= 0 else { throw StoreError.noSuchEvent(position) }
    let (known, last, isWhole) = places.withLock { places in
      (position < places.starts.count ? places.starts[position] : nil, places.starts.count - 1, places.isWhole)
    }
    if let known { return Int(known) }
    guard !isWhole else { return nil }
    try forEachLine(from: last, limit: position - last) { _, _ in true }
    return places.withLock { position < $0.starts.count ? Int($0.starts[position]) : nil }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    do {
      return try positions.map { try line(position: $0) }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.cannotRead, "\(error)")
    }
  }

  private func line(position: Int) throws -> [UInt8] {
    guard position >= 0, position < Int.max, let end = try offset(of: position + 1),
      let start = try offset(of: position)
    else { throw StoreError.noSuchEvent(position) }
    let count = end - start - 1
    var line = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      filled += try line.withUnsafeMutableBufferPointer { buffer throws(StoreError) -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return try read(into: base + filled, upTo: count - filled, at: start + filled)
      }
    }
    return line
  }
}
