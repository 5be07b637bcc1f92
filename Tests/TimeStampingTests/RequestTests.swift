import Testing
import TimeStamping

@Suite("What is sent to a time-stamping authority")
struct RequestTests {
  static let digest = [UInt8](0..<32)

  /// By hand: INTEGER 1; SEQUENCE { SEQUENCE { 2.16.840.1.101.3.4.2.1, NULL }, OCTET STRING of 32 }; nonce; TRUE.
  static let imprint: [UInt8] =
    [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20]
    + digest

  @Test("The bytes of a request, worked by hand: its numbers in their shortest form, a default not written")
  func bytes() throws {
    let least = try TimeStampRequest(digest: Self.digest, nonce: nil, wantsCertificate: false)
    #expect(least.derBytes == [0x30, 0x36, 0x02, 0x01, 0x01] + Self.imprint)

    // 0x00FF is 0xFF, and that needs a zero before it so as not to be negative; 1.2.840 is 2A 86 48.
    let full = try TimeStampRequest(digest: Self.digest, nonce: [0, 0xFF], policy: "1.2.840", wantsCertificate: true)
    #expect(
      full.derBytes == [0x30, 0x42, 0x02, 0x01, 0x01] + Self.imprint
        + [0x06, 0x03, 0x2A, 0x86, 0x48, 0x02, 0x02, 0x00, 0xFF, 0x01, 0x01, 0xFF])
    #expect(full.nonce == [0xFF])
  }

  @Test("A request that was written is read as the same request")
  func pair() throws {
    for nonce: [UInt8]? in [nil, [0], [1], [0x7F], [0x80], [0, 0, 1], Array(repeating: 0xFF, count: 32)] {
      for policy in [nil, "1.2.3.4.1", "2.999.1", "0.39", "2.16.840.1.101"] {
        for wants in [true, false] {
          let request = try TimeStampRequest(
            digest: Self.digest, nonce: nonce, policy: policy, wantsCertificate: wants)
          #expect(try TimeStampRequest(der: request.derBytes) == request)
          #expect(request.policy == policy)
        }
      }
    }
    let asked = Base64.decode(Fixtures.questionRSA)
    #expect(try TimeStampRequest(der: asked).derBytes == asked)
  }

  @Test("What cannot be sent is refused: a wrong length, a nonce of none or too many bytes, no object identifier")
  func refused() throws {
    expect(.badRequest) { try TimeStampRequest(digest: Array(Self.digest.dropLast()), nonce: nil) }
    expect(.badRequest) { try TimeStampRequest(digest: Self.digest + Self.digest, nonce: nil) }
    expect(.badRequest) { try TimeStampRequest(digest: Self.digest, nonce: []) }
    expect(.badRequest) { try TimeStampRequest(digest: Self.digest, nonce: Array(repeating: 1, count: 33)) }
    for policy in ["", "1", "1.", ".1", "1.40", "3.1", "1.02", "+1.2", "1.2.x", "1.2.99999999999999999"] {
      expect(.badRequest) { try TimeStampRequest(digest: Self.digest, nonce: nil, policy: policy) }
    }
  }

  @Test("No beginning of a request is a request, nor is one with bytes behind it; a changed one is another or none")
  func damage() throws {
    let bytes = try TimeStampRequest(digest: Self.digest, nonce: [0x41, 2], policy: "1.2.840").derBytes
    for length in 0..<bytes.count {
      #expect(throws: TimeStampFault.self) { try TimeStampRequest(der: Array(bytes.prefix(length))) }
    }
    expect(.trailingBytes) { try TimeStampRequest(der: bytes + [0]) }
    expect(.tooLarge) { try TimeStampRequest(der: Array(repeating: 0x30, count: 65_537)) }
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        if let read = try? TimeStampRequest(der: changed) { #expect(read.derBytes == changed) }
      }
    }
  }

  @Test("A nonce comes from the caller's source of randomness, has eight bytes and loses none as a number")
  func nonce() throws {
    struct Constant: RandomNumberGenerator {
      let value: UInt64
      mutating func next() -> UInt64 { value }
    }
    for value in [UInt64.min, 1 << 60, .max] {
      var random = Constant(value: value)
      let nonce = TimeStampRequest.nonce(from: &random)
      #expect(nonce.count == 8)
      #expect(nonce.first.map { (0x40...0x7F).contains($0) } == true)
      #expect(try TimeStampRequest(digest: Self.digest, nonce: nonce).nonce == nonce)
    }
    var random = SystemRandomNumberGenerator()
    #expect(TimeStampRequest.nonce(from: &random) != TimeStampRequest.nonce(from: &random))
  }
}
