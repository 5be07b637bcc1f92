package import AgreementTracker
internal import Agreements
import CanonicalJSON
internal import Foundation
package import LogStore

/// A book in a file of its own that is gone with the test; the clock and the randomness are fixed.
package final class BookInMemory {
  package let path: String
  package let book: RecordBook
  /// Keys and what was seen: of this book alone, and gone with it.
  package let folders: UserFolders

  package init(name: String = "book") throws {
    path = "\(NSTemporaryDirectory())/\(name)-\(UUID().uuidString).tracker"
    folders = UserFolders(keys: "\(path).keys", state: "\(path).state")
    book = try RecordBook.create(
      at: path, name: "A test", owner: PartyKey(unchecked: "committee-a"), ownerName: "A committee",
      origin: "tracker/test", folders: folders, environment: .fixed())
  }

  deinit {
    try? book.close()
    for ending in ["", "-wal", "-shm", "-journal", ".keys", ".state"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
  }

  package var lines: [[UInt8]] {
    var lines: [[UInt8]] = []
    try? book.source.log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    return lines
  }

  @discardableResult
  package func take(_ drafts: String) throws -> RecordBook.Imported { try take(bytes: Array(drafts.utf8)) }

  package func take(bytes: [UInt8]) throws -> RecordBook.Imported {
    try book.importDrafts(bytes, recordedBy: "officer")
  }
}

extension LogEnvironment {
  /// A clock that stands at a moment, and random bytes that are no secret.
  package static func fixed(_ moment: String = "2012-01-02T10:00:00.000Z", seed: UInt64 = 7) -> LogEnvironment {
    let now = Instant(moment) ?? Instant(milliseconds: 0)
    let random = RandomBox(seed: seed)
    return LogEnvironment(now: { now }, random: { random.bytes($0) })
  }
}
