import Foundation
import Testing

/// What the shell and the system do to a command: bytes that are no text, a full disk, a reader that goes away, Ctrl-C.
@Suite("Surroundings of a command")
struct SurroundingsTests {
  /// Runs a line of the shell in which `$TRACKER` and `$STORY` stand for the binary and a log.
  private func shell(_ line: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec 2>&1; \(line)"]
    let story = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/story.jsonl")
    process.environment = ["TRACKER": Shell.tracker, "STORY": story.path, "PATH": "/usr/bin:/bin"]
    process.currentDirectoryURL = URL(fileURLWithPath: NSTemporaryDirectory())
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static let home = getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) } ?? "."

  /// line, exit code, what is said
  static let lines: [(String, Int32, String)] = [
    (#""$TRACKER" "$(printf '\377\376')""#, 64, "there is no command"),
    (#""$TRACKER" show "$STORY" "$(printf '\377')""#, 65, "is neither the number nor the id"),
    (
      #""$TRACKER" record party "$(printf 'a\377')" --kind practice --identity withheld --asserted-by a"#, 65,
      "is no key"
    ),
    (#""$TRACKER" obligations "$STORY" --as-of "$(printf '2011\033[2J')""#, 65, "is no date"),
    (
      #""$TRACKER" timeline "$STORY" --as-of 2012-01-01 > /dev/full"#, 73,
      "the answer cannot be written: No space left on device"
    ),
    (#""$TRACKER" timeline "$STORY" --as-of 2012-01-01 >&-"#, 73, "Bad file descriptor"),
    (#""$TRACKER" timeline "$STORY" --as-of 2012-01-01 | head -n 1"#, 0, "Timeline as of 1 January 2012"),
    (#""$TRACKER" replay "$STORY" --as-of 2012-01-01 --step <&-"#, 0, "Replay as of 1 January 2012"),
    (#""$TRACKER" replay "$STORY" --as-of 2012-01-01 --step < /dev/null | tail -n 1"#, 0, "Log: 28 events"),
    // A length is no reason to ask for memory.
    (
      #"truncate -s 8T huge.$$.jsonl; "$TRACKER" verify huge.$$.jsonl; code=$?; rm huge.$$.jsonl; exit $code"#, 4,
      "a line has at most"
    ),
    // Here is no HOME: the keys go where the system says that the user lives, and never beside a book.
    (#""$TRACKER" config show --json"#, 0, "\"\(home)/.local/share/tracker/keys\""),
    (#""$TRACKER" completions bash | head -n 1"#, 0, "#!/bin/bash"),
    (#""$TRACKER" completions zsh | head -n 1"#, 0, "#compdef tracker"),
    (#""$TRACKER" completions fish | grep -m1 -c obligations"#, 0, "1"),
  ]

  @Test("It ends with a known code and says why", arguments: lines)
  func line(line: String, status: Int32, said: String) throws {
    let result = try shell(line)
    #expect(result.status == status, "\(result.output.prefix(400))")
    #expect(result.output.contains(said), "\(result.output.prefix(400))")
    #expect(!result.output.unicodeScalars.contains("\u{1B}"))
  }

  @Test("Ctrl-C while it waits for a key ends it, and the shell sees 130")
  func interrupted() throws {
    let result = try shell(
      #"mkfifo fifo.$$; (sleep 2 > fifo.$$ &); (sleep 0.5; kill -INT "$(cat pid.$$)") & "#
        + #"sh -c 'echo $$ > '"pid.$$"'; exec "$TRACKER" replay "$STORY" --step --as-of 2012-01-01' < fifo.$$ > out.$$; "#
        + #"code=$?; rm -f fifo.$$ pid.$$ out.$$; exit $code"#)
    #expect(result.status == 130, "\(result.output)")
  }
}
