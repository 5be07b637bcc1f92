import CanonicalJSON
import FaultVFS
import Foundation
import LogStore
import Projections
import SQLiteStore
import Synchronization
import TestSupport
import TransparencyLog

/// The child of the store's tests: it works on a book in a process of its own, and may be killed.
///
///     storehammer BOOK MODE NUMBER SEED
///
/// | mode | what it does |
/// |---|---|
/// | `kill` | appends as fast as it can, until it is killed |
/// | `power` | the same; the power goes at the NUMBER-th write behind the first acknowledged batch |
/// | `normal` | as `power`, with a book that does not sync its commits, to show that the test would notice |
/// | `cycles` | as `power`, but the book is closed and opened again behind every second batch |
/// | `files` | as `power`, with a file of some pieces in each batch |
/// | `turns` | opens the book, adds a batch and closes it, NUMBER times over, as commands do |
/// | `syncs` | prints the syncs of opening, of 100 appends, of closing |
/// | `together` | 16 threads with 20 appends each; prints the syncs |
/// | `full`, `error`, `sync` | writes, or syncs, fail for a while; prints the error and what is there afterwards |
/// | `nobody` | gives up the rights of root, opens the book for reading and prints its size, or the error |
/// | `sql:STATEMENT` | runs a statement of SQL on the file, as a stranger would, and prints what it gives |
///
/// Each batch has three events that carry its number; the number is printed once the append has returned. Each commit bears
/// a checkpoint.
@main
struct StoreHammer {
  let path: String
  let mode: String
  let number: Int32
  let random: RandomBox
  let seed: UInt64

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let number = Int32(arguments[3]), let seed = UInt64(arguments[4]),
      fault_vfs_register() == 0
    else { exit(64) }
    try StoreHammer(
      path: arguments[1], mode: arguments[2], number: number, random: RandomBox(seed: seed), seed: seed
    ).run()
  }

  /// One line, at once: what was acknowledged must be out before the next write.
  func say(_ thing: some CustomStringConvertible) {
    FileHandle.standardOutput.write(Data("\(thing)\n".utf8))
  }

  func open(with models: [any ReadModel] = [PositionModel()]) throws -> SQLiteLog {
    let log = try SQLiteLog(
      path: path, opening: access(path, F_OK) == 0 ? .existing : .new, environment: .fixed(seed: seed),
      readModels: models, vfs: "fault", isSynced: mode != "normal")
    log.use(LogSigner(origin: "hammer", keys: [try HammerKey.key()]))
    return log
  }

  func append(_ number: Int, to log: SQLiteLog) throws {
    let drafts = (0..<3).map { part in
      var meaning = JSONObject()
      meaning["assertedBy"] = ["party": "a"]
      meaning["basis"] = "told"
      meaning["data"] = ["by": "a", "money": ["low": 1], "what": .string("\(number)/\(part)")]
      meaning["visibility"] = "committee"
      return EventDraft(
        id: .version7(milliseconds: 0, random: random.bytes(10)), stream: "agreement/a\(number % 7)",
        type: "CostIncurred",
        recordedBy: "hammer", meaning: meaning)
    }
    let files = mode == "files" ? [IncomingFile(HammerFile.bytes(number))] : []
    _ = try log.append(drafts, expected: [:], isClockTrusted: false, erasing: Erasure(), files: files)
  }

  func run() throws {
    switch mode {
    case "kill", "power", "normal", "cycles", "files": try untilTheEnd()
    case "turns": for turn in 0..<Int(number) { try self.turn(turn) }
    case "syncs": try countSyncs()
    case "together": try together()
    case "full", "error", "sync": try failing()
    case "nobody": readAsNobody()
    case let mode where mode.hasPrefix("sql:"):
      exit(fault_vfs_sql(path, String(mode.dropFirst(4))) == 0 ? 0 : 1)
    default: exit(64)
    }
  }

  private func untilTheEnd() throws {
    var log = try open()
    let start = try log.size()
    var next = start
    while true {
      try append(next, to: log)
      say(next)
      if next == start, mode != "kill" { fault_vfs_lose_power_after(number) }
      next += 3
      if mode == "cycles", next.isMultiple(of: 2) {
        try log.close()
        log = try open()
      }
    }
  }

  /// Numbers that no other process uses.
  private func turn(_ turn: Int) throws {
    let log = try open()
    try append(Int(seed) * 10_000 + turn, to: log)
    try log.close()
    say(turn)
  }

  private func countSyncs() throws {
    let log = try open()
    let opened = fault_vfs_syncs()
    for number in 0..<100 { try append(number, to: log) }
    let appended = fault_vfs_syncs()
    try log.close()
    say(appended - opened)
    say(opened)
    say(fault_vfs_syncs() - appended)
  }

  private func together() throws {
    let log = try open(with: [])
    let before = fault_vfs_syncs()
    let wrong = Mutex(0)
    let done = DispatchGroup()
    for writer in 0..<16 {
      done.enter()
      Thread {
        for number in 0..<20 where (try? append(writer * 100 + number, to: log)) == nil { wrong.withLock { $0 += 1 } }
        done.leave()
      }.start()
    }
    done.wait()
    say(fault_vfs_syncs() - before)
    say(try log.size())
    say(wrong.withLock { $0 })
    try log.close()
  }

  private func failing() throws {
    let log = try open()
    try append(0, to: log)
    fault_vfs_fail(mode == "full" ? 1 : mode == "error" ? 2 : 3)
    do {
      try append(1, to: log)
      say("no error")
    } catch let error as StoreError {
      say(error.code.rawValue)
      say(error.what)
    }
    fault_vfs_fail(0)
    try append(2, to: log)
    say(try log.size())
    try log.close()
  }

  private func readAsNobody() {
    guard setgid(65_534) == 0, setuid(65_534) == 0 else { return say("still root") }
    do throws(StoreError) {
      let log = try SQLiteLog(path: path, opening: .readOnly)
      say(try log.size())
    } catch {
      say(error.code.rawValue)
      say(error.what)
    }
  }
}
