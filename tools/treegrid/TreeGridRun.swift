import Foundation
import TestSupport

/// All proofs of all trees of 1 to 64 leaves, with every bit of every hash flipped, every other index and size, and hashes
/// too few and too many. The tests take one bit in 37.
///
///     treegrid [LEAVES]
@main
struct TreeGridRun {
  static func main() {
    var grid = TreeGrid(most: CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 64, bitStep: 1)
    grid.run()
    for failure in grid.failures { print(failure) }
    print("\(grid.accepted) accepted, \(grid.refused) refused, \(grid.failures.count) of them wrongly")
    if !grid.failures.isEmpty { exit(1) }
  }
}
