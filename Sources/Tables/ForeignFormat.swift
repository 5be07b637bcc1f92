internal import Spreadsheets

/// Tables that public bodies publish, known by their headers. Names are compared without case, spaces and punctuation, since
/// every body and every year spells them in its own way.
///
/// Most rows of such a table are about parties that a book knows nothing of. These are set aside and counted, not refused.
public enum ForeignFormat: String, Sendable, CaseIterable {
  /// “Spend over £25,000”, in the columns of the Treasury's guidance and those that bodies make of them.
  case spend
  /// “NHS Payments to General Practice”: a year's payments, a row a practice.
  case gpPayments = "gp-payments"
  /// Organisation files of the Organisation Data Service (epraccur, eccg, …), with a header or in their fixed columns.
  case organisations

  /// nil where the header is none of them.
  init?(_ header: TableHeader, _ kind: TableKind) {
    let names = Set(header.names.map(TableField.plain))
    func has(_ some: [String]) -> Bool { some.contains(where: names.contains) }
    switch kind {
    case .payment:
      if has(Self.codes), names.contains(where: { $0.hasPrefix(Self.total) }) {
        self = .gpPayments
      } else if has(Self.suppliers), has(Self.amounts), has(["departmentfamily", "department", "entity", "bodyname"]),
        has(["expensetype", "expensearea", "expenditurecategory", "expensesarea"])
      {
        self = .spend
      } else {
        return nil
      }
    case .party:
      guard has(Self.codes), has(Self.names), header.row == 0 || names.count > 5 else { return nil }
      self = .organisations
    case .saving, .promise: return nil
    }
  }

  private static let suppliers = [
    "supplier", "suppliername", "vendor", "vendorname", "beneficiary", "merchantname", "payee",
  ]
  private static let amounts = [
    "amount", "apamount", "amountgbp", "amountpaid", "amountsterling", "netamount", "lineamount", "invoiceamount",
    "totalamount", "sumofamount", "paidamount",
  ]
  private static let codes = [
    "practicecode", "gppracticecode", "organisationcode", "organizationcode", "orgcode", "odscode", "code",
  ]
  private static let names = ["practicename", "organisationname", "organizationname", "orgname", "name"]
  private static let total = "totalnhspaymentstogeneralpractice"

  /// “Spend over £25,000”
  public var name: String {
    switch self {
    case .spend: "Spend over £25,000"
    case .gpPayments: "NHS Payments to General Practice"
    case .organisations: "an organisation file of the ODS"
    }
  }

  /// What of the table is taken, and what is not.
  public var taken: String {
    switch self {
    case .spend:
      "Taken: date, supplier, transaction number and amount. A row is one line of a transaction; each is a payment of its "
        + "own. Not taken: who paid, and what for: the agreement says that."
    case .gpPayments:
      "Taken: the practice by its code, and one sum for the year. A year's total says that so much was paid in that year; it "
        + "does not show that one promise was kept. Not taken: the parts of the total, patients, deductions."
    case .organisations:
      "Taken: code and name. Not taken: addresses, telephone numbers, days of opening and closing, who belongs to whom. "
        + "Closed organisations are taken too, unless --where leaves them out."
    }
  }

  /// The columns that may hold a field, in the order in which they are preferred; several of one rank are asked about.
  func columns(for field: String, in header: TableHeader, free: (Int) -> Bool) -> [Int] {
    func ranked(_ names: [String]) -> [Int] {
      for name in names {
        let found = header.names.indices.filter { free($0) && TableField.plain(header.names[$0]) == name }
        if !found.isEmpty { return found }
      }
      return []
    }
    func all(_ names: [String]) -> [Int] {
      header.names.indices.filter { free($0) && names.contains(TableField.plain(header.names[$0])) }
    }
    switch (self, field) {
    // Which of two days or sums is meant, is asked.
    case (.spend, "when"): return all(["date", "datepaid", "paymentdate", "dateofpayment", "transactiondate"])
    case (.spend, "to"): return ranked(Self.suppliers)
    case (.spend, "money"): return all(Self.amounts)
    case (.spend, "reference"):
      return ranked([
        "transactionnumber", "transactionno", "transno", "transactionref", "transactionid", "documentnumber",
        "vouchernumber", "invoicenumber",
      ])
    case (.gpPayments, "when"): return ranked(["financialyear", "year", "period"])
    case (.gpPayments, "to"), (.organisations, "ods"): return ranked(Self.codes)
    case (.organisations, "name"): return ranked(Self.names)
    case (.gpPayments, "money"):
      // With and without what was paid for the pandemic: which is meant, is asked.
      return header.names.indices.filter {
        let name = TableField.plain(header.names[$0])
        return free($0) && name.hasPrefix(Self.total) && !name.contains("deduction")
      }
    default: return []
    }
  }

  /// Are rows about parties that the book does not know set aside?
  var leavesStrangers: Bool { self != .organisations }

  /// In a list of suppliers a name that is only near is asked about; a code that is near is another practice.
  var hasNames: Bool { self == .spend }

  // MARK: Without a header

  /// The fixed columns of the ODS's files of 27 fields; what is blank holds nothing.
  private static let fixed = [
    "Organisation Code", "Name", "National Grouping", "High Level Health Geography", "Address Line 1", "Address Line 2",
    "Address Line 3", "Address Line 4", "Address Line 5", "Postcode", "Open Date", "Close Date", "Status Code",
    "Organisation Sub-Type Code", "Commissioner", "Join Date", "Left Date", "Contact Telephone Number", "", "", "",
    "Amended Record Indicator", "", "Provider/Purchaser", "", "Prescribing Setting", "",
  ]

  /// The header of such a file, from its first row; nil if it is none.
  static func fixedHeader(_ row: Row) -> TableHeader? {
    let code = row[0].text
    guard row.cells.count == fixed.count, (3...9).contains(code.utf8.count),
      code.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }),
      code.utf8.contains(where: { (0x30...0x39).contains($0) }), !row[1].isBlank, isDay(row[10]), isDay(row[11])
    else { return nil }
    return TableHeader(row: 0, names: fixed)
  }

  /// ccyymmdd, or nothing.
  private static func isDay(_ cell: Cell) -> Bool {
    cell.isBlank || cell.text.utf8.count == 8 && cell.text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
