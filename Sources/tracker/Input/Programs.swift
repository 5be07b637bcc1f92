internal import Glibc

/// Other programs on this machine.
enum Programs {
  /// The full path of a program that can be run; nil if it is in no folder of PATH.
  static func find(_ name: String) -> String? {
    let folders = (Console.environment("PATH") ?? "").split(separator: ":").map(String.init)
    return folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Starts a program and waits until it ends. What it prints goes nowhere: a viewer that it leaves behind would hold a pipe
  /// open for as long as somebody looks. Arguments are handed over as they are: no shell reads them.
  ///
  /// - Returns: its exit status, 128 and more if a signal ended it; nil if it could not be started.
  static func start(_ name: String, _ arguments: [String]) -> Int32? {
    spawn(name, arguments, output: nil).map(ended)
  }

  /// What a program is told of its surroundings: how to show something, and in which language; nothing of ours.
  private static var surroundings: [String] {
    [
      "PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR",
      "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "XDG_DATA_DIRS", "DBUS_SESSION_BUS_ADDRESS", "BROWSER",
    ].compactMap { name in Console.environment(name).map { "\(name)=\($0)" } }
  }

  /// Runs a program to its end.
  ///
  /// - Returns: its exit status and the first bytes of its output and messages; nil if it could not be started.
  static func run(_ name: String, _ arguments: [String]) -> (status: Int32, output: String)? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let child = spawn(name, arguments, output: ends[1])
    close(ends[1])
    guard let child else { return nil }
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = block.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      if output.count < 1 << 16 { output += block[..<count] }
    }
    return (ended(child), String(decoding: output, as: UTF8.self))
  }

  /// - Parameters:
  ///   - input: nil = nothing to read.
  ///   - output: where its output and messages go; nil = nowhere.
  ///   - hasMessages: false = its messages go nowhere.
  static func spawn(
    _ name: String, _ arguments: [String], input: Int32? = nil, output: Int32?, hasMessages: Bool = true
  ) -> pid_t? {
    guard let path = find(name) else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    for channel: Int32 in [1, 2] {
      if let output, channel == 1 || hasMessages {
        posix_spawn_file_actions_adddup2(&actions, output, channel)
      } else {
        posix_spawn_file_actions_addopen(&actions, channel, "/dev/null", O_WRONLY, 0)
      }
    }
    // What else this program was given by its own parent, or has open, is nothing for another one.
    for descriptor: Int32 in 3..<1024 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var surroundings: [UnsafeMutablePointer<CChar>?] = surroundings.map { strdup($0) } + [nil]
    defer { for word in surroundings { free(word) } }
    var child: pid_t = 0
    return posix_spawn(&child, path, &actions, nil, &words, &surroundings) == 0 ? child : nil
  }

  /// Waits for the end of a program.
  static func ended(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
