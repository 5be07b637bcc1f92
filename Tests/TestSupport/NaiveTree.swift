internal import TransparencyLog

/// The tree as RFC 6962, section 2.1, defines it, by recursion over all leaves: slow, and too plain to be wrong in the
/// same way as the code that it is compared with.
package struct NaiveTree {
  /// Leaf hashes.
  package let leaves: [[UInt8]]

  package init(leaves: [[UInt8]]) { self.leaves = leaves }

  /// A tree whose leaves all differ: the entries are the digests of `leaf 0`, `leaf 1` …
  package init(count: Int) {
    leaves = (0..<count).map { LogDigest.leaf(of: LogDigest.entry(of: Array("leaf \($0)".utf8))) }
  }

  /// MTH(D[n])
  package func root(of size: Int) -> [UInt8] { Self.hash(leaves[..<size]) }

  /// MTH(D[range])
  package func hash(over range: Range<Int>) -> [UInt8] { Self.hash(leaves[range]) }

  /// PATH(m, D[n])
  package func inclusion(of index: Int, in size: Int) -> [[UInt8]] { Self.path(index, leaves[..<size]) }

  /// PROOF(m, D[n])
  package func consistency(from old: Int, to size: Int) -> [[UInt8]] { Self.subproof(old, leaves[..<size], true) }

  private static func split(_ count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }

  private static func hash(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let first = leaves.first else { return LogDigest.emptyRoot }
    if leaves.count == 1 { return first }
    let k = leaves.startIndex + split(leaves.count)
    return LogDigest.node(hash(leaves[..<k]), hash(leaves[k...]))
  }

  private static func path(_ m: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
    if leaves.count == 1 { return [] }
    let k = split(leaves.count)
    let (left, right) = (leaves.prefix(k), leaves.dropFirst(k))
    return m < k ? path(m, left) + [hash(right)] : path(m - k, right) + [hash(left)]
  }

  private static func subproof(_ m: Int, _ leaves: ArraySlice<[UInt8]>, _ isKnown: Bool) -> [[UInt8]] {
    if m == leaves.count { return isKnown ? [] : [hash(leaves)] }
    let k = split(leaves.count)
    let (left, right) = (leaves.prefix(k), leaves.dropFirst(k))
    return m <= k
      ? subproof(m, left, isKnown) + [hash(right)] : subproof(m - k, right, false) + [hash(left)]
  }

  // MARK: Shapes

  /// The way from a leaf to the root: on which side each sibling stands. Proofs of one shape are checked alike.
  package static func shape(of index: Int, in size: Int) -> String {
    if size == 1 { return "" }
    let k = split(size)
    return index < k ? shape(of: index, in: k) + "r" : shape(of: index - k, in: size - k) + "l"
  }

  /// The same for a proof of consistency; `n` = it begins with a hash that the checker does not have.
  package static func shape(from old: Int, to size: Int, isKnown: Bool = true) -> String {
    if old == size { return isKnown ? "" : "n" }
    let k = split(size)
    return old <= k
      ? shape(from: old, to: k, isKnown: isKnown) + "r" : shape(from: old - k, to: size - k, isKnown: false) + "l"
  }
}
