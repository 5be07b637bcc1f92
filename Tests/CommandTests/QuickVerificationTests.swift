import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import LogStore
import Projections
import TestSupport
import Testing

/// `verify` lets plain events through by a short way; what it says of the rules must be what the rule book says that was
/// given every event.
@Suite("Verification and the rule book")
struct QuickVerificationTests {
  private struct Fault: Hashable {
    var position: Int
    var code: String
    var text: String
  }

  /// Findings that the end of an append may settle are judged there, and left out here.
  private static let awaited: Set<RuleFinding.Code> = [.unknownParty, .unknownExhibit, .noGroup]

  private func verified(_ lines: [[UInt8]]) throws -> Verification {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(lines.flatMap { $0 + [0x0A] }).write(to: file)
    return try Verification.run(try Source.open(file.path))
  }

  private func expected(_ lines: [[UInt8]]) throws -> Set<Fault> {
    var book = RuleBook { position in
      var decoder = EventDecoder()
      return try? decoder.event(lines[position], at: position)?.statement
    }
    var decoder = EventDecoder()
    var faults: Set<Fault> = []
    for (position, line) in lines.enumerated() {
      guard let event = try decoder.event(line, at: position) else { continue }
      for finding in book.take(event.statement, id: event.id, in: event.stream, at: position)
      where !finding.isQuestion && !Self.awaited.contains(finding.code) {
        let place = "\(finding.path): \(finding.what)"
        faults.insert(Fault(position: position, code: finding.code.rawValue, text: place))
      }
    }
    return faults
  }

  @Test("For registers with and without corrections the findings are the same")
  func findings() throws {
    var codes: Set<String> = []
    var clean = 0
    for seed in 0..<120 as Range<UInt64> {
      let lines = PlainHistory(seed: seed, events: 60, oddness: seed % 3 == 0 ? 0 : 800).lines
      let verification = try verified(lines)
      #expect(verification.isSound)
      let awaited = Set(Self.awaited.map(\.rawValue))
      let found = verification.faults.filter { !awaited.contains($0.code) }
        .map { Fault(position: $0.position ?? -1, code: $0.code, text: $0.text) }
      let expected = try expected(lines)
      guard Set(found) == expected else {
        let difference = Set(found).symmetricDifference(expected).map { "\($0)" }.sorted().prefix(3)
        Issue.record("seed \(seed): \(difference.joined(separator: "; "))")
        return
      }
      codes.formUnion(found.map(\.code))
      if found.isEmpty { clean += 1 }
    }
    #expect(
      codes.isSuperset(of: ["unknown-promise", "creditor-outside", "unknown-agreement", "account-without-label"]))
    #expect(codes.count >= 6, "only \(codes.sorted())")
    #expect(clean < 120)
  }

  @Test("An id or a salt that is used twice is named where it comes again")
  func twins() throws {
    var lines = PlainHistory(seed: 5, events: 80, oddness: 0).lines
    let again = lines[30]
    lines.append(again)
    let verification = try verified(lines)
    let last = verification.faults.filter { $0.position == lines.count - 1 }.map(\.code)
    #expect(last.contains("duplicate-id"))
    #expect(last.contains("salt-twice"))
    #expect(verification.faults.filter { $0.code == "duplicate-id" }.count == 1)
  }

  @Test("A byte changed anywhere in a line is seen", arguments: [7, 40, 70])
  func changed(_ number: Int) throws {
    let lines = PlainHistory(seed: 9, events: 80, oddness: 0).lines
    let whole = try verified(lines)
    for at in stride(from: 0, to: lines[number].count, by: 7) {
      var mutant = lines
      mutant[number][at] ^= 1
      let verification = try verified(mutant)
      #expect(verification.root != whole.root)
    }
  }
}
