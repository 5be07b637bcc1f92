internal import SwiftASN1

/// What a time-stamping authority answers (RFC 3161, section 2.4.2): whether it stamped, and the token if it did.
package struct TimeStampResponse: Hashable, Sendable {
  /// 0 granted, 1 granted with changes, 2 rejected, 3 waiting, 4 and 5 about a revocation.
  package let status: Int
  /// What the authority says about it, made fit to be shown.
  package let texts: [String]
  /// Why it refused, in words for the bits that RFC 3161 names.
  package let failures: [String]
  /// The token as it came, to be kept byte for byte; nil if there is none.
  package let tokenBytes: [UInt8]?

  /// - Throws: A fault of bytes. A refusal by the authority is read and thrown by `token()`.
  package init(der: [UInt8]) throws(TimeStampFault) {
    let what = "answer"
    var fields = try DERReading.read(der, what).fields(what)
    var info = try fields.next("status").fields("status of the answer")
    status = try info.next("status").small("status of the answer")
    texts = try info.optional(.sequence).map { node throws(TimeStampFault) in try Self.texts(node) } ?? []
    failures = try info.optional(.bitString).map { node throws(TimeStampFault) in try Self.failures(node) } ?? []
    try info.end()
    let rest = fields.rest()
    guard rest.count <= 1 else { throw DERReading.malformed(what, "has a field too many") }
    tokenBytes = rest.first.map { Array($0.encodedBytes) }
  }

  /// - Throws: `rejected` with the authority's own words; `no-token`; whatever is wrong with the token.
  package func token() throws(TimeStampFault) -> TimeStampToken {
    guard status == 0 || status == 1 else {
      let words = (texts + failures).joined(separator: "; ")
      let state = ["rejected", "waiting", "revocation warning", "revoked"]
      let name = (2...5).contains(status) ? state[status - 2] : "status \(status)"
      throw TimeStampFault(
        .rejected, "The authority gave no time-stamp (\(name))" + (words.isEmpty ? "." : ": \(words)"))
    }
    guard let tokenBytes else { throw TimeStampFault(.noToken, "The answer says granted and has no time-stamp.") }
    return try TimeStampToken(der: tokenBytes)
  }

  private static func texts(_ node: ASN1Node) throws(TimeStampFault) -> [String] {
    var texts: [String] = []
    for member in try node.members("text of the answer", .sequence).prefix(8) {
      let bytes = try member.primitive("text of the answer", .utf8String)
      texts.append(TimeStampFault.shown(String(decoding: bytes, as: UTF8.self)))
    }
    return texts
  }

  /// PKIFailureInfo: bit 0 is the highest of the first byte.
  private static let words: [(bit: Int, words: String)] = [
    (0, "it does not know the algorithm"), (2, "it takes the request for not permitted"),
    (5, "it finds the data in the wrong format"), (14, "its source of time is not available"),
    (15, "it does not have the policy"), (16, "it does not know an extension"),
    (17, "it lacks information that was asked for"), (25, "its system failed"),
  ]

  private static func failures(_ node: ASN1Node) throws(TimeStampFault) -> [String] {
    let bytes = Array(try node.primitive("failure of the answer", .bitString))
    guard let unused = bytes.first, unused < 8, unused == 0 || bytes.count > 1 else {
      throw DERReading.malformed("failure of the answer", "is no list of bits")
    }
    return words.filter { $0.bit / 8 + 1 < bytes.count && bytes[$0.bit / 8 + 1] >> (7 - UInt8($0.bit % 8)) & 1 == 1 }
      .map(\.words)
  }
}
