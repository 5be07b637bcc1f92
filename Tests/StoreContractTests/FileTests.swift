import CanonicalJSON
import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing
import TransparencyLog

extension Store {
  /// Asked of the store each time: it takes its file away when it is let go.
  fileprivate var files: any FileStoring {
    get throws { try #require(log as? any FileStoring) }
  }
}

/// The files of exhibits, on every engine: bytes and event in one commit, once each, in small rows, and gone when erased.
@Suite("Store: files")
struct FileTests {
  /// Bytes that do not repeat within a page.
  private static func bytes(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
    var state = UInt32(seed)
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  private static func pieces(_ digest: FileDigest, _ store: any FileStoring) throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    try store.forEachPiece(of: digest) { piece in
      pieces.append(Array(piece))
      return true
    }
    return pieces
  }

  private static func add(_ file: IncomingFile, _ store: any FileStoring) throws -> Appended {
    try store.append(
      [Drafts.draft("exhibit/e")], expected: [:], isClockTrusted: false, erasing: Erasure(), files: [file])
  }

  @Test(
    "Bytes come back as they went in, in rows of at most 262,144 bytes, whatever their number",
    arguments: Engine.allCases, [1, 262_143, 262_144, 262_145, 524_288, 700_000])
  func roundTrip(engine: Engine, count: Int) throws {
    let store = try engine.make()
    let bytes = Self.bytes(count)
    let file = IncomingFile(bytes)
    #expect(file.digest.bytes == LogDigest.sha256(bytes) && file.size == count)
    #expect(try Self.add(file, store.files) == Appended(positions: [0], wasThere: false))
    let pieces = try Self.pieces(file.digest, store.files)
    #expect(pieces.flatMap { $0 } == bytes)
    // 700,000 = 2 × 262,144 + 175,712
    #expect(pieces.count == (count + 262_143) / 262_144 && pieces.dropLast().allSatisfy { $0.count == 262_144 })
    #expect(try store.files.storedFiles() == [StoredFile(digest: file.digest, size: count)])
    guard let path = store.path else { return }
    try (store.log as? SQLiteLog)?.close()
    let again = try SQLiteLog(path: path, opening: .readOnly)
    #expect(try Self.pieces(file.digest, again).flatMap { $0 } == bytes, "after it was closed and opened")
    #expect(try again.structureFaults(atMost: 5) == [])
  }

  @Test(
    "The same bytes are kept once, however often they are filed; a batch may bring several", arguments: Engine.allCases)
  func once(engine: Engine) throws {
    let store = try engine.make()
    let (first, second) = (IncomingFile(Self.bytes(300_000)), IncomingFile(Self.bytes(10, seed: 2)))
    _ = try Self.add(first, store.files)
    _ = try Self.add(first, store.files)
    _ = try store.files.append(
      [Drafts.draft(), Drafts.draft()], expected: [:], isClockTrusted: false, erasing: Erasure(),
      files: [second, first])
    #expect(try store.files.storedFiles().map(\.size).sorted() == [10, 300_000])
    #expect(try Self.pieces(first.digest, store.files).count == 2)
    try store.files.keep(second)
    #expect(try store.files.storedFiles().count == 2 && store.files.size() == 4)
  }

  @Test(
    "A file that changes while it is read is refused, and neither event nor bytes are there", arguments: Engine.allCases
  )
  func changing(engine: Engine) throws {
    let store = try engine.make()
    let bytes = Self.bytes(300_000)
    let digest = IncomingFile(bytes).digest
    struct Gone: Error {}
    let others: [IncomingFile] = [
      // Other bytes, fewer, more; and one that cannot be read to its end.
      IncomingFile(digest: digest, size: bytes.count) { take in try Self.bytes(300_000, seed: 3).withUnsafeBytes(take)
      },
      IncomingFile(digest: digest, size: bytes.count) { take in try bytes.dropLast().withUnsafeBytes(take) },
      IncomingFile(digest: digest, size: bytes.count) { take in try (bytes + [0]).withUnsafeBytes(take) },
      IncomingFile(digest: digest, size: bytes.count - 1) { take in try bytes.withUnsafeBytes(take) },
      IncomingFile(digest: digest, size: bytes.count) { take in
        try bytes.prefix(262_144).withUnsafeBytes(take)
        throw Gone()
      },
    ]
    for (index, file) in others.enumerated() {
      let error = #expect(throws: StoreError.self, "\(index)") { try Self.add(file, store.files) }
      #expect(error?.code == .fileDiffers, "\(index)")
      let words =
        index < 4
        ? "the file was changed while it was read, so it was not stored and nothing was added"
        : "the file could not be read to its end: "
      #expect(error?.what.hasPrefix(words) == true, "\(index): \(error?.what ?? "")")
      #expect(throws: StoreError.self, "\(index)") { try store.files.keep(file) }
      #expect(try store.files.storedFiles() == [] && store.files.size() == 0, "\(index)")
      #expect(try Self.pieces(digest, store.files) == [], "\(index)")
    }
    // The store is as good as before.
    _ = try Self.add(IncomingFile(bytes), store.files)
    #expect(try store.files.size() == 1)
  }

  @Test(
    "An append that is refused keeps no bytes; one that is there already brings none back", arguments: Engine.allCases)
  func refused(engine: Engine) throws {
    let store = try engine.make()
    let file = IncomingFile(Self.bytes(1_000))
    #expect(throws: StoreError.self) {
      try store.files.append(
        [Drafts.draft("exhibit/e")], expected: ["exhibit/e": .exact(7)], isClockTrusted: false, erasing: Erasure(),
        files: [file])
    }
    #expect(try store.files.storedFiles() == [])
    let draft = Drafts.draft("exhibit/e")
    func append() throws -> Appended {
      try store.files.append([draft], expected: [:], isClockTrusted: false, erasing: Erasure(), files: [file])
    }
    #expect(try append().wasThere == false)
    _ = try store.files.append([], expected: [:], isClockTrusted: false, erasing: Erasure(files: [file.digest]))
    #expect(try append().wasThere)
    #expect(try store.files.storedFiles() == [], "what was erased stays erased")
  }

  @Test(
    "E1 an erased file is gone: from the store, and from the file on disk with its journal", arguments: Engine.allCases)
  func erased(engine: Engine) throws {
    let store = try engine.make()
    let secret = Array("the patient's name, which nobody may read any more ".utf8)
    let (gone, stays) = (
      IncomingFile(Array(repeating: secret, count: 9_000).flatMap { $0 }), IncomingFile(Array("stays here".utf8))
    )
    _ = try Self.add(gone, store.files)
    _ = try Self.add(stays, store.files)
    func onDisk(_ words: [UInt8]) -> Bool {
      guard let path = store.path else { return false }
      return ["", "-wal"].contains { FileManager.default.contents(atPath: path + $0)?.range(of: Data(words)) != nil }
    }
    #expect(engine == .memory || onDisk(secret), "the search finds what is there")
    let event = Drafts.draft("exhibit/e", text: "erased")
    _ = try store.files.append([event], expected: [:], isClockTrusted: false, erasing: Erasure(files: [gone.digest]))
    try store.files.purge()
    #expect(try store.files.storedFiles() == [StoredFile(digest: stays.digest, size: 10)])
    #expect(try Self.pieces(gone.digest, store.files) == [])
    #expect(try Self.pieces(stays.digest, store.files) == [Array("stays here".utf8)])
    #expect(!onDisk(secret))
  }

  @Test("While somebody reads the book its room cannot be cleared: that is typed, and is finished later")
  func busyPurge() throws {
    let book = TemporaryBook("busy")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed(), patience: 0.2)
    let secret = Array("what was erased and lies in the journal still".utf8)
    let file = IncomingFile(Array(repeating: secret, count: 4_000).flatMap { $0 })
    _ = try Self.add(file, log)
    // A question that reads the book and does not end by itself.
    let endless = """
      WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000000)
      SELECT count(*) FROM c, event
      """
    let reader = try Hammer(book.path, "sql:\(endless)")
    defer {
      kill(reader.process.processIdentifier, SIGKILL)
      reader.process.waitUntilExit()
    }
    _ = try log.append([Drafts.draft()], expected: [:], isClockTrusted: false, erasing: Erasure(files: [file.digest]))
    var refusal: StoreError?
    // Until it has begun to read, nobody is in the way.
    for _ in 0..<100 where refusal == nil {
      do throws(StoreError) { try log.purge() } catch { refusal = error }
      usleep(20_000)
      if refusal == nil { _ = try log.append([Drafts.draft()]) }
    }
    #expect(refusal?.code == .busy)
    #expect(
      refusal?.what
        == "somebody else is reading \(book.path), so older pages may still hold what was erased until they end")
    #expect(try log.storedFiles() == [], "the erasure itself stands")
    kill(reader.process.processIdentifier, SIGKILL)
    reader.process.waitUntilExit()
    try log.purge()
    try log.close()
    #expect(FileManager.default.contents(atPath: book.path)?.range(of: Data(secret)) == nil)
  }

  @Test("F1 power loss while files are filed: an event has its file, and a file its event")
  func powerLost() throws {
    var random = SeededRandom(seed: 14)
    for seed in 0..<FaultTests.rounds {
      let book = TemporaryBook("files")
      let hammer = try Hammer(book.path, "files", number: .random(in: 1...600, using: &random), seed: seed)
      let acknowledged = Set(hammer.finished().compactMap { Int($0) })
      try #require(!acknowledged.isEmpty)
      unlink(book.path + "-shm")
      let log = try SQLiteLog(path: book.path, opening: .existing, environment: .fixed())
      defer { try? log.close() }
      var there: Set<Int> = []
      try log.forEachLine { _, line in
        let text = try JSONValue(canonical: Array(line))["data"]?["what"]?.string ?? ""
        if let number = Int(text.prefix { $0 != "/" }) { there.insert(number) }
        return true
      }
      #expect(there.isSuperset(of: acknowledged), "seed \(seed)")
      let wanted = Set(there.map { IncomingFile(HammerFile.bytes($0)).digest })
      #expect(try Set(log.storedFiles().map(\.digest)) == wanted, "seed \(seed)")
      for digest in wanted {
        #expect(LogDigest.sha256(try Self.pieces(digest, log).flatMap { $0 }) == digest.bytes, "seed \(seed)")
      }
    }
  }

  @Test("Bytes that are tampered with come out as they are: whoever relies on them hashes them")
  func tampered() throws {
    let book = TemporaryBook("tampered")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    let file = IncomingFile(Self.bytes(300_000))
    _ = try Self.add(file, log)
    try log.close()
    func hash() throws -> [UInt8] {
      LogDigest.sha256(try Self.pieces(file.digest, try SQLiteLog(path: book.path, opening: .readOnly)).flatMap { $0 })
    }
    #expect(try hash() == file.digest.bytes)
    try #require(try Hammer.sql("UPDATE filePiece SET bytes = x'00' WHERE number = 1", on: book.path).isFine)
    #expect(try hash() != file.digest.bytes)
    try #require(
      try Hammer.sql("PRAGMA foreign_keys = OFF; DELETE FROM file", on: book.path).isFine)
    let faults = try SQLiteLog(path: book.path, opening: .readOnly).structureFaults(atMost: 5)
    #expect(faults.map(\.code) == ["file-differs"] && faults.first?.position == nil, "\(faults)")
  }

  @Test("There must be room for the journal and the book; where there is not, nothing is begun")
  func noRoom() throws {
    let book = TemporaryBook("room")
    let log = try SQLiteLog(path: book.path, opening: .new, environment: .fixed())
    // No disk has room for it, and nothing of it is read.
    let file = IncomingFile(digest: IncomingFile([1]).digest, size: Int.max / 4) { _ in
      Issue.record("it was read")
    }
    let error = #expect(throws: StoreError.self) { try Self.add(file, log) }
    #expect(error?.code == .diskFull)
    #expect(try log.size() == 0)
  }

  @Test("A digest is 64 lower-case hexadecimal digits, and nothing else")
  func digests() throws {
    let text = String(repeating: "0f", count: 32)
    #expect(FileDigest(hex: text)?.hex == text)
    for wrong in [
      "", "0f", text + "0", String(text.dropLast()) + "g", text.uppercased(), String(repeating: "é", count: 32),
    ] {
      #expect(FileDigest(hex: wrong) == nil, "\(wrong)")
    }
    #expect(FileDigest([1, 2]) == nil)
  }
}
