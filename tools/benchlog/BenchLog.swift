import CanonicalJSON
import Foundation
import TestSupport
import TransparencyLog

/// Makes a long log to measure with, and measures proofs and appends from within.
///
///     benchlog make EVENTS FILE [SEED]
///     benchlog mixed EVENTS FILE [SEED [EVERY [largest]]]   with every type of event, corrections, and one very large
///                                    agreement; what takes the whole rule book happens in one agreement of EVERY, or of
///                                    a hundred, and with “largest” in that one too
///     benchlog proofs BOOK COUNT
///     benchlog appends COUNT
@main
struct BenchLog {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count >= 4, arguments[1] == "make", let events = Int(arguments[2]) {
      try make(events, path: arguments[3], seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1)
    } else if arguments.count >= 4, arguments[1] == "mixed", let events = Int(arguments[2]) {
      try mixed(
        events, path: arguments[3], seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1,
        disputedEvery: arguments.count > 5 ? Int(arguments[5]) ?? 100 : 100,
        isLargestDisputed: arguments.count > 6 && arguments[6] == "largest")
    } else if arguments.count == 4, arguments[1] == "proofs", let count = Int(arguments[3]) {
      try ProofBench.proofs(arguments[2], count)
    } else if arguments.count == 3, arguments[1] == "appends", let count = Int(arguments[2]) {
      try ProofBench.appends(count)
    } else {
      print(
        "usage: benchlog make EVENTS FILE [SEED] | mixed EVENTS FILE [SEED [EVERY [largest]]] | proofs BOOK COUNT | appends COUNT"
      )
      exit(64)
    }
  }

  // MARK: A log

  static func make(_ events: Int, path: String, seed: UInt64) throws {
    try write(to: path) { RegisterLog.make(events, seed: seed, $0) }
  }

  static func mixed(_ events: Int, path: String, seed: UInt64, disputedEvery: Int, isLargestDisputed: Bool) throws {
    try write(to: path) {
      MixedLog.make(events, seed: seed, disputedEvery: disputedEvery, isLargestDisputed: isLargestDisputed, $0)
    }
  }

  /// Writes the lines that `make` gives.
  private static func write(to path: String, _ make: (@escaping ([UInt8]) -> Void) -> Void) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      print("\(path) cannot be written")
      exit(73)
    }
    var buffer = Data()
    make { line in
      buffer.append(contentsOf: line)
      buffer.append(0x0A)
      guard buffer.count > 1 << 22 else { return }
      file.write(buffer)
      buffer = Data()
    }
    file.write(buffer)
    try file.close()
  }
}
