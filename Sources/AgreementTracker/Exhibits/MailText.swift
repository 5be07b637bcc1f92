internal import CanonicalJSON

/// The words of an e-mail, for searching: headers as they stand, and the parts that are text with base64 and
/// quoted-printable undone. Parts that are no text are left out.
///
/// Law: whatever the bytes are, they are read once, and the text has no more letters than there are bytes.
package enum MailText {
  package static func of(_ bytes: [UInt8]) -> String {
    var reader = Reader()
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      reader.take(line.last == 0x0D ? line.dropLast() : line)
    }
    reader.endPart()
    return reader.text
  }

  /// What is no UTF-8 is read as ISO 8859-1.
  package static func text(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { (0x80...0x9F).contains($0) ? " " : Unicode.Scalar($0) }))
  }

  private struct Reader {
    var text = ""
    private var isHeader = true
    private var header = ""
    private var boundaries: Set<String> = []
    private var isText = true
    private var encoding = ""
    private var body: [UInt8] = []

    mutating func take(_ line: ArraySlice<UInt8>) {
      if line.starts(with: [0x2D, 0x2D]), !boundaries.isEmpty {
        let mark = String(decoding: line.dropFirst(2), as: UTF8.self)
        if boundaries.contains(mark) || mark.hasSuffix("--") && boundaries.contains(String(mark.dropLast(2))) {
          endPart()
          (isHeader, isText, encoding) = (true, true, "")
          return
        }
      }
      guard isHeader else {
        if isText { take(body: line) }
        return
      }
      if line.isEmpty {
        endField()
        isHeader = false
        return
      }
      if line.first != 0x20, line.first != 0x09 { endField() }
      header += MailText.text(Array(line))
    }

    private mutating func take(body line: ArraySlice<UInt8>) {
      switch encoding {
      case "base64": body += line.filter { $0 > 0x20 && $0 != 0x3D }
      case "quoted-printable":
        let isSoft = line.last == 0x3D
        body += MailText.unquoted(isSoft ? line.dropLast() : line)
        if !isSoft { body.append(0x0A) }
      default: body += line + [0x0A]
      }
    }

    private mutating func endField() {
      text += header + "\n"
      let lower = header.lowercased()
      if lower.hasPrefix("content-type:") {
        let type = lower.dropFirst("content-type:".count).drop { $0 == " " }
        isText = type.hasPrefix("text/") || type.hasPrefix("multipart/") || type.hasPrefix("message/")
        if let range = lower.firstRange(of: "boundary=") {
          // The letters of a boundary count as they are.
          let value = header.dropFirst(lower.distance(from: lower.startIndex, to: range.upperBound))
          let isQuoted = value.first == "\""
          boundaries.insert(
            String((isQuoted ? value.dropFirst() : value).prefix { $0 != "\"" && (isQuoted || $0 != ";") }))
        }
      } else if lower.hasPrefix("content-transfer-encoding:") {
        encoding = String(lower.dropFirst("content-transfer-encoding:".count).filter { $0 != " " })
      }
      header = ""
    }

    mutating func endPart() {
      if !header.isEmpty { endField() }
      if encoding == "base64" {
        let padding = [UInt8](repeating: 0x3D, count: (4 - body.count % 4) % 4)
        // What was cut off in the middle is read as far as whole groups go.
        body = Base64.decode(body + padding) ?? Base64.decode(body.prefix(body.count / 4 * 4)) ?? []
      }
      text += MailText.text(body) + "\n"
      body = []
    }
  }

  /// “=C2=A3” → “£”; what is no such code stays.
  private static func unquoted(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = line
    while let byte = rest.popFirst() {
      guard byte == 0x3D, rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
