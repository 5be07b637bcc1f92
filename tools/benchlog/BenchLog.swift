import CanonicalJSON
import Foundation
import TestSupport
import TransparencyLog

/// Makes a long log for measuring, and measures commands: CPU seconds and peak memory as the system counts them.
///
///     benchlog make EVENTS FILE [SEED]
///     benchlog mixed EVENTS FILE [SEED [EVERY [largest]]]   with every type of event, corrections, and one very large
///                                    agreement; what takes the whole rule book happens in one agreement of EVERY, or of
///                                    a hundred, and with “largest” in that one too
///     benchlog measure RUNS COMMAND …
///     benchlog loop FILE             goes over each byte of a file once, to measure a machine by
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
    } else if arguments.count >= 4, arguments[1] == "measure", let runs = Int(arguments[2]) {
      measure(runs, Array(arguments[3...]))
    } else if arguments.count == 3, arguments[1] == "loop" {
      try loop(path: arguments[2])
    } else if arguments.count == 4, arguments[1] == "proofs", let count = Int(arguments[3]) {
      try ProofBench.proofs(arguments[2], count)
    } else if arguments.count == 3, arguments[1] == "appends", let count = Int(arguments[2]) {
      try ProofBench.appends(count)
    } else {
      print(
        "usage: benchlog make EVENTS FILE [SEED] | mixed EVENTS FILE [SEED [EVERY [largest]]] | measure RUNS COMMAND … | loop FILE | proofs BOOK COUNT | appends COUNT"
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

  // MARK: Measuring

  /// A multiplication a byte, each waiting for the one before: its speed hangs on the processor alone.
  static func loop(path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    print(hash)
  }

  static func measure(_ runs: Int, _ command: [String]) {
    var seconds: [Double] = []
    var elapsed: [Double] = []
    var peaks: [Int] = []
    for _ in 0..<runs {
      var before = rusage()
      getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &before)
      let begun = ContinuousClock.now
      let process = Process()
      process.executableURL = URL(fileURLWithPath: command[0])
      process.arguments = Array(command.dropFirst())
      process.standardOutput = FileHandle.nullDevice
      do { try process.run() } catch {
        print("\(command[0]) cannot be run")
        exit(69)
      }
      process.waitUntilExit()
      elapsed.append((ContinuousClock.now - begun) / .seconds(1))
      guard process.terminationStatus == 0 else {
        print("\(command.joined(separator: " ")): exit \(process.terminationStatus)")
        exit(1)
      }
      var after = rusage()
      getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &after)
      func time(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
          / 1e6
      }
      seconds.append(time(after) - time(before))
      peaks.append(after.ru_maxrss / 1024)
    }
    seconds.sort()
    elapsed.sort()
    print(
      String(
        format: "%.3f s CPU (%.3f to %.3f), %.3f s by the clock, peak %d MiB", seconds[seconds.count / 2], seconds[0],
        seconds[seconds.count - 1], elapsed[elapsed.count / 2], peaks.max() ?? 0))
  }
}
