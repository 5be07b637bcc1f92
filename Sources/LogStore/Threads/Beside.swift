internal import Glibc
internal import Synchronization

/// Work that runs beside the caller's on a thread of its own, and is over when the call is.
///
/// A thread of its own and none of the shared ones: whoever waits for it holds up nobody else's work. It is started for the
/// call and ends in it, so that nothing goes on behind an error, and a command that needs no second thread has none.
///
/// Its stack may be small: nothing that goes deep belongs there.
enum Beside {
  /// Runs `work` on a second thread while `body` runs on this one, and waits for both.
  ///
  /// What `work` waits for must come to an end when `body` ends, also by an error: `body` sees to that.
  ///
  /// - Returns: what `work` made; nil if the system has no thread to give. Then neither of the two has run.
  static func run<Made: Sendable>(
    _ work: @escaping @Sendable () -> Made, while body: () throws -> Void
  ) rethrows -> Made? {
    let made = Slot<Made>()
    let job = Unmanaged.passRetained(Job { made.put(work()) })
    var thread = pthread_t()
    let isStarted = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().work() }
        return nil
      }, job.toOpaque())
    guard isStarted == 0 else {
      job.release()
      return nil
    }
    do {
      // Also behind an error nothing goes on.
      defer { pthread_join(thread, nil) }
      try body()
    }
    return made.taken
  }

  /// What a thread is given: an object, since a function of C takes a pointer and no closure.
  private final class Job: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  private final class Slot<Made: Sendable>: Sendable {
    private let made = Mutex<Made?>(nil)
    func put(_ value: Made) { made.withLock { $0 = value } }
    var taken: Made? { made.withLock { $0.take() } }
  }
}
