/// Why something that claims to prove was refused, told apart by `code`.
///
/// Three kinds are told apart at sight: what the caller asked for cannot be (`outOfRange`), what another party gave is
/// malformed or does not prove what it says (all others), and our own mistakes (which trap in tests and are no errors).
public struct ProofFault: Error, Hashable, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    /// An index at or behind the size, a tree that is smaller than the one it should contain, a size of 0.
    case outOfRange = "out-of-range"
    /// Longer than anything of its kind; refused before it is read.
    case tooLarge = "too-large"
    case malformedKey = "malformed-key"
    case malformedNote = "malformed-note"
    case malformedCheckpoint = "malformed-checkpoint"
    case malformedProof = "malformed-proof"
    case malformedPolicy = "malformed-policy"
    case malformedRequest = "malformed-request"
    case malformedTile = "malformed-tile"
    /// A key that is known, and a signature that is not its own.
    case badSignature = "bad-signature"
    /// No signature by a key that the reader knows.
    case noKnownSignature = "no-known-signature"
    /// Well formed, but it does not lead to the root.
    case badProof = "bad-proof"
    /// Fewer witnesses than the policy asks for.
    case quorumNotMet = "quorum-not-met"
    /// A checkpoint of another log.
    case otherOrigin = "other-origin"
  }

  public var code: Code
  /// What is wrong, in one plain sentence without a full stop.
  public var why: String

  public init(_ code: Code, _ why: String) {
    self.code = code
    self.why = why
  }
}

extension ProofFault: CustomStringConvertible {
  public var description: String { "\(why) [\(code.rawValue)]" }
}
