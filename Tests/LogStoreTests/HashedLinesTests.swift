import CanonicalJSON
import Foundation
import LogStore
import Testing
import TransparencyLog

/// A file that is read and hashed at once: whatever the number of threads and the size of a block, each reader is given the
/// same lines, digests, tree and errors, and the digests are those of the lines that it was given.
@Suite("Lines hashed beside their reader")
struct HashedLinesTests {
  /// What one pass gave, in its order.
  struct Pass: Hashable {
    var lines: [[UInt8]] = []
    var entries: [[UInt8]] = []
    var error: StoreError?
    /// nil behind an error.
    var head: LogHead?
    var roots: [Int: [UInt8]] = [:]
    var headError: StoreError?
  }

  private struct Stop: Error {}

  private func pass(_ log: JSONLinesLog, rootsAt sizes: Set<Int> = []) throws -> Pass {
    var pass = Pass()
    var tree = LineTree(rootsAt: sizes)
    do {
      try log.forEachLine(growing: &tree) { position, line, entry in
        #expect(position == pass.lines.count)
        pass.lines.append(Array(line))
        pass.entries.append(entry.bytes)
      }
      pass.roots = tree.roots
      do throws(StoreError) { pass.head = try tree.head() } catch { pass.headError = error }
    } catch let error as StoreError {
      pass.error = error
    }
    return pass
  }

  /// The same said with other means: lines split from the text, the digests of lines, the frontier over arrays.
  private func expected(_ lines: [[UInt8]], rootsAt sizes: Set<Int> = []) -> Pass {
    var frontier = TreeFrontier()
    var pass = Pass(lines: lines, entries: lines.map { LogDigest.entry(of: $0) })
    if sizes.contains(0) { pass.roots[0] = frontier.root }
    for line in lines {
      frontier.append(entry: LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line))
      if sizes.contains(frontier.size) { pass.roots[frontier.size] = frontier.root }
    }
    pass.head = LogHead(size: frontier.size, root: frontier.root)
    return pass
  }

  /// Threads and sizes of a block: one byte, a little more than a line, as large as the text, and what is used.
  static let ways = [1, 2].flatMap { threads in [1, 61, 4_096, 1 << 18].map { (threads, $0) } }
  private static let withheld = "{\"entry\":\"\(Base64.encode(LogDigest.entry(of: Array("gone".utf8))))\"}"
  static let texts: [[String]] = [
    [], ["{}"], [""], ["a", "", "b"], [withheld], ["first", withheld, "third", withheld, withheld],
    (0..<300).map { "line \($0) \(String(repeating: "é", count: $0 % 50))" },
    ["short", String(repeating: "x", count: 10_000), "short"],
  ]

  @Test("Lines, digests, roots and head are those of the text", arguments: texts)
  func same(text: [String]) throws {
    let lines = text.map { Array($0.utf8) }
    let file = try JSONLinesTests.File(lines.flatMap { $0 + [0x0A] })
    let sizes: Set<Int> = [0, 1, 2, 100, 300, 301, -1]
    let expected = expected(lines, rootsAt: sizes)
    for (threads, blockSize) in Self.ways {
      let log = try file.log(threads: threads, blockSize: blockSize)
      #expect(try pass(log, rootsAt: sizes) == expected, "\(threads) threads, blocks of \(blockSize)")
      // What was learnt of the places on the way is right.
      #expect(try log.size() == lines.count && log.lines(at: Array(lines.indices)) == lines)
      #expect(try log.head() == expected.head)
    }
  }

  @Test(
    "A broken frame is said behind the lines before it, whichever thread meets it", arguments: JSONLinesTests.frames)
  func damagedFrame(text: String, code: JSONFault.Code, position: Int) throws {
    let file = try JSONLinesTests.File(text)
    let plain = try file.log()
    let error = #expect(throws: StoreError.self) { try plain.size() }
    for (threads, blockSize) in [(1, 4_096), (2, 4_096), (1, 1 << 18), (2, 1 << 18)] {
      let log = try file.log(threads: threads, blockSize: blockSize)
      let pass = try pass(log)
      #expect(pass.error == error && error?.fault?.code == code && pass.head == nil)
      #expect(
        pass.lines
          == text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(position).map(Array.init))
      // It is no shorter log afterwards either.
      #expect(#expect(throws: StoreError.self) { try log.size() } == error)
    }
  }

  @Test("A line that begins like one that was left out, and is none, spoils the head and no line")
  func falselyWithheld() throws {
    let file = try JSONLinesTests.File("first\n{\"entry\":\"AAAA\"}\nthird\n{\"entry\":1}\n")
    let error = #expect(throws: StoreError.self) { try file.log().head() }
    #expect(error?.position == 1)
    for (threads, blockSize) in Self.ways {
      let pass = try pass(file.log(threads: threads, blockSize: blockSize))
      #expect(pass.lines.count == 4 && pass.error == nil && pass.headError == error)
    }
  }

  @Test("An error of whoever reads ends the pass, and no thread goes on behind it", arguments: [1, 2], [0, 7, 3_999])
  func stopped(threads: Int, at stop: Int) throws {
    let file = try JSONLinesTests.File(JSONLinesTests.many.joined(separator: [0x0A]) + [0x0A])
    var log: JSONLinesLog? = try file.log(threads: threads, blockSize: 1_000)
    weak let held = log
    var count = 0
    #expect(throws: Stop.self) {
      var tree = LineTree()
      try log?.forEachLine(growing: &tree) { position, _, _ in
        count += 1
        if position == stop { throw Stop() }
      }
    }
    #expect(count == stop + 1)
    // Whoever read beside held the log.
    log = nil
    #expect(held == nil)
  }

  // MARK: What others do meanwhile

  @Test("What is hashed is what is shown, also of a file that is written anew while it is read", arguments: ways)
  func rewritten(threads: Int, blockSize: Int) throws {
    let before = (0..<2_000).map { Array("before \($0) \(String(repeating: "b", count: 80))".utf8) }
    let after = before.map { line in line.map { $0 == UInt8(ascii: "b") ? UInt8(ascii: "c") : $0 } }
    let texts = [after, before].map { Data($0.flatMap { $0 + [0x0A] }) }
    let file = try JSONLinesTests.File(texts[1])
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    let log = try file.log(threads: threads, blockSize: blockSize)
    var tree = LineTree()
    var naive = TreeFrontier()
    var (kept, changed) = (0, 0)
    try log.forEachLine(growing: &tree) { position, line, entry in
      // Over and over: what stands there is now the one, now the other.
      if position % 50 == 0 {
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: texts[position / 50 % 2])
      }
      let line = Array(line)
      #expect(entry.bytes == LogDigest.entry(of: line), "line \(position)")
      naive.append(entry: LogDigest.entry(of: line))
      if line == before[position] { kept += 1 } else { changed += 1 }
    }
    #expect(try tree.head() == LogHead(size: 2_000, root: naive.root))
    #expect(kept > 0 && (changed > 0 || blockSize >= 1 << 18))
  }

  @Test("A file that is cut short while it is read gives the same error with two threads as with one", arguments: ways)
  func cutShort(threads: Int, blockSize: Int) throws {
    let file = try JSONLinesTests.File(JSONLinesTests.many.joined(separator: [0x0A]) + [0x0A])
    let log = try file.log(threads: threads, blockSize: min(blockSize, 60_000))
    var count = 0
    var tree = LineTree()
    let error = #expect(throws: StoreError.self) {
      try log.forEachLine(growing: &tree) { _, _, _ in
        count += 1
        if count == 10 { truncate(file.path, 0) }
      }
    }
    #expect(error?.code == .cannotRead && error?.what == "\(file.path) was cut short while it was read")
    #expect(count >= 10 && count < 4_000)
  }
}
