import CanonicalJSON
import FaultVFS
import Foundation
import LogStore
import Projections
import SQLiteStore
import TestSupport

/// Appends to a book as fast as it can and says what was acknowledged, until it is killed: the child of the fault tests.
///
///     storehammer BOOK kill|power|normal|syncs|full|error WRITES SEED
///
/// Each batch has three events that carry its number; the number is printed once the append has returned.
/// `power` loses the power at the WRITES-th write behind the first acknowledged batch; `normal` does the same with a book
/// that does not sync its commits, to show that the test would notice. `syncs` prints the syncs of 100 appends.
/// `full` and `error` fail all writes for a while, then go on.
@main
struct StoreHammer {
  /// One line, at once: what was acknowledged must be out before the next write.
  static func say(_ thing: some CustomStringConvertible) {
    FileHandle.standardOutput.write(Data("\(thing)\n".utf8))
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let writes = Int32(arguments[3]), let seed = UInt64(arguments[4]),
      fault_vfs_register() == 0
    else { exit(64) }
    let (path, mode) = (arguments[1], arguments[2])
    let exists = access(path, F_OK) == 0
    let log = try SQLiteLog(
      path: path, opening: exists ? .existing : .new, environment: .fixed(seed: seed), readModels: [PositionModel()],
      vfs: "fault", isSynced: mode != "normal")
    var random = SeededRandom(seed: seed)
    func append(_ number: Int) throws {
      let drafts = (0..<3).map { part in
        var meaning = JSONObject()
        meaning["assertedBy"] = ["party": "a"]
        meaning["basis"] = "told"
        meaning["data"] = ["by": "a", "money": ["low": 1], "what": .string("\(number)/\(part)")]
        meaning["visibility"] = "committee"
        let id = EventID.version7(
          milliseconds: 0, random: (0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
        return EventDraft(
          id: id, stream: "agreement/a\(number % 7)", type: "CostIncurred", recordedBy: "hammer", meaning: meaning)
      }
      _ = try log.append(drafts)
    }
    switch mode {
    case "syncs":
      let before = fault_vfs_syncs()
      for number in 0..<100 { try append(number) }
      say(fault_vfs_syncs() - before)
      try log.close()
    case "full", "error":
      try append(0)
      fault_vfs_fail_writes(mode == "full" ? 1 : 2)
      do {
        try append(1)
        say("no error")
      } catch let error as StoreError { say(error.code.rawValue) }
      fault_vfs_fail_writes(0)
      try append(2)
      say(try log.size())
      try log.close()
    default:
      let start = try log.size()
      var number = start
      while true {
        try append(number)
        say(number)
        if number == start, mode != "kill" { fault_vfs_lose_power_after(writes) }
        number += 3
      }
    }
  }
}
