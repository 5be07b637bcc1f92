import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import LogStore
import TestSupport
import Testing
import TransparencyLog

/// H1: one thing is changed, then everything is made anew that the one who changed it can make anew. Each kind of change has
/// a code of its own, and the first bad position is named.
///
/// Three hands are played. A slip of the hand changes a file and nothing else. A hand with the rights of the file makes
/// digests, `previous`, tree and read models anew, and cannot sign. A hand with the log's key signs everything anew as well:
/// against it stand only what a machine has seen, a head that somebody noted, a witness, and outside time.
struct Attack: Sendable, CustomTestStringConvertible {
  enum Target: Sendable { case file, book }

  var name: String
  var target: Target
  var code: String
  /// From 0; nil = it is about the copy as a whole.
  var position: Int?
  var change: @Sendable (Bench) throws -> Void
  var options: @Sendable (Bench) throws -> Verification.Options = { _ in .init() }
  /// What is said of it, where no transcript shows the words.
  var words: String?

  var testDescription: String { name }

  init(
    _ name: String, _ target: Target, _ code: String, at position: Int?,
    with options: @escaping @Sendable (Bench) throws -> Verification.Options = { _ in .init() },
    saying words: String? = nil,
    _ change: @escaping @Sendable (Bench) throws -> Void
  ) {
    (self.name, self.target, self.code, self.position) = (name, target, code, position)
    (self.change, self.options, self.words) = (change, options, words)
  }
}

extension Attack {
  // MARK: A slip of the hand

  static let slips: [Attack] = [
    Attack("a bit of the frame flips", .file, "syntax", at: 10) { try $0.edit { $0[10][1] ^= 0x01 } },
    Attack("a value is changed", .file, "previous", at: 11) {
      try $0.edit { try Forge.replace(&$0[10], "2000000", "9000000") }
    },
    Attack("the last line is changed", .file, "root-differs", at: 9) {
      try $0.edit { try Forge.replace(&$0[15], "3400000000", "3400000001") }
    },
    Attack("a member is taken out", .file, "missing-member", at: 10) {
      try $0.edit { try Forge.set(&$0[10]) { $0["basis"] = nil } }
    },
    Attack("a line is deleted", .file, "stream-version", at: 10) { try $0.edit { $0.remove(at: 10) } },
    Attack("a line is inserted", .file, "stream-version", at: 11) {
      try $0.edit { lines in
        var line = lines[10]
        try Forge.set(&line) {
          $0["id"] = "018f3c1e-7b5a-7c3d-9e2f-aaaaaaaaaaaa"
          $0["salt"] = .string(Base64.encode([UInt8](repeating: 1, count: 16)))
        }
        lines.insert(line, at: 11)
      }
    },
    Attack("two lines of a stream are swapped", .file, "stream-version", at: 10) { try $0.edit { $0.swapAt(10, 11) } },
    Attack("two lines of different streams are swapped", .file, "root-differs", at: 9) {
      try $0.edit { $0.swapAt(14, 15) }
    },
    Attack("a line stands twice", .file, "duplicate-id", at: 11) { try $0.edit { $0.insert($0[10], at: 11) } },
    Attack("two salts are swapped", .file, "previous", at: 11) {
      try $0.edit { lines in
        let salts = try [10, 14].map { try JSONValue(canonical: lines[$0])["salt"] }
        try Forge.set(&lines[10]) { $0["salt"] = salts[1] }
        try Forge.set(&lines[14]) { $0["salt"] = salts[0] }
      }
    },
    Attack("the last line is missing", .file, "tail-cut", at: 15) { try $0.edit { $0.removeLast() } },
    Attack("the file is cut in a line", .file, "no-final-line-feed", at: 15) { try $0.editBytes { $0.removeLast(40) } },
    Attack("the last line feed is missing", .file, "no-final-line-feed", at: 15) {
      try $0.editBytes { $0.removeLast() }
    },
    Attack("mail put CR LF at every end", .file, "carriage-return", at: 0) {
      try $0.editBytes { bytes in bytes = Array(bytes.map { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }.joined()) }
    },
    Attack("an editor put a mark at the beginning", .file, "byte-order-mark", at: 0) {
      try $0.editBytes { $0 = [0xEF, 0xBB, 0xBF] + $0 }
    },
    Attack("the checkpoint's signature has another bit", .file, "bad-signature", at: nil) {
      try $0.editNote { note in
        var signature = note.signatures[0]
        signature.bytes[5] ^= 0x10
        return SignedNote(text: note.text, signatures: [signature])
      }
    },
    Attack("beside the log stands a note that is no checkpoint", .file, "malformed-checkpoint", at: nil) { bench in
      try bench.editNote { _ in try SignedNote(signing: "hello\n", by: [bench.key]) }
    },
    Attack("a private value is changed", .file, "private-missing", at: 4) {
      try $0.editOpenings { $0 = $0.replacingOccurrences(of: "a name", with: "b name") }
    },
    Attack("a private value is added", .file, "opening-unknown", at: nil) {
      try $0.editOpenings { $0 += #"{"name":"contact","salt":"AAAAAAAAAAAAAAAAAAAAAA==","value":"x"}"# + "\n" }
    },
    Attack("a private value is deleted", .file, "private-missing", at: 4) { try $0.editOpenings { $0 = "" } },
    Attack("the stored file of an exhibit is changed", .file, "exhibit-differs", at: 16) { bench in
      let digest = LogDigest.sha256(Array("the letter".utf8)).hex
      let data: JSONValue = [
        "exhibit": "2", "title": "Letter", "kind": "letter", "author": "body-a", "sha256": .string(digest),
      ]
      try bench.rewrite { try Forge.add("ExhibitFiled", to: "exhibit/letter-b", data, &$0) }
      let folder = "\(bench.folder)/copy/log.exhibits"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try bench.write("\(folder)/\(digest)", Array("the letter".utf8))
      guard try bench.verify(bench.file).isSound else { throw Bench.Missing(what: "a sound beginning") }
      try bench.write("\(folder)/\(digest)", Array("the better".utf8))
    },
    Attack("the stored file of an exhibit in the book is changed", .book, "exhibit-differs", at: 16) { bench in
      try bench.fileExhibit()
      guard try bench.verify(bench.book).isSound else { throw Bench.Missing(what: "a sound beginning") }
      try bench.sql("UPDATE filePiece SET bytes = CAST('the better' AS BLOB)")
    },
    Attack("the stored file of an exhibit is cut", .book, "exhibit-differs", at: 16) { bench in
      try bench.fileExhibit()
      try bench.sql("DELETE FROM filePiece")
    },
    Attack("a file is stored that nobody filed", .book, "exhibit-unknown", at: nil) { bench in
      let digest = LogDigest.sha256(Array("more".utf8)).hex
      try bench.sql(
        "INSERT INTO file VALUES (x'\(digest)', 4); "
          + "INSERT INTO filePiece VALUES (x'\(digest)', 0, CAST('more' AS BLOB))")
    },
    Attack("a file beside the lines is one that nobody filed", .file, "exhibit-unknown", at: nil) { bench in
      let folder = "\(bench.folder)/copy/log.exhibits"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try bench.write("\(folder)/\(LogDigest.sha256(Array("more".utf8)).hex)", Array("more".utf8))
    },
    Attack("the digest beside a line is changed", .book, "entry-differs", at: 10) {
      try $0.sql("DROP TRIGGER eventIsNeverChanged; UPDATE event SET entry = zeroblob(32) WHERE number = 11")
    },
    Attack("a line in the book is changed", .book, "entry-differs", at: 15) {
      try $0.sql(
        "DROP TRIGGER eventIsNeverChanged; UPDATE event SET line = CAST(replace(CAST(line AS TEXT), '34', '35') AS BLOB) "
          + "WHERE number = 16")
    },
    Attack("a line is looked up under another stream", .book, "index-differs", at: 10) {
      try $0.sql("DROP TRIGGER eventIsNeverChanged; UPDATE event SET stream = 'party/x' WHERE number = 11")
    },
    Attack("a private value is kept under another digest", .book, "opening-differs", at: 4) {
      try $0.sql("UPDATE opening SET digest = 'x'")
    },
    Attack("a hash of the tree is changed", .book, "tree-differs", at: 7) {
      try $0.sql("UPDATE node SET hash = zeroblob(32) WHERE place = 0")
    },
    Attack("the head of the tree is changed", .book, "tree-differs", at: nil) {
      try $0.sql("UPDATE tree SET subtrees = zeroblob(32)")
    },
    Attack("a row is deleted", .book, "gap", at: 5) {
      try $0.sql("DROP TRIGGER eventIsNeverDeleted; DELETE FROM event WHERE number = 6")
    },
  ]

  // MARK: With the rights of the file

  static let forgeries: [Attack] = [
    Attack("a value is changed, and all digests with it", .file, "root-differs", at: 9) {
      try $0.edit { lines in
        try Forge.replace(&lines[10], "2000000", "9000000")
        try Forge.chain(&lines)
      }
    },
    Attack("a line of the first checkpoint is changed, and all digests", .file, "root-differs", at: nil) {
      try $0.edit { lines in
        try Forge.replace(&lines[1], "A committee", "B committee")
        try Forge.chain(&lines)
      }
    },
    Attack("a line is deleted, and the chain joined", .file, "tail-cut", at: 15) {
      try $0.edit { lines in
        lines.remove(at: 10)
        try Forge.chain(&lines)
      }
    },
    Attack("a line is inserted, and the chain joined", .file, "root-differs", at: 9) {
      try $0.edit { lines in
        var line = lines[14]
        try Forge.set(&line) {
          $0["id"] = "018f3c1e-7b5a-7c3d-9e2f-aaaaaaaaaaaa"
          $0["salt"] = .string(Base64.encode([UInt8](repeating: 1, count: 16)))
        }
        lines.insert(line, at: 15)
        try Forge.chain(&lines)
      }
    },
    Attack("two lines are swapped, and the chain joined", .file, "root-differs", at: 9) {
      try $0.edit { lines in
        lines.swapAt(9, 10)
        try Forge.chain(&lines)
      }
    },
    Attack("a line is declared withheld with another digest", .file, "root-differs", at: 9) {
      try $0.edit { $0[15] = LogLine.withheldBytes(entry: [UInt8](repeating: 3, count: 32)) }
    },
    Attack("the checkpoint bears another origin", .file, "other-origin", at: nil) {
      try $0.editNote { note in
        SignedNote(text: note.text.replacingOccurrences(of: "bench", with: "other"), signatures: note.signatures)
      }
    },
    Attack("the checkpoint is signed by a stranger alone", .file, "not-signed", at: nil) { bench in
      try bench.editNote { note in try SignedNote(signing: note.text, by: [Forge.stranger()]) }
    },
    Attack("the lines are changed, and a stranger signs them", .file, "not-signed", at: nil) { bench in
      try bench.rewrite(by: Forge.stranger()) { lines in
        try Forge.replace(&lines[10], "2000000", "9000000")
        try Forge.chain(&lines)
      }
    },
    Attack("a stranger's key takes over without the old one", .file, "key-not-confirmed", at: 16) { bench in
      let data: JSONValue = [
        "old": .string(try bench.key.verifierKey.text), "new": .string(try Forge.stranger().verifierKey.text),
      ]
      try bench.edit { try Forge.add("KeyRotated", data, &$0) }
      let lines = try bench.lines(bench.file)
      try bench.editNote { _ in try Forge.note(lines, 17, by: Forge.stranger()) }
    },
    Attack("a key replaces one that the log never had", .file, "key-chain", at: 16) { bench in
      let key = try Forge.stranger().verifierKey.text
      try bench.edit { try Forge.add("KeyRotated", ["old": .string(key), "new": .string(key)], &$0) }
    },
    Attack("an erased value is put back", .file, "erased-present", at: 4) { bench in
      let opening = try bench.read("\(bench.folder)/copy/log.private.jsonl")
      try bench.with { book in
        _ = try book.erase(
          privateValues: ["contact"], of: 4, why: "asked for it", legalBasis: "Art. 17",
          assertedBy: PartyKey(unchecked: "committee-a"), recordedBy: "officer")
        _ = try book.checkpoint()
      }
      try FileManager.default.removeItem(atPath: "\(bench.folder)/copy")
      try bench.copy(bench.book, to: "copy")
      guard try bench.verify(bench.file).isSound else { throw Bench.Missing(what: "a sound beginning") }
      try bench.editOpenings { $0 = String(decoding: opening, as: UTF8.self) }
    },
    Attack(
      "a line is left out of a book, and no event says so", .book, "left-out", at: 15,
      saying: "it is not in the book, and no event says that it was erased"
    ) {
      try $0.rebuild { $0[15] = LogLine.withheldBytes(entry: LogDigest.entry(of: $0[15])) }
    },
    Attack("a book is made anew around a changed line", .book, "root-differs", at: 9) {
      try $0.rebuild { lines in
        try Forge.replace(&lines[10], "2000000", "9000000")
        try Forge.chain(&lines)
      }
    },
    Attack("a book is made anew without its last line", .book, "tail-cut", at: 15) {
      try $0.rebuild { $0.removeLast() }
    },
    Attack("a checkpoint in the book is another's", .book, "not-signed", at: nil) { bench in
      let note = try Forge.note(bench.lines(bench.book), 16, by: Forge.stranger())
      try bench.sql("UPDATE tree SET checkpoint = x'\(note.bytes.hex)'; DELETE FROM keptCheckpoint WHERE size = 16")
    },
    Attack("an older copy of the book is put back", .book, "rolled-back", at: 9, with: Attack.machine) { bench in
      unlink(bench.book)
      try FileManager.default.copyItem(atPath: bench.older, toPath: bench.book)
    },
    Attack("all checkpoints are taken away, against a policy", .file, "no-checkpoint", at: nil, with: Attack.trusting) {
      try $0.remove(".checkpoint")
      try $0.remove(".checkpoints")
    },
    Attack(
      "another's log under the same name, against a policy", .file, "no-known-signature", at: nil, with: Attack.trusting
    ) { bench in
      let key = try Forge.stranger()
      try bench.rewrite(by: key) { lines in
        try Forge.set(&lines[0]) { line in
          guard case .object(var data)? = line["data"] else { throw Bench.Missing(what: "data") }
          data["vkey"] = .string(key.verifierKey.text)
          line["data"] = .object(data)
        }
        try Forge.chain(&lines)
      }
    },
  ]

  // MARK: With the log's key

  /// What no signature shows, because the keeper of the key signed it, but the lines themselves do.
  static let bySigner: [Attack] = [
    Attack("a salt is used twice", .file, "salt-twice", at: 12) {
      try $0.rewrite { lines in
        let salt = try JSONValue(canonical: lines[10])["salt"]
        try Forge.set(&lines[12]) { $0["salt"] = salt }
        try Forge.chain(&lines)
      }
    },
    Attack("an id is used twice", .file, "duplicate-id", at: 13) {
      try $0.rewrite { lines in
        let id = try JSONValue(canonical: lines[9])["id"]
        try Forge.set(&lines[13]) { $0["id"] = id }
        try Forge.chain(&lines)
      }
    },
    Attack("a line is dated back", .file, "clock-order", at: 12) {
      try $0.rewrite { lines in
        try Forge.set(&lines[12]) { $0["recordedAt"] = "2011-12-31T00:00:00.000Z" }
        try Forge.chain(&lines)
      }
    },
    Attack("an erasure names another digest", .file, "erased-entry", at: 16) {
      let other = Base64.encode([UInt8](repeating: 2, count: 32))
      try $0.rewrite {
        try Forge.add(
          "EntryErased", ["position": 15, "entry": .string(other), "why": "x", "legalBasis": "y"], &$0)
      }
    },
    Attack("an erased line is still there", .file, "erased-line-present", at: 15) {
      try $0.rewrite { lines in
        let entry = Base64.encode(LogDigest.entry(of: lines[15]))
        try Forge.add(
          "EntryErased", ["position": 15, "entry": .string(entry), "why": "x", "legalBasis": "y"], &lines)
      }
    },
    Attack("a private value is not the one that the line calls it", .file, "opening-name", at: 16) { bench in
      var values = JSONObject()
      values["other"] = "a word"
      try bench.rewrite { lines in
        try Forge.add(
          "PartyRegistered", to: "party/practice-b", ["kind": "practice", "identity": "withheld"],
          privateValues: values, &lines)
        let opening = #"{"name":"other","salt":"AAAAAAAAAAAAAAAAAAAAAA==","value":"a word"}"#
        try Forge.set(&lines[16]) { line in
          var digests = JSONObject()
          digests["contact"] = .string(Opening.digest(of: Array(opening.utf8)))
          line["private"] = .object(digests)
        }
        try bench.editOpenings { $0 += opening + "\n" }
      }
    },
    Attack("an acknowledgement of an event that was not there", .file, "acknowledgement", at: 16) { bench in
      let party = try SigningKey(name: "body.example", type: .ed25519, seed: [UInt8](repeating: 3, count: 32))
      let target = [UInt8](repeating: 4, count: 32)
      try bench.rewrite { lines in
        let head = Checkpoint(origin: Bench.origin, size: 16, root: try Forge.tree(lines).root(of: 16))
        let text = Acknowledgement(checkpoint: head, targets: [target]).text
        let data: JSONValue = [
          "by": "body-a", "vkey": .string(party.verifierKey.text), "targets": [.string(Base64.encode(target))],
          "note": .string(try SignedNote(signing: text, by: [party]).string),
        ]
        try Forge.add("Acknowledged", data, &lines)
      }
    },
    Attack("rewritten and signed anew, on a machine that has seen it", .file, "forked", at: nil, with: Attack.machine) {
      try $0.rewrite(Attack.rewriting)
    },
    Attack("a book rewritten and signed anew, on that machine", .book, "forked", at: nil, with: Attack.machine) {
      try $0.rewriteBook(Attack.rewriting)
    },
    Attack("rewritten and signed anew, and somebody noted a head", .file, "not-consistent", at: nil, with: Attack.noted)
    {
      try $0.rewrite(Attack.rewriting)
    },
    Attack(
      "turned back and signed anew, and somebody noted a head", .file, "older-than-noted", at: 12, with: Attack.noted
    ) {
      try $0.rewrite { $0.removeLast(4) }
    },
    Attack(
      "rewritten under another name, and somebody noted a head", .file, "since-other-origin", at: nil,
      with: Attack.noted
    ) { bench in
      let key = try Forge.stranger("tracker/other")
      try bench.rewrite(by: key) { lines in
        try Forge.set(&lines[0]) { line in
          guard case .object(var data)? = line["data"] else { throw Bench.Missing(what: "data") }
          data["origin"] = "tracker/other"
          data["vkey"] = .string(key.verifierKey.text)
          line["data"] = .object(data)
        }
        try Forge.chain(&lines)
      }
    },
    Attack(
      "rewritten and signed anew, against a policy with a witness", .file, "quorum-not-met", at: nil,
      with: Attack.witnessed
    ) { try $0.rewrite(Attack.rewriting) },
    Attack(
      "rewritten and signed anew, with the witness's old words", .file, "bad-signature", at: nil, with: Attack.witnessed
    ) {
      bench in
      let note = try SignedNote(bytes: bench.read("\(bench.folder)/copy/log.checkpoint"))
      let line = try Cosignature.sign(note.text, by: Attack.witness(), time: 1_325_500_000)
      try bench.rewrite(Attack.rewriting)
      try bench.editNote { $0.adding([line]) }
    },
    Attack(
      "a line says a later time than a witness", .file, "clock-ahead", at: 9, with: Attack.witnessed,
      saying: "it says that it was recorded after 2012-01-02T11:00:00.000Z, when the witness auditor had seen it "
        + "already"
    ) { bench in
      try bench.rewrite { lines in
        for position in 9..<16 {
          try Forge.set(&lines[position]) { $0["recordedAt"] = "2012-01-03T10:00:00.000Z" }
        }
        try Forge.chain(&lines)
      }
      // 2 January 2012, 11:00
      try bench.editNote { $0.adding([try Cosignature.sign($0.text, by: Attack.witness(), time: 1_325_502_000)]) }
    },
    Attack(
      "signed by another log's key, which the policy knows too", .file, "other-origin", at: nil, with: Attack.twoLogs,
      saying: "your policy is not met: the latest checkpoint is of “tracker/bench”, signed by the key of another log"
    ) {
      bench in
      try bench.editNote { note in try SignedNote(signing: note.text, by: [Forge.stranger("tracker/second")]) }
    },
  ]

  @Sendable static func rewriting(_ lines: inout [[UInt8]]) throws {
    try Forge.replace(&lines[10], "2000000", "9000000")
    try Forge.chain(&lines)
  }

  static func witness() throws -> SigningKey {
    try SigningKey(name: "auditor.example", type: .cosignature, seed: [UInt8](repeating: 0x77, count: 32))
  }

  // MARK: What the reader brings along

  @Sendable static func machine(_ bench: Bench) throws -> Verification.Options {
    var options = Verification.Options()
    options.folders = bench.folders
    return options
  }

  @Sendable static func trusting(_ bench: Bench) throws -> Verification.Options {
    var options = Verification.Options()
    options.policy = try bench.policy
    return options
  }

  /// The head over 16 events, as somebody wrote it down before anything was changed.
  @Sendable static func noted(_ bench: Bench) throws -> Verification.Options {
    var options = Verification.Options()
    options.since = [try Source.open(bench.book).latestCheckpoint()]
    return options
  }

  @Sendable static func witnessed(_ bench: Bench) throws -> Verification.Options {
    var options = Verification.Options()
    let text =
      "log \(try bench.key.verifierKey.text)\nwitness auditor \(try witness().verifierKey.text)\nquorum auditor\n"
    options.policy = try Policy(bytes: Array(text.utf8))
    return options
  }

  @Sendable static func twoLogs(_ bench: Bench) throws -> Verification.Options {
    var options = Verification.Options()
    options.policy = Policy(logs: [try bench.key.verifierKey, try Forge.stranger("tracker/second").verifierKey])
    return options
  }

  static let all = slips + forgeries + bySigner
}

@Suite("Tampering")
struct TamperTests {
  @Test("Before anything is changed, everything holds: file and book, for everybody who asks")
  func sound() throws {
    let bench = try Bench()
    for path in [bench.file, bench.book] {
      for options in [Attack.machine, Attack.trusting, Attack.noted] {
        let verification = try bench.verify(path, try options(bench))
        #expect(verification.faults.isEmpty, "\(verification.faults)")
        #expect(verification.size == Bench.size && verification.unsigned == 0)
      }
      let trusted = try bench.verify(path, Attack.trusting(bench))
      #expect(trusted.isPolicyMet == true && trusted.signedBy.map(\.size).sorted() == [2, 9, 16])
      #expect(trusted.signedBy.allSatisfy { $0.isTrusted })
      let unknown = try bench.verify(path)
      #expect(unknown.isPolicyMet == nil && !unknown.signedBy.contains { $0.isTrusted })
      #expect(unknown.privateValues.present == 1)
    }
  }

  @Test("H1 it is noticed, by its own code, and the first bad position is named", arguments: Attack.all)
  func noticed(attack: Attack) throws {
    let bench = try Bench()
    try attack.change(bench)
    let path = attack.target == .file ? bench.file : bench.book
    let verification = try bench.verify(path, try attack.options(bench))
    #expect(!verification.isSound)
    let found = verification.faults.filter(\.isDamage).map { "\($0.code) at \($0.position.map { "\($0)" } ?? "-")" }
    #expect(
      verification.faults.contains { $0.code == attack.code && $0.position == attack.position && $0.isDamage },
      "\(found)")
    if let words = attack.words {
      #expect(verification.faults.contains { $0.text == words }, "\(verification.faults.map(\.text))")
    }
    // A root speaks of all lines behind the last tree that is as it was signed; whatever is more exact must agree with it.
    let exact = verification.faults.filter { $0.isDamage && ($0.code != "root-differs" || attack.code == $0.code) }
    if let position = attack.position {
      #expect(exact.compactMap(\.position).min() == position, "\(found)")
      let roots = verification.faults.filter { $0.code == "root-differs" }.compactMap(\.position)
      #expect(roots.allSatisfy { $0 <= position }, "\(found)")
    }
  }

  @Test("At least twenty kinds of fault are told apart, and every attack has a name of its own")
  func codes() {
    let codes = Set(Attack.all.map(\.code))
    #expect(codes.count >= 35, "\(codes.sorted())")
    #expect(Set(Attack.all.map(\.name)).count == Attack.all.count)
  }

  @Test("A page of the book that is overwritten is named by the first line that is gone")
  func page() throws {
    let bench = try Bench()
    for number in 0..<60 {
      try bench.with { book in
        _ = try book.importDrafts(
          bench.letter(String(repeating: "x", count: 2_000) + "\(number)"), recordedBy: "officer")
      }
    }
    var bytes = try bench.read(bench.book)
    // The leaf pages of the lines: a page type of 13 with many x.
    let pages = stride(from: 4_096, to: bytes.count, by: 4_096).filter { start in
      bytes[start] == 13 && bytes[start..<start + 4_096].count { $0 == 0x78 } > 1_000
    }
    let torn = try #require(pages.dropFirst(10).first)
    for offset in torn..<torn + 4_096 { bytes[offset] = 0xA5 }
    try bench.write(bench.book, bytes)
    let verification = try bench.verify(bench.book)
    let fault = try #require(verification.faults.first { $0.code == "damaged" })
    let position = try #require(fault.position)
    #expect(position > 16 && position < 76, "\(fault)")
    let log = try Source.open(bench.book).log
    #expect(throws: StoreError.self) { try log.lines(at: [position]) }
    #expect(try log.lines(at: Array(0..<position)).count == position)
  }

  // MARK: What cannot be noticed, and is not claimed

  /// Rewritten, turned back or forked by whoever has the log's key: without a witness, a noted head, a machine that has seen
  /// it or outside time, it is a whole log like any other.
  @Test("Signed anew with the log's own key it is whole, and for nobody who asks is it signed by somebody trusted")
  func bySigner() throws {
    for change in [Attack.rewriting, { $0.removeLast(4) }] as [@Sendable (inout [[UInt8]]) throws -> Void] {
      let bench = try Bench()
      try bench.rewrite(change)
      try bench.rewriteBook(change)
      for path in [bench.file, bench.book] {
        let verification = try bench.verify(path)
        #expect(verification.faults.isEmpty, "\(verification.faults)")
        #expect(!verification.signedBy.contains { $0.isTrusted })
        #expect(verification.isPolicyMet == nil)
      }
    }
  }

  @Test("A stranger's log under the log's name is whole in itself, and signed by nobody whom anybody trusts")
  func stranger() throws {
    let bench = try Bench()
    let key = try Forge.stranger()
    try bench.rewrite(by: key) { lines in
      try Forge.set(&lines[0]) { line in
        guard case .object(var data)? = line["data"] else { throw Bench.Missing(what: "data") }
        data["vkey"] = .string(key.verifierKey.text)
        line["data"] = .object(data)
      }
      try Forge.chain(&lines)
    }
    let alone = try bench.verify(bench.file)
    #expect(alone.faults.isEmpty && alone.signedBy.count == 3 && !alone.signedBy.contains { $0.isTrusted })
    let trusting = try bench.verify(bench.file, Attack.trusting(bench))
    #expect(trusting.isPolicyMet == false && !trusting.signedBy.contains { $0.isTrusted })
  }

  @Test("What somebody without the key adds is not covered, and counted openly")
  func unsigned() throws {
    let bench = try Bench()
    try bench.edit { lines in
      try Forge.add(
        "ExhibitFiled", to: "exhibit/letter-b", ["exhibit": "2", "title": "x", "kind": "letter", "author": "body-a"],
        &lines)
    }
    for options in [Verification.Options(), try Attack.trusting(bench)] {
      let verification = try bench.verify(bench.file, options)
      #expect(verification.isSound && verification.unsigned == 1)
    }
  }

  @Test("A head over nothing, noted before there was anything, is contained in every log")
  func emptyHead() throws {
    let bench = try Bench()
    let nothing = Checkpoint(origin: Bench.origin, size: 0, root: LogDigest.emptyRoot)
    var options = Verification.Options()
    options.since = [try SignedNote(signing: nothing.text, by: [bench.key])]
    #expect(try bench.verify(bench.file, options).faults.isEmpty)
    #expect(try bench.verify(bench.book, options).faults.isEmpty)
  }

  @Test("A log with an acknowledgement whose last line is cut is reported, not refused")
  func cutBehindAcknowledgement() throws {
    let bench = try Bench()
    let attack = try #require(Attack.all.first { $0.code == "acknowledgement" })
    try attack.change(bench)
    try bench.editBytes { $0.removeLast() }
    let verification = try bench.verify(bench.file)
    #expect(verification.faults.contains { $0.code == "no-final-line-feed" })
  }

  // MARK: What is signed, and what is published

  @Test("Nothing but a checkpoint of this book, signed by its key, becomes what was seen")
  func guardIsNotPoisoned() throws {
    let huge = Checkpoint(origin: Bench.origin, size: 999_999, root: [UInt8](repeating: 1, count: 32))
    for byKeeper in [false, true] {
      let bench = try Bench()
      let key = byKeeper ? try bench.key : try Forge.stranger()
      let note = try SignedNote(signing: huge.text, by: [key])
      try bench.sql("UPDATE tree SET checkpoint = x'\(note.bytes.hex)'")
      for folders in [bench.folders, bench.elsewhere] {
        let before = try LogGuard(folders, origin: Bench.origin).seen()
        try bench.with(folders: folders) { book in
          #expect(throws: TrackerError.self) { try book.checkpoint() }
          #expect(throws: TrackerError.self) { try book.importDrafts(bench.letter("x"), recordedBy: "officer") }
        }
        #expect(try LogGuard(folders, origin: Bench.origin).seen() == before)
      }
    }
  }

  @Test("No proof and no tile is made from digests that are not those of the lines")
  func nothingFalseLeaves() throws {
    let bench = try Bench()
    try bench.sql("DROP TRIGGER eventIsNeverChanged; UPDATE event SET entry = zeroblob(32) WHERE number = 3")
    let source = try Source.open(bench.book)
    let note = try source.latestCheckpoint()
    #expect(throws: TrackerError.self) { try source.prove(3, under: note) }
    // Tiles hold what the lines give, so they can be published.
    _ = try source.publish(to: "\(bench.folder)/public", note)
    let audit = try Audit.run(
      .folder("\(bench.folder)/public"), policy: bench.policy, folders: bench.folders(of: "auditor"))
    #expect(audit.checkpoint.size == 16)
  }
}
