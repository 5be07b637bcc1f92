internal import SwiftASN1

/// What is sent to a time-stamping authority (RFC 3161, section 2.4.1): the digest, and nothing else of the document.
///
/// Law: `TimeStampRequest(der: r.derBytes) == r`.
package struct TimeStampRequest: Hashable, Sendable {
  /// SHA-256 of what is to be stamped, 32 bytes.
  package let digest: [UInt8]
  /// The policy under which the stamp is wanted, as an object identifier (`1.2.3`); nil leaves it to the authority.
  package let policy: String?
  /// A number that nobody could foresee, big end first, without leading zeros: with it in the token, the token is an answer
  /// to this request and no older one.
  package let nonce: [UInt8]?
  /// Shall the authority put its certificate into the token? Without it nothing can be verified later.
  package let wantsCertificate: Bool
  /// The request as it is sent (`application/timestamp-query`).
  package let derBytes: [UInt8]

  /// - Parameter nonce: From 1 to 32 bytes; leading zeros say nothing and are dropped.
  /// - Throws: `bad-request` if one of the values cannot be sent.
  package init(
    digest: [UInt8], nonce: [UInt8]?, policy: String? = nil, wantsCertificate: Bool = true
  ) throws(TimeStampFault) {
    guard digest.count == TimeStampDigest.sha256.length else {
      throw TimeStampFault(.badRequest, "A SHA-256 digest has 32 bytes and not \(digest.count).")
    }
    if let nonce, !(1...32).contains(nonce.count) {
      throw TimeStampFault(.badRequest, "A nonce has 1 to 32 bytes and not \(nonce.count).")
    }
    self.digest = digest
    self.policy = policy
    self.nonce = nonce.map(DERWriting.shortest)
    self.wantsCertificate = wantsCertificate

    var content = DERWriting.integer([1])
    content += DERWriting.value(
      DERWriting.sequence, DERWriting.algorithm(.sha256) + DERWriting.value(DERWriting.octets, digest))
    if let policy {
      guard let identifier = DERWriting.objectIdentifier(policy) else {
        throw TimeStampFault(.badRequest, "“\(TimeStampFault.shown(policy))” is no object identifier, as in 1.2.3.4.")
      }
      content += identifier
    }
    if let nonce { content += DERWriting.integer(nonce) }
    // false is the default, and DER does not write a default.
    if wantsCertificate { content += DERWriting.value(DERWriting.boolean, [0xFF]) }
    derBytes = DERWriting.value(DERWriting.sequence, content)
  }

  /// - Throws: A fault of bytes, or `bad-request` for what this module would not send.
  package init(der: [UInt8]) throws(TimeStampFault) {
    let what = "request"
    var fields = try DERReading.read(der, what).fields(what)
    guard try fields.next("version").small("version of the request") == 1 else {
      throw TimeStampFault(.unsupportedVersion, "The request is not of version 1.")
    }
    let imprint = try MessageImprint(try fields.next("imprint"))
    guard imprint.algorithm == TimeStampDigest.sha256.identifier else {
      throw TimeStampFault(.badRequest, "The request has another digest than SHA-256.")
    }
    let policy = try fields.optional(.objectIdentifier).map { node throws(TimeStampFault) in
      try node.objectIdentifier("policy of the request")
    }
    let nonce = try fields.optional(.integer).map { node throws(TimeStampFault) in
      try node.magnitude("nonce of the request")
    }
    let wish = try fields.optional(.boolean).map { node throws(TimeStampFault) in
      try node.boolean("wish for a certificate")
    }
    guard fields.optional(.context(0)) == nil else {
      throw TimeStampFault(.badRequest, "The request has extensions, which nobody here would have sent.")
    }
    try fields.end()
    guard wish != false else { throw DERReading.malformed(what, "writes out a default") }
    try self.init(digest: imprint.digest, nonce: nonce, policy: policy, wantsCertificate: wish ?? false)
  }

  /// A nonce of eight bytes with 62 bits by chance; the first two bits are 01, so that it is written as a number of as many
  /// bytes.
  package static func nonce(from random: inout some RandomNumberGenerator) -> [UInt8] {
    let drawn: UInt64 = random.next()
    let number = drawn >> 2 | 1 << 62
    return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
  }
}

/// A digest and what made it (RFC 3161, section 2.4.1).
struct MessageImprint {
  let algorithm: String
  let digest: [UInt8]

  init(_ node: ASN1Node) throws(TimeStampFault) {
    let what = "imprint"
    var fields = try node.fields(what)
    algorithm = try fields.next("algorithm").plainAlgorithm("algorithm of the imprint")
    digest = try fields.next("digest").octets("digest of the imprint")
    try fields.end()
    if let known = TimeStampDigest(identifier: algorithm), known.length != digest.count {
      throw DERReading.malformed(what, "has a digest of \(digest.count) bytes, which is not \(known.rawValue)")
    }
  }
}
