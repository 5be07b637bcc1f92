internal import CanonicalJSON
internal import LogStore
internal import SQLiteStore
public import TransparencyLog

/// The desk of a witness: an auditor, or the other party, who holds a log to one history by cosigning its checkpoints. Files
/// are exchanged, by mail or on a stick; no network is needed.
///
/// Its folder: `logs` (verifier keys of the logs that it watches, one a line) and the latest checkpoint of each that it
/// cosigned. That is all that a witness has to remember.
public struct WitnessDesk: Sendable {
  private let folder: String
  private let ring: KeyRing
  public let name: String

  public init(_ folders: UserFolders, name: String) {
    ring = KeyRing(folders)
    self.name = name
    folder = "\(folders.state)/witness/\(LogDigest.sha256(Array(name.utf8)).hex)"
  }

  /// Makes the witness's key.
  public func begin() throws(TrackerError) -> VerifierKey {
    guard try key() == nil else {
      throw TrackerError(
        .badData, "the witness “\(name)” has a key already", next: "See it:  tracker witness show \(name)")
    }
    return try ring.make(name, type: .cosignature).verifierKey
  }

  private func key() throws(TrackerError) -> SigningKey? {
    try ring.keys(named: name).first { $0.verifierKey.type == .cosignature }
  }

  public func signingKey() throws(TrackerError) -> SigningKey {
    guard let key = try key() else {
      throw TrackerError(
        .missing, "there is no witness “\(name)” here", next: "Make one:  tracker witness init \(name)")
    }
    return key
  }

  /// The logs that it watches.
  public func logs() throws(TrackerError) -> [VerifierKey] {
    guard let bytes = try SmallFile.read("\(folder)/logs") else { return [] }
    do {
      return try bytes.split(separator: 0x0A).map { try VerifierKey(String(decoding: $0, as: UTF8.self)) }
    } catch {
      throw TrackerError(error, in: "\(folder)/logs")
    }
  }

  /// From now on it answers for this log, too.
  public func watch(_ log: VerifierKey) throws(TrackerError) {
    guard log.type == .ed25519 else {
      throw TrackerError(.badData, "“\(log.name)” is the key of a witness, not of a log")
    }
    let logs = try logs()
    guard !logs.contains(log) else { return }
    try SmallFile.write("\(folder)/logs", Array((logs + [log]).map { "\($0.text)\n" }.joined().utf8), mode: 0o600)
  }

  /// Answers a request. What it cosigned is remembered before the answer is given, in one step with the comparison.
  ///
  /// - Parameter time: seconds since 1970.
  public func answer(_ request: AddCheckpoint, time: UInt64? = nil) throws(TrackerError) -> WitnessAnswer {
    let witness = Witness(key: try signingKey(), logs: try logs())
    let time = time ?? UInt64(max(1, LogEnvironment.system.now().milliseconds / 1000))
    return try SmallFile.locked("\(folder)/lock") { () throws(TrackerError) in
      do {
        let origin = String(request.checkpoint.text.prefix { $0 != "\n" })
        let path = "\(folder)/\(LogDigest.sha256(Array(origin.utf8)).hex).checkpoint"
        let remembered = try SmallFile.read(path, atMost: SignedNote.longest).map {
          try Checkpoint(note: SignedNote(bytes: $0))
        }
        let answer = try witness.answer(request, remembered: remembered, time: time)
        if case .cosigned(_, let note) = answer { try SmallFile.write(path, note.bytes, mode: 0o600) }
        return answer
      } catch {
        throw TrackerError(error, in: folder)
      }
    }
  }
}

extension RecordBook {
  /// What is asked of a witness: its cosignature under the latest checkpoint.
  ///
  /// - Parameters:
  ///   - key: of the witness; nil = one that has seen nothing yet.
  ///   - old: the size that the witness says it saw last; nil = as its cosignatures in this book say.
  ///   - at: under the checkpoint over the first so many events; nil = over all.
  public func witnessRequest(to key: VerifierKey?, old: Int? = nil, at size: Int? = nil) throws(TrackerError)
    -> AddCheckpoint
  {
    do {
      let checkpoint = try size.map { size throws(TrackerError) in try self.checkpoint(at: size) } ?? self.checkpoint()
      var size = old ?? 0
      if old == nil, let key {
        for kept in try store.keptCheckpoints() where (try? kept.note.verified(by: [key])) != nil {
          size = max(size, try Checkpoint(note: kept.note).size)
        }
      }
      let head = try Checkpoint(note: checkpoint)
      guard size <= head.size else {
        throw TrackerError(
          .badData, "the witness cannot have seen \(size) events: the log has \(head.size)", place: path)
      }
      // Only what the log signed: other witnesses' words are not this one's business.
      let own = checkpoint.keeping(signing.identity.keys.map(\.key.keyName))
      return AddCheckpoint(oldSize: size, proof: try source.consistency(from: size, to: own), checkpoint: own)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Takes a witness's answer: its signature lines. The checkpoint to which they belong is found by trying.
  ///
  /// - Returns: the checkpoint with the cosignature.
  public func addCosignature(_ answer: [UInt8], by key: VerifierKey) throws(TrackerError) -> SignedNote {
    do {
      let signatures = try Self.signatures(answer)
      for kept in try store.keptCheckpoints().reversed() {
        let own = SignedNote(text: kept.note.text, signatures: signatures)
        guard let verified = try? own.verified(by: [key]), !verified.isEmpty else { continue }
        let note = kept.note.adding(own.keeping([key.keyName]).signatures)
        try store.keep(KeptCheckpoint(note: note))
        return note
      }
      throw TrackerError(
        .notVerified, "this answer holds no signature by \(key.name) under a checkpoint of this book", place: path,
        next: "Ask the witness again:  tracker witness request")
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// What is wrong with an answer is not in the book, so no place is named.
  private static func signatures(_ answer: [UInt8]) throws(TrackerError) -> [NoteSignature] {
    do throws(ProofFault) {
      guard answer.count <= SignedNote.longest else { throw ProofFault(.tooLarge, "an answer is a few lines") }
      let lines = answer.split(separator: 0x0A)
      guard !lines.isEmpty, lines.count <= 16 else {
        throw ProofFault(.malformedNote, "an answer is one or more lines “— NAME BASE64”")
      }
      var signatures: [NoteSignature] = []
      for line in lines { signatures.append(try NoteSignature(line: line)) }
      return signatures
    } catch {
      throw TrackerError(
        .notVerified, "this is no answer of a witness: \(error.why)", next: "Ask again:  tracker witness request")
    }
  }

  // MARK: Acknowledgement

  /// What another party is asked to sign: that it has seen these events.
  public func acknowledgement(of positions: [Int]) throws(TrackerError) -> Acknowledgement {
    do {
      let checkpoint = try Checkpoint(note: checkpoint())
      let targets = try positions.map { position in
        guard position < checkpoint.size else {
          throw TrackerError(.badData, "event \(position + 1) is not signed by the log yet", place: path)
        }
        return try source.entry(at: position)
      }
      let acknowledgement = Acknowledgement(checkpoint: checkpoint, targets: targets)
      return try Acknowledgement(text: acknowledgement.text)
    } catch {
      throw TrackerError(error, in: path)
    }
  }
}
