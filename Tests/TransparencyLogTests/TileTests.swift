import TestSupport
import Testing
import TransparencyLog

@Suite("Tiles have one path and one width")
struct TileTests {
  @Test(
    "Paths to tiles and back",
    arguments: [
      ("tile/0/000", Tile(.hashes(level: 0), index: 0)), ("tile/0/001", Tile(.hashes(level: 0), index: 1)),
      ("tile/63/999", Tile(.hashes(level: 63), index: 999)), ("tile/4/x001/000", Tile(.hashes(level: 4), index: 1_000)),
      // The index of the example in C2SP tlog-tiles, and golang/mod's good path without its height.
      ("tile/0/x001/x234/067", Tile(.hashes(level: 0), index: 1_234_067)),
      ("tile/5/x123/x456/078.p/2", Tile(.hashes(level: 5), index: 123_456_078, width: 2)),
      ("tile/0/000.p/1", Tile(.hashes(level: 0), index: 0, width: 1)),
      ("tile/1/017.p/255", Tile(.hashes(level: 1), index: 17, width: 255)),
      ("tile/entries/000", Tile(.entries, index: 0)),
      ("tile/entries/x273/000.p/112", Tile(.entries, index: 273_000, width: 112)),
      ("tile/0/x036/x028/x797/x018/x963/966", Tile(.hashes(level: 0), index: 36_028_797_018_963_966)),
    ] as [(String, Tile)])
  func paths(path: String, tile: Tile) throws {
    #expect(tile.path == path)
    #expect(try Tile(path: path) == tile)
    #expect(tile.nodes.count == tile.width)
  }

  /// The paths with a height or with bare groups are golang/mod's, sumdb/tlog/tile_test.go.
  @Test(
    "Anything else is no path",
    arguments: [
      "", "/", "tile", "tile/", "tile/0", "tile/0/", "tile//000", "/tile/0/000", "tile/0/000/", "tiles/0/000",
      "Tile/0/000", "tile/5/123/456/078", "tile/-1/123/456/078", "tile/3/5/x123/x456/078.p/2", "tile/3/-1/123/456/078",
      "tile/64/000", "tile/00/000", "tile/+1/000", "tile/x0/000", "tile/ 0/000", "tile/٠/000", "tile/0/0", "tile/0/00",
      "tile/0/0000", "tile/0/x000", "tile/0/x001", "tile/0/001/000", "tile/0/x000/001", "tile/0/x000/x000/000",
      "tile/0/x001/x000", "tile/0/X001/000", "tile/0/x01/000", "tile/0/xx01/000", "tile/0/-01", "tile/0/+01",
      "tile/0/ 01",
      "tile/0/٠٠١", "tile/0/00\u{301}", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256",
      "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000.p/-1", "tile/0/000.p/1/", "tile/0/000.P/1", "tile/0/000p/1",
      "tile/0/.p/1", "tile/0/000.p/1.p/1", "tile/0/000.p.p/1", "tile/0/x001.p/000", "tile/.p/1", "tile/entries",
      "tile/entries/", "tile/Entries/000", "tile/entries/0/000", "tile/0/000\n", "tile/0/000\0", "tile/0/000?x",
      "../0/000",
      // More nodes than can be counted.
      "tile/0/x036/x028/x797/x018/x963/967", "tile/0/x999/x999/x999/x999/x999/999",
      "tile/0/x001/x000/x000/x000/x000/x000/000", "tile/0/" + String(repeating: "x001/", count: 40) + "001",
    ])
  func refused(path: String) {
    #expect(refusal { _ = try Tile(path: path) } == .malformedTile)
  }

  /// Full and partial tiles by level; the figures for 256 and 70,000 are those of C2SP tlog-tiles.
  @Test(
    "The tiles of a tree",
    arguments: [
      (0, [], [], 0), (1, [0], [1], 1), (255, [0], [255], 255), (256, [1, 0], [0, 1], 0), (257, [1, 0], [1, 1], 1),
      (65_535, [255, 0], [255, 255], 255), (65_536, [256, 1, 0], [0, 0, 1], 0),
      (70_000, [273, 1, 0], [112, 17, 1], 112),
    ] as [(Int, [Int], [Int], Int)])
  func all(size: Int, full: [Int], partial: [Int], lastBundle: Int) {
    let tiles = Tile.all(of: size)
    for level in full.indices {
      let level = (level, tiles.filter { $0.content == .hashes(level: level) })
      #expect(level.1.count(where: { $0.width == Tile.fullWidth }) == full[level.0])
      let widths = level.1.filter { $0.width < Tile.fullWidth }.map(\.width)
      #expect(widths == (partial[level.0] > 0 ? [partial[level.0]] : []))
    }
    let bundles = tiles.filter { $0.content == .entries }
    #expect(bundles.count(where: { $0.width == Tile.fullWidth }) == size / 256)
    #expect(bundles.filter { $0.width < Tile.fullWidth }.map(\.width) == (lastBundle > 0 ? [lastBundle] : []))
    let levels = full.reduce(0, +) + partial.count(where: { $0 > 0 })
    #expect(tiles.count == levels + bundles.count)
    #expect(Set(tiles.map(\.path)).count == tiles.count)
    // Full ones first: a tile is there before the tile above that is made from it.
    #expect(tiles.firstIndex { $0.width < 256 } ?? tiles.count == tiles.count(where: { $0.width == 256 }))
  }

  @Test("Hash tiles hold the nodes of their level, and go to bytes and back")
  func hashTiles() throws {
    let tree = NaiveTree(count: 600)
    var hashes = TreeHashes()
    for leaf in tree.leaves { hashes.append(leaf: leaf) }
    for tile in Tile.all(of: 600) {
      guard case .hashes(let level) = tile.content else { continue }
      let rows = try tile.nodes.map { try hashes.hash(of: TreeNode(level: level * Tile.height, index: $0)) }
      let span = 1 << (level * Tile.height)
      #expect(rows == tile.nodes.map { tree.hash(over: $0 * span..<($0 + 1) * span) })
      let bytes = Tile.bytes(hashes: rows)
      #expect(bytes.count == 32 * tile.width)
      #expect(try tile.hashes(bytes) == rows)
      for wrong in [[], Array(bytes.dropLast()), bytes + [0], bytes + bytes, Array(bytes.dropLast(32))] {
        #expect(refusal { _ = try tile.hashes(wrong) } == .malformedTile)
      }
    }
  }

  @Test("Bundles hold digests of 32 bytes with their length before them, and nothing else")
  func bundles() throws {
    let entries = (0..<3).map { LogDigest.entry(of: Array("line \($0)".utf8)) }
    let tile = Tile(.entries, index: 7, width: 3)
    let bytes = Tile.bytes(entries: entries)
    #expect(bytes.count == 102)
    #expect(Array(bytes.prefix(2)) == [0, 32])
    #expect(try tile.entries(bytes) == entries)
    var (long, high) = (bytes, bytes)
    long[35] = 33
    high[34] = 1
    for wrong in [[], Array(bytes.dropLast()), bytes + [0], Array(bytes.dropLast(34)), long, high] {
      #expect(refusal { _ = try tile.entries(wrong) } == .malformedTile)
    }
    #expect(Tile.bytes(entries: [[UInt8](repeating: 1, count: 300)]).prefix(3) == [1, 44, 1])
  }
}
