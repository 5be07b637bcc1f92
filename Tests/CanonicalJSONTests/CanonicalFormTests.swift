import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// Canonical form is the evidence: one value has one spelling, and everything else is refused with its place.
@Suite("Canonical form")
struct CanonicalFormTests {
  /// Inputs and outputs of cyberphone/json-canonicalization, testdata (arrays, french, structures, unicode, values, weird).
  /// Numbers with a point are outside our subset: in “structures” 56.0 is written 56, of “values” the string and the
  /// literals are kept.
  static let vectors: [(String, String)] = [
    ("[\n 56,\n {\n \"d\": true,\n \"10\": null,\n \"1\": [ ]\n }\n]\n", #"[56,{"1":[],"10":null,"d":true}]"#),
    (
      #"{ "peach": "This sorting order", "péché": "is wrong according to French", "pêche": "but canonicalization MUST", "sin":   "ignore locale" }"#,
      #"{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}"#
    ),
    (
      #"{ "1": {"f": {"f": "hi","F": 5} ,"\n": 56}, "10": { }, "": "empty", "a": { }, "111": [ {"e": "yes","E": "no" } ], "A": { } }"#,
      #"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#
    ),
    (#"{ "Unnormalized Unicode":"A\u030a" }"#, "{\"Unnormalized Unicode\":\"A\u{30A}\"}"),
    (
      #"{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }"#,
      #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    ),
    (
      #"{ "\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One", "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley", "\u00f6": "Latin Small Letter O With Diaeresis", "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge" }"#,
      "{\"\\n\":\"Newline\",\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":\"Browser Challenge\",\"\u{80}\":\"Control\u{7F}\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😂\":\"Smiley\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    ),
  ]

  @Test("The public vectors come out as published", arguments: vectors)
  func publicVectors(input: String, output: String) throws {
    let value = try JSONValue(relaxed: input.utf8)
    #expect(value.canonicalBytes == Array(output.utf8))
    #expect(try JSONValue(canonical: output.utf8) == value)
  }

  @Test("Law: an escape is written wherever it stands, and what needs none is copied")
  func escapes() {
    let awkward: [(Character, String)] = [
      ("\"", "\\\""), ("\\", "\\\\"), ("\u{1}", "\\u0001"), ("\u{1F}", "\\u001f"), ("\t", "\\t"), ("£", "£"),
      ("\u{7F}", "\u{7F}"), ("😂", "😂"), (" ", " "), ("!", "!"), ("#", "#"), ("[", "["), ("]", "]"),
    ]
    for length in 0..<20 {
      for place in 0...length {
        for (character, written) in awkward {
          for (second, secondWritten) in awkward {
            let (start, end) = (String(repeating: "a", count: place), String(repeating: "z", count: length - place))
            let text = JSONValue.string("\(start)\(character)\(second)\(end)\(second)")
            let bytes = text.canonicalBytes
            #expect(bytes == Array("\"\(start)\(written)\(secondWritten)\(end)\(secondWritten)\"".utf8))
          }
        }
      }
    }
  }

  /// text, code, column from 1
  static let refusals: [(String, JSONFault.Code, Int)] = [
    (#"{"a":1.5}"#, .notAnInteger, 6), (#"{"a":1e3}"#, .notAnInteger, 6), (#"{"a":01}"#, .integerForm, 6),
    (#"{"a":-0}"#, .integerForm, 6), (#"{"a":9007199254740992}"#, .integerTooLarge, 6),
    (#"{"a":-9007199254740992}"#, .integerTooLarge, 6), (#"{"a":99999999999999999999}"#, .integerTooLarge, 6),
    (#"{"b":1,"a":2}"#, .memberOrder, 8), (#"{"a":1,"a":2}"#, .duplicateMember, 8), (#"{"a": 1}"#, .whiteSpace, 6),
    (#" {"a":1}"#, .whiteSpace, 1), ("{\"a\":1}\r", .carriageReturn, 8), (#"{"a":1} "#, .whiteSpace, 8),
    (#"{"a":1}x"#, .trailingBytes, 8), (#"{"a":"\/"}"#, .escapeNotMinimal, 7),
    (#"{"a":"\u0041"}"#, .escapeNotMinimal, 7),
    (#"{"a":"\u000a"}"#, .escapeNotMinimal, 7), (#"{"a":"\u001F"}"#, .escapeNotMinimal, 7),
    (#"{"a":"\x"}"#, .badEscape, 7), (#"{"a":"\ud800"}"#, .loneSurrogate, 7), (#"{"a":"\udc00"}"#, .loneSurrogate, 7),
    ("{\"a\":\"\u{1}\"}", .controlCharacter, 7), (#"{"a":"#, .truncated, 6), (#"{"a":"b"#, .truncated, 8),
    (#"{"a":tru}"#, .syntax, 9), (#"{"a":nope}"#, .syntax, 7), (#"{"a"1}"#, .syntax, 5), (#"{a:1}"#, .syntax, 2),
    (#"{"é":1,"e":2}"#, .memberOrder, 8), ("", .truncated, 1),
    (String(repeating: "[", count: 30), .tooDeep, 25),
  ]

  @Test("What is not canonical is refused with its kind and column", arguments: refusals)
  func refused(text: String, code: JSONFault.Code, column: Int) {
    let fault = #expect(throws: JSONFault.self) { try JSONValue(canonical: text.utf8) }
    #expect(fault?.code == code, "\(text)")
    #expect(fault?.column(in: Array(text.utf8)) == column, "\(text)")
  }

  @Test("Nothing at all, and a text of more than 4 GiB, are refused before a byte is looked at")
  func tooLittleAndTooMuch() throws {
    #expect(#expect(throws: JSONFault.self) { try JSONValue(canonical: []) }?.why == "there is nothing here")
    // Room that is never touched takes no memory.
    let size = Int(UInt32.max)
    let room = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    let base = try #require(room == MAP_FAILED ? nil : room)
    defer { munmap(base, size) }
    var tape = Tape()
    var fault: JSONFault?
    do throws(JSONFault) {
      try tape.scan(UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: size))
    } catch {
      fault = error
    }
    #expect(fault?.code == .lineTooLong && fault?.why == "longer than 4 GiB")
  }

  /// RFC 3629: overlong forms, surrogates, past U+10FFFF, cut off, stray continuation bytes.
  static let badUTF8: [[UInt8]] = [
    [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
    [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0x80], [0xFF], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
  ]

  @Test("Bytes that are no UTF-8 are refused", arguments: badUTF8)
  func utf8(bytes: [UInt8]) {
    let text = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    #expect(throws: JSONFault.self) { try JSONValue(canonical: text) }
    #expect(throws: JSONFault.self) { try JSONValue(relaxed: text) }
  }

  @Test("Writing and reading give the value back, for random values")
  func roundTrip() throws {
    for seed in 0..<500 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let value = Self.value(depth: 0, &random)
      let bytes = value.canonicalBytes
      #expect(try JSONValue(canonical: bytes) == value, "seed \(seed)")
      #expect(try JSONValue(canonical: bytes).canonicalBytes == bytes, "seed \(seed)")
      #expect(try JSONValue(relaxed: bytes) == value, "seed \(seed)")
    }
  }

  private static func value(depth: Int, _ random: inout SeededRandom) -> JSONValue {
    let pieces = [
      "", "a", "\u{0}", "\"", "\\", "é", "e\u{301}", "😂", "\u{FFFF}", "\u{10FFFF}", "\u{D7FF}", "\u{E000}", "\n", "/",
    ]
    func text(_ random: inout SeededRandom) -> String {
      (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }
    switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: -(1 << 53 - 1)...(1 << 53 - 1), using: &random))
    case 3: return .string(text(&random))
    case 4: return .array((0..<3).map { _ in value(depth: depth + 1, &random) })
    default:
      var object = JSONObject()
      for _ in 0..<4 { object[text(&random)] = value(depth: depth + 1, &random) }
      return .object(object)
    }
  }

  @Test("Texts are the same only if their bytes are: NFC and NFD are two")
  func normalisation() {
    #expect(JSONValue.string("é") != JSONValue.string("e\u{301}"))
    var object = JSONObject()
    object["é"] = 1
    object["e\u{301}"] = 2
    #expect(object.members.count == 2)
  }

  @Test("Base64 has one spelling for each run of bytes")
  func base64() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
      let text = Base64.encode(bytes)
      #expect(text == Data(bytes).base64EncodedString())
      #expect(Base64.encode(bytes.lazy.map { $0 }) == text)
      #expect(Base64.decode(text) == bytes)
    }
    for wrong in ["QQ=", "QQ", "Q===", "QR==", "QUI=QUI=", "QUJ=", "QQ==\n", "Q Q=", "====", "-_==", "QUJD=", "=QUJ"] {
      #expect(Base64.decode(wrong) == nil, "\(wrong)")
    }
  }

  @Test("An id is a UUID in lower case, and printing gives it back")
  func eventIDs() {
    let text = "018f3c1e-7b5a-7c3d-9e2f-0123456789ab"
    #expect(EventID(text)?.description == text)
    #expect(EventID(text)?.version == 7)
    for wrong in [
      "018F3C1E-7b5a-7c3d-9e2f-0123456789ab", "018f3c1e7b5a7c3d9e2f0123456789ab", "018f3c1e-7b5a-7c3d-9e2f-0123456789a",
      "",
    ] {
      #expect(EventID(wrong) == nil)
    }
    let made = EventID.version7(milliseconds: 1_700_000_000_000, random: [UInt8](repeating: 0xFF, count: 10))
    #expect(made.version == 7 && made.hasStandardVariant)
    #expect(made.high >> 16 == 1_700_000_000_000)
  }

  @Test("Days and moments: every day of four centuries is read as it is printed")
  func days() throws {
    var day = try #require(Day(year: 1799, month: 12, day: 31))
    for _ in 0..<146_500 {
      day = day.adding(1)
      let civil = day.civil
      #expect(Day(year: civil.year, month: civil.month, day: civil.day) == day)
    }
    #expect(Day("2010-02-29") == nil && Day("1900-02-29") == nil && Day("2000-02-29") != nil)
    let moment = "2012-02-29T23:59:59.999Z"
    #expect(Instant(moment)?.description == moment)
    #expect(Instant(moment)?.day.description == "2012-02-29")
    #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
    for wrong in [
      "2012-02-30T00:00:00.000Z", "2012-02-29T24:00:00.000Z", "2012-02-29T23:59:60.000Z", "2012-02-29T23:59:59Z",
      "2012-02-29 23:59:59.999Z",
    ] {
      #expect(Instant(wrong) == nil, "\(wrong)")
    }
  }
}
