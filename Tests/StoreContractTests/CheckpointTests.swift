import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import Synchronization
import TestSupport
import Testing
import TransparencyLog

/// Checkpoints in the append's transaction, and the hashes from which they and all proofs are made.
@Suite("Store: checkpoints")
struct CheckpointTests {
  static let origin = "tracker/contract"

  static func key(_ seed: UInt8) throws -> SigningKey {
    try SigningKey(name: origin, type: .ed25519, seed: [UInt8](repeating: seed, count: 32))
  }

  static func signer(_ seeds: UInt8..., isTakingOver: Bool = false) throws -> LogSigner {
    LogSigner(origin: origin, keys: try seeds.map { try key($0) }, isTakingOver: isTakingOver)
  }

  private func code(_ body: () throws -> Void) -> StoreError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? StoreError)?.code
    }
  }

  private func words(_ body: () throws -> Void) -> String {
    #expect(throws: StoreError.self) { try body() }?.what ?? ""
  }

  /// The tree as its definition has it, over the lines that the store gives out.
  private func naive(_ store: Store) -> NaiveTree {
    NaiveTree(leaves: store.lines.map { LogDigest.leaf(of: LogLine.entry(ofWithheld: $0) ?? LogDigest.entry(of: $0)) })
  }

  private func head(_ note: SignedNote, by seed: UInt8 = 1) throws -> Checkpoint {
    _ = try note.verified(by: [Self.key(seed).verifierKey])
    return try Checkpoint(note: note)
  }

  @Test("The checkpoint of a commit covers exactly the log with its events, and is signed", arguments: Engine.allCases)
  func covers(engine: Engine) throws {
    let store = try engine.make()
    _ = try store.log.append([Drafts.draft()])
    #expect(try store.log.checkpoint() == nil, "nobody signs yet")
    #expect(code { _ = try store.log.signHead() } == .cannotSign)
    #expect(
      words { _ = try store.log.signHead() } == "there is nobody here who could sign: the key of the log is missing")
    store.log.use(try Self.signer(1))
    var size = 1
    for count in [1, 2, 7] {
      let drafts = (0..<count).map { _ in Drafts.draft() }
      _ = try store.log.append(drafts)
      size += count
      let note = try #require(try store.log.checkpoint())
      let expected = Checkpoint(origin: Self.origin, size: size, root: naive(store).root(of: size))
      #expect(try head(note) == expected)
      #expect(note.signatures.count == 1)
      // What adds nothing signs nothing: a known batch, an empty one, a refused one.
      #expect(try store.log.append(drafts).wasThere)
      _ = try store.log.append([])
      #expect(
        code { _ = try store.log.append([Drafts.draft()], expected: ["agreement/a": .noStream]) } == .wrongVersion)
      #expect(try store.log.checkpoint() == note)
      #expect(try store.log.signHead() == note)
    }
    store.log.use(nil)
    _ = try store.log.append([Drafts.draft(), Drafts.draft()])
    #expect(try head(#require(try store.log.checkpoint())).size == size, "two events are not signed yet")
    #expect(code { _ = try store.log.signHead() } == .cannotSign)
    store.log.use(try Self.signer(1))
    #expect(
      try head(store.log.signHead()) == Checkpoint(origin: Self.origin, size: 13, root: naive(store).root(of: 13)))
    #expect(try store.log.checkpoint() == store.log.signHead())
  }

  @Test("8 writers share commits, and every checkpoint that is seen is that of a prefix", arguments: Engine.allCases)
  func shared(engine: Engine) throws {
    let store = try engine.make()
    store.log.use(try Self.signer(1))
    let seen = Mutex<[Int: [UInt8]]>([:])
    try inThreads(8) { writer in
      for _ in 0..<12 {
        let last = try store.log.append([Drafts.draft("party/p\(writer)"), Drafts.draft()]).positions.last ?? 0
        let note = try store.log.checkpoint()
        let head = try note.map { try Checkpoint(note: $0) }
        // An append that has returned is covered already.
        #expect((head?.size ?? 0) > last)
        if let head { seen.withLock { $0[head.size] = head.root } }
      }
    }
    let tree = naive(store)
    let heads = seen.withLock { $0 }
    #expect(!heads.isEmpty)
    for (size, root) in heads { #expect(tree.root(of: size) == root, "at \(size)") }
    #expect(try head(#require(try store.log.checkpoint())).size == 192)
  }

  @Test(
    "Roots and kept hashes at every size are those of the definition, after a restore too", arguments: Engine.allCases)
  func everySize(engine: Engine) throws {
    let store = try engine.make()
    let copy = try engine.make()
    var random = SeededRandom(seed: 21)
    while try store.log.size() < 75 {
      _ = try store.log.append((0..<Int.random(in: 1...6, using: &random)).map { _ in Drafts.draft() })
    }
    // A copy that came in three pieces, one line of it left out openly.
    var lines = store.lines
    lines[20] = LogLine.withheldBytes(entry: LogDigest.entry(of: lines[20]))
    for count in [1, 40, lines.count] { _ = try copy.log.restore(Array(lines.prefix(count))) }
    let tree = naive(store)
    for log in [store.log, copy.log] {
      for size in 0...lines.count { #expect(try log.root(of: size) == tree.root(of: size), "at \(size)") }
      for (level, width) in [(0, 1), (3, 8), (6, 64)] {
        let count = lines.count / width
        let hashes = try log.keptHashes(level: level, in: 0..<count)
        #expect(hashes == (0..<count).map { tree.hash(over: $0 * width..<($0 + 1) * width) }, "level \(level)")
      }
      #expect(throws: (any Error).self) { try log.root(of: lines.count + 1) }
    }
  }

  @Test(
    "A key that was changed meanwhile is never used again; taking over and signing with both are",
    arguments: Engine.allCases)
  func keyChanged(engine: Engine) throws {
    let store = try engine.make()
    store.log.use(try Self.signer(1))
    _ = try store.log.append([Drafts.draft()])
    store.log.use(try Self.signer(2))
    #expect(code { _ = try store.log.append([Drafts.draft()]) } == .keyChanged)
    #expect(
      words { _ = try store.log.append([Drafts.draft()]) }
        == "the key of the log was changed meanwhile; this program still holds the old one")
    #expect(try store.log.size() == 1, "nothing was added")
    #expect(try head(#require(try store.log.checkpoint())).size == 1)
    store.log.use(try Self.signer(1, 2))
    _ = try store.log.append([Drafts.draft()])
    let both = try #require(try store.log.checkpoint())
    #expect(try head(both, by: 1) == head(both, by: 2))
    store.log.use(try Self.signer(2))
    _ = try store.log.append([Drafts.draft()])
    // Whoever opened the book before the change still holds the old key.
    store.log.use(try Self.signer(1))
    #expect(code { _ = try store.log.append([Drafts.draft()]) } == .keyChanged)
    store.log.use(try Self.signer(3, isTakingOver: true))
    _ = try store.log.append([Drafts.draft()])
    #expect(try head(#require(try store.log.checkpoint()), by: 3).size == 4)
    #expect(try store.log.size() == 4)
  }

  @Test("A key that cannot sign a log's text adds nothing", arguments: Engine.allCases)
  func witnessKey(engine: Engine) throws {
    let store = try engine.make()
    let wrong = try SigningKey(name: Self.origin, type: .cosignature, seed: [UInt8](repeating: 9, count: 32))
    store.log.use(LogSigner(origin: Self.origin, keys: [wrong]))
    #expect(code { _ = try store.log.append([Drafts.draft()]) } == .cannotSign)
    #expect(try store.log.size() == 0)
    #expect(try store.log.checkpoint() == nil)
  }

  // MARK: Kept checkpoints

  @Test(
    "Kept checkpoints stay, with all signatures and tokens; those of another history are refused",
    arguments: Engine.allCases)
  func kept(engine: Engine) throws {
    let store = try engine.make()
    store.log.use(try Self.signer(1))
    var notes: [SignedNote] = []
    for _ in 0..<3 {
      _ = try store.log.append([Drafts.draft(), Drafts.draft()])
      notes.append(try #require(try store.log.checkpoint()))
    }
    try store.log.keep(KeptCheckpoint(note: notes[1], tokens: [[1, 2]]))
    try store.log.keep(KeptCheckpoint(note: notes[0]))
    let second = try SignedNote(signing: notes[1].text, by: [Self.key(8)])
    try store.log.keep(KeptCheckpoint(note: second, tokens: [[1, 2], [3]]))
    for _ in 0..<20 { _ = try store.log.append([Drafts.draft()]) }
    let expected = [
      KeptCheckpoint(note: notes[0]),
      KeptCheckpoint(note: notes[1].adding(second.signatures), tokens: [[1, 2], [3]]),
    ]
    #expect(try store.log.keptCheckpoints() == expected)
    // Another root, another size, a size that is not there, another name over the same tree.
    let head = try Checkpoint(note: notes[1])
    let strangers = [
      (
        Checkpoint(origin: Self.origin, size: 4, root: [UInt8](repeating: 7, count: 32)),
        "this is a checkpoint of another history: its root is not this log's at 4"
      ),
      (
        Checkpoint(origin: Self.origin, size: 3, root: head.root),
        "this is a checkpoint of another history: its root is not this log's at 3"
      ),
      (
        Checkpoint(origin: Self.origin, size: 1_000_000_000, root: head.root),
        "this is a checkpoint of another history: the log has fewer than 1000000000 events"
      ),
      (
        Checkpoint(origin: "tracker/other", size: 4, root: head.root),
        "this is a checkpoint of another log: its name is not the one that is kept here"
      ),
    ]
    for (stranger, said) in strangers {
      let note = try SignedNote(signing: stranger.text, by: [Self.key(1)])
      #expect(code { try store.log.keep(KeptCheckpoint(note: note)) } == .invalidDraft, "\(stranger)")
      #expect(words { try store.log.keep(KeptCheckpoint(note: note)) } == said)
    }
    let other = try SignedNote(signing: "no checkpoint\n", by: [Self.key(1)])
    #expect(code { try store.log.keep(KeptCheckpoint(note: other)) } == .invalidDraft)
    #expect(try store.log.keptCheckpoints() == expected)
    guard let path = store.path else { return }
    let again = try SQLiteLog(path: path, opening: .readOnly)
    #expect(try again.keptCheckpoints() == expected)
    #expect(try again.checkpoint() == store.log.checkpoint())
  }
}
