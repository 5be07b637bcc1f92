internal import CanonicalJSON

/// A file `.tlog-proof`: one entry's place in a log, and the checkpoint that vouches for the tree (C2SP tlog-proof, v1).
///
/// ```
/// c2sp.org/tlog-proof@v1
/// index 4
/// BASE64 …                  hashes, one a line, from the leaf's sibling up
///                           an empty line
/// checkpoint, verbatim
/// ```
public struct ProofFile: Hashable, Sendable {
  public var index: Int
  public var hashes: [[UInt8]]
  public var checkpoint: SignedNote

  public init(index: Int, hashes: [[UInt8]], checkpoint: SignedNote) {
    self.index = index
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  public static let longest = SignedNote.longest + 8 * 1024
  private static let header = "c2sp.org/tlog-proof@v1"

  // MARK: To bytes and back, a pair

  public var bytes: [UInt8] {
    let hashes = hashes.map { "\(Base64.encode($0))\n" }.joined()
    return Array("\(ProofFile.header)\nindex \(index)\n\(hashes)\n".utf8) + checkpoint.bytes
  }

  public init(bytes: [UInt8]) throws(ProofFault) {
    guard bytes.count <= ProofFile.longest else {
      throw ProofFault(.tooLarge, "a proof has at most \(ProofFile.longest) bytes")
    }
    var lines = HeadLines(bytes)
    guard lines.next() == ProofFile.header else {
      throw ProofFault(.malformedProof, "the first line of a proof is \(ProofFile.header)")
    }
    var line = lines.next()
    if let extra = line, extra.hasPrefix("extra ") {
      // Whatever stands in it is vouched for by nobody, so it is checked for its form and passed over.
      guard Base64.decode(String(extra.dropFirst("extra ".count))) != nil else {
        throw ProofFault(.malformedProof, "the extra data of a proof is base64")
      }
      line = lines.next()
    }
    guard let line, line.hasPrefix("index "), let index = Decimal.number(line.dropFirst("index ".count)) else {
      throw ProofFault(.malformedProof, "the line “index N” is missing")
    }
    let hashes = try lines.hashes(.malformedProof)
    self.init(index: index, hashes: hashes, checkpoint: try SignedNote(bytes: lines.rest))
  }

  // MARK: Check

  /// Does the checkpoint's tree hold this entry at this place? Whose checkpoint it is, the caller has checked.
  public func check(entry: [UInt8]) throws(ProofFault) {
    let checkpoint = try Checkpoint(note: checkpoint)
    try InclusionProof.check(
      hashes, index: index, size: checkpoint.size, leaf: LogDigest.leaf(of: entry), root: checkpoint.root)
  }
}

/// The lines that stand before a note, up to an empty one.
struct HeadLines {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next line without its line feed; nil if there is no whole line, or it is no ASCII text.
  mutating func next() -> String? {
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    let line = rest[rest.startIndex..<end]
    rest = rest[(end + 1)...]
    guard line.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
    return String(decoding: line, as: UTF8.self)
  }

  /// Hashes, one a line, and the empty line behind them.
  mutating func hashes(_ code: ProofFault.Code) throws(ProofFault) -> [[UInt8]] {
    var hashes: [[UInt8]] = []
    while true {
      guard let line = next() else { throw ProofFault(code, "the empty line behind the hashes is missing") }
      if line.isEmpty { return hashes }
      guard let hash = Base64.decode(line), hash.count == 32 else {
        throw ProofFault(code, "“\(line.prefix(60))” is no hash: the base64 of 32 bytes")
      }
      guard hashes.count < InclusionProof.mostHashes else {
        throw ProofFault(code, "more than \(InclusionProof.mostHashes) hashes")
      }
      hashes.append(hash)
    }
  }
}
