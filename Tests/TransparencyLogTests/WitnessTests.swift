import CanonicalJSON
import TestSupport
import Testing
import TransparencyLog

@Suite("A witness signs what contains all that it saw, and nothing else")
struct WitnessTests {
  private static let origin = "example.com/log"
  private let log: SigningKey
  private let witness: Witness
  private let key: SigningKey
  private var hashes = TreeHashes()
  private var forked = TreeHashes()

  init() throws {
    log = try SigningKey(name: Self.origin, type: .ed25519, seed: [UInt8](repeating: 1, count: 32))
    key = try SigningKey(name: "w.example", type: .cosignature, seed: [UInt8](repeating: 2, count: 32))
    let another = try SigningKey(name: "example.com/another", type: .ed25519, seed: [UInt8](repeating: 3, count: 32))
    witness = Witness(key: key, logs: [another.verifierKey, log.verifierKey])
    for (index, leaf) in NaiveTree(count: 20).leaves.enumerated() {
      hashes.append(leaf: leaf)
      // The same log with its third entry exchanged.
      forked.append(leaf: index == 2 ? LogDigest.emptyRoot : leaf)
    }
  }

  private func checkpoint(_ size: Int, forked isForked: Bool = false) throws -> Checkpoint {
    Checkpoint(origin: Self.origin, size: size, root: try (isForked ? forked : hashes).root(of: size))
  }

  private func request(_ old: Int, _ new: Int, forked isForked: Bool = false) throws -> AddCheckpoint {
    AddCheckpoint(
      oldSize: old,
      proof: old == 0 ? [] : try ConsistencyProof.prove(from: old, to: new, isForked ? forked : hashes),
      checkpoint: try SignedNote(signing: checkpoint(new, forked: isForked).text, by: [log]))
  }

  private func status(_ answer: WitnessAnswer) -> Int {
    switch answer {
    case .cosigned: 200
    case .refused(let refusal): refusal.status
    }
  }

  @Test("From nothing to 7 to 15: each is cosigned, and the answer is what it must remember")
  func cosigned() throws {
    var remembered: Checkpoint?
    for (old, new) in [(0, 7), (7, 15), (15, 15), (15, 16)] {
      let request = try request(old, new)
      #expect(try AddCheckpoint(bytes: request.bytes) == request)
      guard case .cosigned(let lines, let note) = try witness.answer(request, remembered: remembered, time: 77) else {
        Issue.record("not cosigned: \(old) to \(new)")
        return
      }
      // The client puts the lines under its checkpoint and verifies all.
      let cosigned = try SignedNote(bytes: request.checkpoint.bytes + lines.flatMap { Array($0.line.utf8) })
      #expect(cosigned == note)
      let verified = try cosigned.verified(by: [key.verifierKey, log.verifierKey])
      #expect(verified.map(\.time) == [nil, 77])
      remembered = try Checkpoint(note: note)
      #expect(remembered == (try checkpoint(new)))
    }
  }

  @Test("An empty log is cosigned with its one root, and grows from there")
  func empty() throws {
    #expect(status(try witness.answer(request(0, 0), remembered: nil, time: 1)) == 200)
    #expect(status(try witness.answer(request(0, 0), remembered: checkpoint(0), time: 1)) == 200)
    #expect(status(try witness.answer(request(0, 5), remembered: checkpoint(0), time: 1)) == 200)
    var wrong = try request(0, 0)
    wrong.checkpoint = try SignedNote(
      signing: Checkpoint(origin: Self.origin, size: 0, root: [UInt8](repeating: 0, count: 32)).text, by: [log])
    #expect(status(try witness.answer(wrong, remembered: nil, time: 1)) == 422)
    // Whose log it is, and whether the log said so, comes first.
    wrong.checkpoint = try SignedNote(
      signing: Checkpoint(origin: "example.com/x", size: 0, root: [UInt8](repeating: 0, count: 32)).text, by: [log])
    #expect(status(try witness.answer(wrong, remembered: nil, time: 1)) == 404)
  }

  @Test("What it does not sign, in the numbers of HTTP")
  func refused() throws {
    let seven = try checkpoint(7)
    func expect(
      _ code: Int, _ request: AddCheckpoint, _ remembered: Checkpoint?, size: Int? = nil, _ what: Comment
    ) throws {
      guard case .refused(let refusal) = try witness.answer(request, remembered: remembered, time: 1) else {
        Issue.record(what)
        return
      }
      #expect(refusal.status == code, what)
      #expect(refusal.size == size, what)
      #expect(!refusal.why.isEmpty)
    }
    func changed(_ old: Int, _ new: Int, _ change: (inout AddCheckpoint) throws -> Void) throws -> AddCheckpoint {
      var request = try request(old, new)
      try change(&request)
      return request
    }
    func signed(_ text: String, _ keys: [SigningKey]) throws -> SignedNote { try SignedNote(signing: text, by: keys) }
    let stranger = try SigningKey(name: Self.origin, type: .ed25519, seed: [UInt8](repeating: 9, count: 32))
    let text = try checkpoint(15).text

    try expect(400, changed(7, 15) { $0.checkpoint = try signed("a letter\n", [log]) }, seven, "no checkpoint")
    try expect(400, changed(7, 15) { $0.checkpoint = try signed(text + "more\n", [log]) }, seven, "extension lines")
    try expect(400, changed(7, 15) { $0.oldSize = 16 }, seven, "an old size above the new one")
    try expect(400, changed(7, 15) { $0.oldSize = .max }, nil, "an old size above all")
    try expect(
      404, changed(7, 15) { $0.checkpoint = try signed(text.replacing("com/log", with: "com/lob"), [log]) }, seven,
      "an unknown origin")
    try expect(403, changed(7, 15) { $0.checkpoint = try signed(text, [stranger]) }, seven, "signed by a stranger")
    try expect(
      403, changed(7, 15) { $0.checkpoint = try signed(text.replacing("log\n15", with: "another\n15"), [log]) }, nil,
      "signed by another log")
    try expect(
      403,
      changed(7, 15) {
        $0.checkpoint = SignedNote(text: text, signatures: try request(7, 16).checkpoint.signatures)
      }, seven, "the signature of another size")
    try expect(
      403,
      changed(7, 15) {
        $0.checkpoint = $0.checkpoint.adding(try request(7, 16).checkpoint.signatures)
      }, seven, "a good signature, and a bad one of the same key behind it")
    try expect(409, request(7, 15), nil, size: 0, "never seen")
    try expect(409, request(0, 15), seven, size: 7, "seen, and the client does not know")
    try expect(409, request(6, 15), seven, size: 7, "an older size")
    try expect(409, request(8, 15), seven, size: 7, "a size in between")
    try expect(409, request(3, 5), seven, size: 7, "rolled back")
    try expect(400, changed(3, 5) { $0.oldSize = 7 }, seven, "rolled back, with the size that was seen")
    try expect(422, request(7, 15, forked: true), seven, "a fork")
    try expect(422, request(7, 7, forked: true), seven, "another root at the same size")
    try expect(422, changed(7, 15) { $0.proof = [] }, seven, "no proof")
    try expect(422, changed(7, 15) { $0.proof.removeLast() }, seven, "a hash too few")
    try expect(422, changed(7, 15) { $0.proof.append(LogDigest.emptyRoot) }, seven, "a hash too many")
    try expect(422, changed(7, 15) { $0.proof[0][0] ^= 1 }, seven, "a changed hash")
    try expect(422, changed(7, 7) { $0.proof = [LogDigest.emptyRoot] }, seven, "a proof that one size does not need")
    try expect(422, changed(0, 7) { $0.proof = [LogDigest.emptyRoot] }, nil, "a proof from nothing")
  }

  @Test("Two requests at once: the one that comes second is told the new size, and nothing is rolled back")
  func stale() throws {
    let (first, second) = (try request(7, 20), try request(7, 9))
    var remembered: Checkpoint? = try checkpoint(7)
    guard case .cosigned(_, let note) = try witness.answer(first, remembered: remembered, time: 1) else {
      Issue.record("not cosigned")
      return
    }
    remembered = try Checkpoint(note: note)
    let answer = try witness.answer(second, remembered: remembered, time: 1)
    guard case .refused(let refusal) = answer else {
      Issue.record("rolled back")
      return
    }
    #expect(refusal.status == 409)
    #expect(refusal.size == 20)
  }

  @Test("It remembers the signatures that it checked, and none of strangers")
  func remembers() throws {
    let stranger = try SigningKey(name: "stranger", type: .ed25519, seed: [UInt8](repeating: 9, count: 32))
    var request = try request(0, 7)
    request.checkpoint = try SignedNote(signing: request.checkpoint.text, by: [stranger, log])
    guard case .cosigned(let lines, let note) = try witness.answer(request, remembered: nil, time: 1) else {
      Issue.record("not cosigned")
      return
    }
    #expect(lines.map(\.key) == [key.verifierKey.keyName])
    #expect(note.signatures.map(\.key.name) == [Self.origin, "w.example"])
  }

  @Test("A witness without a witness's key, or without a clock, does not answer")
  func cannotSign() throws {
    let broken = Witness(key: log, logs: witness.logs)
    #expect(refusal { _ = try broken.answer(try request(0, 7), remembered: nil, time: 1) } == .malformedKey)
    #expect(refusal { _ = try witness.answer(try request(0, 7), remembered: nil, time: 0) } == .outOfRange)
  }

  @Test("Requests have one form")
  func form() throws {
    let request = try request(7, 15)
    let text = String(decoding: request.bytes, as: UTF8.self)
    #expect(text.hasPrefix("old 7\n"))
    let hash = Base64.encode(request.proof[0])
    for (old, new) in [
      ("old 7", "old 07"), ("old 7", "old +7"), ("old 7", "old -7"), ("old 7", "old  7"), ("old 7", "old 7 "),
      ("old 7", "Old 7"), ("old 7", "old"), ("old 7", ""), ("old 7\n", ""), ("old 7\n", "old 7\r\n"),
      ("old 7", "old 99999999999999999999"), ("old 7", "old 7\nextra YWdl"), (hash, hash + "="), (hash, "AAAA"),
      (hash, " " + hash), (hash, "…"), ("old 7\n", "old 7\n" + String(repeating: hash + "\n", count: 60)),
    ] {
      #expect(
        refusal { _ = try AddCheckpoint(bytes: Array(text.replacing(old, with: new).utf8)) } == .malformedRequest,
        "\(new)")
    }
    #expect(refusal { _ = try AddCheckpoint(bytes: []) } == .malformedRequest)
    #expect(refusal { _ = try AddCheckpoint(bytes: Array("old 0\n\n".utf8)) } == .malformedNote)
    let huge = [UInt8](repeating: 0x41, count: AddCheckpoint.longest + 1)
    #expect(refusal { _ = try AddCheckpoint(bytes: huge) } == .tooLarge)
  }
}
