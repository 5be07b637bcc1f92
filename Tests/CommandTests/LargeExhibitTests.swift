import Foundation
import Testing

@Suite("Large exhibits")
struct LargeExhibitTests {
  /// Runs the program and waits for it.
  ///
  /// - Returns: its exit status, and its peak memory in KiB.
  private static func peak(_ arguments: [String], in shell: Shell) throws -> (status: Int32, kibibytes: Int) {
    var words: [UnsafeMutablePointer<CChar>?] = ([Shell.tracker] + arguments).map { strdup($0) } + [nil]
    let environment = shell.environment.merging(["TRACKER_BOOK": "\(shell.folder)/deals.tracker"]) { $1 }
    var surroundings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + surroundings { free(word) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    try #require(posix_spawn(&child, Shell.tracker, &actions, nil, &words, &surroundings) == 0)
    // What the kernel says of a child at its end has the memory of this process in it, from before it became another program.
    var (status, most): (Int32, Int) = (0, 0)
    while waitpid(child, &status, WNOHANG) == 0 {
      let lines = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
      let line = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      most = max(most, Int(line.filter(\.isNumber)) ?? 0)
      usleep(1_000)
    }
    return (status & 0x7F == 0 ? (status >> 8) & 0xFF : -1, most)
  }

  @Test("A file of 256 MiB is filed, checked and copied out in less than 100 MiB, and the book opens as before")
  func memory() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init deals --owner lmc").status == 0)
    let size = 256 << 20
    // Holes on this disk; the program reads every byte.
    let file = "\(shell.folder)/large.bin"
    #expect(FileManager.default.createFile(atPath: file, contents: Data("begins".utf8)) && truncate(file, size) == 0)
    for arguments in [
      ["record", "exhibit", file, "--kind", "letter", "--asserted-by", "lmc"], ["exhibit", "list"],
      ["exhibit", "check"],
      ["exhibit", "open", "large", "--out", "\(shell.folder)/again.bin"], ["obligations"],
    ] {
      let (status, kibibytes) = try Self.peak(arguments, in: shell)
      #expect(status == 0, "\(arguments)")
      #expect((1_000..<100 << 10).contains(kibibytes), "\(arguments): \(kibibytes) KiB")
    }
    let found = try FileManager.default.attributesOfItem(atPath: "\(shell.folder)/again.bin")
    #expect(found[.size] as? Int == size)
  }
}
