internal import Glibc

/// What a glance at a line says, before it is read: of most, that they name nobody whose own stream matters.
///
/// It checks nothing and decides nothing but which other streams are looked for: every line is read in full, with all checks,
/// by whoever answers. So it may say “perhaps” of any line.
///
/// Law: of an event that mentions somebody (`LoggedEvent.mentions`) it never says that it names nobody.
package enum LineGlance {
  /// Types whose events can mention somebody; of all others only the papers that they cite matter.
  private static let naming: [StaticString] = [
    "AgreementMade", "PaymentPromised", "ObligationTransferred", "PartySucceeded", "EntryCorrected",
  ]

  /// Does the line name no party and no paper whose own stream can change what it means?
  package static func namesNobody(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let type = type(line) else { return false }
    return !naming.contains { isSame($0, type) } && !citesPaper(line)
  }

  private static func isSame(_ name: StaticString, _ text: UnsafeRawBufferPointer) -> Bool {
    guard name.utf8CodeUnitCount == text.count, let base = text.baseAddress else { return false }
    return memcmp(name.utf8Start, base, text.count) == 0
  }

  /// Behind the type of an event stand only its version, who may see it, and when it was, and within their texts every
  /// quotation mark is escaped: so the last such name in the line is the type's.
  private static func type(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeRawBufferPointer? {
    guard let base = line.baseAddress else { return nil }
    let name: StaticString = "\"type\":\""
    var at = line.count - name.utf8CodeUnitCount
    while at >= 0 {
      if line[at] == UInt8(ascii: "\""), line[at + 1] == UInt8(ascii: "t"),
        memcmp(base + at, name.utf8Start, name.utf8CodeUnitCount) == 0
      {
        let start = at + name.utf8CodeUnitCount
        guard let end = line[start...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[start..<end])
      }
      at -= 1
    }
    return nil
  }

  /// `x` is a rare letter, so it is looked for first.
  private static func citesPaper(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = line.baseAddress else { return true }
    let rest: StaticString = "xhibit\":"
    var at = 2
    while at < line.count, let found = memchr(base + at, Int32(UInt8(ascii: "x")), line.count - at) {
      at = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if line[at - 1] == UInt8(ascii: "e"), line[at - 2] == UInt8(ascii: "\""),
        at + rest.utf8CodeUnitCount <= line.count, memcmp(base + at, rest.utf8Start, rest.utf8CodeUnitCount) == 0
      {
        return true
      }
      at += 1
    }
    return false
  }
}
