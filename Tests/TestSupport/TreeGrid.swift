internal import TransparencyLog

/// Every proof of every small tree, and everything that can be wrong with one.
///
/// The whole grid (`bitStep` 1, trees to 64 leaves) is eight million checks; the tests take a thinned one, and
/// `treegrid` takes all of it.
package struct TreeGrid {
  /// The largest tree.
  package let most: Int
  /// Of each hash every so many bits are flipped, one at a time.
  package let bitStep: Int

  package private(set) var accepted = 0
  package private(set) var refused = 0
  /// What should have been accepted or refused and was not; the first twenty.
  package private(set) var failures: [String] = []

  private let tree: NaiveTree
  private let hashes: TreeHashes
  private let roots: [[UInt8]]

  package init(most: Int, bitStep: Int) {
    self.most = most
    self.bitStep = bitStep
    tree = NaiveTree(count: most)
    var hashes = TreeHashes()
    for leaf in tree.leaves { hashes.append(leaf: leaf) }
    self.hashes = hashes
    roots = (0...most).map(tree.root(of:))
  }

  package mutating func run() {
    for size in 1...most {
      for index in 0..<size { inclusion(index, size) }
      for old in 1...size { consistency(old, size) }
    }
  }

  private mutating func expect(_ isHolding: Bool, _ what: @autoclosure () -> String, _ check: () throws -> Void) {
    let result = Result { try check() }
    let isAccepted = if case .success = result { true } else { false }
    if isAccepted { accepted += 1 } else { refused += 1 }
    guard isAccepted != isHolding, failures.count < 20 else { return }
    failures.append("\(isAccepted ? "accepted" : "refused"): \(what())")
  }

  /// The flips of one bit each.
  private func flips(_ hash: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: 8 * hash.count, by: bitStep).map { bit in
      var flipped = hash
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      return flipped
    }
  }

  private mutating func inclusion(_ index: Int, _ size: Int) {
    let (leaf, root) = (tree.leaves[index], roots[size])
    guard let proof = try? InclusionProof.prove(index, in: size, hashes), proof == tree.inclusion(of: index, in: size)
    else {
      failures.append("no proof, or another than the plain one: leaf \(index) of \(size)")
      return
    }
    expect(true, "leaf \(index) of \(size)") {
      try InclusionProof.check(proof, index: index, size: size, leaf: leaf, root: root)
    }
    for other in [-1] + Array(0...most) where other != index {
      expect(false, "leaf \(index) of \(size) as \(other)") {
        try InclusionProof.check(proof, index: other, size: size, leaf: leaf, root: root)
      }
    }
    for other in -1...most where other != size {
      // Only the shape of the way is checked, not the size itself.
      let isAlike = other > index && NaiveTree.shape(of: index, in: other) == NaiveTree.shape(of: index, in: size)
      expect(isAlike, "leaf \(index) of \(size) as if of \(other)") {
        try InclusionProof.check(proof, index: index, size: other, leaf: leaf, root: root)
      }
    }
    for wrong in flips(leaf) {
      expect(false, "another leaf \(index) of \(size)") {
        try InclusionProof.check(proof, index: index, size: size, leaf: wrong, root: root)
      }
    }
    for wrong in flips(root) {
      expect(false, "leaf \(index) of \(size), another root") {
        try InclusionProof.check(proof, index: index, size: size, leaf: leaf, root: wrong)
      }
    }
    for wrong in changes(of: proof) {
      expect(false, "leaf \(index) of \(size), another proof of \(wrong.count) hashes") {
        try InclusionProof.check(wrong, index: index, size: size, leaf: leaf, root: root)
      }
    }
  }

  private mutating func consistency(_ old: Int, _ size: Int) {
    let (oldRoot, root) = (roots[old], roots[size])
    guard let proof = try? ConsistencyProof.prove(from: old, to: size, hashes),
      proof == tree.consistency(from: old, to: size)
    else {
      failures.append("no proof, or another than the plain one: \(old) to \(size)")
      return
    }
    expect(true, "\(old) to \(size)") {
      try ConsistencyProof.check(proof, from: old, root: oldRoot, to: size, root: root)
    }
    let shape = NaiveTree.shape(from: old, to: size)
    for other in -1...most where other != old {
      let isAlike = other > 0 && other <= size && NaiveTree.shape(from: other, to: size) == shape
      expect(isAlike, "\(old) to \(size) as if from \(other)") {
        try ConsistencyProof.check(proof, from: other, root: oldRoot, to: size, root: root)
      }
    }
    for other in -1...most where other != size {
      // From a size to itself nothing is checked but that the roots are one.
      let isAlike = other > old && old < size && NaiveTree.shape(from: old, to: other) == shape
      expect(isAlike, "\(old) to \(size) as if to \(other)") {
        try ConsistencyProof.check(proof, from: old, root: oldRoot, to: other, root: root)
      }
    }
    for wrong in flips(oldRoot) {
      expect(false, "\(old) to \(size), another earlier root") {
        try ConsistencyProof.check(proof, from: old, root: wrong, to: size, root: root)
      }
    }
    for wrong in flips(root) {
      expect(false, "\(old) to \(size), another later root") {
        try ConsistencyProof.check(proof, from: old, root: oldRoot, to: size, root: wrong)
      }
    }
    for wrong in changes(of: proof) {
      expect(false, "\(old) to \(size), another proof of \(wrong.count) hashes") {
        try ConsistencyProof.check(wrong, from: old, root: oldRoot, to: size, root: root)
      }
    }
  }

  /// One bit flipped, one hash too few, too many or too short, two hashes in each other's place.
  private func changes(of proof: [[UInt8]]) -> [[[UInt8]]] {
    var changes: [[[UInt8]]] = []
    for place in proof.indices {
      for wrong in flips(proof[place]) {
        var changed = proof
        changed[place] = wrong
        changes.append(changed)
      }
      var (shorter, cut, swapped) = (proof, proof, proof)
      shorter.remove(at: place)
      cut[place].removeLast()
      changes += [shorter, cut]
      if place > 0 {
        swapped.swapAt(place - 1, place)
        changes.append(swapped)
      }
    }
    for place in 0...proof.count {
      var longer = proof
      longer.insert(roots[0], at: place)
      changes.append(longer)
    }
    return changes
  }
}
