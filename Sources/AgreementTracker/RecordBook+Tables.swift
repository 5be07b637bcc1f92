public import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import SQLiteStore
internal import Spreadsheets
public import Tables

// Tables on their way into the book: all rows or none, and none twice.

extension RecordBook {
  /// What a table must fit to, and who says what it says unless somebody else is named: the owner of the book.
  public func tableContext(for agreement: AgreementKey) throws(TrackerError) -> (
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

  /// What became of a table.
  public struct ImportedTable: Sendable {
    /// nil: nothing was left to add.
    public var recorded: Recorded?
    /// Rows that were added from this very file before, with their events' positions.
    public var there: [(row: Int, position: Int)] = []
    /// Rows that say what an event says that came from elsewhere, with its position: left out.
    public var known: [(row: Int, position: Int)] = []
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
  ///   - second: rows that are events of their own although the book has their like.
  public func importTable(
    _ reading: TableReading, digest: [UInt8], sheet: String, agreement: AgreementKey, second: Set<Int>,
    recordedBy: String, isDryRun: Bool, isClockTrusted: Bool, consent: Consent? = nil
  ) throws(TrackerError) -> TableOutcome {
    do {
      var table = ImportedTable()
      // One table may be read once for each kind: the promise and the payment of a row are events of their own.
      let names = ImportedIDs(log: signing.origin ?? "", file: digest, sheet: sheet)
      let ids = reading.entries.map { names.id(row: $0.row.number, nth: Self.nth(reading.kind)) }
      let own = Set(ids)
      let history = try History(store)
      var positions: [EventID: Int] = [:]
      for event in try history.events(of: .agreement(agreement)) { positions[event.id] = event.position }
      // Each event of another source answers for one row.
      var others: [AnyHashable: [Int]] = [:]
      for event in try history.standing(in: .agreement(agreement)).reversed() where !own.contains(event.id) {
        others[AnyHashable(TableReading.content(of: event.statement)), default: []].append(event.position)
      }
      var proposals: [Proposal] = []
      var rows: [TableReading.Entry] = []
      for (entry, id) in zip(reading.entries, ids) {
        if let position = positions[id] {
          table.there.append((entry.row.number, position))
          continue
        }
        // Rows go in all together, so the first speaks for them; the store itself refuses an id that it has.
        if rows.isEmpty, let position = try store.position(of: id) {
          throw TrackerError(
            .badData, "the rows of this file are in the book already, in another agreement", place: path,
            next: "Look at the first:  tracker show \(position + 1)")
        }
        let content = AnyHashable(TableReading.content(of: entry.statement))
        if !second.contains(entry.row.number), let position = others[content]?.popLast() {
          table.known.append((entry.row.number, position))
          continue
        }
        let proposal = Proposal(
          id: id, stream: .agreement(agreement), statement: entry.statement, recordedBy: recordedBy)
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
      guard !proposals.isEmpty else { return .added(table) }
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
            findings.map { finding in
              TableReading.Reject(
                row: rows[index].row, place: nil, why: numbered(finding.what), next: numbered(finding.next))
            }
          })
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }
}
