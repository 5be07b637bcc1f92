// Whole numbers in words, as people say sums: read exactly or not at all.

/// “two hundred thousand”, “twenty-five”, “one thousand two hundred and fifty”, “half a million”, “2 hundred thousand”.
struct NumberWords {
  let value: Int64
  /// The unit that it ends in (100, 1,000, …); 1 where it ends in none.
  let unit: Int64

  private static let small: [String: Int64] = Dictionary(
    uniqueKeysWithValues: [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
      "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ].enumerated().map { ($1, Int64($0)) })
  private static let tens: [String: Int64] = [
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
  ]
  private static let units: [String: Int64] = ["thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000]

  /// Is a word of it one that stands for a number?
  static func isOne(_ text: String) -> Bool {
    text.split { " -".contains($0) }.contains { word in
      let word = String(word)
      return small[word] != nil || tens[word] != nil || word == "hundred"
    }
  }

  /// - Parameter text: in lower case, with single spaces.
  /// - Returns: nil for anything that is not such a number to its last word.
  init?(_ text: String) {
    var words = text.split { " -".contains($0) }.map(String.init)
    guard let last = words.last else { return nil }
    unit = last == "hundred" ? 100 : Self.units[last] ?? 1
    if words.count == 3, words[0] == "half", words[1] == "a", unit > 1 {
      value = unit / 2
      return
    }
    if words[0] == "a" || words[0] == "an" {
      // “a hundred”, “a million”: one of them.
      guard words.count > 1, words[1] == "hundred" || Self.units[words[1]] != nil else { return nil }
      words[0] = "one"
    }
    var (total, least): (Int64, Int64) = (0, .max)
    var rest = words[...]
    while !rest.isEmpty {
      if total > 0, rest.first == "and" { rest = rest.dropFirst() }
      guard let group = Self.group(&rest) else { return nil }
      var size: Int64 = 1
      if let unit = rest.first.flatMap({ Self.units[$0] }) {
        size = unit
        rest = rest.dropFirst()
      }
      // Each part is smaller than the one before: “two thousand three thousand” is two numbers.
      guard size < least, group < 1_000 || size == 1 && total == 0, group <= Int64.max / 10 / size else { return nil }
      least = size
      total += group * size
      if size == 1, !rest.isEmpty { return nil }
    }
    value = total
  }

  /// What stands before a unit: “two hundred and five”, “twenty-five”, “2 hundred”.
  private static func group(_ rest: inout ArraySlice<String>) -> Int64? {
    var value: Int64
    guard let first = rest.popFirst() else { return nil }
    if let number = small[first] {
      value = number
    } else if first.utf8.count <= 3, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(first) {
      value = number
    } else if let ten = tens[first] {
      value = ten
      if let one = rest.first.flatMap({ small[$0] }), (1...9).contains(one) {
        value += one
        rest = rest.dropFirst()
      }
      return value
    } else {
      return nil
    }
    guard rest.first == "hundred", (1...99).contains(value) else { return value }
    rest = rest.dropFirst()
    value *= 100
    var tail = rest
    if tail.first == "and" { tail = tail.dropFirst() }
    guard let next = tail.first, small[next] != nil || tens[next] != nil, let below = group(&tail), below < 100 else {
      return value
    }
    rest = tail
    return value + below
  }
}
