import Agreements
import CanonicalJSON

/// The first and last day of each date that was met.
struct QuickDates: Sendable {
  private(set) var texts = TextTable()
  private var bounds: [Bounds] = []

  struct Bounds: Sendable {
    var earliest: Int32
    var latest: Int32
    var hasEarliest: Bool
    var hasLatest: Bool
    var isDate: Bool
  }

  /// nil if it is no date.
  mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard text.count <= 24 else { return nil }
    let number = texts.number(of: text)
    if number == bounds.count {
      let date = ImpreciseDate(edtf: String(decoding: text, as: UTF8.self))
      bounds.append(
        Bounds(
          earliest: date?.earliest?.number ?? 0, latest: date?.latest?.number ?? 0,
          hasEarliest: date?.earliest != nil, hasLatest: date?.latest != nil, isDate: date != nil))
    }
    return bounds[number].isDate ? Int32(number) : nil
  }

  subscript(number: Int32) -> Bounds { bounds[Int(number)] }
}
