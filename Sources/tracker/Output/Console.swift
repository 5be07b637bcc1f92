internal import Glibc
internal import Synchronization

/// Answers go to standard output, messages to standard error. No moving parts, and colour only beside a word that says the
/// same (`Colour`): what is printed can be mailed, piped and read aloud.
enum Console {
  /// Buffered: an answer of a hundred thousand rows is written in few pieces.
  private static let pending = Mutex<[UInt8]>([])

  static func out(_ text: String) { out(bytes: Array(text.utf8)) }

  static func out(bytes: [UInt8]) {
    let isMuch = pending.withLock { pending in
      pending += bytes
      return pending.count > 1 << 16
    }
    if isMuch { flush() }
  }

  /// A large piece of an answer, which is printed without being copied.
  static func pass(_ bytes: UnsafeRawBufferPointer) {
    flush()
    write(bytes, to: 1)
  }

  static func error(_ text: String) { write(Array(text.utf8), to: 2) }

  static func flush() {
    let bytes = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    write(bytes, to: 1)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { write($0, to: descriptor) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { give(up: descriptor, errno) }
      done += count
    }
  }

  /// Whoever read has gone away (`tracker timeline | head`): nothing more to say, and no failure. A full disk is one.
  private static func give(up descriptor: Int32, _ code: Int32) -> Never {
    if descriptor == 1, code == EPIPE { leave(ExitStatus.done.rawValue) }
    if descriptor == 1 {
      let why = String(cString: strerror(code))
      write(Array(Failure(.cannotWrite, what: "the answer cannot be written: \(why)").text.utf8), to: 2)
    }
    leave(ExitStatus.cannotWrite.rawValue)
  }

  static var isOutputTerminal: Bool { isatty(1) == 1 }
  static var isErrorTerminal: Bool { isatty(2) == 1 }
  static var isInputTerminal: Bool { isatty(0) == 1 }
  /// Can somebody be asked: one who types, and who sees the question, which goes to standard error?
  static var isPersonThere: Bool { isInputTerminal && isErrorTerminal && !isForProgram }

  /// Says something on standard error, behind all that was answered so far, and waits for a line.
  ///
  /// - Returns: what was typed, without white space around it; nil at the end of the input.
  static func ask(_ question: String) -> String? {
    flush()
    error(question)
    guard let line = readLine() else {
      error("\n")
      return nil
    }
    var text = Substring(line)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// yes or no; Enter and the end of the input are no.
  static func isYes(_ question: String) -> Bool {
    let answer = ask("\(question) [y/N] ")?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }

  /// COLUMNS where it is set; else the terminal's width where there is one; else 96 columns. From 30 to 200.
  static var width: Int {
    if let wanted = environment("COLUMNS").flatMap(Int.init), wanted > 0 { return min(max(wanted, 30), 200) }
    var size = winsize()
    guard isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 96 }
    return min(max(Int(size.ws_col), 30), 200)
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Ends the program.
func leave(_ code: Int32) -> Never { exit(code) }

/// A reader that goes away, and a limit on the size of files, are errors of a write and do not end the program unasked.
func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
}
