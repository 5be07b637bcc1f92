import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Foundation
internal import LogStore
internal import Projections

/// A seeded source of randomness: the same seed, the same run, on every machine (SplitMix64, S. Vigna).
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Mutates drafts and logs and gives them to the program.
///
/// Three kinds of mutation, a third each: bytes (mostly no JSON any more), values of the JSON tree (still JSON, written in
/// canonical form), and members added, dropped or swapped between lines.
package struct MutantRun {
  package let count: Int
  package let seed: UInt64
  package let folder: String

  package init(count: Int, seed: UInt64, folder: String) {
    self.count = count
    self.seed = seed
    self.folder = folder
  }

  /// What came of it; an error is thrown where a promise was broken.
  package struct Report: CustomStringConvertible, Sendable {
    package var mutants = 0
    package var validJSON = 0
    package var canonical = 0
    package var accepted = 0
    package var codes: [String: Int] = [:]

    package var description: String {
      let codes = codes.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }.joined(separator: "\n")
      return """
        \(mutants) mutants: \(validJSON) still JSON, \(canonical) canonical, \(accepted) accepted, no crash, nothing half \
        written
        refusals by kind:
        \(codes)
        """
    }
  }

  package struct Broken: Error, CustomStringConvertible {
    package var description: String
  }

  /// Drafts that use parties, promises, payments and corrections.
  static let drafts: [String] = Examples.draftLines

  package func run() throws -> Report {
    var random = SeededRandom(seed: seed)
    var report = Report()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let log = try Self.log()
    for index in 0..<count {
      if index.isMultiple(of: 2) {
        try importMutant(&random, &report)
      } else {
        try replayMutant(of: log, &random, &report)
      }
    }
    return report
  }

  /// A whole log made from the drafts, in memory.
  private static func log() throws -> [[UInt8]] {
    let book = try BookInMemory()
    try book.take(drafts.joined(separator: "\n"))
    return book.lines
  }

  // MARK: Drafts

  private func importMutant(_ random: inout SeededRandom, _ report: inout Report) throws {
    var lines = Self.drafts.map { Array($0.utf8) }
    let at = Int.random(in: 0..<lines.count, using: &random)
    lines[at] = mutated(lines[at], lines, &random, &report)
    let book = try BookInMemory()
    let before = book.lines
    let bytes = Array(lines.joined(separator: [0x0A]))
    let text = String(decoding: lines[at], as: UTF8.self)
    let imported: RecordBook.Imported
    do { imported = try book.take(bytes: bytes) } catch {
      throw Broken(description: "refused without a line: \(error): \(text.prefix(2_000))")
    }
    switch imported {
    case .added: report.accepted += 1
    case .refused(let faults):
      guard book.lines == before else { throw Broken(description: "half written: \(text)") }
      guard let first = faults.first, first.line >= 1, !first.what.isEmpty else {
        throw Broken(description: "refused without a line: \(text)")
      }
      report.codes["import: \(first.path.isEmpty ? "form" : "field")", default: 0] += 1
    }
  }

  // MARK: Logs

  private func replayMutant(of log: [[UInt8]], _ random: inout SeededRandom, _ report: inout Report) throws {
    var lines = log
    let at = Int.random(in: 0..<lines.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: lines.remove(at: at)
    case 1: lines.insert(lines[at], at: at)
    case 2: lines.swapAt(at, (at + 1) % lines.count)
    default: lines[at] = mutated(lines[at], lines, &random, &report)
    }
    var bytes = Array(lines.joined(separator: [0x0A])) + [0x0A]
    switch Int.random(in: 0..<20, using: &random) {
    case 0: bytes.removeLast()
    case 1: bytes.removeLast(min(bytes.count, Int.random(in: 1...200, using: &random)))
    case 2: bytes = [0xEF, 0xBB, 0xBF] + bytes
    default: break
    }
    let path = "\(folder)/mutant-\(ProcessInfo.processInfo.processIdentifier).jsonl"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do throws(TrackerError) {
      let source = try Source.open(path)
      let verification = try Verification.run(source)
      for fault in verification.faults { report.codes["verify: \(fault.code)", default: 0] += 1 }
      if bytes != Array(log.joined(separator: [0x0A])) + [0x0A], verification.faults.isEmpty {
        report.codes["verify: nothing found", default: 0] += 1
      }
      try source.ask(asOf: Day(number: 16_000)) { history, question in
        _ = try history.obligations(question, isExplaining: true)
        _ = try history.reneged(question)
        _ = try history.timeline(question)
        _ = try history.plans(question)
        var replay = Replay(asOf: Day(number: 16_000))
        try replay.run(source.log) { _ in true }
      }
      report.accepted += 1
    } catch {
      guard !error.what.isEmpty,
        error.place.contains("line ") || error.place.contains("event ") || error.place.contains(path)
      else { throw Broken(description: "refused without a place: \(error)") }
    }
  }

  // MARK: Mutations

  private func mutated(
    _ line: [UInt8], _ others: [[UInt8]], _ random: inout SeededRandom, _ report: inout Report
  ) -> [UInt8] {
    report.mutants += 1
    var line = line
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<max(1, line.count), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where !line.isEmpty: line.remove(at: min(at, line.count - 1))
        case 1: line.insert(UInt8.random(in: 0...255, using: &random), at: min(at, line.count))
        default: if at < line.count { line[at] = UInt8.random(in: 0...255, using: &random) }
        }
      }
    default:
      guard var value = try? JSONValue(relaxed: line) else { break }
      for _ in 0..<Int.random(in: 1...2, using: &random) { value = mutated(value, others, &random) }
      line = value.canonicalBytes
    }
    if (try? JSONValue(relaxed: line)) != nil { report.validJSON += 1 }
    if (try? JSONValue(canonical: line)) != nil { report.canonical += 1 }
    return line
  }

  private func mutated(_ value: JSONValue, _ others: [[UInt8]], _ random: inout SeededRandom) -> JSONValue {
    switch value {
    case .object(var object):
      let members = object.members
      guard let member = members.randomElement(using: &random) else { return .object(object) }
      switch Int.random(in: 0..<8, using: &random) {
      case 0: object[member.name] = nil
      case 1: object["zz"] = member.value
      case 2:
        let other = others.randomElement(using: &random).flatMap { try? JSONValue(relaxed: $0) }
        object[member.name] = other?[member.name] ?? .null
      default: object[member.name] = mutated(member.value, others, &random)
      }
      return .object(object)
    case .array(var array):
      guard !array.isEmpty, Int.random(in: 0..<4, using: &random) > 0 else { return .array(array + [.null]) }
      let index = Int.random(in: 0..<array.count, using: &random)
      array[index] = mutated(array[index], others, &random)
      return .array(array)
    default:
      let values: [JSONValue] = [
        .null, true, -1, 0, 1, .integer(Money.limit), .integer(Money.limit + 1), .integer(1 << 53 - 1), "", "x", "A B",
        "2010-13", "2011/2010", "../..", "2010-09~", "agreement/none", "00000000-0000-0000-0000-000000000000", [], [:],
        .string(String(repeating: "a", count: 70_000)), "\u{0}\u{1F}\u{7F}", "é", "whole", "each", "yes",
      ]
      return values.randomElement(using: &random) ?? .null
    }
  }
}
