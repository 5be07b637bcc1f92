/// How many threads work on a file of JSON Lines where every line of it is hashed.
///
/// Law: whatever their number, the same bytes, errors and exit codes come out.
public struct ReadingThreads: Hashable, Sendable {
  /// 1 or 2.
  public let count: Int
  /// Did somebody ask for this number?
  public let isAskedFor: Bool

  public static let one = ReadingThreads(count: 1, isAskedFor: true)
  public static let two = ReadingThreads(count: 2, isAskedFor: true)

  /// TRACKER_THREADS, where it is 1 or 2; else 2 where there are two cores.
  ///
  /// - Parameters:
  ///   - variable: the value of an environment variable.
  ///   - cores: of the machine.
  public static func standard(_ variable: (String) -> String?, cores: Int) -> ReadingThreads {
    switch variable("TRACKER_THREADS") {
    case "1": .one
    case "2": .two
    default: ReadingThreads(count: cores > 1 ? 2 : 1, isAskedFor: false)
    }
  }
}
