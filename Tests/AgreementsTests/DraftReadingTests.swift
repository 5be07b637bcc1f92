import Agreements
import CanonicalJSON
import TestSupport
import Testing

/// Drafts are read where they lie, whatever the order of their members; what is read of them, and what is refused, does not
/// depend on how they are written.
@Suite("Reading drafts")
struct DraftReadingTests {
  private let id = EventID(high: 9, low: 9)

  private func read(_ text: String) throws(JSONFault) -> Proposal {
    try Proposal(draft: Array(text.utf8), id: id, recordedBy: "officer")
  }

  /// Writes a value with its members backwards or shuffled, with white space, and some names and texts in escapes.
  private func written(_ value: JSONValue, _ random: inout SeededRandom) -> String {
    func space() -> String { ["", "", " ", "\t ", "  "][Int.random(in: 0..<5, using: &random)] }
    func escaped(_ text: String) -> String {
      var out = ""
      for scalar in text.unicodeScalars {
        let hex = String(scalar.value, radix: 16)
        let isEscaped = scalar == "\"" || scalar == "\\"
        let isDrawn = scalar.isASCII && Int.random(in: 0..<40, using: &random) == 0
        out += isEscaped || isDrawn ? "\\u" + String(repeating: "0", count: 4 - hex.count) + hex : String(scalar)
      }
      return "\"\(out)\""
    }
    switch value {
    case .object(let object):
      var members = object.members
      members.shuffle(using: &random)
      let texts = members.map { escaped($0.name) + space() + ":" + space() + written($0.value, &random) }
      return "{" + space() + texts.joined(separator: space() + "," + space()) + space() + "}"
    case .array(let items):
      return "[" + space() + items.map { written($0, &random) }.joined(separator: " , ") + space() + "]"
    case .string(let text): return escaped(text)
    default: return String(decoding: value.canonicalBytes, as: UTF8.self)
    }
  }

  @Test("In any order, with any white space and with escapes, a draft is the same")
  func order() throws {
    var random = SeededRandom(seed: 26)
    for line in Examples.draftLines {
      let value = try JSONValue(relaxed: Array(line.utf8))
      let plain = try read(String(decoding: value.canonicalBytes, as: UTF8.self))
      for _ in 0..<40 {
        let text = written(value, &random)
        #expect(try read(text) == plain, "\(text)")
      }
    }
  }

  /// A draft with something changed, and the code and path of its refusal.
  static let slips: [(from: String, to: String, JSONFault.Code, String)] = [
    (#""basis":"document""#, #""basis":"hearsay""#, .badValue, "basis"),
    (#""basis":"document","#, "", .missingMember, "basis"),
    (#""basis":"document""#, #""basis":"document","stray":1"#, .unknownMember, "stray"),
    (#""basis":"document""#, #""basis":"document","salt":"x""#, .unknownMember, "salt"),
    (#""basis":"document""#, #""basis":"document","v":2"#, .badValue, "v"),
    (#""basis":"document""#, #""basis":"document","v":"1""#, .badValue, "v"),
    (#""basis":"document""#, #""basis":"document","id":"1""#, .badValue, "id"),
    (#""basis":"document""#, #""basis":"document","recordedBy":1"#, .wrongType, "recordedBy"),
    (#""basis":"document""#, #""basis":"document","private":1"#, .wrongType, "private"),
    (#""basis":"document""#, #""basis":"document","private":{"é":1}"#, .nameNotASCII, "private.é"),
    (
      #""basis":"document""#, #""basis":"document","sources":[{"citation":"c"},{"cit":"c"}]"#, .unknownMember,
      "sources[1].cit"
    ),
    (#""basis":"document""#, #""basis":"document","sources":[ {"quote":1}]"#, .wrongType, "sources[0].quote"),
    (#""type":"PaymentMade""#, #""type":"PaymentMake""#, .badValue, "type"),
    (#""type":"PaymentMade""#, #""type":1"#, .wrongType, "type"),
    (#""stream":"agreement/deal-a""#, #""stream":"deal-a""#, .badValue, "stream"),
    (#""low":1"#, #""low":1,"hihg":5"#, .unknownMember, "data.money.hihg"),
    (#""low":1"#, #""low":1,"per":"total""#, .badValue, ""),
    (#""low":1"#, #""low":"1""#, .wrongType, "data.money.low"),
    (#""to":"practice-a""#, #""to":"practice-a","too":false"#, .unknownMember, "data.too"),
    (#""to":"practice-a""#, #""to":"practice-a","reference":" ""#, .badValue, "data.reference"),
    (#""to":"practice-a""#, #""to":"Practice A""#, .badValue, "data.to"),
  ]

  @Test("A slip is refused with its path and its place, in any order of the members")
  func faults() throws {
    let draft =
      #"{"type":"PaymentMade","stream":"agreement/deal-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"promise":"share-a","to":"practice-a","money":{"low":1}}}"#
    for slip in Self.slips {
      let text = draft.replacing(slip.from, with: slip.to)
      // What says nothing is no slip.
      guard !slip.3.isEmpty else {
        #expect(throws: Never.self) { try read(text) }
        continue
      }
      let fault = #expect(throws: JSONFault.self) { try read(text) }
      #expect(fault?.code == slip.2 && fault?.path == slip.3, "\(slip.to): \(fault.debugDescription)")
      // The place is that of the value, or of the object that should hold it; it is where the path leads.
      #expect(fault?.offset == JSONValue.offset(ofPath: slip.3, in: text), "\(slip.to)")
      let parts = text.split(separator: #","assertedBy":"#, maxSplits: 1)
      let turned = "{\"assertedBy\":\(parts[1].dropLast()), \(parts[0].dropFirst())}"
      let other = #expect(throws: JSONFault.self) { try read(turned) }
      #expect(other?.code == slip.2 && other?.path == slip.3 && other?.why == fault?.why, "\(turned)")
    }
  }
}

extension JSONValue {
  fileprivate static func offset(ofPath path: String, in text: String) -> Int? {
    Array(text.utf8).withUnsafeBufferPointer { offset(ofPath: path, in: $0) }
  }
}
