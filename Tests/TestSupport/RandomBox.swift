import CanonicalJSON
internal import Synchronization

/// Seeded bytes that several threads may draw from.
package final class RandomBox: Sendable {
  private let random: Mutex<SeededRandom>

  package init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }

  package func bytes(_ count: Int) -> [UInt8] {
    random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
  }
}
