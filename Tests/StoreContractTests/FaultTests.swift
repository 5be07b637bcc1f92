import CanonicalJSON
import Foundation
import LogStore
import Projections
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// F1 and F2: the program is killed, the power goes, the disk is full. What was acknowledged is there, nothing is half
/// there.
///
/// `TRACKER_FAULT_ROUNDS` sets the rounds of each kind; `tools/faults` runs a thousand.
@Suite("Store: faults", .serialized)
struct FaultTests {
  static let fewRounds = 8
  static let rounds = ProcessInfo.processInfo.environment["TRACKER_FAULT_ROUNDS"].flatMap { Int($0) } ?? fewRounds

  /// What is wrong with a book after a fault, given the numbers of the batches that were acknowledged.
  ///
  /// - Parameter each: events of a batch.
  private func damage(_ path: String, acknowledged: [Int], each: Int = 3) throws -> String? {
    let log = try SQLiteLog(path: path, opening: .existing, environment: .fixed())
    defer { try? log.close() }
    var found: [Int: Int] = [:]
    try log.forEachLine { _, line in
      let value = try JSONValue(canonical: Array(line))
      guard let text = value["data"]?["what"]?.string, let number = Int(text.prefix { $0 != "/" }) else { return true }
      found[number, default: 0] += 1
      return true
    }
    for number in acknowledged where found[number] == nil { return "batch \(number) was acknowledged and is lost" }
    for (number, count) in found where count != each { return "batch \(number) is there in part: \(count) of \(each)" }
    let copy = InMemoryLog()
    var lines: [[UInt8]] = []
    try log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    _ = try copy.restore(lines)
    if try copy.head() != log.head() { return "the tree does not fit the lines" }
    if let fault = try log.structureFaults(atMost: 1).first { return "the book differs from its lines: \(fault.text)" }
    // Every commit was signed, so the checkpoint is that of the last one: no more, and no less.
    if !lines.isEmpty {
      guard let note = try log.checkpoint() else { return "the checkpoint is lost" }
      _ = try note.verified(by: [HammerKey.key().verifierKey])
      let head = try log.head()
      guard try Checkpoint(note: note) == Checkpoint(origin: "hammer", size: head.size, root: head.root) else {
        return "the checkpoint is not that of the tree"
      }
    }
    // P1: the rows that were kept in the transactions of the appends are those of a rebuild.
    let model = PositionModel()
    guard try log.state(of: model.name)?.position == lines.count else { return "the read model lags behind the log" }
    try copy.rebuild(model, pageSize: 1_000)
    if try copy.rows(of: model.name, prefix: "") != log.rows(of: model.name, prefix: "") {
      return "the read model differs from a rebuild"
    }
    return nil
  }

  @Test("F1 kill -9 at random points: every acknowledged batch is there, none in part")
  func killed() throws {
    var random = SeededRandom(seed: 11)
    var tally = Tally("kill -9")
    var book = TemporaryBook("kill")
    var acknowledged: [Int] = []
    for seed in 0..<Self.rounds {
      // A book lives through ten kills; then a new one begins, so that a long run stays a run of short checks.
      if seed > 0, seed.isMultiple(of: 10) { (book, acknowledged) = (TemporaryBook("kill"), []) }
      let hammer = try Hammer(book.path, "kill", seed: seed)
      let more = hammer.killed(after: UInt32.random(in: 0...30_000, using: &random)).compactMap { Int($0) }
      try #require(!more.isEmpty, "round \(seed) acknowledged nothing before the kill")
      acknowledged += more
      tally.add(more.count, damage: try damage(book.path, acknowledged: acknowledged))
    }
    #expect(tally.damages == [])
    tally.report()
  }

  @Test(
    "F1 power loss at random writes, book kept open or closed and opened again: nothing acknowledged is lost",
    arguments: ["power", "cycles"])
  func powerLost(mode: String) throws {
    var random = SeededRandom(seed: 12)
    var tally = Tally("power loss (\(mode))")
    for seed in 0..<Self.rounds {
      let book = TemporaryBook("power")
      // Some 5,000 writes fill the WAL so far that it is emptied into the book on the way.
      let most = seed.isMultiple(of: 8) ? 5_000 : 400
      let hammer = try Hammer(book.path, mode, number: .random(in: 1...most, using: &random), seed: seed)
      let acknowledged = hammer.finished().compactMap { Int($0) }
      try #require(!acknowledged.isEmpty)
      unlink(book.path + "-shm")
      tally.add(acknowledged.count, damage: try damage(book.path, acknowledged: acknowledged))
    }
    #expect(tally.damages == [])
    tally.report()
  }

  /// What a long run says at its end.
  private struct Tally {
    let name: String
    private(set) var rounds = 0
    private(set) var acknowledged = 0
    private(set) var damages: [String] = []

    init(_ name: String) { self.name = name }

    mutating func add(_ batches: Int, damage: String?) {
      if let damage { damages.append("round \(rounds): \(damage)") }
      rounds += 1
      acknowledged += batches
    }

    func report() {
      guard FaultTests.rounds > FaultTests.fewRounds else { return }
      print("F1 \(name): \(rounds) rounds, \(acknowledged) batches acknowledged, \(damages.count) rounds with damage")
    }
  }

  @Test("The test of the test: a book that does not sync its commits loses acknowledged ones, and this is noticed")
  func unsynced() throws {
    var noticed = 0
    for seed in 0..<4 {
      let book = TemporaryBook("unsynced")
      let acknowledged = try Hammer(book.path, "normal", number: 150, seed: seed).finished().compactMap { Int($0) }
      unlink(book.path + "-shm")
      if try damage(book.path, acknowledged: acknowledged) != nil { noticed += 1 }
    }
    #expect(noticed > 0)
  }

  @Test("R9 two processes on one book: both add all that they have, in one order, and the tree fits")
  func twoProcesses() throws {
    let book = TemporaryBook("two")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), readModels: [PositionModel()])
    let hammers = try [1, 2].map { try Hammer(book.path, "syncs", seed: $0) }
    var seen: [[UInt8]] = []
    while hammers.contains(where: \.process.isRunning) {
      var lines: [[UInt8]] = []
      try log.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      #expect(lines.count >= seen.count && Array(lines.prefix(seen.count)) == seen, "a late arrival")
      seen = lines
    }
    #expect(hammers.allSatisfy { $0.process.terminationStatus == 0 })
    #expect(try log.size() == 600)
    try log.close()
    #expect(try damage(book.path, acknowledged: Array(0..<100), each: 6) == nil)
  }

  @Test("R9 eight processes that open, add and close in turn, as commands do: nobody is turned away, nothing is lost")
  func manyCommands() throws {
    let book = TemporaryBook("turns")
    try SQLiteLog(path: book.path, opening: .new, readModels: [PositionModel()]).close()
    let hammers = try (1...8).map { try Hammer(book.path, "turns", number: 8, seed: $0) }
    for hammer in hammers {
      #expect(hammer.finished().count == 8)
      #expect(hammer.process.terminationStatus == 0)
    }
    let numbers = (1...8).flatMap { seed in (0..<8).map { seed * 10_000 + $0 } }
    #expect(try damage(book.path, acknowledged: numbers) == nil)
    for ending in ["-wal", "-shm", "-journal"] { #expect(access(book.path + ending, F_OK) != 0, "one file is left") }
  }

  @Test("One commit is one sync, while the book is open; opening and closing have a few of their own")
  func syncs() throws {
    let book = TemporaryBook("syncs")
    let counts = try Hammer(book.path, "syncs").finished().compactMap { Int($0) }
    try #require(counts.count == 3)
    // A checkpoint of the WAL, once in a thousand pages, has syncs of its own.
    #expect((100...104).contains(counts[0]), "\(counts[0]) syncs for 100 commits")
    #expect(counts[1] <= 12 && counts[2] <= 8, "\(counts[1]) syncs to make a book, \(counts[2]) to close it")
  }

  @Test("Writers that wait in one process share a commit: 320 appends of 16 threads take far fewer syncs")
  func sharedCommits() throws {
    let book = TemporaryBook("together")
    let counts = try Hammer(book.path, "together").finished().compactMap { Int($0) }
    try #require(counts.count == 3)
    #expect(counts[0] < 160, "\(counts[0]) syncs")
    #expect(counts[1] == 960 && counts[2] == 0)
  }

  @Test(
    "F2 a full disk, a write and a sync that fail are typed errors, and the book goes on afterwards",
    arguments: [
      ("full", "disk-full", "the disk is full; nothing was added to BOOK"),
      ("error", "cannot-write", "BOOK: the disk gave an error: disk I/O error"),
      ("sync", "cannot-write", "BOOK: the disk gave an error: disk I/O error"),
    ])
  func failingDisk(mode: String, code: String, words: String) throws {
    let book = TemporaryBook("failing")
    let hammer = try Hammer(book.path, mode)
    #expect(hammer.finished() == [code, words.replacingOccurrences(of: "BOOK", with: book.path), "6"])
    #expect(hammer.process.terminationStatus == 0)
    #expect(try damage(book.path, acknowledged: [0, 2]) == nil)
  }
}
