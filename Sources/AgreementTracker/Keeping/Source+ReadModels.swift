public import LogStore
internal import Projections
internal import SQLiteStore

extension Source {
  /// The rows of the read models that a book keeps, and those of a rebuild from the first event on; the same, unless somebody
  /// changed them behind the log's back.
  public struct ReadModelCheck: Sendable {
    /// SHA-256 over the rows.
    public var live: [UInt8]
    public var rebuilt: [UInt8]
    /// Where they stopped, if they did.
    public var stopped: ReadModelState?
    public var isSame: Bool { live == rebuilt }
  }

  /// nil = this is no book, and keeps none.
  public func checkReadModels() throws(TrackerError) -> ReadModelCheck? {
    guard let book else { return nil }
    do {
      let model = PositionModel()
      let live = ReadModelRow.digest(of: try book.rows(of: model.name, prefix: ""))
      let state = try book.state(of: model.name)
      let copy = InMemoryLog(readModels: [])
      var lines: [[UInt8]] = []
      try book.forEachLine { _, line in
        lines.append(Array(line))
        return true
      }
      _ = try copy.restore(lines)
      // The more at a time, the fewer times an agreement is folded.
      try copy.rebuild(model, pageSize: 50_000)
      let rebuilt = ReadModelRow.digest(of: copy.rows(of: model.name, prefix: ""))
      return ReadModelCheck(live: live, rebuilt: rebuilt, stopped: state?.stoppedAt == nil ? nil : state)
    } catch {
      throw TrackerError(error, in: name)
    }
  }
}
