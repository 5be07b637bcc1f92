public import CanonicalJSON

/// A date as vague as its evidence: the part of EDTF (ISO 8601-2) that log-format section 1 allows.
///
/// Every date means the interval [earliest day, latest day]; an open end is nil. It is never padded to the 1st.
public struct ImpreciseDate: Hashable, Sendable {
  /// As written: `2010-09`, `../2010-03-31`, `2011-06~`.
  public let edtf: String
  /// nil = open or unknown start.
  public let earliest: Day?
  /// nil = open end.
  public let latest: Day?

  /// One end as written: a year, a month or a day, and whether it is “about”.
  public struct End: Hashable, Sendable {
    public var year: Int
    public var month: Int?
    public var day: Int?
    public var isAbout: Bool

    /// First day of the unit, one unit earlier if “about”.
    var first: Day { unit(offset: isAbout ? -1 : 0).first }
    /// Last day of the unit, one unit later if “about”.
    var last: Day { unit(offset: isAbout ? 1 : 0).last }
    var plain: (first: Day, last: Day) { unit(offset: 0) }

    private func unit(offset: Int) -> (first: Day, last: Day) {
      guard let month else {
        return (Self.day(year + offset, 1, 1), Self.day(year + offset, 12, 31))
      }
      guard let day else {
        let months = year * 12 + month - 1 + offset
        let (year, month) = (months / 12, months % 12 + 1)
        return (Self.day(year, month, 1), Self.day(year, month, Day.length(ofMonth: month, year: year)))
      }
      let exact = Self.day(year, month, day).adding(offset)
      return (exact, exact)
    }

    /// The reader checked that the day exists.
    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Day {
      guard let found = Day(year: year, month: month, day: day) else {
        preconditionFailure("no day \(year)-\(month)-\(day)")
      }
      return found
    }
  }

  /// The shape behind the text.
  public enum Form: Hashable, Sendable {
    case single(End)
    /// nil = open
    case interval(End?, End?)
  }

  public let form: Form

  public init(day: Day) {
    self.init(day: day, civil: day.civil, edtf: day.description)
  }

  private init(day: Day, civil: (year: Int, month: Int, day: Int), edtf: String) {
    form = .single(End(year: civil.year, month: civil.month, day: civil.day, isAbout: false))
    self.edtf = edtf
    earliest = day
    latest = day
  }

  /// nil for whatever the subset does not allow; `reason(against:)` says why.
  public init?(edtf text: String) {
    // Nearly all dates of a log are plain days.
    if text.utf8.count == 10, let day = Day(text), case let civil = day.civil, (1800...2199).contains(civil.year) {
      self.init(day: day, civil: civil, edtf: text)
      return
    }
    guard Self.reason(against: text) == nil, let form = Self.form(of: text) else { return nil }
    switch form {
    case .single(let end): self.init(edtf: text, form: form, earliest: end.first, latest: end.last)
    case .interval(let start, let end): self.init(edtf: text, form: form, earliest: start?.first, latest: end?.last)
    }
  }

  private init(edtf: String, form: Form, earliest: Day?, latest: Day?) {
    self.edtf = edtf
    self.form = form
    self.earliest = earliest
    self.latest = latest
  }

  /// Why `text` is no date of the subset, or nil if it is one.
  public static func reason(against text: String) -> String? {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    if halves.count > 2 { return "a date has at most one “/”" }
    if halves.count == 2, halves[0] == "..", halves[1] == ".." { return "“../..” says nothing; leave the date out" }
    for half in halves where !(halves.count == 2 && half == "..") {
      guard end(half) != nil else {
        return "“\(half)” is no day, month or year of 1800 to 2199 (as 2010-09-14, 2010-09 or 2010, with ~ for about)"
      }
    }
    if case .interval(let start?, let end?)? = form(of: text), start.plain.first > end.plain.last {
      return "the first end lies after the last"
    }
    return nil
  }

  private static func form(of text: String) -> Form? {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    if halves.count == 1 { return end(halves[0]).map(Form.single) }
    guard halves.count == 2 else { return nil }
    return .interval(end(halves[0]), end(halves[1]))
  }

  private static func end(_ text: Substring) -> End? {
    var bytes = Array(text.utf8)
    let isAbout = bytes.last == UInt8(ascii: "~")
    if isAbout { bytes.removeLast() }
    guard [4, 7, 10].contains(bytes.count) else { return nil }
    var numbers: [Int] = []
    for part in bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) {
      guard part.count == (numbers.isEmpty ? 4 : 2) else { return nil }
      var number = 0
      for byte in part {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        number = number * 10 + Int(byte - UInt8(ascii: "0"))
      }
      numbers.append(number)
    }
    guard (1800...2199).contains(numbers[0]) else { return nil }
    let month = numbers.count > 1 ? numbers[1] : nil
    let day = numbers.count > 2 ? numbers[2] : nil
    if let month, !(1...12).contains(month) { return nil }
    if let month, let day, Day(year: numbers[0], month: month, day: day) == nil { return nil }
    return End(year: numbers[0], month: month, day: day, isAbout: isAbout)
  }

  package init(_ view: JSONView) throws(JSONFault) {
    let text = try view.asString()
    guard let date = ImpreciseDate(edtf: text) else {
      throw JSONFault(.badValue, at: view.offset, path: view.name, Self.reason(against: text) ?? "this is no date")
    }
    self = date
  }

  public static func == (left: Self, right: Self) -> Bool { left.edtf == right.edtf }
  public func hash(into hasher: inout Hasher) { hasher.combine(edtf) }
}
