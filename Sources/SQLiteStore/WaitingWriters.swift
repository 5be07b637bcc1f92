internal import LogStore
internal import Synchronization

/// Writers of one process that wait for the book. Whoever gets it takes along all that wait, in the order in which they
/// came, and they share one commit: a commit costs a sync of the disk, whatever is in it.
final class WaitingWriters: Sendable {
  /// One append, and what became of it.
  final class Write: Sendable {
    let work: @Sendable (BookSession) throws(StoreError) -> Appended
    /// Until then it waits for somebody else who holds the book.
    let deadline: ContinuousClock.Instant
    private let result = Mutex<Result<Appended, StoreError>?>(nil)

    init(deadline: ContinuousClock.Instant, _ work: @escaping @Sendable (BookSession) throws(StoreError) -> Appended) {
      self.work = work
      self.deadline = deadline
    }

    var isFinished: Bool { result.withLock { $0 != nil } }

    /// The first answer stands.
    func finish(_ answer: Result<Appended, StoreError>) {
      result.withLock { if $0 == nil { $0 = answer } }
    }

    func answer() throws(StoreError) -> Appended {
      guard let answer = result.withLock({ $0 }) else { preconditionFailure("an answer without a commit") }
      return try answer.get()
    }
  }

  private let waiting = Mutex<[Write]>([])

  func add(_ write: Write) { waiting.withLock { $0.append(write) } }

  func takeAll() -> [Write] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// Those that waited long enough, and `write` in any case.
  func takeOverdue(_ write: Write) -> [Write] {
    let now = ContinuousClock.now
    return waiting.withLock { waiting in
      let overdue = waiting.filter { $0 === write || $0.deadline <= now }
      waiting.removeAll { write in overdue.contains { $0 === write } }
      return overdue
    }
  }
}
