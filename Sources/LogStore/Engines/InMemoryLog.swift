public import CanonicalJSON
internal import Synchronization
public import TransparencyLog

/// The engine of the tests, and the plainest reading of the contract: arrays behind a lock.
public final class InMemoryLog: FileStoring {
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
    /// nil = a line that was left out.
    var found: [AppendPlan.Place?] = []
    var entries: [[UInt8]] = []
    var openings: [[[UInt8]]] = []
    var places: [EventID: Int] = [:]
    var streams: [String: [Int]] = [:]
    var tree = TreeHashes()
    var signer: LogSigner?
    var checkpoint: SignedNote?
    var kept: [KeptCheckpoint] = []
    /// Rows of files, by digest.
    var files: [FileDigest: [[UInt8]]] = [:]
    var modelRows: [String: [String: [UInt8]]] = [:]
    var modelStates: [String: ReadModelState] = [:]

    init(_ models: [any ReadModel]) {
      for model in models { modelStates[model.name] = ReadModelState(version: model.version, position: 0) }
    }

    func streamHead(_ stream: String) -> StreamHead? {
      guard let last = streams[stream]?.last else { return nil }
      return StreamHead(version: found[last]?.streamVersion ?? 0, entry: entries[last])
    }

    func positions(of ids: [EventID]) -> [Int?] { ids.map { places[$0] } }

    func line(at position: Int) -> [UInt8]? { lines.indices.contains(position) ? lines[position] : nil }

    func positions(in stream: String, after version: Int64) -> [Int] {
      (streams[stream] ?? []).filter { (found[$0]?.streamVersion ?? 0) > version }
    }

    func openings(of position: Int) -> [[UInt8]] { openings[position] }

    func lines(in stream: String) -> [StoredLine] {
      (streams[stream] ?? []).map { StoredLine(position: $0, line: lines[$0]) }
    }

    private mutating func add(_ line: AppendPlan.Line) {
      let position = lines.count
      lines.append(line.bytes)
      found.append(line.place)
      entries.append(line.entry)
      openings.append(line.openings.map(\.bytes))
      if let place = line.place {
        places[place.id] = position
        streams[place.stream, default: []].append(position)
      }
      tree.append(entry: line.entry)
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

    /// Adds lines, erases what they say, and signs: all of it, or nothing if the signer refuses.
    mutating func add(
      _ lines: [AppendPlan.Line], erasing: Erasure = Erasure(), models: [any ReadModel]
    ) throws(StoreError) {
      // What can be refused comes first; nothing has to be taken back then.
      if !lines.isEmpty {
        var frontier = tree.frontier
        for line in lines { frontier.append(entry: line.entry) }
        try sign(LogHead(size: frontier.size, root: frontier.root))
      }
      for line in lines { add(line) }
      erase(erasing, models: models)
      for model in models { update(model) }
    }

    var head: LogHead { LogHead(size: tree.size, root: tree.frontier.root) }

    mutating func sign(_ head: LogHead) throws(StoreError) {
      guard let signer else { return }
      checkpoint = try signer.note(for: head, after: checkpoint)
    }

    private mutating func erase(_ erasure: Erasure, models: [any ReadModel]) {
      guard !erasure.isEmpty else { return }
      let gone = Set(erasure.openings)
      for position in openings.indices { openings[position].removeAll { gone.contains(Opening.digest(of: $0)) } }
      for position in erasure.lines { lines[position] = LogLine.withheldBytes(entry: entries[position]) }
      for digest in erasure.files { files[digest] = nil }
      // What a model made of a line that is gone must go too.
      for model in models where !erasure.lines.isEmpty {
        modelRows[model.name] = [:]
        modelStates[model.name] = ReadModelState(version: model.version, position: 0)
      }
    }

    mutating func keep(_ checkpoint: KeptCheckpoint) throws(StoreError) {
      try checkpoint.check(isOf: tree)
      let size = try checkpoint.size
      if let index = kept.firstIndex(where: { (try? $0.size) == size }) {
        kept[index] = try kept[index].merged(with: checkpoint)
      } else {
        kept.append(checkpoint)
      }
    }
  }

  // MARK: Reading

  public func size() -> Int { state.withLock { $0.lines.count } }

  public func head() -> LogHead { state.withLock { $0.head } }

  public func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]] {
    try state.withLock { $0.tree }.keptHashes(level: level, in: range)
  }

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

  public func forEachOpening(_ body: (_ position: Int, _ opening: [UInt8]) throws -> Void) throws {
    for (position, openings) in state.withLock({ $0.openings }).enumerated() {
      for opening in openings.sorted(by: { Opening.digest(of: $0) < Opening.digest(of: $1) }) {
        try body(position, opening)
      }
    }
  }

  // MARK: Writing

  public func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure
  ) throws(StoreError) -> Appended {
    try append(drafts, expected: expected, isClockTrusted: isClockTrusted, erasing: erasing, files: [])
  }

  public func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure,
    files: [IncomingFile]
  ) throws(StoreError) -> Appended {
    let result: Result<Appended, StoreError> = state.withLock { state in
      do throws(StoreError) {
        if let position = erasing.lines.first(where: { !state.lines.indices.contains($0) }) {
          throw StoreError.noSuchEvent(position)
        }
        let plan = try AppendPlan.make(
          drafts, expected: expected, isClockTrusted: isClockTrusted,
          lastRecordedAt: state.found.lazy.compactMap { $0?.recordedAt }.last,
          lookups: state, environment: environment)
        switch plan {
        case .alreadyThere(let positions):
          try state.add([], erasing: erasing, models: models)
          return .success(Appended(positions: positions, wasThere: true))
        case .write(let lines):
          let first = state.lines.count
          // Before anything else: a file may be refused.
          let rows = try Self.rows(of: files)
          try state.add(lines, erasing: erasing, models: models)
          state.files.merge(rows) { there, _ in there }
          return .success(Appended(positions: Array(first..<first + lines.count), wasThere: false))
        }
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  public func restore(_ lines: [[UInt8]], openings: [[UInt8]]) throws(StoreError) -> Int {
    let result: Result<Int, StoreError> = state.withLock { state in
      do throws(StoreError) {
        let plan = try RestorePlan(
          lines, openings: openings, size: state.lines.count, line: { state.lines[$0] },
          head: { state.streamHead($0) }, isKnown: { state.places[$0] != nil })
        try state.add(plan.lines, models: models)
        return .success(plan.lines.count)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  // MARK: Files

  private static func rows(of files: [IncomingFile]) throws(StoreError) -> [FileDigest: [[UInt8]]] {
    var all: [FileDigest: [[UInt8]]] = [:]
    for file in files {
      var rows: [[UInt8]] = []
      do { try file.forEachRow { rows.append($1) } } catch let error as StoreError { throw error } catch {
        throw StoreError(.fileDiffers, "the file could not be read to its end: \(error)")
      }
      all[file.digest] = rows
    }
    return all
  }

  public func keep(_ file: IncomingFile) throws(StoreError) {
    let rows = try Self.rows(of: [file])
    state.withLock { $0.files.merge(rows) { there, _ in there } }
  }

  public func storedFiles() -> [StoredFile] {
    state.withLock { $0.files }.map { StoredFile(digest: $0.key, size: $0.value.map(\.count).reduce(0, +)) }
      .sorted { $0.digest < $1.digest }
  }

  public func forEachPiece(of digest: FileDigest, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
    for row in state.withLock({ $0.files[digest] }) ?? [] {
      guard try row.withUnsafeBytes({ try body($0) }) else { return }
    }
  }

  /// What is erased in memory is gone.
  public func purge() {}

  // MARK: Checkpoints

  public func use(_ signer: LogSigner?) { state.withLock { $0.signer = signer } }

  public func checkpoint() -> SignedNote? { state.withLock { $0.checkpoint } }

  public func signHead() throws(StoreError) -> SignedNote {
    let result: Result<SignedNote, StoreError> = state.withLock { state in
      do throws(StoreError) {
        if let checkpoint = state.checkpoint, try KeptCheckpoint(note: checkpoint).size == state.lines.count {
          return .success(checkpoint)
        }
        guard state.signer != nil else { throw StoreError.noSigner }
        try state.sign(state.head)
        guard let checkpoint = state.checkpoint else { throw StoreError.noSigner }
        return .success(checkpoint)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  public func keep(_ checkpoint: KeptCheckpoint) throws(StoreError) {
    let result: Result<Void, StoreError> = state.withLock { state in
      do throws(StoreError) { return .success(try state.keep(checkpoint)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  public func keptCheckpoints() throws(StoreError) -> [KeptCheckpoint] {
    state.withLock { $0.kept }.sorted { ((try? $0.size) ?? 0) < ((try? $1.size) ?? 0) }
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
