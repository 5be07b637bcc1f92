import CanonicalJSON
import Testing
import TransparencyLog

@Suite("Keys have one text, and a private one is never shown")
struct NoteKeyTests {
  @Test(
    "Keys to text and back",
    arguments: [
      KnownNotes.peterKey, KnownNotes.enochKey, KnownNotes.exampleKey, TesseraLog.verifierKey,
      "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN",
    ])
  func verifierKeys(text: String) throws {
    #expect(try VerifierKey(text).text == text)
  }

  @Test("Signing keys to text and back; the same seed as log and as witness has two ids")
  func signingKeys() throws {
    let peter = try SigningKey(KnownNotes.peterSecret)
    #expect(peter.text == KnownNotes.peterSecret)
    #expect(peter.verifierKey.text == KnownNotes.peterKey)
    #expect(try SigningKey(TesseraLog.signingKey).text == TesseraLog.signingKey)
    let seed = [UInt8](repeating: 5, count: 32)
    let log = try SigningKey(name: "x", type: .ed25519, seed: seed)
    let witness = try SigningKey(name: "x", type: .cosignature, seed: seed)
    #expect(log.verifierKey.publicKey == witness.verifierKey.publicKey)
    #expect(log.verifierKey.keyName != witness.verifierKey.keyName)
    for key in [log, witness] { #expect(try SigningKey(key.text).verifierKey == key.verifierKey) }
    for seed in [[], [UInt8](repeating: 5, count: 31), [UInt8](repeating: 5, count: 33)] {
      #expect(refusal { _ = try SigningKey(name: "x", type: .ed25519, seed: seed) } == .malformedKey)
    }
    for name in ["", "a b", "a+b", "a\u{2003}b", "a\nb", "a\u{7F}", String(repeating: "x", count: 256)] {
      #expect(refusal { _ = try SigningKey(name: name, type: .ed25519, seed: seed) } == .malformedKey)
    }
  }

  /// The first two are golang/mod's, sumdb/note/note_test.go: the ids are right, the length and the type are not.
  static let malformed = [
    "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
    "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
    "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann++74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
    " PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW+",
    "PeterNeumann+c74f20a3+", "PeterNeumann+c74f20a3", "+c74f20a3+ARpc", "++", "+", "", "PeterNeumann",
    KnownNotes.peterSecret,
  ]

  @Test("Keys with another length, type, id, name or letter are refused", arguments: malformed)
  func refused(text: String) {
    #expect(refusal { _ = try VerifierKey(text) } == .malformedKey)
  }

  @Test("A key that is far too long is refused unread")
  func tooLong() {
    let text = String(repeating: "x", count: 600) + "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    #expect(refusal { _ = try VerifierKey(text) } == .tooLarge)
    #expect(refusal { _ = try SigningKey("PRIVATE+KEY+" + text) } == .malformedKey)
  }

  @Test("The Kelvin sign is no K: a signing key has one text")
  func kelvin() {
    let text = KnownNotes.peterSecret.replacing("KEY", with: "\u{212A}EY")
    #expect(refusal { _ = try SigningKey(text) } == .malformedKey)
  }

  @Test("No error and no printed value shows a private key, whatever is wrong with it or where it is given")
  func neverShown() throws {
    let good = KnownNotes.peterSecret
    let shown = String(good.suffix(40))
    var messages: [String] = []
    func collect(_ body: () throws -> Void) {
      do { try body() } catch { messages.append("\(error) \(String(reflecting: error))") }
    }
    for wrong in [
      good.replacing("c74f20a3", with: "c74f20a4"), good + "A", String(good.dropLast()),
      good.replacing("PRIVATE", with: ""),
      good.replacing("+AY", with: "+ZY"), good.replacing("PeterNeumann", with: "Peter Neumann"), good + "\n",
      good + "====",
    ] {
      collect { _ = try SigningKey(wrong) }
    }
    #expect(messages.count == 8)
    // In the wrong place: as a verifier key, without its first words, and in a policy.
    let bare = String(good.dropFirst("PRIVATE+KEY+".count))
    for wrong in [good, bare, bare.replacing("+AY", with: "+ZY")] {
      collect { _ = try VerifierKey(wrong) }
      collect { _ = try Policy(bytes: Array("log \(wrong)\nquorum none\n".utf8)) }
    }
    #expect(messages.count == 14)
    let key = try SigningKey(good)
    var dumped = ""
    dump(key, to: &dumped)
    messages += ["\(key)", String(reflecting: key), dumped, "\([key])", "\(Witness(key: key, logs: []))"]
    let seed = "129, 10, 20"
    for message in messages {
      #expect(!message.contains(shown) && !message.contains(shown.prefix(12)) && !message.contains(seed), "\(message)")
    }
  }
}
