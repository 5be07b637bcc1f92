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
    return names.sorted()
  }
}
