import Foundation

/// Measures whole commands: CPU seconds and peak memory as the system counts them, and seconds by the clock.
///
///     measure RUNS COMMAND …    prints the median, and the least and the most of the CPU seconds; of a command that fails it
///                               says so and fails
///     measure loop FILE         goes over each byte of a file once, to measure a machine by
@main
struct Measure {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == "loop" {
      try loop(path: arguments[2])
    } else if arguments.count >= 3, let runs = Int(arguments[1]), runs > 0 {
      measure(runs, Array(arguments[2...]))
    } else {
      print("usage: measure RUNS COMMAND … | loop FILE")
      exit(64)
    }
  }

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
