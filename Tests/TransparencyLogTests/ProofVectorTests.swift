import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Proofs that others made are accepted, and their wrong ones are refused")
struct ProofVectorTests {
  /// The lines of a fixture: transparency-dev/merkle, testdata/inclusion and testdata/consistency (Apache-2.0), one case a
  /// line, without the descriptions. An index of 2^64 − 1 is written as −1 there, which is what it stands for.
  private func cases(_ name: String) throws -> [JSONValue] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    return try Data(contentsOf: file).split(separator: 0x0A).map { try JSONValue(relaxed: $0) }
  }

  private func hashes(_ value: JSONValue?) throws -> [[UInt8]] {
    try (value?.array ?? []).map { try hash($0) }
  }

  private func hash(_ value: JSONValue?) throws -> [UInt8] { try #require(Base64.decode(value?.string ?? "")) }

  @Test("All 98 cases of inclusion: 6 hold, 92 are refused")
  func inclusion() throws {
    let cases = try cases("inclusion.jsonl")
    var accepted = 0
    for line in cases {
      let name = try #require(line["name"]?.string)
      let proof = try hashes(line["proof"])
      let (leaf, root) = (try hash(line["leafHash"]), try hash(line["root"]))
      let (index, size) = (try #require(line["leafIdx"]?.integer), try #require(line["treeSize"]?.integer))
      let code = refusal {
        try InclusionProof.check(proof, index: Int(index), size: Int(size), leaf: leaf, root: root)
      }
      let wantError = line["wantErr"] == true
      #expect((code != nil) == wantError, "\(name)")
      if code == nil { accepted += 1 }
    }
    #expect(cases.count == 98)
    #expect(accepted == 6)
  }

  @Test(
    "All 98 cases of consistency: 5 hold, 92 are refused (from size 0 to 0 is one of them), and one has no hashes for roots"
  )
  func consistency() throws {
    let cases = try cases("consistency.jsonl")
    var accepted = 0
    for line in cases {
      let name = try #require(line["name"]?.string)
      let proof = try hashes(line["proof"])
      let (oldRoot, root) = (try hash(line["root1"]), try hash(line["root2"]))
      let (old, size) = (try #require(line["size1"]?.integer), try #require(line["size2"]?.integer))
      let code = refusal {
        try ConsistencyProof.check(proof, from: Int(old), root: oldRoot, to: Int(size), root: root)
      }
      if name == "additional/sizes-are-equal-one-and-proof-is-empty" {
        // Its roots are placeholders of 12 bytes, and no hash here has another length than 32.
        #expect(code == .malformedProof)
        try ConsistencyProof.check([], from: 1, root: LogDigest.emptyRoot, to: 1, root: LogDigest.emptyRoot)
        continue
      }
      #expect((code != nil) == (line["wantErr"] == true), "\(name)")
      if name == "additional/sizes-are-equal-zero-and-proof-is-empty" { #expect(code == .outOfRange) }
      if code == nil { accepted += 1 }
    }
    #expect(cases.count == 98)
    #expect(accepted == 5)
  }

  /// Leaves and roots: transparency-dev/merkle, testonly/constants.go.
  @Test("The published proof of leaf 3 of 8, and the published roots out of kept hashes")
  func published() throws {
    var hashes = TreeHashes()
    for leaf in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"] {
      let digits = Array(leaf)
      hashes.append(
        entry: stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) })
    }
    for (size, root) in TreeTests.roots.enumerated() { #expect(try hashes.root(of: size).hex == root) }
    #expect(
      try InclusionProof.prove(3, in: 8, hashes).map(\.hex) == [
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ])
  }

  @Test(
    "The root over digests of another log's lines: RecordHash(“hello world”) of golang/mod, sumdb/tlog/note_test.go")
  func helloWorld() {
    #expect(LogDigest.leaf(of: Array("hello world".utf8)) == bytes("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0="))
  }
}

@Suite("A whole log that another program signed: tessera, testdata/log")
struct TesseraLogTests {
  private var hashes: TreeHashes {
    var hashes = TreeHashes()
    for entry in TesseraLog.entries { hashes.append(entry: Array(entry.utf8)) }
    return hashes
  }

  @Test("Its 16 checkpoints are read, verified and written again byte for byte, and the roots are those of its entries")
  func checkpoints() throws {
    let key = try VerifierKey(TesseraLog.verifierKey)
    let signer = try SigningKey(TesseraLog.signingKey)
    #expect(signer.verifierKey == key)
    for size in 0...15 {
      let file = TesseraLog.checkpoint(size)
      let note = try SignedNote(bytes: Array(file.utf8))
      #expect(note.string == file)
      #expect(try note.verified(by: [key]).map(\.key) == [key])
      let checkpoint = try Checkpoint(note: note)
      #expect(
        checkpoint == Checkpoint(origin: TesseraLog.origin, size: size, root: try hashes.root(of: size)), "\(size)")
      #expect(try SignedNote(signing: checkpoint.text, by: [signer]).string == file, "\(size)")
    }
  }

  @Test("Its checkpoint with the signature of another size is refused")
  func mixed() throws {
    let note = try SignedNote(
      bytes: Array(
        TesseraLog.checkpoint(7).replacing(
          TesseraLog.checkpoints[7].signature, with: TesseraLog.checkpoints[8].signature
        ).utf8))
    #expect(refusal { _ = try note.verified(by: [try VerifierKey(TesseraLog.verifierKey)]) } == .badSignature)
  }

  @Test("Its tiles of every width, and its bundle of entries, byte for byte")
  func tiles() throws {
    let hashes = hashes
    for width in 1...15 {
      let tile = Tile(.hashes(level: 0), index: 0, width: width)
      #expect(tile.path == "tile/0/000.p/\(width)")
      #expect(Tile.all(of: width) == [Tile(.entries, index: 0, width: width), tile])
      let leaves = try hashes.keptHashes(level: 0, in: tile.nodes)
      let bytes = Tile.bytes(hashes: leaves)
      #expect(bytes.count == 32 * width)
      #expect(try tile.hashes(bytes) == leaves)
      if width == 15 { #expect(LogDigest.sha256(bytes).hex == TesseraLog.tileSHA256) }
    }
    let bundle = Tile.bytes(entries: TesseraLog.entries.map { Array($0.utf8) })
    #expect(Array(bundle.prefix(10)).hex == "00036f6e65000374776f")
    #expect(LogDigest.sha256(bundle).hex == TesseraLog.bundleSHA256)
    // Its entries are words, and logs of tracker publish digests alone.
    #expect(refusal { _ = try Tile(.entries, index: 0, width: 15).entries(bundle) } == .malformedTile)
  }

  /// Accepted by two other programs: Python's proofbundle 6.3.1, and Go's x/mod note for the checkpoint in it.
  @Test("The proof file of its entry 4, “five”, is made byte for byte, holds, and holds for nothing else")
  func proofFile() throws {
    let hashes = hashes
    let file = ProofFile(
      index: 4, hashes: try InclusionProof.prove(4, in: 15, hashes),
      checkpoint: try SignedNote(bytes: Array(TesseraLog.checkpoint(15).utf8)))
    let text = """
      c2sp.org/tlog-proof@v1
      index 4
      yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
      nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=
      zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=
      5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=

      example.com/log/testdata
      15
      rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

      — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=

      """
    #expect(String(decoding: file.bytes, as: UTF8.self) == text)
    #expect(file.bytes.count == 408)
    #expect(
      LogDigest.sha256(file.bytes).hex == "a9563ffa24600f996ac4e9d98614b6f9ab15ed3e0b86c7f6edabbf1d761784d6")
    let read = try ProofFile(bytes: file.bytes)
    #expect(read == file)
    try read.check(entry: Array("five".utf8))
    #expect(refusal { try read.check(entry: Array("four".utf8)) } == .badProof)
    var other = read
    other.index = 5
    #expect(refusal { try other.check(entry: Array("five".utf8)) } == .badProof)
    other.index = 15
    #expect(refusal { try other.check(entry: Array("five".utf8)) } == .outOfRange)
  }

  @Test("The proof that 15 entries contain the first 7, byte for byte")
  func consistency() throws {
    let hashes = hashes
    let proof = try ConsistencyProof.prove(from: 7, to: 15, hashes)
    #expect(
      proof.map(Base64.encode) == [
        "2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsw=", "ThcgoV2DYcK+VCxBUDWAlNxmLy2r7dq7dK7+OlgQKWs=",
        "ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=", "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
        "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=",
      ])
    try ConsistencyProof.check(
      proof, from: 7, root: bytes(TesseraLog.checkpoints[7].root), to: 15, root: bytes(TesseraLog.checkpoints[15].root))
  }

  @Test("Proof files that are malformed are refused; extra data is passed over if it is base64")
  func malformedProofFiles() throws {
    let good = ProofFile(
      index: 4, hashes: try InclusionProof.prove(4, in: 15, hashes),
      checkpoint: try SignedNote(bytes: Array(TesseraLog.checkpoint(15).utf8)))
    let text = String(decoding: good.bytes, as: UTF8.self)
    let hash = "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU="
    func read(_ text: String) throws -> ProofFile { try ProofFile(bytes: Array(text.utf8)) }
    #expect(try read(text.replacing("index 4", with: "extra YWdl\nindex 4")) == good)
    for (old, new) in [
      ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"), ("c2sp.org/tlog-proof@v1\n", ""),
      ("@v1\n", "@v1\r\n"), ("@v1\n", "@v1 \n"), ("@v1\n", "@v1\n\n"), ("index 4\n", ""), ("index 4", "index 04"),
      ("index 4", "index +4"), ("index 4", "index -4"), ("index 4", "index  4"), ("index 4", "index 4 "),
      ("index 4", "Index 4"), ("index 4", "index ٤"), ("index 4", "index 9223372036854775808"),
      ("index 4", "index 99999999999999999999"), ("index 4", "index "), ("index 4", "index 4\nindex 4"),
      ("index 4", "index 4\nextra YWdl"), ("index 4", "extra YWdl\nextra YWdl\nindex 4"),
      ("index 4", "extra YWd\nindex 4"),
      ("index 4", "extra YWdl \nindex 4"), ("index 4", "extra\nindex 4"), (hash, hash + " "), (hash, " " + hash),
      (hash, String(hash.dropLast())), (hash, hash.replacing("yU=", with: "yV=")), (hash, "YWdl"),
      (hash, hash + hash),
    ] {
      #expect(refusal { _ = try read(text.replacing(old, with: new)) } == .malformedProof, "\(new)")
    }
    // The hashes end with an empty line; what follows is the checkpoint, verbatim.
    #expect(refusal { _ = try read(text.replacing("Ks=\n\n", with: "Ks=\n")) } == .malformedProof)
    #expect(refusal { _ = try read(text.replacing("Ks=\n\n", with: "Ks=\n\n\n")).check(entry: []) } != nil)
    #expect(refusal { _ = try read(String(text.dropLast())) } == .malformedNote)
    #expect(refusal { _ = try read(text + "\n") } == .malformedNote)
    let sixtyFour = String(repeating: hash + "\n", count: 64 - 4)
    #expect(refusal { _ = try read(text.replacing("index 4\n", with: "index 4\n" + sixtyFour)) } == .malformedProof)
    #expect(
      refusal { _ = try ProofFile(bytes: [UInt8](repeating: 0x41, count: ProofFile.longest + 1)) } == .tooLarge)
    #expect(refusal { _ = try ProofFile(bytes: []) } == .malformedProof)
  }
}
