import Agreements
import CanonicalJSON

// Agreements, promises, when they are due, savings, payments, withdrawals and letters, of data that was scanned.

extension QuickLines {
  /// The number of a key that must stand there; nil if it is none.
  @inline(__always)
  mutating func key(_ view: JSONView?) -> Int32? {
    guard let view, view.isKey else { return nil }
    return Int32(keys.number(of: view.bytes))
  }

  /// May be absent, but if it stands it is a text.
  @inline(__always)
  private func isTextOrAbsent(_ view: JSONView?) -> Bool { view.map { $0.kind == .string } ?? true }

  private mutating func addParties(_ view: JSONView?) -> Bool {
    guard let view, view.kind == .array else { return false }
    for element in view.elements {
      guard let party = key(element) else { return false }
      parties.append(party)
    }
    return true
  }

  private mutating func setMoney(_ view: JSONView) throws(JSONFault) {
    let money = try Money(view)
    event.low = money.low
    event.high = money.high ?? -1
    if money.isAbout { event.marks.insert(.about) }
    isPerYear = money.per == .year
  }

  mutating func readMade(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let status = reader.optional("contractStatus")?.string,
      AgreementMade.ContractStatus(rawValue: status) != nil, addParties(reader.optional("creditors")),
      let debtor = key(reader.optional("debtor")), let form = reader.optional("form")?.string,
      AgreementMade.Form(rawValue: form) != nil
    else { return false }
    if let others = reader.optional("others") { guard addParties(others) else { return false } }
    guard isTextOrAbsent(reader.optional("purpose")), isTextOrAbsent(reader.optional("scheme")) else { return false }
    if let term = reader.optional("term") {
      guard term.kind == .string, dates.number(of: term.bytes) != nil else { return false }
    }
    guard reader.optional("title")?.kind == .string else { return false }
    event.party = debtor
    event.kind = .made
    return true
  }

  mutating func readPromised(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let account = reader.optional("account")
    let conditions = reader.optional("conditions")
    let due = reader.optional("due")
    let greaterOf = reader.optional("greaterOf")
    let money = reader.optional("money")
    let promise = reader.optional("promise")
    let purpose = reader.optional("purpose")
    let share = reader.optional("share")
    let to = reader.optional("to")
    guard account == nil, conditions == nil, greaterOf == nil, share == nil, let money else {
      _ = try EventBody(type: PaymentPromised.type, version: 1, data: data)
      event.kind = .complex
      return true
    }
    guard let promise = key(promise), isTextOrAbsent(purpose), let to = key(to) else { return false }
    event.said = saidBy
    if let due {
      guard due.kind == .string, let number = dates.number(of: due.bytes) else { return false }
      event.due = number
    }
    try setMoney(money)
    event.promise = promise
    event.party = to
    event.marks.insert(.promise)
    event.kind = .promised
    return true
  }

  mutating func readDueSet(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let due = reader.optional("due")
    let creditor = reader.optional("for")
    guard let due, due.kind == .string, let number = dates.number(of: due.bytes),
      let promise = key(reader.optional("promise"))
    else { return false }
    event.due = number
    event.promise = promise
    event.marks.insert(.promise)
    event.kind = .dueSet
    if let creditor {
      guard creditor.isKey else { return false }
      event.kind = .complex
    }
    return true
  }

  mutating func readSaving(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let by = key(reader.optional("by")), let measure = reader.optional("measure")?.string,
      SavingReported.Measure(rawValue: measure) != nil, let money = reader.optional("money")
    else { return false }
    try setMoney(money)
    guard let period = reader.optional("period"), period.kind == .string, let dates = dates.number(of: period.bytes)
    else { return false }
    if let promise = reader.optional("promise") {
      guard let number = key(promise) else { return false }
      event.promise = number
      event.marks.insert(.promise)
    }
    guard let saving = key(reader.optional("saving")) else { return false }
    self.saving = saving
    event.party = by
    event.due = dates
    event.kind = .saving
    return true
  }

  mutating func readPaid(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let creditor = reader.optional("for")
    guard let money = reader.optional("money") else { return false }
    try setMoney(money)
    guard let promise = key(reader.optional("promise")), isTextOrAbsent(reader.optional("reference")),
      let to = key(reader.optional("to"))
    else { return false }
    event.kind = .paid
    if let creditor {
      guard creditor.isKey else { return false }
      event.kind = .complex
    }
    event.promise = promise
    event.marks.insert(.promise)
    event.party = to
    return true
  }

  mutating func readWithdrawn(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let consent = reader.optional("consent")
    let decidedBy = reader.optional("decidedBy")
    let creditor = reader.optional("for")
    let money = reader.optional("money")
    let notified = reader.optional("notified")
    let promise = reader.optional("promise")
    let reason = reader.optional("reason")
    let scope = reader.optional("scope")
    guard consent == nil, creditor == nil, money == nil, notified == nil, let scope, scope.isOne("whole") else {
      _ = try EventBody(type: PromiseWithdrawn.type, version: 1, data: data)
      event.kind = .complex
      return true
    }
    guard decidedBy?.kind == .string, let promise = key(promise), isTextOrAbsent(reason) else { return false }
    event.promise = promise
    event.marks.insert(.promise)
    event.kind = .withdrawn
    return true
  }

  mutating func readLetter(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    event.kind = .word
    let count = reader.optional("count")
    let from = reader.optional("from")
    let gist = reader.optional("gist")
    let medium = reader.optional("medium")
    let replyTo = reader.optional("replyTo")
    let to = reader.optional("to")
    guard count == nil, replyTo == nil else {
      _ = try EventBody(type: CorrespondenceLogged.type, version: 1, data: data)
      return true
    }
    guard let from = key(from), gist?.kind == .string, let medium = medium?.string,
      CorrespondenceLogged.Medium(rawValue: medium) != nil, addParties(to)
    else { return false }
    event.party = from
    return true
  }
}
