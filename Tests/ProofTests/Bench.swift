import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import GRDB
import LogStore
import Projections
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

/// A log as its keeper has it, in a folder that is gone with the test: a book, a whole copy as files, and an older copy of
/// the book. Checkpoints over 2, 9 and 16 events were given away, and are kept.
///
/// | position | event |
/// |---|---|
/// | 0, 1 | `LogOpened`, the committee |
/// | 2 … 6 | three parties (4 has a private value), a member, a letter |
/// | 7 … 14 | `agreement/deal-a`: agreement, promise, saving, payment, withdrawal, position, correction, letters |
/// | 15 | `plan/plan-a` |
final class Bench {
  static let origin = "tracker/bench"
  static let size = 16

  let folder: String
  /// Each opening of a book draws other bytes.
  private var seed: UInt64 = 100
  /// Of the keeper: the log's key, and what was seen.
  let folders: UserFolders
  /// The book as it was with 9 events.
  var older: String { "\(folder)/older.tracker" }
  var book: String { "\(folder)/log.tracker" }
  var file: String { "\(folder)/copy/log.jsonl" }
  private var stem: String { "\(folder)/copy/log" }

  /// - Parameter seed: another one makes another log, with another key, of the same events.
  init(seed: UInt64 = 7) throws {
    folder = "\(NSTemporaryDirectory())/bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    folders = UserFolders(keys: "\(folder)/keys", state: "\(folder)/state")
    let made = try RecordBook.create(
      at: "\(folder)/log.tracker", name: "A test", owner: PartyKey(unchecked: "committee-a"),
      ownerName: "A committee", origin: Self.origin, folders: folders, environment: .fixed(seed: seed))
    _ = try made.checkpoint()
    try Self.take(Examples.draftLines[..<7], into: made)
    try made.close()
    try FileManager.default.copyItem(atPath: book, toPath: older)
    try with { book in try Self.take(Examples.draftLines[7...], into: book) }
    try copy(book, to: "copy")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static func take(_ drafts: ArraySlice<String>, into book: RecordBook) throws {
    _ = try book.importDrafts(Array(drafts.joined(separator: "\n").utf8), recordedBy: "officer")
    _ = try book.checkpoint()
  }

  // MARK: The keeper

  /// Opens the book, or another, as its keeper or as whoever has these folders.
  @discardableResult
  func with<T>(_ path: String? = nil, folders: UserFolders? = nil, _ body: (RecordBook) throws -> T) throws -> T {
    seed += 1
    let book = try RecordBook.open(path ?? self.book, folders: folders ?? self.folders, environment: .fixed(seed: seed))
    defer { try? book.close() }
    return try body(book)
  }

  /// Folders of somebody else.
  func folders(of name: String) -> UserFolders {
    UserFolders(keys: "\(folder)/\(name)/keys", state: "\(folder)/\(name)/state")
  }

  /// The keeper's keys, on a machine that has seen nothing.
  var elsewhere: UserFolders { UserFolders(keys: folders.keys, state: "\(folder)/elsewhere/state") }

  @discardableResult
  func copy(_ path: String, to name: String, _ options: Source.CopyOptions = .init()) throws -> [String] {
    try Source.open(path).copy(to: "\(folder)/\(name)", name: "log", options)
  }

  var key: SigningKey {
    get throws {
      guard let key = try KeyRing(folders).keys(named: Self.origin).first else { throw Missing(what: "key") }
      return key
    }
  }

  var policy: Policy { get throws { Policy(logs: [try key.verifierKey]) } }

  struct Missing: Error { var what: String }

  /// One more event that anybody could record.
  func letter(_ gist: String) -> [UInt8] {
    Array(
      #"{"type":"CorrespondenceLogged","stream":"agreement/deal-a","basis":"told","assertedBy":{"party":"committee-a"},"#
        .utf8)
      + Array(#""data":{"from":"committee-a","to":["body-a"],"medium":"letter","gist":"\#(gist)"}}"#.utf8)
  }

  /// Files a paper with its bytes in the book, as event 17 if it is the first.
  func fileExhibit(_ text: String = "the letter", key: String = "letter-b") throws {
    let path = "\(folder)/\(key).txt"
    try write(path, Array(text.utf8))
    let file = try ExhibitFile.read(path)
    let draft =
      #"{"type":"ExhibitFiled","stream":"exhibit/\#(key)","basis":"own-knowledge","assertedBy":{"party":"committee-a"},"#
      + #""data":{"exhibit":"\#(key)","title":"Letter","kind":"letter","sha256":"\#(file.sha256)","bytes":\#(file.size)}}"#
    try with { book in
      let proposal = try Proposal(draft: Array(draft.utf8), id: book.freshID(), recordedBy: "officer")
      _ = try book.record([proposal], files: [file.incoming])
    }
  }

  // MARK: Checking

  /// With one thread and with two: the verdict must be the same.
  func verify(_ path: String, _ options: Verification.Options = .init()) throws -> Verification {
    let verification = try Verification.run(try Source.open(path, .one), options)
    let beside = try Verification.run(try Source.open(path, .two), options)
    #expect(Self.said(beside) == Self.said(verification))
    return verification
  }

  /// Everything that a verification says.
  private static func said(_ verification: Verification) -> [String] {
    func sorted(_ counts: [String: Int]) -> [String] { counts.map { "\($0.key): \($0.value)" }.sorted() }
    return verification.faults.map { "\($0)" } + sorted(verification.unknownTypes) + sorted(verification.newerTypes)
      + verification.signedBy.map { "\($0)" } + verification.witnessedBy.map { "\($0)" }
      + verification.timestamps.map { "\($0)" }
      + [
        "\(verification.size) \(verification.root?.hex ?? "no root") \(verification.origin ?? "no origin")",
        "\(verification.withheld) \(verification.unjudged) \(verification.unsigned)",
        "\(verification.privateValues) \(verification.exhibits) \(String(describing: verification.isPolicyMet))",
      ]
  }

  func lines(_ path: String) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try Source.open(path).log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    return lines
  }

  // MARK: Files

  func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
  func write(_ path: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  /// Changes the bytes of the copy's lines.
  func editBytes(_ change: (inout [UInt8]) throws -> Void) throws {
    var bytes = try read(file)
    try change(&bytes)
    try write(file, bytes)
  }

  /// Changes the lines of the copy.
  func edit(_ change: (inout [[UInt8]]) throws -> Void) throws {
    var lines = try lines(file)
    try change(&lines)
    try write(file, Array(lines.map { $0 + [0x0A] }.joined()))
  }

  /// Changes the checkpoint beside the copy.
  func editNote(_ change: (SignedNote) throws -> SignedNote) throws {
    try write("\(stem).checkpoint", try change(SignedNote(bytes: read("\(stem).checkpoint"))).bytes)
  }

  /// Changes the openings beside the copy.
  func editOpenings(_ change: (inout String) throws -> Void) throws {
    var text = String(decoding: try read("\(stem).private.jsonl"), as: UTF8.self)
    try change(&text)
    try write("\(stem).private.jsonl", Array(text.utf8))
  }

  func remove(_ ending: String) throws { try FileManager.default.removeItem(atPath: stem + ending) }

  /// Runs SQL on a book, as whoever may write the file.
  func sql(_ statement: String, on path: String? = nil) throws {
    let queue = try DatabaseQueue(path: path ?? book)
    try queue.writeWithoutTransaction { db in try db.execute(sql: statement) }
    try queue.close()
  }

  // MARK: Making anew

  /// Puts another book in the place of one: these lines with everything that can be worked out of them, and whatever was
  /// signed before.
  func rebuild(_ change: (inout [[UInt8]]) throws -> Void) throws {
    try rebuild(change) { latest, kept in (latest, kept) }
  }

  /// The same by whoever has the log's key: every checkpoint is signed anew.
  func rewriteBook(_ change: (inout [[UInt8]]) throws -> Void) throws {
    let key = try key
    var lines: [[UInt8]] = []
    try rebuild {
      try change(&$0)
      lines = $0
    } notes: { _, kept in
      let sizes = kept.compactMap { try? Checkpoint(note: $0.note).size }.filter { $0 < lines.count } + [lines.count]
      let notes = try sizes.map { KeptCheckpoint(note: try Forge.note(lines, $0, by: key)) }
      return (notes.last?.note, notes)
    }
  }

  private func rebuild(
    _ change: (inout [[UInt8]]) throws -> Void,
    notes: (SignedNote?, [KeptCheckpoint]) throws -> (SignedNote?, [KeptCheckpoint])
  ) throws {
    let path = book
    var lines = try lines(path)
    try change(&lines)
    let old = try SQLiteLog(path: path, opening: .readOnly)
    var openings: [[UInt8]] = []
    try old.forEachOpening { openings.append($1) }
    let (latest, kept) = try notes(old.checkpoint(), old.keptCheckpoints())
    try old.close()
    let named = Set(lines.flatMap { (try? JSONValue(canonical: $0))?["private"]?.object?.members.map(\.value) ?? [] })
    let new = "\(path).forged"
    let log = try SQLiteLog(path: new, opening: .new, environment: .fixed(), readModels: [PositionModel()])
    _ = try log.restore(lines, openings: openings.filter { named.contains(.string(Opening.digest(of: $0))) })
    try log.close()
    // Not through the store's own door, which looks at what it is given.
    let queue = try DatabaseQueue(path: new)
    try queue.write { db in
      if let latest { try db.execute(sql: "UPDATE tree SET checkpoint = ?", arguments: [Data(latest.bytes)]) }
      for note in kept {
        try db.execute(
          sql: "INSERT INTO keptCheckpoint VALUES (?, ?)",
          arguments: [try Checkpoint(note: note.note).size, Data(note.note.bytes)])
      }
    }
    try queue.close()
    unlink(path)
    rename(new, path)
  }

  /// Writes the copy anew as whoever has the log's key: all lines, and every checkpoint signed again.
  ///
  /// - Parameter key: nil = the log's own.
  func rewrite(by key: SigningKey? = nil, _ change: (inout [[UInt8]]) throws -> Void) throws {
    let key = try key ?? self.key
    try edit(change)
    let lines = try lines(file)
    try write("\(stem).checkpoint", try Forge.note(lines, lines.count, by: key).bytes)
    for size in [2, 9] where size < lines.count {
      try write("\(stem).checkpoints/\(size).checkpoint", try Forge.note(lines, size, by: key).bytes)
    }
  }
}

/// What can be worked out anew by anybody, and what by whoever has a key.
enum Forge {
  /// Versions and `previous` of every line, as if it had always been so.
  static func chained(_ lines: [[UInt8]]) throws -> [[UInt8]] {
    var heads: [String: (version: Int64, entry: [UInt8])] = [:]
    return try lines.map { line in
      guard case .object(var object) = try JSONValue(canonical: line), let stream = object["stream"]?.string else {
        return line
      }
      let head = heads[stream]
      object["streamVersion"] = .integer((head?.version ?? 0) + 1)
      object["previous"] = .string(head.map { Base64.encode($0.entry) } ?? "")
      let bytes = JSONValue.object(object).canonicalBytes
      heads[stream] = ((head?.version ?? 0) + 1, LogDigest.entry(of: bytes))
      return bytes
    }
  }

  static func chain(_ lines: inout [[UInt8]]) throws { lines = try chained(lines) }

  /// Changes one member of a line.
  static func set(_ line: inout [UInt8], _ change: (inout JSONObject) throws -> Void) throws {
    guard case .object(var object) = try JSONValue(canonical: line) else { throw Bench.Missing(what: "object") }
    try change(&object)
    line = JSONValue.object(object).canonicalBytes
  }

  static func replace(_ line: inout [UInt8], _ old: String, _ new: String) throws {
    let text = String(decoding: line, as: UTF8.self)
    guard text.contains(old) else { throw Bench.Missing(what: old) }
    line = Array(text.replacingOccurrences(of: old, with: new).utf8)
  }

  static func tree(_ lines: [[UInt8]]) -> TreeHashes {
    var tree = TreeHashes()
    for line in lines { tree.append(entry: LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)) }
    return tree
  }

  static func note(_ lines: [[UInt8]], _ size: Int, by key: SigningKey, origin: String? = nil) throws -> SignedNote {
    let root = try tree(lines).root(of: size)
    return try SignedNote(signing: Checkpoint(origin: origin ?? key.name, size: size, root: root).text, by: [key])
  }

  static func stranger(_ name: String = Bench.origin) throws -> SigningKey {
    try SigningKey(name: name, type: .ed25519, seed: [UInt8](repeating: 0x66, count: 32))
  }

  /// The lines with one more, about the log itself or about a stream, as a store would write it.
  static func add(
    _ type: String, to stream: String = "log", _ data: JSONValue, privateValues: JSONObject = JSONObject(),
    _ lines: inout [[UInt8]]
  ) throws {
    let log = InMemoryLog(environment: .fixed(seed: 99))
    _ = try log.restore(lines)
    var meaning = JSONObject()
    meaning["assertedBy"] = ["party": "committee-a"]
    meaning["basis"] = "own-knowledge"
    meaning["data"] = data
    meaning["visibility"] = "committee"
    let id = EventID.version7(milliseconds: 1_325_498_400_000, random: RandomBox(seed: UInt64(lines.count)).bytes(10))
    _ = try log.append([
      EventDraft(
        id: id, stream: stream, type: type, recordedBy: "officer", meaning: meaning, privateValues: privateValues)
    ])
    lines.append(try log.lines(at: [lines.count])[0])
  }
}
