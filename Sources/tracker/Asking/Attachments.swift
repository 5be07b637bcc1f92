internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Projections
internal import Reports

/// The files that are filed together with an event: looked for where somebody names them, read once each, by full path.
final class Attachments {
  /// One file as it was when it was named: what a draft keeps of it.
  struct Mark: Hashable {
    var path: String
    var sha256: String
    /// The day on which it was named, like 2026-07-03.
    var day: String
    /// By `--attach`, and not in answer to a question.
    var isGiven: Bool
  }

  private(set) var marks: [Mark] = []
  private var files: [String: ExhibitFile] = [:]
  /// Files that an event of the book names, but whose bytes are not there: they are put back with what is recorded.
  private var absent: Set<String> = []

  /// - Parameter marks: what a draft kept.
  init(_ marks: [Mark] = []) { self.marks = marks }

  // MARK: Looking for a file

  /// What a person means who answers a question that takes a file; nil where it need not be a file.
  ///
  /// - Parameter isSure: nothing but a file, or an exhibit, can be meant.
  func look(for text: String, isSure: Bool, _ directory: Directory, in book: RecordBook) throws -> Interview.NamedFile?
  {
    guard !text.isEmpty, !["no", "n", "none", "yes", "y", "?", "help", "back"].contains(text.lowercased()),
      !directory.exhibits.contains(where: { $0.key == text }), Int(text) == nil
    else { return nil }
    let path = Self.path(of: text)
    guard access(path, F_OK) == 0 else {
      if case .none = Directory.find(text, among: directory.exhibits), isSure || Interview.isFileName(text) {
        return .refused("There is no file “\(text.shown)” here. \(Self.near(path))".plain)
      }
      return nil
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      return isSure || text.contains("/")
        ? .refused("“\(text.shown)” is a folder. \(Self.near(path + "/"))".plain) : nil
    }
    do { return try .paper(read(path, in: book)) } catch let failure as Failure {
      return .refused("\(failure.what.prefix(1).uppercased() + failure.what.dropFirst()). \(failure.next)".plain)
    }
  }

  /// Names with quotation marks around them, and with a home folder before them, come from other windows.
  private static func path(of text: String) -> String {
    let text = text.unquoted
    if text.hasPrefix("~/"), let home = Console.environment("HOME") { return home + text.dropFirst(1) }
    if access(text, F_OK) != 0, text.contains("\\ ") { return text.replacing("\\ ", with: " ") }
    return text
  }

  /// The names in a folder that come nearest to what was typed.
  static func near(_ path: String) -> String {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "."
    let wanted = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard let handle = opendir(folder) else { return "" }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle), names.count < 1000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), entry.pointee.d_type == DT_REG || entry.pointee.d_type == DT_LNK,
        !name.contains(".tracker")
      {
        names.append(name)
      }
    }
    names.sort()
    if !wanted.isEmpty {
      let low = wanted.lowercased()
      let nearest =
        names.first { $0.lowercased().hasPrefix(low) }
        ?? Spelling.nearest(to: low, among: names.map { $0.lowercased() }).flatMap { near in
          names.first { $0.lowercased() == near }
        }
      if let nearest { return "Did you mean \(nearest.shown)?" }
    }
    guard !names.isEmpty else { return "There are no files in that folder." }
    let more = names.count > 8 ? " …" : ""
    return "The folder has: \(names.prefix(8).map(\.shown).joined(separator: ", "))\(more)"
  }

  // MARK: Reading

  /// Reads a file for the first time, or as it was kept in a draft.
  ///
  /// - Throws: `Failure` where it cannot be filed.
  func read(_ path: String, isGiven: Bool = false, in book: RecordBook) throws -> Paper {
    let path = Self.full(path)
    let file: ExhibitFile
    let known: RecordBook.KnownFile
    do throws(TrackerError) {
      if let read = files[path] { file = read } else { file = try ExhibitFile.read(path) }
      known = try book.knows(file)
    } catch {
      throw Failure(error)
    }
    files[path] = file
    if !marks.contains(where: { $0.path == path }) {
      let day = LogEnvironment.system.now().day.description
      marks.append(Mark(path: path, sha256: file.sha256, day: day, isGiven: isGiven))
    }
    var filed: String?
    switch known {
    case .new: break
    case .filed(let events), .absent(let events):
      if case .exhibit(let key)? = events.first?.stream { filed = key.rawValue }
      if case .absent = known { absent.insert(path) }
    case .erased(let position): throw ExhibitArguments.erased(position)
    }
    return Paper(file, obtained: marks.first { $0.path == path }.flatMap { Day($0.day) }, filed: filed)
  }

  /// Reads what a draft kept once more.
  ///
  /// - Returns: the papers that are as they were, and what is to be said of each that is not.
  func again(in book: RecordBook) -> (papers: [(mark: Mark, paper: Paper)], changed: [String]) {
    var papers: [(Mark, Paper)] = []
    var changed: [String] = []
    for mark in marks {
      let name = mark.path.split(separator: "/").last.map(String.init) ?? mark.path
      do {
        let paper = try read(mark.path, in: book)
        if paper.sha256 == mark.sha256 {
          papers.append((mark, paper))
          continue
        }
        changed.append("“\(name.shown)” is not the file any more that it was when it was named")
      } catch {
        changed.append("“\(name.shown)” cannot be read any more")
      }
      marks.removeAll { $0.path == mark.path }
    }
    return (papers, changed)
  }

  static func full(_ path: String) -> String {
    guard let full = realpath(path, nil) else { return path }
    defer { free(full) }
    return String(cString: full)
  }

  // MARK: What is stored

  /// The files at these paths, and those whose bytes are put back.
  func files(_ paths: [String]) -> [ExhibitFile] {
    var seen: Set<String> = []
    return (paths + absent.sorted()).compactMap { files[$0] }.filter { seen.insert($0.sha256).inserted }
  }
}
