internal import TransparencyLog

// Checkpoints and tile paths: one text for each value.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
  if let checkpoint = try? Checkpoint(text: text) {
    law(Array(checkpoint.text.utf8) == bytes, "a checkpoint has one text")
    law(checkpoint.size >= 0 && checkpoint.root.count == 32 && !checkpoint.origin.isEmpty, "a checkpoint is whole")
    // Whatever size a stranger names, asking for proofs of it is refused or answered, and never traps.
    _ = try? InclusionProof.check([], index: 0, size: checkpoint.size, leaf: checkpoint.root, root: checkpoint.root)
    _ = try? ConsistencyProof.check(
      [checkpoint.root], from: checkpoint.size / 2, root: checkpoint.root, to: checkpoint.size, root: checkpoint.root)
    _ = try? TreeHashes().root(of: checkpoint.size)
  }
  if let tile = try? Tile(path: text) {
    law(Array(tile.path.utf8) == bytes, "a tile has one path")
    law(tile.nodes.count == tile.width && (1...Tile.fullWidth).contains(tile.width), "a tile has its width")
  }
  for width in [1, 2, 255, 256] {
    let tile = Tile(.entries, index: 0, width: width)
    if let entries = try? tile.entries(bytes) { law(Tile.bytes(entries: entries) == bytes, "a bundle has one form") }
    if let hashes = try? tile.hashes(bytes) { law(Tile.bytes(hashes: hashes) == bytes, "a tile has one form") }
  }
  return 0
}
