import CanonicalJSON
import Foundation
import LogStore
import Projections
import SQLiteStore
import TestSupport
import Testing

/// F1 and F2: the program is killed, the power goes, the disk is full. What was acknowledged is there, nothing is half
/// there.
///
/// `TRACKER_FAULT_ROUNDS` sets the rounds of each kind; `tools/faults` runs a thousand.
@Suite("Store: faults", .serialized)
struct FaultTests {
  static let rounds = ProcessInfo.processInfo.environment["TRACKER_FAULT_ROUNDS"].flatMap { Int($0) } ?? 8

  private func hammer(_ path: String, _ mode: String, writes: Int, seed: Int) throws -> (Process, Pipe) {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../.build")
    let places = [beside, root.appendingPathComponent("release"), root.appendingPathComponent("debug")]
    let candidates = places.map { $0.appendingPathComponent("storehammer") }
    guard let binary = candidates.first(where: { access($0.path, X_OK) == 0 }) else {
      throw StoreError(.noSuchFile, "storehammer is built with the tests, and is not there")
    }
    let process = Process()
    process.executableURL = binary
    process.arguments = [path, mode, String(writes), String(seed)]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    return (process, pipe)
  }

  private func newPath() -> String { "\(NSTemporaryDirectory())/fault-\(UUID().uuidString).tracker" }

  private func remove(_ path: String) {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
  }

  /// What is wrong with a book after a fault, given the numbers of the batches that were acknowledged.
  private func damage(_ path: String, acknowledged: [Int]) throws -> String? {
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
    for (number, count) in found where count != 3 { return "batch \(number) is there in part: \(count) of 3" }
    let copy = InMemoryLog()
    var lines: [[UInt8]] = []
    try log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    _ = try copy.restore(lines)
    if try copy.head() != log.head() { return "the tree does not fit the lines" }
    // P1: the rows that were kept in the transactions of the appends are those of a rebuild.
    let model = PositionModel()
    guard try log.state(of: model.name)?.position == lines.count else { return "the read model lags behind the log" }
    try copy.rebuild(model, pageSize: 1_000)
    if try copy.rows(of: model.name, prefix: "") != log.rows(of: model.name, prefix: "") {
      return "the read model differs from a rebuild"
    }
    return nil
  }

  /// Runs the hammer once on a book and says what was acknowledged.
  private func round(_ path: String, _ mode: String, writes: Int, seed: Int, delay: UInt32) throws -> [Int] {
    let (process, pipe) = try hammer(path, mode, writes: writes, seed: seed)
    var output = pipe.fileHandleForReading.availableData
    if mode == "kill" {
      usleep(delay)
      kill(process.processIdentifier, SIGKILL)
    }
    output += pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // The last line may be cut: then it was not acknowledged.
    let text = String(decoding: output, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }
  }

  @Test("F1 kill -9 at random points: every acknowledged batch is there, none in part")
  func killed() throws {
    var random = SeededRandom(seed: 11)
    var path = newPath()
    defer { remove(path) }
    var acknowledged: [Int] = []
    for seed in 0..<Self.rounds {
      // A book lives through ten kills; then a new one begins, so that a long run stays a run of short checks.
      if seed > 0, seed.isMultiple(of: 10) {
        remove(path)
        (path, acknowledged) = (newPath(), [])
      }
      let more = try round(path, "kill", writes: 0, seed: seed, delay: UInt32.random(in: 0...30_000, using: &random))
      try #require(!more.isEmpty, "round \(seed) acknowledged nothing before the kill")
      acknowledged += more
      #expect(try damage(path, acknowledged: acknowledged) == nil, "round \(seed)")
    }
  }

  @Test("F1 power loss at random writes: every acknowledged batch is there, none in part")
  func powerLost() throws {
    var random = SeededRandom(seed: 12)
    for seed in 0..<Self.rounds {
      let path = newPath()
      defer { remove(path) }
      let acknowledged = try round(
        path, "power", writes: Int.random(in: 1...400, using: &random), seed: seed, delay: 0)
      try #require(!acknowledged.isEmpty)
      unlink(path + "-shm")
      #expect(try damage(path, acknowledged: acknowledged) == nil, "round \(seed)")
    }
  }

  @Test("The test of the test: a book that does not sync its commits loses acknowledged ones, and this is noticed")
  func unsynced() throws {
    var noticed = 0
    for seed in 0..<4 {
      let path = newPath()
      defer { remove(path) }
      let acknowledged = try round(path, "normal", writes: 150, seed: seed, delay: 0)
      unlink(path + "-shm")
      if try damage(path, acknowledged: acknowledged) != nil { noticed += 1 }
    }
    #expect(noticed > 0)
  }

  @Test("R9 two processes on one book: both add all that they have, in one order, and the tree fits")
  func twoProcesses() throws {
    let path = newPath()
    defer { remove(path) }
    let log = try SQLiteLog(path: path, opening: .new, environment: .fixed(), readModels: [PositionModel()])
    let hammers = try [1, 2].map { try hammer(path, "syncs", writes: 0, seed: $0) }
    var seen: [[UInt8]] = []
    while hammers.contains(where: { $0.0.isRunning }) {
      var lines: [[UInt8]] = []
      try log.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      #expect(lines.count >= seen.count && Array(lines.prefix(seen.count)) == seen, "a late arrival")
      seen = lines
    }
    #expect(hammers.allSatisfy { $0.0.terminationStatus == 0 })
    #expect(try log.size() == 600)
    try log.close()
    let copy = InMemoryLog()
    let book = try SQLiteLog(path: path, opening: .readOnly)
    var lines: [[UInt8]] = []
    try book.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    #expect(try copy.restore(lines) == 600)
    let heads = (copy.head(), try book.head())
    #expect(heads.0 == heads.1)
  }

  @Test("One commit is one sync: a hundred appends while the book is open")
  func syncs() throws {
    let path = newPath()
    defer { remove(path) }
    let (process, pipe) = try hammer(path, "syncs", writes: 0, seed: 1)
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let syncs = try #require(Int(output.split(separator: "\n").first ?? ""))
    // A checkpoint of the WAL, once in a thousand pages, has syncs of its own.
    #expect((100...110).contains(syncs), "\(syncs) syncs for 100 commits")
  }

  @Test(
    "F2 a full disk and an input/output error are typed errors, and the book goes on afterwards",
    arguments: [("full", "disk-full"), ("error", "cannot-write")])
  func failingDisk(mode: String, code: String) throws {
    let path = newPath()
    defer { remove(path) }
    let (process, pipe) = try hammer(path, mode, writes: 0, seed: 1)
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(output.split(separator: "\n").map(String.init) == [code, "6"])
    #expect(process.terminationStatus == 0)
    #expect(try damage(path, acknowledged: [0, 2]) == nil)
  }
}
