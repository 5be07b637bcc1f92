public import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports
internal import SQLiteStore
internal import Spreadsheets
public import Tables

// Tables on their way into the book: all rows or none, and none twice.

extension RecordBook {
  /// What a table must fit to, and who says what it says unless somebody else is named: the owner of the book.
  ///
  /// - Parameter agreement: nil for a table of parties.
  public func tableContext(for agreement: AgreementKey?) throws(TrackerError) -> (
    context: TableContext, owner: PartyKey?
  ) {
    do {
      let history = try History(store)
      var owner: PartyKey?
      if let first = try history.events(of: .log).first, case .logOpened = first.body {
        owner = first.statement.assertedBy.party
      }
      var parties: [TableContext.Party] = []
      for event in history.standingRegistrations {
        guard case .partyRegistered(let party) = event.body, case .party(let key) = event.stream else { continue }
        parties.append(.init(key: key, name: party.name, ods: party.ods))
      }
      guard let agreement else { return (TableContext(parties: parties, promises: []), owner) }
      var isMade = false
      var promises: [PromiseKey] = []
      var seen: Set<PromiseKey> = []
      try StandingEvents.forEach(
        of: store, at: try store.positions(in: StreamName.agreement(agreement).description)
      ) { event in
        if case .agreementMade = event.body { isMade = true }
        if case .paymentPromised(let promised) = event.body, seen.insert(promised.promise).inserted {
          promises.append(promised.promise)
        }
      }
      guard isMade else {
        let known = history.agreements.map(\.rawValue)
        throw TrackerError(
          .badData, "there is no agreement “\(agreement)” in this book", place: path,
          next: known.isEmpty
            ? "Record it first: tracker record agreement \(agreement) …"
            : "Agreements: \(known.prefix(8).joined(separator: ", "))\(known.count > 8 ? ", …" : "")")
      }
      return (TableContext(parties: parties, promises: promises), owner)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// What a rule of writers finds against a row. The rules speak of the flags of `record`; a table has a column for the note.
  func reject(_ row: Row, _ finding: RuleFinding) -> TableReading.Reject {
    let note = "in its row, in a column “Note”, or for every row: --set note=\"why\""
    return TableReading.Reject(
      row: row, place: nil, why: numbered(finding.what),
      next: numbered(finding.next).replacing("--note \"why\"", with: note))
  }

  /// Where a row stands in the book, by its ids.
  private struct RowPlace {
    /// The id of a new event.
    var id: EventID
    var position: Int?
    var event: LoggedEvent?
    /// The event says something else than the row does now.
    var isOther = false
  }

  /// Finds the rows that were imported before. An event that was taken back does not count: its row gets a new id.
  private func places(
    of entries: [TableReading.Entry], _ reading: TableReading, _ names: ImportedIDs, _ all: [LoggedEvent],
    _ standing: [LoggedEvent]
  ) throws -> [RowPlace] {
    let nth = Self.nth(reading.kind)
    guard reading.kind != .party else {
      let ids = entries.map { names.id(row: $0.row.number, nth: nth) }
      return zip(ids, try store.positions(of: ids)).map { RowPlace(id: $0, position: $1) }
    }
    var recorded: [EventID: LoggedEvent] = [:]
    for event in all where event.id.version == 5 { recorded[event.id] = event }
    var stands: [EventID: LoggedEvent] = [:]
    for event in standing where event.id.version == 5 { stands[event.id] = event }
    var gone = Set(recorded.keys.filter { stands[$0] == nil })
    var isFirst = true
    return try entries.map { entry in
      let content = entry.statement.content
      var other: LoggedEvent?
      var time = 1
      while true {
        let ids = names.ids(row: entry.row.number, nth: nth, money: reading.money, time: time)
        var isUsed = false
        for id in ids {
          guard let event = stands[id], let first = recorded[id] else {
            isUsed = isUsed || gone.contains(id)
            continue
          }
          isUsed = true
          if event.statement.content == content || first.statement.content == content {
            return RowPlace(id: id, position: event.position, event: event)
          }
          other = other ?? event
        }
        if !isUsed {
          // Rows go in all together, so the first speaks for them; the store itself refuses an id that it has.
          if isFirst, let position = try store.position(of: ids[0]) {
            let retracted = try retractedBeside(position)
            guard retracted.contains(ids[0]) else { throw elsewhere(position) }
            gone.formUnion(retracted)
            continue
          }
          isFirst = false
          return RowPlace(id: ids[0], position: other?.position, event: other, isOther: other != nil)
        }
        time += 1
      }
    }
  }

  func elsewhere(_ position: Int) -> TrackerError {
    TrackerError(
      .badData, "the rows of this file are in the book already, in another agreement", place: path,
      next: "Look at the first:  tracker show \(position + 1)")
  }

  /// Events that were taken back, of the stream in which an event stands.
  func retractedBeside(_ position: Int) throws -> Set<EventID> {
    var decoder = EventDecoder()
    guard let event = try decoder.event(try store.line(at: position), at: position) else { return [] }
    let states = Knowledge.states(try History(store).events(of: event.stream))
    return Set(states.filter { $0.value == .retracted }.keys)
  }

  /// Rows that were imported before and say something else now: both readings, and the ways out.
  private func said(
    _ rows: [(row: Row, event: LoggedEvent, now: Statement)], _ standing: [LoggedEvent], _ lexicon: Lexicon
  ) -> [TableReading.Reject] {
    let runs = ImportedRuns(standing)
    return rows.map { Self.other($0.row, $0.event, $0.now, runs, lexicon) }
  }

  /// - Parameter now: what the row says; nil where that is not held.
  static func other(
    _ row: Row, _ event: LoggedEvent, _ now: Statement?, _ runs: ImportedRuns, _ lexicon: Lexicon
  ) -> TableReading.Reject {
    let run = runs.run(of: event)?.positions ?? event.position...event.position
    let said = event.statement.dated(lexicon, in: event.stream)
    let words = now.map {
      " and is read in another way now: was “\(said)”, is “\($0.dated(lexicon, in: event.stream))”"
    }
    let second = now == nil ? "" : " If the row is one of its own: --second \(row.number)=\"why\""
    return TableReading.Reject(
      row: row, place: nil,
      why: "the row was imported before, as event \(event.position + 1),"
        + (words ?? " and is read in another way now: was “\(said)”"),
      next: "To put the event right: --replaces \(run.lowerBound + 1)-\(run.upperBound + 1) --correct-changed \"why\"."
        + second)
  }

  /// A row that may be a payment of another agreement: counted in both, it would be paid twice.
  static func elsewhere(_ row: Row, _ event: LoggedEvent, _ lexicon: Lexicon) -> TableReading.Reject {
    let number = event.position + 1
    let place = if case .agreement(let key) = event.stream { "agreement \(key)" } else { event.stream.description }
    return TableReading.Reject(
      row: row, place: nil,
      why: "event \(number), in \(place), may be the same payment: "
        + event.statement.dated(lexicon, in: event.stream),
      next: "If there were two: --second \(row.number)=\"why\". "
        + "If it belongs here and not there: tracker retract \(number)")
  }

  /// A row that may be what an event says already, in another version: only whoever imports it knows.
  static func rival(_ row: Row, _ event: LoggedEvent, _ runs: ImportedRuns, _ lexicon: Lexicon) -> TableReading.Reject {
    let number = event.position + 1
    let second = "If the row is one of its own: --second \(row.number)=\"why\""
    var (from, next) = ("", "To put the event right: tracker correct \(number). \(second)")
    if let run = runs.run(of: event) {
      let (first, last) = (run.positions.lowerBound + 1, run.positions.upperBound + 1)
      from = " (from \(run.file), \(event.statement.sources.first?.locator ?? ""))"
      next = "If this is a later version of \(run.file): --replaces \(first)-\(last). \(second)"
    }
    return TableReading.Reject(
      row: row, place: nil,
      why: "the book has what may be the same in another version, event \(number)\(from): "
        + event.statement.dated(lexicon, in: event.stream), next: next)
  }

  /// What became of a table.
  public struct ImportedTable: Sendable {
    /// nil: nothing was left to add.
    public var recorded: Recorded?
    /// Rows that were added from this very file before, with their events' positions.
    public var there: [(row: Int, position: Int)] = []
    /// Rows that say what an event says that came from elsewhere, with its position: left out.
    public var known: [(row: Int, position: Int)] = []
    /// Rows that say what an event of an earlier import said that somebody took back, with its position, while others of that
    /// import stand: left out.
    public var takenBack: [(row: Int, position: Int)] = []
    /// Files that were imported before and have rows in common with this one, where it lacks others of theirs.
    public var overlaps: [Overlap] = []
    /// Rows that state the payee, the sum and the day of a payment in another agreement, of which one has no reference: they
    /// are added and said.
    public var alike: [(row: Int, position: Int)] = []
  }

  public enum TableOutcome: Sendable {
    case added(ImportedTable)
    /// Rules of writers that rows break.
    case refused([TableReading.Reject])
  }

  /// Adds the rows of a table that was understood: all or none.
  ///
  /// An event's id is made from the file's digest, the sheet and the row, so the same file adds nothing a second time. A
  /// row that says the same as an event of another source is left out, once for every such event.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of the file.
  ///   - second: rows that are events of their own although the book has their like, with the reason if one was given.
  ///   - replacing: what an earlier version of the table was compared with: only what is new is added.
  ///   - correcting: why the events of changed rows are put right; nil = they are left as they are.
  ///   - retracting: why events whose rows vanished are taken back; nil = they stay.
  public func importTable(
    _ reading: TableReading, digest: [UInt8], sheet: String, agreement: AgreementKey?, second: [Int: String],
    replacing: Replacement? = nil, correcting: String? = nil, retracting: String? = nil,
    recordedBy: String, isDryRun: Bool, isClockTrusted: Bool, consent: Consent? = nil
  ) throws(TrackerError) -> TableOutcome {
    do {
      var table = ImportedTable()
      // One table may be read once for each kind: the promise and the payment of a row are events of their own.
      let names = ImportedIDs(log: signing.origin ?? "", file: digest, sheet: sheet)
      let entries = replacing?.fresh ?? reading.entries
      let history = try History(store)
      let all = try agreement.map { try history.events(of: .agreement($0)) } ?? []
      let standing = try agreement.map { try history.standing(in: .agreement($0)) } ?? []
      let places = try places(of: entries, reading, names, all, standing)
      if replacing == nil {
        let others = zip(entries, places).filter { $1.isOther && second[$0.row.number] == nil }
        guard others.isEmpty else {
          return .refused(
            said(
              others.compactMap { entry, place in place.event.map { (entry.row, $0, entry.statement) } }, standing,
              Lexicon(history.standingRegistrations)))
        }
      }
      let own = Set(places.compactMap { $0.event?.id })
      // Each event of another source answers for one row.
      var others: [[UInt8]: [Int]] = [:]
      for event in standing.reversed() where !own.contains(event.id) {
        others[event.statement.content, default: []].append(event.position)
      }
      var answered: [[UInt8]: Int] = [:]
      // Where all of an import was taken back, it is made anew; where a part of it was, somebody meant that part.
      let states = Knowledge.states(all)
      let runs = ImportedRuns(standing)
      var takenBack: [[UInt8]: Int] = [:]
      for event in all where states[event.id] == .retracted && TableKind(event.body) == reading.kind {
        if runs.number(of: event) != nil { takenBack[event.statement.content] = event.position }
      }
      var proposals: [Proposal] = []
      var rows: [TableReading.Entry] = []
      var before = 0
      if let replacing, let agreement {
        if let retracting, let by = reading.entries.first?.statement.assertedBy.party {
          proposals += retractions(of: replacing, why: retracting, assertedBy: by, recordedBy: recordedBy)
        }
        if let correcting {
          proposals += try corrections(of: replacing, why: correcting, in: agreement, recordedBy: recordedBy)
        }
        before = proposals.count
      }
      for (entry, place) in zip(entries, places) {
        if let position = place.position, !place.isOther {
          table.there.append((entry.row.number, position))
          continue
        }
        let id = place.id
        let content = entry.statement.content
        var statement = entry.statement
        if let why = second[entry.row.number] {
          let twin = others[content]?.popLast()
          if !why.isEmpty {
            let words = twin.map { "Says the same as event \($0 + 1), and is a second one" } ?? "It is one of its own"
            statement.note = (statement.note.map { "\($0) " } ?? "") + "\(words): \(why)"
          }
        } else if let position = others[content]?.popLast() ?? answered[content] {
          // A row that stands twice, where the book has its like but once, may be a copy: it is left out and said.
          answered[content] = position
          table.known.append((entry.row.number, position))
          continue
        } else if let position = takenBack[content] {
          table.takenBack.append((entry.row.number, position))
          continue
        }
        let proposal = Proposal(id: id, stream: entry.stream, statement: statement, recordedBy: recordedBy)
        guard proposal.draft.widestLine <= Record.longestLine else {
          return .refused([
            TableReading.Reject(
              row: entry.row, place: nil,
              why: "the event would be longer than the \(Record.longestLine) bytes that a line may have",
              next: "Shorten its texts.")
          ])
        }
        proposals.append(proposal)
        rows.append(entry)
      }
      let asked = rows.filter { second[$0.row.number] == nil }
      var doubtful: [TableReading.Reject] = []
      if replacing == nil {
        // What no row answers for may be what a row was before it was put right.
        let left = Set(others.values.joined())
        let rivals = Replacement.rivals(of: asked, among: standing.filter { left.contains($0.position) })
        let lexicon = Lexicon(history.standingRegistrations)
        doubtful += rivals.map { Self.rival($0.entry.row, $0.event, runs, lexicon) }
      }
      if let agreement, reading.kind == .payment {
        let found = try elsewhere(asked.map(\.statement), than: agreement).sorted { $0.key < $1.key }
        let lexicon = Lexicon(history.standingRegistrations)
        doubtful += found.filter { $0.value.degree == .surely }
          .map { Self.elsewhere(asked[$0.key].row, $0.value.event, lexicon) }
        table.alike = found.map { (asked[$0.key].row.number, $0.value.event.position) }
      }
      guard doubtful.isEmpty else { return .refused(doubtful) }
      if replacing == nil {
        let known = Set(table.known.map(\.position))
        let ofKind = standing.filter { TableKind($0.body) == reading.kind }
        let runs = ImportedRuns(ofKind)
        let events = ofKind.lazy.filter { !own.contains($0.id) }.compactMap { event in
          runs.number(of: event).map { (position: event.position, run: $0) }
        }
        table.overlaps = runs.overlaps(of: events, shown: .max, isSaid: { known.contains($0) })
      }
      guard !proposals.isEmpty else { return .added(table) }
      /// Retractions and corrections come before the rows.
      func row(_ index: Int) -> Row {
        if index >= before { return rows[index - before].row }
        let changed = replacing?.changed ?? []
        let retracted = before - (correcting == nil ? 0 : changed.count)
        if index >= retracted { return changed[index - retracted].entry.row }
        return Row(number: 0, cells: [Cell("the retraction of an event that no row speaks of")])
      }
      var refusedRules: [Int: [RuleFinding]] = [:]
      do {
        table.recorded = try add(
          proposals, isDryRun: isDryRun, isClockTrusted: isClockTrusted, consent: consent
        ) { refused in
          refusedRules = refused
          return TrackerError(.badData, "refused")
        }
        return .added(table)
      } catch {
        guard !refusedRules.isEmpty else { throw error }
        return .refused(
          refusedRules.sorted { $0.key < $1.key }.flatMap { index, findings in
            findings.map { reject(row(index), $0) }
          })
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }
}
