internal import CanonicalJSON
internal import GRDB
internal import LogStore
internal import TransparencyLog

/// Does a book agree with its own lines? Beside each line it keeps what it looks lines up by, and the hashes of its tree:
/// all of that could be worked out anew, and is compared here.
extension SQLiteLog {
  /// One place where it does not.
  public struct StructureFault: Hashable, Sendable {
    /// From 0; nil = the book as a whole.
    public var position: Int?
    /// `gap`, `entry-differs`, `index-differs`, `tree-differs`, `damaged`.
    public var code: String
    public var text: String
  }

  private var loosePieces: String { "SELECT count(*) FROM filePiece WHERE sha256 NOT IN (SELECT sha256 FROM file)" }

  public func structureFaults(atMost most: Int) throws -> [StructureFault] {
    var faults: [StructureFault] = []
    func add(_ position: Int?, _ code: String, _ text: String) {
      if faults.count < most { faults.append(StructureFault(position: position, code: code, text: text)) }
    }
    try read { db in
      let session = BookSession(db)
      if let word = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), word != "ok" {
        add(nil, "damaged", "the database says of itself: \(word)")
      }
      var scanner = LineScanner()
      var frontier = TreeFrontier()
      var expected = 0
      var nodes = 0
      /// Digests of private values, by the position of the line that names them.
      var named: [Int: Set<String>] = [:]
      let rows = try Row.fetchCursor(
        db, sql: "SELECT number, id, stream, version, recordedAt, entry, line FROM event ORDER BY number")
      while let row = try rows.next() {
        let position = row[0] as Int - 1
        if position != expected {
          add(expected, "gap", "the book jumps from event \(expected) to event \(position + 1)")
          expected = position
        }
        expected += 1
        let line = try row.withUnsafeData(atIndex: 6) { $0.map { [UInt8]($0) } ?? [] }
        let kept = try row.withUnsafeData(atIndex: 5) { $0.map { [UInt8]($0) } ?? [] }
        let entry = LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line)
        if entry != kept {
          add(position, "entry-differs", "the digest that the book keeps of it is not that of its line")
        }
        // A line that cannot be read has a fault of its own.
        if case .event(let record)? = try? scanner.scanBytes(
          line, at: position, { view throws(JSONFault) in try LogLine(view) })
        {
          if row[1] as String? != record.id.description || row[2] as String? != record.stream
            || row[3] as Int64? != record.streamVersion || row[4] as Int64? != record.recordedAt.milliseconds
          {
            add(position, "index-differs", "the book would look it up under other words than stand in its line")
          }
          if !record.privateDigests.isEmpty { named[position] = Set(record.privateDigests.values) }
        }
        guard format > 1 else { continue }
        var full: [(TreeNode, [UInt8])] = []
        frontier.append(leaf: LogDigest.leaf(of: entry)) { node, hash in if node.isKept { full.append((node, hash)) } }
        nodes += full.count
        for (node, hash) in full
        where try session.keptHashes(level: node.level, in: node.index..<node.index + 1) != [hash] {
          add(position, "tree-differs", "a hash that the book keeps of its tree is not that of its lines")
        }
      }
      // A value that is looked up under another digest, or at another event, would outlive its erasure.
      let openings = try Row.fetchCursor(db, sql: "SELECT number, digest, bytes FROM opening ORDER BY number, digest")
      while let row = try openings.next() {
        let position = row[0] as Int - 1
        let digest = row[1] as String
        let bytes = try row.withUnsafeData(atIndex: 2) { $0.map { [UInt8]($0) } ?? [] }
        if LogStore.Opening.digest(of: bytes) != digest || named[position]?.contains(digest) != true {
          add(position, "opening-differs", "a private value is kept under another digest or event than its own")
        }
      }
      if format > 2, let loose = try Int.fetchOne(db, sql: loosePieces), loose > 0 {
        add(nil, "file-differs", "the book keeps \(loose) pieces of files that are not on its list of files")
      }
      guard format > 1 else { return }
      if let kept = try Int.fetchOne(db, sql: "SELECT count(*) FROM node"), kept > nodes {
        add(nil, "tree-differs", "the book keeps \(kept - nodes) hashes of a tree that its lines do not make")
      }
      if try session.frontier() != frontier {
        add(nil, "tree-differs", "the head that the book keeps of its tree is not that of its lines")
      }
    }
    return faults
  }
}
