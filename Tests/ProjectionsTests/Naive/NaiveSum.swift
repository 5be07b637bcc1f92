import CanonicalJSON

/// [low, high] in pence; nil = not known.
struct NaiveSum: Equatable {
  struct TooLarge: Error {}

  var low: Int64
  var high: Int64?

  static let zero = NaiveSum(low: 0, high: 0)
  static let anything = NaiveSum(low: 0, high: nil)

  init(low: Int64, high: Int64?) {
    self.low = low
    self.high = high
  }

  init(_ money: JSONValue) {
    low = money["low"]?.integer ?? 0
    high = money["high"]?.integer
  }

  var json: JSONValue { ["low": .integer(low), "high": high.map(JSONValue.integer) ?? .null] }

  private static func within(_ value: Int64) throws -> Int64 {
    if value >= 1 << 53 { throw TooLarge() }
    return value
  }

  func plus(_ other: NaiveSum) throws -> NaiveSum {
    NaiveSum(
      low: try Self.within(low + other.low),
      high: try high.flatMap { mine in try other.high.map { try Self.within(mine + $0) } })
  }

  func times(_ count: Int64?) throws -> NaiveSum {
    guard let count else { return .anything }
    // 10^13 × 10^6 is more than 64 bits hold.
    func product(_ value: Int64) throws -> Int64 {
      let (result, overflow) = value.multipliedReportingOverflow(by: count)
      if overflow { throw TooLarge() }
      return try Self.within(result)
    }
    return NaiveSum(low: try product(low), high: try high.map { try product($0) })
  }

  func less(_ other: NaiveSum) -> NaiveSum {
    NaiveSum(
      low: other.high == nil ? 0 : max(0, low - (other.high ?? 0)),
      high: high == nil ? nil : max(0, (high ?? 0) - other.low))
  }

  func hull(_ other: NaiveSum) -> NaiveSum {
    NaiveSum(low: min(low, other.low), high: high == nil || other.high == nil ? nil : max(high ?? 0, other.high ?? 0))
  }

  /// Never above `other`.
  func capped(_ other: NaiveSum) -> NaiveSum {
    let top = [high, other.high].compactMap { $0 }.min()
    return NaiveSum(low: top.map { min(low, $0) } ?? low, high: top)
  }
}
