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
  let length: Int
  /// How many threads may work on it: 1, or 2.
  private let threads: Int
  /// Bytes that are read at once.
  let blockSize: Int
  private let places: Mutex<Places> = Mutex(Places())

  /// Where lines begin, as far as the file was read; one more entry than lines for the end.
  private struct Places {
    var starts: [UInt64] = [0]
    var isWhole = false
  }

  /// Blocks that there are between two threads: one is filled, one is read, and two for whoever is quicker just then.
  private static let blocksAhead = 4
  /// A line that is too long for a log is handed on up to this size, to be named as such; a longer one ends the reading.
  static let longestHanded = 1 << 20

  /// Opens a regular file for reading.
  ///
  /// - Parameter threads: how many may work on it where every line is hashed: 1, or 2. What comes out is the same.
  public convenience init(path: String, threads: Int = 1) throws(StoreError) {
    try self.init(path: path, threads: threads, blockSize: 1 << 18)
  }

  /// - Parameter blockSize: bytes that are read at once, at least 1.
  package init(path: String, threads: Int, blockSize: Int) throws(StoreError) {
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
    self.threads = threads
    self.blockSize = blockSize
  }

  deinit { close(descriptor) }

  /// Events are rarely shorter; room that is asked for and not used costs nothing. A file may be of any length and hold no
  /// line at all, so it is not believed beyond four million.
  public var roughSize: Int { min(length / 384, 1 << 22) }
  public var linesAreFramed: Bool { true }

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
    var tree = LineTree()
    do {
      try forEachLine { _, line in
        tree.append(line)
        if let fault = tree.fault { throw fault }
        return true
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.cannotRead, "\(error)")
    }
    return try tree.head()
  }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    var left = limit ?? Int.max
    guard left > 0, let offset = try self.offset(of: start) else { return }
    if start == 0, limit == nil { expectAll() }
    var reader = LineBlock.Reader(self, from: start, at: offset)
    var block = LineBlock()
    repeat {
      reader.fill(&block)
      try deliver(block) { position, line in
        guard try body(position, line) else {
          left = 0
          return false
        }
        left -= 1
        return left > 0
      }
    } while left > 0 && !block.isLast
  }

  /// Calls `body` with every line and its entry digest, and lets a tree grow over the same bytes.
  ///
  /// With two threads the file is read and hashed on the second one, a few blocks ahead of `body`. Each block is read once,
  /// and handed over whole: what is hashed is what `body` sees, and its errors come in the order of the lines, whichever
  /// thread meets them first.
  func forEachHashedLine(
    growing tree: inout LineTree, _ body: (Int, UnsafeBufferPointer<UInt8>, Digest256) throws -> Void
  ) throws {
    expectAll()
    if threads > 1, let grown = try readBeside(tree, body) {
      tree = grown
      return
    }
    var reader = LineBlock.Reader(self, from: 0, at: 0)
    var block = LineBlock()
    repeat {
      reader.fill(&block)
      tree.append(&block)
      try deliverHashed(block, body)
    } while !block.isLast
  }

  /// - Returns: the tree with all lines; nil if there is no second thread to be had. Then nothing was read.
  private func readBeside(
    _ tree: LineTree, _ body: (Int, UnsafeBufferPointer<UInt8>, Digest256) throws -> Void
  ) throws -> LineTree? {
    let blocks = HandOver(Array(repeating: LineBlock(), count: Self.blocksAhead))
    let read: @Sendable () -> LineTree = { [self] in
      var tree = tree
      var reader = LineBlock.Reader(self, from: 0, at: 0)
      while var block = blocks.takeEmpty() {
        reader.fill(&block)
        tree.append(&block)
        let isLast = block.isLast
        blocks.give(filled: consume block)
        if isLast { break }
      }
      return tree
    }
    return try Beside.run(read) {
      defer { blocks.stop() }
      while true {
        let block = blocks.takeFilled()
        try deliverHashed(block, body)
        if block.isLast { return }
        blocks.give(empty: consume block)
      }
    }
  }

  private func deliverHashed(
    _ block: LineBlock, _ body: (Int, UnsafeBufferPointer<UInt8>, Digest256) throws -> Void
  ) throws {
    var number = 0
    try deliver(block) { position, line in
      try body(position, line, block.entries[number])
      number += 1
      return true
    }
  }

  /// Hands out the lines of a block, and then the error that stands behind them.
  private func deliver(
    _ block: LineBlock, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    remember(block)
    var position = block.position
    var isWanted = true
    try block.forEachLine { line in
      if position == 0 { try Self.refuseByteOrderMark(line) }
      isWanted = try body(position, line)
      position += 1
      return isWanted
    }
    guard isWanted else { return }
    switch block.behind {
    case .more: break
    case .end: places.withLock { $0.isWhole = true }
    case .fault(let error): throw error
    }
  }

  /// Reads up to `count` bytes; 0 only at the end that the file had when it was opened.
  func read(into buffer: UnsafeMutablePointer<UInt8>, upTo count: Int, at offset: Int) throws(StoreError) -> Int {
    let wanted = min(count, length - offset)
    guard wanted > 0 else { return 0 }
    var got = pread(descriptor, buffer, wanted, off_t(offset))
    while got < 0, errno == EINTR { got = pread(descriptor, buffer, wanted, off_t(offset)) }
    guard got >= 0 else { throw StoreError(.cannotRead, "\(path) cannot be read: \(Self.reason())") }
    guard got > 0 else { throw StoreError(.cannotRead, "\(path) was cut short while it was read") }
    return got
  }

  static func endlessLine(_ position: Int) -> StoreError {
    fault(.lineTooLong, at: Record.longestLine, position, "a line has at most \(Record.longestLine) bytes")
  }

  static func refuseByteOrderMark(_ line: UnsafeBufferPointer<UInt8>) throws(StoreError) {
    guard line.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    throw fault(.byteOrderMark, at: 0, 0, "a byte order mark stands before the text: an editor or mail put it there")
  }

  static func fault(_ code: JSONFault.Code, at offset: Int, _ position: Int, _ why: String) -> StoreError {
    StoreError(.badLine, why, position: position, fault: JSONFault(code, at: offset, why), column: offset + 1)
  }

  /// Every line is about to be read: room for where they begin is asked for once.
  private func expectAll() { places.withLock { $0.starts.reserveCapacity(roughSize) } }

  /// Where lines begin is noted block by block: a lock a line would cost more than the line.
  private func remember(_ block: LineBlock) {
    places.withLock { places in
      let known = places.starts.count - 1 - block.position
      if known >= 0, known < block.ends.count {
        places.starts.append(contentsOf: block.ends[known...].lazy.map { UInt64(block.offset + $0 + 1) })
      }
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
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      while filled < count { filled += try read(into: base + filled, upTo: count - filled, at: start + filled) }
    }
  }
}
