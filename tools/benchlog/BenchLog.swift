import CanonicalJSON
import Foundation
import TestSupport
import TransparencyLog

/// Makes a long log for measuring, and measures commands: CPU seconds and peak memory as the system counts them.
///
///     benchlog make EVENTS FILE [SEED]
///     benchlog mixed EVENTS FILE [SEED]   with every type of event, corrections, and one very large agreement; what takes
///                                         the whole rule book happens in one agreement of a hundred
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
      try mixed(events, path: arguments[3], seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1)
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
        "usage: benchlog make|mixed EVENTS FILE [SEED] | measure RUNS COMMAND … | loop FILE | proofs BOOK COUNT | appends COUNT"
      )
      exit(64)
    }
  }

  // MARK: A log

  /// A national register in small: of ten events, one makes an agreement every other time, the others are savings,
  /// promises, payments, withdrawals and letters.
  static func make(_ events: Int, path: String, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      print("\(path) cannot be written")
      exit(73)
    }
    var heads: [String: (version: Int64, entry: String)] = [:]
    var buffer = Data()
    var written = 0
    func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
    func add(_ stream: String, _ type: String, _ data: JSONValue, day: Day?, by: String) {
      let moment = 1_230_768_000_000 + Int64(Double(written) / Double(max(1, events)) * 5.5e11)
      var line = JSONObject()
      let head = heads[stream]
      line["assertedBy"] = ["party": .string(by)]
      line["basis"] = "document"
      line["data"] = data
      line["id"] = .string(
        EventID.version7(milliseconds: moment, random: (0..<10).map { _ in UInt8(number(0...255)) }).description)
      line["previous"] = .string(head?.entry ?? "")
      line["recordedAt"] = .string(Instant(milliseconds: moment).description)
      line["recordedBy"] = "officer"
      line["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8(number(0...255)) }))
      line["sources"] = [
        ["citation": .string("board paper \(number(1...999_999))"), "locator": .string("page \(number(1...60))")]
      ]
      line["stream"] = .string(stream)
      line["streamVersion"] = .integer((head?.version ?? 0) + 1)
      line["type"] = .string(type)
      line["v"] = 1
      line["visibility"] = "committee"
      if let day { line["when"] = ["edtf": .string(day.description)] }
      let bytes = JSONValue.object(line).canonicalBytes
      heads[stream] = ((head?.version ?? 0) + 1, Base64.encode(LogDigest.entry(of: bytes)))
      buffer.append(contentsOf: bytes)
      buffer.append(0x0A)
      written += 1
      if buffer.count > 1 << 22 {
        file.write(buffer)
        buffer = Data()
      }
    }
    let (bodies, practices) = (Int64(200), Int64(min(6_000, max(20, events / 100))))
    add("party/lmc", "PartyRegistered", ["kind": "committee", "identity": "named"], day: nil, by: "lmc")
    for body in 0..<bodies {
      add("party/c\(body)", "PartyRegistered", ["kind": "commissioner", "identity": "named"], day: nil, by: "lmc")
    }
    for practice in 0..<practices {
      add("party/p\(practice)", "PartyRegistered", ["kind": "practice", "identity": "named"], day: nil, by: "lmc")
    }
    var deals: [(key: String, body: String, practice: String, promises: Int64)] = []
    while written < events {
      let day = Day(number: 14_245 + Int32(Double(written) / Double(max(1, events)) * 6_300))
      if deals.isEmpty || number(0...19) == 0 {
        let deal = ("a\(deals.count)", "c\(number(0...bodies - 1))", "p\(number(0...practices - 1))", Int64(0))
        deals.append(deal)
        add(
          "agreement/\(deal.0)", "AgreementMade",
          [
            "title": "Gain share", "debtor": .string(deal.1), "creditors": [.string(deal.2)], "form": "letter",
            "contractStatus": "unknown",
          ],
          day: day, by: deal.1)
        continue
      }
      let index = max(0, deals.count - 1 - Int(number(0...80)))
      let deal = deals[index]
      let stream = "agreement/\(deal.key)"
      let pence = number(20_000...6_000_000)
      let money: JSONValue = ["low": .integer(pence), "high": .integer(pence)]
      switch number(0...9) {
      case 0, 1, 2:
        add(
          stream, "SavingReported",
          [
            "saving": .string("s\(written)"), "by": .string(deal.practice), "money": money,
            "period": .string(day.description), "measure": "net",
          ],
          day: day, by: deal.practice)
      case 3, 4, 5:
        deals[index].promises += 1
        add(
          stream, "PaymentPromised",
          [
            "promise": .string("q\(deal.promises)"), "to": .string(deal.practice), "money": money,
            "purpose": "patient care",
          ],
          day: day, by: deal.body)
      case 6 where deal.promises > 0, 7 where deal.promises > 0, 8 where deal.promises > 0:
        add(
          stream, "PaymentMade",
          [
            "promise": .string("q\(number(0...deal.promises - 1))"), "to": .string(deal.practice),
            "money": ["low": .integer(pence / 4), "high": .integer(pence / 4)],
          ],
          day: day, by: deal.practice)
      case 9 where deal.promises > 0 && number(0...1) == 0:
        add(
          stream, "PromiseWithdrawn",
          [
            "promise": .string("q\(number(0...deal.promises - 1))"), "scope": "whole", "decidedBy": "board",
            "reason": "financial position",
          ],
          day: day, by: deal.body)
      default:
        add(
          stream, "CorrespondenceLogged",
          [
            "from": .string(deal.practice), "to": [.string(deal.body)], "medium": "letter",
            "gist": "asks when it will be paid",
          ],
          day: day, by: deal.practice)
      }
    }
    file.write(buffer)
    try file.close()
  }

  static func mixed(_ events: Int, path: String, seed: UInt64) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      print("\(path) cannot be written")
      exit(73)
    }
    var buffer = Data()
    MixedLog.make(events, seed: seed, disputedEvery: 100) { line in
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
    var peaks: [Int] = []
    for _ in 0..<runs {
      var before = rusage()
      getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &before)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: command[0])
      process.arguments = Array(command.dropFirst())
      process.standardOutput = FileHandle.nullDevice
      do { try process.run() } catch {
        print("\(command[0]) cannot be run")
        exit(69)
      }
      process.waitUntilExit()
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
    print(
      String(
        format: "%.3f s CPU (%.3f to %.3f), peak %d MiB", seconds[seconds.count / 2], seconds[0],
        seconds[seconds.count - 1],
        peaks.max() ?? 0))
  }
}
