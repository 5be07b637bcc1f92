internal import Glibc
internal import LogStore

/// The files of exhibits on their way out of a book: each under its SHA-256, whole or not at all, readable by the user alone,
/// because nobody knows what a paper holds.
extension Source {
  /// Writes `SHA256` files into the folder `NAME.exhibits` of a copy; where there are none, no folder is made.
  func copyExhibits(_ copy: CopyInProgress, size: Int, leftOut: Set<Int>) throws {
    let stored = try storedExhibits()
    let files = try stored.all()
    guard !files.isEmpty else { return }
    let named = try ExhibitLedger(log, limit: size, leftOut: leftOut).named
    for file in files where named[file.digest] != nil {
      let outgoing = try copy.begin(
        "\(copy.base).exhibits/\(file.digest.hex)", mode: 0o600, toldAs: "\(copy.base).exhibits/")
      try stored.incoming(file).check { try outgoing.write($0) }
      try outgoing.close()
    }
  }
}

extension IncomingFile {
  /// Hands out the bytes, and throws at the end if they are not those of the digest.
  fileprivate func check(_ body: ([UInt8]) throws -> Void) throws {
    // What `body` throws (a full disk) comes back as a file that could not be read to its end, and must not be taken for one
    // that was tampered with.
    var failure: (any Error)?
    do {
      try forEachRow { _, piece in
        do { try body(piece) } catch {
          failure = error
          throw error
        }
      }
    } catch let error as StoreError where error.code == .fileDiffers {
      if let failure { throw failure }
      throw TrackerError(
        .damaged, "the stored file \(digest.hex.prefix(12))… is not the one that was filed, so it was not copied",
        next: "Which exhibit is it?  tracker exhibit check")
    }
  }
}

/// A new file that is written in pieces; until it is closed it has another name, and what is not closed is taken away.
public final class OutgoingFile {
  public let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isDone = false

  /// - Throws: where a file is there already, or none can be made.
  public init(_ path: String, mode: UInt32 = 0o600) throws(TrackerError) {
    self.path = path
    temporary = "\(path).new-\(getpid())"
    try SmallFile.makeFolder(of: path, mode: 0o700)
    guard access(path, F_OK) != 0 else {
      throw TrackerError(.cannotWrite, "\(path) is there already", next: "Choose another name.")
    }
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw TrackerError(.cannotWrite, "\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    Glibc.close(descriptor)
    if !isDone { unlink(temporary) }
  }

  public func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(TrackerError) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw TrackerError(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  /// Puts it in its place, durable.
  public func close() throws(TrackerError) {
    guard fsync(descriptor) == 0, SmallFile.place(temporary, at: path) else {
      throw TrackerError(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    unlink(temporary)
    isDone = true
  }
}
