/// That a tree contains an earlier tree unchanged at its beginning (RFC 6962, section 2.1.2).
///
/// Law: `check(prove(m, n), m, root(m), n, root(n))` holds for all 0 < m ≤ n, and for no other roots. From size 0 there is
/// no proof: every tree contains nothing, which says nothing.
///
/// It does hold for other sizes between which the way has the same shape (1 to 2 and 2 to 3): a size and its root belong
/// together only because a checkpoint signs both.
public enum ConsistencyProof {
  public static func prove(from old: Int, to size: Int, _ hashes: some TreeHashReading) throws -> [[UInt8]] {
    try checkSizes(old, size)
    var proof: [[UInt8]] = []
    var range = 0..<size
    // Is the old tree, as far as this range goes, a whole subtree whose root the checker has?
    var isKnown = true
    while old < range.upperBound {
      let split = range.lowerBound + TreeNode.largestPower(below: range.count)
      if old <= split {
        proof.append(try hashes.hash(over: split..<range.upperBound))
        range = range.lowerBound..<split
      } else {
        proof.append(try hashes.hash(over: range.lowerBound..<split))
        range = split..<range.upperBound
        isKnown = false
      }
    }
    if !isKnown { proof.append(try hashes.hash(over: range)) }
    return proof.reversed()
  }

  /// RFC 9162, section 2.1.4.2. The proof must be used up exactly; equal sizes need an empty one.
  public static func check(
    _ proof: [[UInt8]], from old: Int, root oldRoot: [UInt8], to size: Int, root: [UInt8]
  ) throws(ProofFault) {
    try checkSizes(old, size)
    guard proof.count <= InclusionProof.mostHashes, (proof + [oldRoot, root]).allSatisfy({ $0.count == 32 }) else {
      throw ProofFault(.malformedProof, "a proof is at most \(InclusionProof.mostHashes) hashes of 32 bytes")
    }
    if old == size {
      guard proof.isEmpty else { throw ProofFault(.badProof, "trees of one size need no proof, but hashes are given") }
      guard oldRoot == root else { throw ProofFault(.badProof, "two trees of one size have different roots") }
      return
    }
    var (place, last) = (old - 1, size - 1)
    while place & 1 == 1 {
      place >>= 1
      last >>= 1
    }
    var rest = proof[...]
    // A whole old tree is its own first hash.
    guard let first = old.nonzeroBitCount == 1 ? oldRoot : rest.popFirst() else {
      throw ProofFault(.badProof, "the proof is empty")
    }
    var (oldHash, hash) = (first, first)
    for sibling in rest {
      guard last > 0 else { throw ProofFault(.badProof, "the proof has more hashes than the tree has levels") }
      if place & 1 == 1 || place == last {
        oldHash = LogDigest.node(sibling, oldHash)
        hash = LogDigest.node(sibling, hash)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        hash = LogDigest.node(hash, sibling)
      }
      place >>= 1
      last >>= 1
    }
    guard last == 0 else { throw ProofFault(.badProof, "the proof has fewer hashes than the tree has levels") }
    guard oldHash == oldRoot else { throw ProofFault(.badProof, "the proof does not lead to the earlier root") }
    guard hash == root else { throw ProofFault(.badProof, "the proof does not lead to the later root") }
  }

  private static func checkSizes(_ old: Int, _ size: Int) throws(ProofFault) {
    guard old > 0 else { throw ProofFault(.outOfRange, "no proof is possible from a tree without leaves") }
    guard old <= size else { throw ProofFault(.outOfRange, "a tree of \(size) leaves cannot contain one of \(old)") }
  }
}
