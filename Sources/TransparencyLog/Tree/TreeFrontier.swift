/// The right edge of an RFC 6962 tree: as much as is needed to add leaves and to tell the root.
///
/// Law: after n leaves it holds one subtree root for each bit set in n, the largest subtree first; adding a leaf costs at
/// most log2(n) + 1 hashes, and no earlier leaf is read again.
public struct TreeFrontier: Hashable, Sendable {
  public private(set) var size: Int
  /// Roots of the perfect subtrees, largest first.
  public private(set) var subtrees: [[UInt8]]

  public init() {
    size = 0
    subtrees = []
  }

  /// Takes back what `size` and `subtrees` gave; nil if they do not belong together.
  public init?(size: Int, subtrees: [[UInt8]]) {
    guard size >= 0, subtrees.count == size.nonzeroBitCount, subtrees.allSatisfy({ $0.count == 32 }) else { return nil }
    self.size = size
    self.subtrees = subtrees
  }

  // MARK: To bytes and back, a pair

  /// The subtrees one behind the other, 32 bytes each; with `size` that is all there is to keep.
  ///
  /// Law: `TreeFrontier(size: f.size, bytes: f.bytes) == f`.
  public var bytes: [UInt8] { Array(subtrees.joined()) }

  /// nil if the bytes are not those of a tree of this size.
  public init?(size: Int, bytes: [UInt8]) {
    guard bytes.count.isMultiple(of: 32) else { return nil }
    self.init(
      size: size, subtrees: stride(from: 0, to: bytes.count, by: 32).map { Array(bytes[$0..<$0 + 32]) })
  }

  // MARK: Growing

  /// Adds the leaf of an entry digest.
  public mutating func append(entry: [UInt8]) { append(leaf: LogDigest.leaf(of: entry)) { _, _ in } }

  /// Adds a leaf hash and names every node above the leaves that is full with it, from below.
  public mutating func append(leaf: [UInt8], completing: (TreeNode, [UInt8]) throws -> Void) rethrows {
    var hash = leaf
    var node = TreeNode(level: 0, index: size)
    while node.index & 1 == 1 {
      hash = LogDigest.node(subtrees.removeLast(), hash)
      node = TreeNode(level: node.level + 1, index: node.index >> 1)
      try completing(node, hash)
    }
    subtrees.append(hash)
    size += 1
  }

  /// The root over all leaves so far.
  public var root: [UInt8] {
    guard var root = subtrees.last else { return LogDigest.emptyRoot }
    for subtree in subtrees.dropLast().reversed() { root = LogDigest.node(subtree, root) }
    return root
  }
}
