/// What a file is, told from its bytes. Its name is believed only where the bytes leave a choice open: a letter that was
/// saved as `letter.pdf` by a word processor is still what its bytes are.
enum MediaType {
  /// Bytes at the beginning that are looked at.
  static let headSize = 1 << 14
  /// Bytes at the end that are looked at: there an archive lists what it holds.
  static let tailSize = 1 << 16

  /// - Parameters:
  ///   - head: the first bytes.
  ///   - tail: the last bytes.
  ///   - name: the file's name, a hint.
  /// - Returns: nil where the bytes tell nothing.
  static func of(head: [UInt8], tail: [UInt8], name: String) -> String? {
    for (offset, mark, type) in marks where head.dropFirst(offset).starts(with: mark) { return type }
    if head.starts(with: Array("RIFF".utf8)) {
      return forms.first { head.dropFirst(8).starts(with: Array($0.mark.utf8)) }?.type
    }
    if head.dropFirst(4).starts(with: Array("ftyp".utf8)) { return boxed(Array(head.dropFirst(8).prefix(4))) }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return archive(head, tail) }
    if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return compound[ending(of: name)] }
    return text(head, ending(of: name))
  }

  /// Places, first bytes and types.
  private static let marks: [(offset: Int, mark: [UInt8], type: String)] = [
    (0, Array("%PDF-".utf8), "application/pdf"), (0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
    (0, [0xFF, 0xD8, 0xFF], "image/jpeg"), (0, Array("GIF87a".utf8), "image/gif"),
    (0, Array("GIF89a".utf8), "image/gif"), (0, [0x49, 0x49, 0x2A, 0x00], "image/tiff"),
    (0, [0x4D, 0x4D, 0x00, 0x2A], "image/tiff"), (0, Array("{\\rtf".utf8), "application/rtf"),
    (0, Array("ID3".utf8), "audio/mpeg"), (0, Array("OggS".utf8), "audio/ogg"),
  ]

  private static let forms: [(mark: String, type: String)] = [
    ("WAVE", "audio/wav"), ("WEBP", "image/webp"), ("AVI ", "video/x-msvideo"),
  ]

  /// Compound files of old office programs are told apart by their names only.
  private static let compound = [
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
  ]

  private static func boxed(_ brand: [UInt8]) -> String? {
    switch String(decoding: brand, as: UTF8.self) {
    case "heic", "heix", "mif1": "image/heic"
    case "M4A ": "audio/mp4"
    case "qt  ": "video/quicktime"
    default: "video/mp4"
    }
  }

  // MARK: Archives

  /// An office document is an archive; what it holds says which.
  private static func archive(_ head: [UInt8], _ tail: [UInt8]) -> String {
    // OpenDocument and EPUB: the first entry is called “mimetype”, is not packed, and is the answer.
    if head.dropFirst(30).starts(with: Array("mimetypeapplication/".utf8)) {
      let word = head.dropFirst(38).prefix { (0x21...0x7E).contains($0) }.prefix(100)
      let type = String(decoding: word, as: UTF8.self)
      for known in openDocuments where type.hasPrefix(known) { return known }
    }
    let names = entryNames(tail)
    let office = "application/vnd.openxmlformats-officedocument"
    if names.contains("word/document.xml") { return "\(office).wordprocessingml.document" }
    if names.contains("xl/workbook.xml") { return "\(office).spreadsheetml.sheet" }
    if names.contains("ppt/presentation.xml") { return "\(office).presentationml.presentation" }
    return "application/zip"
  }

  private static let openDocuments = [
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation", "application/epub+zip",
  ]

  /// The names that the list at an archive's end gives, as far as it is in these bytes.
  private static func entryNames(_ tail: [UInt8]) -> Set<String> {
    var names: Set<String> = []
    var place = 0
    while place + 46 <= tail.count {
      guard tail[place] == 0x50, tail[place + 1] == 0x4B, tail[place + 2] == 0x01, tail[place + 3] == 0x02 else {
        place += 1
        continue
      }
      let length = Int(tail[place + 28]) | Int(tail[place + 29]) << 8
      let name = tail[(place + 46)...].prefix(length)
      names.insert(String(decoding: name, as: UTF8.self))
      place += 46 + name.count
    }
    return names
  }

  // MARK: Text

  private static let textEndings = [
    "csv": "text/csv", "tsv": "text/tab-separated-values", "eml": "message/rfc822", "html": "text/html",
    "htm": "text/html", "md": "text/markdown", "xml": "application/xml", "json": "application/json",
    "ics": "text/calendar", "vcf": "text/vcard",
  ]

  private static func text(_ head: [UInt8], _ ending: String) -> String? {
    guard !head.isEmpty, !head.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) }) else {
      return nil
    }
    let words = String(decoding: head.prefix(2048), as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let start = words.prefix(64).lowercased()
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "text/html" }
    let isCut = head.count >= headSize
    if let fields = MailHead.fields(head, isCut: isCut), MailHead.isMail(fields, isCut: isCut) {
      return "message/rfc822"
    }
    let hint = textEndings[ending]
    // Any text may be called .eml or .html; a mail has headers, a page has tags.
    if hint == "message/rfc822" || hint == "text/html" { return "text/plain" }
    if start.hasPrefix("<?xml") { return "application/xml" }
    return hint ?? "text/plain"
  }

  static func ending(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  // MARK: A safe ending

  /// The ending under which a copy is written: one that the type has, and never one that a system would run.
  static func safeEnding(_ type: String?) -> String { endings.first { $0.type == type }?.ending ?? "bin" }

  /// May a copy be handed to whatever program shows such files? Only what holds no instructions of its own.
  static func isHarmless(_ type: String?) -> Bool { endings.first { $0.type == type }?.isHarmless ?? false }

  private static let endings: [(type: String, ending: String, isHarmless: Bool)] = [
    ("application/pdf", "pdf", true), ("image/png", "png", true), ("image/jpeg", "jpg", true),
    ("image/gif", "gif", true), ("image/tiff", "tiff", true), ("image/webp", "webp", true),
    ("image/heic", "heic", true), ("application/rtf", "rtf", true), ("text/plain", "txt", true),
    ("text/csv", "csv", true), ("text/tab-separated-values", "tsv", true), ("text/markdown", "txt", true),
    ("application/xml", "txt", true), ("application/json", "txt", true), ("text/html", "html", false),
    ("message/rfc822", "eml", false), ("application/zip", "zip", false), ("audio/mpeg", "mp3", true),
    ("audio/ogg", "ogg", true), ("audio/wav", "wav", true), ("audio/mp4", "m4a", true), ("video/mp4", "mp4", true),
    ("application/msword", "doc", false), ("application/vnd.ms-excel", "xls", false),
    ("application/vnd.ms-powerpoint", "ppt", false), ("application/vnd.ms-outlook", "msg", false),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", true),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", true),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", true),
    ("application/vnd.oasis.opendocument.text", "odt", true),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods", true),
    ("application/vnd.oasis.opendocument.presentation", "odp", true),
  ]
}
