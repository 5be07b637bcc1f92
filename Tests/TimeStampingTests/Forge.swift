import Crypto
import Foundation
import SwiftASN1
import X509

/// A second writer of DER, for the tests alone: what the module reads is written by other hands.
enum Bytes {
  static func value(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    let content = Array(parts.joined())
    switch content.count {
    case ..<0x80: return [tag, UInt8(content.count)] + content
    case ..<0x100: return [tag, 0x81, UInt8(content.count)] + content
    default: return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, Array(parts.joined())) }

  static func set(_ members: [[UInt8]], tag: UInt8 = 0x31) -> [UInt8] {
    value(tag, Array(members.sorted { $0.lexicographicallyPrecedes($1) }.joined()))
  }

  static func octets(_ bytes: [UInt8]) -> [UInt8] { value(0x04, bytes) }

  static func integer(_ bytes: [UInt8]) -> [UInt8] { value(0x02, bytes) }

  static let null: [UInt8] = [0x05, 0x00]

  static func identifier(_ text: String) -> [UInt8] {
    let arcs = text.split(separator: ".").compactMap { Int($0) }
    var content: [UInt8] = []
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2...] {
      let groups = String(arc, radix: 2)
      let padded = String(repeating: "0", count: (7 - groups.count % 7) % 7) + groups
      let starts = stride(from: 0, to: padded.count, by: 7)
      let values = starts.compactMap { UInt8(padded.dropFirst($0).prefix(7), radix: 2) }
      content += values.dropLast().map { $0 | 0x80 } + values.suffix(1)
    }
    return value(0x06, content)
  }

  static func algorithm(_ text: String) -> [UInt8] { sequence(identifier(text), null) }
}

/// Somebody with a key and a certificate.
struct Identity: Sendable {
  let key: P256.Signing.PrivateKey
  let certificate: Certificate
  let issuer: String

  /// The certificate in DER.
  var bytes: [UInt8] { (try? certificate.serializeAsPEM().derBytes) ?? [] }

  /// The name as it is written in the certificate.
  static func name(_ text: String) -> [UInt8] {
    Bytes.sequence(Bytes.set([Bytes.sequence(Bytes.identifier("2.5.4.3"), Bytes.value(0x0C, Array(text.utf8)))]))
  }

  /// The certificate as a text in PEM.
  var text: String { (try? certificate.serializeAsPEM().pemString + "\n") ?? "" }

  /// The common name alone.
  var subject: String { String(String(describing: certificate.subject).dropFirst(3)) }

  /// The same certificate, but the key of another.
  func withKey(of other: Identity) -> Identity {
    Identity(key: other.key, certificate: certificate, issuer: issuer)
  }

  /// From 2020 to 2040 if nothing else is said.
  static func make(
    _ name: String, issuer: Identity? = nil, serial: Int = 7, from: Int = 1_577_836_800, until: Int = 2_208_988_800,
    publicKey: Certificate.PublicKey? = nil, extensions: [Certificate.Extension]
  ) throws -> Identity {
    let key = P256.Signing.PrivateKey()
    let subject = try DistinguishedName { CommonName(name) }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(serial), publicKey: publicKey ?? .init(key.publicKey),
      notValidBefore: Date(timeIntervalSince1970: Double(from)),
      notValidAfter: Date(timeIntervalSince1970: Double(until)),
      issuer: issuer?.certificate.subject ?? subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions(extensions), issuerPrivateKey: .init(issuer?.key ?? key))
    return Identity(key: key, certificate: certificate, issuer: issuer?.subject ?? name)
  }

  /// An extension that nobody knows.
  static let unknown = Certificate.Extension(oid: [1, 2, 3], critical: true, value: [5, 0])

  static func authority(isCA: Bool = true) throws -> [Certificate.Extension] {
    let may = isCA ? BasicConstraints.isCertificateAuthority(maxPathLength: nil) : .notCertificateAuthority
    return [try .init(may, critical: true), try .init(KeyUsage(keyCertSign: true), critical: true)]
  }

  static func stamping(
    _ purposes: [ExtendedKeyUsage.Usage] = [.timeStamping], critical: Bool = true, usage: KeyUsage? = nil
  ) throws -> [Certificate.Extension] {
    var extensions: [Certificate.Extension] = []
    if !purposes.isEmpty { extensions.append(try .init(ExtendedKeyUsage(purposes), critical: critical)) }
    if let usage { extensions.append(try .init(usage, critical: true)) }
    return extensions
  }
}

/// Makes tokens field by field, so that one thing at a time can be wrong. As it begins, everything is right.
struct Forge: Sendable {
  static let (sha256, sha512, sha1) = ("2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3", "1.3.14.3.2.26")
  static let (isTimeStamp, isData) = ("1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.1")
  static let abc = Array(SHA256.hash(data: Array("abc".utf8)))

  var signer: Identity
  var others: [Identity] = []

  // TSTInfo
  var infoVersion: UInt8 = 1
  var policy = "1.2.3.4.1"
  var imprintAlgorithm = Forge.sha256
  var imprint = Forge.abc
  /// 1,772,366,400 s after 1970 began.
  var time = "20260301120000Z"
  var nonce: [UInt8]? = [0x12, 0x34]
  /// Fields between time and nonce, and after it.
  var (accuracy, behind): ([UInt8], [UInt8]) = ([], [])

  // SignedData
  var outerType = "1.2.840.113549.1.7.2"
  var contentType = Forge.isTimeStamp
  var signedContentType: String? = Forge.isTimeStamp
  var messageDigest: [UInt8]?
  var hasMessageDigest = true
  var hasSignedAttributes = true
  var moreAttributes: [[UInt8]] = []
  var isSorted = true
  var signers = 1
  var hasCertificate = true
  /// Stands in the token instead of the signer's certificate, and is named so.
  var certificate: [UInt8]?
  var digestAlgorithm = Forge.sha256
  var signatureAlgorithm = Bytes.sequence(Bytes.identifier("1.2.840.10045.4.3.2"))
  var breaksSignature = false
  /// Signs in another way than with the signer's key over P-256.
  var signs: (@Sendable ([UInt8]) throws -> [UInt8])?

  // The name of the certificate: V2 with SHA-256, V1 with SHA-1, over these bytes.
  var namesV2 = true
  var namesV1 = false
  var named: [UInt8]?
  var namedV1: [UInt8]?
  var issuerAndSerial: [UInt8] = []

  init(signer: Identity) { self.signer = signer }

  var info: [UInt8] {
    Bytes.sequence(
      Bytes.integer([infoVersion]), Bytes.identifier(policy),
      Bytes.sequence(Bytes.algorithm(imprintAlgorithm), Bytes.octets(imprint)), Bytes.integer([0x0A]),
      Bytes.value(0x18, Array(time.utf8)), accuracy, nonce.map(Bytes.integer) ?? [], behind)
  }

  private func attribute(_ identifier: String, _ values: [UInt8]...) -> [UInt8] {
    Bytes.sequence(Bytes.identifier(identifier), Bytes.set(values))
  }

  private var attributes: [[UInt8]] {
    var attributes = moreAttributes
    if let signedContentType {
      attributes.append(attribute("1.2.840.113549.1.9.3", Bytes.identifier(signedContentType)))
    }
    if hasMessageDigest {
      let digest = messageDigest ?? Array(SHA256.hash(data: info))
      attributes.append(attribute("1.2.840.113549.1.9.4", Bytes.octets(digest)))
    }
    if namesV2 {
      let digest = Array(SHA256.hash(data: named ?? certificate ?? signer.bytes))
      let first = Bytes.sequence(Bytes.octets(digest), issuerAndSerial)
      attributes.append(attribute("1.2.840.113549.1.9.16.2.47", Bytes.sequence(Bytes.sequence(first))))
    }
    if namesV1 {
      let digest = Array(Insecure.SHA1.hash(data: namedV1 ?? signer.bytes))
      let first = Bytes.sequence(Bytes.octets(digest), issuerAndSerial)
      attributes.append(attribute("1.2.840.113549.1.9.16.2.12", Bytes.sequence(Bytes.sequence(first))))
    }
    return attributes
  }

  func token() throws -> [UInt8] {
    var signed = Bytes.set(attributes)
    if !isSorted {
      signed = Bytes.value(0x31, Array(attributes.sorted { $1.lexicographicallyPrecedes($0) }.joined()))
    }
    var signature = Array(try signer.key.signature(for: SHA256.hash(data: signed)).derRepresentation)
    if breaksSignature { signature = Array(try signer.key.signature(for: SHA256.hash(data: [1])).derRepresentation) }
    if let signs { signature = try signs(signed) }
    let serial = Array(signer.certificate.serialNumber.bytes)
    let signerInfo = Bytes.sequence(
      Bytes.integer([1]), Bytes.sequence(Identity.name(signer.issuer), Bytes.integer(serial)),
      Bytes.algorithm(digestAlgorithm),
      hasSignedAttributes ? [0xA0] + signed.dropFirst() : [], signatureAlgorithm, Bytes.octets(signature))
    let certificates = (hasCertificate ? [certificate ?? signer.bytes] : []) + others.map(\.bytes)
    let signedData = Bytes.sequence(
      Bytes.integer([3]), Bytes.set([Bytes.algorithm(digestAlgorithm)]),
      Bytes.sequence(Bytes.identifier(contentType), Bytes.value(0xA0, Bytes.octets(info))),
      certificates.isEmpty ? [] : Bytes.set(certificates, tag: 0xA0),
      Bytes.set(Array(repeating: signerInfo, count: signers)))
    return Bytes.sequence(Bytes.identifier(outerType), Bytes.value(0xA0, signedData))
  }

  /// A name for the certificate with the issuer and the serial number written out.
  static func issuerAndSerial(_ issuer: String, _ serial: UInt8) -> [UInt8] {
    Bytes.sequence(Bytes.sequence(Bytes.value(0xA4, Identity.name(issuer))), Bytes.integer([serial]))
  }
}
