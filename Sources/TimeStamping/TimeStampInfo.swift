internal import SwiftASN1
internal import X509

/// What a time-stamp says (TSTInfo; RFC 3161, section 2.4.2). Nothing of it may be believed before `verify`.
package struct TimeStampInfo: Hashable, Sendable {
  /// The moment, in milliseconds since 1970-01-01T00:00:00Z; smaller parts are cut off.
  package let genTime: Int64
  /// For how many milliseconds more the moment may stand as it was written: 1000 for one in whole seconds.
  package let resolution: Int64
  /// The authority's own bound on its error in either direction, in microseconds; nil if it gives none.
  package let accuracy: Int64?
  /// The authority's number for this token, big end first.
  package let serial: [UInt8]
  /// The policy under which it was made, as an object identifier.
  package let policy: String
  /// The algorithm of the imprint, as an object identifier.
  package let imprintAlgorithm: String
  /// The digest that was stamped.
  package let imprint: [UInt8]
  /// The number of the request, big end first, without leading zeros.
  package let nonce: [UInt8]?
  /// The authority's name for itself, made fit to be shown.
  package let authority: String?
  /// The same as it is written: it must be one of the names in the signer's certificate.
  let authorityName: [UInt8]?

  init(_ node: ASN1Node) throws(TimeStampFault) {
    let what = "time-stamp information"
    var fields = try node.fields(what)
    guard try fields.next("version").small("version of the time-stamp") == 1 else {
      throw TimeStampFault(.unsupportedVersion, "The time-stamp is not of version 1.")
    }
    policy = try fields.next("policy").objectIdentifier("policy of the time-stamp")
    let imprint = try MessageImprint(try fields.next("imprint"))
    (imprintAlgorithm, self.imprint) = (imprint.algorithm, imprint.digest)
    serial = try fields.next("serial number").magnitude("serial number of the time-stamp")
    (genTime, resolution) = try fields.next("time").generalizedTime("time of the time-stamp")
    accuracy = try fields.optional(.sequence).map { node throws(TimeStampFault) in try Self.accuracy(node) }
    if let node = fields.optional(.boolean), try !node.boolean("order of the time-stamp") {
      throw DERReading.malformed(what, "writes out a default")
    }
    nonce = try fields.optional(.integer).map { node throws(TimeStampFault) in
      try node.magnitude("nonce of the time-stamp")
    }
    if let tagged = fields.optional(.context(0)) {
      let name = try tagged.only("name of the authority", .context(0))
      authorityName = Array(name.encodedBytes)
      authority = Self.text(of: name).map(TimeStampFault.shown)
    } else {
      (authorityName, authority) = (nil, nil)
    }
    if let extensions = fields.optional(.context(1)) { try Self.check(extensions: extensions) }
    try fields.end()
  }

  private static func accuracy(_ node: ASN1Node) throws(TimeStampFault) -> Int64 {
    let what = "accuracy of the time-stamp"
    var fields = try node.fields(what)
    let seconds = try fields.optional(.integer).map { node throws(TimeStampFault) in try node.small(what) } ?? 0
    var parts: [Int] = []
    for number in UInt(0)...1 {
      let part = try fields.optional(.context(number)).map { node throws(TimeStampFault) in
        try node.small(what, .context(number))
      }
      guard part.map((1...999).contains) ?? true else { throw DERReading.malformed(what, "is out of range") }
      parts.append(part ?? 0)
    }
    try fields.end()
    return Int64(seconds) * 1_000_000 + Int64(parts[0]) * 1000 + Int64(parts[1])
  }

  /// The kinds of GeneralName (RFC 5280, section 4.2.1.6) that have a text.
  private static func text(of name: ASN1Node) -> String? {
    if name.identifier == .context(4), case .constructed(let nodes) = name.content {
      for node in nodes {
        guard let name = try? DistinguishedName(derEncoded: node) else { return nil }
        return String(describing: name)
      }
    }
    if [.context(1), .context(2), .context(6)].contains(name.identifier), case .primitive(let bytes) = name.content {
      return String(decoding: bytes, as: UTF8.self)
    }
    return nil
  }

  /// Whoever does not understand a critical extension must not accept (RFC 5280, section 4.2); this module knows none.
  private static func check(extensions node: ASN1Node) throws(TimeStampFault) {
    let what = "extension of the time-stamp"
    for member in try node.members(what, .context(1)) {
      var fields = try member.fields(what)
      let identifier = try fields.next("identifier").objectIdentifier(what)
      let isCritical = try fields.optional(.boolean).map { node throws(TimeStampFault) in try node.boolean(what) }
      _ = try fields.next("value").octets(what)
      try fields.end()
      guard isCritical != true else {
        throw TimeStampFault(
          .unknownCriticalExtension, "The time-stamp has a critical extension that is not known here (\(identifier)).")
      }
    }
  }
}
