internal import Dispatch
internal import Synchronization

/// A bounded hand-over between two threads: one fills vessels, the other empties them in the same order and gives them back.
///
/// There are never more vessels than it was made with, so whoever fills cannot run ahead of whoever empties, and no room is
/// asked for twice. A vessel is held by one thread at a time; what is in it needs no lock.
final class HandOver<Vessel: Sendable>: Sendable {
  private struct State {
    var filled: [Vessel] = []
    var empty: [Vessel]
    var isStopped = false
  }
  private let state: Mutex<State>
  // One signal a vessel.
  private let filled = DispatchSemaphore(value: 0)
  private let empty = DispatchSemaphore(value: 0)

  init(_ vessels: [Vessel]) {
    state = Mutex(State(empty: vessels))
    for _ in vessels { empty.signal() }
  }

  // MARK: Whoever fills

  /// Waits for a vessel to fill; nil once nobody wants any more.
  func takeEmpty() -> Vessel? {
    empty.wait()
    return state.withLock { $0.isStopped ? nil : $0.empty.popLast() }
  }

  func give(filled vessel: consuming Vessel) {
    var given: Vessel? = consume vessel
    state.withLock { state in
      // Moved and not copied: what the other thread is given has no second holder.
      if let vessel = given.take() { state.filled.append(vessel) }
    }
    filled.signal()
  }

  // MARK: Whoever empties

  /// Waits for the next filled vessel. It must be known of each whether another one follows.
  func takeFilled() -> Vessel {
    filled.wait()
    return state.withLock { state in
      // An end that nobody announced would pass for the end of the log.
      precondition(!state.filled.isEmpty, "one signal a vessel")
      return state.filled.removeFirst()
    }
  }

  func give(empty vessel: consuming Vessel) {
    var given: Vessel? = consume vessel
    state.withLock { state in
      if let vessel = given.take() { state.empty.append(vessel) }
    }
    empty.signal()
  }

  /// No more is wanted: whoever fills need not wait any longer.
  func stop() {
    state.withLock { $0.isStopped = true }
    empty.signal()
  }
}
