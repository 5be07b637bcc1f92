import Testing
import TransparencyLog

/// Keys and notes of golang/mod, sumdb/note/example_test.go and note_test.go (BSD-3-Clause), and of C2SP signed-note.
enum KnownNotes {
  static let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  static let peterSecret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
  static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
  static let text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
  static let peterLine =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
  static let enochLine =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

  static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
  static let example =
    "This is an example message.\n\n— example.com/foo "
    + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

  static func note(_ text: String) throws -> SignedNote { try SignedNote(bytes: Array(text.utf8)) }
}

@Suite("A signed note has one form, and is believed only for keys that are known")
struct SignedNoteTests {
  private let text = KnownNotes.text
  private let peterLine = KnownNotes.peterLine
  private let enochLine = KnownNotes.enochLine

  private func keys() throws -> (peter: VerifierKey, enoch: VerifierKey) {
    (try VerifierKey(KnownNotes.peterKey), try VerifierKey(KnownNotes.enochKey))
  }

  @Test("Signing gives the bytes that Go's note package gives")
  func sign() throws {
    let peter = try SigningKey(KnownNotes.peterSecret)
    #expect(try SignedNote(signing: text, by: [peter]).string == text + "\n" + peterLine)
    let enoch = try SigningKey(name: "EnochRoot", type: .ed25519, seed: [UInt8](repeating: 0, count: 32))
    #expect(enoch.verifierKey.text == KnownNotes.enochKey)
    #expect(try SignedNote(signing: text, by: [peter, enoch]).string == text + "\n" + peterLine + enochLine)
  }

  @Test("Known signatures are verified in the order of the note, unknown ones are passed over")
  func verify() throws {
    let (peter, enoch) = try keys()
    let note = try KnownNotes.note(text + "\n" + peterLine + enochLine)
    #expect(note.text == text)
    #expect(note.signatures.map(\.key.name) == ["PeterNeumann", "EnochRoot"])
    #expect(try note.verified(by: [enoch, peter]).map(\.key) == [peter, enoch])
    #expect(try note.verified(by: [enoch]).map(\.key) == [enoch])
    #expect(try note.knownSignatures([]).isEmpty)
    #expect(refusal { _ = try note.verified(by: []) } == .noKnownSignature)
    #expect(refusal { _ = try note.verified(by: [VerifierKey(KnownNotes.exampleKey)]) } == .noKnownSignature)
    let example = try KnownNotes.note(KnownNotes.example)
    #expect(try example.verified(by: [VerifierKey(KnownNotes.exampleKey)]).map(\.key.name) == ["example.com/foo"])
    #expect(example.string == KnownNotes.example)
    // A signature of an unknown kind and length is a signature line all the same.
    let unknown = "— somebody.example AAAAAAA=\n"
    #expect(try KnownNotes.note(text + "\n" + unknown + peterLine).verified(by: [peter]).map(\.key) == [peter])
  }

  @Test("One known signature that is not its key's own refuses the whole note, also behind a good one")
  func bad() throws {
    let (peter, enoch) = try keys()
    let spoiled = peterLine.replacing("x08go/Z", with: "x08go/a")
    let changed = try KnownNotes.note(text.replacing("don't", with: "do") + "\n" + peterLine)
    #expect(refusal { _ = try changed.verified(by: [peter]) } == .badSignature)
    for lines in [spoiled + enochLine, enochLine + spoiled, peterLine + spoiled, spoiled + peterLine] {
      let note = try KnownNotes.note(text + "\n" + lines)
      #expect(refusal { _ = try note.verified(by: [peter, enoch]) } == .badSignature)
      #expect(refusal { _ = try note.knownSignatures([peter]) } == .badSignature)
    }
    // Only for those who know the key: to others it says nothing.
    #expect(try KnownNotes.note(text + "\n" + spoiled + enochLine).verified(by: [enoch]).map(\.key) == [enoch])
    // A signature cut short, or of no bytes but one.
    for blob in ["x08gowA=", "x08go/ZJkuBS9UG/"] {
      let note = try KnownNotes.note(text + "\n— PeterNeumann \(blob)\n")
      #expect(refusal { _ = try note.verified(by: [peter]) } == .badSignature)
    }
  }

  @Test("The same signature twice counts once")
  func twice() throws {
    let (peter, _) = try keys()
    let note = try KnownNotes.note(text + "\n" + peterLine + peterLine)
    #expect(note.signatures.count == 2)
    #expect(try note.verified(by: [peter]).map(\.key) == [peter])
    #expect(note.string == text + "\n" + peterLine + peterLine)
    #expect(try KnownNotes.note(text + "\n" + peterLine).adding(note.signatures).signatures.count == 1)
  }

  @Test("A name or an id alone is no known key")
  func nameOrID() throws {
    let (peter, enoch) = try keys()
    for line in [
      peterLine.replacing("PeterNeumann", with: "PeterNeuman"), peterLine.replacing("x08go/", with: "x08gp/"),
      enochLine.replacing("EnochRoot", with: "PeterNeumann"),
    ] {
      #expect(
        refusal { _ = try KnownNotes.note(text + "\n" + line).verified(by: [peter, enoch]) } == .noKnownSignature)
    }
  }

  @Test("Names and texts are compared by their bytes: é in one scalar is another name than é in two")
  func canonicalEquivalence() throws {
    let seed = [UInt8](repeating: 9, count: 32)
    let (one, two) = ("caf\u{E9}.example", "cafe\u{301}.example")
    let key = try SigningKey(name: one, type: .ed25519, seed: seed)
    let note = try SignedNote(signing: "a text\n", by: [key])
    let line = note.signatures[0].line
    let renamed = try KnownNotes.note("a text\n\n" + line.replacing(one, with: two))
    #expect(try note.verified(by: [key.verifierKey]).count == 1)
    #expect(renamed != note)
    #expect(renamed.signatures[0].key != note.signatures[0].key)
    #expect(refusal { _ = try renamed.verified(by: [key.verifierKey]) } == .noKnownSignature)
    #expect(SignedNote(text: one + "\n", signatures: []) != SignedNote(text: two + "\n", signatures: []))
    let root = LogDigest.emptyRoot
    #expect(Checkpoint(origin: one, size: 1, root: root) != Checkpoint(origin: two, size: 1, root: root))
  }

  /// The first ten are those of golang/mod, sumdb/note/note_test.go, TestOpen.
  static let malformed: [(what: String, note: String)] = [
    ("no line feed at the end", KnownNotes.text + "\n" + KnownNotes.peterLine.dropLast()),
    ("a control character in the text", "\u{1}" + KnownNotes.text + "\n" + KnownNotes.peterLine),
    ("a control character in a signature", KnownNotes.text + "\n" + KnownNotes.peterLine + "— x\u{1} AAAAAAA=\n"),
    ("a space in a name", KnownNotes.text + "\n" + KnownNotes.peterLine + "— a name AAAAAAA=\n"),
    ("a plus in a name", KnownNotes.text + "\n" + KnownNotes.peterLine + "— a+name AAAAAAA=\n"),
    ("a stray line among the signatures", KnownNotes.text + "\n" + KnownNotes.peterLine + "stray\n"),
    ("a stray line before the signatures", KnownNotes.text + "\nstray\n" + KnownNotes.peterLine),
    ("no text", "\n" + KnownNotes.peterLine),
    ("no signature", KnownNotes.text + "\n"),
    ("101 signatures", KnownNotes.text + "\n" + String(repeating: KnownNotes.peterLine, count: 101)),
    ("nothing", ""),
    ("a line feed", "\n"),
    ("no empty line", KnownNotes.text + KnownNotes.peterLine),
    ("an empty line behind", KnownNotes.text + "\n" + KnownNotes.peterLine + "\n"),
    ("CR LF", (KnownNotes.text + "\n" + KnownNotes.peterLine).replacing("\n", with: "\r\n")),
    ("CR LF at the end", KnownNotes.text + "\n" + KnownNotes.peterLine.dropLast() + "\r\n"),
    ("a tab", "\t" + KnownNotes.text + "\n" + KnownNotes.peterLine),
    ("a NUL", "\0" + KnownNotes.text + "\n" + KnownNotes.peterLine),
    ("unused bits in the base64", KnownNotes.text + "\n— x AAAAAAB=\n"),
    ("base64 without padding", KnownNotes.text + "\n— x AAAAAAA\n"),
    ("base64 with padding too much", KnownNotes.text + "\n— x AAAAAAA==\n"),
    ("base64 of URLs", KnownNotes.text + "\n— x AAAAAA_=\n"),
    ("a key id and no signature", KnownNotes.text + "\n— x AAAAAA==\n"),
    ("less than a key id", KnownNotes.text + "\n— x AAAA\n"),
    ("no base64", KnownNotes.text + "\n— x \n"),
    ("no name", KnownNotes.text + "\n—  AAAAAAA=\n"),
    ("neither", KnownNotes.text + "\n— \n"),
    ("two spaces", KnownNotes.text + "\n— x  AAAAAAA=\n"),
    ("a space behind", KnownNotes.text + "\n— x AAAAAAA= \n"),
    ("a hyphen for the dash", KnownNotes.text + "\n- x AAAAAAA=\n"),
    ("an en dash", KnownNotes.text + "\n– x AAAAAAA=\n"),
    ("a no-break space behind the dash", KnownNotes.text + "\n—\u{A0}x AAAAAAA=\n"),
    ("a no-break space in a name", KnownNotes.text + "\n— x\u{A0}y AAAAAAA=\n"),
    ("a line separator in a name", KnownNotes.text + "\n— x\u{2028} AAAAAAA=\n"),
    ("a name of 256 bytes", KnownNotes.text + "\n— \(String(repeating: "x", count: 256)) AAAAAAA=\n"),
  ]

  @Test("Malformed notes are refused", arguments: malformed.map(\.what))
  func malformedNotes(what: String) throws {
    let note = try #require(Self.malformed.first { $0.what == what }).note
    #expect(refusal { _ = try KnownNotes.note(note) } == .malformedNote)
  }

  @Test("Bytes that are no UTF-8 are refused wherever they stand")
  func noUTF8() {
    let good = Array((text + "\n" + peterLine).utf8)
    for place in [0, 5, text.utf8.count, text.utf8.count + 1, text.utf8.count + 6, good.count - 2] {
      for wrong: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] {
        var bytes = good
        bytes.insert(contentsOf: wrong, at: place)
        #expect(refusal { _ = try SignedNote(bytes: bytes) } == .malformedNote)
      }
    }
  }

  @Test(
    "100 signatures are read, and 16 of the largest post-quantum kind have room; a note that is too large is refused")
  func limits() throws {
    let (peter, _) = try keys()
    let hundred = try KnownNotes.note(text + "\n" + String(repeating: peterLine, count: 100))
    #expect(hundred.signatures.count == 100)
    #expect(try hundred.verified(by: [peter]).count == 1)
    let large = NoteSignature(key: peter.keyName, bytes: [UInt8](repeating: 7, count: 4_640))
    let note = SignedNote(text: text, signatures: [NoteSignature](repeating: large, count: 16))
    #expect(try SignedNote(bytes: note.bytes) == note)
    let filled = String(repeating: "x", count: SignedNote.longest - peterLine.utf8.count - 2) + "\n\n" + peterLine
    #expect(filled.utf8.count == SignedNote.longest)
    #expect(try KnownNotes.note(filled).string == filled)
    #expect(refusal { _ = try KnownNotes.note("x" + filled) } == .tooLarge)
  }

  @Test("The signatures stand behind the last empty line; a text may have empty lines and look like signatures itself")
  func lastEmptyLine() throws {
    let peter = try SigningKey(KnownNotes.peterSecret)
    for text in ["\n", "\n\n", "a\n\nb\n", "a\n\n" + peterLine, "\u{FEFF}a\n", "a\n\n\n\n", "è sera\u{7F}\n"] {
      let note = try SignedNote(signing: text, by: [peter])
      let read = try SignedNote(bytes: note.bytes)
      #expect(read == note)
      #expect(read.text == text)
      #expect(try read.verified(by: [peter.verifierKey]).count == 1)
      #expect(read.bytes == note.bytes)
    }
  }

  @Test("What could not be read again, or checked by anybody, is not signed")
  func signingRefusals() throws {
    let peter = try SigningKey(KnownNotes.peterSecret)
    for text in ["", "no line feed", "a\r\n", "a\tb\n", "a\0\n", "\u{1B}[31m\n"] {
      #expect(refusal { _ = try SignedNote(signing: text, by: [peter]) } == .malformedNote)
    }
    #expect(refusal { _ = try SignedNote(signing: "a\n", by: []) } == .malformedNote)
    let witness = try SigningKey(name: "w", type: .cosignature, seed: [UInt8](repeating: 1, count: 32))
    #expect(refusal { _ = try SignedNote(signing: "a\n", by: [peter, witness]) } == .malformedKey)
  }

  @Test("A note keeps and gains whole signature lines")
  func keeping() throws {
    let (peter, enoch) = try keys()
    let note = try KnownNotes.note(text + "\n" + peterLine + enochLine)
    #expect(note.keeping([enoch.keyName]).string == text + "\n" + enochLine)
    #expect(note.keeping([peter.keyName]).adding(note.signatures) == note)
  }
}

@Suite("Checkpoints have one form")
struct CheckpointTests {
  static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

  @Test("The example of C2SP tlog-checkpoint, to text and back")
  func example() throws {
    let text = "example.com/behind-the-sofa\n20852163\n\(Self.root)\n"
    let checkpoint = try Checkpoint(text: text)
    #expect(checkpoint.origin == "example.com/behind-the-sofa")
    #expect(checkpoint.size == 20_852_163)
    #expect(checkpoint.root == bytes(Self.root))
    #expect(checkpoint.text == text)
    // An origin is any line: spaces and plus are only not recommended.
    #expect(try Checkpoint(text: "go.sum database tree\n1\n\(Self.root)\n").origin == "go.sum database tree")
    #expect(try Checkpoint(text: "a+b\n999999999999999999\n\(Self.root)\n").size == 999_999_999_999_999_999)
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "\n", "o\n1\n", "o\n1\nROOT", "o\n1\nROOT\n\n", "o\n1\nROOT\nextension\n", "\n1\nROOT\n", "o\n\nROOT\n",
      "o\n01\nROOT\n", "o\n00\nROOT\n", "o\n+1\nROOT\n", "o\n-1\nROOT\n", "o\n 1\nROOT\n", "o\n1 \nROOT\n",
      "o\n0x1\nROOT\n",
      "o\n1_000\nROOT\n", "o\n1e3\nROOT\n", "o\n١\nROOT\n", "o\n1\u{301}\nROOT\n", "o\n9223372036854775808\nROOT\n",
      "o\n18446744073709551616\nROOT\n", "o\n1\r\nROOT\n", "o\n1\nROOT\r\n", "o\n1\n ROOT\n", "o\n1\nROOT \n",
      "o\n1\n\n",
      "o\n1\nAAAA\n", "o\n0\nROOT\n",
      "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
      "o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
    ])
  func refused(text: String) {
    #expect(
      refusal { _ = try Checkpoint(text: text.replacing("ROOT", with: Self.root)) } == .malformedCheckpoint)
  }

  @Test("An empty log has the root SHA-256(“”) and no other")
  func empty() throws {
    let text = "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    #expect(try Checkpoint(text: text) == Checkpoint(origin: "o", size: 0, root: LogDigest.emptyRoot))
  }
}
