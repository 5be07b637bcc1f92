import AgreementTracker
import Foundation
import LogStore
import TestSupport
import Testing

/// TRACKER_THREADS changes how long an answer takes, and nothing else.
@Suite("One thread and two")
struct ThreadsTests {
  @Test("1 and 2 are taken; everything else is as if nothing was said: two where there are two cores")
  func number() {
    func count(_ value: String?, cores: Int) -> Int { ReadingThreads.standard({ _ in value }, cores: cores).count }
    for cores in [1, 2, 64] {
      #expect(count("1", cores: cores) == 1 && count("2", cores: cores) == 2)
      for value in [nil, "", "0", "3", " 2", "two", "-1"] {
        #expect(count(value, cores: cores) == (cores == 1 ? 1 : 2))
      }
    }
    #expect(ReadingThreads.standard({ $0 == "TRACKER_THREADS" ? "1" : nil }, cores: 2) == .one)
  }

  /// Files of lines that `files` makes, and what is asked of them.
  static let whole = ["plain", "mixed", "story", "withheld"]
  static let odd = [
    "empty", "one", "unfinished", "endless", "marked", "swapped", "changed", "missing", "falsely-withheld", "twice",
    "none",
  ]
  static let shortly = ["obligations % --json", "verify %", "verify % --json", "export % --out copy --force"]
  static let everything =
    shortly + [
      "obligations %", "obligations % --json --as-of 2015-12-31", "obligations % --json --known-at 2011-06-30",
      "obligations % --plain --no-head", "reneged % --json", "diff % --from 2010-01-01 --to 2016-01-01 --json",
      "export %", "replay % --only deal --json",
    ]

  private func write(_ lines: [[UInt8]], _ name: String, in folder: String) throws {
    try Data(lines.flatMap { $0 + [0x0A] }).write(to: URL(fileURLWithPath: "\(folder)/\(name).jsonl"))
  }

  private func files(in shell: Shell) throws {
    var mixed: [[UInt8]] = []
    MixedLog.make(3_000, seed: 3, disputedEvery: 20) { mixed.append($0) }
    let plain = PlainHistory(seed: 11, events: 900, oddness: 200).lines
    let story = try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/fixtures/story.jsonl"))
    let lines = story.split(separator: 0x0A).map(Array.init)
    func put(_ name: String, _ lines: [[UInt8]]) throws { try write(lines, name, in: shell.folder) }
    func put(_ name: String, _ bytes: Data) throws {
      try bytes.write(to: URL(fileURLWithPath: "\(shell.folder)/\(name).jsonl"))
    }
    try put("plain", plain)
    try put("mixed", mixed)
    try put("story", story)
    try put("empty", [])
    try put("one", [lines[0]])
    try put("unfinished", story.dropLast())
    try put("endless", story + Data(repeating: UInt8(ascii: "x"), count: 3_000_000))
    try put("marked", Data([0xEF, 0xBB, 0xBF]) + story)
    try put("swapped", [lines[1], lines[0]] + lines[2...])
    try put(
      "changed", lines.enumerated().map { $0 == 12 ? $1.map { $0 == UInt8(ascii: "2") ? UInt8(ascii: "3") : $0 } : $1 })
    try put("missing", lines.enumerated().filter { $0.offset != 9 }.map(\.element))
    try put("falsely-withheld", lines + [Array("{\"entry\":\"AAAA\"}".utf8)])
    try put("twice", lines + [lines[7]])
    let leftOut = lines.enumerated().map {
      [5, 9, 10].contains($0) ? "{\"entry\":\"\(LogStoreDigest.entry(of: $1))\"}" : nil
    }
    try put("withheld", zip(lines, leftOut).map { line, out in out.map { Array($0.utf8) } ?? line })
  }

  @Test("The same bytes, messages and exit code come out")
  func same() throws {
    let shell = try Shell()
    defer { shell.clean() }
    try files(in: shell)
    var statuses: Set<Int32> = []
    for name in Self.whole + Self.odd {
      for question in Self.whole.contains(name) ? Self.everything : Self.shortly {
        let line = question.replacing("%", with: "\(name).jsonl")
        let one = try shell.run(line, environment: ["TRACKER_THREADS": "1"])
        let copied = try? Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/copy"))
        let two = try shell.run(line, environment: ["TRACKER_THREADS": "2"])
        #expect(one.status == two.status, "\(line)")
        #expect(one.output == two.output, "\(line)")
        #expect(one.error == two.error, "\(line)")
        let copiedAgain = try? Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/copy"))
        #expect(copied == copiedAgain, "\(line)")
        statuses.insert(one.status)
      }
    }
    #expect(statuses.isSuperset(of: [0, 1, 4, 65, 66]), "\(statuses.sorted())")
  }

  @Test(
    "A book, and a copy with its checkpoints, say the same; also where a page is gone or a checkpoint is not theirs")
  func books() throws {
    let shell = try Shell()
    defer { shell.clean() }
    func run(_ line: String) throws { #expect(try shell.run(line).status == 0, "\(line)") }
    try run("restore fixtures/story.jsonl --to deals.tracker")
    try run("export --full whole --book deals.tracker")
    let copy = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(shell.folder)/whole").first { $0.hasSuffix(".jsonl") })
    func both(_ line: String, _ status: Int32) throws {
      let one = try shell.run(line, environment: ["TRACKER_THREADS": "1"])
      let two = try shell.run(line, environment: ["TRACKER_THREADS": "2"])
      #expect(one.status == two.status && one.output == two.output && one.error == two.error, "\(line)")
      #expect(one.status == status, "\(line): \(one.output)\(one.error)")
    }
    for line in ["verify %", "verify % --json", "obligations % --json"] {
      try both(line.replacing("%", with: "deals.tracker"), 0)
      try both(line.replacing("%", with: "whole/\(copy)"), 0)
    }
    // Two lines of the copy change places: the root is no longer the one that was signed.
    let path = URL(fileURLWithPath: "\(shell.folder)/whole/\(copy)")
    var lines = try Data(contentsOf: path).split(separator: 0x0A)
    lines.swapAt(20, 21)
    try Data(lines.joined(separator: [0x0A]) + [0x0A]).write(to: path)
    try both("verify whole/\(copy)", 4)
    // A page in the middle of the book.
    let book = try #require(FileHandle(forWritingAtPath: "\(shell.folder)/deals.tracker"))
    let size = try book.seekToEnd()
    try book.seek(toOffset: size / 2 / 8192 * 8192)
    try book.write(contentsOf: Data(repeating: 0xA5, count: 8192))
    try book.close()
    let one = try shell.run("verify deals.tracker", environment: ["TRACKER_THREADS": "1"])
    let two = try shell.run("verify deals.tracker", environment: ["TRACKER_THREADS": "2"])
    #expect(one.status == two.status && one.output == two.output && one.error == two.error && one.status != 0)
  }

  @Test("Law: an answer with the head is refused exactly where a changed event is followed by another of its stream")
  func changed() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let story = try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/fixtures/story.jsonl"))
    let lines = story.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    func stream(_ line: String) -> Substring? {
      line.firstRange(of: "\"stream\":\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
    }
    var refused = 0
    for (index, line) in lines.enumerated() {
      var changed = lines
      changed[index] = line.replacing("\"recordedBy\":\"", with: "\"recordedBy\":\"x")
      #expect(changed[index] != line)
      try write(changed.map { Array($0.utf8) }, "changed", in: shell.folder)
      let isFollowed = lines[(index + 1)...].contains { stream($0) == stream(line) }
      for threads in ["1", "2"] {
        let answer = try shell.run("obligations changed.jsonl --json", environment: ["TRACKER_THREADS": threads])
        #expect(answer.status == (isFollowed ? 4 : 0), "line \(index + 1): \(answer.error)")
        #expect(answer.output.isEmpty == isFollowed)
      }
      #expect(try shell.run("obligations changed.jsonl --json --no-head").status == 0)
      refused += isFollowed ? 1 : 0
    }
    #expect(refused > 10 && refused < lines.count)
  }
}
