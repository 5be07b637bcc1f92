internal import Glibc
public import LogStore
internal import TransparencyLog

/// A file on this machine that is to be filed as an exhibit, read once: its digest, its size, and what can be told of it.
///
/// The bytes are not held. They are read a second time while they are stored, and refused if they are others then.
public struct ExhibitFile: Sendable {
  public let path: String
  /// The last part of the path.
  public let name: String
  public let incoming: IncomingFile
  /// What its bytes say that it is; nil where they tell nothing.
  public let mediaType: String?
  /// Only where it can be read surely.
  public let pages: Int?
  /// What an e-mail says of itself.
  public let mail: MailHead?

  public var sha256: String { incoming.digest.hex }
  public var size: Int { incoming.size }

  /// Reads a file through.
  ///
  /// - Throws: where it is missing, no file, empty, larger than a book takes, or changed meanwhile.
  public static func read(_ path: String) throws(TrackerError) -> ExhibitFile {
    do { return try readThrough(path) } catch { throw TrackerError(error, in: path) }
  }

  private static func readThrough(_ path: String) throws -> ExhibitFile {
    let reader = try FileReader(path)
    let before = try reader.status()
    try check(before, path)
    let size = Int(before.st_size)
    var digest = RunningDigest()
    var head: [UInt8] = []
    var mailHead: [UInt8] = []
    var tail: [UInt8] = []
    /// The whole of a PDF that is short enough, to count its pages.
    var whole: [UInt8] = []
    var count = 0
    try reader.forEachBlock { block in
      if count == 0 {
        head = Array(block.prefix(MediaType.headSize))
        mailHead = Array(block.prefix(MailHead.longest))
        if head.starts(with: Array("%PDF-".utf8)), size <= PDFPages.longest { whole.reserveCapacity(size) }
      }
      count += block.count
      guard count <= size else { throw changed(path) }
      digest.update(block)
      if whole.capacity > 0 { whole.append(contentsOf: block) }
      // Only the last blocks can be a part of the tail.
      if count > size - MediaType.tailSize {
        tail.append(contentsOf: block)
        tail.removeFirst(max(0, tail.count - MediaType.tailSize))
      }
    }
    let after = try reader.status()
    guard count == size, after.st_size == before.st_size, after.st_mtim.tv_sec == before.st_mtim.tv_sec,
      after.st_mtim.tv_nsec == before.st_mtim.tv_nsec, let found = FileDigest(digest.finalize())
    else { throw changed(path) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let mediaType = MediaType.of(head: head, tail: tail, name: name)
    return ExhibitFile(
      path: path, name: name,
      incoming: IncomingFile(digest: found, size: size) { take in try FileReader.again(path, take) },
      mediaType: mediaType, pages: whole.isEmpty ? nil : PDFPages.count(whole),
      mail: mediaType == "message/rfc822" ? MailHead(mailHead) : nil)
  }

  private static func check(_ status: stat, _ path: String) throws(TrackerError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      throw TrackerError(
        .badData, "this is a folder, and an exhibit is one file", place: path,
        next: "File its papers one by one, or pack them:  zip -r papers.zip FOLDER")
    default: throw TrackerError(.badData, "this is no file but a device or a pipe", place: path)
    }
    guard status.st_size > 0 else {
      throw TrackerError(
        .badData, "this file is empty", place: path, next: "Was it saved? Look at it, and file it then.")
    }
    guard status.st_size <= IncomingFile.largest else {
      throw TrackerError(
        .badData, "this file has \(status.st_size >> 20) MiB, and a book takes files up to 2048 MiB (2 GiB)",
        place: path,
        next: "Keep it elsewhere and record its digest alone:  --sha256 DIGEST, which  sha256sum FILE  prints")
    }
  }

  private static func changed(_ path: String) -> TrackerError {
    TrackerError(
      .badData, "the file was changed while it was read, so nothing was added", place: path,
      next: "Wait until the program that writes it is done, and file it again.")
  }
}

/// Reads a file in blocks; closed when it is let go.
final class FileReader {
  private let descriptor: Int32
  private let path: String

  init(_ path: String) throws(TrackerError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      guard errno != ENOENT, errno != ENOTDIR else {
        throw TrackerError(.missing, "there is no such file", place: path, next: "Check its name:  ls")
      }
      throw TrackerError(.missing, "the file cannot be opened: \(reason)", place: path)
    }
  }

  deinit { close(descriptor) }

  func status() throws(TrackerError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw TrackerError(.missing, "the file cannot be read: \(String(cString: strerror(errno)))", place: path)
    }
    return status
  }

  /// Whatever `body` throws is thrown on as it is.
  func forEachBlock(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var block = [UInt8](repeating: 0, count: IncomingFile.pieceSize)
    while true {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw TrackerError(.missing, "the file cannot be read: \(String(cString: strerror(errno)))", place: path)
      }
      if count == 0 { return }
      try block.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// Reads a file that was read before, for a store: that it cannot be read any more is a refusal of the store.
  static func again(_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    do { try FileReader(path).forEachBlock(body) } catch let error as TrackerError {
      throw StoreError(.fileDiffers, "\(path) could not be read a second time (\(error.what)); nothing was added")
    }
  }
}
