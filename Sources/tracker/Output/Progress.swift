internal import Glibc
internal import Reports

/// A word on long work, to standard error and only on a terminal. Nothing moves and nothing is redrawn: it can be read
/// aloud and logged.
enum Progress {
  /// A file shorter than this is done before one has read the word. A table takes five seconds for as many rows as have five
  /// mebibytes, so it is said of shorter ones.
  private static let long = 4 << 20

  /// - Parameter path: the file that is worked on.
  static func say(_ text: String, about path: String) {
    guard Console.isErrorTerminal else { return }
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > long else { return }
    Console.error("\(text.plainLine) (\(status.st_size >> 20) MiB)\n")
  }

  /// How far the reading of a long table has come.
  static func rows(_ count: Int) {
    guard Console.isErrorTerminal else { return }
    Console.error("\(count) rows read …\n")
  }

  /// How far the adding of a long table has come.
  static func added(_ count: Int) {
    guard Console.isErrorTerminal else { return }
    Console.error("\(count) rows added …\n")
  }
}
