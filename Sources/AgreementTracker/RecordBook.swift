public import Agreements
public import CanonicalJSON
public import LogStore
public import Projections
internal import Glibc
internal import SQLiteStore
public import TransparencyLog

/// A record book open for recording: where meaning and memory meet on the way in.
///
/// Deciding happens outside the store's lock, against what the book holds; adding is one short step. If somebody else was
/// quicker, it is decided again, three times at most.
public final class RecordBook: Sendable {
  public let path: String
  let store: SQLiteLog
  let environment: LogEnvironment
  let folders: UserFolders
  let signing: Signing

  init(path: String, store: SQLiteLog, folders: UserFolders, environment: LogEnvironment) throws {
    self.path = path
    self.store = store
    self.folders = folders
    self.environment = environment
    signing = try Signing(store, folders: folders, path: path)
  }

  public var source: Source { Source(name: path, log: store) }

  /// Makes a new book whose first event says what it is, and its key, which is kept outside of it.
  ///
  /// - Parameters:
  ///   - origin: the name that its checkpoints will bear; nil = `tracker/` and a fresh UUID.
  ///   - continues: the last checkpoint of a log that this one goes on from, because that one was lost or forked.
  public static func create(
    at path: String, name: String, owner: PartyKey, ownerName: String?, origin: String? = nil,
    continues: SignedNote? = nil, folders: UserFolders, environment: LogEnvironment = .system
  ) throws(TrackerError) -> RecordBook {
    do {
      let store = try SQLiteLog(
        path: path, opening: .new, environment: environment, readModels: [PositionModel()])
      do {
        let book = try RecordBook(path: path, store: store, folders: folders, environment: environment)
        try book.begin(
          name: name, owner: owner, ownerName: ownerName, origin: origin ?? "tracker/\(book.freshID())",
          continues: continues)
        return book
      } catch {
        // A book without its first event is no book.
        try? store.close()
        for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
        throw error
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  private func begin(
    name: String, owner: PartyKey, ownerName: String?, origin: String, continues: SignedNote?
  ) throws {
    let key = try KeyRing(folders).make(origin, type: .ed25519, environment: environment)
    let asserted = Statement.Assertion(party: owner)
    let opened = Statement(
      assertedBy: asserted, basis: .ownKnowledge,
      body: .logOpened(
        LogOpened(origin: origin, name: name, vkey: key.verifierKey.text, continues: continues?.string)))
    let registered = Statement(
      assertedBy: asserted, basis: .ownKnowledge,
      body: .partyRegistered(PartyRegistered(kind: .committee, identity: .named, name: ownerName ?? owner.rawValue)))
    let proposals = [(StreamName.log, opened), (.party(owner), registered)].map { stream, statement in
      Proposal(id: freshID(), stream: stream, statement: statement, recordedBy: owner.rawValue)
    }
    store.use(LogSigner(origin: origin, keys: [key]))
    _ = try store.append(proposals.map(\.draft))
    try signing.begin(origin, key, store, folders)
  }

  /// Opens a book that is there.
  public static func open(
    _ path: String, folders: UserFolders, environment: LogEnvironment = .system
  ) throws(TrackerError) -> RecordBook {
    do {
      let store = try SQLiteLog(
        path: path, opening: .existing, environment: environment, readModels: [PositionModel()])
      do {
        return try RecordBook(path: path, store: store, folders: folders, environment: environment)
      } catch {
        try? store.close()
        throw error
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  public func close() throws(TrackerError) {
    do { try store.close() } catch { throw TrackerError(error, in: path) }
  }

  /// A fresh id: version 7, so that ids sort by the time of recording.
  public func freshID() -> EventID {
    EventID.version7(milliseconds: environment.now().milliseconds, random: environment.random(10))
  }

  // MARK: Recording

  /// What was added, and what it changed.
  public struct Recorded: Sendable {
    /// Positions of the events; empty after a dry run.
    public var positions: [Int]
    /// They were there before; nothing was added.
    public var wasThere: Bool
    public var proposals: [Proposal]
    /// What the new events change in the position as of today.
    public var changes: [ReplayView.Change]
    /// Whoever was asked did not want it; nothing was added.
    public var isDeclined = false
  }

  /// Asks a person, who is shown what would be added and what it would change; false = it is not to be added.
  public typealias Consent = (Recorded) -> Bool

  /// Adds events, all or none, after every rule was asked.
  ///
  /// - Parameters:
  ///   - isClockTrusted: the clock of this machine is to be believed even if it is far behind the last event.
  ///   - isDeed: they tell of a deed that was done with them (`RuleFinding.ownCommand`).
  ///   - erasing: what is deleted in the same transaction because these events say so.
  ///   - files: what is stored in the same transaction because these events file it.
  ///   - consent: asked after the rules and before anything is added, outside of any lock; asked again if somebody else
  ///     was quicker and it was decided again. nil = nobody is asked.
  public func record(
    _ proposals: [Proposal], isDryRun: Bool = false, isClockTrusted: Bool = false, isDeed: Bool = false,
    erasing: Erasure = Erasure(), files: [IncomingFile] = [], consent: Consent? = nil
  ) throws(TrackerError) -> Recorded {
    do {
      return try add(
        proposals, isDryRun: isDryRun, isClockTrusted: isClockTrusted, isDeed: isDeed, erasing: erasing, files: files,
        consent: consent
      ) { refused in
        let lines = refused.sorted { $0.key < $1.key }.flatMap { index, findings in
          findings.map { finding in
            proposals.count == 1
              ? "\(finding.path): \(finding.what)" : "event \(index + 1): \(finding.path): \(finding.what)"
          }
        }
        let first = refused.min { $0.key < $1.key }?.value.first
        return TrackerError(
          .badData, numbered(first?.what ?? "refused"), place: first?.path ?? "", next: numbered(first?.next ?? ""),
          more: lines.count > 1 ? lines.map(numbered) : [])
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The rules know events by their ids, people by their numbers: “event 14” for every event that the book holds.
  func numbered(_ text: String) -> String {
    var words: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
      let id = word.prefix { $0.isHexDigit || $0 == "-" }
      let found = EventID(String(id)).flatMap { try? store.position(of: $0) }
      guard let position = found else {
        words.append(word)
        continue
      }
      let isNamed = words.last == "event" || words.last == "--replaces"
      words.append((isNamed ? "" : "event ") + "\(position + 1)" + word.dropFirst(id.count))
    }
    return words.joined(separator: " ")
  }

  private static let shownChanges = 500

  func add(
    _ proposals: [Proposal], isDryRun: Bool, isClockTrusted: Bool, isDeed: Bool = false, erasing: Erasure = Erasure(),
    files: [IncomingFile] = [], isFresh: Bool = false, consent: Consent?,
    refusal: ([Int: [RuleFinding]]) -> TrackerError
  ) throws -> Recorded {
    if !isDryRun { try signing.check() }
    if !isDeed {
      var deeds: [Int: [RuleFinding]] = [:]
      for index in proposals.indices {
        if let finding = RuleFinding.ownCommand(of: proposals[index].statement.body) { deeds[index] = [finding] }
      }
      if !deeds.isEmpty { throw refusal(deeds) }
    }
    for index in proposals.indices {
      guard case .acknowledged(let body) = proposals[index].statement.body else { continue }
      // What does not hold would make every later check fail, for ever.
      try LogDigests(store).check(body, at: try store.size(), origin: signing.origin)
    }
    var attempts = 0
    while true {
      // An event that is there already is answered before the rules are asked: they would call it a second registration.
      let isNew = try attempts == 0 && isFresh || store.positions(of: proposals.map(\.id)).contains(nil)
      let (rules, history) = try rules()
      let expected = try store.versions(of: Self.streams(of: proposals).map(\.description))
        .mapValues { StreamExpectation.exact($0) }
      if isNew {
        if case .refused(let refused) = rules.decide(proposals) { throw refusal(refused) }
      }
      // For a person it is shown what changes; in a long import nobody could read it.
      let isShown = isNew && proposals.count <= Self.shownChanges
      // That a sum can no longer be stated is said by whatever shows it; it is no reason not to record what happened.
      let changes = isShown ? (try? self.changes(of: proposals, erasing: erasing, after: history)) ?? [] : []
      if isDryRun {
        return Recorded(positions: [], wasThere: !isNew, proposals: proposals, changes: changes)
      }
      if let consent, isNew {
        var preview = Recorded(positions: [], wasThere: false, proposals: proposals, changes: changes)
        guard consent(preview) else {
          preview.isDeclined = true
          return preview
        }
      }
      do {
        let appended: Appended
        if isNew, proposals.count > SQLiteLog.many, erasing.isEmpty, files.isEmpty {
          appended = try appendLong(proposals, expected: expected, isClockTrusted: isClockTrusted)
        } else {
          appended = try append(
            proposals.map(\.draft), expected: isNew ? expected : [:], isClockTrusted: isClockTrusted, erasing: erasing,
            files: files)
        }
        return Recorded(
          positions: appended.positions, wasThere: appended.wasThere, proposals: proposals, changes: changes)
      } catch let error as StoreError where error.code == .wrongVersion {
        attempts += 1
        guard attempts < 3 else { throw error }
      }
    }
  }

  /// The streams that events are added to, each once.
  static func streams(of proposals: [Proposal]) -> Set<StreamName> {
    var streams: Set<StreamName> = []
    // Events of one stream often come one behind the other.
    for index in proposals.indices where index == 0 || proposals[index].stream != proposals[index - 1].stream {
      streams.insert(proposals[index].stream)
    }
    return streams
  }

  /// The rules with everything that the book holds applied.
  private func rules() throws -> (RuleBook, [LoggedEvent]) {
    var rules = RuleBook()
    var events: [LoggedEvent] = []
    var decoder = EventDecoder()
    try store.forEachLine { position, line in
      guard let event = try decoder.event(line, at: position) else { return true }
      rules.apply(event.statement, id: event.id, in: event.stream)
      events.append(event)
      return true
    }
    return (rules, events)
  }

  /// What new events, and lines that go for good, change in the position as of today: before → after.
  private func changes(
    of proposals: [Proposal], erasing: Erasure, after history: [LoggedEvent]
  ) throws -> [ReplayView.Change] {
    let now = environment.now()
    let gone = history.filter { erasing.lines.contains($0.position) }
    var events = gone.isEmpty ? history : history.filter { !erasing.lines.contains($0.position) }
    let next = (history.last?.position ?? -1) + 1
    for (index, proposal) in proposals.enumerated() {
      events.append(
        LoggedEvent(
          position: next + index, id: proposal.id, stream: proposal.stream, recordedAt: now,
          statement: proposal.statement))
    }
    let touched = Set(proposals.map(\.stream) + gone.map(\.stream))
    return try Replay.changes(from: history, to: events, touching: touched, asOf: now.day)
  }

  /// The events that stand on one event, in log order: they would stand on nothing without it.
  public func dependents(of id: EventID) throws(TrackerError) -> [EventID] {
    do { return try rules().0.dependents(of: id) } catch { throw TrackerError(error, in: path) }
  }

  /// The events that stand on any of several, in log order, without these themselves.
  public func dependents(of ids: [EventID]) throws(TrackerError) -> [EventID] {
    do { return try rules().0.dependents(of: ids) } catch { throw TrackerError(error, in: path) }
  }

  /// What the rules would ask about and not refuse: by the index of the event, answered by a reason in its note.
  public func questions(about proposals: [Proposal]) throws(TrackerError) -> [(index: Int, what: String)] {
    do {
      guard case .refused(let refused) = try rules().0.decide(proposals) else { return [] }
      return refused.sorted { $0.key < $1.key }.flatMap { index, findings in
        findings.filter(\.isQuestion).map { (index, numbered($0.what)) }
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The standing events that say the same as one that is to be recorded.
  ///
  /// - Returns: in log order; none for an event that is there itself, by its id.
  public func equals(of proposal: Proposal) throws(TrackerError) -> [LoggedEvent] {
    do {
      guard try store.position(of: proposal.id) == nil else { return [] }
      var decoder = EventDecoder()
      var events: [LoggedEvent] = []
      let positions = try store.positions(in: proposal.stream.description)
      for (position, line) in zip(positions, try store.lines(at: positions)) {
        if let event = try decoder.event(line, at: position) { events.append(event) }
      }
      let (type, content) = (proposal.statement.body.typeName, proposal.statement.content)
      return Knowledge.standing(events).filter { $0.body.typeName == type && $0.statement.content == content }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// A payment that stands and may be the one that is to be recorded: to the same, for the same promise, of the same sum, with
  /// the same reference, or, where one of the two has none, on what may be the same day. In another agreement, whatever the
  /// promise, it is the one with the same reference, or, where one of the two has none, on exactly the same day.
  ///
  /// - Returns: nil where there is none, and for everything but a payment.
  public func rival(of proposal: Proposal) throws(TrackerError) -> LoggedEvent? {
    guard case .paymentMade(let payment) = proposal.statement.body else { return nil }
    do {
      var found: LoggedEvent?
      try StandingEvents.forEach(of: store, at: try store.positions(in: proposal.stream.description)) { event in
        guard found == nil, case .paymentMade(let other) = event.body,
          (other.promise, other.to, other.creditor) == (payment.promise, payment.to, payment.creditor),
          (other.money.low, other.money.high, other.money.per)
            == (payment.money.low, payment.money.high, payment.money.per)
        else { return }
        if let mine = payment.reference, let theirs = other.reference {
          if PaymentMade.plain(reference: mine) == PaymentMade.plain(reference: theirs) { found = event }
        } else if Statement.mayBeOneDay(proposal.statement, event.statement) {
          found = event
        }
      }
      if found == nil, case .agreement(let agreement) = proposal.stream {
        found = try elsewhere([proposal.statement], than: agreement)[0]?.event
      }
      return found
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  // MARK: Importing

  /// One fault of a drafts file.
  public struct DraftFault: Sendable {
    /// From 1.
    public var line: Int
    /// From 1; nil where it is the line as a whole.
    public var column: Int?
    public var path: String
    /// The kind of fault: a code of `JSONFault`, `RuleFinding` or `StoreError`.
    public var code: String
    public var what: String
    public var next: String
  }

  /// All or none of a drafts file was taken.
  public enum Imported: Sendable {
    case added(Recorded)
    case refused([DraftFault])
  }

  /// Reads a `*.drafts.jsonl` file: all lines or none, every fault with its line.
  ///
  /// A draft without an id of its own gets one from the file's bytes and its line, so that importing the same file twice
  /// adds nothing.
  ///
  /// - Parameters:
  ///   - again: why drafts that say the same as an event that stands are recorded once more; nil = they are refused.
  ///   - consent: as in `record`.
  public func importDrafts(
    _ bytes: [UInt8], recordedBy: String, isDryRun: Bool = false, isClockTrusted: Bool = false, again: String? = nil,
    consent: Consent? = nil
  ) throws(TrackerError) -> Imported {
    do {
      return try take(
        bytes, recordedBy: recordedBy, isDryRun: isDryRun, isClockTrusted: isClockTrusted, again: again,
        consent: consent)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  private func take(
    _ bytes: [UInt8], recordedBy: String, isDryRun: Bool, isClockTrusted: Bool, again: String?, consent: Consent?
  ) throws -> Imported {
    var faults: [DraftFault] = []
    var proposals: [Proposal] = []
    var lines: [Int] = []
    let ids = ImportedIDs(log: signing.origin ?? "", file: LogDigest.sha256(bytes))
    var tape = Tape()
    bytes.forEachLine { number, line in
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
      do throws(JSONFault) {
        let proposal = try Proposal(draft: line, over: &tape, id: ids.id(row: number), recordedBy: recordedBy)
        // What is written is no longer than what was read and what the log fills in; only a long draft is measured.
        let isShort = line.count + 6 * recordedBy.utf8.count < Record.longestLine / 2
        guard
          isShort && proposal.privateValues.members.isEmpty || proposal.draft.widestLine <= Record.longestLine
        else {
          throw JSONFault(
            .lineTooLong, at: 0, "the event would be longer than the \(Record.longestLine) bytes that a line may have")
        }
        proposals.append(proposal)
        lines.append(number)
      } catch {
        faults.append(
          DraftFault(
            line: number, column: error.column(in: line), path: error.path, code: error.code.rawValue,
            what: error.why, next: "Mend the line and import the file again; nothing was added."))
      }
    }
    if let first = firstDuplicate(proposals, lines) { faults.append(first) }
    // A line that could not be read may say what others rest on.
    let isWhole = faults.isEmpty
    guard !proposals.isEmpty else {
      let none = DraftFault(line: 1, column: nil, path: "", code: "no-draft", what: "the file holds no draft", next: "")
      return .refused(isWhole ? [none] : faults)
    }
    // What the book holds already, word for word, is left out: a file may be imported twice, and two files may register
    // the same party.
    var fresh: [Int] = []
    var there: [Int] = []
    let positions = try store.positions(of: proposals.map(\.id))
    for index in proposals.indices {
      guard let position = positions[index] else {
        fresh.append(index)
        continue
      }
      do throws(StoreError) {
        _ = try append([proposals[index].draft])
        there.append(position)
      } catch {
        faults.append(
          DraftFault(
            line: lines[index], column: nil, path: "id", code: error.code.rawValue, what: error.what,
            next: "Events are never changed: tracker correct \(position + 1). A new event takes an id of its own."))
      }
    }
    guard !fresh.isEmpty || !faults.isEmpty else {
      return .added(Recorded(positions: there, wasThere: true, proposals: proposals, changes: []))
    }
    for (index, position) in try equals(of: proposals, at: fresh) {
      let line = lines[index]
      guard let again else {
        faults.append(
          DraftFault(
            line: line, column: nil, path: "data", code: "said-already",
            what: "event \(position + 1) says the same already",
            next: "If it happened twice, say so:  --again \"why\"   Else leave the line out."))
        continue
      }
      var note = proposals[index].statement.note ?? ""
      if let last = note.last { note += ".!?”".contains(last) ? " " : ". " }
      proposals[index].statement.note =
        note + "Says the same as event \(position + 1), and is recorded again: \(again)"
    }
    func ruleFaults(_ refused: [Int: [RuleFinding]], of judged: [Int]) -> [DraftFault] {
      refused.flatMap { index, findings in
        findings.map { finding in
          DraftFault(
            line: lines[judged[index]], column: nil, path: finding.path, code: finding.code.rawValue,
            what: numbered(finding.what), next: numbered(finding.next))
        }
      }
    }
    func sorted(_ faults: [DraftFault]) -> [DraftFault] {
      faults.sorted { ($0.line, $0.path) < ($1.line, $1.path) }
    }
    guard faults.isEmpty else {
      // What the other lines break is said too, so that one looks through the file once.
      var seen: Set<EventID> = []
      let judged = fresh.filter { seen.insert(proposals[$0].id).inserted }
      for index in judged {
        guard let deed = RuleFinding.ownCommand(of: proposals[index].statement.body) else { continue }
        faults += ruleFaults([0: [deed]], of: [index])
      }
      if case .refused(let refused) = try rules().0.decide(judged.map { proposals[$0] }) {
        faults += ruleFaults(
          refused.mapValues { $0.filter { isWhole || !$0.isAbsence && !$0.isQuestion } }, of: judged)
      }
      return .refused(sorted(faults))
    }
    var refusedRules: [Int: [RuleFinding]] = [:]
    do {
      let recorded = try add(
        there.isEmpty ? proposals : fresh.map { proposals[$0] }, isDryRun: isDryRun, isClockTrusted: isClockTrusted,
        isFresh: true, consent: consent
      ) { refused in
        refusedRules = refused
        return TrackerError(.badData, "refused")
      }
      return .added(recorded)
    } catch {
      guard !refusedRules.isEmpty else { throw error }
      return .refused(sorted(ruleFaults(refusedRules, of: fresh)))
    }
  }

  private func firstDuplicate(_ proposals: [Proposal], _ lines: [Int]) -> DraftFault? {
    guard EventID.areTwins(in: proposals.map(\.id)) else { return nil }
    var seen: [EventID: Int] = [:]
    for (proposal, line) in zip(proposals, lines) {
      if let before = seen[proposal.id] {
        return DraftFault(
          line: line, column: nil, path: "id", code: "id-twice", what: "line \(before) has the same id",
          next: "Give each draft an id of its own.")
      }
      seen[proposal.id] = line
    }
    return nil
  }
}

extension [UInt8] {
  /// Calls `body` with each line and its number from 1, also with what stands behind the last LF.
  fileprivate func forEachLine(_ body: (_ number: Int, _ line: UnsafeBufferPointer<UInt8>) -> Void) {
    withUnsafeBufferPointer { bytes in
      var (start, number) = (0, 1)
      while let end = bytes[start...].firstIndex(of: 0x0A) {
        body(number, UnsafeBufferPointer(rebasing: bytes[start..<end]))
        start = end + 1
        number += 1
      }
      body(number, UnsafeBufferPointer(rebasing: bytes[start...]))
    }
  }
}

extension Proposal {
  /// As the store takes it.
  var draft: EventDraft {
    let type = statement.body.data.map { Swift.type(of: $0) }
    return EventDraft(
      id: id, stream: stream.description, type: statement.body.typeName, version: Int64(type?.version ?? 1),
      recordedBy: recordedBy, meaning: statement.members, privateValues: privateValues)
  }
}
