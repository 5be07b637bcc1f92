internal import Agreements
internal import CanonicalJSON
internal import TransparencyLog

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

  mutating func below(_ end: Int) -> Int { Int.random(in: 0..<max(1, end), using: &self) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func one<T>(of list: [T]) -> T? { list.randomElement(using: &self) }
}

/// Makes a mutant of some lines of canonical JSON.
///
/// Four kinds of mutation: bytes (mostly no JSON any more), text that is JSON in a form that a log refuses, values of the
/// tree (still canonical; most come from other lines, so that they are plausible where they land), and whole lines that
/// aim at one rule each.
struct Mutator {
  var random: SeededRandom
  /// Are they lines of a log, with what memory writes, or drafts?
  let isLog: Bool
  /// Every value that a member of some name has anywhere.
  private let pool: [String: [JSONValue]]
  /// Everything that is a text somewhere: keys, ids, words.
  private let texts: [String]
  private var added = 0x1000

  init(seed: UInt64, lines: [[UInt8]], isLog: Bool) {
    random = SeededRandom(seed: seed)
    self.isLog = isLog
    var pool: [String: [JSONValue]] = [:]
    var texts: Set<String> = []
    func collect(_ value: JSONValue) {
      switch value {
      case .object(let object):
        for member in object.members {
          pool[member.name, default: []].append(member.value)
          collect(member.value)
        }
      case .array(let array): array.forEach(collect)
      case .string(let text): texts.insert(text)
      default: break
      }
    }
    for line in lines { (try? JSONValue(relaxed: line)).map(collect) }
    self.pool = pool
    self.texts = texts.sorted()
  }

  /// One mutant: mostly one mutation, sometimes a few that meet. The last line has its LF, if nothing took it.
  mutating func mutant(of lines: [[UInt8]]) -> [UInt8] {
    var lines = lines
    for _ in 0..<(random.chance(70) ? 1 : 2 + random.below(2)) {
      let at = random.below(lines.count)
      switch random.below(100) {
      case 0..<12: mutateBytes(&lines[at])
      case 12..<30: mutateText(&lines[at])
      case 30..<70:
        guard var value = try? JSONValue(relaxed: lines[at]) else { break }
        mutateTree(&value)
        lines[at] = value.canonicalBytes
      default: aim(&lines)
      }
      if lines.isEmpty { lines = [[]] }
    }
    if isLog, random.chance(60) { relink(&lines) }
    var bytes = Array(lines.joined(separator: [0x0A])) + [0x0A]
    switch random.below(60) {
    case 0: bytes.removeLast()
    case 1: bytes.removeLast(min(bytes.count, 1 + random.below(bytes.count)))
    case 2: bytes = [0xEF, 0xBB, 0xBF] + bytes
    case 3: bytes = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    case 4: bytes.append(0x0A)
    case 5: bytes = Array((random.one(of: ["", "\n", " \r\n\n"]) ?? "").utf8)
    default: break
    }
    return bytes
  }

  // MARK: Bytes

  private mutating func mutateBytes(_ line: inout [UInt8]) {
    for _ in 0...random.below(3) {
      let at = random.below(line.count)
      switch random.below(4) {
      case 0 where !line.isEmpty: line.remove(at: at)
      case 1: line.insert(UInt8(random.below(256)), at: at)
      default: if !line.isEmpty { line[at] = UInt8(random.below(256)) }
      }
    }
  }

  // MARK: Text

  private static let numbers = [
    "1.5", "1e3", "-0", "007", "-01", "9007199254740991", "9007199254740992", "-9007199254740992",
    "18446744073709551616", "99999999999999999999999", "-", "1.", "+1", "NaN",
  ]
  /// Escapes and bytes that are wrong in a string, or are written in another way in canonical form.
  private static let pieces: [[UInt8]] =
    [
      #"\ud800"#, #"\udc00x"#, #"\ud800\u0041"#, #"\ud83d\ude00"#, #"\x"#, #"\u12G4"#, #"\u0041"#, #"\/"#, #"\u001F"#,
      #"\u001f"#, #"\u000a"#, #"\n"#, #"\u0000"#, #"\"#, "\u{1}", "\t", "\u{7F}", "é", "\"",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ]

  /// Changes the text so that its tree stays, or nearly: forms that a log refuses and a draft may have.
  private mutating func mutateText(_ line: inout [UInt8]) {
    func addMembers(_ text: String) {
      guard line.last == UInt8(ascii: "}") else { return }
      line.removeLast()
      line += Array(",\(text)}".utf8)
    }
    let (marks, strings) = Self.outline(line)
    switch random.below(16) {
    case 0:
      let space: UInt8 = random.one(of: [0x20, 0x09, 0x0D]) ?? 0x20
      line.insert(space, at: random.one(of: marks) ?? 0)
    case 1: line.append(0x0D)
    case 2: addMembers(#""zz":1,"zz":2"#)
    case 3: if line.first == UInt8(ascii: "{") { line.insert(contentsOf: Array(#""zz":1,"#.utf8), at: 1) }
    case 4, 5:
      let number = random.one(of: Self.numbers) ?? "1.5"
      if random.chance(50) {
        addMembers(#""zz":\#(number)"#)
      } else if let colon = random.one(of: marks.filter { line[$0] == UInt8(ascii: ":") }) {
        let end = marks.first { $0 > colon } ?? line.count
        line.replaceSubrange(colon + 1..<end, with: Array(number.utf8))
      }
    case 6, 7, 8:
      guard let string = random.one(of: strings), let piece = random.one(of: Self.pieces) else { break }
      line.insert(contentsOf: piece, at: string.lowerBound + random.below(string.count + 1))
    case 9:
      let depth = 20 + random.below(30)
      addMembers(#""zz":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    case 10: line += Array((random.one(of: ["{}", " x", ",", "null", "}"]) ?? "").utf8)
    case 11: line.removeLast(min(line.count, 1 + random.below(line.count)))
    case 12: line = random.chance(50) ? [] : [0x20]
    case 13: addMembers(#""é":1"#)
    case 14:
      // As long as a line may be, a little more, or so long that no reader looks for its end.
      let length = random.chance(90) ? 64_000 + random.below(3_000) : 1 << 20
      addMembers(#""zz":""# + String(repeating: "a", count: length) + "\"")
    default:
      if let mark = random.one(of: marks) { line[mark] = random.one(of: Array(":,{}[]\" x".utf8)) ?? 0x20 }
    }
  }

  /// Where structure stands (colons, commas, brackets), and what lies between the quotes of strings.
  private static func outline(_ line: [UInt8]) -> (marks: [Int], strings: [Range<Int>]) {
    var marks: [Int] = []
    var strings: [Range<Int>] = []
    var at = 0
    while at < line.count {
      if line[at] == UInt8(ascii: "\"") {
        let begin = at + 1
        at = begin
        while at < line.count, line[at] != UInt8(ascii: "\"") { at += line[at] == UInt8(ascii: "\\") ? 2 : 1 }
        strings.append(begin..<max(begin, min(at, line.count)))
      } else if ":,{}[]".utf8.contains(line[at]) {
        marks.append(at)
      }
      at += 1
    }
    return (marks, strings)
  }

  // MARK: The tree

  private static let values: [JSONValue] = [
    .null, true, false, -1, 0, 1, 99, .integer(Money.limit), .integer(Money.limit + 1), .integer(1 << 53 - 1), "", "x",
    "A B", "2010-13", "2011/2010", "../..", "2010-09~", "2199-12-31/..", "1800", "agreement/none", "party/none", "log",
    "none", "00000000-0000-0000-0000-000000000000", [], [:], [.null], "\u{0}\u{1F}\u{7F}", "é", "whole", "part", "each",
    "year", "yes", "no", "public", "practice:", "practice:practice-b,practice-a", ["low": 0], ["low": 2, "high": 1],
    ["edtf": "2010"], .string(String(repeating: "a", count: 66_000)),
  ]

  private mutating func mutateTree(_ value: inout JSONValue, named name: String? = nil, depth: Int = 0) {
    switch value {
    case .object(var object) where !object.members.isEmpty && (depth == 0 || random.chance(85)):
      guard let member = random.one(of: object.members) else { return }
      // What an event says is as large as all that memory says of it, so it is looked into more often.
      let name = depth == 0 && random.chance(50) ? "data" : member.name
      var inner = object[name] ?? member.value
      switch random.below(14) {
      case 0: object[name] = nil
      case 1: object["zz"] = inner
      case 2:
        if let other = random.one(of: pool.keys.sorted()) { object[other] = random.one(of: pool[other] ?? []) }
      default:
        mutateTree(&inner, named: name, depth: depth + 1)
        object[name] = inner
      }
      value = .object(object)
    case .array(var array) where !array.isEmpty && random.chance(75):
      let index = random.below(array.count)
      switch random.below(6) {
      case 0: array.remove(at: index)
      case 1: array.append(array[index])
      default: mutateTree(&array[index], named: name, depth: depth + 1)
      }
      value = .array(array)
    case .integer(let number) where random.chance(40):
      value = .integer(random.one(of: [number + 1, number - 1, number * 10, -number, number / 2]) ?? 0)
    case .string where random.chance(30): value = .string(random.one(of: texts) ?? "")
    default:
      let others = name.flatMap { pool[$0] } ?? []
      value = random.chance(60) ? random.one(of: others) ?? .null : random.one(of: Self.values) ?? .null
    }
    // Larger than any log can hold it would not be JSON of ours.
    if case .integer(let number) = value { value = .integer(min(max(number, -(1 << 53) + 1), 1 << 53 - 1)) }
  }

  // MARK: Whole lines, aimed

  /// One of the lines as an object, of some types or of any.
  private mutating func template(_ lines: [[UInt8]], _ types: String...) -> JSONObject? {
    let fitting = lines.indices.filter { index in
      types.isEmpty
        || types.contains { type in
          lines[index].firstRange(of: Array(#""type":"\#(type)""#.utf8)) != nil
        }
    }
    guard let index = random.one(of: Array(fitting)) else { return nil }
    return (try? JSONValue(relaxed: lines[index]))?.object
  }

  /// A new id, and for a log what memory would have written.
  private mutating func append(_ object: JSONObject?, to lines: inout [[UInt8]], at place: Int? = nil) {
    guard var object else { return }
    added += 1
    object["id"] = .string(MutantRun.id(added))
    if isLog {
      object["salt"] = .string(Base64.encode((0..<16).map { _ in UInt8(random.below(256)) }))
      object["recordedAt"] = (lines.last.flatMap { try? JSONValue(relaxed: $0) })?["recordedAt"] ?? object["recordedAt"]
    }
    lines.insert(JSONValue.object(object).canonicalBytes, at: place ?? lines.count)
  }

  private mutating func aim(_ lines: inout [[UInt8]]) {
    let at = random.below(lines.count)
    switch random.below(isLog ? 26 : 19) {
    case 0: lines.remove(at: at)
    case 1: append(template(lines), to: &lines)
    case 2: append(template(lines), to: &lines, at: at)
    case 3: lines.swapAt(at, random.below(lines.count))
    case 4: lines.insert(lines[at], at: random.below(lines.count + 1))
    case 5:
      var object = template(lines)
      object?["stream"] = random.one(of: pool["stream"] ?? [])
      append(object, to: &lines)
    case 6:
      var object = template(lines)
      object?["stream"] = "log"
      object?["type"] = "LogOpened"
      object?["data"] = ["name": "again", "origin": "tracker/again"]
      if let deed = random.one(of: Examples.data.filter { ["KeyRotated", "Acknowledged"].contains($0.type) }),
        random.chance(50)
      {
        object?["type"] = .string(deed.type)
        object?["data"] = try? JSONValue(relaxed: Array(deed.data.utf8))
      }
      append(object, to: &lines)
    case 7, 8: append(aboutAnother(lines, "EntryRetracted", JSONObject(["why": "a slip"])), to: &lines)
    case 9, 10:
      var data = JSONObject([
        "set": random.one(of: [
          ["when": ["edtf": "2010-08"]], ["when": .null], ["basis": "rumour"], ["dta": 1], ["note": "x", "nte": "y"],
          ["data": random.one(of: pool["data"] ?? []) ?? .null], ["assertedBy": ["party": "none"]],
          ["sources": [["exhibit": "none"]]],
        ]) ?? [:], "why": "a slip",
      ])
      if random.chance(30) { data["replaces"] = random.one(of: pool["id"] ?? []) }
      append(aboutAnother(lines, "EntryCorrected", data), to: &lines)
    case 11: append(template(lines, "PaymentPromised").map { $0.setting(["money", "per"], "year") }, to: &lines)
    case 12:
      var object = template(lines, "PaymentPromised")?.setting(["account"], .string("another \(added)"))
      object = object?.setting(["to"], random.one(of: ["practice-a", "practice-b", "body-b"]) ?? "body-b")
      append(object, to: &lines)
    case 13: append(template(lines, "SetOffApplied")?.setting(["accepted"], .integer(Money.limit)), to: &lines)
    case 14: append(template(lines, "SavingReported")?.setting(["by"], "practice-b"), to: &lines)
    case 15:
      let money: JSONValue = ["high": .integer(Money.limit), "low": .integer(Money.limit)]
      append(template(lines, "PaymentMade")?.setting(["money"], money), to: &lines)
    case 16:
      var object = template(lines, "MemberNamed")
      object?["stream"] = random.one(of: ["party/practice-a", "party/body-a", "party/group-a"])
      append(object, to: &lines)
    case 17:
      let name = random.one(of: ["promise", "saving", "dispute", "request", "condition", "to", "for", "target"]) ?? ""
      append(
        name == "condition"
          ? template(lines, "ConditionOutcome")?.setting([name], "none")
          : template(lines, "DisputeStepTaken", "InformationAnswered", "PaymentMade", "SavingRevised")?
            .setting([name], random.one(of: ["none", "body-c", .string(MutantRun.id(0xFFFF))]) ?? "none"), to: &lines)
    case 18:
      var object = template(lines)
      object?["sources"] = [["exhibit": "exhibit-none"]]
      append(object, to: &lines)
    case 19, 20, 21:
      // What memory wrote for one event stands in another too.
      let name = random.one(of: ["id", "salt", "recordedAt", "previous", "stream", "recordedBy"]) ?? "id"
      set(name, template(lines)?[name] ?? "", &lines[at])
    case 22: set("recordedAt", "2010-01-01T00:00:00.000Z", &lines[at])
    case 23: set("stream", "river/deal-a", &lines[at])
    case 24: set(random.one(of: ["streamVersion", "v"]) ?? "v", .integer(Int64(1 + random.below(4))), &lines[at])
    default: lines[at] = Array(#"{"entry":"\#(Base64.encode(LogDigest.entry(of: lines[at])))"}"#.utf8)
    }
  }

  /// An event about another one, mostly in that one's stream.
  private mutating func aboutAnother(_ lines: [[UInt8]], _ type: String, _ data: JSONObject) -> JSONObject? {
    // Now and then about a correction or a retraction.
    let other = random.chance(20) ? template(lines, "EntryCorrected", "EntryRetracted") : template(lines)
    guard var object = other, let target = object["id"] else { return nil }
    var data = data
    data["target"] = target
    object["type"] = .string(type)
    object["data"] = .object(data)
    for name in ["private", "when", "v"] { object[name] = name == "v" && isLog ? 1 : nil }
    if random.chance(15) { object["stream"] = random.one(of: pool["stream"] ?? []) }
    return object
  }

  private func set(_ name: String, _ value: JSONValue, _ line: inout [UInt8]) {
    guard var object = (try? JSONValue(relaxed: line))?.object else { return }
    object[name] = value
    line = JSONValue.object(object).canonicalBytes
  }

  /// Makes a log that memory finds nothing wrong with: versions and digests as whoever wrote these lines would have
  /// written them. What is left to find is then a matter of meaning.
  private func relink(_ lines: inout [[UInt8]]) {
    var heads: [String: (version: Int64, entry: [UInt8])] = [:]
    for index in lines.indices {
      guard var object = (try? JSONValue(canonical: lines[index]))?.object, let stream = object["stream"]?.string,
        object["previous"] != nil
      else { continue }
      let head = heads[stream]
      object["previous"] = .string(head.map { Base64.encode($0.entry) } ?? "")
      object["streamVersion"] = .integer((head?.version ?? 0) + 1)
      lines[index] = JSONValue.object(object).canonicalBytes
      heads[stream] = ((head?.version ?? 0) + 1, LogDigest.entry(of: lines[index]))
    }
  }
}

extension JSONObject {
  /// With a member of `data` (or of an object in it) set.
  fileprivate func setting(_ path: [String], _ value: JSONValue) -> JSONObject {
    func set(_ object: JSONObject, _ path: ArraySlice<String>) -> JSONObject {
      guard let name = path.first else { return object }
      var object = object
      if path.count == 1 {
        object[name] = value
      } else {
        object[name] = .object(set(object[name]?.object ?? JSONObject(), path.dropFirst()))
      }
      return object
    }
    return set(self, ["data"] + path)
  }
}
