internal import Dispatch
internal import Synchronization

/// Runs an `async` function to its end on the calling thread, and leaves the shared threads alone.
///
/// The verifier of chains is `async` for the sake of stores and policies that ask somebody else. Ours ask nobody, so it
/// never waits; and nothing else in this house is `async`. Blocking a thread until a task on the shared threads has ended
/// could block all of them; here the task has no other thread than the one that waits for it.
final class OnThisThread<Answer: Sendable>: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var answer: Answer?
  }
  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  private init() {}

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    arrived.signal()
  }

  private func work() -> Answer {
    while true {
      // One signal a job.
      arrived.wait()
      let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
      job?.runSynchronously(on: asUnownedTaskExecutor())
      if let answer = state.withLock({ $0.answer }) { return answer }
    }
  }

  static func run(_ body: @escaping @Sendable () async -> Answer) -> Answer {
    let thread = OnThisThread()
    Task.detached(executorPreference: thread) {
      let answer = await body()
      thread.state.withLock { $0.answer = answer }
    }
    return thread.work()
  }
}
