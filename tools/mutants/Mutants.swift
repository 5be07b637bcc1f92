import AgreementTracker
import CanonicalJSON
import Foundation
import LogStore
import Projections
import TestSupport

/// Imports mutated drafts and replays mutated logs: nothing may crash, nothing may be half written, and every refusal must
/// name its place.
///
///     mutants COUNT [SEED]
@main
struct Mutants {
  static func main() throws {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3_000
    let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 1
    let report = try MutantRun(count: count, seed: seed, folder: NSTemporaryDirectory()).run()
    print(report)
  }
}
