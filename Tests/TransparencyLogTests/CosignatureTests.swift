import CanonicalJSON
import Testing
import TransparencyLog

@Suite("Cosignatures say when a witness saw a tree")
struct CosignatureTests {
  /// FiloSottile/sunlight, cmd/skylight/testdata/witness (ISC).
  static let sunlightKey = "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN"
  static let sunlight = """
    rome2026h1.example.org
    300
    lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=

    — witness.example.org uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhftnn1Zznmo0LXFZq4LGvqKqLX8jWlwLKasxEGTLIqAVusneCBmBw==

    """

  /// Over tessera's checkpoint of 15 entries, with the seed of the witness Wit1 in its append_lifecycle_test.go; accepted by
  /// Python's proofbundle 6.3.1 with a quorum of one.
  static let wit1 =
    "— Wit1 mz+y1QAAAABkGFDLi4zi/+2kU/5P/4hpCkNoBjvoRHwqkmsDuocW+0ObiIxdYaW7bwTBaMLGHYwvM5lh63uUblihMBNMSJQRd2V3AQ==\n"

  @Test("One that sunlight's witness made is verified, with its time")
  func verify() throws {
    let key = try VerifierKey(Self.sunlightKey)
    #expect(key.type == .cosignature)
    let note = try KnownNotes.note(Self.sunlight)
    let verified = try note.verified(by: [key])
    #expect(verified.map(\.time) == [1_767_139_200])
    #expect(note.string == Self.sunlight)
    // SHA-256 of the origin names the folder that it is served from.
    #expect(
      LogDigest.sha256(Array(try Checkpoint(note: note).origin.utf8)).hex
        == "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706")
  }

  @Test("Time, text and signature belong together: changed in one bit or in length, it is refused")
  func changed() throws {
    let key = try VerifierKey(Self.sunlightKey)
    let note = try KnownNotes.note(Self.sunlight)
    let good = note.signatures[0]
    #expect(good.bytes.count == 72)
    for bit in 0..<72 * 8 {
      var wrong = good
      wrong.bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let changed = SignedNote(text: note.text, signatures: [wrong])
      #expect(refusal { _ = try changed.verified(by: [key]) } == .badSignature, "bit \(bit)")
    }
    for bytes in [Array(good.bytes.dropLast()), good.bytes + [0], Array(good.bytes.dropFirst(8)), [0]] {
      let changed = SignedNote(text: note.text, signatures: [NoteSignature(key: good.key, bytes: bytes)])
      #expect(refusal { _ = try changed.verified(by: [key]) } == .badSignature)
    }
    let other = SignedNote(text: note.text.replacing("300", with: "301"), signatures: [good])
    #expect(refusal { _ = try other.verified(by: [key]) } == .badSignature)
  }

  @Test("The witness Wit1 gives that line byte for byte, and a policy that asks for it is met")
  func wit1() throws {
    let plain = try SigningKey("PRIVATE+KEY+Wit1+55ee4561+AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE")
    #expect(plain.verifierKey.text == "Wit1+55ee4561+AVhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk")
    let seed = Array(bytes("AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE").dropFirst())
    let witness = try SigningKey(name: "Wit1", type: .cosignature, seed: seed)
    #expect(witness.verifierKey.keyName.id == 0x9b3f_b2d5)
    let note = try KnownNotes.note(TesseraLog.checkpoint(15))
    #expect(try Cosignature.sign(note.text, by: witness, time: 1_679_315_147).line == Self.wit1)
    let cosigned = try KnownNotes.note(TesseraLog.checkpoint(15) + Self.wit1)
    let policy = try Policy(
      bytes: Array("log \(TesseraLog.verifierKey)\nwitness W \(witness.verifierKey.text)\nquorum W\n".utf8))
    #expect(try policy.check(cosigned).witnesses.map(\.time) == [1_679_315_147])
    #expect(refusal { _ = try policy.check(note) } == .quorumNotMet)
    // Under the id of its key of type 0x01 the same bytes are nobody's signature.
    let blob = try NoteSignature(line: Array(Self.wit1.dropLast().utf8)).bytes
    let other = note.adding([NoteSignature(key: plain.verifierKey.keyName, bytes: blob)])
    #expect(refusal { _ = try other.verified(by: [plain.verifierKey]) } == .badSignature)
  }

  @Test("What a witness signs is verified, once for each time; a log's key and a stopped clock sign nothing")
  func sign() throws {
    let witness = try SigningKey(name: "w", type: .cosignature, seed: [UInt8](repeating: 3, count: 32))
    let log = try SigningKey(TesseraLog.signingKey)
    let note = try KnownNotes.note(TesseraLog.checkpoint(15))
    for time in [1, 1_679_315_147, UInt64(Int64.max)] {
      let cosigned = note.adding([try Cosignature.sign(note.text, by: witness, time: time)])
      let verified = try SignedNote(bytes: cosigned.bytes).verified(by: [witness.verifierKey, log.verifierKey])
      #expect(verified.map(\.key) == [log.verifierKey, witness.verifierKey])
      #expect(verified.map(\.time) == [nil, time])
    }
    for time in [0, UInt64(Int64.max) + 1, UInt64.max] {
      #expect(refusal { _ = try Cosignature.sign(note.text, by: witness, time: time) } == .outOfRange)
    }
    #expect(refusal { _ = try Cosignature.sign(note.text, by: log, time: 1) } == .malformedKey)
    // Two times by one witness: the first in the note counts, both are checked.
    let (early, late) = (
      try Cosignature.sign(note.text, by: witness, time: 5), try Cosignature.sign(note.text, by: witness, time: 9)
    )
    #expect(try note.adding([late, early]).verified(by: [witness.verifierKey]).map(\.time) == [9])
  }

  @Test("A plain signature by the same key is no cosignature, and the other way round")
  func domains() throws {
    let seed = [UInt8](repeating: 3, count: 32)
    let witness = try SigningKey(name: "w", type: .cosignature, seed: seed)
    let log = try SigningKey(name: "w", type: .ed25519, seed: seed)
    let text = TesseraLog.checkpoint(1).components(upTo: "\n\n")
    let plain = try SignedNote(signing: text, by: [log]).signatures[0]
    let cosignature = try Cosignature.sign(text, by: witness, time: 7)
    for (bytes, key) in [(plain.bytes, witness), (cosignature.bytes, log)] {
      let note = SignedNote(text: text, signatures: [NoteSignature(key: key.verifierKey.keyName, bytes: bytes)])
      #expect(refusal { _ = try note.verified(by: [key.verifierKey]) } == .badSignature)
    }
    // Nor does a log's signature over what looks like a witness's message pass for one.
    let disguised = try SignedNote(signing: "cosignature/v1\ntime 7\n\(text)", by: [log]).signatures[0]
    let blob: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 7] + disguised.bytes
    let note = SignedNote(text: text, signatures: [NoteSignature(key: log.verifierKey.keyName, bytes: blob)])
    #expect(refusal { _ = try note.verified(by: [log.verifierKey]) } == .badSignature)
    #expect(try note.knownSignatures([witness.verifierKey]).isEmpty)
  }

  @Test("A time behind 2^63 − 1 is refused, although the signature is the key's own")
  func lateTime() throws {
    let seed = [UInt8](repeating: 3, count: 32)
    let witness = try SigningKey(name: "w", type: .cosignature, seed: seed)
    // One seed for both kinds, which nobody should have, signs whatever looks like a witness's message.
    let log = try SigningKey(name: "w", type: .ed25519, seed: seed)
    let text = "o\n1\n\(CheckpointTests.root)\n"
    for (time, isAccepted) in [(7, true), (UInt64(Int64.max), true), (1 << 63, false), (.max, false)] {
      let plain = try SignedNote(signing: "cosignature/v1\ntime \(time)\n\(text)", by: [log]).signatures[0].bytes
      let blob = (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) } + plain
      let note = SignedNote(text: text, signatures: [NoteSignature(key: witness.verifierKey.keyName, bytes: blob)])
      let code = refusal { _ = try note.verified(by: [witness.verifierKey]) }
      #expect(code == (isAccepted ? nil : .badSignature), "\(time)")
    }
  }
}

extension String {
  /// The text up to an empty line, with its line feed.
  func components(upTo gap: String) -> String { range(of: gap).map { String(self[..<$0.lowerBound]) + "\n" } ?? self }

  private func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }
}

/// What swift-crypto (4.5, BoringSSL) does with signatures on which libraries differ. They are made with the formulas of
/// RFC 8032 from the seed of 32 zero bytes; the classes are those of the C2SP/CCTV vectors.
@Suite("Ed25519 at its edges")
struct Ed25519EdgeTests {
  static let key = "edge+c8b17660+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
  static let text = "A text for the edge cases.\n"

  private func isAccepted(_ base64: String, by key: String, over text: String = text) throws -> Bool {
    let key = try VerifierKey(key)
    let note = try KnownNotes.note("\(text)\n— \(key.name) \(base64)\n")
    let code = refusal { _ = try note.verified(by: [key]) }
    #expect(code == nil || code == .badSignature)
    return code == nil
  }

  @Test("The plain signature, which the others are made from, is accepted")
  func plain() throws {
    #expect(
      try isAccepted(
        "yLF2YB5iDa0jQkw4wfrCZuatGK8XiLqd5aRzJ4iLDlwV4+1CnoM5S1EbWHHOGBSKGINEAY4+JClZNPsFbsIZeAom2wQ=", by: Self.key))
  }

  @Test("S + L for S is refused: nobody can make a second signature out of one")
  func malleability() throws {
    #expect(
      try !isAccepted(
        "yLF2YB5iDa0jQkw4wfrCZuatGK8XiLqd5aRzJ4iLDlwV4+1Ci1cvqGt+asmktQst93wjFo4+JClZNPsFbsIZeAom2xQ=", by: Self.key))
  }

  @Test("R = 1 is accepted in its one encoding, refused as p + 1, and refused with a sign")
  func identityR() throws {
    #expect(
      try isAccepted(
        "yLF2YAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAArOv03bk/B6U4Lh2aGl/sYtbwBSZCscJXhozUnqhdogE=", by: Self.key))
    #expect(
      try !isAccepted(
        "yLF2YO7///////////////////////////////////////9/ZjkqgPIey248jQg1Zlu1NzsxCnA6zIAeoTDFS2ALbwk=", by: Self.key))
    #expect(
      try !isAccepted(
        "yLF2YAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACA/MVf8yIQIvF4xrsya32WiFsH/PSMHFRqz61O2f1cPwA=", by: Self.key))
  }

  @Test("R with a part of low order is refused: the check is the one without cofactor")
  func lowOrderResidue() throws {
    #expect(
      try !isAccepted(
        "yLF2YL/jopN13biEUnAdb/ORdc2IMUNPojzRA1WAVM5JFcm2HrQqkpkQcyHf45WHdba34METYq7K98begygLPYDU/Qw=", by: Self.key))
  }

  @Test(
    "A public key of all zeros, of order 4, checks a forged signature as good: such a key is for its reader to refuse")
  func zeroKey() throws {
    #expect(
      try isAccepted(
        "/KJmcgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        by: "zero+fca26672+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        over: "A text for the edge cases, number 0.\n"))
  }

  @Test("The neutral point as a public key checks everything as good")
  func identityKey() throws {
    let (key, signature) = (
      "one+7e2ccb70+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "fizLcAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    )
    #expect(try isAccepted(signature, by: key))
    #expect(try isAccepted(signature, by: key, over: "Whatever you like.\n"))
  }

  @Test("A public key that is no point of the curve is read, and checks nothing as good")
  func noPoint() throws {
    #expect(
      try !isAccepted(
        "ZsUKoQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        by: "none+66c50aa1+AQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
  }
}
