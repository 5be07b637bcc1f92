internal import Crypto
internal import CryptoExtras
internal import SwiftASN1
internal import X509

/// What is known once a token has been verified.
package struct VerifiedTimeStamp: Hashable, Sendable {
  /// What the token says; now it is the signer's word.
  package let info: TimeStampInfo
  /// The name in the signer's certificate, made fit to be shown.
  package let signer: String
  /// SHA-256 of the signer's certificate.
  package let signerFingerprint: [UInt8]
  /// The name in the certificate of the root to which the chain led, made fit to be shown.
  package let root: String
  /// SHA-256 of the root's certificate.
  package let rootFingerprint: [UInt8]
}

extension TimeStampToken {
  /// Says that this digest existed at `info.genTime`, on the word of an authority that one of the roots vouches for.
  ///
  /// Times are in milliseconds since 1970-01-01T00:00:00Z. Whatever difference of clocks a caller allows, it adds to `now`
  /// and takes off `notBefore`. What is not asked: whether a certificate was revoked.
  ///
  /// - Parameters:
  ///   - digest: Of what was stamped, 32, 48 or 64 bytes: SHA-256, SHA-384 or SHA-512, whichever the token has.
  ///   - nonce: Of the request that this answers; nil if that is no longer known, and then it is not compared.
  ///   - policy: The one that was asked for, as an object identifier; nil if any will do.
  ///   - trustedRoots: The authorities at whose certificate a chain may end.
  ///   - notBefore: When the stamped thing came to be; a token that is surely older cannot be about it.
  ///   - now: A token that is surely from later is refused.
  /// - Throws: The first thing that is wrong, in this order: imprint, nonce, policy, signer's certificate, signed attributes,
  ///   signature, what the certificate is for, chain, time.
  package func verify(
    digest: [UInt8], nonce: [UInt8]? = nil, policy: String? = nil, trustedRoots: TimeStampRoots,
    notBefore: Int64? = nil, now: Int64
  ) throws(TimeStampFault) -> VerifiedTimeStamp {
    guard TimeStampDigest(identifier: info.imprintAlgorithm) != nil else {
      throw TimeStampFault(
        .imprintAlgorithmNotAllowed, "The time-stamp uses a digest that is not taken (\(info.imprintAlgorithm)).")
    }
    guard info.imprint == digest else {
      throw TimeStampFault(.imprintDiffers, "The time-stamp is about something else: its digest differs.")
    }
    if let nonce, info.nonce != DERWriting.shortest(nonce) {
      throw TimeStampFault(.nonceDiffers, "The time-stamp does not answer this request: its nonce differs.")
    }
    if let policy, info.policy != policy {
      throw TimeStampFault(.policyDiffers, "The time-stamp was made under the policy \(info.policy) and not \(policy).")
    }

    let certificate = try signerCertificate()
    try checkAttributes(certificate)
    let signing = try SigningCertificate(certificate)
    guard signing.hasSigned(signer) else {
      throw TimeStampFault(.signatureWrong, "The signature is not of the one whose certificate is in the token.")
    }
    try signing.checkPurpose()
    try signing.checkAuthority(info.authorityName)
    let root = try signing.root(
      intermediates: certificates.filter { $0 != certificate }, trustedRoots: trustedRoots, at: info.genTime)

    // The bounds between which the moment surely was, each cut off outwards to a millisecond.
    let accuracy = ((info.accuracy ?? 0) + 999) / 1000
    guard info.genTime - accuracy <= now else {
      throw TimeStampFault(.inFuture, "The time-stamp is from later than now.")
    }
    if let notBefore, info.genTime + info.resolution + accuracy <= notBefore {
      throw TimeStampFault(.olderThanContent, "The time-stamp is older than what it is said to stamp.")
    }
    return VerifiedTimeStamp(
      info: info, signer: signing.name, signerFingerprint: TimeStampDigest.sha256.hash(certificate.derBytes),
      root: root.name, rootFingerprint: root.fingerprint)
  }

  private func signerCertificate() throws(TimeStampFault) -> TokenCertificate {
    let found = certificates.first { certificate in
      switch signer.name {
      case .issuerAndSerial(let issuer, let serial): certificate.issuer == issuer && certificate.serial == serial
      case .keyIdentifier(let identifier): SigningCertificate.keyIdentifier(of: certificate) == identifier
      }
    }
    guard let found else {
      throw TimeStampFault(.signerCertificateMissing, "The signer's certificate is not in the token.")
    }
    return found
  }

  /// RFC 5652, section 11: the attributes bind the signature to the content and to its type. RFC 3161, section 2.4.1, and
  /// RFC 5816: another binds it to one certificate, so that no other certificate for the same key can be put in its place.
  private func checkAttributes(_ certificate: TokenCertificate) throws(TimeStampFault) {
    guard let type = try signer.value(of: .contentType),
      try type.objectIdentifier("signed content type") == contentType
    else { throw TimeStampFault(.contentTypeAttribute, "The signer did not sign for a time-stamp.") }
    guard let digest = try signer.value(of: .messageDigest),
      try digest.octets("signed digest") == signer.digest.hash(content)
    else { throw TimeStampFault(.messageDigestDiffers, "The signer signed another content than the one in the token.") }

    let older = try signer.value(of: .signingCertificate)
    guard let newer = try signer.value(of: .signingCertificateV2) else {
      guard older == nil else {
        throw TimeStampFault(
          .signingCertificateOnlySHA1, "The signer names its certificate by a SHA-1 digest alone, which is not taken.")
      }
      throw TimeStampFault(.signingCertificateMissing, "The signer does not say which certificate is its own.")
    }
    // Where both are there, both must fit: SHA-1 is taken as one check more and never instead.
    for (attribute, isOlder) in [(newer, false), (older, true)] {
      if let attribute, try !Self.names(attribute, certificate, withSHA1: isOlder) {
        throw TimeStampFault(
          .signingCertificateDiffers, "The signer names another certificate than the one in the token.")
      }
    }
  }

  /// SigningCertificate and SigningCertificateV2: the first of the certificates named is the signer's.
  private static func names(
    _ attribute: ASN1Node, _ certificate: TokenCertificate, withSHA1: Bool
  ) throws(TimeStampFault) -> Bool {
    let what = "name of the signer's certificate"
    var outer = try attribute.fields(what)
    guard let first = try outer.next("certificates").members(what, .sequence).first else {
      throw DERReading.malformed(what, "is empty")
    }
    _ = outer.optional(.sequence)
    try outer.end()

    var fields = try first.fields(what)
    var expected = Array(Insecure.SHA1.hash(data: certificate.derBytes))
    if !withSHA1 {
      var digest = TimeStampDigest.sha256
      // Some write out the default; it is the same digest.
      if let algorithm = fields.optional(.sequence) {
        let identifier = try algorithm.plainAlgorithm(what)
        guard let other = TimeStampDigest(identifier: identifier) else {
          throw TimeStampFault(
            .algorithmNotAllowed, "The signer names its certificate by a digest that is not taken (\(identifier)).")
        }
        digest = other
      }
      expected = digest.hash(certificate.derBytes)
    }
    var fits = try fields.next("digest").octets(what) == expected
    if let issuerAndSerial = fields.optional(.sequence) {
      var parts = try issuerAndSerial.fields(what)
      let issuers = try parts.next("issuer").members(what, .sequence)
      guard issuers.count == 1, let issuer = issuers.first else {
        throw DERReading.malformed(what, "does not have one issuer")
      }
      let name = try issuer.only(what, .context(4))
      fits = fits && Array(name.encodedBytes) == certificate.issuer
      fits = try parts.next("serial number").integer(what) == certificate.serial && fits
      try parts.end()
    }
    try fields.end()
    return fits
  }
}
