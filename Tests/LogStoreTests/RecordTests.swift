import CanonicalJSON
import LogStore
import Testing

/// What memory reads of a line, and what it refuses, with the place of the fault.
@Suite("Lines: the members of memory")
struct RecordTests {
  static let digest = Base64.encode([UInt8](repeating: 7, count: 32))

  /// A line whose members a test changes; `nil` takes one out.
  static func line(_ changes: KeyValuePairs<String, JSONValue?> = [:]) -> [UInt8] {
    var object = JSONObject([
      "assertedBy": ["party": "a"], "basis": "told", "data": ["what": "x"],
      "id": "018f3c1e-7b5a-7c3d-9e2f-0123456789ab", "previous": "", "recordedAt": "2012-01-02T10:00:00.000Z",
      "recordedBy": "officer", "salt": "AAAAAAAAAAAAAAAAAAAAAA==", "stream": "agreement/deal-a", "streamVersion": 1,
      "type": "Something", "v": 1, "visibility": "committee",
    ])
    for (name, value) in changes { object[name] = value }
    return JSONValue.object(object).canonicalBytes
  }

  private func read(_ line: [UInt8]) throws(StoreError) -> LogLine {
    var scanner = LineScanner()
    return try scanner.scanBytes(line, at: 41) { view throws(JSONFault) in try LogLine(view) }
  }

  @Test("A whole line gives the members of memory")
  func whole() throws {
    let line = Self.line([
      "previous": .string(Self.digest), "private": ["contact": .string(Self.digest)], "streamVersion": 7, "v": 3,
      "unheard": ["of": [1, true, .null]],
    ])
    guard case .event(let record) = try read(line) else {
      Issue.record("no event")
      return
    }
    #expect(record.id == EventID("018f3c1e-7b5a-7c3d-9e2f-0123456789ab"))
    #expect(record.previous == Self.digest && record.privateDigests == ["contact": Self.digest])
    #expect(record.recordedAt == Instant("2012-01-02T10:00:00.000Z") && record.recordedBy == "officer")
    #expect(record.stream == "agreement/deal-a" && record.streamVersion == 7)
    #expect(record.type == "Something" && record.version == 3 && record.salt == "AAAAAAAAAAAAAAAAAAAAAA==")
  }

  @Test("A line that was left out openly gives its digest, and nothing else looks like one")
  func withheld() throws {
    let line = Array("{\"entry\":\"\(Self.digest)\"}".utf8)
    #expect(try read(line) == .withheld(entry: [UInt8](repeating: 7, count: 32)))
    for wrong in ["{\"entry\":\"\"}", "{\"entry\":7}", "{\"entry\":\"\(Self.digest)\",\"x\":1}", "{}", "[]", "7"] {
      #expect(throws: StoreError.self) { try read(Array(wrong.utf8)) }
    }
  }

  @Test(
    "Every member of a line is required",
    arguments: [
      "assertedBy", "basis", "data", "id", "previous", "recordedAt", "recordedBy", "salt", "stream", "streamVersion",
      "type", "v", "visibility",
    ])
  func missing(name: String) {
    let error = #expect(throws: StoreError.self) { try read(Self.line([name: nil])) }
    #expect(error?.code == .badLine && error?.position == 41)
    #expect(error?.fault?.code == .missingMember && error?.fault?.path == name)
  }

  static let wrong: [(String, JSONValue, JSONFault.Code)] = [
    ("assertedBy", "a", .wrongType), ("basis", 7, .wrongType), ("data", [], .wrongType), ("visibility", [], .wrongType),
    ("recordedBy", 7, .wrongType), ("type", .null, .wrongType), ("v", "1", .wrongType),
    ("streamVersion", "1", .wrongType),
    ("private", "x", .wrongType), ("private", ["a": 7], .wrongType),
    ("id", 7, .badValue), ("id", "018f3c1e7b5a7c3d9e2f0123456789ab", .badValue),
    ("id", "018F3C1E-7B5A-7C3D-9E2F-0123456789AB", .badValue),
    ("id", "018f3c1e-7b5a-4c3d-9e2f-0123456789ab", .badValue),
    ("id", "018f3c1e-7b5a-7c3d-1e2f-0123456789ab", .badValue),
    ("id", "018f3c1e-7b5a-7c3d-9e2f-0123456789ab0", .badValue),
    ("previous", "AAAA", .badValue), ("previous", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwf=", .badValue),
    ("private", ["a": "AAAA"], .badValue),
    ("recordedAt", "2012-01-02T10:00:00Z", .badValue), ("recordedAt", "2012-02-30T10:00:00.000Z", .badValue),
    ("recordedAt", "2012-01-02T10:00:00.000+00:00", .badValue), ("recordedAt", "2012-01-02T24:00:00.000Z", .badValue),
    ("recordedAt", 7, .badValue),
    ("salt", "", .badValue), ("salt", "AAAAAAAAAAAAAAAAAAAAAB==", .badValue),
    ("salt", "AAAAAAAAAAAAAAAAAAAAAA", .badValue),
    ("stream", "", .badValue), ("stream", "agreement", .badValue), ("stream", "agreement/", .badValue),
    ("stream", "/deal", .badValue), ("stream", "Agreement/deal", .badValue), ("stream", "agreement/Deal", .badValue),
    ("stream", "agreement/a/b", .badValue), ("stream", "agreement/-a", .badValue), ("stream", "log/", .badValue),
    ("stream", .string("agreement/" + String(repeating: "a", count: 65)), .badValue),
    ("streamVersion", 0, .badValue), ("streamVersion", -1, .badValue), ("v", 0, .badValue),
    ("data", ["é": 1], .nameNotASCII), ("data", ["a": [["b": ["ü": .null]]]], .nameNotASCII), ("é", 1, .nameNotASCII),
  ]

  @Test("A member of another form is refused, with its path and column", arguments: wrong)
  func refused(name: String, value: JSONValue, code: JSONFault.Code) throws {
    let line = Self.line([name: value])
    let error = #expect(throws: StoreError.self) { try read(line) }
    #expect(error?.code == .badLine && error?.position == 41)
    #expect(error?.fault?.code == code, "\(error?.fault?.why ?? "")")
    #expect(error?.fault?.path.hasPrefix(name) == true, "\(error?.fault?.path ?? "")")
    let fault = try #require(error?.fault)
    #expect(error?.column == fault.column(in: line))
  }

  @Test("A line has at most 65,535 bytes; an empty one and one that ends in CR LF are told apart")
  func frame() throws {
    let length = Self.line(["note": ""]).count
    let longest = Self.line(["note": .string(String(repeating: "x", count: 65_535 - length))])
    #expect(longest.count == 65_535)
    _ = try read(longest)
    let longer = Self.line(["note": .string(String(repeating: "x", count: 65_536 - length))])
    for (line, code) in [
      (longer, JSONFault.Code.lineTooLong), ([], .emptyLine), (Self.line() + [0x0D], .carriageReturn),
      ([0xEF, 0xBB, 0xBF] + Self.line(), .byteOrderMark), (Self.line() + [0x20], .whiteSpace),
      (Self.line() + Self.line(), .trailingBytes),
    ] {
      let error = #expect(throws: StoreError.self) { try read(line) }
      #expect(error?.fault?.code == code)
      #expect((error?.column ?? 0) >= 1)
    }
  }

  @Test("Streams are word/KEY or log", arguments: ["log", "party/a", "agreement/bury-2009-10", "word/0", "x/a-"])
  func streams(text: String) { #expect(Record.isStream(text)) }
}
