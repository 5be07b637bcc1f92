internal import Glibc
internal import LogStore
internal import SQLiteStore
internal import TransparencyLog

/// The files of exhibits that a log comes with: rows of a book, or `NAME.exhibits/` beside JSON Lines, each by its SHA-256.
enum StoredExhibits {
  case book(SQLiteLog)
  case folder(String)
  case none

  /// What is there, in the order of the digests; files of other names in a folder are no exhibits.
  func all() throws -> [StoredFile] {
    switch self {
    case .book(let book): return try book.storedFiles()
    case .folder(let folder):
      return SmallFile.names(in: folder).compactMap { name in
        var status = stat()
        guard let digest = FileDigest(hex: name), stat("\(folder)/\(name)", &status) == 0,
          status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return StoredFile(digest: digest, size: Int(status.st_size))
      }
    case .none: return []
    }
  }

  func forEachPiece(of digest: FileDigest, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
    switch self {
    case .book(let book): try book.forEachPiece(of: digest, body)
    case .folder(let folder):
      try FileReader("\(folder)/\(digest.hex)").forEachBlock { _ = try body($0) }
    case .none: return
    }
  }

  /// Are the bytes those of the digest, and as many as was said?
  func isWhole(_ file: StoredFile) throws -> Bool {
    var digest = RunningDigest()
    var count = 0
    do {
      try forEachPiece(of: file.digest) { piece in
        digest.update(piece)
        count += piece.count
        return true
      }
    } catch let error as StoreError where error.code == .damaged {
      return false
    }
    return digest.finalize() == file.digest.bytes && count == file.size
  }

  /// As a store takes it.
  func incoming(_ file: StoredFile) -> IncomingFile {
    IncomingFile(digest: file.digest, size: file.size) { take in
      do {
        try forEachPiece(of: file.digest) { piece in
          try take(piece)
          return true
        }
      } catch let error as TrackerError {
        throw StoreError(.fileDiffers, "an exhibit of the copy cannot be read: \(error.what)")
      }
    }
  }
}

extension Source {
  /// The files that this log comes with.
  func storedExhibits() throws(TrackerError) -> StoredExhibits {
    if let book { return .book(book) }
    guard log is JSONLinesLog else { return .none }
    return Companions.exhibitFolder(beside: name).map { .folder($0) } ?? .none
  }
}
