internal import AgreementTracker
internal import Glibc

extension Programs {
  /// Reads PDFs for a search; nil where there is no pdftotext (of Poppler).
  static var pdfReader: PDFReader? {
    guard find("pdftotext") != nil else { return nil }
    let folder = Console.environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    return PDFReader { bytes in
      // From its input, so that no paper lies anywhere under a name.
      guard let input = UnnamedFile.make(holding: bytes, in: folder) else { return nil }
      defer { close(input) }
      let read = output(
        of: "pdftotext", ["-q", "-enc", "UTF-8", "-", "-"], input: input, longest: 1 << 20, seconds: 20)
      // Between two pages stands a form feed, which is no part of what the paper says.
      return read.map { String(decoding: $0.map { $0 == 0x0C ? 0x0A : $0 }, as: UTF8.self) }
    }
  }

  /// Runs a program over a file, for so long and no longer.
  ///
  /// - Parameters:
  ///   - input: open, at its beginning.
  ///   - longest: bytes of its output that are taken.
  /// - Returns: what it printed, without its messages; nil if it failed, was not done in time, or could not be started.
  private static func output(
    of name: String, _ arguments: [String], input: Int32, longest: Int, seconds: Int
  ) -> [UInt8]? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let child = spawn(name, arguments, input: input, output: ends[1], hasMessages: false)
    close(ends[1])
    guard let child else { return nil }
    func now() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
    }
    let end = now() + seconds * 1_000
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var isDone = false
    while output.count < longest {
      var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      let left = end - now()
      guard left > 0 else { break }
      let ready = poll(&waiting, 1, Int32(left))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { break }
      let count = block.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        isDone = count == 0
        break
      }
      output += block[..<min(count, longest - output.count)]
    }
    // Whoever has all that is wanted waits for nobody; and a program that has shut its output may still not end.
    let isFull = output.count == longest
    while isDone, !isOver(child), now() < end { usleep(1_000) }
    if !isOver(child) { kill(child, SIGKILL) }
    let status = ended(child)
    return isFull || isDone && status == 0 ? output : nil
  }

  /// Has it ended? What became of it is left to be asked.
  private static func isOver(_ child: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo != 0
  }
}
