import Crypto
import Testing
import TimeStamping
import X509

/// One root, one authority under it, and others that lack something; keys are made anew in each run.
struct House: Sendable {
  static let now: Int64 = 1_800_000_000_000
  /// 2026-03-01T12:00:00Z
  static let noon: Int64 = 1_772_366_400_000

  let root, authority, between, under: Identity
  let roots: TimeStampRoots

  init() throws {
    root = try Identity.make("Root", serial: 1, extensions: Identity.authority())
    authority = try Identity.make("Authority", issuer: root, extensions: Identity.stamping())
    between = try Identity.make("Between", issuer: root, extensions: Identity.authority())
    under = try Identity.make("Under", issuer: between, extensions: Identity.stamping())
    roots = try TimeStampRoots([root.bytes])
  }

  static let one = Result { try House() }

  func signer(
    _ extensions: [Certificate.Extension], from: Int = 1_577_836_800, until: Int = 2_208_988_800
  ) throws -> Identity {
    try Identity.make("Authority", issuer: root, from: from, until: until, extensions: extensions)
  }

  func verify(
    _ forge: Forge, digest: [UInt8] = Forge.abc, nonce: [UInt8]? = [0x12, 0x34], policy: String? = "1.2.3.4.1",
    roots: TimeStampRoots? = nil, notBefore: Int64? = nil, now: Int64 = House.now
  ) throws -> VerifiedTimeStamp {
    try TimeStampToken(der: try forge.token()).verify(
      digest: digest, nonce: nonce, policy: policy, trustedRoots: roots ?? self.roots, notBefore: notBefore, now: now)
  }
}

@Suite("Tokens that were made field by field")
struct TokenTests {
  let house: House

  init() throws { house = try House.one.get() }

  private func forge(_ signer: Identity? = nil, _ change: (inout Forge) -> Void = { _ in }) -> Forge {
    var forge = Forge(signer: signer ?? house.authority)
    change(&forge)
    return forge
  }

  @Test("A token in which everything is right is believed, and says what it was made with")
  func right() throws {
    let verified = try house.verify(forge())
    #expect(verified.info.genTime == House.noon)
    #expect(verified.info.resolution == 1000)
    #expect(verified.info.accuracy == nil)
    #expect(verified.info.serial == [0x0A])
    #expect(verified.info.policy == "1.2.3.4.1")
    #expect(verified.info.imprintAlgorithm == "2.16.840.1.101.3.4.2.1")
    #expect(verified.info.imprint == Forge.abc)
    #expect(verified.info.nonce == [0x12, 0x34])
    #expect(verified.info.authority == nil)
    #expect(verified.signer == "CN=Authority")
    #expect(verified.root == "CN=Root")
    #expect(verified.signerFingerprint == Array(SHA256.hash(data: house.authority.bytes)))
    #expect(verified.rootFingerprint == Array(SHA256.hash(data: house.root.bytes)))
  }

  @Test("These tokens are right too")
  func rightToo() throws {
    // Nothing is compared that the caller does not know.
    _ = try house.verify(forge { $0.nonce = nil }, nonce: nil, policy: nil)
    // A nonce is a number, however it is written.
    _ = try house.verify(forge(), nonce: [0, 0, 0x12, 0x34])
    // SHA-512 as imprint; the digest tells which it is.
    let longer = Array(SHA512.hash(data: Array("abc".utf8)))
    _ = try house.verify(
      forge {
        $0.imprintAlgorithm = Forge.sha512
        $0.imprint = longer
      }, digest: longer)
    // The older name of the certificate beside the newer; issuer and serial number written out.
    _ = try house.verify(forge { $0.namesV1 = true })
    _ = try house.verify(forge { $0.issuerAndSerial = Forge.issuerAndSerial("Root", 7) })
    // An intermediate authority in the token, the root there as well.
    _ = try house.verify(forge(house.under) { $0.others = [house.root, house.between] })
    // A key that is said to be for signatures.
    _ = try house.verify(forge(try house.signer(Identity.stamping(usage: KeyUsage(digitalSignature: true)))))
    _ = try house.verify(forge(try house.signer(Identity.stamping(usage: KeyUsage(nonRepudiation: true)))))
    // An extension that is not critical, order, and the authority's name.
    let named = try house.verify(
      forge {
        $0.accuracy = [0x01, 0x01, 0xFF]
        $0.behind = Bytes.value(0xA0, Bytes.value(0xA4, Identity.name("Authority")))
        $0.behind += Bytes.value(0xA1, Bytes.sequence(Bytes.identifier("1.2.3"), Bytes.octets([1])))
      })
    #expect(named.info.authority == "CN=Authority")
  }

  @Test("The roots may come as DER or as PEM, several in one text")
  func roots() throws {
    let both = Array((house.between.text + house.root.text).utf8)
    _ = try house.verify(forge(), roots: TimeStampRoots([both]))
    _ = try house.verify(forge(), roots: TimeStampRoots([house.between.bytes, house.root.bytes]))
    // Whoever trusts the authority in the middle needs nothing above it.
    _ = try house.verify(forge(house.under), roots: TimeStampRoots([house.between.bytes]))
    let noRoots: [[UInt8]] = [
      [], [0x30], Array("0 no certificate".utf8), Array(both.dropLast(60)), house.root.bytes + [0],
    ]
    for file in noRoots { expect(.rootUnreadable) { try TimeStampRoots([file]) } }
    expect(.tooLarge) { try TimeStampRoots([Array(repeating: 0x2D, count: 65_537)]) }
  }

  @Test("What is about something else is refused: another digest, nonce or policy, a digest that is not taken")
  func aboutSomethingElse() throws {
    expect(.imprintDiffers) { try house.verify(forge { $0.imprint[31] ^= 1 }) }
    expect(.imprintDiffers) { try house.verify(forge(), digest: Array(Forge.abc.dropLast())) }
    expect(.malformed) { try house.verify(forge { $0.imprint.removeLast() }) }
    let weak = Array(Insecure.SHA1.hash(data: Array("abc".utf8)))
    let weakly = forge {
      $0.imprintAlgorithm = Forge.sha1
      $0.imprint = weak
    }
    expect(.imprintAlgorithmNotAllowed) { try house.verify(weakly, digest: weak) }
    expect(.nonceDiffers) { try house.verify(forge(), nonce: [0x12, 0x35]) }
    expect(.nonceDiffers) { try house.verify(forge { $0.nonce = nil }) }
    expect(.policyDiffers) { try house.verify(forge { $0.policy = "1.2.3.4.2" }) }
  }

  @Test("What is not signed as a time-stamp is refused")
  func notSignedSo() throws {
    expect(.notSignedData) { try house.verify(forge { $0.outerType = Forge.isData }) }
    expect(.notTimeStampInfo) { try house.verify(forge { $0.contentType = Forge.isData }) }
    expect(.unsupportedVersion) { try house.verify(forge { $0.infoVersion = 2 }) }
    expect(.signedAttributesMissing) { try house.verify(forge { $0.hasSignedAttributes = false }) }
    expect(.contentTypeAttribute) { try house.verify(forge { $0.signedContentType = Forge.isData }) }
    expect(.contentTypeAttribute) { try house.verify(forge { $0.signedContentType = nil }) }
    expect(.messageDigestDiffers) { try house.verify(forge { $0.messageDigest = Forge.abc }) }
    expect(.messageDigestDiffers) { try house.verify(forge { $0.hasMessageDigest = false }) }
    expect(.malformed) { try house.verify(forge { $0.isSorted = false }) }
    let twice = Bytes.sequence(Bytes.identifier("1.2.840.113549.1.9.4"), Bytes.set([Bytes.octets(Forge.abc)]))
    expect(.malformed) { try house.verify(forge { $0.moreAttributes = [twice] }) }
    expect(.notOneSigner) { try house.verify(forge { $0.signers = 2 }) }
    expect(.notOneSigner) { try house.verify(forge { $0.signers = 0 }) }
    expect(.signatureWrong) { try house.verify(forge { $0.breaksSignature = true }) }
    expect(.algorithmNotAllowed) { try house.verify(forge { $0.digestAlgorithm = Forge.sha1 }) }
    expect(.algorithmNotAllowed) { try house.verify(forge { $0.digestAlgorithm = Forge.sha512 }) }
    // sha1WithRSAEncryption; RSA where the key is none; RSA-PSS without parameters, whose defaults are SHA-1.
    let kinds: [(String, TimeStampFault.Code)] = [
      ("1.2.840.113549.1.1.5", .algorithmNotAllowed), ("1.2.840.113549.1.1.1", .signatureWrong),
      ("1.3.101.112", .algorithmNotAllowed), ("1.2.840.113549.1.1.10", .algorithmNotAllowed),
    ]
    for (kind, code) in kinds {
      expect(code, kind) { try house.verify(forge { $0.signatureAlgorithm = Bytes.sequence(Bytes.identifier(kind)) }) }
    }
    let critical = Bytes.sequence(Bytes.identifier("1.2.3"), [0x01, 0x01, 0xFF], Bytes.octets([1]))
    expect(.unknownCriticalExtension) { try house.verify(forge { $0.behind = Bytes.value(0xA1, critical) }) }
  }

  @Test("Ed25519 is taken, over SHA-512 and nothing else")
  func edwards() throws {
    let key = Curve25519.Signing.PrivateKey()
    let signer = try Identity.make(
      "Authority", issuer: house.root, publicKey: .init(key.publicKey), extensions: Identity.stamping())
    var right = forge(signer) {
      $0.digestAlgorithm = Forge.sha512
      $0.signatureAlgorithm = Bytes.sequence(Bytes.identifier("1.3.101.112"))
      $0.signs = { Array(try key.signature(for: $0)) }
    }
    right.messageDigest = Array(SHA512.hash(data: right.info))
    #expect(try house.verify(right).info.genTime == House.noon)
    var wrong = right
    wrong.signs = { Array(try key.signature(for: $0 + [0])) }
    expect(.signatureWrong) { try house.verify(wrong) }
    wrong = right
    wrong.digestAlgorithm = Forge.sha256
    wrong.messageDigest = nil
    expect(.algorithmNotAllowed) { try house.verify(wrong) }
  }

  @Test("The signer must name its own certificate, by more than SHA-1, and by nothing that does not fit")
  func names() throws {
    let other = house.under.bytes
    expect(.signerCertificateMissing) { try house.verify(forge { $0.hasCertificate = false }) }
    expect(.signerCertificateMissing) {
      try house.verify(
        forge {
          $0.hasCertificate = false
          $0.others = [house.root]
        })
    }
    expect(.signingCertificateMissing) { try house.verify(forge { $0.namesV2 = false }) }
    expect(.signingCertificateDiffers) { try house.verify(forge { $0.named = other }) }
    expect(.signingCertificateOnlySHA1) {
      try house.verify(
        forge {
          $0.namesV2 = false
          $0.namesV1 = true
        })
    }
    expect(.signingCertificateDiffers) {
      try house.verify(
        forge {
          $0.namesV1 = true
          $0.namedV1 = other
        })
    }
    expect(.signingCertificateDiffers) {
      try house.verify(forge { $0.issuerAndSerial = Forge.issuerAndSerial("Root", 8) })
    }
    expect(.signingCertificateDiffers) {
      try house.verify(forge { $0.issuerAndSerial = Forge.issuerAndSerial("Boot", 7) })
    }
    expect(.authorityNameDiffers) {
      try house.verify(forge { $0.behind = Bytes.value(0xA0, Bytes.value(0xA4, Identity.name("Another"))) })
    }
    // Another certificate for the same name and number: the name by digest tells them apart.
    let twin = try house.signer(Identity.stamping())
    expect(.signingCertificateDiffers) {
      try house.verify(
        forge {
          $0.signer = twin.withKey(of: house.authority)
          $0.named = house.authority.bytes
        })
    }
    expect(.signatureWrong) {
      try house.verify(forge { $0.signer = twin.withKey(of: house.authority) })
    }
  }

  @Test("A certificate in which a bit is changed is refused, even where the signer names it; a changed root as well")
  func changedCertificates() throws {
    let bytes = house.authority.bytes
    for index in bytes.indices {
      for bit in UInt8(0)..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(throws: TimeStampFault.self, "bit \(bit) of byte \(index) of \(bytes)") {
          try house.verify(forge { $0.certificate = changed })
        }
      }
    }
    let token = try TimeStampToken(der: forge().token())
    let root = house.root.bytes
    var refused = 0
    for index in root.indices {
      for bit in UInt8(0)..<8 {
        var changed = root
        changed[index] ^= 1 << bit
        // Whoever is trusted need not be sound; but the answer is a fault or the same moment.
        do {
          let roots = try TimeStampRoots([changed])
          #expect(try token.verify(digest: Forge.abc, trustedRoots: roots, now: House.now).info == token.info)
        } catch {
          refused += 1
        }
      }
    }
    // Its name and its key, at the least, are asked.
    #expect(refused > 500)
  }

  @Test("The certificate must be for time-stamping, for that alone, and insist on it")
  func purpose() throws {
    expect(.purposeMissing) { try house.verify(forge(try house.signer(Identity.stamping([])))) }
    expect(.purposeMissing) { try house.verify(forge(try house.signer(Identity.stamping([.codeSigning])))) }
    expect(.purposeMissing) { try house.verify(forge(try house.signer(Identity.stamping([.any])))) }
    expect(.purposeNotAlone) {
      try house.verify(forge(try house.signer(Identity.stamping([.timeStamping, .codeSigning]))))
    }
    expect(.purposeNotCritical) { try house.verify(forge(try house.signer(Identity.stamping(critical: false)))) }
    expect(.keyUsage) {
      try house.verify(forge(try house.signer(Identity.stamping(usage: KeyUsage(keyEncipherment: true)))))
    }
  }

  @Test("A chain that does not lead to a trusted root is refused")
  func chain() throws {
    let stranger = try Identity.make("Root", serial: 1, extensions: Identity.authority())
    expect(.notTrusted) { try house.verify(forge(), roots: TimeStampRoots([stranger.bytes])) }
    expect(.notTrusted) { try house.verify(forge(), roots: TimeStampRoots([])) }
    // A root in the token makes nobody trust it.
    expect(.notTrusted) {
      try house.verify(forge { $0.others = [house.root] }, roots: TimeStampRoots([stranger.bytes]))
    }
    // The certificate between is missing, or may not vouch for others, or not for this.
    expect(.notTrusted) { try house.verify(forge(house.under)) }
    let onlySignatures: [Certificate.Extension] = [
      try .init(BasicConstraints.isCertificateAuthority(maxPathLength: nil), critical: true),
      try .init(KeyUsage(digitalSignature: true), critical: true),
    ]
    let limits: [[Certificate.Extension]] = [
      try Identity.authority(isCA: false), Array(try Identity.authority().suffix(1)), onlySignatures,
      try Identity.authority() + Identity.stamping([.codeSigning]),
      try Identity.authority() + [Identity.unknown],
    ]
    for (number, extensions) in limits.enumerated() {
      let between = try Identity.make("Between", issuer: house.root, extensions: extensions)
      let under = try Identity.make("Under", issuer: between, extensions: Identity.stamping())
      expect(.notTrusted, "\(number)") { try house.verify(forge(under) { $0.others = [between] }) }
    }
    let purposes = try Identity.stamping([.timeStamping, .codeSigning])
    let vouching = try Identity.make("Between", issuer: house.root, extensions: Identity.authority() + purposes)
    let under = try Identity.make("Under", issuer: vouching, extensions: Identity.stamping())
    _ = try house.verify(forge(under) { $0.others = [vouching] })
    // A path no longer than the root allows.
    let short = try Identity.make(
      "Short", extensions: [.init(BasicConstraints.isCertificateAuthority(maxPathLength: 0), critical: true)])
    let middle = try Identity.make("Middle", issuer: short, extensions: Identity.authority())
    let low = try Identity.make("Low", issuer: middle, extensions: Identity.stamping())
    let direct = try Identity.make("Direct", issuer: short, extensions: Identity.stamping())
    let shortRoots = try TimeStampRoots([short.bytes])
    expect(.notTrusted) { try house.verify(forge(low) { $0.others = [middle] }, roots: shortRoots) }
    _ = try house.verify(forge(direct), roots: shortRoots)
    // Itself: the authority's own certificate is no root.
    expect(.notTrusted) { try house.verify(forge(), roots: TimeStampRoots([house.authority.bytes])) }
    let many = try (0..<8).map { try Identity.make("Other \($0)", extensions: []) }
    _ = try house.verify(forge { $0.others = Array(many.dropFirst()) })
    expect(.tooManyCertificates) { try house.verify(forge { $0.others = many }) }
  }

  @Test("Every certificate of the chain must be valid at the time of the token, to the second")
  func validity() throws {
    let noon = Int(House.noon / 1000)
    _ = try house.verify(forge(try house.signer(Identity.stamping(), from: noon, until: noon)))
    expect(.certificateNotValidThen) {
      try house.verify(forge(try house.signer(Identity.stamping(), until: noon - 1)))
    }
    expect(.certificateNotValidThen) {
      try house.verify(forge(try house.signer(Identity.stamping(), from: noon + 1)))
    }
    let late = try Identity.make("Between", issuer: house.root, from: noon + 1, extensions: Identity.authority())
    let under = try Identity.make("Under", issuer: late, extensions: Identity.stamping())
    expect(.certificateNotValidThen) { try house.verify(forge(under) { $0.others = [late] }) }
    let past = try Identity.make("Past", until: noon - 1, extensions: Identity.authority())
    let signer = try Identity.make("Signer", issuer: past, extensions: Identity.stamping())
    expect(.certificateNotValidThen) { try house.verify(forge(signer), roots: TimeStampRoots([past.bytes])) }
    // What has expired since then was still valid then.
    _ = try house.verify(
      forge(try house.signer(Identity.stamping(), until: noon + 60)), now: House.noon + 86_400_000)
  }

  @Test("Neither from the future nor older than what it stamps; a doubt about milliseconds is no lie")
  func time() throws {
    _ = try house.verify(forge(), now: House.noon)
    expect(.inFuture) { try house.verify(forge(), now: House.noon - 1) }
    // Noon, in whole seconds, is any moment before one second past noon.
    _ = try house.verify(forge(), notBefore: House.noon + 999)
    expect(.olderThanContent) { try house.verify(forge(), notBefore: House.noon + 1000) }
    // 2 s and 500 ms and 1 µs either way: 2501 whole milliseconds.
    let accuracy = Bytes.sequence([0x02, 0x01, 0x02], [0x80, 0x02, 0x01, 0xF4], [0x81, 0x01, 0x01])
    let vague = forge { $0.accuracy = accuracy }
    #expect(try house.verify(vague).info.accuracy == 2_500_001)
    _ = try house.verify(vague, notBefore: House.noon + 3500, now: House.noon - 2501)
    expect(.olderThanContent) { try house.verify(vague, notBefore: House.noon + 3501) }
    expect(.inFuture) { try house.verify(vague, now: House.noon - 2502) }
  }

  @Test(
    "A moment is in UTC, exists, and has no zeros at the end of its fraction",
    arguments: [
      ("20260301120000Z", 1_772_366_400_000, 1000), ("20260301120000.5Z", 1_772_366_400_500, 100),
      ("20260301120000.05Z", 1_772_366_400_050, 10), ("20260301120000.123456Z", 1_772_366_400_123, 1),
      ("19700101000000Z", 0, 1000), ("19691231235959.999Z", -1, 1), ("20240229235959Z", 1_709_251_199_000, 1000),
      ("00000101000000Z", -62_167_219_200_000, 1000), ("99991231235959Z", 253_402_300_799_000, 1000),
      ("20260301120000.50Z", nil, 0), ("20260301120000.Z", nil, 0), ("20260301120000.5", nil, 0),
      ("202603011200Z", nil, 0), ("20260301120000+0000", nil, 0), ("20260301120000,5Z", nil, 0),
      ("20230229120000Z", nil, 0), ("21000229120000Z", nil, 0), ("20261301120000Z", nil, 0),
      ("20260300120000Z", nil, 0), ("20260301240000Z", nil, 0), ("20260301126000Z", nil, 0),
      ("20260301120060Z", nil, 0), ("20260301120000.1x1Z", nil, 0), ("2026030112000aZ", nil, 0), ("", nil, 0),
    ] as [(String, Int64?, Int64)])
  func moments(written: String, milliseconds: Int64?, resolution: Int64) throws {
    let token = try forge { $0.time = written }.token()
    guard let milliseconds else {
      expect(.malformed, written) { try TimeStampToken(der: token) }
      return
    }
    let info = try TimeStampToken(der: token).info
    #expect(info.genTime == milliseconds)
    #expect(info.resolution == resolution)
  }

  @Test("Fields that are not as DER wants them are refused, each with the code for it")
  func form() throws {
    // Accuracy: more than 999, nothing, negative, too large; order: the default written out, neither true nor false.
    let wrongs: [[UInt8]] = [
      Bytes.sequence([0x80, 0x02, 0x03, 0xE8]), Bytes.sequence([0x80, 0x01, 0x00]), Bytes.sequence([0x02, 0x01, 0xFF]),
      Bytes.sequence([0x02, 0x05, 0x01, 0, 0, 0, 0]), [0x01, 0x01, 0x00], [0x01, 0x01, 0x01],
    ]
    for wrong in wrongs { expect(.malformed, "\(wrong)") { try house.verify(forge { $0.accuracy = wrong }) } }
    expect(.malformed) { try house.verify(forge { $0.nonce = [0x80] }) }
    expect(.malformed) { try house.verify(forge { $0.nonce = [0x00, 0x12] }) }
    expect(.malformed) { try house.verify(forge { $0.nonce = [] }) }
    expect(.malformed) { try house.verify(forge { $0.behind = [0x05, 0x00] }) }
    let token = try forge().token()
    expect(.trailingBytes) { try TimeStampToken(der: token + [0]) }
    expect(.truncated) { try TimeStampToken(der: Array(token.dropLast())) }
    expect(.truncated) { try TimeStampToken(der: []) }
    expect(.tooLarge) { try TimeStampToken(der: Array(repeating: 0x30, count: 65_537)) }
    // 64 KiB of nothing but openings, to every depth.
    expect(.malformed) { try TimeStampToken(der: [0x30, 0x80] + Array(repeating: 0x30, count: 1000)) }
    var deep: [UInt8] = []
    for _ in 0..<300 { deep = Bytes.sequence(deep) }
    expect(.malformed) { try TimeStampToken(der: deep) }
  }
}
