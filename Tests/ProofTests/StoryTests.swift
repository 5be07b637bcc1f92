import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import LogStore
import TestSupport
import Testing
import TransparencyLog

/// What happens to a log in its life, and what its keeper, a witness, an auditor and the other party do about it.
@Suite("Stories of a log")
struct StoryTests {
  let committee = PartyKey(unchecked: "committee-a")

  private func record(_ gist: String, _ bench: Bench, folders: UserFolders? = nil) throws {
    try bench.with(folders: folders) { book in _ = try book.importDrafts(bench.letter(gist), recordedBy: "officer") }
  }

  /// What a refusal says, or nil.
  private func refusal(_ body: () throws -> Void) -> TrackerError? {
    do {
      try body()
      return nil
    } catch { return error as? TrackerError }
  }

  private func files(_ folder: String) throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    var files: [String: Data] = [:]
    for name in names {
      if let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") { files[name] = bytes }
    }
    return files
  }

  private func putBackOlder(_ bench: Bench) throws {
    unlink(bench.book)
    try FileManager.default.copyItem(atPath: bench.older, toPath: bench.book)
  }

  // MARK: The guard

  @Test("A machine that has seen nothing remembers the book once, and says so once")
  func firstSight() throws {
    let bench = try Bench()
    let notices = try bench.with(folders: bench.elsewhere) { $0.notices }
    #expect(notices.count == 1 && notices[0].contains("16 events"), "\(notices)")
    #expect(try bench.with(folders: bench.elsewhere) { $0.notices } == [])
    #expect(try LogGuard(bench.elsewhere, origin: Bench.origin).seen()?.size == 16)
  }

  @Test("A guard behind the book catches up; one that is ahead of it stops everything, and says what to do")
  func behindAndAhead() throws {
    let bench = try Bench()
    // Recorded on another machine.
    try record("elsewhere", bench, folders: bench.elsewhere)
    #expect(try LogGuard(bench.folders, origin: Bench.origin).seen()?.size == 16)
    #expect(try bench.with { $0.notices } == [])
    #expect(try LogGuard(bench.folders, origin: Bench.origin).seen()?.size == 17)
    try putBackOlder(bench)
    let refused = try #require(refusal { try record("on an older copy", bench) })
    #expect(refused.what.contains("9 events") && refused.what.contains("17"), "\(refused.what)")
    #expect(refused.next.contains("tracker recover"))
    #expect(refusal { _ = try bench.with { try $0.checkpoint() } } != nil)
    #expect(refusal { _ = try bench.with { try $0.checkpoint(at: 3) } } != nil)
    let rotated = refusal {
      _ = try bench.with { try $0.rotateKey(reason: "x", assertedBy: committee, recordedBy: "officer") }
    }
    #expect(rotated != nil)
    #expect(try bench.lines(bench.book).count == 9)
    #expect(try LogGuard(bench.folders, origin: Bench.origin).seen()?.size == 17)
  }

  @Test("Two books that went on from one: the machine that has seen one signs nothing in the other")
  func fork() throws {
    let bench = try Bench()
    let other = "\(bench.folder)/other.tracker"
    try FileManager.default.copyItem(atPath: bench.book, toPath: other)
    try record("here", bench)
    try bench.with(other, folders: bench.elsewhere) { book in
      for gist in ["there", "and there"] { _ = try book.importDrafts(bench.letter(gist), recordedBy: "officer") }
    }
    let refused = try #require(
      refusal { try bench.with(other) { _ = try $0.importDrafts(bench.letter("x"), recordedBy: "officer") } })
    #expect(refused.what.contains("another history"), "\(refused.what)")
    // Each alone is whole; together with the other's head neither is.
    for (path, head) in [(bench.book, other), (other, bench.book)] {
      #expect(try bench.verify(path).isSound)
      var options = Verification.Options()
      options.since = [try Source.open(head).latestCheckpoint()]
      let codes = try bench.verify(path, options).faults.map(\.code)
      #expect(codes == [path == other ? "not-consistent" : "older-than-noted"], "\(codes)")
    }
  }

  // MARK: Recovery

  @Test(
    "A book that was turned back is brought up to what was seen, from files or from a later book",
    arguments: [false, true])
  func recover(fromBook: Bool) throws {
    let bench = try Bench()
    let later = "\(bench.folder)/later.tracker"
    try FileManager.default.copyItem(atPath: bench.book, toPath: later)
    let (lines, head) = (try bench.lines(bench.book), try Source.open(bench.book).log.head())
    try putBackOlder(bench)
    let recovered = try bench.with { book in
      try book.recover(from: Source.open(fromBook ? later : bench.file))
    }
    #expect(recovered.events == 7 && recovered.digestsOnly == 0)
    #expect(try bench.lines(bench.book) == lines)
    #expect(try Source.open(bench.book).log.head() == head)
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.faults.isEmpty && verification.unsigned == 0, "\(verification.faults)")
    try record("and on it goes", bench)
    #expect(try bench.verify(bench.book, Attack.machine(bench)).size == 17)
    #expect(try bench.with { try $0.source.checkReadModels() }?.isSame == true)
  }

  @Test("Nothing is recovered from a copy that is too short, rewritten, or has lines left out")
  func recoverRefused() throws {
    let bench = try Bench()
    var options = Source.CopyOptions()
    options.limit = 12
    try bench.copy(bench.book, to: "short", options)
    options = .init()
    options.leftOut = [15]
    try bench.copy(bench.book, to: "withheld", options)
    try bench.rewrite(Attack.rewriting)
    try putBackOlder(bench)
    for name in ["short", "withheld", "copy"] {
      let refused = refusal {
        try bench.with { _ = try $0.recover(from: Source.open("\(bench.folder)/\(name)/log.jsonl")) }
      }
      #expect(refused != nil, "\(name)")
      #expect(try bench.lines(bench.book).count == 9, "\(name)")
    }
  }

  @Test("A checkpoint with a false signature does not come into the book with the copy that is recovered from")
  func recoverFromPoisonedCopy() throws {
    let bench = try Bench()
    let path = "\(bench.folder)/copy/log.checkpoints/9.checkpoint"
    let note = try SignedNote(bytes: bench.read(path))
    var signature = note.signatures[0]
    signature.bytes[9] ^= 1
    try bench.write(path, SignedNote(text: note.text, signatures: [signature]).bytes)
    try putBackOlder(bench)
    _ = try bench.with { try $0.recover(from: Source.open(bench.file)) }
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.faults.isEmpty, "\(verification.faults)")
  }

  @Test("From tiles come digests alone: lost lines keep their places, and events say that they are lost")
  func recoverFromTiles() throws {
    let bench = try Bench()
    let tiles = "\(bench.folder)/public"
    let (root, note) = try bench.with { book in (try book.source.log.head().root, try book.checkpoint()) }
    _ = try Source.open(bench.book).publish(to: tiles, note)
    try putBackOlder(bench)
    let recovered = try bench.with { book in
      try book.recover(
        fromTiles: Audit.entries(.folder(tiles)), why: "the disk failed", assertedBy: committee, recordedBy: "officer")
    }
    #expect(recovered.events == 7 && recovered.digestsOnly == 7)
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.isSound, "\(verification.faults)")
    #expect(verification.size == 23 && verification.withheld == 7 && verification.unsigned == 0)
    #expect(try Source.open(bench.book).root(of: 16) == root)
    // The other history's tiles are not taken.
    let other = try Bench()
    try other.rewriteBook(Attack.rewriting)
    let elsewhere = "\(other.folder)/public"
    _ = try Source.open(other.book).publish(to: elsewhere, Source.open(other.book).latestCheckpoint())
    try putBackOlder(other)
    let refused = refusal {
      try other.with {
        _ = try $0.recover(
          fromTiles: Audit.entries(.folder(elsewhere)), why: "x", assertedBy: committee, recordedBy: "officer")
      }
    }
    #expect(refused != nil)
  }

  @Test("Where nothing can be recovered, a new log begins that holds the last head of the old one")
  func newOrigin() throws {
    let bench = try Bench()
    try putBackOlder(bench)
    let seen = try Source.open(bench.book).lastSeen(bench.folders)
    #expect(try Checkpoint(note: seen).size == 16, "what was seen, not what the older copy has")
    let path = "\(bench.folder)/new.tracker"
    try RecordBook.create(
      at: path, name: "Anew", owner: committee, ownerName: nil, continues: seen, folders: bench.folders,
      environment: .fixed(seed: 12)
    ).close()
    let verification = try bench.verify(path, Attack.machine(bench))
    #expect(verification.faults.isEmpty && verification.origin != Bench.origin)
    let first = try JSONValue(canonical: #require(bench.lines(path).first))
    #expect(first["data"]?["continues"]?.string == seen.string)
  }

  // MARK: Keys

  @Test("A new key: the first checkpoint behind it is signed by both, all later ones by the new key alone")
  func rotate() throws {
    let bench = try Bench()
    let old = try bench.key.verifierKey
    let new = try bench.with { try $0.rotateKey(reason: nil, assertedBy: committee, recordedBy: "officer") }
    #expect(new != old && new.name == Bench.origin)
    let latest = try Source.open(bench.book).latestCheckpoint()
    #expect(try Checkpoint(note: latest).size == 17)
    #expect(try latest.verified(by: [old, new]).map(\.key) == [old, new])
    try record("with the new key", bench)
    let after = try bench.with { try $0.checkpoint() }
    #expect(try after.verified(by: [new]).count == 1)
    #expect(throws: ProofFault.self) { try after.verified(by: [old]) }
    for policy in [[old], [new], [old, new]] {
      var options = try Attack.machine(bench)
      options.policy = Policy(logs: policy)
      let verification = try bench.verify(bench.book, options)
      #expect(verification.isSound == (policy != [old]), "\(verification.faults)")
    }
    // The first checkpoint behind the change travels with every whole copy.
    try bench.copy(bench.book, to: "after")
    #expect(try bench.verify("\(bench.folder)/after/log.jsonl").faults.isEmpty)
    // On the machine with both keys, an old size is signed with the key of its time.
    let nine = try bench.with { try $0.checkpoint(at: 9) }
    #expect(try nine.verified(by: [old]).count == 1)
  }

  @Test("Where the old key is lost, a reason is needed, and then only the new key signs")
  func lostKey() throws {
    let bench = try Bench()
    let old = try bench.key.verifierKey
    unlink(KeyRing(bench.folders).path(of: old))
    let refused = refusal {
      _ = try bench.with { try $0.rotateKey(reason: nil, assertedBy: committee, recordedBy: "officer") }
    }
    #expect(refused?.what.contains("not on this machine") == true)
    #expect(try bench.lines(bench.book).count == 16)
    let new = try bench.with { book in
      try book.rotateKey(
        reason: "the stick broke; confirmed by the chair", assertedBy: committee, recordedBy: "officer")
    }
    let latest = try Source.open(bench.book).latestCheckpoint()
    #expect(try latest.verified(by: [old, new]).map(\.key) == [new])
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.faults.isEmpty && verification.unsigned == 0, "\(verification.faults)")
    #expect(try LogGuard(bench.folders, origin: Bench.origin).seen()?.size == 17)
    try record("goes on", bench)
    #expect(try bench.verify(bench.book, Attack.machine(bench)).unsigned == 0)
  }

  @Test("Somebody without the key records; it is counted as not signed until a holder of the key signs")
  func withoutKey() throws {
    let bench = try Bench()
    let colleague = bench.folders(of: "colleague")
    for gist in ["one", "two"] { try record(gist, bench, folders: colleague) }
    #expect(try bench.with(folders: colleague) { try $0.source.unsigned() } == 2)
    let last = try bench.with(folders: colleague) { try $0.checkpoint() }
    #expect(try Checkpoint(note: last).size == 16)
    let before = try bench.verify(bench.book)
    #expect(before.isSound && before.unsigned == 2)
    #expect(refusal { _ = try bench.with(folders: colleague) { try $0.checkpoint(at: 18) } } != nil)
    let signed = try bench.with { try $0.checkpoint() }
    #expect(try Checkpoint(note: signed).size == 18)
    #expect(try bench.verify(bench.book).unsigned == 0)
    #expect(try bench.with(folders: colleague) { try $0.source.unsigned() } == 0)
  }

  @Test("A key that others on the machine can read is not used")
  func openKey() throws {
    let bench = try Bench()
    let path = KeyRing(bench.folders).path(of: try bench.key.verifierKey)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    chmod(path, 0o644)
    let open = refusal { try record("x", bench) }
    #expect(open?.what == "others on this machine can read the key \(path)")
    #expect(open?.next == "Close it:  chmod 600 \(path)")
    #expect(try bench.lines(bench.book).count == 16)
  }

  @Test("Nobody's drafts change the key, erase by saying so, or acknowledge what was not signed")
  func ownCommands() throws {
    let bench = try Bench()
    let target = try #require(JSONValue(canonical: bench.lines(bench.book)[4])["id"]?.string)
    let old = try bench.key.verifierKey.text
    let new = try Forge.stranger().verifierKey.text
    let drafts = [
      ("KeyRotated", "log", #"{"old":"\#(old)","new":"\#(new)","reason":"the old key was lost"}"#),
      ("PrivateErased", "party/practice-a", #"{"target":"\#(target)","names":["contact"],"why":"x","legalBasis":"y"}"#),
      (
        "EntryErased", "log",
        #"{"position":4,"entry":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","why":"x","legalBasis":"y"}"#
      ),
      (
        "Acknowledged", "log",
        #"{"by":"body-a","vkey":"\#(new)","targets":["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],"note":"seen"}"#
      ),
    ]
    for (type, stream, data) in drafts {
      let draft =
        #"{"type":"\#(type)","stream":"\#(stream)","basis":"told","assertedBy":{"party":"committee-a"},"data":\#(data)}"#
      let taken = try bench.with { try $0.importDrafts(Array(draft.utf8), recordedBy: "officer") }
      guard case .refused(let faults) = taken else {
        Issue.record("\(type) was taken")
        continue
      }
      #expect(faults.map(\.code) == ["own-command"] && faults[0].line == 1, "\(type): \(faults)")
      let proposal = try Proposal(draft: Array(draft.utf8), id: bench.with { $0.freshID() }, recordedBy: "officer")
      for isDryRun in [true, false] {
        #expect(refusal { try bench.with { _ = try $0.record([proposal], isDryRun: isDryRun) } } != nil, "\(type)")
      }
    }
    #expect(try bench.lines(bench.book).count == 16)
    #expect(try bench.verify(bench.book, Attack.machine(bench)).faults.isEmpty)
  }

  // MARK: Witness

  @Test("A witness cosigns twice, each time proving that nothing was rewritten between")
  func witness() throws {
    let bench = try Bench()
    let desk = WitnessDesk(bench.folders(of: "auditor"), name: "auditor.example")
    let key = try desk.begin()
    #expect(refusal { _ = try desk.begin() } != nil, "its key is made once")
    let first = try bench.with { try $0.witnessRequest(to: key) }
    #expect(first.oldSize == 0 && first.proof.isEmpty)
    guard case .refused(let unwatched) = try desk.answer(first) else { throw Bench.Missing(what: "404") }
    #expect(unwatched.status == 404)
    try desk.watch(bench.key.verifierKey)
    for round in 1...2 {
      let request = try bench.with { try $0.witnessRequest(to: key) }
      // As it travels: bytes in a file.
      guard case .cosigned(let signatures, _) = try desk.answer(AddCheckpoint(bytes: request.bytes)) else {
        throw Bench.Missing(what: "cosignature \(round)")
      }
      let answer = Array(signatures.map(\.line).joined().utf8)
      let note = try bench.with { try $0.addCosignature(answer, by: key) }
      #expect(try Checkpoint(note: note).size == (round == 1 ? 16 : 17))
      // The same request again: it saw more meanwhile.
      guard case .refused(let stale) = try desk.answer(request) else { throw Bench.Missing(what: "409") }
      #expect(stale.status == 409 && stale.size == (round == 1 ? 16 : 17))
      if round == 1 { try record("between", bench) }
    }
    let text = "log \(try bench.key.verifierKey.text)\nwitness auditor \(key.text)\nquorum auditor\n"
    var options = Verification.Options()
    options.policy = try Policy(bytes: Array(text.utf8))
    let verification = try bench.verify(bench.book, options)
    // The clock of the book stands in 2012, so nothing was recorded after the witness saw it.
    #expect(verification.isSound && verification.isPolicyMet == true, "\(verification.faults)")
    #expect(Set(verification.witnessedBy.map(\.size)) == [16, 17])
    #expect(verification.witnessedBy.allSatisfy { $0.name == "auditor" })
    // A witness's answer that is another's, or changed, is not taken.
    let other = try WitnessDesk(bench.folders(of: "auditor"), name: "other.example").begin()
    let line = try #require(note(of: verification, bench).signatures.first { $0.key == key.keyName })
    #expect(refusal { _ = try bench.with { try $0.addCosignature(Array(line.line.utf8), by: other) } } != nil)
  }

  private func note(of verification: Verification, _ bench: Bench) throws -> SignedNote {
    try bench.with { try $0.checkpoint() }
  }

  @Test("Fork and rewriting are refused by the witness with 422, also by whoever has the log's key")
  func witnessRefuses() throws {
    let bench = try Bench()
    let desk = WitnessDesk(bench.folders(of: "auditor"), name: "auditor.example")
    let key = try desk.begin()
    try desk.watch(bench.key.verifierKey)
    let request = try bench.with { try $0.witnessRequest(to: key) }
    guard case .cosigned = try desk.answer(request) else { throw Bench.Missing(what: "cosignature") }
    // Rewritten and signed anew: the same size with another root, then a longer log.
    try bench.rewriteBook(Attack.rewriting)
    let forged = try bench.with(folders: bench.elsewhere) { try $0.witnessRequest(to: key, old: 16) }
    guard case .refused(let same) = try desk.answer(forged) else { throw Bench.Missing(what: "422") }
    #expect(same.status == 422)
    try bench.with(folders: bench.elsewhere) { book in
      _ = try book.importDrafts(bench.letter("longer"), recordedBy: "officer")
    }
    let longer = try bench.with(folders: bench.elsewhere) { try $0.witnessRequest(to: key, old: 16) }
    #expect(!longer.proof.isEmpty)
    guard case .refused(let rewritten) = try desk.answer(longer) else { throw Bench.Missing(what: "422") }
    #expect(rewritten.status == 422 && rewritten.why.contains("rewritten"))
    // As if it were the first time: the witness remembers.
    let anew = try bench.with(folders: bench.elsewhere) { try $0.witnessRequest(to: key, old: 0) }
    guard case .refused(let first) = try desk.answer(anew) else { throw Bench.Missing(what: "409") }
    #expect(first.status == 409 && first.size == 16)
    // Signed by a stranger under the log's name.
    let stranger = try Forge.note(bench.lines(bench.book), 17, by: Forge.stranger())
    guard
      case .refused(let unsigned) = try desk.answer(
        AddCheckpoint(oldSize: 16, proof: longer.proof, checkpoint: stranger))
    else { throw Bench.Missing(what: "403") }
    #expect(unsigned.status == 403)
  }

  // MARK: Acknowledgement

  @Test(
    "An acknowledgement holds for the events that it names, in this log at that size, by that key, and for no other")
  func acknowledge() throws {
    let bench = try Bench()
    let party = try SigningKey(name: "body.example", type: .ed25519, seed: [UInt8](repeating: 3, count: 32))
    let asked = try bench.with { try $0.acknowledgement(of: [8, 11]) }
    #expect(try Acknowledgement(text: asked.text) == asked)
    let lines = try bench.lines(bench.book)
    #expect(asked.targets == [8, 11].map { LogDigest.entry(of: lines[$0]) } && asked.checkpoint.size == 16)
    let note = try SignedNote(signing: asked.text, by: [party])
    #expect(throws: ProofFault.self) { try note.verified(by: [Forge.stranger("body.example").verifierKey]) }
    let source = try Source.open(bench.book)
    try source.check(asked, origin: Bench.origin)
    var bad: [Acknowledgement] = []
    for change in [
      { $0.targets[0][0] ^= 1 }, { $0.checkpoint.size = 15 }, { $0.checkpoint.size = 9_999 },
      { $0.checkpoint.root[0] ^= 1 },
      { $0.checkpoint.origin = "tracker/other" },
      // An event that came later than the head.
      {
        $0.checkpoint.size = 9
        $0.checkpoint.root = (try? source.root(of: 9)) ?? []
      },
    ] as [(inout Acknowledgement) -> Void] {
      var other = asked
      change(&other)
      bad.append(other)
    }
    for other in bad { #expect(throws: ProofFault.self) { try source.check(other, origin: Bench.origin) } }
    // Recorded, it is checked by everybody who verifies.
    let data = Acknowledged(
      by: PartyKey(unchecked: "body-a"), vkey: party.verifierKey.text,
      targets: asked.targets.map { Base64.encode($0) }, note: note.string)
    try bench.with { book in
      let statement = Statement(assertedBy: .init(party: committee), basis: .document, body: .acknowledged(data))
      _ = try book.record(
        [Proposal(id: book.freshID(), stream: .log, statement: statement, recordedBy: "officer")], isDeed: true)
    }
    #expect(try bench.verify(bench.book, Attack.machine(bench)).faults.isEmpty)
    // What is not signed by the log yet cannot be acknowledged.
    let colleague = bench.folders(of: "colleague")
    try record("unsigned", bench, folders: colleague)
    #expect(refusal { _ = try bench.with(folders: colleague) { try $0.acknowledgement(of: [17]) } } != nil)
  }

  // MARK: Copies

  @Test("A copy with lines left out verifies under the same checkpoint, and the gaps are counted openly")
  func withhold() throws {
    let bench = try Bench()
    var options = Source.CopyOptions()
    options.leftOut = [9, 10, 4]
    options.isWithoutPrivateValues = true
    try bench.copy(bench.book, to: "reader", options)
    let path = "\(bench.folder)/reader/log.jsonl"
    let verification = try bench.verify(path, Attack.trusting(bench))
    #expect(verification.isSound && verification.withheld == 3 && verification.isPolicyMet == true)
    #expect(verification.unsigned == 0 && verification.size == 16)
    #expect(try Source.open(path).log.head() == Source.open(bench.book).log.head())
    // An event that is there is proved from the copy as from the book.
    let source = try Source.open(path)
    let proof = try source.prove(11, under: source.latestCheckpoint())
    #expect(try proof == Source.open(bench.book).prove(11, under: source.latestCheckpoint()))
    // No book comes of it.
    let refused = refusal {
      _ = try RecordBook.restore(from: Source.open(path), to: "\(bench.folder)/x.tracker", folders: bench.folders)
    }
    #expect(refused?.what.contains("line 5") == true, "\(refused?.what ?? "")")
    #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/x.tracker"))
    // More versions are missing than lines were left out.
    var lines = try bench.lines(path)
    lines.remove(at: 10)
    try bench.write(path, Array(lines.map { $0 + [0x0A] }.joined()))
    #expect(try bench.verify(path).faults.contains { $0.code == "stream-version" && $0.position == 10 })
    // The line in whose stead a digest stands is another one.
    lines = try bench.lines(path)
    lines.insert(LogLine.withheldBytes(entry: [UInt8](repeating: 5, count: 32)), at: 9)
    lines.remove(at: 10)
    try bench.write(path, Array(lines.map { $0 + [0x0A] }.joined()))
    #expect(try bench.verify(path).isSound == false)
  }

  @Test("Whatever line is left out, nobody is said to have broken a rule; what does not rest on it is judged as before")
  func unjudged() throws {
    let bench = try Bench()
    let source = try Source.open(bench.book)
    var unjudged: [Int] = []
    for position in 0..<16 {
      var options = Source.CopyOptions()
      options.leftOut = [position]
      _ = try source.copy(to: "\(bench.folder)/without-\(position)", name: "log", options)
      let verification = try bench.verify("\(bench.folder)/without-\(position)/log.jsonl", Attack.trusting(bench))
      #expect(verification.faults == [], "without line \(position + 1)")
      unjudged.append(verification.unjudged)
    }
    let whole = try bench.verify(bench.book)
    #expect(whole.faults == [] && whole.unjudged == 0)
    // The committee that says everything, and the agreement.
    #expect(unjudged.max() ?? 0 > 5)
    #expect(unjudged.contains(0), "on some lines nothing rests")
    // A payment for a promise that is nobody's: what was left out behind it cannot have been the promise; what was left out
    // before it may.
    let payment = try bench.lines(bench.book).firstIndex { line in
      String(decoding: line, as: UTF8.self).contains("PaymentMade")
    }
    let paid = try #require(payment)
    for (leftOut, isBroken) in [(15, true), (paid - 1, false)] {
      let path = "\(bench.folder)/strange-\(leftOut).jsonl"
      var lines = try bench.lines(bench.book)
      let line = String(decoding: lines[paid], as: UTF8.self)
      let promise = try #require(line.firstRange(of: "\"promise\":\""))
      lines[paid] = Array((line[..<promise.upperBound] + "no-" + line[promise.upperBound...]).utf8)
      lines[leftOut] = LogLine.withheldBytes(entry: LogDigest.entry(of: lines[leftOut]))
      try bench.write(path, Array(lines.map { $0 + [0x0A] }.joined()))
      let verification = try bench.verify(path)
      #expect(verification.faults.contains { $0.code == "unknown-promise" && $0.position == paid } == isBroken)
      #expect((verification.unjudged > 0) != isBroken)
    }
  }

  @Test("A whole copy and a book made of it are inverse, byte for byte")
  func inverse() throws {
    let bench = try Bench()
    let party = WitnessDesk(bench.folders(of: "auditor"), name: "auditor.example")
    let key = try party.begin()
    try party.watch(bench.key.verifierKey)
    let request = try bench.with { try $0.witnessRequest(to: key) }
    guard case .cosigned(let signatures, _) = try party.answer(request) else {
      throw Bench.Missing(what: "cosignature")
    }
    _ = try bench.with { try $0.addCosignature(Array(signatures.map(\.line).joined().utf8), by: key) }
    // Tokens are kept as they came; what is in them is the business of whoever names an authority.
    try bench.sql("INSERT INTO token VALUES (16, x'3003020101'), (16, x'3003020102'), (9, x'3003020103')")
    try FileManager.default.removeItem(atPath: "\(bench.folder)/copy")
    try bench.copy(bench.book, to: "copy")
    let restored = "\(bench.folder)/restored.tracker"
    try RecordBook.restore(from: Source.open(bench.file), to: restored, folders: bench.folders).close()
    _ = try Source.open(restored).copy(to: "\(bench.folder)/again", name: "log")
    let (first, second) = (try files("\(bench.folder)/copy"), try files("\(bench.folder)/again"))
    #expect(first == second)
    #expect(
      first.keys.sorted() == [
        "log.checkpoint", "log.checkpoints/16.1.tsr", "log.checkpoints/16.2.tsr", "log.checkpoints/16.checkpoint",
        "log.checkpoints/2.checkpoint", "log.checkpoints/9.1.tsr", "log.checkpoints/9.checkpoint", "log.jsonl",
        "log.private.jsonl", "log.tsr",
      ])
    #expect(try Source.open(restored).log.head() == Source.open(bench.book).log.head())
    #expect(try bench.verify(restored, Attack.machine(bench)).faults.isEmpty)
    // The copy of a copy is the copy.
    _ = try Source.open(bench.file).copy(to: "\(bench.folder)/third", name: "log")
    #expect(try files("\(bench.folder)/third") == first)
    // Nothing is overwritten, and a copy that does not hold becomes no book.
    #expect(refusal { try bench.copy(bench.book, to: "copy") } != nil)
    try bench.edit { try Forge.replace(&$0[10], "2000000", "9000000") }
    #expect(
      refusal {
        _ = try RecordBook.restore(
          from: Source.open(bench.file), to: "\(bench.folder)/y.tracker", folders: bench.folders)
      } != nil)
    #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/y.tracker"))
  }

  @Test("A copy of the beginning holds only checkpoints that it can bear")
  func until() throws {
    let bench = try Bench()
    var options = Source.CopyOptions()
    options.limit = 12
    try bench.copy(bench.book, to: "part", options)
    let verification = try bench.verify("\(bench.folder)/part/log.jsonl", Attack.trusting(bench))
    #expect(verification.isSound && verification.size == 12 && verification.unsigned == 3, "\(verification.faults)")
    #expect(verification.signedBy.map(\.size) == [9, 2])
  }

  // MARK: Publishing

  @Test("What is published grows: what was there is never touched, and another history is refused")
  func publish() throws {
    let bench = try Bench()
    let place = "\(bench.folder)/public"
    func publish(_ path: String? = nil) throws -> Int {
      let source = try Source.open(path ?? bench.book)
      return try source.publish(to: place, source.latestCheckpoint())
    }
    #expect(try publish() == 3, "entries, hashes, checkpoint")
    let first = try files(place)
    #expect(first.keys.sorted() == ["checkpoint", "tile/0/000.p/16", "tile/entries/000.p/16"])
    for number in 0..<3 { try record("letter \(number)", bench) }
    #expect(try publish() == 3)
    var second = try files(place)
    second["checkpoint"] = first["checkpoint"]
    for (name, bytes) in first { #expect(second[name] == bytes, "\(name)") }
    #expect(try publish() == 1, "the same again writes nothing but the checkpoint")
    let policy = try bench.policy
    let auditor = bench.folders(of: "auditor")
    #expect(try Audit.run(.folder(place), policy: policy, folders: auditor).before == nil)
    // The older book, and a rewritten one.
    #expect(refusal { _ = try publish(bench.older) } != nil)
    let before = try files(place)
    try bench.rewriteBook { lines in
      try Attack.rewriting(&lines)
      try Forge.add(
        "ExhibitFiled", to: "exhibit/b", ["exhibit": "2", "title": "x", "kind": "y", "author": "body-a"], &lines)
    }
    let refused = try #require(refusal { _ = try publish() })
    #expect(refused.what.contains("does not contain"), "\(refused.what)")
    #expect(try files(place) == before)
    // Nothing in the tiles tells a word of the log.
    for (name, bytes) in before where name != "checkpoint" {
      #expect(bytes.range(of: Data("committee".utf8)) == nil, "\(name)")
    }
  }

  @Test("An auditor notices that a log was turned back, rewritten, or holds a hash that is none")
  func audit() throws {
    let bench = try Bench()
    let auditor = bench.folders(of: "auditor")
    let policy = try bench.policy
    func publish(to name: String) throws -> Audit.Place {
      let source = try Source.open(bench.book)
      _ = try source.publish(to: "\(bench.folder)/\(name)", source.latestCheckpoint())
      return .folder("\(bench.folder)/\(name)")
    }
    let early = try publish(to: "early")
    _ = try Audit.run(early, policy: policy, folders: auditor)
    try record("more", bench)
    let now = try publish(to: "now")
    let audit = try Audit.run(now, policy: policy, folders: auditor)
    #expect(audit.before?.size == 16 && audit.checkpoint.size == 17 && audit.signedBy.count == 1)
    #expect(
      refusal { _ = try Audit.run(early, policy: policy, folders: auditor) }?.what.contains("turned back") == true)
    try bench.rewriteBook { lines in
      try Attack.rewriting(&lines)
      try Forge.add(
        "ExhibitFiled", to: "exhibit/b", ["exhibit": "2", "title": "x", "kind": "y", "author": "body-a"], &lines)
    }
    let forged = try publish(to: "forged")
    #expect(refusal { _ = try Audit.run(forged, policy: policy, folders: auditor) }?.what.contains("rewritten") == true)
    // For somebody who never looked before it is a log like any other.
    #expect(try Audit.run(forged, policy: policy, folders: bench.folders(of: "newcomer")).before == nil)
    // One byte of a tile.
    for tile in ["tile/0/000.p/17", "tile/entries/000.p/17"] {
      let path = "\(bench.folder)/now/\(tile)"
      let before = try bench.read(path)
      var bytes = before
      bytes[40] ^= 1
      try bench.write(path, bytes)
      #expect(refusal { _ = try Audit.run(now, policy: policy, folders: auditor) } != nil, "\(tile)")
      try bench.write(path, before)
    }
    unlink("\(bench.folder)/now/tile/0/000.p/17")
    #expect(
      refusal { _ = try Audit.run(now, policy: policy, folders: auditor) }?.what.contains("not published") == true)
    // A policy that does not know the key.
    let stranger = Policy(logs: [try Forge.stranger().verifierKey])
    #expect(refusal { _ = try Audit.run(early, policy: stranger, folders: bench.folders(of: "third")) } != nil)
  }

  // MARK: Erasing

  private func erase(_ bench: Bench) throws {
    try bench.with { book in
      _ = try book.erase(
        privateValues: ["contact"], of: 4, why: "asked for it", legalBasis: "Art. 17 UK GDPR", assertedBy: committee,
        recordedBy: "officer")
      _ = try book.erase(
        lineAt: 15, why: "recorded by mistake", legalBasis: "Art. 17 UK GDPR", assertedBy: committee,
        recordedBy: "officer")
    }
  }

  private func holds(_ path: String, _ word: String) throws -> Bool {
    Data(try bench(path)).range(of: Data(word.utf8)) != nil
  }

  private func bench(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  @Test("E1 erased values and lines are gone, the four states are told apart, and the log still verifies")
  func erased() throws {
    let bench = try Bench()
    let root = try Source.open(bench.book).log.head().root
    #expect(try holds(bench.book, "\"value\":\"a name\"") && holds(bench.book, "3400000000"))
    try erase(bench)
    #expect(try !holds(bench.book, "\"value\":\"a name\"") && !holds(bench.book, "3400000000"))
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.isSound && verification.withheld == 1, "\(verification.faults)")
    #expect(verification.privateValues.erased == 1 && verification.privateValues.present == 0)
    #expect(try Source.open(bench.book).root(of: 16) == root)
    let models = try #require(try bench.with { try $0.source.checkReadModels() })
    #expect(models.live == models.rebuilt)
    // Twice is once: it finishes what may be left of the first time, and adds nothing.
    let before = try bench.lines(bench.book)
    try erase(bench)
    #expect(try bench.lines(bench.book) == before)
    // What is not there, and what others stand on.
    for body in [
      {
        try bench.with {
          _ = try $0.erase(
            privateValues: ["x"], of: 4, why: "x", legalBasis: "x", assertedBy: self.committee, recordedBy: "o")
        }
      },
      {
        try bench.with {
          _ = try $0.erase(lineAt: 7, why: "x", legalBasis: "x", assertedBy: self.committee, recordedBy: "o")
        }
      },
      {
        try bench.with {
          _ = try $0.erase(lineAt: 0, why: "x", legalBasis: "x", assertedBy: self.committee, recordedBy: "o")
        }
      },
    ] as [() throws -> Void] {
      #expect(refusal(body) != nil)
    }
  }

  @Test("The files of exhibits go along in a whole copy, come back byte for byte, and stay erased once they are")
  func exhibits() throws {
    let bench = try Bench()
    let letter = String(repeating: "The letter that says it all. ", count: 40_000)
    try bench.fileExhibit(letter)
    try bench.fileExhibit("a note", key: "note-b")
    try bench.copy(bench.book, to: "out")
    let digest = LogDigest.sha256(Array(letter.utf8)).hex
    #expect(try bench.read("\(bench.folder)/out/log.exhibits/\(digest)") == Array(letter.utf8))
    let restored = "\(bench.folder)/restored.tracker"
    try RecordBook.restore(
      from: Source.open("\(bench.folder)/out/log.jsonl"), to: restored, folders: bench.folders
    ).close()
    #expect(try bench.lines(restored) == bench.lines(bench.book))
    let there = try Source.open(restored).exhibits().filter { $0.state == .stored }
    #expect(there.map(\.key.rawValue) == ["letter-b", "note-b"])
    var bytes: [UInt8] = []
    try Source.open(restored).read(there[0]) { bytes += Array($0) }
    #expect(bytes == Array(letter.utf8))
    // The way back is the same: nothing is lost or added.
    try bench.copy(restored, to: "again")
    for name in [digest, LogDigest.sha256(Array("a note".utf8)).hex] {
      #expect(
        try bench.read("\(bench.folder)/again/log.exhibits/\(name)")
          == bench.read("\(bench.folder)/out/log.exhibits/\(name)"))
    }
    // A copy without one of the lines has not its file either.
    var options = Source.CopyOptions()
    options.leftOut = [16]
    try bench.copy(bench.book, to: "less", options)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(bench.folder)/less/log.exhibits").count == 1)
    // Erased: gone from the book, and an older copy does not bring it back.
    try bench.with { book in
      for _ in 0..<2 {
        _ = try book.erase(
          fileOf: 16, why: "shows a patient", legalBasis: "Art. 17 UK GDPR", assertedBy: committee,
          recordedBy: "officer")
      }
    }
    #expect(try Source.open(bench.book).log.size() == 19, "the second time adds no event")
    #expect(try !holds(bench.book, "The letter that says it all."))
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.isSound && verification.exhibits.erased == 1 && verification.exhibits.stored == 1)
    let late = "\(bench.folder)/late.tracker"
    try RecordBook.restore(
      from: Source.open("\(bench.folder)/out/log.jsonl"), to: late, folders: bench.folders
    ).close()
    #expect(try Source.open(late).exhibits().map(\.state).contains(.absent) && !holds(late, "The letter that says"))
    // Filed once more it is refused.
    #expect(refusal { try bench.with { book in try self.isKnown(book, "\(bench.folder)/letter-b.txt") } } == nil)
  }

  /// What was erased is known, and is known as erased.
  private func isKnown(_ book: RecordBook, _ path: String) throws {
    guard case .erased(position: 18) = try book.knows(ExhibitFile.read(path)) else {
      Issue.record("it is not known as erased")
      return
    }
  }

  @Test("The line of an exhibit that is erased takes its file along")
  func erasedLineOfExhibit() throws {
    let bench = try Bench()
    try bench.fileExhibit("the letter of one person")
    _ = try bench.with { book in
      try book.erase(lineAt: 16, why: "x", legalBasis: "x", assertedBy: committee, recordedBy: "o")
    }
    #expect(try !holds(bench.book, "the letter of one person"))
    #expect(try bench.verify(bench.book, Attack.machine(bench)).isSound)
  }

  @Test(
    "A backup from before an erasure: what was erased here is erased again, value and line", arguments: [false, true])
  func backup(isMadeNew: Bool) throws {
    let bench = try Bench()
    try bench.copy(bench.book, to: "backup")
    let older = "\(bench.folder)/backup.tracker"
    try FileManager.default.copyItem(atPath: bench.book, toPath: older)
    try erase(bench)
    try bench.copy(bench.book, to: "current")
    let current = try bench.lines(bench.book)
    unlink(bench.book)
    if isMadeNew {
      try RecordBook.restore(
        from: Source.open("\(bench.folder)/backup/log.jsonl"), to: bench.book, folders: bench.folders
      ).close()
      #expect(try !holds(bench.book, "\"value\":\"a name\""), "the list of what was erased stands outside of the book")
    } else {
      try FileManager.default.copyItem(atPath: older, toPath: bench.book)
      let codes = try bench.verify(bench.book, Attack.machine(bench)).faults.map(\.code)
      #expect(codes.contains("erased-present") && codes.contains("rolled-back"), "\(codes)")
    }
    _ = try bench.with { try $0.recover(from: Source.open("\(bench.folder)/current/log.jsonl")) }
    let verification = try bench.verify(bench.book, Attack.machine(bench))
    #expect(verification.isSound && verification.privateValues.erased == 1, "\(verification.faults)")
    #expect(try bench.lines(bench.book) == current)
    #expect(try !holds(bench.book, "\"value\":\"a name\"") && !holds(bench.book, "3400000000"))
    #expect(try bench.with { try $0.eraseAgain() } == 0)
  }
}
