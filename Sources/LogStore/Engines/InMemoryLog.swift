public import CanonicalJSON
internal import Synchronization
internal import TransparencyLog

/// The engine of the tests, and the plainest reading of the contract: arrays behind a lock.
public final class InMemoryLog: LogStoring {
  private let state: Mutex<State>
  private let models: [any ReadModel]
  private let environment: LogEnvironment

  public init(environment: LogEnvironment = .system, readModels: [any ReadModel] = []) {
    self.environment = environment
    models = readModels
    state = Mutex(State(readModels))
  }

  private struct State: AppendLookups, StreamReading {
    var lines: [[UInt8]] = []
    var records: [Record] = []
    var entries: [[UInt8]] = []
    var openings: [[[UInt8]]] = []
    var places: [EventID: Int] = [:]
    var streams: [String: [Int]] = [:]
    var frontier = TreeFrontier()
    var modelRows: [String: [String: [UInt8]]] = [:]
    var modelStates: [String: ReadModelState] = [:]

    init(_ models: [any ReadModel]) {
      for model in models { modelStates[model.name] = ReadModelState(version: model.version, position: 0) }
    }

    func streamHead(_ stream: String) -> StreamHead? {
      guard let last = streams[stream]?.last else { return nil }
      return StreamHead(version: records[last].streamVersion, entry: entries[last])
    }

    func known(_ id: EventID) -> StoredLine? { places[id].map { StoredLine(position: $0, line: lines[$0]) } }

    func positions(in stream: String, after version: Int64) -> [Int] {
      (streams[stream] ?? []).filter { records[$0].streamVersion > version }
    }

    func openings(of position: Int) -> [[UInt8]] { openings[position] }

    func lines(in stream: String) -> [StoredLine] {
      (streams[stream] ?? []).map { StoredLine(position: $0, line: lines[$0]) }
    }

    private mutating func add(_ line: AppendPlan.Line) {
      let position = lines.count
      lines.append(line.bytes)
      records.append(line.record)
      entries.append(line.entry)
      openings.append(line.openings.map(\.bytes))
      places[line.record.id] = position
      streams[line.record.stream, default: []].append(position)
      frontier.append(entry: line.entry)
    }

    /// Takes the events from the model's position on.
    mutating func update(_ model: any ReadModel) {
      guard let modelState = modelStates[model.name] else { return }
      let events = (modelState.position..<lines.count).map { StoredLine(position: $0, line: lines[$0]) }
      let outcome = changes(of: model, events, modelState)
      for (key, bytes) in outcome.changes { modelRows[model.name, default: [:]][key] = bytes }
      modelStates[model.name] = outcome.state
    }

    /// A function of its own, so that the rows are not shared any more when they are changed: else all would be copied.
    private func changes(of model: any ReadModel, _ events: [StoredLine], _ modelState: ReadModelState)
      -> ReadModelRun.Outcome
    {
      let rows = modelRows[model.name] ?? [:]
      do {
        return try ReadModelRun.apply(model, events, state: modelState, log: self) { rows[$0] }
      } catch {
        preconditionFailure("memory cannot fail, but did: \(error.what)")
      }
    }

    mutating func add(_ lines: [AppendPlan.Line], models: [any ReadModel]) {
      guard !lines.isEmpty else { return }
      for line in lines { add(line) }
      for model in models { update(model) }
    }
  }

  // MARK: Reading

  public func size() -> Int { state.withLock { $0.lines.count } }

  public func head() -> LogHead { state.withLock { LogHead(size: $0.frontier.size, root: $0.frontier.root) } }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
    guard start >= 0 else { throw StoreError.noSuchEvent(start) }
    var position = start
    let end = limit.map { $0 > Int.max - start ? Int.max : start + $0 } ?? Int.max
    while position < end {
      guard let line = state.withLock({ position < $0.lines.count ? $0.lines[position] : nil }) else { return }
      guard try line.withUnsafeBufferPointer({ try body(position, $0) }) else { return }
      position += 1
    }
  }

  public func lines(at positions: [Int]) throws(StoreError) -> [[UInt8]] {
    let lines = state.withLock { state in
      positions.map { state.lines.indices.contains($0) ? state.lines[$0] : nil }
    }
    var found: [[UInt8]] = []
    for (position, line) in zip(positions, lines) {
      guard let line else { throw StoreError.noSuchEvent(position) }
      found.append(line)
    }
    return found
  }

  public func version(of stream: String) -> Int64 { state.withLock { $0.streamHead(stream)?.version ?? 0 } }
  public func position(of id: EventID) -> Int? { state.withLock { $0.places[id] } }
  public func positions(in stream: String) -> [Int] { state.withLock { $0.streams[stream] ?? [] } }
  public func openings(at position: Int) -> [[UInt8]] {
    state.withLock { $0.openings.indices.contains(position) ? $0.openings[position] : [] }
  }

  // MARK: Writing

  public func append(_ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool)
    throws(StoreError) -> Appended
  {
    let result: Result<Appended, StoreError> = state.withLock { state in
      do throws(StoreError) {
        let plan = try AppendPlan.make(
          drafts, expected: expected, isClockTrusted: isClockTrusted, lastRecordedAt: state.records.last?.recordedAt,
          lookups: state, environment: environment)
        switch plan {
        case .alreadyThere(let positions): return .success(Appended(positions: positions, wasThere: true))
        case .write(let lines):
          let first = state.lines.count
          state.add(lines, models: models)
          return .success(Appended(positions: Array(first..<first + lines.count), wasThere: false))
        }
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  public func restore(_ lines: [[UInt8]]) throws(StoreError) -> Int {
    let result: Result<Int, StoreError> = state.withLock { state in
      do throws(StoreError) {
        let plan = try RestorePlan(
          lines, size: state.lines.count, line: { state.lines[$0] }, head: { state.streamHead($0) },
          isKnown: { state.places[$0] != nil })
        state.add(plan.lines, models: models)
        return .success(plan.lines.count)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  // MARK: Read models

  public func rows(of model: String, prefix: String) -> [ReadModelRow] {
    let rows = state.withLock { $0.modelRows[model] ?? [:] }
    return rows.filter { $0.key.hasPrefix(prefix) }.map { ReadModelRow(key: $0.key, bytes: $0.value) }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  public func state(of model: String) -> ReadModelState? { state.withLock { $0.modelStates[model] } }

  public func rebuild(_ model: any ReadModel, pageSize: Int) throws(StoreError) {
    let snapshot = state.withLock { $0 }
    let built = try ReadModelRun.build(model, size: snapshot.lines.count, pageSize: pageSize, log: snapshot) { page in
      page.map { StoredLine(position: $0, line: snapshot.lines[$0]) }
    }
    state.withLock { state in
      state.modelRows[model.name] = built.rows
      state.modelStates[model.name] = built.state
      // What was added meanwhile.
      state.update(model)
    }
  }
}
