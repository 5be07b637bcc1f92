import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import Synchronization
import Testing
import TestSupport

/// The engines that the suite is run on; each case makes a fresh, empty store.
enum Engine: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case memory, sqlite

  var testDescription: String { rawValue }

  func make(
    environment: LogEnvironment = .fixed(), readModels: [any ReadModel] = []
  ) throws -> Store {
    switch self {
    case .memory: return Store(log: InMemoryLog(environment: environment, readModels: readModels), path: nil)
    case .sqlite:
      let path = "\(NSTemporaryDirectory())/contract-\(UUID().uuidString).tracker"
      return Store(
        log: try SQLiteLog(path: path, opening: .new, environment: environment, readModels: readModels), path: path)
    }
  }
}

/// A store that takes its file with it.
final class Store: Sendable {
  let log: any LogStoring
  let path: String?

  init(log: any LogStoring, path: String?) {
    self.log = log
    self.path = path
  }

  deinit {
    guard let path else { return }
    try? (log as? SQLiteLog)?.close()
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
  }

  var lines: [[UInt8]] {
    var lines: [[UInt8]] = []
    try? log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    return lines
  }
}

/// Lines as a JSON Lines file that is gone with the test.
final class JSONLinesCopy {
  let path = "\(NSTemporaryDirectory())/copy-\(UUID().uuidString).jsonl"
  let log: JSONLinesLog

  init(of lines: [[UInt8]]) throws {
    try Data(lines.joined(separator: [0x0A]) + [0x0A]).write(to: URL(fileURLWithPath: path))
    log = try JSONLinesLog(path: path)
  }

  deinit { unlink(path) }
}

/// Runs `body` in so many threads at once and waits for all; the first error is thrown on.
///
/// Threads and not tasks: a task group runs as many at once as there are cores, and a writer that waits blocks its core.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let first = FirstError()
  let done = DispatchGroup()
  for number in 0..<count {
    done.enter()
    Thread {
      do { try body(number) } catch { first.set(error) }
      done.leave()
    }.start()
  }
  done.wait()
  if let error = first.error { throw error }
}

private final class FirstError: Sendable {
  private let held = Mutex<(any Error)?>(nil)

  var error: (any Error)? { held.withLock { $0 } }
  func set(_ error: any Error) { held.withLock { $0 = $0 ?? error } }
}

/// A read model that holds the transaction of an append open for a while.
struct SlowModel: ReadModel {
  let name = "slow"
  let version = 1
  let seconds: Double
  /// Only events of this type take so long.
  let type: String

  func apply(_ events: [StoredLine], to rows: inout ReadModelRows, log: any StreamReading) throws {
    for event in events where try JSONValue(canonical: event.line)["type"]?.string == type {
      Thread.sleep(forTimeInterval: seconds)
    }
  }
}

/// Drafts whose meaning the store does not look into.
enum Drafts {
  private static let counter = Mutex(UInt64(0))

  static func draft(_ stream: String = "agreement/a", text: String = "x", id: EventID? = nil) -> EventDraft {
    let number = counter.withLock { counter in
      counter += 1
      return counter
    }
    var meaning = JSONObject()
    meaning["assertedBy"] = ["party": "a"]
    meaning["basis"] = "told"
    meaning["data"] = ["what": .string(text)]
    meaning["visibility"] = "committee"
    return EventDraft(
      id: id ?? EventID(high: number << 16 | 0x7000, low: 1 << 63), stream: stream, type: "Something",
      recordedBy: "officer", meaning: meaning)
  }
}

/// Counts the events of each stream and remembers the last one's text: a read model that is easy to think through.
struct CountingModel: ReadModel {
  let name = "counts"
  let version = 1
  /// The type that it cannot take in.
  var poison: String?

  func apply(_ events: [StoredLine], to rows: inout ReadModelRows, log: any StreamReading) throws {
    for event in events {
      let line = try JSONValue(canonical: event.line)
      guard let stream = line["stream"]?.string, let type = line["type"]?.string else { continue }
      if type == poison {
        // What it has set so far must not stay.
        rows.set("poison", to: [0x31])
        throw StoreError(.readModelStopped, "poison", position: event.position)
      }
      let before = try rows.row(stream).map { try JSONValue(canonical: $0)["count"]?.integer ?? 0 } ?? 0
      let value: JSONValue = ["count": .integer(before + 1), "last": line["data"] ?? .null]
      rows.set(stream, to: value.canonicalBytes)
      if before.isMultiple(of: 3) {
        rows.set("third/\(stream)", to: nil)
      } else {
        rows.set("third/\(stream)", to: [0x31])
      }
    }
  }
}
