internal import CanonicalJSON

/// A text with the signatures under it (C2SP signed-note, v1.0.0): text, LF, then lines `— NAME BASE64` LF.
///
/// Nothing about it is believed until `verified(by:)` returned.
public struct SignedNote: Hashable, Sendable {
  /// Ends in LF.
  public let text: String
  public private(set) var signatures: [NoteSignature]

  /// A note is read whole, so it has a limit. signed-note wants 16 signatures to have room, and those of post-quantum keys
  /// are nearly 5 kB each, a third more in base64.
  public static let longest = 128 * 1024
  public static let mostSignatures = 100

  public init(text: String, signatures: [NoteSignature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Texts are compared by their bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.signatures == right.signatures && sameBytes(left.text, right.text)
  }

  // MARK: To bytes and back, a pair

  /// Laws: `SignedNote(bytes: bytes).bytes == bytes`, and `SignedNote(bytes: note.bytes) == note` for a note that was read
  /// or signed.
  public var bytes: [UInt8] { Array(string.utf8) }

  public var string: String { text + "\n" + signatures.map(\.line).joined() }

  public init(bytes: some Collection<UInt8>) throws(ProofFault) {
    guard bytes.count <= SignedNote.longest else {
      throw ProofFault(.tooLarge, "a note has at most \(SignedNote.longest) bytes")
    }
    let bytes = Array(bytes)
    guard let whole = String(validating: bytes, as: UTF8.self), bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
      throw ProofFault(.malformedNote, "a note is UTF-8 without control characters but line feeds")
    }
    guard bytes.last == 0x0A else { throw ProofFault(.malformedNote, "the note does not end with a line feed") }
    // The signatures stand behind the last empty line.
    guard let gap = bytes.indices.dropLast().last(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
      throw ProofFault(.malformedNote, "there is no empty line between the text and its signatures")
    }
    let text = String(decoding: bytes[...gap], as: UTF8.self)
    let lines = whole.utf8.dropFirst(gap + 2).split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    guard !lines.isEmpty else { throw ProofFault(.malformedNote, "the note bears no signature") }
    guard lines.count <= SignedNote.mostSignatures else {
      throw ProofFault(.malformedNote, "the note bears more than \(SignedNote.mostSignatures) signatures")
    }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try NoteSignature(line: line)) }
    self.init(text: text, signatures: signatures)
  }

  // MARK: Sign and verify, a pair

  /// Signs a text with Ed25519 keys of type 0x01. What is signed can be read again: a text without a line feed at its end,
  /// or with other control characters, is refused.
  public init(signing text: String, by keys: [SigningKey]) throws(ProofFault) {
    guard text.utf8.last == 0x0A, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
      throw ProofFault(.malformedNote, "a text to sign ends with a line feed and has no other control characters")
    }
    guard !keys.isEmpty else { throw ProofFault(.malformedNote, "the note bears no signature") }
    // A witness signs only together with a time; its bare signature would be one that nobody can check.
    if let other = keys.first(where: { $0.verifierKey.type != .ed25519 }) {
      throw ProofFault(.malformedKey, "\(other.name) is a key of a witness, not of a log")
    }
    var signatures: [NoteSignature] = []
    for key in keys {
      signatures.append(
        NoteSignature(key: key.verifierKey.keyName, bytes: try key.signature(of: Array(text.utf8))))
    }
    self.init(text: text, signatures: signatures)
  }

  /// The keys of `known` that signed this text, in the order of the note.
  ///
  /// Unknown signatures are passed over. A known key whose signature is not its own refuses the whole note, and so does a
  /// note without any known signature. Of two signatures by one key the first counts, but both must be its own.
  public func verified(by known: [VerifierKey]) throws(ProofFault) -> [VerifiedSignature] {
    let verified = try knownSignatures(known)
    guard !verified.isEmpty else {
      throw ProofFault(.noKnownSignature, "none of the note's signatures is by a key that is known here")
    }
    return verified
  }

  /// As `verified(by:)`, but no signature at all is an answer too.
  public func knownSignatures(_ known: [VerifierKey]) throws(ProofFault) -> [VerifiedSignature] {
    var verified: [VerifiedSignature] = []
    for signature in signatures {
      guard let key = known.first(where: { $0.keyName == signature.key }) else { continue }
      let checked = try signature.verified(by: key, over: text)
      if !verified.contains(where: { $0.key == key }) { verified.append(checked) }
    }
    return verified
  }

  /// The note with further signatures; one that is there already, by the same key, is not added again.
  public func adding(_ more: [NoteSignature]) -> SignedNote {
    var note = self
    for signature in more where !note.signatures.contains(signature) { note.signatures.append(signature) }
    return note
  }

  /// The note with only the signatures of these keys.
  public func keeping(_ keys: [KeyName]) -> SignedNote {
    SignedNote(text: text, signatures: signatures.filter { keys.contains($0.key) })
  }
}

/// One line under a note, as it stands there: `— NAME base64(key ID || signature)`.
public struct NoteSignature: Hashable, Sendable {
  public var key: KeyName
  /// Without the key ID.
  public var bytes: [UInt8]

  public init(key: KeyName, bytes: [UInt8]) {
    self.key = key
    self.bytes = bytes
  }

  /// U+2014 and a space.
  private static let start = Array("— ".utf8)

  /// With its line feed.
  public var line: String { "— \(key.name) \(Base64.encode(key.id.bigEndianBytes + bytes))\n" }

  /// - Parameter line: without its line feed.
  public init(line: some Collection<UInt8>) throws(ProofFault) {
    guard line.starts(with: NoteSignature.start) else {
      throw ProofFault(.malformedNote, "a line among the signatures does not begin with “— ”")
    }
    let parts = line.dropFirst(NoteSignature.start.count).split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = String(validating: Array(parts[0]), as: UTF8.self), KeyName.isName(name),
      let blob = Base64.decode(Array(parts[1])), blob.count > 4
    else { throw ProofFault(.malformedNote, "a signature line is “— NAME BASE64”") }
    self.init(
      key: KeyName(name: name, id: blob[0..<4].reduce(0) { $0 << 8 | UInt32($1) }), bytes: Array(blob.dropFirst(4)))
  }

  func verified(by key: VerifierKey, over text: String) throws(ProofFault) -> VerifiedSignature {
    switch key.type {
    case .ed25519:
      guard key.isValid(bytes, of: Array(text.utf8)) else {
        throw ProofFault(.badSignature, "the signature of \(key.name) is not by its key, or the text was changed")
      }
      return VerifiedSignature(key: key, time: nil)
    case .cosignature: return VerifiedSignature(key: key, time: try Cosignature.time(of: self, by: key, over: text))
    }
  }
}

/// A signature that was checked.
public struct VerifiedSignature: Hashable, Sendable {
  public var key: VerifierKey
  /// When a witness cosigned, in seconds since 1970; nil for a signature without time.
  public var time: UInt64?
}
