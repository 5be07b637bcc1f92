/// A program outside that knows how to read the text of a PDF. Here nothing does: a PDF is a program for drawing letters, and
/// what reads them well is large.
public struct PDFReader: Sendable {
  /// The text of a whole file; nil where there is none to be had (a scan, a file that is damaged, a program that hangs).
  let text: @Sendable ([UInt8]) -> String?

  /// Bytes of a file that is handed over; of a longer one nothing is read.
  static let largestFile = 64 << 20

  public init(text: @escaping @Sendable ([UInt8]) -> String?) { self.text = text }
}
