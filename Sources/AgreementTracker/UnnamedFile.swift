internal import Glibc

/// A file that has no name: nobody else can open it, and it is gone as soon as it is closed, whatever happens.
public enum UnnamedFile {
  /// - Parameter folder: where the bytes lie while it is open.
  /// - Returns: its descriptor, not handed on to other programs; nil with `errno` if it cannot be made.
  static func make(in folder: String) -> Int32? {
    var template = Array("\(folder)/tracker-\(String(repeating: "X", count: 6))".utf8CString)
    return template.withUnsafeMutableBufferPointer { buffer -> Int32? in
      guard let name = buffer.baseAddress else { return nil }
      let file = mkstemp(name)
      guard file >= 0 else { return nil }
      unlink(name)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      return file
    }
  }

  /// Open at its beginning, for another program to read; nil if it cannot be written.
  public static func make(holding bytes: [UInt8], in folder: String) -> Int32? {
    guard let file = make(in: folder) else { return nil }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(file)
        return nil
      }
      written += count
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}
