import Agreements
import CanonicalJSON

/// What the JSON of a row says, wherever it is held: in a row of its own, or by numbers in a ledger.
///
/// This is the one place that says what a row's members are. It writes bytes, since an answer has a hundred thousand rows,
/// and a tree of values of each costs more than working it out; `ObligationRow.json` reads them again.
///
/// Law: whoever holds it, the bytes are the same, and in canonical form.
protocol RowInJSON {
  var category: ObligationRow.Category { get }
  /// nil = not known
  var count: Int64? { get }
  var strength: ObligationRow.Strength? { get }
  var promised: Amount { get }
  var earned: Amount { get }
  var paid: Amount { get }
  var setOff: Amount { get }
  var withdrawn: Amount { get }
  var outstanding: Amount { get }
  var hasDebtor: Bool { get }
  var hasDueDate: Bool { get }

  // Keys and dates, which need no escapes, without their quotes.
  func putAgreement(_ writer: inout JSONWriter)
  func putCreditor(_ writer: inout JSONWriter)
  func putPromise(_ writer: inout JSONWriter)
  func putDebtor(_ writer: inout JSONWriter)
  func putDueDate(_ writer: inout JSONWriter)

  // What stands between the brackets of a list.
  func putCandidates(_ writer: inout JSONWriter)
  func putFlags(_ writer: inout JSONWriter)
  func putMissing(_ writer: inout JSONWriter)
  func putReliedOn(_ writer: inout JSONWriter)
}

extension JSONWriter {
  /// A row in canonical form.
  @inline(__always)
  mutating func put(_ row: some RowInJSON) {
    put("{\"agreement\":\"")
    row.putAgreement(&self)
    put("\",\"candidates\":[")
    row.putCandidates(&self)
    put("],\"category\":\"")
    put(row.category.literal)
    put("\",\"count\":")
    if let count = row.count { put(count) } else { put("null") }
    put(",\"creditor\":\"")
    row.putCreditor(&self)
    put("\",\"debtor\":")
    if row.hasDebtor {
      put("\"")
      row.putDebtor(&self)
      put("\"")
    } else {
      put("null")
    }
    put(",\"due\":")
    if row.hasDueDate {
      put("\"")
      row.putDueDate(&self)
      put("\"")
    } else {
      put("null")
    }
    put(",\"earned\":")
    put(row.earned)
    put(",\"flags\":[")
    row.putFlags(&self)
    put("],\"missing\":[")
    row.putMissing(&self)
    put("],\"outstanding\":")
    put(row.outstanding)
    put(",\"paid\":")
    put(row.paid)
    put(",\"promise\":\"")
    row.putPromise(&self)
    put("\",\"promised\":")
    put(row.promised)
    put(",\"reliedOn\":[")
    row.putReliedOn(&self)
    put("],\"setOff\":")
    put(row.setOff)
    put(",\"strength\":")
    if let strength = row.strength {
      put("\"")
      put(strength.literal)
      put("\"")
    } else {
      put("null")
    }
    put(",\"withdrawn\":")
    put(row.withdrawn)
    put("}")
  }

  /// Elements of a list with commas between them.
  @inline(__always)
  mutating func putEach<Element>(_ elements: some Sequence<Element>, _ body: (Element, inout JSONWriter) -> Void) {
    var isFirst = true
    for element in elements {
      if !isFirst { put(",") }
      isFirst = false
      body(element, &self)
    }
  }

  mutating func put(_ amount: Amount) {
    put("{\"high\":")
    if let high = amount.high { put(high) } else { put("null") }
    put(",\"low\":")
    put(amount.low)
    put("}")
  }

  /// A text that needs no escapes, without quotes.
  mutating func put(unquoted text: String) {
    var text = text
    text.withUTF8 { put($0) }
  }
}

extension ObligationRow: RowInJSON {
  var hasDebtor: Bool { debtor != nil }
  var hasDueDate: Bool { due != nil }

  func putAgreement(_ writer: inout JSONWriter) { writer.put(unquoted: agreement.rawValue) }
  func putCreditor(_ writer: inout JSONWriter) { writer.put(unquoted: creditor.rawValue) }
  func putPromise(_ writer: inout JSONWriter) { writer.put(unquoted: promise.rawValue) }
  func putDebtor(_ writer: inout JSONWriter) { writer.put(unquoted: debtor?.rawValue ?? "") }
  func putDueDate(_ writer: inout JSONWriter) { writer.put(unquoted: due?.edtf ?? "") }

  func putCandidates(_ writer: inout JSONWriter) { writer.putEach(candidates) { $1.put(text: $0.rawValue) } }
  func putFlags(_ writer: inout JSONWriter) { writer.putEach(flags.sorted()) { $1.put(text: $0.rawValue) } }
  func putMissing(_ writer: inout JSONWriter) { writer.putEach(missing) { $1.put(text: $0) } }
  func putReliedOn(_ writer: inout JSONWriter) { writer.putEach(reliedOn) { $1.put($0) } }
}

/// A row of the plain fold, with the tables that its numbers are of.
struct PlainRowInJSON: RowInJSON {
  let row: PlainFold.Row
  /// As `PlainFold.forEachRow` gives it.
  let relied: [UInt64]
  /// Number of the agreement's stream.
  let stream: Int
  let ledger: Ledger

  var category: ObligationRow.Category { row.category }
  var count: Int64? { 1 }
  var strength: ObligationRow.Strength? { row.strength }
  var promised: Amount { row.promised }
  var earned: Amount { row.earned }
  var paid: Amount { row.paid }
  var setOff: Amount { .zero }
  var withdrawn: Amount { row.withdrawn }
  var outstanding: Amount { row.outstanding }
  var hasDebtor: Bool { row.debtor != nil }
  var hasDueDate: Bool { row.due >= 0 }

  func putAgreement(_ writer: inout JSONWriter) {
    ledger.names.withBytes(stream) { writer.put(UnsafeBufferPointer(rebasing: $0.dropFirst("agreement/".utf8.count))) }
  }
  func putCreditor(_ writer: inout JSONWriter) { writer.put(ledger.keys, Int(row.creditor)) }
  func putPromise(_ writer: inout JSONWriter) { writer.put(ledger.keys, Int(row.promise)) }
  func putDebtor(_ writer: inout JSONWriter) { if let debtor = row.debtor { writer.put(ledger.keys, Int(debtor)) } }
  func putDueDate(_ writer: inout JSONWriter) { writer.put(ledger.dates.texts, Int(row.due)) }

  func putCandidates(_ writer: inout JSONWriter) {}

  func putFlags(_ writer: inout JSONWriter) {
    var isFirst = true
    for (isSet, flag) in [
      (row.straddles, "\"dates-straddle\"" as StaticString), (row.mayBeLate, "\"may-be-late\""),
      (row.isAbout, "\"sum-approximate\""), (row.isNotFixed, "\"sum-not-fixed\""),
    ] where isSet {
      if !isFirst { writer.put(",") }
      writer.put(flag)
      isFirst = false
    }
  }

  func putMissing(_ writer: inout JSONWriter) {
    guard let missing = row.missing else { return }
    writer.put("\"")
    writer.put(missing)
    writer.put("\"")
  }

  func putReliedOn(_ writer: inout JSONWriter) {
    writer.putEach(relied) { $1.put(ledger.events[Int(UInt32(truncatingIfNeeded: $0))].id) }
  }
}

extension ObligationRow.Category {
  /// Its name without a `String` being made.
  var literal: StaticString {
    switch self {
    case .excused: "excused"
    case .honoured: "honoured"
    case .honouredLate: "honoured-late"
    case .withdrawnAfterPerformance: "withdrawn-after-performance"
    case .withdrawnPartPerformed: "withdrawn-part-performed"
    case .withdrawnBeforePerformance: "withdrawn-before-performance"
    case .clawedBack: "clawed-back"
    case .variedUnilaterally: "varied-unilaterally"
    case .conditionsDisputed: "conditions-disputed"
    case .suspended: "suspended"
    case .overdue: "overdue"
    case .underpaid: "underpaid"
    case .open: "open"
    case .undetermined: "undetermined"
    }
  }
}

extension ObligationRow.Strength {
  var literal: StaticString {
    switch self {
    case .documented: "documented"
    case .admitted: "admitted"
    case .denied: "denied"
    case .inferred: "inferred"
    case .asserted: "asserted"
    }
  }
}
