internal import Agreements
internal import LogStore
internal import Projections

extension Source {
  /// What is searched of a paper; longer ones are searched at their beginning.
  private static let longestText = 1 << 20

  /// The text of an exhibit whose file is kept and is text as it stands (text, e-mail, web page); nil otherwise.
  ///
  /// What is no UTF-8 is read as ISO 8859-1, in which the letters and pounds of older mail and office programs stand.
  func text(ofExhibit event: LoggedEvent) -> String? {
    guard case .exhibitFiled(let filed) = event.body, let digest = filed.sha256.flatMap({ FileDigest(hex: $0) }),
      let type = filed.mediaType, type.hasPrefix("text/") || type == "message/rfc822"
    else { return nil }
    var bytes: [UInt8] = []
    do {
      try storedExhibits().forEachPiece(of: digest) { piece in
        bytes.append(contentsOf: piece.prefix(Self.longestText - bytes.count))
        return bytes.count < Self.longestText
      }
    } catch {
      // A search is no check: what is damaged or gone is named by `verify` and `exhibit check`.
      return nil
    }
    guard !bytes.isEmpty else { return nil }
    // A letter may have been cut in the middle.
    while let last = bytes.last, bytes.count == Self.longestText, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return String(String.UnicodeScalarView(bytes.map { (0x80...0x9F).contains($0) ? " " : Unicode.Scalar($0) }))
  }
}
