package import Agreements

/// What the rows of a table are read as: an event each.
public enum TableKind: String, Sendable, CaseIterable {
  case payment, saving, promise
  /// A body or practice that enters the record; it belongs to no agreement.
  case party

  /// The file name under which `tracker template` prints the header.
  public var template: String {
    switch self {
    case .payment: "payments.csv"
    case .saving: "savings.csv"
    case .promise: "promises.csv"
    case .party: "parties.csv"
    }
  }

  public var fields: [TableField] {
    switch self {
    case .payment:
      [
        TableField(
          "when", .date, "Date paid", "when it was paid",
          ["date", "paidon", "paymentdate", "when", "dateofpayment", "happened"]),
        TableField("promise", .promise, "Promise", "which promise", ["promisekey"], isRequired: true),
        TableField(
          "to", .party, "Paid to", "who got it", ["to", "payee", "practice", "practicename", "supplier", "creditor"],
          isRequired: true),
        TableField(
          "money", .money, "Amount", "how much was paid",
          ["amountpaid", "paid", "sum", "payment", "value", "apamount", "amountgbp"], isRequired: true),
        TableField(
          "reference", .text, "Reference", "the reference of the payment",
          ["ref", "paymentreference", "transactionnumber", "transactionno"]),
        TableField("for", .party, "Paid for", "paid to a group: the one creditor it was for", ["for"]),
        TableField("note", .text, "Note", "anything else worth keeping", ["notes", "comment", "comments"]),
      ]
    case .saving:
      [
        TableField("when", .date, "Date reported", "when it was reported", ["date", "reportedon", "when"]),
        TableField(
          "by", .party, "Saved by", "who saved", ["by", "practice", "practicename", "savedby"], isRequired: true),
        TableField(
          "money", .money, "Saving", "how much was saved", ["savings", "amount", "sum", "saved", "value"],
          isRequired: true),
        TableField("period", .date, "Period", "in which period", ["year", "financialyear"], isRequired: true),
        TableField("measure", .choice(["gross", "net", "unknown"]), "Measure", "gross or net", ["grossornet"]),
        TableField("promise", .promise, "Promise", "the promise it is for", ["promisekey"]),
        TableField("saving", .key, "Saving key", "its key", ["key"]),
        TableField("note", .text, "Note", "anything else worth keeping", ["notes", "comment", "comments"]),
      ]
    case .promise:
      [
        TableField(
          "when", .date, "Date promised", "when it was promised", ["date", "promisedon", "when", "dateagreed"]),
        TableField("promise", .promise, "Promise", "its key", ["promisekey"], isRequired: true),
        TableField(
          "to", .party, "Promised to", "to whom", ["to", "practice", "practicename", "creditor"], isRequired: true),
        TableField(
          "money", .money, "Amount", "how much was promised", ["sum", "promised", "amountpromised", "value", "upto"],
          isRequired: true),
        TableField("due", .date, "Due", "when it is to be paid", ["duedate", "dueby"]),
        TableField("purpose", .text, "Purpose", "what it is for", []),
        TableField("account", .text, "Account", "the label of a rival account", []),
        TableField("note", .text, "Note", "anything else worth keeping", ["notes", "comment", "comments"]),
      ]
    case .party:
      [
        TableField("key", .key, "Key", "its key", ["partykey"]),
        TableField(
          "name", .text, "Name", "its name", ["practice", "practicename", "organisationname"], isRequired: true),
        TableField("ods", .text, "ODS code", "its ODS code", ["code", "practicecode", "organisationcode"]),
        TableField(
          "kind", .choice(PartyRegistered.Kind.allCases.map(\.rawValue)), "Kind", "what it is", ["type"],
          isRequired: true),
        TableField("note", .text, "Note", "anything else worth keeping", ["notes", "comment", "comments"]),
      ]
    }
  }

  /// One line, as `tracker template` prints it.
  public var templateLine: String { fields.map(\.header).joined(separator: ",") + "\n" }

  public func field(_ name: String) -> TableField? { fields.first { $0.name == name } }
}

/// One thing that a row may say.
public struct TableField: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case money, date, party, promise, key, text
    case choice([String])
  }

  public var name: String
  public var kind: Kind
  /// Its header in our own template.
  public var header: String
  public var meaning: String
  public var isRequired: Bool
  /// Headers under which others have it, as `plain` makes them.
  let others: [String]

  init(
    _ name: String, _ kind: Kind, _ header: String, _ meaning: String, _ others: [String], isRequired: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.header = header
    self.meaning = meaning
    self.isRequired = isRequired
    self.others = others
  }

  /// Whether it can hold a value at all; what the book must know of it is checked row by row.
  package func check(_ value: String) throws(WordsFault) {
    switch kind {
    case .date: if value.lowercased() != "not known" { _ = try ImpreciseDate(words: value) }
    case .money: _ = try Money(words: value)
    case .choice(let words) where !words.contains(value.lowercased()):
      throw WordsFault("“\(value)” is none of: \(words.joined(separator: ", "))", next: "Write one of them.")
    case .party, .promise, .key, .text, .choice:
      if value.isEmpty { throw WordsFault("nothing stands behind the equals sign", next: "Write the value.") }
    }
  }

  func isNamed(by header: String) -> Bool {
    let plain = Self.plain(header)
    return plain == Self.plain(self.header) || others.contains(plain)
  }

  /// Headers are compared without case, spaces, punctuation and the pound sign.
  static func plain(_ header: String) -> String {
    String(
      decoding: header.lowercased().utf8.filter { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) },
      as: UTF8.self)
  }
}
