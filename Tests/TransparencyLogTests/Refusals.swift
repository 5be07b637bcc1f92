import CanonicalJSON
import Testing
import TransparencyLog

/// The code of the refusal; nil if nothing was refused, or the error is of another kind. Its words must be known.
func refusal(_ body: () throws -> Void) -> ProofFault.Code? {
  do {
    try body()
    return nil
  } catch {
    guard let fault = error as? ProofFault else { return nil }
    #expect(RefusalWords.hold(fault), "\(fault) is not in RefusalWords")
    return fault.code
  }
}

/// Bytes from base64; an empty array for what is no base64, which no test expects.
func bytes(_ base64: String) -> [UInt8] { Base64.decode(base64) ?? [] }
