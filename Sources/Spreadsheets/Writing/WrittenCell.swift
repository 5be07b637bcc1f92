/// A cell to be written: what it is, so that a program that opens the file need not guess.
public enum WrittenCell: Hashable, Sendable {
  case blank
  case text(String)
  /// A whole number.
  case whole(Int64)
  /// A sum in pence; written as pounds with two decimals.
  case pence(Int64)
  /// A day that is known, in days since 1970-01-01; `text` is YYYY-MM-DD.
  case day(Int, text: String)

  /// Pence as exact decimal pounds: “-0.05”, “1000000.00”. No floating point is between.
  static func pounds(_ pence: Int64) -> String {
    let rest = pence.magnitude % 100
    return "\(pence < 0 ? "-" : "")\(pence.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// As delimited text has it, before it is quoted or guarded.
  var plain: String {
    switch self {
    case .blank: ""
    case .text(let text): text
    case .whole(let number): String(number)
    case .pence(let pence): Self.pounds(pence)
    case .day(_, let text): text
    }
  }
}
