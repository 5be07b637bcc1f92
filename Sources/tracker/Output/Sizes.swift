/// Sizes and types of files as people say them.
enum Sizes {
  /// “812 bytes”, “24 KB”, “1.4 MB”, “2.1 GB”: decimal, as file managers show them; rounded up, so that nothing is said to be
  /// smaller than it is.
  static func words(_ bytes: Int64) -> String {
    guard bytes >= 1000 else { return bytes == 1 ? "1 byte" : "\(max(0, bytes)) bytes" }
    let units: [(size: Int64, name: String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "KB")]
    let unit = units.first { bytes >= $0.size } ?? (1000, "KB")
    if unit.size == 1000 || bytes >= 100 * unit.size {
      return "\((bytes - 1) / unit.size + 1) \(unit.name)"
    }
    let tenths = (bytes - 1) / (unit.size / 10) + 1
    return "\(tenths / 10).\(tenths % 10) \(unit.name)"
  }

  static func words(_ bytes: Int) -> String { words(Int64(bytes)) }

  /// A media type in a word; the type itself where there is none.
  static func kind(_ mediaType: String?) -> String? {
    guard let mediaType else { return nil }
    return kinds.first { $0.type == mediaType }?.word ?? mediaType
  }

  private static let kinds: [(type: String, word: String)] = [
    ("application/pdf", "PDF"), ("image/png", "PNG image"), ("image/jpeg", "JPEG image"), ("image/gif", "GIF image"),
    ("image/tiff", "TIFF image"), ("image/webp", "WebP image"), ("image/heic", "HEIC image"), ("text/plain", "text"),
    ("text/csv", "CSV table"), ("text/html", "web page"), ("message/rfc822", "e-mail"), ("application/zip", "archive"),
    ("application/rtf", "RTF text"), ("application/msword", "Word document"),
    ("application/vnd.ms-excel", "Excel workbook"), ("application/vnd.ms-outlook", "Outlook message"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "slides"),
    ("application/vnd.oasis.opendocument.text", "text document"),
    ("application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
  ]
}
