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
  /// - Parameter consent: as in `record`; where it is declined nothing is erased.
  public func erase(
    privateValues names: [String], of position: Int, why: String, legalBasis: String, assertedBy party: PartyKey,
    recordedBy: String, consent: Consent? = nil
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
      let recorded = try record(
        [Proposal(id: freshID(), stream: event.stream, statement: statement, recordedBy: recordedBy)],
        isDeed: true, erasing: Erasure(openings: openings), consent: consent)
      guard !recorded.isDeclined else { return recorded }
      try ErasureList(folders, origin: signing.origin).adding(openings)
      return recorded
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Erases the whole line of an event, with its private values.
  ///
  /// - Parameter consent: as in `record`; where it is declined nothing is erased.
  public func erase(
    lineAt position: Int, why: String, legalBasis: String, assertedBy party: PartyKey, recordedBy: String,
    consent: Consent? = nil
  ) throws(TrackerError) -> Recorded {
    do {
      let line = try store.lines(at: [position])[0]
      guard LogLine.entry(ofWithheld: line) == nil else {
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
      let entry = LogDigest.entry(of: line)
      let statement = Statement(
        assertedBy: .init(party: party), basis: .ownKnowledge,
        body: .entryErased(
          EntryErased(position: Int64(position), entry: Base64.encode(entry), why: why, legalBasis: legalBasis)))
      let recorded = try record(
        [Proposal(id: freshID(), stream: .log, statement: statement, recordedBy: recordedBy)],
        isDeed: true, erasing: Erasure(openings: openings, lines: [position]), consent: consent)
      guard !recorded.isDeclined else { return recorded }
      try ErasureList(folders, origin: signing.origin).adding(openings)
      return recorded
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Erases once more what was erased before and is there again, because an older copy was put back.
  ///
  /// - Returns: how many values and lines.
  public func eraseAgain() throws(TrackerError) -> Int {
    do {
      let listed = ErasureList(folders, origin: signing.origin)
      var erased: [EventID: Set<String>] = [:]
      /// Digests of lines, by position.
      var erasedLines: [Int: String] = [:]
      var decoder = EventDecoder()
      try store.forEachLine { position, line in
        switch try decoder.event(line, at: position)?.body {
        case .privateErased(let body): erased[body.target, default: []].formUnion(body.names)
        case .entryErased(let body): erasedLines[Int(body.position)] = body.entry
        default: break
        }
        return true
      }
      var digests = Set(listed.all)
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
      guard !there.isEmpty || !lines.isEmpty else { return 0 }
      _ = try store.append(
        [], expected: [:], isClockTrusted: false, erasing: Erasure(openings: there, lines: lines.sorted()))
      return there.count + lines.count
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
