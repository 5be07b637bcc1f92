import Agreements
import CanonicalJSON
import Glibc
import LogStore
import SQLiteStore
import TimeStamping
import TransparencyLog

/// Everything that vouches for a log beside its lines, and what it is worth.
///
/// Order: first what stands in the file itself, then what stands beside it, then what the reader brought along, then what
/// was seen on this machine. A key that only the file names proves nothing about who signed: whoever rewrote the file could
/// have named another. That is said, and no verdict is built on it.
struct VerificationEvidence {
  let source: Source
  let options: Verification.Options
  let companions: Companions
  let guardian: LogGuard?
  let seen: Checkpoint?
  /// Checkpoints that could be read, with their notes; the latest first.
  private var checkpoints: [(checkpoint: Checkpoint, kept: KeptCheckpoint)] = []
  private var unreadable: [String] = []
  private let since: [Checkpoint]
  /// nil = the reader named no authority, so tokens are counted and not believed.
  private let authorities: TimeStampRoots?

  init(_ source: Source, _ options: Verification.Options) throws {
    self.source = source
    self.options = options
    companions = try source.companions()
    do throws(TimeStampFault) {
      authorities = options.authorities.isEmpty ? nil : try TimeStampRoots(options.authorities)
    } catch {
      throw TrackerError(.badData, error.why, next: "Give the authority's root certificate, in PEM or DER.")
    }
    var since: [Checkpoint] = []
    for note in options.since { since.append(try Checkpoint(note: note)) }
    self.since = since
    guardian = Self.origin(of: source).flatMap { origin in options.folders.map { LogGuard($0, origin: origin) } }
    seen = try guardian?.seen()
    for kept in companions.checkpoints {
      do throws(ProofFault) { checkpoints.append((try Checkpoint(note: kept.note), kept)) } catch {
        unreadable.append(error.why)
      }
    }
  }

  /// Sizes of the trees whose roots are compared.
  var sizes: Set<Int> { Set(checkpoints.map(\.checkpoint.size) + since.map(\.size) + (seen.map { [$0.size] } ?? [])) }

  /// The origin that the first line gives, if it can be read.
  private static func origin(of source: Source) -> String? {
    guard let line = try? source.log.lines(at: [0]).first, let value = try? JSONValue(canonical: line),
      value["type"]?.string == LogOpened.type
    else { return nil }
    return value["data"]?["origin"]?.string
  }

  // MARK: Judging

  func judge(_ run: consuming VerificationRun) throws -> Verification {
    var run = run
    // A file whose frame is broken has no head that could be compared.
    if run.result.root != nil {
      judgeCheckpoints(&run)
      judgeSince(&run)
      judgeSeen(&run)
    }
    judgePrivateValues(&run)
    try judgeErasedLines(&run)
    try judgeExhibits(&run)
    judgeAcknowledged(&run)
    if let book = source.book, run.result.root != nil { try judge(book, &run) }
    run.result.faults.sort { ($0.position ?? Int.max, $0.code) < ($1.position ?? Int.max, $1.code) }
    return run.result
  }

  private func judgeCheckpoints(_ run: inout VerificationRun) {
    for why in unreadable {
      run.fault(nil, "malformed-checkpoint", "a checkpoint beside the log cannot be read: \(why)")
    }
    let size = run.result.size
    // The largest tree that is as it was signed: behind it the first bad line must stand.
    let firm = checkpoints.filter { run.heads[$0.checkpoint.size]?.root == $0.checkpoint.root }.map(\.checkpoint.size)
    var covered = 0
    for (checkpoint, kept) in checkpoints {
      let over = "the checkpoint over \(checkpoint.size) events"
      if let origin = run.identity.origin, checkpoint.origin != origin {
        run.fault(nil, "other-origin", "\(over) is of another log, “\(checkpoint.origin)”")
        continue
      }
      judgeSignatures(checkpoint, kept, &run)
      if checkpoint.size > size {
        // Whoever took lines out of the middle can have joined the rest anew: up to the last tree that is as it was signed,
        // nothing is missing.
        let before = firm.filter { $0 < size }.max() ?? 0
        let missing = checkpoint.size - size
        run.fault(
          size, "tail-cut",
          "\(over) was signed, but this copy has only \(size): \(missing) \(missing == 1 ? "is" : "are") missing at its end"
            + (before == size ? "" : before == 0 ? ", or somewhere else" : ", or somewhere behind line \(before)"))
        continue
      }
      guard run.heads[checkpoint.size]?.root == checkpoint.root else {
        let firm = firm.filter { $0 < checkpoint.size }.max() ?? 0
        run.fault(
          firm > 0 ? firm : nil, "root-differs",
          "the lines \(firm + 1) to \(checkpoint.size) are not those over which \(over) was signed: "
            + "at least one was changed, added, removed or moved")
        continue
      }
      covered = max(covered, checkpoint.size)
    }
    run.result.unsigned = size - covered
    judgeRotations(&run)
    if let policy = options.policy { judge(policy, &run) }
  }

  private func judgeSignatures(_ checkpoint: Checkpoint, _ kept: KeptCheckpoint, _ run: inout VerificationRun) {
    let named = run.identity.keys.map(\.key)
    let trusted = options.policy?.keys ?? []
    let signed: [VerifiedSignature]
    do throws(ProofFault) {
      signed = try kept.note.knownSignatures(trusted + named.filter { !trusted.contains($0) })
    } catch {
      run.fault(nil, "bad-signature", "under the checkpoint over \(checkpoint.size) events: \(error.why)")
      return
    }
    for signature in signed {
      if let time = signature.time {
        let name = options.policy?.witnesses.first { $0.key == signature.key }?.name ?? signature.key.name
        run.result.witnessedBy.append(.init(name: name, time: time, size: checkpoint.size))
        let moment = Instant(milliseconds: Int64(min(time, 1 << 37)) * 1000)
        judgeClock(checkpoint.size, moment, "the witness \(name)", &run)
      } else {
        run.result.signedBy.append(
          .init(
            name: signature.key.name, keyID: signature.key.keyID, size: checkpoint.size,
            isTrusted: trusted.contains(signature.key)))
      }
    }
    // The key that the log had when it was so large must have signed.
    if let key = run.identity.key(at: checkpoint.size), !signed.contains(where: { $0.key == key }) {
      run.fault(
        nil, "not-signed",
        "the checkpoint over \(checkpoint.size) events is not signed by the key that the log had then")
    }
    for (token, _) in zip(kept.tokens, 0...) { judge(token, over: kept.note, checkpoint.size, &run) }
  }

  /// Whoever can write the file can write that the key was changed; only the old key can confirm it. The first checkpoint
  /// that covers the change is signed by both and is kept; where the old key was lost, the event says so.
  private func judgeRotations(_ run: inout VerificationRun) {
    for rotation in run.identity.rotations where !rotation.isExplained {
      let covering = checkpoints.filter { $0.checkpoint.size > rotation.position }
      let isConfirmed = covering.contains {
        ((try? $0.kept.note.knownSignatures([rotation.old])) ?? []).isEmpty == false
      }
      guard !covering.isEmpty, !isConfirmed else { continue }
      run.fault(
        rotation.position, "key-not-confirmed",
        "it changes the log's key, but no checkpoint behind it is signed by the old key (\(rotation.old.keyID)), and it "
          + "gives no reason")
    }
  }

  /// Was something recorded “later” than an outside clock says that it was there?
  private func judgeClock(_ size: Int, _ time: Instant, _ who: String, _ run: inout VerificationRun) {
    // Clocks differ by minutes; nobody is accused over them.
    let latest = Instant(milliseconds: time.milliseconds + 10 * 60 * 1000)
    guard let recorded = run.heads[size]?.recordedAt, recorded > latest else { return }
    var first: Int?
    var scanner = LineScanner()
    try? source.log.forEachLine(from: 0, limit: size) { position, line in
      let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
      guard case .event(let record) = parsed, record.recordedAt > latest else { return true }
      first = position
      return false
    }
    run.fault(
      first ?? size - 1, "clock-ahead", "it says that it was recorded after \(time), when \(who) had seen it already")
  }

  private func judge(_ policy: Policy, _ run: inout VerificationRun) {
    guard let latest = checkpoints.first else {
      run.result.isPolicyMet = false
      run.fault(nil, "no-checkpoint", "this copy has no checkpoint, so nobody vouches for it")
      return
    }
    do throws(ProofFault) {
      // Witnesses may have cosigned an earlier checkpoint; the log's own key must be under the latest.
      let signed = try latest.kept.note.verified(by: policy.logs)
      guard signed.contains(where: { $0.key.name.utf8.elementsEqual(latest.checkpoint.origin.utf8) }) else {
        throw ProofFault(
          .otherOrigin, "the latest checkpoint is of “\(latest.checkpoint.origin)”, signed by the key of another log")
      }
      let met = checkpoints.contains { (try? policy.check($0.kept.note)) != nil }
      if !met { _ = try policy.check(latest.kept.note) }
      run.result.isPolicyMet = true
    } catch {
      run.result.isPolicyMet = false
      run.fault(nil, error.code.rawValue, "your policy is not met: \(error.why)")
    }
  }

  private func judgeSince(_ run: inout VerificationRun) {
    for head in since {
      if let origin = run.identity.origin, origin != head.origin {
        run.fault(nil, "since-other-origin", "the head that was noted is of another log, “\(head.origin)”")
      } else if head.size > run.result.size {
        run.fault(
          run.result.size, "older-than-noted",
          "a head over \(head.size) events was noted, but this copy has only \(run.result.size): it is an older copy, or "
            + "cut")
      } else if run.heads[head.size]?.root != head.root {
        run.fault(
          nil, "not-consistent",
          "this log does not contain the \(head.size) events whose head was noted: it is another history")
      }
    }
  }

  private func judgeSeen(_ run: inout VerificationRun) {
    guard let seen else { return }
    if run.result.size < seen.size {
      // A mailed copy may well be older; the book itself may not.
      guard source.book != nil else { return }
      run.fault(
        run.result.size, "rolled-back",
        "\(seen.size) events of this log were seen on this machine, but the book has only \(run.result.size): an older copy "
          + "was put in its place")
    } else if run.heads[seen.size]?.root != seen.root {
      run.fault(
        nil, "forked",
        "this log does not contain the \(seen.size) events that were seen on this machine under the same name: it is another "
          + "history")
    }
  }

  // MARK: Private values, erased lines, exhibits

  private func judgePrivateValues(_ run: inout VerificationRun) {
    var erased: [EventID: Set<String>] = [:]
    for (_, body) in run.privateErased { erased[body.target, default: []].formUnion(body.names) }
    var counts = Verification.PrivateCounts()
    counts.hasNoSidecar = companions.privateValues == nil && !run.privateDigests.isEmpty
    let values = companions.privateValues
    let listed = ErasureList(options.folders, origin: run.identity.origin)
    var named: Set<String> = []
    for (position, id, name, digest) in run.privateDigests {
      named.insert(digest)
      let isErased = erased[id]?.contains(name) == true
      if let opening = values?.openings[digest] {
        counts.present += 1
        if isErased || listed.contains(digest) {
          run.fault(position, "erased-present", "its private value “\(name)” was erased, but this copy still has it")
        } else if (try? JSONValue(canonical: opening))?["name"]?.string != name {
          run.fault(position, "opening-name", "the private value beside it is not the one called “\(name)”")
        }
      } else if isErased || listed.contains(digest) {
        // Also an older copy from before the event that says so: it was erased on this machine.
        counts.erased += 1
      } else if values == nil || values?.withheld.contains(digest) == true {
        counts.withheld += 1
      } else {
        counts.missing += 1
        run.fault(
          position, "private-missing", "its private value “\(name)” is gone, and no event says that it was erased")
      }
    }
    let strangers = values?.openings.keys.count { !named.contains($0) } ?? 0
    if strangers > 0 {
      let these = strangers == 1 ? "1 private value belongs" : "\(strangers) private values belong"
      run.fault(nil, "opening-unknown", "\(these) to no line: changed, or added")
    }
    run.result.privateValues = counts
  }

  private func judgeErasedLines(_ run: inout VerificationRun) throws {
    var allowed: [Int: [UInt8]] = [:]
    for (position, body) in run.entriesErased {
      let target = Int(body.position)
      guard target < position, let line = try? source.log.lines(at: [target]).first else {
        run.fault(position, "erased-entry", "it says that a line was erased which does not stand before it")
        continue
      }
      let left = LogLine.entry(ofWithheld: line)
      if Base64.encode(left ?? LogDigest.entry(of: line)) != body.entry {
        run.fault(position, "erased-entry", "it names another digest than line \(target + 1) has")
        continue
      }
      if left == nil { run.fault(target, "erased-line-present", "it was erased, but this copy still has it") }
      allowed[target] = left
    }
    guard source.book != nil else { return }
    for (position, _) in run.leftOut where allowed[position] == nil {
      run.fault(position, "left-out", "it is not in the book, and no event says that it was erased")
    }
  }

  private func judgeExhibits(_ run: inout VerificationRun) throws {
    // Where a part of the log cannot be read, it is not known what it names.
    guard run.result.root != nil else { return }
    let stored = try source.storedExhibits()
    let files = try stored.all()
    let isErasing = run.privateErased.contains { $0.body.bytes }
    // Bare lines name many a paper that nobody sent along; nothing is to be said of them.
    guard !files.isEmpty || isErasing || source.book != nil && !run.exhibits.isEmpty else { return }
    let ledger = try ExhibitLedger(source.log)
    let listed = ErasureList(options.folders, origin: run.identity.origin)
    func isErased(_ digest: FileDigest) -> Bool { ledger.erased[digest] != nil || listed.contains(digest.hex) }
    for file in files {
      let name = "the stored file \(file.digest.hex.prefix(12))…"
      let position = ledger.named[file.digest]
      if position == nil {
        run.fault(nil, "exhibit-unknown", "\(name) belongs to no exhibit: it was changed or added")
      } else if isErased(file.digest) {
        run.fault(position, "erased-present", "\(name) was erased, but this copy still has it")
      } else if try !options.isQuick && !stored.isWhole(file) {
        run.fault(position, "exhibit-differs", "\(name) is not the one that was filed")
      }
    }
    let there = Set(files.map(\.digest))
    let absent = ledger.named.keys.filter { !there.contains($0) }
    run.result.exhibits.stored = there.count
    run.result.exhibits.erased = absent.count { isErased($0) }
    run.result.exhibits.absent = absent.count - run.result.exhibits.erased
  }

  private func judgeAcknowledged(_ run: inout VerificationRun) {
    // Without a whole frame there is no tree; that has a fault of its own.
    guard !run.acknowledged.isEmpty, run.result.root != nil, let digests = try? LogDigests(source.log) else {
      return
    }
    for (position, body) in run.acknowledged {
      do throws(ProofFault) {
        try digests.check(body, at: position, origin: run.identity.origin)
      } catch {
        run.fault(position, "acknowledgement", "this acknowledgement does not hold: \(error.why)")
      }
    }
  }

  // MARK: The book as a file

  private func judge(_ book: SQLiteLog, _ run: inout VerificationRun) throws {
    for fault in try book.structureFaults(atMost: Verification.listed) {
      run.fault(fault.position, fault.code, fault.text)
    }
  }

  // MARK: Outside time

  private func judge(_ token: [UInt8], over note: SignedNote, _ size: Int, _ run: inout VerificationRun) {
    guard let authorities else {
      run.result.timestamps.append(.init(size: size, time: nil, authority: nil))
      return
    }
    do throws(TimeStampFault) {
      let stamp = try OutsideTime.verify(token, over: note, identity: run.identity, authorities: authorities)
      let time = Instant(milliseconds: stamp.info.genTime)
      run.result.timestamps.append(.init(size: size, time: time, authority: stamp.signer))
      judgeClock(size, time, "the authority \(stamp.signer)", &run)
    } catch {
      run.fault(
        nil, "time-stamp-\(error.code.rawValue)",
        "the time-stamp over the checkpoint of \(size) events does not hold: \(error.why)")
    }
  }
}
