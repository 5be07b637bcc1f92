internal import CanonicalJSON

/// What a log asks a witness (C2SP tlog-witness, v1.0.0, add-checkpoint): the size that the witness saw last, the proof
/// from there, and the new checkpoint.
///
/// The same bytes go over HTTP or, as here, in a file that is mailed.
public struct AddCheckpoint: Hashable, Sendable {
  public var oldSize: Int
  public var proof: [[UInt8]]
  public var checkpoint: SignedNote

  public init(oldSize: Int, proof: [[UInt8]], checkpoint: SignedNote) {
    self.oldSize = oldSize
    self.proof = proof
    self.checkpoint = checkpoint
  }

  public static let longest = ProofFile.longest

  // MARK: To bytes and back, a pair

  public var bytes: [UInt8] {
    Array("old \(oldSize)\n\(proof.map { "\(Base64.encode($0))\n" }.joined())\n".utf8) + checkpoint.bytes
  }

  public init(bytes: [UInt8]) throws(ProofFault) {
    guard bytes.count <= AddCheckpoint.longest else {
      throw ProofFault(.tooLarge, "a request has at most \(AddCheckpoint.longest) bytes")
    }
    var lines = HeadLines(bytes)
    guard let line = lines.next(), line.hasPrefix("old "), let oldSize = Decimal.number(line.dropFirst("old ".count))
    else { throw ProofFault(.malformedRequest, "the first line of a request is “old SIZE”") }
    let proof = try lines.hashes(.malformedRequest)
    self.init(oldSize: oldSize, proof: proof, checkpoint: try SignedNote(bytes: lines.rest))
  }
}

/// What a witness answers: its cosignature, or why it does not sign, in the numbers of HTTP.
public enum WitnessAnswer: Hashable, Sendable {
  /// 200: the signature lines, and the checkpoint that the witness has to remember before it gives them away.
  case cosigned([NoteSignature], remember: SignedNote)
  /// 400, 403, 404, 409, 422.
  case refused(Refusal)

  public struct Refusal: Hashable, Sendable {
    public var status: Int
    public var why: String
    /// With 409: the size of the checkpoint that the witness saw last.
    public var size: Int?

    public init(status: Int, why: String, size: Int? = nil) {
      self.status = status
      self.why = why
      self.size = size
    }
  }
}

/// The rules of a witness. Pure: the caller keeps what the witness remembers, and changes it in one step with this
/// decision, so that two requests at once cannot roll it back.
public struct Witness: Sendable {
  public var key: SigningKey
  /// The keys of the logs that it watches; a log's key bears the log's origin as its name.
  public var logs: [VerifierKey]

  public init(key: SigningKey, logs: [VerifierKey]) {
    self.key = key
    self.logs = logs
  }

  /// - Parameters:
  ///   - remembered: the latest checkpoint of this log that the witness cosigned.
  ///   - time: seconds since 1970.
  public func answer(_ request: AddCheckpoint, remembered: Checkpoint?, time: UInt64) throws(ProofFault)
    -> WitnessAnswer
  {
    func refused(_ status: Int, _ why: String, size: Int? = nil) -> WitnessAnswer {
      .refused(.init(status: status, why: why, size: size))
    }
    let checkpoint: Checkpoint
    do throws(ProofFault) { checkpoint = try Checkpoint.form(of: request.checkpoint.text) } catch {
      return refused(400, error.why)
    }
    let keys = logs.filter { sameBytes($0.name, checkpoint.origin) }
    guard !keys.isEmpty else { return refused(404, "this witness does not watch the log “\(checkpoint.origin)”") }
    let signed: [VerifiedSignature]
    do throws(ProofFault) { signed = try request.checkpoint.verified(by: keys) } catch {
      return refused(403, error.why)
    }
    guard request.oldSize <= checkpoint.size else {
      return refused(400, "the old size \(request.oldSize) is larger than the checkpoint's \(checkpoint.size)")
    }
    let seen = remembered?.size ?? 0
    guard request.oldSize == seen else {
      return refused(409, "this witness saw the log last with \(seen) entries, not \(request.oldSize)", size: seen)
    }
    guard checkpoint.isPossible else { return refused(422, "a log without entries has the root SHA-256(\"\")") }
    if let remembered, remembered.size > 0 {
      do throws(ProofFault) {
        try ConsistencyProof.check(
          request.proof, from: remembered.size, root: remembered.root, to: checkpoint.size, root: checkpoint.root)
      } catch {
        return refused(
          422,
          "this checkpoint does not contain the one that this witness saw before: the log was rewritten (\(error.why))")
      }
    } else if !request.proof.isEmpty {
      return refused(422, "from size 0 the proof must be empty")
    }
    let cosignature = try Cosignature.sign(request.checkpoint.text, by: key, time: time)
    let own = request.checkpoint.keeping(signed.map(\.key.keyName))
    return .cosigned([cosignature], remember: own.adding([cosignature]))
  }
}
