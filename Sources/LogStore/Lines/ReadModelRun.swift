/// Applying events to a read model, once for all engines: what is done when an event cannot be taken in.
///
/// The engines differ in where rows are kept and in nothing else; so the rule that batches of any sizes give the same rows
/// is kept here, also for a batch that holds a poison event.
package enum ReadModelRun {
  /// What a batch changed, and how far the model has come.
  package struct Outcome {
    /// nil = the row is removed.
    package var changes: [String: [UInt8]?]
    package var state: ReadModelState
  }

  /// Applies the events that follow a model's position.
  ///
  /// A batch that fails is applied again event by event, up to the one that cannot be taken in: the rows of those before
  /// it stand, and the state names it.
  ///
  /// - Parameter log: may hold more than these events; the model sees no more of it.
  /// - Throws: only what the engine threw while the model asked it for rows or lines (a disk that fails). That says
  ///   nothing about the events, so it must undo the append and not stop the model.
  package static func apply(
    _ model: any ReadModel, _ events: [StoredLine], state: ReadModelState, log: any StreamReading,
    stored: @escaping (String) throws -> [UInt8]?
  ) throws(StoreError) -> Outcome {
    guard state.stoppedAt == nil, let last = events.last else { return Outcome(changes: [:], state: state) }
    do throws(Refusal) {
      var state = state
      let changes = try changes(model, events, end: last.position + 1, log: log, stored: stored)
      state.position = last.position + 1
      return Outcome(changes: changes, state: state)
    } catch {
      if let failure = error.failure { throw failure }
    }
    var outcome = Outcome(changes: [:], state: state)
    for event in events {
      let before = outcome.changes
      do throws(Refusal) {
        let changes = try changes(model, [event], end: event.position + 1, log: log) { key in
          if let changed = before[key] { return changed }
          return try stored(key)
        }
        outcome.changes.merge(changes) { _, new in new }
        outcome.state.position = event.position + 1
      } catch {
        if let failure = error.failure { throw failure }
        outcome.state.stoppedAt = event.position
        outcome.state.reason = error.reason(at: event.position)
        return outcome
      }
    }
    return outcome
  }

  /// Builds all rows from the first event on, in memory, in pages.
  package static func build(
    _ model: any ReadModel, size: Int, pageSize: Int, log: any StreamReading,
    page: (Range<Int>) throws(StoreError) -> [StoredLine]
  ) throws(StoreError) -> (rows: [String: [UInt8]], state: ReadModelState) {
    let built = Rows()
    var state = ReadModelState(version: model.version, position: 0)
    while state.position < size, state.stoppedAt == nil {
      let end = min(size, state.position + max(1, pageSize))
      let outcome = try apply(model, page(state.position..<end), state: state, log: log) { built.rows[$0] }
      for (key, bytes) in outcome.changes { built.rows[key] = bytes }
      state = outcome.state
    }
    return (built.rows, state)
  }

  /// Behind a reference, so that asking for a row while rows are added copies nothing.
  private final class Rows {
    var rows: [String: [UInt8]] = [:]
  }

  /// Why a model did not take events in.
  private struct Refusal: Error {
    let error: any Error
    /// Set where not the events are at fault but the engine.
    var failure: StoreError?

    /// - Parameter position: where the model stopped; an error that names another event says so.
    func reason(at position: Int) -> String {
      guard let error = error as? StoreError else { return "\(error)" }
      guard let other = error.position, other != position else { return error.what }
      return "\(error.what) (event \(other + 1))"
    }
  }

  private static func changes(
    _ model: any ReadModel, _ events: [StoredLine], end: Int, log: any StreamReading,
    stored: @escaping (String) throws -> [UInt8]?
  ) throws(Refusal) -> [String: [UInt8]?] {
    let engine = Engine(log: log, end: end, stored: stored)
    var rows = ReadModelRows(stored: engine.row)
    do {
      try model.apply(events, to: &rows, log: engine)
    } catch {
      throw Refusal(error: error, failure: engine.failure)
    }
    // A model that passes over an error of the engine has worked with less than there is.
    if let failure = engine.failure { throw Refusal(error: failure, failure: failure) }
    if let key = rows.wrongKey {
      throw Refusal(error: StoreError(.readModelStopped, "“\(key)” cannot be the key of a row"))
    }
    return rows.changes
  }

  /// The engine as a model sees it: with no more of the log than there was when the events were added, however they come
  /// in. It remembers an error of the engine, to tell it from one of the model.
  private final class Engine: StreamReading {
    private let log: any StreamReading
    private let end: Int
    private let stored: (String) throws -> [UInt8]?
    private(set) var failure: StoreError?

    init(log: any StreamReading, end: Int, stored: @escaping (String) throws -> [UInt8]?) {
      self.log = log
      self.end = end
      self.stored = stored
    }

    func row(_ key: String) throws -> [UInt8]? {
      do {
        return try stored(key)
      } catch {
        failure = error as? StoreError ?? StoreError(.cannotRead, "\(error)")
        throw error
      }
    }

    func lines(in stream: String) throws(StoreError) -> [StoredLine] {
      do throws(StoreError) {
        var lines = try log.lines(in: stream)
        if let last = lines.last, last.position >= end { lines.removeAll { $0.position >= end } }
        return lines
      } catch {
        failure = error
        throw error
      }
    }
  }
}
