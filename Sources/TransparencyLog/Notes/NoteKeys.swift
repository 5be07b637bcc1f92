internal import CanonicalJSON
internal import Crypto

/// What a key of a note signs (C2SP signed-note, “Signature types”).
public enum KeyType: UInt8, Sendable {
  /// Ed25519 over the text: how a log signs its checkpoints.
  case ed25519 = 0x01
  /// Ed25519 over the text and the time: how a witness cosigns (cosignature/v1).
  case cosignature = 0x04
}

/// Who signed: the name and the short id that stand in a signature line.
public struct KeyName: Hashable, Sendable {
  public var name: String
  public var id: UInt32

  /// Names are compared by their bytes: Swift's `==` holds “é” in one and in two scalars for equal, a key ID does not.
  public static func == (left: Self, right: Self) -> Bool { left.id == right.id && sameBytes(left.name, right.name) }

  /// key ID = SHA-256(name || 0x0A || type || public key)[0..<4]
  static func id(_ name: String, _ type: UInt8, _ publicKey: [UInt8]) -> UInt32 {
    LogDigest.sha256(Array(name.utf8) + [0x0A, type] + publicKey)[0..<4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Names are not empty and hold neither space nor plus (signed-note, “Format”).
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255
      && name.unicodeScalars.allSatisfy {
        $0 != "+" && !$0.properties.isWhitespace && $0.value >= 0x20 && $0 != "\u{7F}"
      }
  }
}

/// A key that checks signatures: `NAME+hex key ID+base64(type || public key)`.
public struct VerifierKey: Hashable, Sendable {
  public let keyName: KeyName
  public let type: KeyType
  /// 32 bytes (RFC 8032).
  public let publicKey: [UInt8]

  public var name: String { keyName.name }
  /// Eight hexadecimal digits.
  public var keyID: String { keyName.id.bigEndianBytes.hex }

  init(name: String, type: KeyType, publicKey: [UInt8]) {
    keyName = KeyName(name: name, id: KeyName.id(name, type.rawValue, publicKey))
    self.type = type
    self.publicKey = publicKey
  }

  // MARK: To text and back, a pair

  /// Law: `VerifierKey(key.text) == key`.
  public var text: String {
    "\(name)+\(keyID)+\(Base64.encode([type.rawValue] + publicKey))"
  }

  /// Refuses a key whose id is not the one that its name and bytes give, and every type but Ed25519 and cosignature/v1.
  public init(_ text: String) throws(ProofFault) {
    let (name, id, bytes) = try KeyText.parts(text, "verifier key")
    guard bytes.count == 33, let type = KeyType(rawValue: bytes[0]) else {
      throw ProofFault(
        .malformedKey, "the key of \(name) is of no kind that can be checked here (Ed25519, cosignature/v1)")
    }
    self.init(name: name, type: type, publicKey: Array(bytes.dropFirst()))
    guard keyName.id == id else {
      // The key itself is not shown: somebody may have given a signing key without its first words.
      throw ProofFault(
        .malformedKey,
        "the id in “\(name)+\(id.bigEndianBytes.hex)+…” is not that of its name and key: a letter was changed")
    }
  }

  /// Did this key sign the bytes?
  func isValid(_ signature: some Collection<UInt8>, of message: [UInt8]) -> Bool {
    guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false
    }
    return key.isValidSignature(Array(signature), for: message)
  }
}

/// A key that signs: `PRIVATE+KEY+NAME+hex key ID+base64(type || seed)`, the form that Go's note package writes. Whoever
/// holds it can sign for its name: it is kept outside of every book.
public struct SigningKey: Sendable {
  public let verifierKey: VerifierKey
  /// Made once: to make it from its seed takes as long as to sign with it.
  private let key: Curve25519.Signing.PrivateKey

  /// - Parameter seed: 32 bytes that nobody can guess.
  public init(name: String, type: KeyType, seed: [UInt8]) throws(ProofFault) {
    guard KeyName.isName(name) else {
      throw ProofFault(.malformedKey, "“\(name)” cannot name a key: no spaces, no plus, at most 255 bytes")
    }
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw ProofFault(.malformedKey, "a signing key is 32 bytes")
    }
    verifierKey = VerifierKey(name: name, type: type, publicKey: Array(key.publicKey.rawRepresentation))
    self.key = key
  }

  public var name: String { verifierKey.name }

  // MARK: To text and back, a pair

  public var text: String {
    "PRIVATE+KEY+\(name)+\(verifierKey.keyID)+\(Base64.encode([verifierKey.type.rawValue] + Array(key.rawRepresentation)))"
  }

  public init(_ text: String) throws(ProofFault) {
    let start = "PRIVATE+KEY+"
    // By bytes: for `hasPrefix` the Kelvin sign is a K, and one key would have several texts.
    guard text.utf8.starts(with: start.utf8) else {
      throw ProofFault(.malformedKey, "a signing key begins with \(start)")
    }
    // What is wrong with a private key is said without showing it.
    let rest = String(Substring(text.utf8.dropFirst(start.utf8.count)))
    guard let (name, id, bytes) = try? KeyText.parts(rest, "signing key"), bytes.count == 33,
      let type = KeyType(rawValue: bytes[0])
    else { throw ProofFault(.malformedKey, "this is no signing key of a kind that is known here") }
    try self.init(name: name, type: type, seed: Array(bytes.dropFirst()))
    guard verifierKey.keyName.id == id else {
      throw ProofFault(.malformedKey, "the id of the signing key is not that of its name and key: a letter was changed")
    }
  }

  /// 64 bytes.
  func signature(of message: [UInt8]) throws(ProofFault) -> [UInt8] {
    do {
      return Array(try key.signature(for: message))
    } catch {
      throw ProofFault(.malformedKey, "the signing key cannot sign: \(error)")
    }
  }
}

// Printing a value prints its parts, and what is printed ends in logs: the seed is no part of what is printed.
extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "signing key of \(name)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey]) }
}

/// The three parts of a key's text.
private enum KeyText {
  /// Longer than any key of the known kinds.
  static let longest = 512

  static func parts(_ text: String, _ what: String) throws(ProofFault) -> (name: String, id: UInt32, bytes: [UInt8]) {
    guard text.utf8.count <= longest else { throw ProofFault(.tooLarge, "a \(what) has at most \(longest) bytes") }
    // The base64 may hold a plus, a name may not.
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, KeyName.isName(String(parts[0])), parts[1].utf8.count == 8,
      parts[1].utf8.allSatisfy({ ("0"..."9").contains(UnicodeScalar($0)) || ("a"..."f").contains(UnicodeScalar($0)) }),
      let id = UInt32(parts[1], radix: 16), let bytes = Base64.decode(String(parts[2])), !bytes.isEmpty
    else { throw ProofFault(.malformedKey, "a \(what) is NAME+8 hexadecimal digits+base64") }
    return (String(parts[0]), id, bytes)
  }
}

/// Equal byte for byte, as evidence is compared.
func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

extension UInt32 {
  var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(24 - 8 * $0)) } }
}

extension UInt64 {
  var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) } }
}
