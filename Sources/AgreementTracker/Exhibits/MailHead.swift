public import CanonicalJSON
internal import Spreadsheets

/// What an e-mail says of itself in its headers (RFC 5322): who sent it, on which day, and about what.
///
/// It is what whoever wrote the file says, and proves nothing; it saves typing. Law: whatever the bytes are, it is read in time
/// proportional to their number, and nothing in it can repaint a terminal.
public struct MailHead: Hashable, Sendable {
  /// The name before the address.
  public var senderName: String?
  public var senderAddress: String?
  /// The day by the clock and the zone of whoever sent it.
  public var day: Day?
  public var subject: String?

  /// Headers behind these bytes are not read.
  static let longest = 1 << 16
  /// Bytes of one header that are read.
  private static let longestValue = 1 << 12

  /// - Parameter bytes: the beginning of the file.
  /// - Returns: nil if these are no headers of an e-mail.
  package init?(_ bytes: [UInt8]) {
    let bytes = Array(bytes.prefix(Self.longest))
    guard let fields = Self.fields(bytes, isCut: bytes.count == Self.longest), Self.isMail(fields, isCut: false) else {
      return nil
    }
    func value(_ name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }
    let sender = (value("from") ?? value("sender")).map(MailSender.init)
    senderName = sender?.name
    senderAddress = sender?.address
    subject = value("subject").map { EncodedWords.text($0) }.flatMap { $0.isEmpty ? nil : $0 }
    // “Sent:” stands where a mail program printed a mail into a text.
    day = (value("date") ?? value("sent")).flatMap { Self.day(String(decoding: $0, as: UTF8.self)) }
  }

  // MARK: Headers

  /// The headers, folded lines put together, names in small letters.
  ///
  /// - Parameter isCut: what follows was not read, so the last line may be half of one.
  /// - Returns: nil where a line before the first empty one is none of a header.
  static func fields(_ bytes: [UInt8], isCut: Bool) -> [(name: String, value: [UInt8])]? {
    var fields: [(name: String, value: [UInt8])] = []
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    rest = rest.drop { isSpace($0) }
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
      if end == nil, isCut { break }
      let line = rest[..<(end ?? rest.endIndex)]
      rest = rest[line.endIndex...].dropFirst()
      if let end, bytes[end] == 0x0D, rest.first == 0x0A { rest = rest.dropFirst() }
      guard let first = line.first else { break }
      if first == 0x20 || first == 0x09 {
        guard let last = fields.indices.last else { return nil }
        fields[last].value += line.prefix(max(0, longestValue - fields[last].value.count))
        continue
      }
      guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
        line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) })
      else { return nil }
      let name = String(decoding: line[..<colon].prefix(80), as: UTF8.self).lowercased()
      fields.append((name, Array(line[(colon + 1)...].prefix(longestValue))))
    }
    return fields
  }

  /// A mail says whom it is from, and something else that mails say.
  ///
  /// - Parameter isCut: the sender may stand behind what was read; then what every mail gets on its way will do.
  static func isMail(_ fields: [(name: String, value: [UInt8])], isCut: Bool) -> Bool {
    let names = Set(fields.map(\.name))
    guard names.contains("from") else { return isCut && names.contains("received") }
    return !names.isDisjoint(with: ["date", "sent", "to", "subject", "message-id", "received"])
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  // MARK: The day

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// “Fri, 3 Jul 2026 10:14:05 +0100 (BST)”, and as mail programs print it: “Friday, July 3, 2026 10:14 AM”. A day in digits
  /// alone may be either of two, and is left out.
  package static func day(_ text: String) -> Day? {
    var depth = 0
    var plain = ""
    for character in text.prefix(200) {
      switch character {
      case "(": depth += 1
      case ")": depth = max(0, depth - 1)
      default: if depth == 0 { plain.append(character) }
      }
    }
    let words = plain.split { $0 == " " || $0 == "," || $0 == "\t" }.map { $0.lowercased() }
    guard
      let place = words.firstIndex(where: { word in
        word.count >= 3 && months.contains { $0 == word || $0.prefix(3) == word || ($0.prefix(4) == word) }
      }), let month = months.firstIndex(where: { $0.hasPrefix(words[place].prefix(3)) })
    else { return nil }
    func number(_ index: Int, _ digits: ClosedRange<Int>) -> Int? {
      guard words.indices.contains(index), digits.contains(words[index].utf8.count),
        words[index].utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      return Int(words[index])
    }
    let isBefore = number(place - 1, 1...2) != nil
    guard let day = number(isBefore ? place - 1 : place + 1, 1...2),
      var year = number(isBefore ? place + 1 : place + 2, 2...4)
    else { return nil }
    // RFC 5322, 4.3: years of old programs.
    if year < 50 { year += 2000 } else if year < 1000 { year += 1900 }
    guard (1970...2999).contains(year) else { return nil }
    return Day(year: year, month: month + 1, day: day)
  }
}

/// The first mailbox of a header that names some: “Priya Nand <p.nand@example.org>”.
package struct MailSender: Hashable, Sendable {
  package var name: String?
  package var address: String?

  package init(_ value: [UInt8]) {
    var phrase: [UInt8] = []
    var address: [UInt8]?
    var comment: [UInt8] = []
    var (isQuoted, isEscaped, isAddress, depth) = (false, false, false, 0)
    loop: for byte in value {
      if isEscaped {
        isEscaped = false
        if depth == 0 { phrase.append(byte) } else { comment.append(byte) }
        continue
      }
      switch byte {
      case 0x5C where isQuoted || depth > 0: isEscaped = true
      case 0x22 where depth == 0 && !isAddress: isQuoted.toggle()
      case _ where isQuoted: phrase.append(byte)
      case 0x28 where !isAddress:
        depth += 1
        if depth > 1 { comment.append(byte) }
      case 0x29 where depth > 0:
        depth -= 1
        if depth > 0 { comment.append(byte) }
      case _ where depth > 0: comment.append(byte)
      case 0x3C where address == nil:
        isAddress = true
        address = []
      case 0x3E where isAddress: break loop
      case 0x2C where !isAddress, 0x3B where !isAddress: break loop
      default: if isAddress { address?.append(byte) } else { phrase.append(byte) }
      }
    }
    var words = EncodedWords.text(phrase)
    // As one program prints it: “Priya Nand [mailto:p.nand@example.org]”.
    if let bracket = words.firstRange(of: "[mailto:") { words = String(words[..<bracket.lowerBound]).trimmed }
    var found = address.map { EncodedWords.text($0) }
    if found == nil, words.contains("@"), !words.contains(" ") { (found, words) = (words, EncodedWords.text(comment)) }
    self.address = found.flatMap { $0.isEmpty ? nil : $0 }
    name = words.isEmpty || words == found ? nil : words
  }
}

/// The text of a header: encoded words (RFC 2047) decoded, on one line, without control characters.
package enum EncodedWords {
  /// Longer texts are cut.
  private static let longest = 300
  private static let longestWord = 1000

  package static func text(_ value: [UInt8]) -> String {
    var text = ""
    /// Neighbours in one charset are put together first: a letter may be cut in two.
    var pending: (charset: String, bytes: [UInt8])?
    func flush() {
      if let word = pending { text += decoded(word.bytes, word.charset) ?? "" }
      pending = nil
    }
    var plain: [UInt8] = []
    var rest = value[...]
    while let first = rest.first {
      guard first == 0x3D, let (word, end) = word(rest) else {
        plain.append(first)
        rest = rest.dropFirst()
        continue
      }
      // White space between two encoded words is none of the text.
      if !(pending != nil && plain.allSatisfy(MailHead.isSpace)) {
        flush()
        text += raw(plain)
      }
      plain = []
      if pending?.charset == word.charset {
        pending?.bytes += word.bytes
      } else {
        flush()
        pending = word
      }
      rest = rest[end...]
    }
    flush()
    return clean(text + raw(plain))
  }

  /// One encoded word at the beginning of the bytes, and where it ends; nil where there is none that can be read.
  private static func word(_ bytes: ArraySlice<UInt8>) -> (word: (charset: String, bytes: [UInt8]), end: Int)? {
    let bytes = bytes.prefix(longestWord)
    guard bytes.starts(with: [0x3D, 0x3F]) else { return nil }
    let parts = bytes.dropFirst(2).split(separator: 0x3F, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].count <= 40, parts[1].count == 1, parts[3].first == 0x3D else { return nil }
    // “utf-8*en” names a language too.
    let charset = String(decoding: parts[0].prefix { $0 != 0x2A }, as: UTF8.self).lowercased()
    let content: [UInt8]? =
      switch parts[1].first {
      case 0x42, 0x62: base64(parts[2])
      case 0x51, 0x71: quoted(parts[2])
      default: nil
      }
    guard let content, decoded([], charset) != nil else { return nil }
    return ((charset, content), parts[3].startIndex + 1)
  }

  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let text = text.filter { $0 != 0x20 && $0 != 0x3D }
    return Base64.decode(text + [UInt8](repeating: 0x3D, count: (4 - text.count % 4) % 4))
  }

  private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let first = rest.popFirst() {
      guard first == 0x3D else {
        bytes.append(first == 0x5F ? 0x20 : first)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).isASCII ? Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) : nil
  }

  /// nil for charsets that are not known here: then the word is left as it stands.
  private static func decoded(_ bytes: [UInt8], _ charset: String) -> String? {
    switch charset {
    case "utf-8", "utf8": String(decoding: bytes, as: UTF8.self)
    // Who writes ISO 8859-1 means the other where they differ: there the former has no letters.
    case "iso-8859-1", "iso8859-1", "latin1", "us-ascii", "windows-1252", "cp1252": windows1252(bytes)
    default: nil
    }
  }

  /// What stands there without any encoding.
  private static func raw(_ bytes: [UInt8]) -> String { String(validating: bytes, as: UTF8.self) ?? windows1252(bytes) }

  private static func windows1252(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar(Windows1252.scalar($0)) ?? " " }))
  }

  private static func clean(_ text: String) -> String {
    var words = ""
    var isSpace = true
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .unassigned,
        .privateUse:
        if !isSpace, scalar.properties.generalCategory != .format { words.append(" ") }
        isSpace = isSpace || scalar.properties.generalCategory != .format
      default:
        words.unicodeScalars.append(scalar)
        isSpace = false
      }
    }
    guard words.count > longest else { return words.trimmed }
    return String(words.prefix(longest - 1)).trimmed + "…"
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
