/// A piece of the tree as it is published (C2SP tlog-tiles, v0.1.0): up to 256 hashes of one level, or 256 entries.
///
/// Path: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`; N in groups of three digits, all but the last with an x.
public struct Tile: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// Hashes of the nodes at this many times 8 levels above the leaves; 0 to 63.
    case hashes(level: Int)
    case entries
  }

  public var content: Content
  public var index: Int
  /// 1 to 256; less than 256 is a partial tile.
  public var width: Int

  /// Levels of the tree from one level of tiles to the next.
  public static let height = 8
  public static let fullWidth = 256

  public init(_ content: Content, index: Int, width: Int = Tile.fullWidth) {
    self.content = content
    self.index = index
    self.width = width
  }

  // MARK: To a path and back, a pair

  /// Law: `Tile(path: tile.path) == tile`.
  public var path: String {
    var number = String(index % 1_000 + 1_000).dropFirst().description
    var rest = index / 1_000
    while rest > 0 {
      number = "x" + String(rest % 1_000 + 1_000).dropFirst() + "/" + number
      rest /= 1_000
    }
    let level =
      switch content {
      case .hashes(let level): String(level)
      case .entries: "entries"
      }
    return "tile/\(level)/\(number)" + (width < Tile.fullWidth ? ".p/\(width)" : "")
  }

  public init(path: String) throws(ProofFault) {
    let fault = ProofFault(.malformedTile, "“\(path.prefix(80))” is no path of a tile")
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard path.utf8.count <= 80, parts.count >= 3, parts.removeFirst() == "tile" else { throw fault }
    let level = parts.removeFirst()
    var width = Tile.fullWidth
    if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
      guard let number = Decimal.number(parts.removeLast()), (1..<Tile.fullWidth).contains(number) else { throw fault }
      width = number
      parts[parts.count - 1] = parts[parts.count - 1].dropLast(2)
    }
    guard !parts.isEmpty, parts.count <= 6 else { throw fault }
    var index = 0
    for (place, part) in parts.enumerated() {
      var digits = part
      if place < parts.count - 1 {
        guard digits.popFirst() == "x" else { throw fault }
      }
      guard digits.utf8.count == 3, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(digits)
      else {
        throw fault
      }
      // A leading x000 would be a second path of the same tile.
      if place == 0, parts.count > 1, number == 0 { throw fault }
      index = index * 1_000 + number
    }
    // The nodes of the tile can be counted.
    guard index < Int.max / Tile.fullWidth else { throw fault }
    if level == "entries" {
      self.init(.entries, index: index, width: width)
    } else {
      guard let level = Decimal.number(level), level <= 63 else { throw fault }
      self.init(.hashes(level: level), index: index, width: width)
    }
  }

  // MARK: Which tiles a tree has

  /// All tiles of a tree of this size, full ones first, partial ones last; entries before the hashes over them.
  public static func all(of size: Int) -> [Tile] {
    var (full, partial): ([Tile], [Tile]) = ([], [])
    func add(_ content: Content, _ count: Int) {
      full += (0..<count / fullWidth).map { Tile(content, index: $0) }
      if count % fullWidth > 0 { partial.append(Tile(content, index: count / fullWidth, width: count % fullWidth)) }
    }
    add(.entries, size)
    var (level, count) = (0, size)
    while count > 0 {
      add(.hashes(level: level), count)
      level += 1
      count /= fullWidth
    }
    return full + partial
  }

  /// The nodes whose hashes a tile holds.
  public var nodes: Range<Int> { index * Tile.fullWidth..<index * Tile.fullWidth + width }

  // MARK: Bytes and back, a pair

  /// The bytes of a tile of hashes.
  public static func bytes(hashes: [[UInt8]]) -> [UInt8] { Array(hashes.joined()) }

  /// - Returns: `width` hashes of 32 bytes.
  public func hashes(_ bytes: [UInt8]) throws(ProofFault) -> [[UInt8]] {
    guard bytes.count == 32 * width else {
      throw ProofFault(.malformedTile, "\(path) has \(bytes.count) bytes, not \(32 * width)")
    }
    return stride(from: 0, to: bytes.count, by: 32).map { Array(bytes[$0..<$0 + 32]) }
  }

  /// The bytes of a bundle of entries: each with its length in two bytes before it, the larger first.
  public static func bytes(entries: [[UInt8]]) -> [UInt8] {
    entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
  }

  /// - Returns: `width` entry digests of 32 bytes; logs of tracker publish nothing else.
  public func entries(_ bytes: [UInt8]) throws(ProofFault) -> [[UInt8]] {
    guard bytes.count == 34 * width else {
      throw ProofFault(.malformedTile, "\(path) has \(bytes.count) bytes, not \(34 * width)")
    }
    var entries: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: 34) {
      guard bytes[start] == 0, bytes[start + 1] == 32 else {
        throw ProofFault(.malformedTile, "\(path) holds an entry that is no digest of 32 bytes")
      }
      entries.append(Array(bytes[start + 2..<start + 34]))
    }
    return entries
  }
}
