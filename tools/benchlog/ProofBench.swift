import CanonicalJSON
import Foundation
import LogStore
import Projections
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

  /// What a book keeps current with each append, beside the log and its tree.
  private enum Kept: String, CaseIterable {
    case nothing = "without a checkpoint:"
    case checkpoint = "checkpoint signed:"
    case models = "checkpoint signed, read models:"
  }

  /// Single durable appends to a fresh book: payments, one after the other into a hundred agreements.
  static func appends(_ count: Int) throws {
    for kept in Kept.allCases {
      let path = "\(NSTemporaryDirectory())/appends-\(UUID().uuidString).tracker"
      defer { for ending in ["", "-wal", "-shm"] { unlink(path + ending) } }
      let log = try SQLiteLog(
        path: path, opening: .new, readModels: kept == .models ? [PositionModel()] : [])
      if kept != .nothing {
        let key = try SigningKey(name: "bench", type: .ed25519, seed: LogEnvironment.system.random(32))
        log.use(LogSigner(origin: "bench", keys: [key]))
      }
      _ = try log.append(agreements)
      let seconds = try cpu {
        for number in 0..<count {
          let payment: JSONValue = [
            "money": ["high": .integer(Int64(number + 1)), "low": .integer(Int64(number + 1))], "promise": "share",
            "reference": .string("R\(number)"), "to": "practice",
          ]
          _ = try log.append([draft("PaymentMade", "agreement/a\(number % 100)", payment)])
        }
      }
      if kept == .models {
        // A read model that had stopped would cost nothing.
        guard try log.state(of: PositionModel().name)?.position == count + agreements.count else {
          throw StoreError(.readModelStopped, "the read model did not keep up")
        }
      }
      try log.close()
      print(
        "durable single appends, tree kept, "
          + kept.rawValue.padding(toLength: 32, withPad: " ", startingAt: 0)
          + String(format: "%8.0f a CPU second", Double(count) / seconds))
    }
  }

  /// What payments can be made into.
  private static let agreements: [EventDraft] = {
    var drafts = ["commissioner", "practice"].map {
      draft("PartyRegistered", "party/\($0)", ["identity": "named", "kind": .string($0)])
    }
    for number in 0..<100 {
      let stream = "agreement/a\(number)"
      drafts.append(
        draft(
          "AgreementMade", stream,
          [
            "contractStatus": "unknown", "creditors": ["practice"], "debtor": "commissioner", "form": "letter",
            "title": "Savings",
          ]))
      let money: JSONValue = ["high": 100_000_000, "low": 100_000_000]
      drafts.append(draft("PaymentPromised", stream, ["money": money, "promise": "share", "to": "practice"]))
    }
    return drafts
  }()

  private static func draft(_ type: String, _ stream: String, _ data: JSONValue) -> EventDraft {
    let environment = LogEnvironment.system
    return EventDraft(
      id: EventID.version7(milliseconds: environment.now().milliseconds, random: environment.random(10)),
      stream: stream, type: type, recordedBy: "x",
      meaning: JSONObject([
        "assertedBy": ["party": "practice"], "basis": "document", "data": data,
        "sources": [["citation": "remittance advice", "locator": "page 1"]], "visibility": "committee",
        "when": ["edtf": "2010-09-14"],
      ]))
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
