import Foundation
import LogStore
import SQLiteStore

/// The child process that works on a book and may be killed; see `tools/storehammer`.
struct Hammer {
  let process = Process()
  private let pipe = Pipe()

  init(_ path: String, _ mode: String, number: Int = 0, seed: Int = 1) throws {
    process.executableURL = try Self.binary()
    process.arguments = [path, mode, String(number), String(seed)]
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// It is built with the tests and stands beside them.
  private static func binary() throws -> URL {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../.build")
    let places = [beside, root.appendingPathComponent("release"), root.appendingPathComponent("debug")]
    let candidates = places.map { $0.appendingPathComponent("storehammer") }
    guard let binary = candidates.first(where: { access($0.path, X_OK) == 0 }) else {
      throw StoreError(.noSuchFile, "storehammer is built with the tests, and is not there")
    }
    return binary
  }

  /// Kills it so many microseconds behind its first line; returns what it said in whole lines.
  func killed(after delay: UInt32) -> [String] {
    var output = pipe.fileHandleForReading.availableData
    usleep(delay)
    kill(process.processIdentifier, SIGKILL)
    output += pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return lines(output)
  }

  /// Waits until it has ended; returns what it said in whole lines.
  func finished() -> [String] {
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return lines(output)
  }

  /// A line that was cut was not said.
  private func lines(_ output: Data) -> [String] {
    String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  /// Runs SQL on a file as a stranger would; returns what it gave and whether it went well.
  static func sql(_ statement: String, on path: String) throws -> (output: String, isFine: Bool) {
    let hammer = try Hammer(path, "sql:\(statement)")
    let output = hammer.finished().joined(separator: "\n")
    return (output, hammer.process.terminationStatus == 0)
  }
}

/// A path for a book in the folder for temporary files; the book goes with this.
final class TemporaryBook: Sendable {
  let path: String

  init(_ name: String = "book") { path = "\(NSTemporaryDirectory())/\(name)-\(UUID().uuidString).tracker" }

  deinit { for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) } }
}
