internal import AgreementTracker
internal import Glibc

/// Which log is meant.
enum BookFinder {
  static func isSource(_ text: String) -> Bool { text.hasSuffix(".jsonl") || text.hasSuffix(".tracker") }

  /// A source that was named; else `--book`; else TRACKER_BOOK; else the only book in the folder.
  static func path(named: String?, book: String?) throws(TrackerError) -> String {
    if let named { return named }
    if let book { return book }
    if let book = Console.environment("TRACKER_BOOK"), !book.isEmpty { return book }
    let books = self.books
    guard let only = books.first else {
      throw TrackerError(
        .missing, "there is no record book in this folder",
        next: "Name one: --book NAME.tracker, or begin one: tracker init NAME --owner KEY")
    }
    guard books.count == 1 else {
      throw TrackerError(
        .usage, "there are \(books.count) record books in this folder: \(books.joined(separator: ", "))",
        next: "Name one: --book \(only)")
    }
    return only
  }

  private static var books: [String] {
    guard let folder = opendir(".") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".tracker"), !name.hasPrefix(".") { names.append(name) }
    }
    // A backup stands beside the book that it is of, and nothing is recorded in it.
    return names.filter { name in !names.contains { isBackup(name, of: $0) } }.sorted()
  }

  /// Is it called as `tracker backup` calls what it makes of a book: “deal-2026-11-30-231305.tracker”?
  static func isBackup(_ name: String, of book: String) -> Bool {
    let stem = book.dropLast(".tracker".count)
    guard name.hasPrefix(stem + "-") else { return false }
    let moment = name.dropFirst(stem.count + 1).dropLast(".tracker".count)
    return moment.map { $0.isASCII && $0.isNumber ? "0" : $0 } == Array("0000-00-00-000000")
  }
}
