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
      signatures, and the bytes of every stored file. Nothing that is there is overwritten. Into a folder it goes under the \
      book's name and the time; without one, into the folder “backups” beside the book. Keep one on another disk, and your \
      signing key elsewhere (tracker key show says where it is).

      Examples:
        tracker backup /media/usb
        tracker backup deals-before-the-move.tracker
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
      Progress.say("Copying and checking \(path) …", about: path)
      let backup = try Source.backUp(path, to: Self.place(to, for: path), folders: .mine)
      Console.tell(backup.text)
      // From now on this folder has two books, and every command would ask which is meant.
      if !path.contains("/"), !backup.path.contains("/") {
        Console.tell(
          "  It is beside the book, so name yours from now on: --book \(path.plainLine); or move the backup away.\n")
      }
      Written.made("backup") { $0.take(backup, of: path) }?.give()
    } catch {
      throw Failure(error)
    }
  }

  private static func place(_ wanted: String?, for book: String) -> String {
    let name = "\(Copies.stem(of: book))-\(stamp).tracker"
    guard let wanted else {
      let folder = book.lastIndex(of: "/").map { book[...$0] } ?? ""
      return "\(folder)backups/\(name)"
    }
    var status = stat()
    if wanted.hasSuffix("/") || stat(wanted, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      return wanted.hasSuffix("/") ? wanted + name : "\(wanted)/\(name)"
    }
    return wanted.hasSuffix(".tracker") ? wanted : "\(wanted).tracker"
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
