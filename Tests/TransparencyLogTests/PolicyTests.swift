import CanonicalJSON
import Testing
import TransparencyLog

@Suite("Policies say whom a reader trusts, and how many witnesses are enough")
struct PolicyTests {
  private static func seed(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

  private static func key(_ name: String, _ type: KeyType, _ number: UInt8) throws -> SigningKey {
    try SigningKey(name: name, type: type, seed: seed(number))
  }

  /// A log and six witnesses.
  struct Cast {
    var log: SigningKey
    var witnesses: [SigningKey]

    init() throws {
      log = try key("example.com/log", .ed25519, 1)
      witnesses = try (1...6).map { try key("w\($0).example", .cosignature, 10 + UInt8($0)) }
    }

    func checkpoint(origin: String = "example.com/log", by cosigners: [Int], logs: [SigningKey]? = nil) throws
      -> SignedNote
    {
      let text = Checkpoint(origin: origin, size: 1, root: LogDigest.emptyRoot).text
      let note = try SignedNote(signing: text, by: logs ?? [log])
      return note.adding(try cosigners.map { try Cosignature.sign(text, by: witnesses[$0 - 1], time: 1_000) })
    }

    /// `KEY0` stands for the log's key, `KEY1` … `KEY6` for those of the witnesses.
    func policy(_ text: String) throws -> Policy { try Policy(bytes: Array(filled(text).utf8)) }

    func filled(_ text: String) -> String {
      var text = text
      for (number, key) in ([log] + witnesses).enumerated() {
        text = text.replacing("KEY\(number)", with: key.verifierKey.text)
      }
      return text
    }
  }

  private static let six = """
    log KEY0
    witness x1 KEY1
    witness x2 KEY2
    witness x3 KEY3
    group x 2 x1 x2 x3

    witness y1 KEY4
    witness y2 KEY5
    witness y3 KEY6
    group y any y1 y2 y3

    group both all x y

    """

  @Test("Two levels of groups, as in the example of C2SP tlog-policy: 2 of the first three, and any of the others")
  func nested() throws {
    let cast = try Cast()
    let policy = try cast.policy(Self.six + "quorum both\n")
    #expect(policy.logs == [cast.log.verifierKey])
    #expect(policy.witnesses.map(\.name) == ["x1", "x2", "x3", "y1", "y2", "y3"])
    #expect(policy.witnesses.map(\.key) == cast.witnesses.map(\.verifierKey))
    #expect(policy.keys == [cast.log.verifierKey] + cast.witnesses.map(\.verifierKey))
    for mask in 0..<64 {
      let cosigners = (1...6).filter { mask >> ($0 - 1) & 1 == 1 }
      let isMet = cosigners.count(where: { $0 <= 3 }) >= 2 && cosigners.contains { $0 > 3 }
      #expect(policy.isMet(by: Set(cosigners.map { cast.witnesses[$0 - 1].verifierKey })) == isMet, "\(cosigners)")
    }
    let (logs, witnesses) = try policy.check(try cast.checkpoint(by: [1, 3, 6]))
    #expect(logs.map(\.key) == [cast.log.verifierKey])
    #expect(witnesses.map(\.key) == [0, 2, 5].map { cast.witnesses[$0].verifierKey })
    #expect(witnesses.map(\.time) == [1_000, 1_000, 1_000])
    #expect(refusal { _ = try policy.check(try cast.checkpoint(by: [1, 6])) } == .quorumNotMet)
    #expect(refusal { _ = try policy.check(try cast.checkpoint(by: [])) } == .quorumNotMet)
    // The same witness twice is one witness.
    #expect(refusal { _ = try policy.check(try cast.checkpoint(by: [1, 1, 6])) } == .quorumNotMet)
  }

  @Test(
    "Each kind of group, met and not met",
    arguments: [
      ("quorum none", [], nil), ("quorum x1", [1], [2, 3, 4, 5, 6]), ("quorum x", [1, 2], [1]),
      ("quorum y", [5], [1, 2, 3]), ("group z 1 both\nquorum z", [2, 3, 4], [2, 3]),
      ("group z 2 both\nquorum z", nil, nil),
    ] as [(String, [Int]?, [Int]?)])
  func groups(end: String, enough: [Int]?, tooFew: [Int]?) throws {
    let cast = try Cast()
    let text = Self.six + end + "\n"
    if let enough { _ = try cast.policy(text).check(try cast.checkpoint(by: enough)) }
    if let tooFew {
      #expect(refusal { _ = try cast.policy(text).check(try cast.checkpoint(by: tooFew)) } == .quorumNotMet)
    }
    if enough == nil { #expect(refusal { _ = try cast.policy(text) } == .malformedPolicy) }
  }

  @Test("A checkpoint must be signed by the log whose origin it bears, and by no known key wrongly")
  func check() throws {
    let cast = try Cast()
    let policy = try cast.policy("log KEY0\nwitness a KEY1\nquorum none\n")
    let note = try cast.checkpoint(by: [1])
    #expect(try policy.check(note).witnesses.map(\.key) == [cast.witnesses[0].verifierKey])
    #expect(refusal { _ = try policy.check(try cast.checkpoint(origin: "example.com/other", by: [])) } == .otherOrigin)
    let stranger = try Self.key("example.com/log", .ed25519, 99)
    let strange = try cast.checkpoint(by: [1], logs: [stranger])
    #expect(refusal { _ = try policy.check(strange) } == .noKnownSignature)
    #expect(try policy.check(try cast.checkpoint(by: [], logs: [stranger, cast.log])).logs.count == 1)
    // A second log of the policy signs under the first one's name.
    let second = try Self.key("example.com/second", .ed25519, 98)
    let two = try Policy(
      bytes: Array("log \(cast.log.verifierKey.text)\nlog \(second.verifierKey.text)\nquorum none\n".utf8))
    #expect(refusal { _ = try two.check(try cast.checkpoint(by: [], logs: [second])) } == .otherOrigin)
    // A known witness whose signature is of another text refuses the note, although none is asked for.
    let other = try cast.checkpoint(origin: "example.com/other", by: [1]).signatures.suffix(1)
    #expect(refusal { _ = try policy.check(try cast.checkpoint(by: []).adding(Array(other))) } == .badSignature)
    let noCheckpoint = try SignedNote(signing: "a letter\n", by: [cast.log])
    #expect(refusal { _ = try policy.check(noCheckpoint) } == .malformedCheckpoint)
    #expect(try Policy(logs: [cast.log.verifierKey]).check(note).logs.count == 1)
    #expect(refusal { _ = try Policy(logs: []).check(note) } == .noKnownSignature)
    #expect(refusal { _ = try cast.policy("witness a KEY1\nquorum a\n").check(note) } == .noKnownSignature)
  }

  @Test("White space, comments, empty lines, URLs and bytes above ASCII are allowed where the syntax has room for them")
  func form() throws {
    let cast = try Cast()
    let plain = try cast.policy("log KEY0\nwitness a KEY1\nquorum a\n")
    for text in [
      "\n \t\n# log nonsense\n\t # é\n log\tKEY0 \t\n\twitness  a\t KEY1\n\n quorum a\t\n",
      "log KEY0 https://example.com/log\nwitness a KEY1 https://w.example/é\nquorum a\n#\n",
    ] {
      #expect(try cast.policy(text) == plain)
    }
    // The log may stand behind the quorum.
    #expect(try cast.policy("witness a KEY1\nquorum a\nlog KEY0\n") == plain)
  }

  @Test("Names are bytes: K is not the Kelvin sign, é in one scalar is not é in two, and names need not be UTF-8")
  func octets() throws {
    let cast = try Cast()
    let names: [[UInt8]] = [
      Array("K".utf8), Array("\u{212A}".utf8), Array("\u{E9}".utf8), Array("e\u{301}".utf8), [0xFF],
      Array("\u{FFFD}".utf8),
    ]
    for (quorum, name) in names.enumerated() {
      var bytes = Array(cast.filled("log KEY0\n").utf8)
      for (number, name) in names.enumerated() {
        bytes += Array("witness ".utf8) + name + Array(" \(cast.witnesses[number].verifierKey.text)\n".utf8)
      }
      bytes += Array("group g 1 ".utf8) + name + Array("\nquorum g\n".utf8)
      let policy = try Policy(bytes: bytes)
      for witness in 0..<6 {
        #expect(
          policy.isMet(by: [cast.witnesses[witness].verifierKey]) == (witness == quorum), "\(quorum) by \(witness)")
      }
    }
  }

  static let malformed: [(line: Int, text: String)] = [
    (1, "log\nquorum none\n"), (1, "log KEY0 url more\nquorum none\n"), (1, "log KEY1\nquorum none\n"),
    (1, "log nonsense\nquorum none\n"), (2, "log KEY0\nlog KEY0 url\nquorum none\n"),
    (1, "witness a\nquorum none\n"), (1, "witness KEY1\nquorum none\n"), (1, "witness a KEY0\nquorum none\n"),
    (1, "witness a KEY1 url more\nquorum none\n"), (1, "witness none KEY1\nquorum none\n"),
    (2, "witness a KEY1\nwitness a KEY2\nquorum none\n"), (2, "witness a KEY1\nwitness b KEY1\nquorum none\n"),
    (2, "witness a KEY1\ngroup a any a\nquorum a\n"), (2, "witness a KEY1\ngroup none any a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g any\nquorum none\n"), (2, "witness a KEY1\ngroup g\nquorum none\n"),
    (2, "witness a KEY1\ngroup g 0 a\nquorum none\n"), (2, "witness a KEY1\ngroup g 2 a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g 01 a\nquorum none\n"), (2, "witness a KEY1\ngroup g -1 a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g +1 a\nquorum none\n"), (2, "witness a KEY1\ngroup g 1.0 a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g ALL a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g 99999999999999999999 a\nquorum none\n"),
    (2, "witness a KEY1\ngroup g all a a\nquorum none\n"), (2, "witness a KEY1\ngroup g any b\nquorum none\n"),
    (2, "witness a KEY1\ngroup g any g\nquorum none\n"), (1, "group g any none\nquorum g\n"),
    (3, "witness a KEY1\ngroup g any a\ngroup h any a\nquorum h\n"),
    (3, "witness a KEY1\ngroup g any a\ngroup g any a\nquorum g\n"),
    (1, "group g any a\nwitness a KEY1\nquorum g\n"), (1, "quorum a\nwitness a KEY1\n"),
    (2, "witness a KEY1\nquorum A\n"), (1, "quorum\n"), (1, "quorum none none\n"), (2, "quorum none\nquorum none\n"),
    (3, "witness a KEY1\nquorum a\nquorum none\n"), (1, "logs KEY0\nquorum none\n"), (1, "Log KEY0\nquorum none\n"),
    (1, "quorum none # comment\n"), (2, "\nstray\nquorum none\n"),
  ]

  @Test("Every malformed line is refused, and the refusal names it", arguments: malformed.map(\.text))
  func malformedLines(text: String) throws {
    let cast = try Cast()
    let line = try #require(Self.malformed.first { $0.text == text }).line
    do {
      _ = try cast.policy(text)
      Issue.record("accepted: \(text)")
    } catch let error as ProofFault {
      #expect(error.code == .malformedPolicy)
      #expect(error.why.hasPrefix("line \(line): "), "\(error)")
    }
  }

  @Test("A policy without a quorum, with control characters, or cut short is refused")
  func malformedWhole() throws {
    let cast = try Cast()
    for text in [
      "", "\n", "log KEY0\n", "quorum none", "quorum none\r\n", "quorum none\0\n", "quorum none\u{7F}\n",
      "\u{B}quorum none\n",
    ] {
      #expect(refusal { _ = try cast.policy(text) } == .malformedPolicy, "\(text)")
    }
    #expect(
      refusal { _ = try Policy(bytes: [UInt8](repeating: 0x0A, count: Policy.longest + 1)) } == .tooLarge)
    // A key's bytes are not repaired on reading.
    let bytes = Array("log \u{FFFD}+".utf8.prefix(4)) + [0xFF] + Array("+00000000+AAAA\nquorum none\n".utf8)
    #expect(refusal { _ = try Policy(bytes: bytes) } == .malformedPolicy)
  }

  @Test("Two keys are the same if they wrap the same public key, whatever they are called")
  func duplicates() throws {
    let cast = try Cast()
    let log = try Self.key("another.example", .ed25519, 1).verifierKey.text
    let witness = try Self.key("another.example", .cosignature, 11).verifierKey.text
    #expect(refusal { _ = try cast.policy("log KEY0\nlog \(log)\nquorum none\n") } == .malformedPolicy)
    #expect(
      refusal { _ = try cast.policy("witness a KEY1\nwitness b \(witness)\nquorum none\n") } == .malformedPolicy)
    // A log may be a witness too.
    let both = try Self.key("w1.example", .ed25519, 11).verifierKey.text
    #expect(try cast.policy("log \(both)\nwitness a KEY1\nquorum a\n").keys.count == 2)
  }

  @Test("256 logs, witnesses and groups are read, and not one more")
  func limits() throws {
    func text(_ count: Int, _ line: (Int) throws -> String) throws -> String {
      try (0..<count).map { try line($0) + "\n" }.joined() + "quorum none\n"
    }
    func seed(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] + Self.seed(0).dropLast(2) }
    func log(_ number: Int) throws -> String {
      "log \(try SigningKey(name: "l", type: .ed25519, seed: seed(number)).verifierKey.text)"
    }
    func witness(_ number: Int) throws -> String {
      "witness w\(number) \(try SigningKey(name: "w", type: .cosignature, seed: seed(number)).verifierKey.text)"
    }
    #expect(try Policy(bytes: Array(text(256, log).utf8)).logs.count == 256)
    #expect(refusal { _ = try Policy(bytes: Array(text(257, log).utf8)) } == .malformedPolicy)
    let witnesses = try text(256, witness)
    #expect(try Policy(bytes: Array(witnesses.utf8)).witnesses.count == 256)
    #expect(refusal { _ = try Policy(bytes: Array(text(257, witness).utf8)) } == .malformedPolicy)
    let start = try (0..<1).map { try witness($0) + "\n" }.joined() + "group g0 any w0\n"
    func chain(_ count: Int) -> String {
      start + (1..<count).map { "group g\($0) all g\($0 - 1)\n" }.joined() + "quorum g\(count - 1)\n"
    }
    let deep = try Policy(bytes: Array(chain(256).utf8))
    #expect(deep.isMet(by: [deep.witnesses[0].key]))
    #expect(!deep.isMet(by: []))
    #expect(refusal { _ = try Policy(bytes: Array(chain(257).utf8)) } == .malformedPolicy)
  }
}
