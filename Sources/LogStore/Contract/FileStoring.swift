internal import TransparencyLog

/// A log that keeps the bytes of files beside its lines: what was filed as an exhibit.
///
/// A contract of its own beside `LogStoring`, because a line is small and stays, while a file is large and may be erased.
///
/// - Bytes and the event that files them are in one commit: after a crash there are both or none.
/// - A file is kept once, under its SHA-256, in rows of at most `IncomingFile.pieceSize` bytes, however often it is filed.
/// - No call holds more than a few pieces in memory.
public protocol FileStoring: LogStoring {
  /// As `append`, with files whose bytes are kept in the same commit. Where the events are there already, nothing is kept.
  ///
  /// - Parameter files: read while the lock is held; one that is not what it was said to be is `file-differs`, and nothing
  ///   is added.
  func append(
    _ drafts: [EventDraft], expected: [String: StreamExpectation], isClockTrusted: Bool, erasing: Erasure,
    files: [IncomingFile]
  ) throws(StoreError) -> Appended

  /// Keeps the bytes of a file for events that are there already: of a copy that is made a book, or that were missing.
  func keep(_ file: IncomingFile) throws(StoreError)

  /// What is kept, in the order of the digests. Nothing is read of the bytes themselves.
  func storedFiles() throws(StoreError) -> [StoredFile]

  /// The bytes of a file, in order, in pieces as they are kept, until `body` returns false; nothing if it is not kept.
  ///
  /// They are handed over as they are: whoever relies on them hashes them.
  func forEachPiece(of digest: FileDigest, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws

  /// Takes what was erased out of free room and journals too. Busy is typed: then it is erased, but an older copy of it may
  /// still lie in the file until this was called once more.
  func purge() throws(StoreError)
}

/// The SHA-256 of a file.
public struct FileDigest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// nil if it is not 32 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal digits, as `sha256sum` prints them and an event names them.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  public var hex: String { bytes.hex }
  public var description: String { hex }
  public static func < (left: FileDigest, right: FileDigest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// A file that a store keeps.
public struct StoredFile: Hashable, Sendable {
  public var digest: FileDigest
  /// Its size in bytes, as it was when it was kept.
  public var size: Int

  public init(digest: FileDigest, size: Int) {
    self.digest = digest
    self.size = size
  }
}

/// A file on its way into a store. Its digest was worked out before; the bytes are read while they are stored, and compared.
///
/// Read twice and not held: a file may be larger than memory.
public struct IncomingFile: Sendable {
  /// A row of a store holds at most so many bytes.
  public static let pieceSize = 1 << 18
  /// Larger files are not taken: a book must be copied, verified and mailed.
  public static let largest = 1 << 31

  /// Gives the bytes in pieces of any size.
  public typealias Source = @Sendable (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  public let digest: FileDigest
  /// In bytes.
  public let size: Int
  private let source: Source

  public init(digest: FileDigest, size: Int, source: @escaping Source) {
    self.digest = digest
    self.size = size
    self.source = source
  }

  /// Of bytes that are in memory anyway.
  public init(_ bytes: [UInt8]) {
    var digest = RunningDigest()
    bytes.withUnsafeBytes { digest.update($0) }
    self.init(digest: FileDigest(checked: digest.finalize()), size: bytes.count) { take in
      try bytes.withUnsafeBytes { try take($0) }
    }
  }

  /// Hands out the bytes in rows of `pieceSize`, the last one shorter.
  ///
  /// - Throws: `file-differs` if they are not those of the digest; whoever stores them takes all of it back then.
  package func forEachRow(_ body: (_ number: Int, _ row: [UInt8]) throws -> Void) throws {
    var digest = RunningDigest()
    var count = 0
    var number = 0
    var row: [UInt8] = []
    row.reserveCapacity(Self.pieceSize)
    try source { piece in
      count += piece.count
      guard count <= size else { throw differs }
      digest.update(piece)
      var rest = piece[...]
      while !rest.isEmpty {
        let part = rest.prefix(Self.pieceSize - row.count)
        row.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
        guard row.count == Self.pieceSize else { continue }
        try body(number, row)
        number += 1
        row.removeAll(keepingCapacity: true)
      }
    }
    if !row.isEmpty { try body(number, row) }
    guard count == size, digest.finalize() == self.digest.bytes else { throw differs }
  }

  private var differs: StoreError {
    StoreError(.fileDiffers, "the file was changed while it was read, so it was not stored and nothing was added")
  }
}

extension FileDigest {
  /// Of a hash that has just been worked out.
  fileprivate init(checked bytes: [UInt8]) { self.bytes = bytes }
}
