import CanonicalJSON
import Foundation
import LogStore
import Testing
import TransparencyLog

/// A JSON Lines file as a log: read as a stream, in any order, while others cut it short or add to it.
@Suite("JSON Lines")
struct JSONLinesTests {
  /// A file that is gone with the test.
  final class File {
    let path = "\(NSTemporaryDirectory())/lines-\(UUID().uuidString).jsonl"

    init(_ bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    convenience init(_ text: String) throws { try self.init(text.utf8) }

    deinit { unlink(path) }

    func log() throws -> JSONLinesLog { try JSONLinesLog(path: path) }
    func log(threads: Int, blockSize: Int) throws -> JSONLinesLog {
      try JSONLinesLog(path: path, threads: threads, blockSize: blockSize)
    }
  }

  private func lines(_ log: JSONLinesLog, from start: Int = 0, limit: Int? = nil) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try log.forEachLine(from: start, limit: limit) { position, line in
      #expect(position == start + lines.count)
      lines.append(Array(line))
      return true
    }
    return lines
  }

  /// More than two blocks of the reader, so that lines lie across their borders.
  static let many: [[UInt8]] = (0..<4_000).map { Array("line \($0) \(String(repeating: "é", count: $0 % 600))".utf8) }

  @Test("The same lines, the same head, whatever is asked first")
  func stream() throws {
    let file = try File(Self.many.joined(separator: [0x0A]) + [0x0A])
    var frontier = TreeFrontier()
    for line in Self.many { frontier.append(entry: LogDigest.entry(of: line)) }
    let head = LogHead(size: 4_000, root: frontier.root)
    #expect(try lines(file.log()) == Self.many)
    #expect(try file.log().head() == head)
    #expect(try file.log().size() == 4_000)
    let log = try file.log()
    #expect(try log.lines(at: [3_999, 0, 17, 17, 3_998]) == [3_999, 0, 17, 17, 3_998].map { Self.many[$0] })
    #expect(try lines(log, from: 3_990) == Array(Self.many[3_990...]))
    #expect(try log.size() == 4_000 && log.head() == head)
    #expect(try lines(file.log(), from: 2_000, limit: 3) == Array(Self.many[2_000..<2_003]))
  }

  @Test("There is nothing behind the end, and no position below 0")
  func outside() throws {
    let log = try File("{}\n{}\n").log()
    #expect(try lines(log, from: 2) == [] && lines(log, from: 3) == [] && lines(log, from: Int.max) == [])
    #expect(try lines(log, limit: 0) == [])
    for wrong in [-1, 2, 3, Int.max, Int.min] {
      let error = #expect(throws: StoreError.self) { try log.lines(at: [wrong]) }
      #expect(error?.code == .noSuchPosition && error?.position == min(wrong, Int.max - 1))
    }
    #expect(#expect(throws: StoreError.self) { try lines(log, from: -1) }?.code == .noSuchPosition)
  }

  @Test("An empty file is an empty log")
  func empty() throws {
    let log = try File("").log()
    #expect(try log.head() == LogHead(size: 0, root: LogDigest.emptyRoot))
    #expect(try lines(log) == [])
  }

  @Test("A line that was left out openly counts with the digest that stands for it")
  func withheld() throws {
    let entry = LogDigest.entry(of: Self.many[0])
    let log = try File("{\"entry\":\"\(Base64.encode(entry))\"}\nsecond\n").log()
    var frontier = TreeFrontier()
    frontier.append(entry: entry)
    frontier.append(entry: LogDigest.entry(of: Array("second".utf8)))
    #expect(try log.head() == LogHead(size: 2, root: frontier.root))
    #expect(throws: StoreError.self) { try File("{\"entry\":\"AAAA\"}\n").log().head() }
  }

  // MARK: What mail, git and editors do

  static let longLine = String(repeating: "x", count: 65_536)
  static let endlessLine = String(repeating: "x", count: 3_000_000)
  static let frames: [(String, JSONFault.Code, Int)] = [
    ("{}", .noFinalLineFeed, 0), ("{}\n{}", .noFinalLineFeed, 1), ("{}\n\n{", .noFinalLineFeed, 2),
    ("\u{FEFF}{}\n", .byteOrderMark, 0), ("\u{FEFF}{}", .byteOrderMark, 0), (longLine, .lineTooLong, 0),
    ("{}\n" + endlessLine, .lineTooLong, 1), ("{}\n" + endlessLine + "\n{}\n", .lineTooLong, 1),
  ]

  @Test("A file that was cut, marked or has an endless line says so, with its line", arguments: frames)
  func damagedFrame(text: String, code: JSONFault.Code, position: Int) throws {
    let log = try File(text).log()
    let error = #expect(throws: StoreError.self) { try log.size() }
    #expect(error?.code == .badLine && error?.fault?.code == code && error?.position == position)
    #expect((error?.column ?? 0) >= 1)
  }

  @Test("A line that is only too long is handed on wherever it stands, so that a check can name it and go on")
  func tooLong() throws {
    for before in [0, 1_000, 1_048_000] {
      let text = String(repeating: "x\n", count: before / 2) + Self.longLine + "\nlast\n"
      let found = try lines(File(text).log())
      #expect(found.count == before / 2 + 2 && found.last == Array("last".utf8))
    }
  }

  // MARK: What others do meanwhile

  @Test("A file that is cut short while it is read gives an error: never a shorter log, never a crash")
  func cutShort() throws {
    let file = try File(Self.many.joined(separator: [0x0A]) + [0x0A])
    let log = try file.log()
    #expect(try log.size() == 4_000)
    try #require(truncate(file.path, off_t(Self.many[0].count + 1)) == 0)
    #expect(try log.lines(at: [0]) == [Self.many[0]])
    #expect(#expect(throws: StoreError.self) { try log.head() }?.code == .cannotRead)
    #expect(#expect(throws: StoreError.self) { try log.lines(at: [3_999]) }?.code == .cannotRead)
    #expect(#expect(throws: StoreError.self) { try lines(log) }?.code == .cannotRead)
    var count = 0
    let half = try File(Self.many.joined(separator: [0x0A]) + [0x0A])
    let other = try half.log()
    let error = #expect(throws: StoreError.self) {
      try other.forEachLine { _, _ in
        count += 1
        if count == 10 { truncate(half.path, 0) }
        return true
      }
    }
    #expect(error?.code == .cannotRead && count >= 10)
    #expect(error?.what == "\(half.path) was cut short while it was read")
  }

  @Test("Lines that are added while the log is open are not seen, not even in part")
  func grown() throws {
    let file = try File("{\"a\":1}\n")
    let log = try file.log()
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"b\":".utf8))
    #expect(try log.size() == 1)
    #expect(try lines(log).count == 1)
    try handle.write(contentsOf: Data("2}\n".utf8))
    #expect(try log.size() == 1)
    #expect(try file.log().size() == 2)
  }

  @Test("Only files are read: a folder, a device, a pipe that nobody writes into, and nothing, are refused in words")
  func noFiles() throws {
    let pipe = "\(NSTemporaryDirectory())/pipe-\(UUID().uuidString)"
    try #require(mkfifo(pipe, 0o600) == 0)
    defer { unlink(pipe) }
    for path in [NSTemporaryDirectory(), "/dev/null", pipe] {
      #expect(#expect(throws: StoreError.self) { try JSONLinesLog(path: path) }?.code == .cannotRead)
    }
    let error = #expect(throws: StoreError.self) { try JSONLinesLog(path: "/no/such/file.jsonl") }
    #expect(error?.code == .noSuchFile)
  }
}
