internal import TransparencyLog

// Proof files and requests to witnesses, and the trees of the proofs in them.

private let witness: Witness? = {
  guard let key = try? SigningKey(name: "w", type: .cosignature, seed: [UInt8](repeating: 1, count: 32)),
    let log = try? VerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
  else { return nil }
  return Witness(key: key, logs: [log])
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  if let proof = try? ProofFile(bytes: bytes) {
    let again = proof.bytes
    law(try ProofFile(bytes: again) == proof, "a proof is read as it was written")
    // Extra data is vouched for by nobody and is left out in writing.
    if !bytes.starts(with: Array("c2sp.org/tlog-proof@v1\nextra ".utf8)) {
      law(again == bytes, "a proof is written as it was read")
    }
    law(proof.hashes.count <= InclusionProof.mostHashes && proof.index >= 0, "a proof has its limits")
    try? proof.check(entry: Array("five".utf8))
  }
  if let request = try? AddCheckpoint(bytes: bytes) {
    law(request.bytes == bytes, "a request is written as it was read")
    law(try AddCheckpoint(bytes: request.bytes) == request, "a request is read as it was written")
    for remembered in [nil, try? Checkpoint(note: request.checkpoint)] {
      guard let answer = try? witness?.answer(request, remembered: remembered, time: 1) else { continue }
      switch answer {
      case .cosigned(let lines, let note):
        law(lines.count == 1 && note.signatures.suffix(1) == lines[...], "a witness signs once")
        law(request.oldSize == remembered?.size ?? 0, "a witness goes on from what it saw")
      case .refused(let refusal):
        law([400, 403, 404, 409, 422].contains(refusal.status), "a refusal has a number of HTTP")
      }
    }
  }
  return 0
}
