import Foundation
import Testing

/// A disk that is full, for real: a file system of some kilobytes in memory, in a name space of its own.
///
/// Skipped where none can be made: it takes `unshare`, and a system that lets its users have it.
@Suite("A full disk", .enabled(if: FullDisk.isPossible, "needs unshare"))
struct FullDiskTests {
  /// Options of the file system, what is done before, the command, and its whole answer; numbers of kB stand as N.
  static let cases: [(disk: String, before: String, command: String, said: String)] = [
    (
      "nr_inodes=1", "", "init small/deal --owner lmc",
      """
      error: the disk is full; small/deal.tracker was not made  [73]
        where: small/deal.tracker
        Make room on that disk, and do it once more.

      """
    ),
    (
      "size=64k", "", "init small/deal --owner lmc",
      """
      error: the disk is full; nothing was added to small/deal.tracker  [73]
        where: small/deal.tracker
        Make room on that disk, and do it once more.

      """
    ),
    (
      "size=1m", "", "backup small/copy.tracker",
      """
      error: there is too little room: N kB are needed, and N kB are free  [73]
        where: small
        Make room, or take another disk:  tracker backup /media/usb

      """
    ),
    (
      "size=1200k", "cp deal.tracker small/ && head -c 60000 /dev/urandom > other.bin",
      "record exhibit other.bin --exhibit L2 --title T --kind other --asserted-by lmc --book small/deal.tracker",
      """
      error: there is too little room beside small/deal.tracker: N kB are free, and N kB are needed while a file of \
      60000 bytes is stored; nothing was added  [73]
        where: small/deal.tracker
        Make room on that disk, and do it once more.

      """
    ),
    (
      "size=64k", "", "export --full small/out",
      """
      error: small/out/deal.exhibits/DIGEST cannot be written: No space left on device  [73]
        Nothing of the copy was left there. Make room, or choose another place.

      """
    ),
    (
      "size=64k", "", "withhold 2 --to small/out --with-files",
      """
      error: small/out/deal.exhibits/DIGEST cannot be written: No space left on device  [73]
        Nothing of the copy was left there. Make room, or choose another place.

      """
    ),
    (
      "size=4k", "", "export --full small/out",
      """
      error: small/out/deal.private.jsonl cannot be written: No space left on device  [73]
        Nothing of the copy was left there. Make room, or choose another place.

      """
    ),
    (
      "size=16k", "", "export --format sqlite --out small/owed.db",
      """
      error: the database cannot be made: database or disk is full  [73]
        where: small

      """
    ),
    (
      "size=4k", "", "export --format xlsx --out small/owed.xlsx",
      """
      error: small/owed.xlsx cannot be written: No space left on device  [73]

      """
    ),
    (
      "size=16k", "", "exhibit open paper --out small/paper",
      """
      error: small/paper cannot be written: No space left on device  [73]

      """
    ),
    (
      "size=64k", "", "restore whole --to small/deal.tracker",
      """
      error: the disk is full; nothing was added to small/deal.tracker  [73]
        where: small/deal.tracker
        Make room on that disk, and do it once more.

      """
    ),
  ]

  @Test("It is said what could not be written, and nothing half made is left on it", arguments: cases)
  func full(disk: String, before: String, command: String, said: String) throws {
    let shell = try Shell()
    defer { shell.clean() }
    let paper = Data((0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    try paper.write(to: URL(fileURLWithPath: "\(shell.folder)/paper.bin"))
    for line in [
      "init deal --owner lmc",
      "record exhibit paper.bin --exhibit L1 --title T --kind other --asserted-by lmc --private writer=Z",
      "export --full whole",
    ] {
      let result = try shell.run(line)
      #expect(result.status == 0, "\(result.error)")
    }
    let result = try FullDisk.run(disk, before: before, command, in: shell)
    let answer = result.answer
      .replacingOccurrences(of: #"[0-9]+ kB"#, with: "N kB", options: .regularExpression)
      .replacingOccurrences(of: #"[0-9a-f]{64}"#, with: "DIGEST", options: .regularExpression)
    #expect(answer == said)
    #expect(result.status == 73)
    #expect(result.after == result.before, "left on the disk")
    #expect(try shell.run("verify deal.tracker").status == 0)
  }

  @Test("A viewer's copy on a full disk leaves no folder behind")
  func viewer() throws {
    let shell = try Shell()
    defer { shell.clean() }
    try Data(repeating: 7, count: 60_000).write(to: URL(fileURLWithPath: "\(shell.folder)/paper.bin"))
    _ = try shell.run("init deal --owner lmc")
    _ = try shell.run("record exhibit paper.bin --exhibit L1 --title T --kind other --asserted-by lmc")
    let result = try FullDisk.run("size=16k", before: "export TMPDIR=small", "exhibit open paper", in: shell)
    #expect(result.status == 73 && result.answer.contains(" cannot be written: No space left on device  [73]"))
    #expect(result.after == result.before)
  }
}

/// Runs a command beside a file system that is too small for it.
enum FullDisk {
  struct Result {
    var status: Int32
    var answer: String
    /// What stood on the disk before and after.
    var before: String
    var after: String
  }

  static let isPossible = (try? start("mount -t tmpfs none /mnt", in: "/", [:])) == 0

  /// The disk is the folder `small`.
  static func run(_ disk: String, before: String, _ command: String, in shell: Shell) throws -> Result {
    let script = """
      mkdir small && mount -t tmpfs -o \(disk) none small && { \(before.isEmpty ? ":" : before); } || exit 1
      ls -AR small > before
      "$TRACKER" \(command) > answer 2>&1
      echo $? > status
      ls -AR small > after
      """
    guard try start(script, in: shell.folder, shell.environment.merging(["TRACKER": Shell.tracker]) { $1 }) == 0 else {
      throw Terminal.Trouble(what: "the small disk could not be made")
    }
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/\(name)")), as: UTF8.self)
    }
    let status = Int32(try text("status").trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    return Result(status: status, answer: try text("answer"), before: try text("before"), after: try text("after"))
  }

  private static func start(_ script: String, in folder: String, _ environment: [String: String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = ["--map-root-user", "--mount", "/bin/sh", "-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment.merging(["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
