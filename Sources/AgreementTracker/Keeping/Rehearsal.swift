public import CanonicalJSON
internal import LogStore
internal import Projections
internal import SQLiteStore
internal import TransparencyLog

/// What a backup would give back, found out without writing anything: a backup that was never tried is a hope.
public struct Rehearsal: Sendable {
  public var verification: Verification
  /// When its last event was recorded.
  public var lastRecordedAt: Instant?
  /// Agreements whose position was worked out anew from the first event on.
  public var agreements: Int
  /// Do the rows that the backup keeps of them equal those that were worked out anew? nil for a copy as files, which keeps
  /// none.
  public var rowsAgree: Bool?
}

extension Source {
  /// Verifies a backup, or a whole copy as files, and works out in memory what a book made of it would say.
  public func rehearse(_ options: Verification.Options = .init()) throws(TrackerError) -> Rehearsal {
    do {
      let verification = try Verification.run(self, options)
      var last: Instant?
      let copy = InMemoryLog(readModels: [])
      let model = PositionModel()
      guard verification.isSound else {
        return Rehearsal(verification: verification, lastRecordedAt: nil, agreements: 0, rowsAgree: nil)
      }
      var scanner = LineScanner()
      var lines: [[UInt8]] = []
      try log.forEachLine { position, line in
        let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
        if case .event(let record) = parsed { last = record.recordedAt }
        lines.append(Array(line))
        return true
      }
      _ = try copy.restore(lines)
      try copy.rebuild(model, pageSize: 1_000)
      let rows = copy.rows(of: model.name, prefix: "")
      var rowsAgree: Bool?
      if let book {
        rowsAgree = ReadModelRow.digest(of: try book.rows(of: model.name, prefix: "")) == ReadModelRow.digest(of: rows)
      }
      let agreements = try History(copy).agreements.count
      return Rehearsal(
        verification: verification, lastRecordedAt: last, agreements: agreements, rowsAgree: rowsAgree)
    } catch {
      throw TrackerError(error, in: name)
    }
  }
}
