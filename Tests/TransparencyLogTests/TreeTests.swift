import TransparencyLog
import Testing

@Suite("The tree over digests")
struct TreeTests {
  /// Leaves and roots of the RFC 6962 test data (transparency-dev/merkle, testonly/constants.go). There a leaf's data is
  /// hashed as SHA-256(0x00 || data); ours holds the entry digest as data.
  static let leaves: [String] = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
  ]
  static let roots: [String] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
  }

  @Test("Over digests in words it grows to the same roots, at every size")
  func words() {
    var frontier = TreeFrontier()
    var words = WordFrontier()
    for number in 0..<200 as Range<UInt8> {
      let line = [UInt8](repeating: number, count: Int(number))
      let entry = line.withUnsafeBytes { Digest256(of: $0) }
      #expect(entry.bytes == LogDigest.entry(of: line))
      #expect(Digest256(bytes: entry.bytes) == entry)
      #expect(words.root == frontier.root)
      words.append(entry: entry)
      frontier.append(entry: entry.bytes)
    }
    #expect(words.size == 200)
    #expect(Digest256(bytes: [0]) == nil)
  }

  @Test("The published roots, from nothing to eight leaves")
  func published() {
    var frontier = TreeFrontier()
    #expect(frontier.root.hex == Self.roots[0])
    for (leaf, root) in zip(Self.leaves, Self.roots.dropFirst()) {
      frontier.append(entry: bytes(leaf))
      #expect(frontier.root.hex == root)
    }
  }

  /// Leaves “leaf 0” … “leaf n−1”: inputs of golang/mod, sumdb/tlog/tlog_test.go; roots computed with x/mod 0.7.0.
  static let larger: [Int: String] = [
    100: "13f88915c560dc911a1da0fb209d84a20971051f294ebeb428fb3fc293af2743",
    255: "d71592a219d4067663eede247f9b54c3f9e0290682d55de09b495b07f1de41c9",
    256: "cf5effdb11d0927a2edf53b0e73c7837f659414e00537da5d90eb5c4c49ff274",
    257: "855b936aa00cb98b5114484249ad39d78a6be93623e26c01e8e487dc02184a5a",
    1000: "2ff33fb9d8f14f89ca306289633336a168ff3f4532e8f741a0019dcb4c1d60a1",
  ]

  @Test("The roots that another implementation gives, around powers of two and at a thousand leaves")
  func another() {
    var frontier = TreeFrontier()
    for number in 0..<1_000 {
      frontier.append(entry: Array("leaf \(number)".utf8))
      if let root = Self.larger[frontier.size] { #expect(frontier.root.hex == root) }
    }
  }

  @Test("Each hash is that of its preimage: figures of RFC 6962 test data (transparency-dev/merkle, rfc6962_test.go)")
  func preimages() {
    #expect(
      LogDigest.leaf(of: Array("L123456".utf8)).hex
        == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
    #expect(
      LogDigest.node(Array("N123".utf8), Array("N456".utf8)).hex
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
    #expect(LogDigest.entry(of: [UInt8]()) == LogDigest.emptyRoot)
    #expect(LogDigest.entry(of: Array("abc".utf8)) == LogDigest.entry(of: ContiguousArray("abc".utf8)[...]))
  }

  /// RFC 6962, section 2.1, word for word.
  private func naive(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
    if entries.isEmpty { return LogDigest.emptyRoot }
    if entries.count == 1, let entry = entries.first { return LogDigest.leaf(of: entry) }
    var split = 1
    while split * 2 < entries.count { split *= 2 }
    let middle = entries.startIndex + split
    return LogDigest.node(naive(entries[..<middle]), naive(entries[middle...]))
  }

  @Test("The frontier gives the root of the plain definition at every size to 300, and takes itself back")
  func frontier() throws {
    var entries: [[UInt8]] = []
    var frontier = TreeFrontier()
    for number in 0..<300 {
      entries.append(LogDigest.entry(of: Array("leaf \(number)".utf8)))
      frontier.append(entry: entries[number])
      #expect(frontier.root == naive(entries[...]))
      #expect(frontier.subtrees.count == frontier.size.nonzeroBitCount)
      #expect(TreeFrontier(size: frontier.size, subtrees: frontier.subtrees) == frontier)
      #expect(TreeFrontier(size: frontier.size, bytes: frontier.bytes) == frontier)
    }
    #expect(TreeFrontier(size: 3, subtrees: [entries[0]]) == nil)
    #expect(TreeFrontier(size: 0, bytes: []) == TreeFrontier())
    let bytes = frontier.bytes
    let wrongs: [[UInt8]] = [Array(bytes.dropLast()), bytes + [0], Array(bytes.dropLast(32)), []]
    for wrong in wrongs { #expect(TreeFrontier(size: frontier.size, bytes: wrong) == nil) }
    #expect(TreeFrontier(size: -1, bytes: bytes) == nil)
  }
}
