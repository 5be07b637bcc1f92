public import CanonicalJSON

/// Money as an event states it: an interval of whole pence, with the words that were used.
///
/// “Up to £100,000” is low 0, high 10,000,000: a ceiling, no debt of £100,000. `high` absent means that no upper bound is
/// known; it never becomes 0.
public struct Money: Hashable, Sendable {
  /// What the sum is counted for.
  public enum Per: String, Sendable, CaseIterable {
    case total, each, year
  }

  /// Pence, 0 to 10^13.
  public var low: Int64
  public var high: Int64?
  public var per: Per
  /// “about £2.4m”: shown so, and flagged on every row that it enters.
  public var isAbout: Bool
  /// Verbatim, as the paper has it.
  public var words: String?

  /// The most that one amount may be, in pence (log-format, section 1).
  public static let limit: Int64 = 10_000_000_000_000

  public init(low: Int64, high: Int64?, per: Per = .total, isAbout: Bool = false, words: String? = nil) {
    self.low = low
    self.high = high
    self.per = per
    self.isAbout = isAbout
    self.words = words
  }

  public static func exactly(_ pence: Int64) -> Money { Money(low: pence, high: pence) }

  public var amount: Amount { Amount(low: low, high: high) }

  // MARK: Read and write, a pair

  package init(_ view: JSONView) throws(JSONFault) {
    var reader = try ObjectReader(view)
    let about = reader.optional("about")
    let high = reader.optional("high")
    let lowView = try reader.required("low")
    let low = try lowView.asInteger()
    let per = reader.optional("per")
    words = try reader.optionalString("words")
    isAbout = try about?.asBool() ?? false
    self.low = low
    self.high = try high?.asInteger()
    self.per = try per?.asChoice() ?? .total
    guard low >= 0, low <= Money.limit else {
      throw JSONFault(.badValue, at: lowView.offset, path: "low", "an amount is 0 to \(Money.limit) pence")
    }
    if let high, let pence = self.high {
      guard pence <= Money.limit else {
        throw JSONFault(.badValue, at: high.offset, path: "high", "an amount is 0 to \(Money.limit) pence")
      }
      guard pence >= low else {
        throw JSONFault(.badValue, at: high.offset, path: "high", "“high” is below “low”")
      }
    }
  }

  public var json: JSONValue {
    var object = JSONObject()
    if isAbout { object["about"] = true }
    if let high { object["high"] = .integer(high) }
    object["low"] = .integer(low)
    if per != .total { object["per"] = .string(per.rawValue) }
    if let words { object["words"] = .string(words) }
    return .object(object)
  }
}

/// An interval of whole pence: the result of a sum. `high` nil = unknown, and unknown never becomes 0.
///
/// Operations are exact; what would go past 2^53 − 1 is an `AmountOverflow`, never a trap or a wrap.
public struct Amount: Hashable, Sendable {
  public var low: Int64
  public var high: Int64?

  public init(low: Int64, high: Int64?) {
    self.low = low
    self.high = high
  }

  public static let zero = Amount(low: 0, high: 0)
  /// Nothing is known.
  public static let unknown = Amount(low: 0, high: nil)

  public static func exactly(_ pence: Int64) -> Amount { Amount(low: pence, high: pence) }

  /// The largest sum that a line or an answer can state.
  public static let limit: Int64 = 1 << 53 - 1

  public var json: JSONValue {
    ["low": .integer(low), "high": high.map(JSONValue.integer) ?? .null]
  }
}

/// A sum went past 2^53 − 1 pence. The caller adds which row it was.
public struct AmountOverflow: Error, Hashable, Sendable {
  public init() {}
}

extension Amount {
  /// Sums add lows and highs.
  public static func + (left: Amount, right: Amount) throws(AmountOverflow) -> Amount {
    let low = try checked(left.low.addingReportingOverflow(right.low))
    guard let leftHigh = left.high, let rightHigh = right.high else { return Amount(low: low, high: nil) }
    return Amount(low: low, high: try checked(leftHigh.addingReportingOverflow(rightHigh)))
  }

  /// a less b = [max(0, a.low − b.high), max(0, a.high − b.low)]; b.high unknown: low 0; a.high unknown: high unknown.
  public func less(_ other: Amount) -> Amount {
    Amount(low: other.high.map { max(0, low - $0) } ?? 0, high: high.map { max(0, $0 - other.low) })
  }

  /// The smallest interval that holds both.
  public func hull(_ other: Amount) -> Amount {
    let high: Int64? = if let mine = self.high, let theirs = other.high { max(mine, theirs) } else { nil }
    return Amount(low: min(low, other.low), high: high)
  }

  /// Both ends at most those of `ceiling`.
  public func atMost(_ ceiling: Amount) -> Amount {
    let high: Int64? =
      if let mine = self.high, let theirs = ceiling.high { min(mine, theirs) } else { self.high ?? ceiling.high }
    let low = high.map { min(self.low, $0) } ?? self.low
    return Amount(low: low, high: high)
  }

  public func times(_ count: Int64) throws(AmountOverflow) -> Amount {
    let low = try Amount.checked(low.multipliedReportingOverflow(by: count))
    guard let high else { return Amount(low: low, high: nil) }
    return Amount(low: low, high: try Amount.checked(high.multipliedReportingOverflow(by: count)))
  }

  private static func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(AmountOverflow) -> Int64 {
    guard !result.overflow, result.partialValue <= limit else { throw AmountOverflow() }
    return result.partialValue
  }
}
