internal import Glibc

/// Shows a long answer page by page, where a person sits before a screen that is too short for it.
enum Pager {
  /// Prints the text, or hands it to TRACKER_PAGER, else PAGER, else `less`. A pager that is left early is no failure, and
  /// without one that can be started the text is printed.
  static func show(_ text: String, isWanted: Bool) {
    guard isWanted, isTooLong(text), let command else {
      Console.out(text)
      return
    }
    Console.flush()
    // What git does too: leave a short text on the screen, let colours through, do not clear the screen at the end.
    setenv("LESS", "FRXPsspace\\: more   q\\: back$", 0)
    guard let pipe = popen(command, "w") else {
      Console.out(text)
      return
    }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { fwrite($0.baseAddress.map { $0 + done }, 1, $0.count - done, pipe) }
      // The pager was left: nobody wants to read the rest.
      if count == 0 { break }
      done += count
    }
    let status = pclose(pipe)
    // 127: the shell found no such program; nothing was shown.
    if status >> 8 & 0xFF == 127 { Console.out(text) }
  }

  /// nil = none is to be used.
  fileprivate static var command: String? { choice.command }

  /// The pager, and the variable that decides; nil for both means none, and what is built in.
  static var choice: (command: String?, variable: String?) {
    if Console.environment("TRACKER_ACCESSIBLE") == "1" { return (nil, "TRACKER_ACCESSIBLE") }
    if Console.environment("TERM") == "dumb" { return (nil, "TERM") }
    for name in ["TRACKER_PAGER", "PAGER"] {
      guard let command = Console.environment(name) else { continue }
      return (command.isEmpty || command == "cat" ? nil : command, name)
    }
    return ("less", nil)
  }

  /// Longer than the screen, with a line left for the next prompt.
  private static func isTooLong(_ text: String) -> Bool {
    guard let rows else { return false }
    var lines = 0
    return text.utf8.contains { byte in
      if byte == 0x0A { lines += 1 }
      return lines >= rows
    }
  }

  /// Rows of the screen; nil where no person sits before one.
  fileprivate static var rows: Int? {
    var size = winsize()
    guard Console.isOutputTerminal, Console.isInputTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0
    else { return nil }
    return Int(size.ws_row)
  }
}

/// The same for an answer that is made piece by piece and is never held as a whole: a replay of a million events.
///
/// What fits on the screen is held back until it is too long for it; then a pager is begun, and gets everything.
final class PagedOutput {
  /// What a pipe holds, and more: if no pager could be started, this much was swallowed at most.
  private static let kept = 1 << 18

  private let rows: Int?
  private var command: String?
  private var pipe: UnsafeMutablePointer<FILE>?
  /// Held back; and while a pager may still turn out to be none, all that it was given.
  private var pending: [UInt8] = []
  private var lines = 0
  private var isLeft = false

  /// - Parameter isWanted: else it is printed at once.
  init(isWanted: Bool) {
    command = isWanted ? Pager.command : nil
    rows = command == nil ? nil : Pager.rows
  }

  deinit { close() }

  /// - Returns: false if nobody reads any more.
  func write(_ text: String) -> Bool {
    guard let rows, command != nil else {
      Console.out(text)
      return true
    }
    if isLeft { return false }
    let bytes = Array(text.utf8)
    if pipe != nil { return hand(bytes) }
    pending += bytes
    lines += bytes.count { $0 == 0x0A }
    return lines >= rows ? begin() : true
  }

  private func begin() -> Bool {
    Console.flush()
    setenv("LESS", "FRXPsspace\\: more   q\\: back$", 0)
    guard let command, let begun = popen(command, "w") else { return giveUp() }
    pipe = begun
    let first = pending
    pending = []
    return hand(first)
  }

  private func hand(_ bytes: [UInt8]) -> Bool {
    if pending.count < Self.kept { pending += bytes }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { fwrite($0.baseAddress.map { $0 + done }, 1, $0.count - done, pipe) }
      if count == 0 { return end() }
      done += count
    }
    return true
  }

  /// The pager went away: it was left, or there is no such program and nothing was shown.
  private func end() -> Bool {
    guard let pipe else { return !isLeft }
    self.pipe = nil
    // 127: the shell found no such program.
    if pclose(pipe) >> 8 & 0xFF == 127 { return giveUp() }
    isLeft = true
    return false
  }

  private func giveUp() -> Bool {
    command = nil
    Console.out(bytes: pending)
    pending = []
    return true
  }

  /// Prints what was held back, or waits until the pager is left.
  func close() {
    if pipe != nil {
      _ = end()
    } else if !pending.isEmpty, !isLeft {
      Console.out(bytes: pending)
      pending = []
    }
  }
}
