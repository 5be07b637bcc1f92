internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Reports

/// A file that is filed together with what it is a paper of: what is told of it, as far as it says so itself.
package struct Paper: Hashable, Sendable {
  /// The full path, and the last part of it.
  package var path: String
  package var name: String
  package var sha256: String
  /// In bytes.
  package var size: Int
  package var mediaType: String?
  package var pages: Int?
  package var title: String
  /// A kind of `ExhibitFiled`.
  package var kind: String
  /// Whom an e-mail is from, as it says.
  package var sender: String?
  /// The day on which an e-mail says it was sent.
  var day: Day?
  /// The day on which the file was named; stands in the record as the day on which it was obtained, unless the paper itself is
  /// older: then nobody said when it came.
  var obtained: Day?
  /// The key of the exhibit as which this very file is in the book already.
  package var filed: String?

  /// - Parameter day: like 2026-07-03.
  package init(
    path: String, name: String, sha256: String = "", size: Int = 0, mediaType: String? = nil, pages: Int? = nil,
    title: String, kind: String = "other", sender: String? = nil, day: String? = nil, filed: String? = nil
  ) {
    self.path = path
    self.name = name
    self.sha256 = sha256
    self.size = size
    self.mediaType = mediaType
    self.pages = pages
    self.title = title
    self.kind = kind
    self.sender = sender
    self.day = day.flatMap { Day($0) }
    self.filed = filed
  }

  init(_ file: ExhibitFile, obtained: Day?, filed: String?) {
    self.init(
      path: file.path, name: file.name, sha256: file.sha256, size: file.size, mediaType: file.mediaType,
      pages: file.pages, title: ExhibitArguments.suggestions(file)["title"] ?? file.name,
      kind: ExhibitArguments.guessedKind(of: file), sender: file.mail?.sender, filed: filed)
    day = file.mail?.day
    self.obtained = obtained
  }

  var isMail: Bool { kind == ExhibitFiled.Kind.email.rawValue }

  /// What the name of the file suggests.
  private var stem: String { ExhibitArguments.stem(of: name) }

  func freeKey(_ directory: Directory) -> String {
    Directory.key(for: stem, taken: directory.exhibits.map(\.key), else: "exhibit")
  }

  /// Its event, as flags of `record exhibit`.
  func entry(as key: String, _ directory: Directory, assertedBy asserter: String) -> Interview.Entry {
    let isFirst = key == Directory.key(for: stem, taken: [], else: "exhibit")
    var arguments = [key, "--exhibit", isFirst && !stem.isEmpty ? stem : key, "--title", title, "--kind", kind]
    func add(_ flag: String, _ value: String?) { if let value { arguments += [flag, value] } }
    let author = sender.flatMap(directory.sender)
    add("--author", author?.key)
    add("--made", day?.words)
    add("--sha256", sha256)
    add("--bytes", "\(size)")
    add("--media-type", mediaType)
    add("--pages", pages.map { "\($0)" })
    if let sender, author?.name != sender { add("--obtained-from", "\(sender), by e-mail") }
    if let obtained, day.map({ $0 >= obtained }) ?? true { add("--obtained-on", obtained.words) }
    add("--asserted-by", asserter)
    return Interview.Entry(kind: "exhibit", arguments: arguments)
  }

  /// “e-mail “Savings” of 3 July 2026, from Priya Nand; will be exhibit mail”
  func words(as key: String, _ directory: Directory) -> String {
    let of = day.map { " of \($0.words)" } ?? ""
    let from = sender.map { ", from \(directory.sender($0)?.words ?? $0)" } ?? ""
    return "\(isMail ? "e-mail" : Sizes.kind(mediaType) ?? "file") “\(title)”\(of)\(from); will be exhibit \(key)"
  }
}

extension MailHead {
  /// Whom it is from: the name, or else the address.
  var sender: String? { senderName ?? senderAddress }
}
