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

    mutating func add(_ line: AppendPlan.Line) {
      let position = lines.count
      lines.append(line.bytes)
      records.append(line.record)
      entries.append(line.entry)
      openings.append(line.openings.map(\.bytes))
      places[line.record.id] = position
      streams[line.record.stream, default: []].append(position)
      frontier.append(entry: line.entry)
    }

    /// Takes the events from the model's position on; an event that it cannot take stops it there.
    mutating func update(_ model: any ReadModel) {
      guard var modelState = modelStates[model.name], modelState.stoppedAt == nil else { return }
      let from = modelState.position
      let events = (from..<lines.count).map { StoredLine(position: $0, line: lines[$0]) }
      let stored = modelRows[model.name] ?? [:]
      var rows = ReadModelRows(stored: { stored[$0] })
      do {
        try model.apply(events, to: &rows, log: self)
        for (key, bytes) in rows.changes { modelRows[model.name, default: [:]][key] = bytes }
        modelState.position = lines.count
      } catch {
        modelState = modelState.stopped(by: error, from: from)
      }
      modelStates[model.name] = modelState
    }
  }

  // MARK: Reading

  public func size() -> Int { state.withLock { $0.lines.count } }

  public func head() -> LogHead { state.withLock { LogHead(size: $0.frontier.size, root: $0.frontier.root) } }

  public func forEachLine(
    from start: Int, limit: Int?, _ body: (_ position: Int, _ line: UnsafeBufferPointer<UInt8>) throws -> Bool
  ) throws {
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
      guard let line else { throw StoreError(.noSuchPosition, "there is no event \(position + 1)", position: position) }
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
          for line in lines { state.add(line) }
          if !lines.isEmpty { for model in models { state.update(model) } }
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
        for line in plan.lines { state.add(line) }
        if !plan.lines.isEmpty { for model in models { state.update(model) } }
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
    state.withLock { state in
      let lines = state.lines
      let (rows, modelState) = ReadModelBuild.all(model, size: lines.count, pageSize: pageSize, log: state) {
        lines[$0]
      }
      state.modelRows[model.name] = rows
      state.modelStates[model.name] = modelState
    }
  }
}
