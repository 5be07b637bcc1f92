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
    setenv("LESS", "FRX", 0)
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
  private static var command: String? {
    if Console.environment("TRACKER_ACCESSIBLE") == "1" || Console.environment("TERM") == "dumb" { return nil }
    for name in ["TRACKER_PAGER", "PAGER"] {
      guard let command = Console.environment(name) else { continue }
      return command.isEmpty || command == "cat" ? nil : command
    }
    return "less"
  }

  /// Longer than the screen, with a line left for the next prompt.
  private static func isTooLong(_ text: String) -> Bool {
    var size = winsize()
    guard Console.isOutputTerminal, Console.isInputTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0
    else { return false }
    var lines = 0
    return text.utf8.contains { byte in
      if byte == 0x0A { lines += 1 }
      return lines >= Int(size.ws_row)
    }
  }
}
