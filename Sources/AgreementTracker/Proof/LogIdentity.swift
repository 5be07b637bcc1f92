import Agreements
import CanonicalJSON
import LogStore
import Projections
public import TransparencyLog

/// What a log says of itself: its origin, and the keys that it has had.
///
/// All of it stands in the log, so whoever wrote the log chose it: it says who claims to sign, not who does. That comes from
/// a policy, which the reader has from elsewhere.
public struct LogIdentity: Sendable {
  /// What `LogOpened` says; nil for bare JSON Lines without one.
  public private(set) var origin: String?
  /// The keys in the order in which they came, each with the position of the event that brought it.
  public private(set) var keys: [(key: VerifierKey, since: Int)] = []
  /// Changes of a key: where, the key until then, and whether the event gives a reason.
  private(set) var rotations: [(position: Int, old: VerifierKey, isExplained: Bool)] = []
  /// Notes about the log itself that name keys which are none, or do not follow each other; by position.
  private(set) var faults: [(position: Int, text: String)] = []

  init() {}

  /// Out of the log's own stream.
  init(_ store: some LogStoring) throws {
    var decoder = EventDecoder()
    let positions = try store.positions(in: StreamName.log.description)
    for (position, line) in zip(positions, try store.lines(at: positions)) {
      if let event = try decoder.event(line, at: position) { take(event.body, at: position) }
    }
  }

  /// Takes in the next event of the log's own stream.
  mutating func take(_ body: EventBody, at position: Int) {
    switch body {
    case .logOpened(let opened):
      guard position == 0 else { return }
      origin = opened.origin
      if let vkey = opened.vkey { add(vkey, at: position) }
    case .keyRotated(let rotated):
      guard rotated.old == current?.text ?? "" else {
        faults.append((position, "the key that it replaces is not the one that the log had"))
        return
      }
      if let old = current { rotations.append((position, old, rotated.reason != nil)) }
      add(rotated.new, at: position)
    default: return
    }
  }

  private mutating func add(_ text: String, at position: Int) {
    do throws(ProofFault) {
      let key = try VerifierKey(text)
      guard key.type == .ed25519, key.name == origin else {
        throw ProofFault(.malformedKey, "the key of a log bears the log's origin as its name")
      }
      keys.append((key, position))
    } catch {
      faults.append((position, "its key cannot be used: \(error.why)"))
    }
  }

  /// The key that signs now.
  public var current: VerifierKey? { keys.last?.key }

  /// The key that signed a tree of so many events: the latest that it contains.
  func key(at size: Int) -> VerifierKey? { keys.last { $0.since < size }?.key }
}
