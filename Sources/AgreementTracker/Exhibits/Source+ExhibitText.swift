internal import Agreements
internal import LogStore
internal import Projections
internal import Spreadsheets

extension Source {
  /// What is searched of a paper; longer ones are searched at their beginning.
  private static let longestText = 1 << 20

  /// What there is to search of an exhibit.
  enum ExhibitText {
    /// This event files none, or its file is not here.
    case none
    case text(String)
    /// The file is here, but no text could be read out of it: a picture, a scan, a PDF where nothing reads one, a document
    /// that is damaged or too large.
    case unread
  }

  /// The text of an exhibit whose file is kept and is text as it stands (text, e-mail, web page), an office document, or a
  /// PDF where something reads it.
  ///
  /// What is no UTF-8 is read as ISO 8859-1, in which the letters and pounds of older mail and office programs stand.
  func text(ofExhibit event: LoggedEvent, pdf reader: PDFReader?) -> ExhibitText {
    guard case .exhibitFiled(let filed) = event.body, let digest = filed.sha256.flatMap({ FileDigest(hex: $0) }) else {
      return .none
    }
    let type = filed.mediaType ?? ""
    let isText = type.hasPrefix("text/") || type == "message/rfc822"
    let isOffice = ["application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."]
      .contains(where: type.hasPrefix)
    let pdf = type == "application/pdf" ? reader : nil
    // Of what is not read a byte tells that it is here.
    let longest =
      isText ? Self.longestText : isOffice ? OfficeText.largestFile + 1 : pdf != nil ? PDFReader.largestFile + 1 : 1
    var bytes: [UInt8] = []
    do {
      try storedExhibits().forEachPiece(of: digest) { piece in
        bytes.append(contentsOf: piece.prefix(longest - bytes.count))
        return bytes.count < longest
      }
    } catch {
      // A search is no check: what is damaged or gone is named by `verify` and `exhibit check`.
      return .none
    }
    guard !bytes.isEmpty else { return .none }
    if isText { return .text(type == "message/rfc822" ? MailText.of(bytes) : Self.text(bytes)) }
    if isOffice { return OfficeText.of(bytes, limit: Self.longestText).map(ExhibitText.text) ?? .unread }
    guard let pdf, bytes.count <= PDFReader.largestFile, let text = pdf.text(bytes),
      text.contains(where: { !$0.isWhitespace })
    else { return .unread }
    return .text(text)
  }

  private static func text(_ bytes: [UInt8]) -> String {
    var bytes = bytes
    for (mark, isLittle) in [([0xFF, 0xFE] as [UInt8], true), ([0xFE, 0xFF], false)] where bytes.starts(with: mark) {
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { at in
        UInt16(bytes[isLittle ? at + 1 : at]) << 8 | UInt16(bytes[isLittle ? at : at + 1])
      }
      return String(decoding: units, as: UTF16.self)
    }
    // A letter may have been cut in the middle.
    while let last = bytes.last, bytes.count == longestText, last & 0xC0 == 0x80 { bytes.removeLast() }
    return MailText.text(bytes)
  }
}
