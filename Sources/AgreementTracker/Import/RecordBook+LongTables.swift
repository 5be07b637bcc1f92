public import Agreements
internal import LogStore
internal import Projections
internal import Reports
internal import SQLiteStore
public import Spreadsheets
public import Tables

// Tables that are too long to be held: gone over twice, and added page by page in one transaction.

extension RecordBook {
  static func nth(_ kind: TableKind) -> Int { (TableKind.allCases.firstIndex(of: kind) ?? 0) + 1 }

  /// Begins to count the rows of a long table.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of the file.
  ///   - money: where the sums stand.
  ///   - agreement: with whose events the rows will be compared.
  ///   - folder: for temporary files.
  public func census(
    digest: [UInt8], _ kind: TableKind, money: TablePlan.MoneyColumn, of agreement: AgreementKey, folder: String
  ) throws(TrackerError) -> RowCensus {
    do {
      let positions = try store.positions(in: StreamName.agreement(agreement).description)
      // Of many events some are sure to be of the kind.
      var hasEvents = positions.count > Self.page
      if !hasEvents {
        try StandingEvents.forEach(of: store, at: positions) { event in
          if TableKind(event.body) == kind { hasEvents = true }
        }
      }
      return try RowCensus(
        ImportedIDs(log: signing.origin ?? "", file: digest), kind, money: money, hasEvents: hasEvents,
        hasElsewhere: kind == .payment ? hasPayments(outside: agreement) : false, folder: folder)
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The first rows of a long table that were imported before and are read in another way now, or that may be events in
  /// another version, each as a reason to refuse it.
  public func versions(_ census: RowCensus, agreement: AgreementKey) throws(TrackerError) -> [TableReading.Reject] {
    do {
      let wanted = Set((census.others.shown + census.rivals.shown).map(\.position))
      var events: [Int: LoggedEvent] = [:]
      var runs = ImportedRuns()
      try StandingEvents.forEach(
        of: store, at: try store.positions(in: StreamName.agreement(agreement).description)
      ) { event in
        if wanted.contains(event.position) { events[event.position] = event }
        runs.add(event)
      }
      let lexicon = Lexicon(try History(store).standingRegistrations)
      func rejects(
        _ rows: [(row: Int, position: Int)], _ reject: (Row, Int) throws -> TableReading.Reject?
      ) rethrows -> [TableReading.Reject] {
        try rows.compactMap { try reject(Row(number: $0.row, cells: []), $0.position) }
      }
      let others = rejects(census.others.shown) { row, position in
        events[position].map { Self.other(row, $0, nil, runs, lexicon) }
      }
      let rivals = rejects(census.rivals.shown) { row, position in
        events[position].map { Self.rival(row, $0, runs, lexicon) }
      }
      let elsewhere = try rejects(census.elsewhere.shown) { row, position in
        try self.event(standingAt: position).map { Self.elsewhere(row, $0, lexicon) }
      }
      return others + rivals + elsewhere
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// An event as it stands.
  private func event(standingAt position: Int) throws -> LoggedEvent? {
    var decoder = EventDecoder()
    guard let event = try decoder.event(try store.line(at: position), at: position) else { return nil }
    var found: LoggedEvent?
    try StandingEvents.forEach(of: store, at: try store.positions(in: event.stream.description)) { event in
      if event.position == position { found = event }
    }
    return found
  }

  /// What became of a long table.
  public struct ImportedLong: Sendable {
    /// Positions of the events; empty if nothing was added.
    public var positions: Range<Int>
    /// Rows that the rules of writers refused; then nothing was added.
    public var refused: Int
  }

  private struct Refused: Error {
    var rows: Int
  }

  static let page = 1_000

  /// Compares the rows that were counted with the book.
  public func settle(_ census: RowCensus, agreement: AgreementKey, second: Set<Int>) throws(TrackerError) {
    do {
      let positions = try store.positions(in: StreamName.agreement(agreement).description)
      let here = Set(positions)
      var time = 1
      // In another agreement, and taken back there: the rows are free again.
      while let position = try store.position(of: census.id(of: census.firstRow)), !here.contains(position) {
        guard try retractedBeside(position).contains(census.id(of: census.firstRow)) else { throw elsewhere(position) }
        time += 1
        census.begin(time: time)
      }
      try census.settle(store, at: positions, second: second) {
        try forEachPayment(outside: agreement, mayFit: { _, _ in true }, $0)
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// Adds the rows of a long table that are not there yet: all or none.
  ///
  /// The rows are read once more, judged and written in pages, all in one transaction: nothing of them is in the book before
  /// the commit, which bears one checkpoint. Memory holds one page, and what the rules keep of the agreement.
  ///
  /// - Parameters:
  ///   - census: of this very table, settled.
  ///   - second: why some rows are events of their own although the book has their like.
  ///   - refuse: gets each row that breaks a rule of writers; then nothing is added, and the rest is judged all the same.
  ///   - progress: called every now and then with the number of rows added.
  public func importLong(
    _ table: Spreadsheet, _ reading: TableReading, census: RowCensus, agreement: AgreementKey,
    second: [Int: String] = [:],
    recordedBy: String, isDryRun: Bool, isClockTrusted: Bool, refuse: ([TableReading.Reject]) throws -> Void,
    progress: (Int) -> Void = { _ in }
  ) throws(TrackerError) -> ImportedLong {
    do {
      if !isDryRun { try signing.check() }
      let stream = StreamName.agreement(agreement)
      let version = try store.version(of: stream.description)
      var rules = try rules(for: stream)
      var refused = 0
      func go(_ add: ([EventDraft]) throws -> Void) throws {
        var page: [EventDraft] = []
        var done = 0
        try reading.forEachRow(of: table) { entry in
          guard !census.isSkipped(entry.row.number) else { return }
          var statement = entry.statement
          if let why = second[entry.row.number], !why.isEmpty {
            statement.note = (statement.note.map { "\($0) " } ?? "") + "It is a second one: \(why)"
          }
          let findings = rules.admit(statement, in: stream)
          guard findings.isEmpty else {
            refused += 1
            return try refuse(findings.map { reject(entry.row, $0) })
          }
          guard refused == 0 else { return }
          page.append(
            Proposal(
              id: census.id(of: entry.row.number), stream: stream, statement: statement, recordedBy: recordedBy
            ).draft)
          guard page.count == Self.page else { return }
          try add(page)
          done += page.count
          page.removeAll(keepingCapacity: true)
          if done.isMultiple(of: 50_000) { progress(done) }
        }
        if refused > 0 { throw Refused(rows: refused) }
        if !page.isEmpty { try add(page) }
      }
      do {
        if isDryRun {
          try go { _ in }
          return ImportedLong(positions: 0..<0, refused: 0)
        }
        let positions = try store.appendLong(
          expected: [stream.description: .exact(version)], isClockTrusted: isClockTrusted
        ) { pages in try go { try pages.add($0) } }
        rememberHead()
        return ImportedLong(positions: positions, refused: 0)
      } catch let error as Refused {
        return ImportedLong(positions: 0..<0, refused: error.rows)
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The rules with all that events of one agreement can stand on: parties, papers and the agreement itself. What other
  /// agreements say is not needed and not read.
  private func rules(for stream: StreamName) throws -> RuleBook {
    let store = self.store
    var rules = RuleBook { position in
      // What a correction or retraction speaks of is read again; few do.
      guard let line = try? store.line(at: position) else { return nil }
      var decoder = EventDecoder()
      return try? decoder.event(line, at: position)?.statement
    }
    for event in try History(store).registrations {
      rules.apply(event.statement, id: event.id, in: event.stream, at: event.position)
    }
    var decoder = EventDecoder()
    let positions = try store.positions(in: stream.description)
    for start in stride(from: 0, to: positions.count, by: Self.page) {
      let some = Array(positions[start..<min(positions.count, start + Self.page)])
      for (position, line) in zip(some, try store.lines(at: some)) {
        guard let event = try decoder.event(line, at: position) else { continue }
        rules.apply(event.statement, id: event.id, in: event.stream, at: position)
      }
    }
    return rules
  }
}
