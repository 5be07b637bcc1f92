import AgreementTracker
import CanonicalJSON
import Foundation
import LogStore
import Projections
import TestSupport

/// Imports mutated drafts and replays mutated logs: nothing may crash, nothing may be half written, and every refusal must
/// name its place.
///
///     .build/release/mutants COUNT [SEED]
///
/// Half of the mutants are files of drafts, half are logs. The same seed makes the same mutants. From 20,000 on, the long
/// run (some minutes), every code of the catalogue must have occurred:
///
///     .build/release/mutants 20000
@main
struct Mutants {
  /// A shorter run cannot be asked to hit everything.
  static let long = 20_000

  static func main() throws {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2_000
    let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 1
    let report: MutantRun.Report
    do {
      report = try MutantRun(count: count, seed: seed, folder: NSTemporaryDirectory()).run()
    } catch {
      print("error: \(error)")
      exit(1)
    }
    print(report)
    if !report.isMixed {
      print("error: fewer than a third of the mutants are still JSON, or canonical")
      exit(1)
    }
    if count >= long, !report.missing.isEmpty {
      print("error: the run should have met every code of the catalogue")
      exit(1)
    }
  }
}
