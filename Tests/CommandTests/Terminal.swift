import Foundation

/// A person at a terminal, as far as a program can be one: `tracker` behind a pseudo-terminal, answered when it asks.
///
/// It waits for an answer when the last line that it wrote is no whole line and ends in a space: so end all its questions.
struct Terminal {
  /// What was seen, with each answer in ‹› where it was typed; the exit code behind it.
  struct Result {
    var text: String
    var status: Int32
    /// Answers that nobody asked for.
    var unasked: [String]
  }

  struct Trouble: Error {
    var what: String
  }

  /// - Parameter answers: lines to type; `^C` stops the program, `^K` kills it, `^D` ends the input.
  ///   - rows: of the screen; 0 = the terminal does not say.
  static func run(
    _ arguments: [String], answers: [String], in shell: Shell, environment more: [String: String] = [:],
    rows: UInt16 = 0
  ) throws -> Result {
    // Background jobs of a shell ignore Ctrl-C, and threads of a pool block it; their children would too.
    signal(SIGINT, SIG_DFL)
    var interrupts = sigset_t()
    sigemptyset(&interrupts)
    sigaddset(&interrupts, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupts, nil)
    let (master, slave) = try pair()
    defer { close(master) }
    if rows > 0 {
      var size = winsize(ws_row: rows, ws_col: 96, ws_xpixel: 0, ws_ypixel: 0)
      guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw Trouble(what: "the screen has no size") }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Shell.tracker)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: shell.folder)
    process.environment = shell.environment.merging(more) { $1 }
    let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    process.standardInput = handle
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    close(slave)
    var answers = answers[...]
    // As bytes, since a piece may end within a letter.
    var seen: [UInt8] = []
    var text: String { String(decoding: seen, as: UTF8.self) }
    while let more = try read(master, after: text) {
      seen += more
      let text = text
      guard text.last == " ", let tail = text.split(separator: "\n", omittingEmptySubsequences: false).last,
        !tail.isEmpty, !hasMore(master)
      else { continue }
      guard let answer = answers.popFirst() else {
        process.terminate()
        throw Trouble(what: "it asks more than was foreseen: \(text.suffix(400))")
      }
      seen += "‹\(answer)›\n".utf8
      switch answer {
      case "^C": process.interrupt()
      case "^K": kill(process.processIdentifier, SIGKILL)
      case "^D": try type([4], into: master)
      default: try type(Array("\(answer)\n".utf8), into: master)
      }
    }
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Result(text: text, status: status, unasked: Array(answers))
  }

  /// Both ends of a pseudo-terminal that echoes nothing: what was typed is written into the text by us.
  private static func pair() throws -> (master: Int32, slave: Int32) {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // Of Linux: TIOCSPTLCK unlocks the other end, TIOCGPTN is its number.
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
      throw Trouble(what: "there is no pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    var settings = termios()
    guard slave >= 0, tcgetattr(slave, &settings) == 0 else { throw Trouble(what: "the terminal cannot be opened") }
    settings.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(slave, TCSANOW, &settings) == 0 else { throw Trouble(what: "the terminal cannot be set") }
    // A child of another test that runs at the same time must not hold it open.
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    return (master, slave)
  }

  /// What it wrote next; nil at its end.
  private static func read(_ master: Int32, after text: String) throws -> [UInt8]? {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 60_000) > 0 else {
      throw Trouble(what: "it said nothing for a minute, behind: \(text.suffix(200))")
    }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(master, &block, block.count)
    // The other end was closed: EIO on Linux.
    guard count > 0 else { return nil }
    return block[..<count].filter { $0 != 0x0D }
  }

  /// A long answer comes in pieces, and one of them may end in a space.
  private static func hasMore(_ master: Int32) -> Bool {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 50) > 0
  }

  private static func type(_ bytes: [UInt8], into master: Int32) throws {
    guard write(master, bytes, bytes.count) == bytes.count else { throw Trouble(what: "nothing can be typed") }
  }
}
