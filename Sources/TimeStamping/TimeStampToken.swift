internal import SwiftASN1

/// A time-stamp token: signed data (CMS, RFC 5652) that holds a `TimeStampInfo` and has one signer (RFC 3161, section 2.4.2).
///
/// Reading says what the token claims; `verify` says whether it may be believed. Read are only tokens in DER. Two things are
/// taken as they come, because nothing depends on them and authorities differ: the order of the certificates, and what
/// the signer did not sign (lists of revocations, unsigned attributes).
package struct TimeStampToken: Hashable, Sendable {
  /// What the token says; not to be believed before `verify`.
  package let info: TimeStampInfo
  /// The token as it came.
  package let derBytes: [UInt8]

  /// The bytes of the `TimeStampInfo`, over which the signer's digest goes.
  let content: [UInt8]
  let contentType: String
  let certificates: [TokenCertificate]
  let signer: TokenSigner

  /// - Parameter der: At most 64 KiB; nothing is read of more.
  /// - Throws: A fault of bytes, `not-signed-data`, `not-time-stamp-info`, `not-one-signer`, `signed-attributes-missing`.
  package init(der: [UInt8]) throws(TimeStampFault) {
    derBytes = der
    let what = "time-stamp token"
    var outer = try DERReading.read(der, what).fields(what)
    guard try outer.next("content type").objectIdentifier("content type of the token") == "1.2.840.113549.1.7.2" else {
      throw TimeStampFault(.notSignedData, "This is no signed data, so it is no time-stamp token.")
    }
    let signedData = try outer.next("content").only("content of the token", .context(0))
    try outer.end()

    var fields = try signedData.fields("signed data")
    // RFC 5652, section 5.1: 3 where the content is other than plain data, more with kinds of certificates of later days.
    guard (3...5).contains(try fields.next("version").small("version of the signed data")) else {
      throw TimeStampFault(.unsupportedVersion, "The signed data is not of version 3, 4 or 5.")
    }
    var digests: [String] = []
    for algorithm in try fields.next("digests").members("digests of the signed data", .set) {
      digests.append(try algorithm.plainAlgorithm("digest of the signed data"))
    }
    var inner = try fields.next("content").fields("content of the signed data")
    contentType = try inner.next("type").objectIdentifier("type of the content")
    guard contentType == "1.2.840.113549.1.9.16.1.4" else {
      throw TimeStampFault(.notTimeStampInfo, "What is signed is no time-stamp but something else (\(contentType)).")
    }
    content = try inner.next("value").only("value of the content", .context(0)).octets("value of the content")
    try inner.end()
    info = try TimeStampInfo(try DERReading.parse(content[...], "time-stamp information"))

    var certificates: [TokenCertificate] = []
    if let set = fields.optional(.context(0)) {
      // The other kinds of the choice are obsolete, or attribute certificates; no signer is found among them.
      for node in try set.members("certificates of the token", .context(0)) where node.identifier == .sequence {
        certificates.append(try TokenCertificate(node))
      }
    }
    self.certificates = certificates
    _ = fields.optional(.context(1))

    let signers = try fields.next("signers").members("signers of the token", .set)
    try fields.end()
    guard signers.count == 1, let only = signers.first else {
      throw TimeStampFault(.notOneSigner, "A time-stamp has one signer; this one has \(signers.count).")
    }
    signer = try TokenSigner(only)
    // RFC 5652, section 5.1, lets a reader insist on that.
    guard digests.contains(signer.digest.identifier) else {
      throw TimeStampFault(.algorithmNotAllowed, "The signer uses another digest than the token announces.")
    }
  }
}

/// A certificate in a token, read as far as is needed to find the signer's.
struct TokenCertificate: Hashable, Sendable {
  let derBytes: [UInt8]
  /// The names as they are written.
  let (issuer, subject): ([UInt8], [UInt8])
  let serial: [UInt8]

  init(_ node: ASN1Node) throws(TimeStampFault) {
    let what = "certificate in the token"
    derBytes = Array(node.encodedBytes)
    var outer = try node.fields(what)
    var fields = try outer.next("content").fields(what)
    _ = fields.optional(.context(0))
    serial = try fields.next("serial number").integer("serial number of a certificate")
    _ = try fields.next("signature algorithm", .sequence)
    issuer = Array(try fields.next("issuer", .sequence).encodedBytes)
    _ = try fields.next("validity", .sequence)
    subject = Array(try fields.next("subject", .sequence).encodedBytes)
    _ = try outer.next("signature algorithm", .sequence)
    // A signature is whole bytes. Its last bit is zero as often as not, and then a changed count of unused bits would read as
    // the same signature: one certificate with two spellings.
    let signature = try outer.next("signature").primitive("signature of a certificate", .bitString)
    guard signature.first == 0 else { throw DERReading.malformed(what, "has a signature that is no whole bytes") }
  }
}

/// The one signer of a token (SignerInfo; RFC 5652, section 5.3).
struct TokenSigner: Hashable, Sendable {
  enum Name: Hashable, Sendable {
    case issuerAndSerial(issuer: [UInt8], serial: [UInt8])
    case keyIdentifier([UInt8])
  }

  /// How the signature is made, as far as it is known here.
  enum Scheme: Hashable, Sendable { case rsa, rsaPSS, ecdsa, ed25519 }

  let name: Name
  let digest: TimeStampDigest
  let scheme: Scheme
  let signature: [UInt8]
  /// The values of the signed attributes, each of which has one, by their identifiers.
  let attributes: [String: [UInt8]]
  /// What the signature goes over: the attributes as a SET (RFC 5652, section 5.4).
  let signedBytes: [UInt8]

  init(_ node: ASN1Node) throws(TimeStampFault) {
    let what = "signer of the token"
    var fields = try node.fields(what)
    let version = try fields.next("version").small("version of the signer")
    if let identifier = fields.optional(.context(0)) {
      name = .keyIdentifier(Array(try identifier.primitive("key of the signer", .context(0))))
      guard version == 3 else { throw TimeStampFault(.unsupportedVersion, "The signer should be of version 3.") }
    } else {
      var names = try fields.next("name").fields("name of the signer")
      name = .issuerAndSerial(
        issuer: Array(try names.next("issuer", .sequence).encodedBytes),
        serial: try names.next("serial number").integer("serial number of the signer"))
      try names.end()
      guard version == 1 else { throw TimeStampFault(.unsupportedVersion, "The signer should be of version 1.") }
    }
    let digestIdentifier = try fields.next("digest").plainAlgorithm("digest of the signer")
    guard let digest = TimeStampDigest(identifier: digestIdentifier) else {
      throw TimeStampFault(.algorithmNotAllowed, "The signer uses a digest that is not taken (\(digestIdentifier)).")
    }
    self.digest = digest
    guard let set = fields.optional(.context(0)) else {
      throw TimeStampFault(.signedAttributesMissing, "The signer has no signed attributes.")
    }
    attributes = try Self.attributes(set)
    signedBytes = [0x31] + set.encodedBytes.dropFirst()
    scheme = try Self.scheme(try fields.next("signature algorithm"), digest)
    signature = try fields.next("signature").octets("signature of the token")
    _ = fields.optional(.context(1))
    try fields.end()
  }

  private static func attributes(_ set: ASN1Node) throws(TimeStampFault) -> [String: [UInt8]] {
    let what = "signed attribute"
    var attributes: [String: [UInt8]] = [:]
    for member in try set.sortedMembers("list of signed attributes", .context(0)) {
      var fields = try member.fields(what)
      let identifier = try fields.next("type").objectIdentifier(what)
      let values = try fields.next("values").sortedMembers(what, .set)
      try fields.end()
      // Those that are read here have one value each (RFC 5652, section 11; RFC 5035, section 3); others may have more.
      guard attributes[identifier] == nil, let value = values.first else {
        throw DERReading.malformed(what, "is there twice, or has no value")
      }
      if Attribute.allCases.contains(where: { $0.rawValue == identifier }), values.count > 1 {
        throw DERReading.malformed(what, "has more than one value")
      }
      attributes[identifier] = Array(value.encodedBytes)
    }
    return attributes
  }

  enum Attribute: String, CaseIterable {
    case contentType = "1.2.840.113549.1.9.3"
    case messageDigest = "1.2.840.113549.1.9.4"
    /// With SHA-1 (RFC 2634).
    case signingCertificate = "1.2.840.113549.1.9.16.2.12"
    /// With any digest (RFC 5035).
    case signingCertificateV2 = "1.2.840.113549.1.9.16.2.47"
  }

  func value(of attribute: Attribute) throws(TimeStampFault) -> ASN1Node? {
    guard let bytes = attributes[attribute.rawValue] else { return nil }
    return try DERReading.parse(bytes[...], "signed attribute")
  }

  /// The digest under the signature must be the one of the content, so that the weaker of two is no way in.
  private static func scheme(_ node: ASN1Node, _ digest: TimeStampDigest) throws(TimeStampFault) -> Scheme {
    let (identifier, parameters) = try node.algorithm("signature algorithm")
    if identifier == "1.2.840.113549.1.1.10" {
      guard try saltedDigest(parameters) == digest else { throw Self.twoDigests }
      return .rsaPSS
    }
    _ = try node.plainAlgorithm("signature algorithm")
    let named: (Scheme, TimeStampDigest?)
    switch identifier {
    case "1.2.840.113549.1.1.1": named = (.rsa, nil)
    case "1.2.840.113549.1.1.11": named = (.rsa, .sha256)
    case "1.2.840.113549.1.1.12": named = (.rsa, .sha384)
    case "1.2.840.113549.1.1.13": named = (.rsa, .sha512)
    case "1.2.840.10045.4.3.2": named = (.ecdsa, .sha256)
    case "1.2.840.10045.4.3.3": named = (.ecdsa, .sha384)
    case "1.2.840.10045.4.3.4": named = (.ecdsa, .sha512)
    // With this digest and no other (RFC 8419, section 3.1).
    case "1.3.101.112": named = (.ed25519, .sha512)
    default:
      throw TimeStampFault(.algorithmNotAllowed, "The signature is of a kind that is not taken (\(identifier)).")
    }
    if let other = named.1, other != digest { throw Self.twoDigests }
    return named.0
  }

  private static let twoDigests = TimeStampFault(
    .algorithmNotAllowed, "The signature uses another digest than the signer says.")

  /// RSASSA-PSS-params (RFC 8017, appendix A.2.3): one digest everywhere, and a salt as long as the digest.
  private static func saltedDigest(_ parameters: ASN1Node?) throws(TimeStampFault) -> TimeStampDigest {
    let what = "parameters of the signature"
    let refusal = TimeStampFault(.algorithmNotAllowed, "The signature has RSA-PSS parameters that are not taken.")
    guard let parameters else { throw refusal }
    var fields = try parameters.fields(what)
    guard let hash = fields.optional(.context(0)), let mask = fields.optional(.context(1)),
      let salt = fields.optional(.context(2)),
      let digest = TimeStampDigest(identifier: try hash.only(what, .context(0)).plainAlgorithm(what))
    else { throw refusal }
    let (maskIdentifier, maskDigest) = try mask.only(what, .context(1)).algorithm(what)
    guard maskIdentifier == "1.2.840.113549.1.1.8", try maskDigest?.plainAlgorithm(what) == digest.identifier,
      try salt.only(what, .context(2)).small(what) == digest.length
    else { throw refusal }
    try fields.end()
    return digest
  }
}
