/// What a workbook's number means: a sum, a share or a day, as its format shows it.
enum NumberFormat: Hashable, Sendable {
  case plain
  case percent
  /// A number with words or another currency around it, as “€5” or “12.5m”. They are kept, as a person who looks at the sheet
  /// reads them. `zeros`: of how many digits the number is shown short, as 12 for 12,000.
  case worded(before: String, after: String, zeros: Int)
  /// A number with at least so many digits before the point, as 00042.
  case padded(Int)
  /// Signs stand between the digits, as in 123.45 for 12345: the number that is shown is another than the one that is kept.
  case divided(String)
  /// Numbers of one size are shown in other words than those of another.
  case conditional
  /// A day; a month or a year where the format shows no more.
  case day(showsDay: Bool, showsMonth: Bool)
  /// A time of day or a length of time.
  case time

  /// The formats that have no code in the file (ECMA-376, part 1, 18.8.30; 27 to 36 and 50 to 58 are East Asian dates).
  init(builtIn id: Int) {
    switch id {
    case 9, 10: self = .percent
    case 14...16, 22, 27...36, 50...58: self = .day(showsDay: true, showsMonth: true)
    case 17: self = .day(showsDay: false, showsMonth: true)
    case 18...21, 45...47: self = .time
    default: self = .plain
    }
  }

  /// Of the first section of a format's code; what stands in quotes, in brackets or behind `\` and `_` is no part of it.
  init(code: String) {
    var letters: [Character] = []
    var (isQuoted, isBracketed, isEscaped) = (false, false, false)
    var bracket = ""
    var hasElapsed = false
    for character in code.lowercased() {
      if isEscaped {
        isEscaped = false
      } else if isQuoted {
        isQuoted = character != "\""
      } else if isBracketed {
        isBracketed = character != "]"
        if isBracketed {
          bracket.append(character)
        } else if ["h", "hh", "m", "mm", "s", "ss"].contains(bracket) {
          hasElapsed = true
        }
      } else {
        switch character {
        case "\"": isQuoted = true
        case "[":
          isBracketed = true
          bracket = ""
        case "\\", "_", "*": isEscaped = true
        case ";": break
        default: letters.append(character)
        }
        if character == ";" { break }
      }
    }
    let text = String(letters).replacing("general", with: "").replacing("am/pm", with: "")
      .replacing("a/p", with: "")
    let (hasDay, hasYear, hasHour) = (text.contains("d"), text.contains("y"), text.contains("h") || text.contains("s"))
    if hasDay || hasYear {
      self = .day(showsDay: hasDay, showsMonth: text.contains("m"))
    } else if hasHour || hasElapsed {
      self = .time
    } else if text.contains("m") {
      self = .day(showsDay: false, showsMonth: true)
    } else {
      self = text.contains("%") ? .percent : Self.worded(code)
    }
  }

  /// What the first section of a code shows around a number; pounds are what is read anyway.
  private static func worded(_ code: String) -> NumberFormat {
    var (before, after, commas) = ("", "", 0)
    var (hasDigit, isConditional, hasPoint) = (false, false, false)
    /// Commas before the point, as behind the last digit, leave three digits out each; what stands between digits, if it is
    /// more than a space; noughts before the point.
    var (left, between, noughts) = (0, "", 0)
    var rest = Array(code.replacing("General", with: "0").replacing("GENERAL", with: "0"))[...]
    func take(_ text: String) { if hasDigit { after += text } else { before += text } }
    scan: while let character = rest.popFirst() {
      switch character {
      case ";": break scan
      case "\"":
        take(String(rest.prefix { $0 != "\"" }))
        rest = rest.drop { $0 != "\"" }.dropFirst()
      case "[":
        let inside = String(rest.prefix { $0 != "]" })
        rest = rest.drop { $0 != "]" }.dropFirst()
        if inside.hasPrefix("$") { take(String(inside.dropFirst().prefix { $0 != "-" })) }
        if let first = inside.first, "<>=".contains(first) { isConditional = true }
      case "\\": take(rest.popFirst().map { String($0) } ?? "")
      case "_", "*": rest = rest.dropFirst()
      case "0", "#", "?", ".":
        if hasDigit, !after.tidied.isEmpty, after != "/" { between += after }
        if character == "." {
          left += commas
          hasPoint = true
        } else if character == "0", !hasPoint {
          noughts += 1
        }
        // What stood before another digit stands within the number.
        (hasDigit, after, commas) = (true, "", 0)
      case ",": if hasDigit { commas += 1 }
      case "E", "e":
        if let sign = rest.first, "+-".contains(sign) { rest = rest.dropFirst() }
      case "a"..."z", "A"..."Z", "@", "%": break
      default: take(String(character))
      }
    }
    func bare(_ text: String) -> String {
      let text = text.tidied
      return ["£", "GBP", "£ GBP", "GBP £"].contains(text.uppercased()) ? "" : text
    }
    if !between.isEmpty { return .divided(code) }
    commas += left
    (before, after) = (bare(before), bare(after))
    if before.isEmpty, after.isEmpty, commas == 0, noughts > 1 { return .padded(noughts) }
    if before.isEmpty, after.isEmpty, commas == 0 { return .plain }
    return isConditional ? .conditional : .worded(before: before, after: after, zeros: 3 * commas)
  }

  /// A number as the file has it → a cell.
  ///
  /// A time of day behind a day is left out.
  ///
  /// - Parameter is1904: days are counted from 1 January 1904 and not from 31 December 1899.
  func cell(_ raw: String, is1904: Bool) -> Cell {
    guard let decimal = Decimal15(raw) else { return Cell(raw, .error) }
    switch self {
    case .plain, .time: return Cell(decimal.text, .number)
    case .padded(let count):
      let isNegative = decimal.text.hasPrefix("-")
      let digits = decimal.text.drop { $0 == "-" }
      let missing = count - digits.prefix { $0 != "." }.count
      return Cell((isNegative ? "-" : "") + String(repeating: "0", count: max(0, missing)) + digits, .number)
    case .divided(let code): return Cell("\(decimal.text), shown in the form \(code)")
    case .worded(let before, let after, let zeros):
      let shown = before + decimal.shifted(by: -zeros).text + after
      let isSaid = zeros == 0 || after.contains(where: \.isLetter)
      return Cell(isSaid ? shown : "\(decimal.text), shown as \(shown)")
    case .conditional: return Cell("\(decimal.text), in a format that shows others in other words")
    case .percent: return Cell(decimal.shifted(by: 2).text + "%", .number)
    case .day(let showsDay, let showsMonth):
      guard let serial = decimal.whole, let date = Self.date(serial, is1904: is1904) else {
        return Cell(decimal.text, .number)
      }
      let month = Self.two(date.month)
      if showsDay { return Cell("\(date.year)-\(month)-\(Self.two(date.day))", .date) }
      return Cell(showsMonth ? "\(date.year)-\(month)" : "\(date.year)", .date)
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  /// nil for what is no day: 29 February 1900, which the first system has and the calendar has not, and what is before
  /// its first day or after 9999.
  static func date(_ serial: Int, is1904: Bool) -> (year: Int, month: Int, day: Int)? {
    guard serial >= (is1904 ? 0 : 1), serial <= 2_958_465, is1904 || serial != 60 else { return nil }
    // Days from 1 March of the year 0 of the civil calendar; 693,900 of them to 31 December 1899.
    let days = 693_900 + (is1904 ? serial + 1_461 : serial < 60 ? serial : serial - 1)
    let (era, dayOfEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

/// A number of at most 15 significant digits, as spreadsheet programs show it: files have 0.30000000000000004 where
/// people typed 0.3. No floating point.
struct Decimal15: Hashable, Sendable {
  private var isNegative = false
  /// Significant digits without leading zeros; empty = 0.
  private var digits: [UInt8] = []
  /// Places behind the point; negative = zeros before it.
  private var places = 0

  /// “1234.5”, “-4.0000000000000001E-2”; nil if it is no number, or one of no use here.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    if rest.first == 0x2D || rest.first == 0x2B { isNegative = rest.removeFirst() == 0x2D }
    var (hasPoint, hasDigit) = (false, false)
    while let byte = rest.first {
      if (0x30...0x39).contains(byte) {
        hasDigit = true
        if !(digits.isEmpty && byte == 0x30) { digits.append(byte - 0x30) }
        if hasPoint { places += 1 }
      } else if byte == 0x2E, !hasPoint {
        hasPoint = true
      } else {
        break
      }
      rest.removeFirst()
    }
    guard hasDigit, digits.count < 400 else { return nil }
    if !rest.isEmpty {
      guard rest.first == 0x45 || rest.first == 0x65,
        let exponent = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), abs(exponent) < 400
      else { return nil }
      places -= exponent
    }
    round()
    guard digits.count - places <= 30, places <= 60 else { return nil }
  }

  private mutating func round() {
    if digits.count > 15 {
      let isUp = digits[15] >= 5
      places -= digits.count - 15
      digits.removeLast(digits.count - 15)
      var index = 14
      if isUp {
        while index >= 0, digits[index] == 9 {
          digits[index] = 0
          index -= 1
        }
        if index >= 0 {
          digits[index] += 1
        } else {
          digits.insert(1, at: 0)
        }
      }
    }
    while places > 0, digits.last == 0 {
      digits.removeLast()
      places -= 1
    }
    if digits.isEmpty { places = 0 }
  }

  func shifted(by count: Int) -> Decimal15 {
    var other = self
    other.places -= count
    return other
  }

  /// Its whole part, if it is none less than 0 and fits.
  var whole: Int? {
    let text = self.text
    return Int(text.prefix { $0 != "." })
  }

  var text: String {
    var all = digits.map { Character(Unicode.Scalar($0 + 0x30)) }
    if places < 0 { all += Array(repeating: "0", count: digits.isEmpty ? 0 : -places) }
    if places > 0 {
      while all.count <= places { all.insert("0", at: 0) }
      all.insert(".", at: all.count - places)
    }
    if all.isEmpty { all = ["0"] }
    return (isNegative && !digits.isEmpty ? "-" : "") + String(all)
  }
}
