import CanonicalJSON
internal import Glibc
internal import Synchronization
internal import TransparencyLog

/// A log in a JSON Lines file, read as a stream.
///
/// The text is never kept: eight bytes an event remember where its line begins, and it is read again from there. The file
/// is read with `pread` and never mapped: a file that somebody cuts short while it is read must give an error, no crash.
public final class JSONLinesLog: LogReading {
  public let path: String
  private let descriptor: Int32
  private let places: Mutex<Places> = Mutex(Places())

  /// Where lines begin, as far as the file was read; one more entry than lines for the end.
  private struct Places {
    var starts: [UInt64] = [0]
    var isWhole = false
  }

  private static let blockSize = 1 << 20

  /// Opens a regular file for reading.
  public init(path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
  }

  deinit { close(descriptor) }

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
    var frontier = TreeFrontier()
    var scanner = LineScanner()
    do {
      try forEachLine { position, line in
        if line.count < 96, line.starts(with: Array("{\"entry\":".utf8)) {
          let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
          if case .withheld(let entry) = parsed {
            frontier.append(entry: entry)
            return true
          }
        }
        frontier.append(entry: LogDigest.entry(of: line))
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
    guard left > 0 else { return }
    var offset = try self.offset(of: start)
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.blockSize + Record.longestLine + 1)
    defer { buffer.deallocate() }
    var held = 0
    while true {
      let got = pread(descriptor, buffer + held, Self.blockSize, off_t(offset) + off_t(held))
      guard got >= 0 else { throw StoreError(.cannotRead, "\(path) cannot be read: \(Self.reason())") }
      let filled = held + got
      var begin = 0
      while begin < filled, let found = memchr(buffer + begin, 0x0A, filled - begin) {
        let end = found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(buffer)
        let line = UnsafeBufferPointer(start: UnsafePointer(buffer + begin), count: end - begin)
        remember(position: position, end: offset + UInt64(end) + 1)
        if position == 0 { try Self.refuseByteOrderMark(line) }
        guard try body(position, line) else { return }
        position += 1
        left -= 1
        if left == 0 { return }
        begin = end + 1
      }
      held = filled - begin
      offset += UInt64(begin)
      if held > Record.longestLine {
        throw Self.fault(
          .lineTooLong, at: Record.longestLine, position, "a line has at most \(Record.longestLine) bytes")
      }
      if got == 0 {
        guard held == 0 else {
          throw Self.fault(
            .noFinalLineFeed, at: held, position,
            "the last line has no LF: the file was cut, or a program took the line end away")
        }
        places.withLock { $0.isWhole = true }
        return
      }
      memmove(buffer, buffer + begin, held)
    }
  }

  private static func refuseByteOrderMark(_ line: UnsafeBufferPointer<UInt8>) throws(StoreError) {
    guard line.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    throw fault(.byteOrderMark, at: 0, 0, "a byte order mark stands before the text: an editor or mail put it there")
  }

  private static func fault(_ code: JSONFault.Code, at offset: Int, _ position: Int, _ why: String) -> StoreError {
    StoreError(.badLine, why, position: position, fault: JSONFault(code, at: offset, why), column: offset + 1)
  }

  private func remember(position: Int, end: UInt64) {
    places.withLock { if $0.starts.count == position + 1 { $0.starts.append(end) } }
  }

  private func offset(of position: Int) throws -> UInt64 {
    if let known = places.withLock({ position < $0.starts.count ? $0.starts[position] : nil }) { return known }
    let (last, isWhole) = places.withLock { ($0.starts.count - 1, $0.isWhole) }
    guard !isWhole else { throw StoreError(.noSuchPosition, "there is no line \(position + 1)", position: position) }
    try forEachLine(from: last, limit: position - last) { _, _ in true }
    guard let known = places.withLock({ position < $0.starts.count ? $0.starts[position] : nil }) else {
      throw StoreError(.noSuchPosition, "there is no line \(position + 1)", position: position)
    }
    return known
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
    let start = try offset(of: position)
    var end = places.withLock { position + 1 < $0.starts.count ? $0.starts[position + 1] : nil }
    if end == nil {
      try forEachLine(from: position, limit: 1) { _, _ in true }
      end = places.withLock { position + 1 < $0.starts.count ? $0.starts[position + 1] : nil }
    }
    guard let end else { throw StoreError(.noSuchPosition, "there is no line \(position + 1)", position: position) }
    let count = Int(end - start) - 1
    let descriptor = descriptor
    let line = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(start) + off_t(filled))
        guard got > 0 else { return }
        filled += got
      }
    }
    guard line.count == count else {
      throw StoreError(.cannotRead, "\(path) was changed while it was read", position: position)
    }
    return line
  }
}
