import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import TestSupport
import TransparencyLog

/// What proofs and signed appends cost, in CPU time of this process as the system counts it.
enum ProofBench {
  /// Inclusion and consistency, made out of a book and checked, at random places.
  static func proofs(_ path: String, _ count: Int) throws {
    let log = try SQLiteLog(path: path, opening: .readOnly)
    let size = try log.size()
    let root = try log.head().root
    var random = SeededRandom(seed: 1)
    var entries: [(Int, [UInt8])] = []
    for _ in 0..<count {
      let index = Int.random(in: 0..<size, using: &random)
      entries.append((index, LogDigest.entry(of: try log.lines(at: [index])[0])))
    }
    let included = try cpu {
      for (index, entry) in entries {
        let proof = try InclusionProof.prove(index, in: size, log)
        try InclusionProof.check(proof, index: index, size: size, leaf: LogDigest.leaf(of: entry), root: root)
      }
    }
    let consistent = try cpu {
      for (index, _) in entries where index > 0 {
        let proof = try ConsistencyProof.prove(from: index, to: size, log)
        try ConsistencyProof.check(proof, from: index, root: try log.root(of: index), to: size, root: root)
      }
    }
    print("book of \(size) events, \(count) proofs each")
    let each = 1000 / Double(count)
    print(String(format: "inclusion, made and checked:                      %8.3f ms CPU each", included * each))
    print(String(format: "consistency with the earlier root, made, checked: %8.3f ms CPU each", consistent * each))
  }

  /// Single durable appends to a fresh book, without a key and with one.
  static func appends(_ count: Int) throws {
    for isSigned in [false, true] {
      let path = "\(NSTemporaryDirectory())/appends-\(UUID().uuidString).tracker"
      defer { for ending in ["", "-wal", "-shm"] { unlink(path + ending) } }
      let log = try SQLiteLog(path: path, opening: .new)
      if isSigned {
        let key = try SigningKey(name: "bench", type: .ed25519, seed: LogEnvironment.system.random(32))
        log.use(LogSigner(origin: "bench", keys: [key]))
      }
      var meaning = JSONObject()
      meaning["assertedBy"] = ["party": "a"]
      meaning["basis"] = "told"
      meaning["data"] = ["what": .string(String(repeating: "x", count: 200))]
      meaning["visibility"] = "committee"
      let seconds = try cpu {
        for number in 0..<count {
          let id = EventID.version7(
            milliseconds: LogEnvironment.system.now().milliseconds, random: LogEnvironment.system.random(10))
          _ = try log.append([
            EventDraft(id: id, stream: "agreement/a\(number % 100)", type: "Bench", recordedBy: "x", meaning: meaning)
          ])
        }
      }
      try log.close()
      print(
        String(
          format: "durable single appends, tree kept, %@ %8.0f a CPU second",
          isSigned ? "checkpoint signed:   " : "without a checkpoint:", Double(count) / seconds))
    }
  }

  private static func cpu(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let micro = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
      return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(micro) / 1e6
    }
    let before = now()
    try body()
    return now() - before
  }
}
