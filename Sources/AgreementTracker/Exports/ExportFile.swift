internal import Glibc

/// Where an export goes: whole or not at all, and over nothing that is there unless that was said.
public enum ExportFile {
  /// - Parameters:
  ///   - source: the log that was asked; it is never overwritten, whatever was said.
  ///   - isReadOnly: nobody is to write into it by mistake.
  ///   - isForced: what is there is replaced.
  public static func write(
    _ path: String, _ bytes: [UInt8], asked source: String, isReadOnly: Bool = false, isForced: Bool = false
  ) throws(TrackerError) {
    try check(path, asked: source, isForced: isForced)
    try SmallFile.write(path, bytes, mode: isReadOnly ? 0o444 : 0o644, isNew: !isForced)
  }

  /// Refuses before long work what would be refused behind it.
  public static func check(_ path: String, asked source: String, isForced: Bool) throws(TrackerError) {
    guard !path.hasSuffix(".tracker") else {
      throw TrackerError(
        .usage, "\(path) would look like a record book", next: "An export is no book: give it another ending.")
    }
    var (target, asked) = (stat(), stat())
    guard stat(path, &target) == 0 else { return }
    if stat(source, &asked) == 0, target.st_dev == asked.st_dev, target.st_ino == asked.st_ino {
      throw TrackerError(.cannotWrite, "\(path) is the log itself", next: "Choose another name.")
    }
    guard target.st_mode & S_IFMT == S_IFREG else {
      throw TrackerError(.cannotWrite, "\(path) is no file", next: "Choose another name.")
    }
    guard isForced else {
      throw TrackerError(
        .cannotWrite, "\(path) is there already", next: "Choose another name, or replace it with --force.")
    }
  }
}
