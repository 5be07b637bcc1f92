import TestSupport
import Testing
import TransparencyLog

@Suite("The tree against its plain definition")
struct TreeLawTests {
  @Test("Every proof of every tree to 64 leaves holds, equals the plain one, and everything changed in it is refused")
  func grid() {
    // One bit in 37 is flipped; `treegrid` flips all.
    var grid = TreeGrid(most: 64, bitStep: 37)
    grid.run()
    #expect(grid.failures == [])
    // 2,080 leaves and as many pairs of sizes; what else is accepted has the same shape at another size.
    #expect(grid.accepted >= 4_160)
    #expect(grid.refused > 400_000)
  }

  /// The checker sees a shape, not a size; figures worked out by hand from the pictures of trees of 3 and 4 leaves.
  @Test("A proof alone does not tell the size: leaf 0 of 4 passes as leaf 0 of 3, which only a signed size can refute")
  func shapes() throws {
    let tree = NaiveTree(count: 4)
    let proof = tree.inclusion(of: 0, in: 4)
    try InclusionProof.check(proof, index: 0, size: 3, leaf: tree.leaves[0], root: tree.root(of: 4))
    #expect(
      refusal {
        try InclusionProof.check(proof, index: 0, size: 5, leaf: tree.leaves[0], root: tree.root(of: 4))
      } == .badProof)
    try ConsistencyProof.check(
      tree.consistency(from: 2, to: 3), from: 1, root: tree.root(of: 2), to: 2, root: tree.root(of: 3))
  }

  @Test("At random sizes to 5,000 the roots and proofs are those of the definition, and hold")
  func random() throws {
    var random = SeededRandom(seed: 6_962)
    let tree = NaiveTree(count: 5_000)
    var hashes = TreeHashes()
    for leaf in tree.leaves { hashes.append(leaf: leaf) }
    for round in 0..<60 {
      let size = Int.random(in: 1...(round < 20 ? 300 : 5_000), using: &random)
      let (index, old) = (Int.random(in: 0..<size, using: &random), Int.random(in: 1...size, using: &random))
      let root = tree.root(of: size)
      #expect(try hashes.root(of: size) == root, "\(size)")
      let proof = try InclusionProof.prove(index, in: size, hashes)
      #expect(proof == tree.inclusion(of: index, in: size), "\(index) of \(size)")
      try InclusionProof.check(proof, index: index, size: size, leaf: tree.leaves[index], root: root)
      let steps = try ConsistencyProof.prove(from: old, to: size, hashes)
      #expect(steps == tree.consistency(from: old, to: size), "\(old) to \(size)")
      try ConsistencyProof.check(steps, from: old, root: tree.root(of: old), to: size, root: root)
    }
  }

  @Test("Kept nodes are there from their last leaf on, never change, and give every other node")
  func kept() throws {
    let tree = NaiveTree(count: 600)
    var hashes = TreeHashes()
    var seen: [TreeNode: [UInt8]] = [:]
    for size in 1...600 {
      hashes.append(leaf: tree.leaves[size - 1])
      #expect(hashes.size == size)
      for level in stride(from: 0, through: 9, by: TreeNode.keptStep) {
        let count = size >> level
        // Those that are full are all there, and not one more.
        #expect(refusal { _ = try hashes.keptHashes(level: level, in: 0..<count + 1) } == .outOfRange)
        guard count > 0, size.isMultiple(of: 1 << level) || size % 97 == 0 else { continue }
        for (index, hash) in try hashes.keptHashes(level: level, in: 0..<count).enumerated() {
          let node = TreeNode(level: level, index: index)
          #expect(seen[node] == nil || seen[node] == hash)
          seen[node] = hash
        }
      }
    }
    // 600 leaves, 75 of level 3, 9 of level 6, 1 of level 9.
    #expect(seen.count == 685)
    for level in 0...9 {
      for index in 0..<600 >> level {
        let node = TreeNode(level: level, index: index)
        #expect(node.isKept == [0, 3, 6, 9].contains(level))
        #expect(try hashes.hash(of: node) == tree.hash(over: index << level..<(index + 1) << level), "\(node)")
      }
      #expect(refusal { _ = try hashes.hash(of: TreeNode(level: level, index: 600 >> level)) } == .outOfRange)
    }
  }

  @Test("The frontier names each node when its last leaf comes, from below")
  func completing() {
    let tree = NaiveTree(count: 64)
    var frontier = TreeFrontier()
    var count = 0
    for size in 1...64 {
      var level = 0
      frontier.append(leaf: tree.leaves[size - 1]) { node, hash in
        level += 1
        count += 1
        #expect(node == TreeNode(level: level, index: (size >> level) - 1))
        #expect(hash == tree.hash(over: node.index << level..<size))
      }
      #expect(level == size.trailingZeroBitCount)
      #expect(frontier.root == tree.root(of: size))
    }
    #expect(count == 63)
  }

  @Test("What cannot be asked is refused, up to sizes that can hardly be counted, and nothing traps")
  func outOfRange() throws {
    var hashes = TreeHashes()
    for leaf in NaiveTree(count: 5).leaves { hashes.append(leaf: leaf) }
    let hash = LogDigest.emptyRoot
    for (index, size) in [(-1, 5), (5, 5), (6, 5), (0, 0), (0, -1), (Int.max, Int.max), (Int.min, 5)] {
      #expect(refusal { _ = try InclusionProof.prove(index, in: size, hashes) } == .outOfRange, "\(index), \(size)")
      #expect(
        refusal { try InclusionProof.check([], index: index, size: size, leaf: hash, root: hash) } == .outOfRange)
    }
    for (old, size) in [(0, 0), (0, 5), (-1, 5), (6, 5), (5, -1), (Int.min, Int.max), (Int.max, 5)] {
      #expect(refusal { _ = try ConsistencyProof.prove(from: old, to: size, hashes) } == .outOfRange, "\(old), \(size)")
      #expect(
        refusal { try ConsistencyProof.check([], from: old, root: hash, to: size, root: hash) } == .outOfRange)
    }
    for size in [-1, Int.min] { #expect(refusal { _ = try hashes.root(of: size) } == .outOfRange) }
    for size in [6, 7, 8, 1 << 62, Int.max] {
      #expect(refusal { _ = try hashes.root(of: size) } == .outOfRange)
      #expect(refusal { _ = try InclusionProof.prove(0, in: size, hashes) } == .outOfRange)
      #expect(refusal { _ = try ConsistencyProof.prove(from: 1, to: size, hashes) } == .outOfRange)
      for count in [0, 1, 62, 63] {
        let proof = [[UInt8]](repeating: hash, count: count)
        for index in [0, 1, size / 2, size - 1] {
          #expect(
            refusal { try InclusionProof.check(proof, index: index, size: size, leaf: hash, root: hash) } == .badProof)
        }
        for old in [1, size / 2, size - 1] {
          #expect(
            refusal { try ConsistencyProof.check(proof, from: old, root: hash, to: size, root: hash) } == .badProof)
        }
      }
    }
    let many = [[UInt8]](repeating: hash, count: 64)
    #expect(refusal { try InclusionProof.check(many, index: 0, size: 5, leaf: hash, root: hash) } == .malformedProof)
    #expect(refusal { try ConsistencyProof.check(many, from: 1, root: hash, to: 5, root: hash) } == .malformedProof)
    for wrong in [[], Array(hash.dropLast()), hash + [0]] {
      #expect(
        refusal { try InclusionProof.check([], index: 0, size: 1, leaf: wrong, root: wrong) } == .malformedProof)
      #expect(
        refusal { try ConsistencyProof.check([], from: 1, root: wrong, to: 1, root: wrong) } == .malformedProof)
    }
  }
}
