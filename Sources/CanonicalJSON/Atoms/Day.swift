/// A day of the Gregorian calendar, counted from 1970-01-01 as day 0.
///
/// A number and not a date type with a time zone: all days of a log are calendar days as papers name them, and all
/// instants are UTC.
public struct Day: Hashable, Comparable, Sendable {
  public let number: Int32

  public init(number: Int32) { self.number = number }

  /// nil if there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year) else { return nil }
    // Days from civil, with the year beginning in March (H. Hinnant, chrono-compatible low-level date algorithms).
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Law: `Day(year: y, month: m, day: d)!.civil == (y, m, d)`.
  public var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex + (monthIndex < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  public static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  public func adding(_ days: Int) -> Day { Day(number: number + Int32(days)) }

  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day: CustomStringConvertible {
  /// `YYYY-MM-DD`
  public var description: String {
    let civil = civil
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
  }

  /// Takes `YYYY-MM-DD` of a day that exists, and nothing else.
  public init?(_ text: some StringProtocol) {
    var text = String(text)
    guard let day = text.withUTF8({ Day($0) }) else { return nil }
    self = day
  }

  /// The same of bytes that lie in one piece: this is asked of every line.
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00.000Z.
public struct Instant: Hashable, Comparable, Sendable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public var day: Day {
    Day(number: Int32(milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000))
  }

  /// The last millisecond of a day.
  public static func end(of day: Day) -> Instant {
    Instant(milliseconds: (Int64(day.number) + 1) * 86_400_000 - 1)
  }

  public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}

extension Instant: CustomStringConvertible {
  /// `YYYY-MM-DDTHH:MM:SS.mmmZ`
  public var description: String {
    let inDay = Int(milliseconds - Int64(day.number) * 86_400_000)
    let (hour, minute) = (inDay / 3_600_000, inDay / 60_000 % 60)
    return "\(day)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(inDay / 1000 % 60, 2)).\(padded(inDay % 1000, 3))Z"
  }

  /// Takes `YYYY-MM-DDTHH:MM:SS.mmmZ` and nothing else: no leap second, no offset, no shorter fraction.
  public init?(_ text: some Collection<UInt8>) {
    guard let instant = Array(text).withUnsafeBufferPointer({ Instant($0) }) else { return nil }
    self = instant
  }

  /// The same of bytes that lie in one piece: this is asked of every line.
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."), bytes[23] == UInt8(ascii: "Z"),
      let day = Day(UnsafeBufferPointer(rebasing: bytes[0..<10])), let hour = decimal(bytes[11..<13]), hour < 24,
      let minute = decimal(bytes[14..<16]), minute < 60, let second = decimal(bytes[17..<19]), second < 60,
      let milli = decimal(bytes[20..<23])
    else { return nil }
    milliseconds = Int64(day.number) * 86_400_000 + Int64(hour * 3_600_000 + minute * 60_000 + second * 1000 + milli)
  }

  public init?(_ text: String) { self.init(Array(text.utf8)) }
}

/// Digits only, no sign.
func decimal(_ bytes: some Collection<UInt8>) -> Int? {
  var number = 0
  for byte in bytes {
    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    number = number * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return bytes.isEmpty ? nil : number
}

func padded(_ number: Int, _ width: Int) -> String {
  var limit = 1
  for _ in 0..<width { limit *= 10 }
  guard (0..<limit).contains(number) else {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
  // A day and a moment are made of these, and a table of a million rows has as many.
  return String(unsafeUninitializedCapacity: width) { digits in
    var rest = number
    for place in stride(from: width - 1, through: 0, by: -1) {
      digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    return width
  }
}
