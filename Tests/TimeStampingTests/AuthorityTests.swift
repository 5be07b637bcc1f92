import Crypto
import Foundation
import Testing
import TimeStamping
import X509

@Suite("With an authority kept by OpenSSL", .enabled(if: LocalAuthority.command != nil, "needs openssl"))
struct AuthorityTests {
  private static let one = Result { try LocalAuthority() }

  let authority: LocalAuthority
  let roots: TimeStampRoots
  let digest = Array(SHA256.hash(data: Array("what was agreed".utf8)))

  init() throws {
    authority = try Self.one.get()
    roots = try TimeStampRoots([authority.read("root.pem")])
  }

  private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  private func ask(policy: String? = nil) throws -> TimeStampRequest {
    var random = SystemRandomNumberGenerator()
    return try TimeStampRequest(digest: digest, nonce: TimeStampRequest.nonce(from: &random), policy: policy)
  }

  @Test("OpenSSL reads a request of ours as what it is")
  func ours() throws {
    let request = try TimeStampRequest(
      digest: digest, nonce: [0x80, 1, 2, 3, 4, 5, 6, 7], policy: "1.2.3.4.5", wantsCertificate: true)
    try authority.write("ours.tsq", request.derBytes)
    let words = try authority.run("ts -query -in ours.tsq -text")
    for line in [
      "Version: 1", "Hash Algorithm: sha256", "Policy OID: 1.2.3.4.5", "Nonce: 0x8001020304050607",
      "Certificate required: yes",
    ] { #expect(words.contains(line), "\(line) in \(words)") }
    let least = try TimeStampRequest(digest: digest, nonce: nil, wantsCertificate: false)
    try authority.write("least.tsq", least.derBytes)
    let fewer = try authority.run("ts -query -in least.tsq -text")
    for line in ["Policy OID: unspecified", "Nonce: unspecified", "Certificate required: no"] {
      #expect(fewer.contains(line), "\(line) in \(fewer)")
    }
  }

  @Test("And we read one of OpenSSL")
  func theirs() throws {
    let hex = digest.map { String(format: "%02x", $0) }.joined()
    try authority.run("ts -query -digest \(hex) -sha256 -tspolicy 1.2.3.4.5 -cert -out theirs.tsq")
    let request = try TimeStampRequest(der: try authority.read("theirs.tsq"))
    #expect(request.digest == digest)
    #expect(request.policy == "1.2.3.4.5")
    #expect(request.wantsCertificate)
    #expect(try TimeStampRequest(der: request.derBytes) == request)
  }

  @Test(
    "Both believe what it stamped, with each kind of key and each digest",
    arguments: ["rsa", "p256", "p384"], ["sha256", "sha384", "sha512"])
  func stamped(signer: String, hash: String) throws {
    let request = try ask(policy: "1.2.3.4.5")
    let before = now
    let answer = try authority.reply(
      to: request.derBytes, with: signer, digest: hash, more: ["clock_precision_digits = 3", "tsa_name = yes"])
    let token = try TimeStampResponse(der: answer).token()
    let verified = try token.verify(
      digest: digest, nonce: request.nonce, policy: request.policy, trustedRoots: roots, notBefore: before, now: now)
    #expect(verified.signer == "CN=\(signer)")
    #expect(verified.root == "CN=root")
    #expect(verified.info.serial == [0x10, 0x01])
    #expect(verified.info.authority == "CN=\(signer)")
    #expect((before...now).contains(verified.info.genTime))
    #expect(try authority.verifies(token: token.derBytes, digest: digest, question: request.derBytes))

    // About something else: neither.
    var other = digest
    other[0] ^= 1
    expect(.imprintDiffers) { try token.verify(digest: other, trustedRoots: roots, now: now) }
    #expect(try !authority.verifies(token: token.derBytes, digest: other))
    let later = try ask(policy: "1.2.3.4.5")
    expect(.nonceDiffers) { try token.verify(digest: digest, nonce: later.nonce, trustedRoots: roots, now: now) }
    #expect(try !authority.verifies(token: token.derBytes, digest: digest, question: later.derBytes))
  }

  @Test("Both refuse a token in which a bit of the content, of the attributes or of the signature is changed")
  func tampered() throws {
    let request = try ask()
    let token = try TimeStampResponse(der: authority.reply(to: request.derBytes, with: "p256")).token()
    let bytes = token.derBytes
    // The stamped digest (content), the digest over the content (an attribute), and the last byte (signature).
    let content = try #require(bytes.indices.first { bytes[$0...].starts(with: digest) })
    let attribute: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04]
    let signed = try #require(bytes.indices.first { bytes[$0...].starts(with: attribute) })
    for index in [content, signed + 15, bytes.count - 1] {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: TimeStampFault.self) {
        try TimeStampToken(der: changed).verify(digest: digest, trustedRoots: roots, now: now)
      }
      #expect(try !authority.verifies(token: changed, digest: digest), "byte \(index)")
    }
  }

  @Test("A policy that the authority does not have is its refusal, with its words")
  func refused() throws {
    let answer = try TimeStampResponse(der: authority.reply(to: ask(policy: "1.2.9").derBytes, with: "p256"))
    #expect(answer.failures == ["it does not have the policy"])
    expect(.rejected) { try answer.token() }
  }

  @Test("Where the authority names its certificate by SHA-1 alone, OpenSSL takes it and we do not")
  func older() throws {
    let token = try TimeStampResponse(
      der: authority.reply(to: ask().derBytes, with: "p256", namedBy: "sha1")
    ).token()
    #expect(try authority.verifies(token: token.derBytes, digest: digest))
    expect(.signingCertificateOnlySHA1) { try token.verify(digest: digest, trustedRoots: roots, now: now) }
    for better in ["sha384", "sha512"] {
      let token = try TimeStampResponse(
        der: authority.reply(to: ask().derBytes, with: "p256", namedBy: better)
      ).token()
      _ = try token.verify(digest: digest, trustedRoots: roots, now: now)
    }
  }

  @Test("A certificate that was signed over SHA-1 vouches for nobody; a root may have signed itself so")
  func weakCertificate() throws {
    let request = try ask()
    for (hash, signer) in [("sha1", "weak"), ("sha256", "strong")] {
      if signer == "weak" {
        try authority.run(
          "req -x509 -sha1 -config certificates.cnf -extensions root -newkey rsa:2048 -nodes -keyout old.key "
            + "-out old.pem -days 30 -subj /CN=old")
      }
      try authority.run(
        "req -x509 -\(hash) -config certificates.cnf -extensions stamping -CA old.pem -CAkey old.key -newkey ec "
          + "-pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(signer).key -out \(signer).pem -days 30 "
          + "-subj /CN=\(signer)")
    }
    let old = try TimeStampRoots([authority.read("old.pem")])
    let tokens = try ["weak", "strong"].map {
      try TimeStampResponse(der: authority.reply(to: request.derBytes, with: $0)).token()
    }
    expect(.notTrusted) { try tokens[0].verify(digest: digest, trustedRoots: old, now: now) }
    #expect(try tokens[1].verify(digest: digest, trustedRoots: old, now: now).root == "CN=old")
  }

  @Test("Without the wish for it there is no certificate in the token, and nothing can be verified")
  func withoutCertificate() throws {
    let request = try TimeStampRequest(digest: digest, nonce: nil, wantsCertificate: false)
    let token = try TimeStampResponse(der: authority.reply(to: request.derBytes, with: "p256")).token()
    expect(.signerCertificateMissing) { try token.verify(digest: digest, trustedRoots: roots, now: now) }
  }

  /// `openssl cms -sign -cades` signs any content with the attributes of a time-stamp, and in more ways than `openssl ts`.
  @Test(
    "RSA-PSS and a signer named by its key, signed by OpenSSL's CMS",
    arguments: [
      ("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest", nil),
      ("rsa", "-md sha512 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest", nil),
      ("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20", .algorithmNotAllowed), ("rsa", "-keyid", nil),
      ("p256", "-keyid", nil), ("p256", "-md sha1", .algorithmNotAllowed),
    ] as [(String, String, TimeStampFault.Code?)])
  func otherWays(signer: String, options: String, refusal: TimeStampFault.Code?) throws {
    var forge = Forge(signer: try House.one.get().authority)
    forge.imprint = digest
    let formatter = DateFormatter()
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyyMMddHHmmss'Z'"
    forge.time = formatter.string(from: Date())
    let name = UUID().uuidString
    try authority.write("\(name).info", forge.info)
    try authority.run(
      "cms -sign -binary -nodetach -nosmimecap -cades -econtent_type 1.2.840.113549.1.9.16.1.4 -in \(name).info "
        + "-signer \(signer).pem -inkey \(signer).key \(options) -outform DER -out \(name).token")
    let bytes = try authority.read("\(name).token")
    guard let refusal else {
      let token = try TimeStampToken(der: bytes)
      #expect(try token.verify(digest: digest, trustedRoots: roots, now: now + 1000).signer == "CN=\(signer)")
      #expect(try authority.verifies(signedData: bytes))
      var changed = bytes
      changed[bytes.count - 1] ^= 1
      expect(.signatureWrong) {
        try TimeStampToken(der: changed).verify(digest: digest, trustedRoots: roots, now: now + 1000)
      }
      #expect(try !authority.verifies(signedData: changed))
      return
    }
    expect(refusal) {
      try TimeStampToken(der: bytes).verify(digest: digest, trustedRoots: roots, now: now + 1000)
    }
  }

  /// Left out is the one about which `openssl ts` does not ask: the content type among the signed attributes.
  @Test("Of the tokens that were made field by field, OpenSSL says the same")
  func sameVerdict() throws {
    let house = try House.one.get()
    func signer(_ extensions: [Certificate.Extension]) throws -> Identity { try house.signer(extensions) }
    let past = try house.signer(Identity.stamping(), until: Int(House.noon / 1000) - 1)
    let cases: [(words: String, isRight: Bool, signer: Identity, change: (inout Forge) -> Void)] = [
      ("right", true, house.authority, { _ in }),
      ("both names of the certificate", true, house.authority, { $0.namesV1 = true }),
      ("issuer and number", true, house.authority, { $0.issuerAndSerial = Forge.issuerAndSerial("Root", 7) }),
      ("a certificate between", true, house.under, { $0.others = [house.between] }),
      ("the certificate between is missing", false, house.under, { _ in }),
      ("other data", false, house.authority, { $0.contentType = Forge.isData }),
      ("other digest signed", false, house.authority, { $0.messageDigest = Forge.abc }),
      ("no signed attributes", false, house.authority, { $0.hasSignedAttributes = false }),
      ("no name of the certificate", false, house.authority, { $0.namesV2 = false }),
      ("name of another certificate", false, house.authority, { $0.named = house.under.bytes }),
      ("two signers", false, house.authority, { $0.signers = 2 }),
      ("no certificate", false, house.authority, { $0.hasCertificate = false }),
      ("wrong signature", false, house.authority, { $0.breaksSignature = true }),
      ("other imprint", false, house.authority, { $0.imprint = Array($0.imprint.reversed()) }),
      ("no purpose", false, try signer(Identity.stamping([])), { _ in }),
      ("another purpose", false, try signer(Identity.stamping([.timeStamping, .codeSigning])), { _ in }),
      ("purpose not critical", false, try signer(Identity.stamping(critical: false)), { _ in }),
      ("no longer valid", false, past, { _ in }),
      (
        "another authority named", false, house.authority,
        { $0.behind = Bytes.value(0xA0, Bytes.value(0xA4, Identity.name("Another"))) }
      ),
    ]
    let root = Array(house.root.text.utf8)
    for (words, isRight, signer, change) in cases {
      var forge = Forge(signer: signer)
      change(&forge)
      let ours = (try? house.verify(forge)) != nil
      let theirs = try authority.verifies(
        token: try forge.token(), digest: Forge.abc, root: root, at: House.noon / 1000)
      #expect(ours == isRight, "\(words)")
      #expect(theirs == isRight, "\(words)")
    }
  }
}
