import Agreements
import CanonicalJSON

// Data of the usual shapes, read in one walk.
//
// `type` stands behind `data`, so `data` is read by the shape that it seems to have, and the type says then whether that
// was right. What has no shape is scanned.

extension QuickLines {
  enum Shape {
    case scanned
    /// A promise if it has no `reference`, a payment if it has neither `due` nor `purpose`.
    case money, saving, withdrawn, letter
  }

  struct Found {
    var money = (low: Int64(0), high: Int64(-1))
    var promise: Int32 = -1
    var party: Int32 = -1
    var saving: Int32 = -1
    var period: Int32 = -1
    var due: Int32 = -1
    var hasPurpose = false
    var hasReference = false
  }

  mutating func readShape() -> Bool {
    dataAt = cursor.at
    parties.removeAll(keepingCapacity: true)
    found = Found()
    if readKnownShape() { return true }
    shape = .scanned
    parties.removeAll(keepingCapacity: true)
    cursor.go(to: dataAt)
    return cursor.value(depth: 1)
  }

  private mutating func readKnownShape() -> Bool {
    let hasDue = cursor.skip("{\"due\":\"")
    if hasDue {
      guard cursor.text(), let due = dates.number(of: cursor.textBytes) else { return false }
      found.due = due
    }
    if hasDue ? cursor.skip(",\"money\":{") : cursor.skip("{\"money\":{") {
      shape = .money
      guard readMoney(), cursor.skip(",\"promise\":\""), let promise = readKey() else { return false }
      found.promise = promise
      found.hasPurpose = cursor.skip(",\"purpose\":\"")
      if found.hasPurpose { guard cursor.text() else { return false } }
      found.hasReference = cursor.skip(",\"reference\":\"")
      if found.hasReference { guard cursor.text() else { return false } }
      guard cursor.skip(",\"to\":\""), let to = readKey() else { return false }
      found.party = to
    } else if cursor.skip("{\"by\":\"") {
      shape = .saving
      guard let by = readKey(), cursor.skip(",\"measure\":\""), readMeasure(), cursor.skip(",\"money\":{"),
        readMoney(), cursor.skip(",\"period\":\""), cursor.text(), let period = dates.number(of: cursor.textBytes)
      else { return false }
      found.party = by
      found.period = period
      if cursor.skip(",\"promise\":\"") {
        guard let promise = readKey() else { return false }
        found.promise = promise
      }
      guard cursor.skip(",\"saving\":\""), cursor.key() else { return false }
      if isChecking { found.saving = Int32(keys.number(of: cursor.textBytes)) }
    } else if cursor.skip("{\"decidedBy\":\"") {
      shape = .withdrawn
      guard cursor.text(), cursor.skip(",\"promise\":\""), let promise = readKey() else { return false }
      found.promise = promise
      if cursor.skip(",\"reason\":\"") { guard cursor.text() else { return false } }
      guard cursor.skip(",\"scope\":\"whole\"") else { return false }
    } else if cursor.skip("{\"from\":\"") {
      shape = .letter
      guard let from = readKey(), cursor.skip(",\"gist\":\""), cursor.text(), cursor.skip(",\"medium\":\""),
        cursor.text(), CorrespondenceLogged.Medium(rawValue: text) != nil, cursor.skip(",\"to\":["), readKeys()
      else { return false }
      found.party = from
    } else {
      return false
    }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  /// The rest of a list of keys.
  private mutating func readKeys() -> Bool {
    if cursor.skip(byte: UInt8(ascii: "]")) { return true }
    while true {
      guard cursor.skip(byte: UInt8(ascii: "\"")), let key = readKey() else { return false }
      parties.append(key)
      if cursor.skip(byte: UInt8(ascii: ",")) { continue }
      return cursor.skip(byte: UInt8(ascii: "]"))
    }
  }

  private mutating func readMeasure() -> Bool {
    cursor.skip("net\"") || cursor.skip("gross\"") || cursor.skip("unknown\"")
  }

  /// The rest of money that is a sum or an interval and no more.
  @inline(__always)
  private mutating func readMoney() -> Bool {
    if cursor.skip("\"high\":") {
      guard cursor.natural(), cursor.number <= Money.limit, cursor.skip(byte: UInt8(ascii: ",")) else { return false }
      found.money.high = cursor.number
    }
    guard cursor.skip("\"low\":"), cursor.natural(), cursor.number <= Money.limit else { return false }
    found.money.low = cursor.number
    guard found.money.high < 0 || found.money.high >= found.money.low else { return false }
    return cursor.skip(byte: UInt8(ascii: "}"))
  }

  /// Takes over what the shape gave; nil if it is not that of the type.
  mutating func takeShape() -> Bool? {
    isPerYear = false
    switch (shape, readers[type]) {
    case (.money, .promised) where !found.hasReference:
      event.kind = .promised
      event.due = found.due
    case (.money, .paid) where !found.hasPurpose && found.due < 0: event.kind = .paid
    case (.saving, .saving):
      event.kind = .saving
      event.due = found.period
      saving = found.saving
    case (.withdrawn, .withdrawn): event.kind = .withdrawn
    case (.letter, .letter): event.kind = .word
    default: return nil
    }
    (event.low, event.high) = (found.money.low, found.money.high)
    event.promise = found.promise
    if found.promise >= 0 { event.marks.insert(.promise) }
    event.party = found.party
    return true
  }
}
