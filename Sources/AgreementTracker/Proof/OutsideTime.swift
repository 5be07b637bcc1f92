public import CanonicalJSON
internal import LogStore
internal import TimeStamping
internal import TransparencyLog

/// Time from outside: an authority that nobody here controls says that a checkpoint was there (RFC 3161).
///
/// imprint = SHA-256(the checkpoint note with the log's signatures only)
///
/// Witnesses may cosign later; their lines must not change what was stamped.
enum OutsideTime {
  static func imprint(of note: SignedNote, _ identity: LogIdentity) -> [UInt8] {
    LogDigest.sha256(note.keeping(identity.keys.map(\.key.keyName)).bytes)
  }

  /// - Throws: what is wrong with the token.
  static func verify(
    _ token: [UInt8], over note: SignedNote, identity: LogIdentity, authorities: TimeStampRoots, nonce: [UInt8]? = nil
  ) throws(TimeStampFault) -> VerifiedTimeStamp {
    try TimeStampToken(der: token).verify(
      digest: imprint(of: note, identity), nonce: nonce, trustedRoots: authorities,
      now: LogEnvironment.system.now().milliseconds + 10 * 60 * 1000)
  }
}

/// What an authority's answer says.
public struct StampedTime: Sendable {
  /// Leaves of the tree that was stamped.
  public var size: Int
  public var time: Instant
  /// As its certificate names it; nil if nobody's certificate was trusted, so that only the form was looked at.
  public var authority: String?
}

extension RecordBook {
  /// A request for an authority, DER: the latest checkpoint is kept, and its imprint is asked about.
  public func timeStampRequest() throws(TrackerError) -> [UInt8] {
    let note = try checkpoint()
    do throws(TimeStampFault) {
      return try TimeStampRequest(
        digest: OutsideTime.imprint(of: note, identity), nonce: environment.random(8)
      ).derBytes
    } catch {
      throw TrackerError(.badData, error.why, place: path)
    }
  }

  /// Takes an authority's answer (`.tsr`), or a bare token, and keeps it beside the checkpoint that it is about.
  ///
  /// - Parameters:
  ///   - request: the bytes of the request that it answers, so that its nonce is compared; nil = not at hand.
  ///   - roots: certificates, PEM or DER, of authorities that are trusted; none = only the form is looked at, and said so.
  public func addTimeStamp(_ answer: [UInt8], request: [UInt8]? = nil, roots: [[UInt8]] = []) throws(TrackerError)
    -> StampedTime
  {
    do throws(TimeStampFault) {
      let token: TimeStampToken
      if let response = try? TimeStampResponse(der: answer) {
        token = try response.token()
      } else {
        token = try TimeStampToken(der: answer)
      }
      let nonce = try request.flatMap { bytes throws(TimeStampFault) in try TimeStampRequest(der: bytes).nonce }
      let authorities = roots.isEmpty ? nil : try TimeStampRoots(roots)
      for kept in try keptCheckpoints(of: token.info.imprint) {
        var authority: String?
        if let authorities {
          authority = try OutsideTime.verify(
            token.derBytes, over: kept.note, identity: identity, authorities: authorities, nonce: nonce
          ).signer
        }
        return try keep(token, kept, authority)
      }
    } catch {
      throw TrackerError(.notVerified, "\(error.why) [\(error.code.rawValue)]", place: path)
    }
    throw TrackerError(
      .notVerified, "this time-stamp is about something else than a checkpoint of this book", place: path,
      next: "Ask again:  tracker timestamp request --out FILE.tsq")
  }

  private func keptCheckpoints(of imprint: [UInt8]) throws(TimeStampFault) -> [KeptCheckpoint] {
    let kept = (try? keptCheckpoints()) ?? []
    return kept.filter { OutsideTime.imprint(of: $0.note, identity) == imprint }
  }

  private func keep(_ token: TimeStampToken, _ kept: KeptCheckpoint, _ authority: String?) throws(TimeStampFault)
    -> StampedTime
  {
    do {
      try keep(KeptCheckpoint(note: kept.note, tokens: [token.derBytes]))
      return StampedTime(
        size: try Checkpoint(note: kept.note).size, time: Instant(milliseconds: token.info.genTime),
        authority: authority)
    } catch {
      throw TimeStampFault(.badRequest, "The time-stamp could not be kept: \(error)")
    }
  }
}
