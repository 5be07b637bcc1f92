import CanonicalJSON
package import TransparencyLog

/// The tree over the lines of a log, while they are read one after the other.
///
/// A line stands in it with its entry digest, and one that was left out openly with the digest that it bears.
package struct LineTree: Sendable {
  private var frontier = WordFrontier()
  /// Sizes whose roots are wanted and that were not yet reached; the next one last.
  private var wanted: [Int]
  /// Roots at the sizes that were asked for, as far as they were reached; 32 bytes each.
  package private(set) var roots: [Int: [UInt8]] = [:]
  /// The first line that begins like one that was left out, and is none.
  package private(set) var fault: StoreError?

  /// - Parameter sizes: those whose roots are to be kept.
  package init(rootsAt sizes: Set<Int> = []) {
    wanted = sizes.filter { $0 >= 0 }.sorted(by: >)
    keepRoot()
  }

  package var size: Int { frontier.size }
  package var root: [UInt8] { frontier.root }

  /// Adds the next line, without its LF.
  ///
  /// - Returns: SHA-256 of its bytes, also of one that was left out.
  @discardableResult
  package mutating func append(_ line: UnsafeBufferPointer<UInt8>) -> Digest256 {
    let entry = Digest256(of: UnsafeRawBufferPointer(line))
    frontier.append(entry: withheldEntry(line) ?? entry)
    keepRoot()
    return entry
  }

  /// Adds the lines of a block and puts their digests into it.
  mutating func append(_ block: inout LineBlock) {
    var entries = block.takeEntries()
    block.forEachLine { line in
      entries.append(append(line))
      return true
    }
    block.entries = entries
  }

  /// The size and the root.
  ///
  /// - Throws: the fault of a line that begins like one that was left out, and is none.
  package func head() throws(StoreError) -> LogHead {
    if let fault { throw fault }
    return LogHead(size: size, root: root)
  }

  private mutating func keepRoot() {
    guard wanted.last == size else { return }
    wanted.removeLast()
    roots[size] = root
  }

  // MARK: Lines that were left out

  private static let withheldStart = Array("{\"entry\":".utf8)

  private mutating func withheldEntry(_ line: UnsafeBufferPointer<UInt8>) -> Digest256? {
    guard line.count < 96, line.starts(with: Self.withheldStart) else { return nil }
    if let bytes = LogLine.entry(ofWithheld: line) { return Digest256(bytes: bytes) }
    if fault == nil {
      var scanner = LineScanner()
      do throws(StoreError) {
        _ = try scanner.scan(line, at: size) { view throws(JSONFault) in try LogLine(view) }
      } catch {
        fault = error
      }
    }
    return nil
  }
}

extension LogReading {
  /// Calls `body` with every line and its entry digest, and lets a tree grow over the same lines.
  ///
  /// Of a file, digest, tree and `body` are given the same bytes, read once, whoever writes into it meanwhile; with two
  /// threads it is read and hashed beside `body`. Behind an error the tree is of no use.
  package func forEachLine(
    growing tree: inout LineTree,
    _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>, _ entry: Digest256) throws -> Void
  ) throws {
    if let file = self as? JSONLinesLog { return try file.forEachHashedLine(growing: &tree, body) }
    try forEachLine { position, line in
      try body(position, line, tree.append(line))
      return true
    }
  }

  /// Calls `body` with every line, or with so many.
  ///
  /// - Parameters:
  ///   - isHeadWanted: the head of the whole log will be asked for.
  ///   - body: returns how the line stands in its stream, if that is to be looked at; it is, where the lines are hashed.
  /// - Returns: the tree over all lines, if the head is wanted and takes a pass of its own: it grew in this one. nil where the
  ///   log has its head at hand, and where there is a limit.
  package func forEachLine(
    limit: Int?, isHeadWanted: Bool,
    _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> StreamLink?
  ) throws -> LineTree? {
    guard isHeadWanted, limit == nil, self is JSONLinesLog else {
      try forEachLine(from: 0, limit: limit) { position, line in
        _ = try body(position, line)
        return true
      }
      return nil
    }
    var tree = LineTree()
    var chain = StreamChain()
    try forEachLine(growing: &tree) { position, line, entry in
      if let link = try body(position, line), !chain.takes(link, entry) {
        throw StoreError(
          .brokenChain,
          "“previous” is not the digest of the event before it in its stream: one of the two was changed",
          position: position)
      }
    }
    return tree
  }
}
