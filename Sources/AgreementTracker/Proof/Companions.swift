internal import Glibc
public import LogStore
public import TransparencyLog

/// What stands beside the lines of a log: checkpoints, time-stamps, private values. The files of exhibits are
/// `StoredExhibits`, because they may be larger than memory.
///
/// A book holds them as tables. Beside `NAME.jsonl` stand `NAME.checkpoint` (the latest, with all its signatures),
/// `NAME.tsr` (its time-stamp), `NAME.checkpoints/SIZE.checkpoint` and `SIZE.N.tsr` (earlier ones that somebody relies on),
/// `NAME.private.jsonl` and `NAME.exhibits/` (files by SHA-256).
public struct Companions: Sendable {
  /// The latest, then the others by size.
  public var checkpoints: [KeptCheckpoint] = []
  /// nil = this copy has no sidecar: every private value is withheld.
  public var privateValues: PrivateValues?
  /// Openings of private values, as far as this copy has them.
  public struct PrivateValues: Sendable {
    /// By the base64 digest of the opening that is there, worked out from its bytes.
    public var openings: [String: [UInt8]] = [:]
    /// Digests that the copy says it leaves out.
    public var withheld: Set<String> = []

    public init() {}
  }

  public init() {}

  /// The note of a file, with nothing about it believed yet.
  public static func note(_ path: String) throws(TrackerError) -> SignedNote {
    guard let bytes = try SmallFile.read(path, atMost: SignedNote.longest) else {
      throw TrackerError(.missing, "there is no file \(path)")
    }
    do throws(ProofFault) { return try SignedNote(bytes: bytes) } catch { throw noCheckpoint(error, path) }
  }

  /// The same for a head that somebody noted: it must be a checkpoint, or nothing can be held against it.
  public static func notedHead(_ path: String) throws(TrackerError) -> SignedNote {
    let note = try note(path)
    do throws(ProofFault) { _ = try Checkpoint(note: note) } catch { throw noCheckpoint(error, path) }
    return note
  }

  private static func noCheckpoint(_ fault: ProofFault, _ path: String) -> TrackerError {
    TrackerError(.notVerified, "this is no checkpoint: \(fault.why)", place: path)
  }

  /// Those beside a JSON Lines file.
  static func beside(_ path: String) throws(TrackerError) -> Companions {
    var companions = Companions()
    let stem = path.hasSuffix(".jsonl") ? String(path.dropLast(".jsonl".count)) : path
    if access("\(stem).checkpoint", F_OK) == 0 {
      let token = try SmallFile.read("\(stem).tsr", atMost: 1 << 16)
      companions.checkpoints.append(
        KeptCheckpoint(note: try note("\(stem).checkpoint"), tokens: token.map { [$0] } ?? []))
    }
    let folder = "\(stem).checkpoints"
    let files = SmallFile.names(in: folder)
    let sizes = files.filter { $0.hasSuffix(".checkpoint") }.compactMap { Int($0.dropLast(".checkpoint".count)) }
    for size in sizes.sorted() {
      var tokens: [[UInt8]] = []
      for file in files where file.hasPrefix("\(size).") && file.hasSuffix(".tsr") {
        if let token = try SmallFile.read("\(folder)/\(file)", atMost: 1 << 16) { tokens.append(token) }
      }
      companions.checkpoints.append(KeptCheckpoint(note: try note("\(folder)/\(size).checkpoint"), tokens: tokens))
    }
    let sidecar = "\(stem).private.jsonl"
    if access(sidecar, F_OK) == 0 { companions.privateValues = try PrivateValues(sidecar) }
    return companions
  }

  /// The folder with the files of exhibits, if there is one.
  static func exhibitFolder(beside path: String) -> String? {
    let folder = "\(path.hasSuffix(".jsonl") ? String(path.dropLast(".jsonl".count)) : path).exhibits"
    return access(folder, F_OK) == 0 ? folder : nil
  }

  /// Those of a book.
  static func of(_ book: some LogStoring) throws -> Companions {
    var companions = Companions()
    let latest = try book.checkpoint()
    var kept = try book.keptCheckpoints()
    if let latest {
      let same = kept.firstIndex { $0.note.text == latest.text }
      let held = same.map { kept.remove(at: $0) } ?? KeptCheckpoint(note: latest)
      kept.insert(held, at: 0)
    }
    companions.checkpoints = kept
    var values = PrivateValues()
    try book.forEachOpening { _, opening in values.openings[Opening.digest(of: opening)] = opening }
    companions.privateValues = values
    return companions
  }
}

extension Companions.PrivateValues {
  /// Reads `NAME.private.jsonl`: an opening a line, or `{"digest":"<base64>"}` in the stead of one that is left out.
  init(_ path: String) throws(TrackerError) {
    do {
      let file = try JSONLinesLog(path: path)
      try file.forEachLine { _, line in
        if let digest = Self.digest(ofWithheld: line) {
          withheld.insert(digest)
        } else {
          openings[Opening.digest(of: Array(line))] = Array(line)
        }
        return true
      }
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  private static let withheldStart = Array("{\"digest\":\"".utf8)

  static func withheldBytes(_ digest: String) -> [UInt8] { withheldStart + Array("\(digest)\"}".utf8) }

  private static func digest(ofWithheld line: UnsafeBufferPointer<UInt8>) -> String? {
    guard line.count == withheldStart.count + 46, line.starts(with: withheldStart),
      line.suffix(2).elementsEqual("\"}".utf8)
    else { return nil }
    return String(decoding: line.dropFirst(withheldStart.count).dropLast(2), as: UTF8.self)
  }
}
