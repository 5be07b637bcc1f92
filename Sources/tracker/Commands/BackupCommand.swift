internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Reports

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copies the record book while others may go on writing, and checks the copy.",
    usage: "tracker backup [FILE|DIR] [--book BOOK] [--json]",
    discussion: """
      The copy is a record book with all its papers. It is verified in full before it counts: every line, the tree, \
      signatures, and the bytes of every stored file. Nothing that is there is overwritten, and no folder is made but \
      “backups”. Into a folder it goes under the book's name and the time; without one, into the folder “backups” beside the \
      book. Keep one on another disk, and your signing key elsewhere (tracker key show says where it is).

      Examples:
        tracker backup /media/usb
        tracker backup backups/before-the-move.tracker
        tracker restore --test /media/usb/deals-2011-11-01-104233.tracker
      """)

  @Argument(help: "The new file, or the folder for it.")
  var to: String?
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    do throws(TrackerError) {
      let path = try BookFinder.path(named: nil, book: book)
      guard path.hasSuffix(".tracker") else {
        throw TrackerError(
          .badData, "only a record book is backed up; this is a file of lines, which can be copied as it is",
          place: path,
          next: "cp \(path) FOLDER")
      }
      let place = try Self.place(to, for: path)
      Progress.say("Copying and checking \(path) …", about: path)
      let backup = try Source.backUp(path, to: place, folders: .mine)
      Console.tell(backup.text)
      Written.made("backup") { $0.take(backup, of: path) }?.give()
    } catch {
      throw Failure(error)
    }
  }

  private static func place(_ wanted: String?, for book: String) throws(TrackerError) -> String {
    let name = "\(Copies.stem(of: book))-\(stamp).tracker"
    let own = "\(book.lastIndex(of: "/").map { book[...$0] } ?? "")backups"
    guard let wanted else { return "\(own)/\(name)" }
    if isFolder(wanted) { return wanted.hasSuffix("/") ? wanted + name : "\(wanted)/\(name)" }
    // A disk that is not plugged in must not become a file, or a folder, on the disk of the book.
    guard wanted.hasSuffix(".tracker") else {
      throw TrackerError(
        .missing, "there is no folder \(wanted)", next: missing(wanted, or: "\(wanted.withoutSlash).tracker"))
    }
    let folder = wanted.lastIndex(of: "/").map { $0 == wanted.startIndex ? "/" : String(wanted[..<$0]) } ?? "."
    guard isFolder(folder) || folder == own else {
      throw TrackerError(.missing, "there is no folder \(folder)", next: missing(folder, or: nil))
    }
    let last = wanted.split(separator: "/").last.map(String.init) ?? wanted
    if isSame(folder, own.count > "backups".count ? String(own.dropLast("/backups".count)) : "."),
      !BookFinder.isBackup(last, of: Copies.stem(of: book) + ".tracker"), access(wanted, F_OK) != 0
    {
      throw TrackerError(
        .usage,
        "beside the book it would be a second one, and every command would ask which of them is meant",
        place: wanted, next: "Put it elsewhere:  tracker backup \(own)/\(last)   or a folder on another disk")
    }
    return wanted
  }

  private static func missing(_ folder: String, or file: String?) -> String {
    "Is its disk plugged in? To make it:  mkdir -p \(folder)"
      + (file.map { "   To make a file of that name:  tracker backup \($0)" } ?? "")
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(one.isEmpty ? "/" : one, &first) == 0 && stat(other.isEmpty ? "/" : other, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// “2011-11-01-104233”, UTC.
  private static var stamp: String {
    let now = LogEnvironment.system.now().description
    return "\(now.prefix(10))-\(now.dropFirst(11).prefix(8).filter { $0 != ":" })"
  }
}

extension Backup {
  fileprivate var text: String {
    let style = TextStyle.here
    let papers = files == 0 ? "" : ", \(files) stored file\(files == 1 ? "" : "s")"
    var text = style.lines("Backup made: \(path) (\(Sizes.words(bytes)))")
    text += style.lines("  \(events) event\(events == 1 ? "" : "s")\(papers); verified in full")
    text += "  root     \(Base64.encode(root))\n"
    if let signed { text += "  signed over \(signed) event\(signed == 1 ? "" : "s")\n" }
    if isOnSameDisk { text += style.lines("  It is on the same disk as the book: keep another one elsewhere.") }
    return text + "  Try it:  tracker restore --test \(path.plainLine)\n"
  }

  fileprivate var json: JSONValue {
    [
      "path": .string(path), "bytes": .integer(Int64(bytes)), "madeAt": .string(madeAt.description),
      "files": .integer(Int64(files)), "signed": signed.map { .integer(Int64($0)) } ?? .null,
      "sameDisk": .bool(isOnSameDisk),
    ]
  }
}

extension Written {
  fileprivate mutating func take(_ backup: Backup, of book: String) {
    self.book = book
    head = LogHead(size: backup.events, root: backup.root)
    files = [backup.path]
    more["backup"] = backup.json
    if backup.isOnSameDisk { warnings = ["It is on the same disk as the book: keep another one elsewhere."] }
  }
}

extension String {
  fileprivate var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
