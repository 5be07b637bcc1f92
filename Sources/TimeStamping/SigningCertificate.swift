internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import SwiftASN1
@_spi(FixedExpiryValidationTime) internal import X509

/// The certificate of an authority that signed a token: its key, what it is for, and who vouches for it.
struct SigningCertificate {
  private let certificate: Certificate
  private let subject: [UInt8]

  /// - Throws: `certificate-unreadable`, also for a key or a signature of a kind that X509 does not know (RSA of less than
  ///   2048 bits, a certificate signed with RSA-PSS).
  init(_ certificate: TokenCertificate) throws(TimeStampFault) {
    subject = certificate.subject
    do {
      self.certificate = try Certificate(derEncoded: certificate.derBytes)
    } catch {
      throw Self.unreadable
    }
  }

  private static let unreadable = TimeStampFault(
    .certificateUnreadable, "The signer's certificate is damaged, or its key is of a kind that is not taken.")

  static func keyIdentifier(of certificate: TokenCertificate) -> [UInt8]? {
    guard let certificate = try? Certificate(derEncoded: certificate.derBytes) else { return nil }
    return (try? certificate.extensions.subjectKeyIdentifier).map { Array($0.keyIdentifier) }
  }

  var name: String { Self.name(certificate) }

  static func name(_ certificate: Certificate) -> String {
    TimeStampFault.shown(String(describing: certificate.subject))
  }

  // MARK: The signature

  func hasSigned(_ signer: TokenSigner) -> Bool {
    switch (signer.scheme, signer.digest) {
    case (.rsa, .sha256): isValid(signer, .sha256WithRSAEncryption)
    case (.rsa, .sha384): isValid(signer, .sha384WithRSAEncryption)
    case (.rsa, .sha512): isValid(signer, .sha512WithRSAEncryption)
    case (.ecdsa, .sha256): isValid(signer, .ecdsaWithSHA256)
    case (.ecdsa, .sha384): isValid(signer, .ecdsaWithSHA384)
    case (.ecdsa, .sha512): isValid(signer, .ecdsaWithSHA512)
    case (.ed25519, _): isValid(signer, .ed25519)
    case (.rsaPSS, let digest): isValidSalted(signer, digest)
    }
  }

  /// A key of another kind than the algorithm has signed nothing.
  private func isValid(_ signer: TokenSigner, _ algorithm: Certificate.SignatureAlgorithm) -> Bool {
    certificate.publicKey.isValidSignature(signer.signature, for: signer.signedBytes, signatureAlgorithm: algorithm)
  }

  private func isValidSalted(_ signer: TokenSigner, _ digest: TimeStampDigest) -> Bool {
    guard let key = _RSA.Signing.PublicKey(certificate.publicKey) else { return false }
    let signature = _RSA.Signing.RSASignature(rawRepresentation: signer.signature)
    let bytes = signer.signedBytes
    return switch digest {
    case .sha256: key.isValidSignature(signature, for: SHA256.hash(data: bytes), padding: .PSS)
    case .sha384: key.isValidSignature(signature, for: SHA384.hash(data: bytes), padding: .PSS)
    case .sha512: key.isValidSignature(signature, for: SHA512.hash(data: bytes), padding: .PSS)
    }
  }

  // MARK: What it is for

  /// RFC 3161, section 2.3: the one extended key usage is time-stamping, and it is critical.
  func checkPurpose() throws(TimeStampFault) {
    guard let found = certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage] else {
      throw TimeStampFault(.purposeMissing, "The signer's certificate is not for time-stamping.")
    }
    let (purposes, usage): (ExtendedKeyUsage, KeyUsage?)
    do {
      purposes = try ExtendedKeyUsage(found)
      usage = try certificate.extensions.keyUsage
    } catch {
      throw Self.unreadable
    }
    guard purposes.contains(.timeStamping) else {
      throw TimeStampFault(.purposeMissing, "The signer's certificate is not for time-stamping.")
    }
    guard purposes.count == 1 else {
      throw TimeStampFault(.purposeNotAlone, "The signer's certificate is for other things than time-stamping too.")
    }
    guard found.critical else {
      throw TimeStampFault(.purposeNotCritical, "The signer's certificate does not insist on being for time-stamping.")
    }
    if let usage, !usage.digitalSignature, !usage.nonRepudiation {
      throw TimeStampFault(.keyUsage, "The key of the signer's certificate is not for signatures.")
    }
  }

  /// RFC 3161, section 2.4.2: where the token names its authority, the certificate has that name, written the same way.
  func checkAuthority(_ name: [UInt8]?) throws(TimeStampFault) {
    guard let name else { return }
    // A directory name stands in an explicit tag, so the subject's bytes follow the tag and its length.
    if name.first == 0xA4, name == DERWriting.value(0xA4, subject) { return }
    if let others = certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName] {
      let names = try DERReading.parse(others.value, "names of the certificate").members("names", .sequence)
      if names.contains(where: { Array($0.encodedBytes) == name }) { return }
    }
    throw TimeStampFault(.authorityNameDiffers, "The authority that the token names is not the signer.")
  }

  // MARK: Who vouches for it

  /// A token with more than these is not searched for a chain: certificates that vouch for each other in all ways make the
  /// search long.
  private static let mostCertificates = 8

  /// - Parameter time: Milliseconds since 1970-01-01T00:00:00Z, when each certificate of the chain must be valid.
  func root(
    intermediates: [TokenCertificate], trustedRoots: TimeStampRoots, at time: Int64
  ) throws(TimeStampFault) -> (name: String, fingerprint: [UInt8]) {
    guard intermediates.count < Self.mostCertificates else {
      let count = intermediates.count + 1
      throw TimeStampFault(
        .tooManyCertificates, "The token has \(count) certificates, more than \(Self.mostCertificates).")
    }
    // One that cannot be read can be no part of a chain.
    let known = intermediates.compactMap { try? Certificate(derEncoded: $0.derBytes) }
    let roots = trustedRoots.certificates
    let leaf = certificate
    let result = OnThisThread.run {
      var verifier = Verifier(rootCertificates: CertificateStore(roots)) {
        ChainThenPolicy(time: time)
        RFC5280Policy(fixedExpiryValidationTime: ChainThenPolicy.date(time))
      }
      return await verifier.validate(leaf: leaf, intermediates: CertificateStore(known))
    }
    switch result {
    case .validCertificate(let chain):
      return (Self.name(chain.root), TimeStampRoots.fingerprint(chain.root))
    case .couldNotValidate(let failures):
      if failures.contains(where: { $0.policyFailureReason == ChainThenPolicy.notValidThen }) {
        throw TimeStampFault(
          .certificateNotValidThen, "A certificate of the authority was not valid at the time of the time-stamp.")
      }
      throw TimeStampFault(.notTrusted, "The signer's certificate does not lead to a root that is trusted.")
    }
  }
}

/// What is asked of a chain beside RFC 5280: every certificate valid at a moment (asked first, so that it can be told from
/// other failures), no SHA-1 under a certificate, and each that vouches for another may do so, and for this purpose.
private struct ChainThenPolicy: VerifierPolicy {
  static let notValidThen = PolicyFailureReason("not valid then")

  /// Milliseconds since 1970-01-01T00:00:00Z.
  let time: Int64

  /// The purpose of the signer is checked before; those of the others here.
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

  /// Whole seconds, as certificates have them: the last second of a certificate belongs to it.
  static func date(_ time: Int64) -> Date {
    let (seconds, thousandths) = time.quotientAndRemainder(dividingBy: 1000)
    return Date(timeIntervalSince1970: Double(thousandths < 0 ? seconds - 1 : seconds))
  }

  func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
    let date = Self.date(time)
    guard chain.allSatisfy({ $0.notValidBefore <= date && date <= $0.notValidAfter }) else {
      return .failsToMeetPolicy(reason: Self.notValidThen)
    }
    for (height, certificate) in chain.enumerated() {
      let isRoot = height == chain.count - 1
      // Nobody relies on what a root says about itself.
      guard isRoot || certificate.signatureAlgorithm != .sha1WithRSAEncryption else {
        return .failsToMeetPolicy(reason: "signed over SHA-1")
      }
      guard height > 0 else { continue }
      do {
        if let usage = try certificate.extensions.keyUsage, !usage.keyCertSign {
          return .failsToMeetPolicy(reason: "may not sign certificates")
        }
        if !isRoot, let purposes = try certificate.extensions.extendedKeyUsage,
          !purposes.contains(.timeStamping), !purposes.contains(.any)
        {
          return .failsToMeetPolicy(reason: "may not vouch for time-stamping")
        }
      } catch {
        return .failsToMeetPolicy(reason: "has an extension that cannot be read")
      }
    }
    return .meetsPolicy
  }
}
