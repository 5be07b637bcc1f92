import Testing
import TimeStamping

/// What holds for answers that another program made; that program is not needed for it.
@Suite("Answers that OpenSSL made")
struct AnswerTests {
  /// 2026-11-24T22:21:32Z
  static let then: Int64 = 1_795_558_892_000

  private static let roots = Result { try TimeStampRoots([Base64.decode(Fixtures.root)]) }

  private func verify(_ token: TimeStampToken, _ question: TimeStampRequest) throws -> VerifiedTimeStamp {
    try token.verify(
      digest: question.digest, nonce: question.nonce, policy: "1.2.3.4.1", trustedRoots: try Self.roots.get(),
      notBefore: Self.then, now: Self.then + 60_000)
  }

  private static let cases = [
    (Fixtures.questionRSA, Fixtures.answerRSA), (Fixtures.questionEC, Fixtures.answerEC),
  ]

  @Test("They are granted, and say what OpenSSL says about them")
  func granted() throws {
    let answers = try Self.cases.map { try TimeStampResponse(der: Base64.decode($0.1)) }
    #expect(answers.map(\.status) == [0, 0])
    let verified = try zip(Self.cases, answers).map {
      try verify(try $1.token(), try TimeStampRequest(der: Base64.decode($0.0)))
    }
    #expect(verified[0].info.genTime == Self.then + 265)
    #expect(verified[0].info.resolution == 1)
    #expect(verified[0].info.accuracy == 1_500_100)
    #expect(verified[0].info.serial == [2])
    #expect(verified[0].info.authority == "CN=Example Time rsa,O=Example")
    #expect(verified[0].info.nonce == [0x2D, 0xC7, 0x27, 0xB6, 0xAE, 0xF5, 0x37, 0x23])
    #expect(verified[0].signer == "CN=Example Time rsa,O=Example")
    #expect(verified[0].root == "CN=Example Root,O=Example")
    #expect(verified[1].info.genTime == Self.then)
    #expect(verified[1].info.resolution == 1000)
    #expect(verified[1].info.accuracy == nil)
    #expect(verified[1].info.authority == nil)
    #expect(verified[1].signer == "CN=Example Time ec,O=Example")
    // The token is kept as it came.
    #expect(try answers[0].token().derBytes == answers[0].tokenBytes)
  }

  @Test("A refusal is read, and thrown with the authority's words where a token is wanted")
  func refusal() throws {
    let answer = try TimeStampResponse(der: Base64.decode(Fixtures.refusal))
    #expect(answer.status == 2)
    #expect(answer.texts == ["Requested policy is not supported."])
    #expect(answer.failures == ["it does not have the policy"])
    #expect(answer.tokenBytes == nil)
    expect(.rejected) { try answer.token() }
    do { _ = try answer.token() } catch { #expect(error.why.contains("Requested policy is not supported.")) }
    // SEQUENCE { SEQUENCE { INTEGER } }, by hand: granted without a token; waiting; a status nobody knows.
    expect(.noToken) { try TimeStampResponse(der: [0x30, 5, 0x30, 3, 2, 1, 0]).token() }
    expect(.rejected) { try TimeStampResponse(der: [0x30, 5, 0x30, 3, 2, 1, 3]).token() }
    expect(.rejected) { try TimeStampResponse(der: [0x30, 5, 0x30, 3, 2, 1, 99]).token() }
    // An escape sequence in the text does not reach a terminal.
    let text: [UInt8] = [0x30, 5, 0x0C, 3, 0x1B, 0x5B, 0x6D]
    #expect(try TimeStampResponse(der: [0x30, 12, 0x30, 10, 2, 1, 2] + text).texts == ["?[m"])
    for length in 0..<Base64.decode(Fixtures.refusal).count {
      #expect(throws: TimeStampFault.self) {
        try TimeStampResponse(der: Array(Base64.decode(Fixtures.refusal).prefix(length)))
      }
    }
  }

  @Test("No beginning of a token is a token")
  func truncation() throws {
    for (_, answer) in Self.cases {
      let bytes = try #require(try TimeStampResponse(der: Base64.decode(answer)).tokenBytes)
      for length in 0..<bytes.count {
        #expect(throws: TimeStampFault.self) { try TimeStampToken(der: Array(bytes.prefix(length))) }
      }
      expect(.trailingBytes) { try TimeStampToken(der: bytes + [0]) }
    }
  }

  @Test("A bit that is changed anywhere makes the token refused, or changes nothing that is believed")
  func bitFlips() throws {
    for (asked, answer) in Self.cases {
      let question = try TimeStampRequest(der: Base64.decode(asked))
      let bytes = try #require(try TimeStampResponse(der: Base64.decode(answer)).tokenBytes)
      let whole = try verify(try TimeStampToken(der: bytes), question)
      var believed: [Int] = []
      for index in bytes.indices {
        // One bit of each byte, another from byte to byte, and all bits.
        for flip in [UInt8(1) << UInt8(index % 8), 0xFF] {
          var changed = bytes
          changed[index] ^= flip
          do {
            #expect(try verify(try TimeStampToken(der: changed), question) == whole)
            believed.append(index)
          } catch {
            #expect(error is TimeStampFault)
          }
        }
      }
      // Only what nobody signs: the root that the first token brings along, of 411 bytes, and is not asked.
      let root = Base64.decode(Fixtures.root)
      let start = bytes.indices.first { bytes[$0...].starts(with: root) } ?? bytes.endIndex
      #expect(believed.allSatisfy { (start..<start + root.count).contains($0) }, "\(believed)")
      #expect(believed.isEmpty == (start == bytes.endIndex))
    }
  }
}
