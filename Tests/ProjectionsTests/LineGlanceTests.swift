import CanonicalJSON
import LogStore
import Projections
import TestSupport
import Testing

/// What a glance at a line says must never keep a stream from being read that can change a figure.
@Suite("A glance at a line")
struct LineGlanceTests {
  @Test("Of an event that mentions somebody it never says that it names nobody, whatever byte of the line is changed")
  func law() throws {
    var lines: [[UInt8]] = []
    MixedLog.make(3_000, seed: 4, disputedEvery: 8) { lines.append($0) }
    for seed in 0..<10 as Range<UInt64> {
      lines += RandomHistory(seed: seed, events: 40).lines
      lines += PlainHistory(seed: seed, events: 60, oddness: 600).lines
    }
    var random = SeededRandom(seed: 9)
    var decoder = EventDecoder()
    var (silent, naming, mutants) = (0, 0, 0)
    for (number, line) in lines.enumerated() {
      for round in 0..<4 {
        var line = line
        if round > 0 {
          let at = Int.random(in: 0..<line.count, using: &random)
          line[at] = UInt8.random(in: 0x20...0x7E, using: &random)
        }
        guard let event = try? decoder.event(line, at: number) else { continue }
        let isSilent = line.withUnsafeBufferPointer { LineGlance.namesNobody($0) }
        if isSilent, !event.mentions.isEmpty {
          Issue.record("said to name nobody: \(String(decoding: line, as: UTF8.self))")
          return
        }
        if round > 0 { mutants += 1 } else if isSilent { silent += 1 } else { naming += 1 }
      }
    }
    // Else it would save nothing.
    #expect(silent > naming)
    #expect(naming > 500)
    #expect(mutants > 500)
  }

  @Test(
    "Names are looked for as members, not as words",
    arguments: [
      (#"{"type":"PaymentMade","v":1,"when":{"words":"exhibit: \"exhibit\": \"type\":\"AgreementMade\""}}"#, true),
      (#"{"sources":[{"exhibit":"x"}],"type":"PaymentMade"}"#, false),
      (#"{"data":{"type":"PaymentMade"},"type":"EntryCorrected"}"#, false),
      (#"{"type":"PaymentPromised"}"#, false),
      (#"{"type":"PaymentMad"#, false),
      (#"{"entry":"AAAA"}"#, false),
      ("", false),
    ])
  func members(_ line: String, isSilent: Bool) {
    #expect(Array(line.utf8).withUnsafeBufferPointer { LineGlance.namesNobody($0) } == isSilent)
  }
}
