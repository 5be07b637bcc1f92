import CanonicalJSON

/// One promise by the text of the rules: its rows, and each row's figures.
struct NaivePromise {
  typealias Event = NaiveFold.Event

  let agreement: String
  let promise: String
  /// In log order.
  let accounts: [Event]
  /// Counted events of the agreement in the order of the fold.
  let counted: [Event]
  let straddling: [Event]
  /// Counted events of all parties and papers, in log order.
  let everything: [Event]
  let made: Event?
  let asOf: Day
  let creditor: String
  let isGroup: Bool
  let size: Int64?
  let members: [String]

  init(
    agreement: String, promise: String, accounts: [Event], counted: [Event], straddling: [Event], everything: [Event],
    made: Event?, asOf: Day
  ) {
    self.agreement = agreement
    self.promise = promise
    self.accounts = accounts
    self.counted = counted
    self.straddling = straddling
    self.everything = everything
    self.made = made
    self.asOf = asOf
    let creditor = accounts[0].text("to") ?? ""
    let own = everything.filter { $0.stream == "party/\(creditor)" }
    // Whoever was ever registered as a group is one.
    let group = own.last { $0.type == "PartyRegistered" && $0.text("kind") == "group" }
    var members: [String] = []
    for event in own where group != nil && event.type == "MemberNamed" {
      if let member = event.text("member"), !members.contains(member) { members.append(member) }
    }
    self.creditor = creditor
    self.members = members
    isGroup = group != nil
    size = group?.data["count"]?.integer
  }

  func isForThis(_ event: Event) -> Bool { event.text("promise").map { $0 == promise } ?? true }

  /// The sum that an event states for this promise.
  func stated(_ event: Event) -> JSONValue? {
    switch event.type {
    case "AgreementVaried":
      return event.data["promises"]?.array?.last { $0["promise"]?.string == promise }?["money"]
    case "DisputeConcluded":
      guard ["determined", "settled"].contains(event.text("outcome")), event.text("promise") == promise else {
        return nil
      }
      return event.data["money"]
    case "PerformanceRecorded": return event.data["earned"]
    default: return event.data["money"]
    }
  }

  func setsTerms(_ event: Event) -> Bool { event.type == "DisputeConcluded" && stated(event) != nil }

  var isDivided: Bool {
    guard isGroup else { return false }
    let own = accounts.filter { $0.text("to") == creditor }
    let isEach = own.contains { account in
      if let money = account.data["money"] { return money["per"]?.string == "each" }
      if let list = account.data["greaterOf"]?.array { return list.allSatisfy { $0["per"]?.string == "each" } }
      return account.data["share"]?["per"]?.string == "each"
        && members.contains { member in
          counted.contains { $0.type == "SavingReported" && $0.text("by") == member && isForThis($0) }
        }
    }
    func isWhole(_ money: JSONValue?) -> Bool { money != nil && money?["per"]?.string != "each" }
    let isStatedWhole = counted.contains { event in
      guard event.text("for") == nil else { return false }
      switch event.type {
      case "PaymentPromised":
        guard event.text("promise") == promise, event.text("to") == creditor else { return false }
        if let list = event.data["greaterOf"]?.array { return list.contains { isWhole($0) } }
        if let share = event.data["share"] { return share["per"]?.string != "each" }
        return isWhole(event.data["money"])
      case "AgreementVaried":
        return event.data["promises"]?.array?.contains { $0["promise"]?.string == promise && isWhole($0["money"]) }
          ?? false
      case "PromiseReinstated", "PromiseWithdrawn":
        return event.text("promise") == promise && isWhole(event.data["money"])
      case "DisputeConcluded": return isWhole(stated(event))
      case "PaymentMade", "PaymentReclaimed", "SetOffApplied":
        return event.text("promise") == promise && event.text("to") == creditor && isWhole(event.data["money"])
      case "PerformanceRecorded":
        return event.text("by") == creditor && isForThis(event) && isWhole(event.data["earned"])
      default: return false
      }
    }
    return isEach && !isStatedWhole
  }

  /// (creditor, count, kind)
  var places: [(String, Int64?, String)] {
    guard isGroup else { return [(creditor, 1, "single")] }
    guard isDivided else { return [(creditor, size, "whole")] }
    var places: [(String, Int64?, String)] = members.map { ($0, 1, "member") }
    if let size {
      if size > Int64(members.count) { places.append((creditor, size - Int64(members.count), "rest")) }
    } else {
      places.append((creditor, nil, "rest"))
    }
    return places
  }

  static let payments: Set<String> = ["PaymentMade", "PaymentReclaimed", "SetOffApplied"]
  static let terms: Set<String> = [
    "DueDateSet", "ConditionOutcome", "PromiseWithdrawn", "PromiseSuspended", "PromiseReinstated",
    "ObligationTransferred", "DisputeConcluded",
  ]

  /// Does the event name this promise as one whose row it changes?
  func names(_ event: Event) -> Bool {
    if event.type == "AgreementVaried" {
      return event.data["promises"]?.array?.contains { $0["promise"]?.string == promise } ?? false
    }
    return (Self.payments.contains(event.type) || Self.terms.contains(event.type)) && event.text("promise") == promise
  }

  func concerns(_ event: Event, _ place: (String, Int64?, String)) -> Bool {
    guard names(event) else { return false }
    if let one = event.text("for") { return one == place.0 }
    guard Self.payments.contains(event.type), let to = event.text("to") else { return true }
    switch place.2 {
    case "single": return to == place.0
    case "whole": return to == place.0 || members.contains(to)
    case "member": return to == place.0 || to == creditor
    default: return to == creditor
    }
  }

  func rows() throws -> [JSONValue] {
    let places = self.places
    let isSomebodyOutside = counted.contains { event in
      if event.type == "PaymentPromised", event.text("promise") == promise, let to = event.text("to"), to != creditor {
        return !places.contains { $0.2 == "member" && $0.0 == to }
      }
      return names(event) && !places.contains { concerns(event, $0) }
    }
    var rows: [JSONValue] = []
    for place in places.sorted(by: { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }) {
      var row = NaiveRow(promise: self, place: place)
      if isSomebodyOutside { row.flags.insert("outside-rows") }
      rows.append(try row.json())
    }
    return rows
  }
}
