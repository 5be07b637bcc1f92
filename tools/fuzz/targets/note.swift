internal import TransparencyLog

// Signed notes: what is read is written again byte for byte, and checking signatures never traps.

private let keys = [
  "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN",
].compactMap { try? VerifierKey($0) }

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  if let key = try? VerifierKey(String(decoding: bytes, as: UTF8.self)) {
    law(Array(key.text.utf8) == bytes, "a verifier key has one text")
  }
  if let key = try? SigningKey(String(decoding: bytes, as: UTF8.self)) {
    law(Array(key.text.utf8) == bytes, "a signing key has one text")
    law(!"\(key)".contains(key.text.suffix(20)), "a signing key is not shown")
  }
  guard let note = try? SignedNote(bytes: bytes) else { return 0 }
  law(note.bytes == bytes, "a note is written as it was read")
  law(try SignedNote(bytes: note.bytes) == note, "a note is read as it was written")
  law(note.text.utf8.last == 0x0A && !note.signatures.isEmpty, "a note has a text and signatures")
  law(note.adding(note.signatures) == note, "signatures are not added twice")
  for signature in note.signatures {
    let line = Array(signature.line.utf8.dropLast())
    law(try NoteSignature(line: line) == signature, "a signature line is read as it was written")
  }
  if let verified = try? note.verified(by: keys) {
    law(!verified.isEmpty && verified.allSatisfy { keys.contains($0.key) }, "only known keys verify")
    law(Set(verified.map(\.key)).count == verified.count, "each key counts once")
  }
  return 0
}
