/// A perfect subtree: the node at `level` above the leaves that covers leaves `index << level ..< (index + 1) << level`.
public struct TreeNode: Hashable, Sendable {
  public var level: Int
  public var index: Int

  public init(level: Int, index: Int) {
    self.level = level
    self.index = index
  }
}

/// Hashes of a tree that are kept, from which every other one is worked out.
///
/// Kept are the leaves and the nodes of every third level. Why not all levels: that would be a row more for each event.
/// Why not the leaves alone: a proof in a log of a million events would read half a million of them. With every third
/// level a proof reads at most eight hashes for each three levels of the tree, and an append writes one node in seven
/// events.
///
/// Law: a node is kept from the moment on which its last leaf is there, and never changes.
public protocol TreeHashReading {
  /// Hashes at one kept level (0, 3, 6 …), all of them full.
  func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]]
}

extension TreeNode {
  /// Of so many levels the nodes of one are kept.
  public static let keptStep = 3

  public var isKept: Bool { level.isMultiple(of: TreeNode.keptStep) }
}

extension TreeHashReading {
  /// The hash of a perfect subtree.
  public func hash(of node: TreeNode) throws -> [UInt8] {
    let lift = node.level % TreeNode.keptStep
    let first = node.index << lift
    var hashes = try keptHashes(level: node.level - lift, in: first..<first + 1 << lift)
    guard hashes.count == 1 << lift else {
      throw ProofFault(.outOfRange, "the tree does not reach to leaf \((node.index + 1) << node.level)")
    }
    while hashes.count > 1 {
      hashes = stride(from: 0, to: hashes.count, by: 2).map { LogDigest.node(hashes[$0], hashes[$0 + 1]) }
    }
    return hashes[0]
  }

  /// MTH(D[range]): the hash over the leaves of a range that begins where RFC 6962, section 2.1, lets a subtree begin.
  func hash(over range: Range<Int>) throws -> [UInt8] {
    guard !range.isEmpty else { return LogDigest.emptyRoot }
    let count = range.count
    if count.nonzeroBitCount == 1 {
      let level = count.trailingZeroBitCount
      return try hash(of: TreeNode(level: level, index: range.lowerBound >> level))
    }
    let split = range.lowerBound + TreeNode.largestPower(below: count)
    return LogDigest.node(try hash(over: range.lowerBound..<split), try hash(over: split..<range.upperBound))
  }

  /// The root of the tree when it had `size` leaves.
  public func root(of size: Int) throws -> [UInt8] {
    guard size >= 0 else { throw ProofFault(.outOfRange, "no tree has \(size) leaves") }
    return try hash(over: 0..<size)
  }
}

extension TreeNode {
  /// k of RFC 6962, section 2.1: the largest power of two smaller than n (n at least 2).
  static func largestPower(below count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}

/// The kept hashes of a tree in memory: for logs that are read as a stream, for tiles, and for tests.
public struct TreeHashes: TreeHashReading, Sendable {
  /// Of the levels 0, 3, 6 …
  private var levels: [[[UInt8]]] = []
  public private(set) var frontier = TreeFrontier()

  public init() {}

  public var size: Int { frontier.size }

  /// Adds the leaf of an entry digest.
  public mutating func append(entry: [UInt8]) { append(leaf: LogDigest.leaf(of: entry)) }

  public mutating func append(leaf: [UInt8]) {
    var kept: [(TreeNode, [UInt8])] = [(TreeNode(level: 0, index: frontier.size), leaf)]
    frontier.append(leaf: leaf) { node, hash in if node.isKept { kept.append((node, hash)) } }
    for (node, hash) in kept {
      let place = node.level / TreeNode.keptStep
      if place == levels.count { levels.append([]) }
      levels[place].append(hash)
    }
  }

  public func keptHashes(level: Int, in range: Range<Int>) throws -> [[UInt8]] {
    let place = level / TreeNode.keptStep
    guard level.isMultiple(of: TreeNode.keptStep), place < levels.count, range.upperBound <= levels[place].count else {
      throw ProofFault(.outOfRange, "the tree has \(size) leaves and does not reach so far")
    }
    return Array(levels[place][range])
  }
}
