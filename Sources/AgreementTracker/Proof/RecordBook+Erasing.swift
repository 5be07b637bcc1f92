public import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import SQLiteStore
internal import TransparencyLog

/// Deleting for good what the law says must go, in the open: an event says what, why and on which legal basis; the digest
/// stays, so the log still verifies.
extension RecordBook {
  /// Erases private values of an event.
  ///
  /// - Parameters:
  ///   - isDryRun: nothing is erased, and no event is added; what can be refused is.
  ///   - consent: as in `record`; where it is declined nothing is erased.
  public func erase(
    privateValues names: [String], of position: Int, why: String, legalBasis: String, assertedBy party: PartyKey,
    recordedBy: String, isDryRun: Bool = false, consent: Consent? = nil
  ) throws(TrackerError) -> Recorded {
    do {
      let event = try self.event(at: position)
      let digests = try privateDigests(at: position)
      for name in names where digests[name] == nil {
        let known = digests.keys.sorted().joined(separator: ", ")
        throw TrackerError(
          .badData, "event \(position + 1) has no private value “\(name)”", place: path,
          next: known.isEmpty ? "It has none at all." : "It has: \(known)")
      }
      let statement = Statement(
        assertedBy: .init(party: party), basis: .ownKnowledge,
        body: .privateErased(PrivateErased(target: event.id, names: names.sorted(), why: why, legalBasis: legalBasis)),
        visibility: event.statement.visibility)
      let openings = names.compactMap { digests[$0] }
      if let before = try erasedBefore(event.id, { Set(names).isSubset(of: $0.names) }),
        try !store.openings(at: position).contains(where: { openings.contains(Opening.digest(of: $0)) })
      {
        if !isDryRun { try finish(openings) }
        return before
      }
      let recorded = try record(
        [Proposal(id: freshID(), stream: event.stream, statement: statement, recordedBy: recordedBy)],
        isDryRun: isDryRun, isDeed: true, erasing: Erasure(openings: openings), consent: consent)
      guard !recorded.isDeclined, !isDryRun else { return recorded }
      try finish(openings)
      return recorded
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Erases the whole line of an event, with its private values.
  ///
  /// - Parameters:
  ///   - isDryRun: nothing is erased, and no event is added; what can be refused is.
  ///   - consent: as in `record`; where it is declined nothing is erased.
  public func erase(
    lineAt position: Int, why: String, legalBasis: String, assertedBy party: PartyKey, recordedBy: String,
    isDryRun: Bool = false, consent: Consent? = nil
  ) throws(TrackerError) -> Recorded {
    do {
      let line = try store.lines(at: [position])[0]
      guard LogLine.entry(ofWithheld: line) == nil else {
        if let before = try erasedBefore(lineAt: position) {
          if !isDryRun { try finish([]) }
          return before
        }
        throw TrackerError(.badData, "event \(position + 1) was erased already", place: path)
      }
      let event = try self.event(at: position)
      if event.stream == .log {
        throw TrackerError(
          .badData, "event \(position + 1) is a note about the log itself, on which its proof stands", place: path,
          next: "It holds no person's data; nothing was erased.")
      }
      let dependents = try self.dependents(of: event.id)
      guard dependents.isEmpty else {
        throw TrackerError(
          .badData, "\(dependents.count) other events stand on event \(position + 1); nothing was erased", place: path,
          next: "Erase its private values, or take back what stands on it first:  tracker retract")
      }
      let openings = Array(try privateDigests(at: position).values)
      let files = try filesOnly(of: event)
      let entry = LogDigest.entry(of: line)
      let statement = Statement(
        assertedBy: .init(party: party), basis: .ownKnowledge,
        body: .entryErased(
          EntryErased(position: Int64(position), entry: Base64.encode(entry), why: why, legalBasis: legalBasis)),
        note: try noteOnTarget(of: event))
      let recorded = try record(
        [Proposal(id: freshID(), stream: .log, statement: statement, recordedBy: recordedBy)],
        isDryRun: isDryRun, isDeed: true,
        erasing: Erasure(openings: openings, lines: [position], files: files), consent: consent)
      guard !recorded.isDeclined, !isDryRun else { return recorded }
      try finish(openings + files.map(\.hex))
      return recorded
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Erases the stored file of an exhibit.
  ///
  /// - Parameters:
  ///   - isDryRun: nothing is erased, and no event is added; what can be refused is.
  ///   - consent: as in `record`; where it is declined nothing is erased.
  public func erase(
    fileOf position: Int, why: String, legalBasis: String, assertedBy party: PartyKey, recordedBy: String,
    isDryRun: Bool = false, consent: Consent? = nil
  ) throws(TrackerError) -> Recorded {
    do {
      let event = try self.event(at: position)
      guard case .exhibitFiled(let filed) = event.body, let digest = filed.sha256.flatMap({ FileDigest(hex: $0) })
      else {
        throw TrackerError(
          .badData, "event \(position + 1) files no file whose bytes could be erased", place: path,
          next: "See which do:  tracker exhibit list")
      }
      let isThere = try store.storedFiles().contains { $0.digest == digest }
      if !isThere, let before = try erasedBefore(event.id, \.bytes) {
        if !isDryRun { try finish([digest.hex]) }
        return before
      }
      guard isThere else {
        throw TrackerError(
          .badData, "the file of event \(position + 1) is not in this book, so there is nothing to erase", place: path)
      }
      let statement = Statement(
        assertedBy: .init(party: party), basis: .ownKnowledge,
        body: .privateErased(PrivateErased(target: event.id, bytes: true, why: why, legalBasis: legalBasis)),
        visibility: event.statement.visibility)
      let recorded = try record(
        [Proposal(id: freshID(), stream: event.stream, statement: statement, recordedBy: recordedBy)],
        isDryRun: isDryRun, isDeed: true, erasing: Erasure(files: [digest]), consent: consent)
      guard !recorded.isDeclined, !isDryRun else { return recorded }
      try finish([digest.hex])
      return recorded
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// An erasure of the same that stands in the log: whoever erases twice wants the rest of the first one done.
  private func erasedBefore(_ target: EventID, _ isSame: (PrivateErased) -> Bool) throws -> Recorded? {
    var found: Recorded?
    var decoder = EventDecoder()
    try store.forEachLine(matching: LogQuery(types: [PrivateErased.type])) { position, line in
      guard let event = try decoder.event(line, at: position), case .privateErased(let body) = event.body,
        body.target == target, isSame(body)
      else { return true }
      found = Recorded(positions: [position], wasThere: true, proposals: [], changes: [])
      return false
    }
    return found
  }

  private func erasedBefore(lineAt target: Int) throws -> Recorded? {
    var found: Recorded?
    var decoder = EventDecoder()
    try store.forEachLine(matching: LogQuery(types: [EntryErased.type])) { position, line in
      guard let event = try decoder.event(line, at: position), case .entryErased(let body) = event.body,
        body.position == Int64(target)
      else { return true }
      found = Recorded(positions: [position], wasThere: true, proposals: [], changes: [])
      return false
    }
    return found
  }

  /// What the line did to another event: afterwards nobody could find out from the log why that one is as it first was.
  private func noteOnTarget(of event: LoggedEvent) throws -> String? {
    guard let target = event.target, let position = try store.position(of: target) else { return nil }
    let isCorrection = if case .entryCorrected = event.body { true } else { false }
    return "The line that was erased had \(isCorrection ? "put right" : "taken back") event \(position + 1)."
  }

  /// The stored file that no other event than this one names: it goes with the line.
  private func filesOnly(of event: LoggedEvent) throws -> [FileDigest] {
    guard case .exhibitFiled(let filed) = event.body, let digest = filed.sha256.flatMap({ FileDigest(hex: $0) }),
      try store.storedFiles().contains(where: { $0.digest == digest })
    else { return [] }
    let others = try ExhibitLedger(store).filings.contains { $0.event.id != event.id && $0.filed.sha256 == digest.hex }
    return others ? [] : [digest]
  }

  /// What follows once the events stand: the list outside of the book, and the bytes that lie in free room.
  ///
  /// - Throws: busy where somebody reads the book just now; doing the same once more finishes it.
  private func finish(_ digests: [String]) throws {
    try ErasureList(folders, origin: signing.origin).adding(digests)
    do throws(StoreError) { try store.purge() } catch {
      throw TrackerError(
        error.code == .busy ? .busy : .cannotWrite,
        "it is erased, and an event says so, but the room that it took up could not be cleared: \(error.what)",
        place: path, next: "Finish it when nobody else has the book open:  tracker erase --again")
    }
  }

  /// Erases once more what was erased before and is there again, because an older copy was put back, and clears the room of
  /// what was erased.
  ///
  /// - Parameter isDryRun: they are only counted.
  /// - Returns: how many values, lines and files.
  public func eraseAgain(isDryRun: Bool = false) throws(TrackerError) -> Int {
    do {
      var digests = Set(ErasureList(folders, origin: signing.origin).all)
      var erased: [EventID: Set<String>] = [:]
      /// Digests of lines, by position.
      var erasedLines: [Int: String] = [:]
      var hasErased = !digests.isEmpty
      var decoder = EventDecoder()
      try store.forEachLine { position, line in
        switch try decoder.event(line, at: position)?.body {
        case .privateErased(let body):
          erased[body.target, default: []].formUnion(body.names)
          hasErased = true
        case .entryErased(let body):
          erasedLines[Int(body.position)] = body.entry
          hasErased = true
        default: break
        }
        return true
      }
      for (id, names) in erased {
        guard let position = try store.position(of: id) else { continue }
        for (name, digest) in try privateDigests(at: position) where names.contains(name) { digests.insert(digest) }
      }
      var lines: [Int] = []
      for (position, entry) in erasedLines {
        guard let line = try? store.lines(at: [position]).first, Base64.encode(LogDigest.entry(of: line)) == entry
        else {
          continue
        }
        digests.formUnion(try privateDigests(at: position).values)
        lines.append(position)
      }
      var there: [String] = []
      try store.forEachOpening { _, opening in
        let digest = Opening.digest(of: opening)
        if digests.contains(digest) { there.append(digest) }
      }
      let ledger = try ExhibitLedger(store)
      let files = try store.storedFiles().map(\.digest).filter { ledger.erased[$0] != nil || digests.contains($0.hex) }
      let erasing = Erasure(openings: there, lines: lines.sorted(), files: files)
      let count = there.count + lines.count + files.count
      if isDryRun { return count }
      if !erasing.isEmpty { _ = try store.append([], expected: [:], isClockTrusted: false, erasing: erasing) }
      // Also where nothing came back: the erasure itself may have ended before the room was cleared.
      if hasErased || !erasing.isEmpty { try finish(there + files.map(\.hex)) }
      return count
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  private func event(at position: Int) throws -> LoggedEvent {
    var decoder = EventDecoder()
    guard let event = try decoder.event(store.lines(at: [position])[0], at: position) else {
      throw TrackerError(.badData, "event \(position + 1) was erased already", place: path)
    }
    return event
  }

  private func privateDigests(at position: Int) throws -> [String: String] {
    var scanner = LineScanner()
    let parsed = try scanner.scanBytes(store.lines(at: [position])[0], at: position) { view throws(JSONFault) in
      try LogLine(view)
    }
    guard case .event(let record) = parsed else { return [:] }
    return record.privateDigests
  }
}
