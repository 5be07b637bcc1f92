/// That one entry stands at one place of a tree (RFC 6962, section 2.1.1).
///
/// Law: `check(prove(i, n), i, n, leaf(i), root(n))` holds for every i < n, and for no other leaf, place or root.
///
/// It does hold for another size in whose tree the way from the leaf to the root has the same shape (leaf 0 of 3 and of 4):
/// size and root belong together only because a checkpoint signs both.
public enum InclusionProof {
  /// No tree that can be counted needs more.
  public static let mostHashes = 63

  /// The siblings on the way from leaf `index` up to the root of the tree of `size` leaves.
  public static func prove(_ index: Int, in size: Int, _ hashes: some TreeHashReading) throws -> [[UInt8]] {
    guard index >= 0, index < size else {
      throw ProofFault(.outOfRange, "a tree of \(size) leaves has no leaf with the index \(index)")
    }
    var proof: [[UInt8]] = []
    var range = 0..<size
    while range.count > 1 {
      let split = range.lowerBound + TreeNode.largestPower(below: range.count)
      if index < split {
        proof.append(try hashes.hash(over: split..<range.upperBound))
        range = range.lowerBound..<split
      } else {
        proof.append(try hashes.hash(over: range.lowerBound..<split))
        range = split..<range.upperBound
      }
    }
    return proof.reversed()
  }

  /// RFC 9162, section 2.1.3.2. The proof must be used up exactly.
  public static func check(
    _ proof: [[UInt8]], index: Int, size: Int, leaf: [UInt8], root: [UInt8]
  ) throws(ProofFault) {
    guard index >= 0, index < size else {
      throw ProofFault(.outOfRange, "a tree of \(size) leaves has no leaf with the index \(index)")
    }
    guard proof.count <= mostHashes, (proof + [leaf, root]).allSatisfy({ $0.count == 32 }) else {
      throw ProofFault(.malformedProof, "a proof is at most \(mostHashes) hashes of 32 bytes")
    }
    var (place, last) = (index, size - 1)
    var hash = leaf
    for sibling in proof {
      guard last > 0 else { throw ProofFault(.badProof, "the proof has more hashes than the tree has levels") }
      if place & 1 == 1 || place == last {
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
    guard hash == root else { throw ProofFault(.badProof, "the proof does not lead to the root") }
  }
}
