/// A witness says: as of this time, this is the largest tree of this log that I have seen, and it contains all that I saw
/// before (C2SP tlog-cosignature, v1.0.1; type 0x04).
///
/// signed = "cosignature/v1\n" || "time SECONDS\n" || checkpoint text; blob = u64 time || Ed25519 signature
public enum Cosignature {
  static func message(_ time: UInt64, _ text: String) -> [UInt8] { Array("cosignature/v1\ntime \(time)\n\(text)".utf8) }

  // MARK: Sign and check, a pair

  /// - Parameter time: seconds since 1970.
  public static func sign(_ text: String, by key: SigningKey, time: UInt64) throws(ProofFault) -> NoteSignature {
    guard key.verifierKey.type == .cosignature else {
      throw ProofFault(.malformedKey, "\(key.name) is a key of a log, not of a witness")
    }
    guard time > 0, time <= Int64.max else { throw ProofFault(.outOfRange, "a witness needs a clock") }
    return NoteSignature(
      key: key.verifierKey.keyName, bytes: time.bigEndianBytes + (try key.signature(of: message(time, text))))
  }

  /// When the witness signed this text.
  static func time(of signature: NoteSignature, by key: VerifierKey, over text: String) throws(ProofFault) -> UInt64 {
    guard signature.bytes.count == 72 else {
      throw ProofFault(.badSignature, "a cosignature is 72 bytes, this one of \(key.name) is \(signature.bytes.count)")
    }
    let time = signature.bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    guard time <= Int64.max, key.isValid(signature.bytes.dropFirst(8), of: message(time, text)) else {
      throw ProofFault(.badSignature, "the cosignature of \(key.name) is not by its key, or the text was changed")
    }
    return time
  }
}
