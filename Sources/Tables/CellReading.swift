internal import Agreements
internal import CanonicalJSON
internal import Spreadsheets

/// A sum as a cell has it. Brackets and minus signs mean money that went back, which is no sum of an event, but counts
/// in the total of a file.
enum CellMoney: Hashable {
  case nothing
  case sum(Money)
  /// Pence, above 0.
  case back(Int64)

  init(_ cell: Cell) throws(WordsFault) {
    try CellFault.check(cell, for: "a sum")
    if cell.kind == .date { throw WordsFault("\(cell.text) is a date and no sum", next: "Put the sum there.") }
    let text = cell.text.tidied
    guard !text.isEmpty else {
      self = .nothing
      return
    }
    guard !SumUnit.isZeros(text) else {
      throw WordsFault("“\(text)” is a unit and no sum", next: "Write the sums in pounds. No money at all is 0 or nil.")
    }
    if let fault = Self.doubt(text, isNumber: cell.kind == .number) { throw fault }
    guard let inner = Self.negative(text) else {
      var money = try Money(words: text)
      // The words stay as the cell has them.
      if money.words != nil { money.words = cell.text }
      self = .sum(money)
      return
    }
    let money = try Money(words: inner)
    guard money.high == money.low, money.per == .total, !money.isAbout else {
      throw WordsFault("“\(text)” is not an amount", next: "Write it like £5,000.")
    }
    self = money.low == 0 ? .sum(money) : .back(money.low)
  }

  /// What looks like a sum and may be none: years and days in the place of a range, parts of a penny.
  private static func doubt(_ text: String, isNumber: Bool) -> WordsFault? {
    if isNumber {
      guard let point = text.firstIndex(of: "."), text.distance(from: point, to: text.endIndex) > 3,
        text.allSatisfy({ $0.isNumber || "-.".contains($0) })
      else { return nil }
      return WordsFault(
        "\(text) is not whole pence",
        next: "Write what was paid, to the penny: in the sheet, =ROUND(…, 2), saved as its value.")
    }
    // Such a text begins with a digit and has a stroke or a dash; nearly no sum does.
    guard let first = text.utf8.first, isDigit(first),
      text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") || $0 == 0xE2 })
    else { return nil }
    let parts = text.split(omittingEmptySubsequences: false) { "-–—/".contains($0) }.map { String($0).tidied }
    guard parts.count == 2, parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }),
      let first = Int(parts[0]), let second = Int(parts[1])
    else { return nil }
    let isYears =
      (1900...2199).contains(first) && (second == first + 1 || parts[1].utf8.count == 2 && second == (first + 1) % 100)
    guard isYears || parts.allSatisfy({ $0.utf8.count <= 2 }) else { return nil }
    return WordsFault(
      "“\(text)” may be a year or a day, and no sum",
      next: "Write the sum; a sum between two is written £\(first) to £\(second).")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// “(123)”, “£(123)”, “123-”, “-123”, “£-123” → what stands within; nil if there is no sign.
  private static func negative(_ text: String) -> String? {
    // One of these is in every sign; nearly no sum has one.
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "-") || $0 == 0xE2 }) else {
      return nil
    }
    var body = text
    let hasPound = body.hasPrefix("£")
    if hasPound { body = String(body.dropFirst()).tidied }
    let pound = hasPound ? "£" : ""
    if body.hasPrefix("("), body.hasSuffix(")"), body.count > 2 { return pound + body.dropFirst().dropLast() }
    guard body.count > 1 else { return nil }
    if body.hasPrefix("-") || body.hasPrefix("−") { return pound + String(body.dropFirst()).tidied }
    if body.hasSuffix("-") || body.hasSuffix("−") { return pound + String(body.dropLast()).tidied }
    return nil
  }
}

/// What a workbook's cell may be that is no value.
enum CellFault {
  static func check(_ cell: Cell, for what: String) throws(WordsFault) {
    switch cell.kind {
    case .error: throw WordsFault("the sheet shows an error (\(cell.text)) for \(what)", next: "Mend it in the sheet.")
    case .unsaved:
      throw WordsFault(
        "a formula for \(what) was saved without its result", next: "Open the workbook, save it again and import it.")
    case .covered:
      throw WordsFault(
        "merged cells cover \(what): which rows it is for is not known",
        next: "Unmerge the cells and write the value into every row it is for.")
    case .boolean: throw WordsFault("\(cell.text) stands for \(what)", next: "Put a value there.")
    case .text, .number, .date: return
    }
  }
}

/// Which of the first two numbers of 04/05/2009 is the day.
public enum DateOrder: String, Sendable, CaseIterable {
  case dayFirst = "day-first"
  case monthFirst = "month-first"
}

/// A date in three numbers with the year last.
struct NumericDate: Hashable {
  var first: Int
  var second: Int
  var year: Int

  /// nil if the text is none. Midnight behind it says nothing and is dropped.
  init?(_ text: String) {
    if let plain = Self.plain(text.utf8) {
      (first, second, year) = plain
      return
    }
    var body = text
    for ending in [" 00:00:00", " 00:00", " 0:00:00", " 0:00"] where body.hasSuffix(ending) {
      body = String(body.dropLast(ending.count))
      break
    }
    guard let separator = body.first(where: { "/.- ".contains($0) }) else { return nil }
    let parts = body.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      parts[0].count <= 2, parts[1].count <= 2, parts[2].count == 4 || parts[2].count == 2,
      let first = Int(parts[0]), let second = Int(parts[1]), let year = Int(parts[2])
    else { return nil }
    self.first = first
    self.second = second
    self.year = parts[2].count == 2 ? -1 - year : year
  }

  /// “14/9/2010” and the like, without making texts of its parts; nil for anything else, which the long way reads.
  private static func plain(_ text: String.UTF8View) -> (first: Int, second: Int, year: Int)? {
    var numbers = (0, 0, 0)
    var (part, digits) = (0, 0)
    var separator: UInt8?
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        let digit = Int(byte - UInt8(ascii: "0"))
        switch part {
        case 0: numbers.0 = numbers.0 * 10 + digit
        case 1: numbers.1 = numbers.1 * 10 + digit
        default: numbers.2 = numbers.2 * 10 + digit
        }
        guard digits <= (part == 2 ? 4 : 2) else { return nil }
      case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: " "):
        guard digits > 0, part < 2, byte == separator ?? byte else { return nil }
        separator = byte
        part += 1
        digits = 0
      default: return nil
      }
    }
    return part == 2 && digits == 4 ? numbers : nil
  }

  /// 04/05/09 may be of any century.
  var hasShortYear: Bool { year < 0 }

  func date(_ order: DateOrder) -> ImpreciseDate? { day(order).map { ImpreciseDate(day: $0) } }

  /// Of the years that a date may have.
  private func day(_ order: DateOrder) -> Day? {
    guard (1800...2199).contains(year) else { return nil }
    let (day, month) = order == .dayFirst ? (first, second) : (second, first)
    return Day(year: year, month: month, day: day)
  }

  /// The only order in which it is a date, if there is but one.
  var settles: DateOrder? {
    switch (day(.dayFirst), day(.monthFirst)) {
    case (_?, nil): .dayFirst
    case (nil, _?): .monthFirst
    default: nil
    }
  }

  var isAmbiguous: Bool { first != second && day(.dayFirst) != nil && day(.monthFirst) != nil }
}

/// What the cells of one date column say together.
struct DateColumn {
  private(set) var dayFirst: (row: Int, text: String)?
  private(set) var monthFirst: (row: Int, text: String)?
  private(set) var open: (row: Int, text: String, date: NumericDate)?
  /// A day in full that would be a day too with day and month in each other's place, with that day.
  private(set) var turnable: (row: Int, day: ImpreciseDate, turned: ImpreciseDate)?
  /// Is there a day in full behind the twelfth? Then a program did not turn the days round.
  private(set) var hasFirmDay = false

  /// What settles the order, and the row of a day that may have been turned round by a program with the other order.
  ///
  /// A file with 04/03/2010 and 13/04/2010, opened in a program that reads the month first, holds the day 3 April 2010 and
  /// the text 13/04/2010 from then on: the first is no 3 April, and nothing in its cell says so.
  var halfTurned: (text: (row: Int, text: String), day: (row: Int, day: ImpreciseDate, turned: ImpreciseDate))? {
    guard !hasFirmDay, let turnable, let text = dayFirst ?? monthFirst else { return nil }
    return (text, turnable)
  }

  /// Takes a day that is written in full, as workbooks hold it; nil for anything else.
  private mutating func takeDay(_ cell: Cell, row: Int) -> Bool {
    let bytes = cell.text.utf8
    guard bytes.count == 10, bytes.dropFirst(4).first == 0x2D, bytes.dropFirst(7).first == 0x2D,
      let year = Int(cell.text.prefix(4)), let month = Int(cell.text.dropFirst(5).prefix(2)),
      let number = Int(cell.text.suffix(2)), let day = Day(year: year, month: month, day: number)
    else { return false }
    if number > 12 {
      hasFirmDay = true
    } else if turnable == nil, number != month, let turned = Day(year: year, month: number, day: month) {
      turnable = (row, ImpreciseDate(day: day), ImpreciseDate(day: turned))
    }
    return true
  }

  mutating func take(_ cell: Cell, row: Int) {
    if cell.kind == .text || cell.kind == .date, takeDay(cell, row: row) { return }
    guard cell.kind == .text, let date = NumericDate(cell.text.tidied), !date.hasShortYear else { return }
    switch date.settles {
    case .dayFirst: dayFirst = dayFirst ?? (row, cell.text)
    case .monthFirst: monthFirst = monthFirst ?? (row, cell.text)
    case nil: if date.isAmbiguous { open = open ?? (row, cell.text, date) }
    }
  }
}

/// How the numbers of a date column were understood, and why.
struct DateDecision: Hashable {
  let order: DateOrder
  let why: String
  /// What stands with a day that was read so.
  let inference: String

  init(order: DateOrder, why: String) {
    self.order = order
    self.why = why
    inference = "read with the \(why)"
  }
}
