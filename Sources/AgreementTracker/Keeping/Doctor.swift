internal import Agreements
internal import CanonicalJSON
internal import Glibc
public import LogStore
internal import Projections
internal import SQLiteStore
internal import TransparencyLog

/// Looks at a book and at what it stands on: the log, the disk, the clock, backups, keys. Nothing is changed; each thing that
/// is not well comes with what to type.
public struct Doctor {
  public enum State: String, Sendable {
    case well
    /// Worth knowing; nothing to do.
    case note
    /// Something to do.
    case trouble
  }

  /// One thing that was looked at.
  public struct Finding: Sendable {
    /// Stable, for programs: `log`, `signatures`, `clock`, …
    public var id: String
    public var state: State
    public var text: String
    /// A command to type, or what to do.
    public var fix: String?

    public init(_ id: String, _ state: State, _ text: String, fix: String? = nil) {
      (self.id, self.state, self.text, self.fix) = (id, state, text, fix)
    }
  }

  private let path: String
  private let folders: UserFolders
  private let now: Instant
  private var findings: [Finding] = []

  private init(_ path: String, _ folders: UserFolders, _ now: Instant) {
    (self.path, self.folders, self.now) = (path, folders, now)
  }

  /// - Parameter path: of a record book.
  public static func examine(
    _ path: String, folders: UserFolders, environment: LogEnvironment = .system
  ) -> [Finding] {
    var doctor = Doctor(path, folders, environment.now())
    do throws(TrackerError) {
      let source = try Source.open(path)
      try doctor.lookAtLog(source)
      doctor.lookAtClock(source)
      try doctor.lookAtKey(source)
      doctor.lookAtBackups(source)
      doctor.findings += BookPlace.findings(path, privateValues: try source.privateValueCount())
    } catch {
      doctor.add("log", .trouble, "\(path) cannot be read: \(error.what)", error.next.isEmpty ? nil : error.next)
    }
    doctor.lookAtDrafts()
    return doctor.findings
  }

  private mutating func add(_ id: String, _ state: State, _ text: String, _ fix: String? = nil) {
    findings.append(Finding(id, state, text, fix: fix))
  }

  private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  // MARK: The log

  private mutating func lookAtLog(_ source: Source) throws(TrackerError) {
    var options = Verification.Options()
    options.folders = folders
    options.isQuick = true
    let verification = try Verification.run(source, options)
    let damage = verification.faults.filter(\.isDamage)
    if let first = damage.first {
      add(
        "log", .trouble, "\(Self.count(damage.count, "fault")) in \(path): \(first.text)",
        "tracker verify \(path)   and record nothing more in it")
    } else if !verification.faults.isEmpty {
      add(
        "log", .trouble, "\(Self.count(verification.faults.count, "event")) break a rule that writers obey",
        "tracker verify \(path)")
    } else {
      add(
        "log", .well, "\(Self.count(verification.size, "event")), whole and in order (stored files were not compared)")
    }
    let strange = verification.unknownTypes.merging(verification.newerTypes, uniquingKeysWith: +)
    if !strange.isEmpty {
      add(
        "versions", .note,
        "it holds events that this version does not know: \(strange.keys.sorted().joined(separator: ", "))",
        "use a later version of tracker")
    } else {
      let versions = Set(EventBody.types.map { $0.version }).sorted().map(String.init).joined(separator: ", ")
      add(
        "versions", .well,
        "every event is of a type and version that this program knows: \(EventBody.types.count) types, version \(versions)"
      )
    }
    if damage.isEmpty { try lookAtReadModel(source) }
    let unsigned = try source.unsigned() ?? 0
    if unsigned > 0 {
      add(
        "signatures", .trouble,
        "\(Self.count(unsigned, "event")) at the end \(unsigned == 1 ? "is" : "are") not signed",
        "tracker checkpoint --book \(path)   by whoever holds the log's key")
    } else {
      add("signatures", .well, "every event is signed")
    }
    guard let origin = verification.origin else { return }
    let seen: Checkpoint?
    do throws(TrackerError) { seen = try LogGuard(folders, origin: origin).seen() } catch {
      add("guard", .trouble, error.what, error.next)
      return
    }
    guard let seen else {
      add(
        "guard", .note,
        "this log was not seen on this machine before; whoever records or signs here makes it remembered")
      return
    }
    // That the book is an older or another one is a fault of the log, and was said.
    if !damage.contains(where: { ["rolled-back", "forked"].contains($0.code) }) {
      add("guard", .well, "it contains the \(Self.count(seen.size, "event")) that were seen here last")
    }
  }

  /// In a longer book, a rebuild takes a person's time and the machine's memory.
  private static let rebuilt = 50_000

  /// How a book gets its read models anew: out of the log, which is whole.
  public static func makeAnew(_ path: String) -> String {
    "Make the book anew out of its log:  tracker export \(path) --full whole   then  tracker restore whole --to new.tracker"
  }

  private mutating func lookAtReadModel(_ source: Source) throws(TrackerError) {
    guard let book = source.book else { return }
    if let state = try? book.state(of: PositionModel().name), let stopped = state.stoppedAt {
      add(
        "read-model", .trouble, "its positions stopped at event \(stopped + 1): \(state.reason ?? "")",
        "tracker show \(stopped + 1) --book \(path)")
      return
    }
    let size: Int
    do { size = try source.log.size() } catch { throw TrackerError(error, in: path) }
    guard size <= Self.rebuilt else {
      add(
        "read-model", .note, "the positions that it keeps ready were not compared with its log, as that takes a while",
        "tracker replay \(path) --check")
      return
    }
    guard let check = try source.checkReadModels() else { return }
    if check.isSame {
      add("read-model", .well, "the positions that it keeps ready are those of its log")
    } else {
      add(
        "read-model", .trouble,
        "the positions that it keeps ready are not those of its log: somebody changed them, or a program did",
        Self.makeAnew(path))
    }
  }

  // MARK: Clock and key

  private mutating func lookAtClock(_ source: Source) {
    guard let last = source.lastRecordedAt else { return }
    let minutes = (last.milliseconds - now.milliseconds) / 60_000
    if minutes >= 10 {
      add(
        "clock", .trouble,
        "this machine's clock says \(now), but the last event was recorded \(Self.count(Int(minutes), "minute")) later",
        "set the clock; if it is right:  --clock-ok \"why\"")
    } else {
      add("clock", .well, "this machine's clock is not behind the last event")
    }
  }

  private mutating func lookAtKey(_ source: Source) throws(TrackerError) {
    guard let current = try source.identity().current else {
      add("key", .trouble, "this log has no key, so nothing in it is signed", "tracker key rotate --book \(path)")
      return
    }
    let file = KeyRing(folders).path(of: current)
    var status = stat()
    guard stat(file, &status) == 0 else {
      add("key", .note, "the log's signing key is not on this machine: what is recorded here is signed elsewhere")
      return
    }
    if status.st_mode & 0o077 != 0 {
      add("key", .trouble, "others on this machine can read the log's signing key", "chmod 600 \(file)")
      return
    }
    var folder = stat()
    if stat(folders.keys, &folder) == 0, folder.st_mode & 0o022 != 0 {
      add("key", .trouble, "others on this machine can put keys into your folder of keys", "chmod 700 \(folders.keys)")
      return
    }
    add("key", .well, "the log's signing key is here, and only you can read it; keep a copy of it in a safe place")
  }

  // MARK: Backups and drafts

  private static let oldBackup: Int64 = 7 * 24 * 3600 * 1000

  /// Beside the book, among its backups, and where the last one is.
  private mutating func lookAtLeftovers(_ last: BackupRecord?) {
    func folder(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
    var folders = [folder(path), "\(folder(path))/backups"]
    if let last, !folders.contains(folder(last.path)) { folders.append(folder(last.path)) }
    for path in Set(folders.flatMap(Backup.leftovers)).sorted() {
      add("backup", .note, "a backup that was cut off left this file, which is none: \(path)", "rm \(path)")
    }
  }

  private mutating func lookAtBackups(_ source: Source) {
    let fix = "tracker backup --book \(path) /media/usb   (any folder on another disk)"
    let origin = (try? source.identity())?.origin
    lookAtLeftovers(origin.flatMap { BackupRecord.last(of: $0, folders) })
    guard let origin, let last = BackupRecord.last(of: origin, folders) else {
      add("backup", .trouble, "no backup was made on this machine", fix)
      return
    }
    let size = (try? source.log.size()) ?? 0
    let days = Int(max(0, now.milliseconds - last.madeAt.milliseconds) / 86_400_000)
    let age = days == 0 ? "today or yesterday" : "\(Self.count(days, "day")) ago"
    let more = max(0, size - last.events)
    if more > 0, now.milliseconds - last.madeAt.milliseconds > Self.oldBackup {
      add("backup", .trouble, "the last one was made \(age), \(Self.count(more, "event")) ago", fix)
      return
    }
    var status = stat()
    guard stat(last.path, &status) == 0 else {
      add(
        "backup", .note, "the last one was made \(age), and is not to be seen just now: \(last.path)",
        "is its disk plugged in?")
      return
    }
    guard Int(status.st_size) == last.bytes else {
      add("backup", .trouble, "the last one was changed since it was made: \(last.path)", fix)
      return
    }
    add(
      "backup", .well,
      "the last one was made \(age), and verified; \(Self.count(more, "event")) came since. Try it:  tracker restore --test "
        + last.path)
  }

  private mutating func lookAtDrafts() {
    let count = UnfinishedEntries(folders).names.count
    guard count > 0 else { return }
    add(
      "drafts", .trouble, "\(count) \(count == 1 ? "entry was" : "entries were") begun and not recorded",
      "tracker record --resume   or   tracker record --discard")
  }
}

extension Source {
  /// When the last event that is not left out was recorded.
  fileprivate var lastRecordedAt: Instant? {
    var last: Instant?
    var scanner = LineScanner()
    try? log.forEachLine(matching: LogQuery(order: .backward)) { position, line in
      let parsed = try scanner.scan(line, at: position) { view throws(JSONFault) in try LogLine(view) }
      guard case .event(let record) = parsed else { return true }
      last = record.recordedAt
      return false
    }
    return last
  }

  fileprivate func privateValueCount() throws(TrackerError) -> Int {
    guard let book else { return 0 }
    var count = 0
    do { try book.forEachOpening { _, _ in count += 1 } } catch { throw TrackerError(error, in: name) }
    return count
  }
}

extension Doctor {
  /// The version of the database library, and whether it can search texts (FTS5).
  public static var library: (version: String, hasFullText: Bool)? { SQLiteLog.library() }
}
