internal import Agreements
internal import CanonicalJSON
internal import Spreadsheets

/// Reads one row as a statement.
struct RowReader {
  /// Why a row is none.
  struct Fault: Error {
    var place: Place?
    var why: String
    var next: String
  }

  let plan: TablePlan
  let match: ColumnMatch
  let dates: [String: DateDecision]
  let header: TableHeader
  let file: (name: String, digest: String)
  let sheet: String
  private let names: [String: [PartyKey]]
  private let keys: Set<PartyKey>
  private let shown: [(name: String, key: PartyKey, core: [String])]
  private let promises: [PromiseKey]
  /// How every row cites the file.
  private let citation: String
  /// Of so few names a look at each is quicker than a dictionary.
  private let columns: [(field: String, column: Int)]
  /// Columns in which no word of a total is looked for.
  private let numbers: Set<Int>
  private let parties: Set<Int>
  /// Registered ODS codes, in lower case.
  private let codes: Set<String>

  /// Why a row is neither taken nor refused.
  enum Aside: Hashable {
    /// It does not have the values that were asked for.
    case notWanted
    /// It is about a party that the book does not know, called so.
    case stranger(String)
    /// The party is registered already.
    case registered
  }

  init(
    plan: TablePlan, context: TableContext, match: ColumnMatch, dates: [String: DateDecision], header: TableHeader,
    file: (name: String, digest: String), sheet: String
  ) {
    self.plan = plan
    self.match = match
    self.dates = dates
    self.header = header
    self.file = file
    self.sheet = sheet
    citation = "\(file.name), sha256 \(file.digest.prefix(TableReading.citedDigits))…"
    columns = plan.kind.fields.compactMap { field in match.columns[field.name].map { (field.name, $0) } }
    promises = context.promises
    numbers = match.uniform.union(
      plan.kind.fields.compactMap { field in
        switch field.kind {
        case .money, .choice: match.columns[field.name]
        case .date, .party, .promise, .key, .text: nil
        }
      })
    parties = Set(plan.kind.fields.compactMap { $0.kind == .party ? match.columns[$0.name] : nil })
    codes = Set(context.parties.compactMap { $0.ods?.tidied.lowercased() })
    keys = Set(context.parties.map(\.key))
    shown = context.parties.map {
      let name = $0.name ?? $0.key.rawValue
      return (name, $0.key, Self.core(name))
    }
    var names: [String: [PartyKey]] = [:]
    for party in context.parties {
      let own = Set([party.name, party.ods].compactMap { $0?.tidied.lowercased() })
      for name in own where names[name]?.contains(party.key) != true { names[name, default: []].append(party.key) }
    }
    for (name, key) in plan.parties { names[name.tidied.lowercased()] = [key] }
    self.names = names
  }

  /// The statement, or every reason why there is none; beside it the sum, wherever that could be read, for the total.
  ///
  /// Law: a statement that it makes can be written and read again, and is the same then.
  func read(_ row: Row) -> (statement: Statement?, faults: [Fault], sum: CellMoney?) {
    var money: CellMoney?
    do throws(Fault) {
      let read = try sum(row)
      money = read
      return (try statement(row, read), [], money)
    } catch {
      return (nil, faults(row, error), money)
    }
  }

  /// Does the row lack a value that was asked for, or have one that was not to be?
  func isNotWanted(_ row: Row) -> Bool {
    for (column, value) in match.filters where row[column].text.tidied.lowercased() != value { return true }
    for (column, values) in match.exceptions where values.contains(row[column].text.tidied.lowercased()) { return true }
    return false
  }

  /// Is the row set aside, and why?
  func aside(_ row: Row) -> Aside? {
    if isNotWanted(row) { return .notWanted }
    if plan.kind == .party {
      if let code = try? text(row, "ods")?.tidied.lowercased(), codes.contains(code) { return .registered }
      if let key = try? partyKey(row), keys.contains(key) { return .registered }
      return nil
    }
    guard match.format?.leavesStrangers == true || !plan.strangers.isEmpty else { return nil }
    let cell = cell(row, plan.kind == .saving ? "by" : "to")
    let text = cell.text.tidied
    if plan.strangers.contains(text.lowercased()) { return .stranger(text) }
    guard match.format?.leavesStrangers == true else { return nil }
    guard cell.kind == .text || cell.kind == .number, !text.isEmpty,
      PartyKey(rawValue: text).map(keys.contains) != true,
      names[text.lowercased()] == nil
    else { return nil }
    // A note among the rows is nobody's payment.
    if self.cell(row, "money").isBlank, SumUnit.isNamed(in: text, .title) { return nil }
    return match.format?.hasNames == true && closest(to: text) != nil ? nil : .stranger(text)
  }

  /// A text of the row that speaks of a total, in whatever column; the name of a party is none.
  func totalWord(_ row: Row) -> String? {
    for (column, cell) in row.cells.enumerated()
    where cell.kind == .text && !cell.text.isEmpty && !numbers.contains(column) {
      if TotalWords.isNamed(in: cell.text) {
        if parties.contains(column), isKnown(cell.text.tidied) { continue }
        return cell.text.tidied
      }
      guard parties.contains(column), cell.text.utf8.contains(where: { $0 | 0x20 == 0x74 }) else { continue }
      let text = cell.text.tidied
      if let name = TotalWords.name(within: text), !isKnown(text), isKnown(name) || closest(to: name) != nil {
        return text
      }
    }
    return nil
  }

  /// Has it a reference of its own, and no word?
  func hasNumber(_ row: Row) -> Bool {
    cell(row, "reference").text.utf8.contains { (0x30...0x39).contains($0) }
  }

  private func isKnown(_ text: String) -> Bool {
    names[text.lowercased()] != nil || PartyKey(rawValue: text).map(keys.contains) == true
  }

  /// The party that a name is near to, where it is no name of the book.
  func near(_ row: Row) -> [(name: String, near: (name: String, key: PartyKey))] {
    plan.kind.fields.filter { $0.kind == .party }.compactMap { field in
      let text = cell(row, field.name).text.tidied
      guard !text.isEmpty, match.columns[field.name] != nil, names[text.lowercased()] == nil, !isKnown(text),
        let near = closest(to: text)
      else { return nil }
      return (text, near)
    }
  }

  /// The stream that the row's event belongs to.
  func stream(_ row: Row) -> StreamName? {
    if let agreement = plan.agreement, plan.kind != .party { return .agreement(agreement) }
    return (try? partyKey(row)).map { .party($0) }
  }

  /// The sum that a row has, whether it is taken or not.
  func money(of row: Row) -> CellMoney? { try? sum(row) }

  /// Whoever mends a row wants to know all that is wrong with it: one fault a cell, in the order of the cells.
  private func faults(_ row: Row, _ first: Fault) -> [Fault] {
    var faults = [first]
    var quotes: [String] = []
    for field in plan.kind.fields {
      do throws(Fault) {
        switch field.kind {
        case .money: _ = try money(row, try sum(row))
        case .date: _ = try date(row, field.name)
        case .party where field.isRequired: _ = try party(row, field.name, &quotes)
        case .party: _ = try optionalParty(row, field.name, &quotes)
        case .promise where field.isRequired: _ = try promise(row)
        case .promise: _ = try optionalPromise(row)
        case .key: if plan.kind == .party { _ = try partyKey(row) } else { _ = try savingKey(row) }
        case .choice: if plan.kind == .party { _ = try partyKind(row) } else { _ = try measure(row) }
        case .text: _ = try text(row, field.name)
        }
      } catch {
        if error.place == nil || !faults.contains(where: { $0.place == error.place }) { faults.append(error) }
      }
    }
    return faults.sorted { ($0.place?.column ?? 0) < ($1.place?.column ?? 0) }
  }

  private func statement(_ row: Row, _ read: CellMoney) throws(Fault) -> Statement {
    if let extra = row.cells.indices.first(where: { $0 >= header.names.count && !row.cells[$0].isBlank }) {
      throw Fault(
        place: row.place(extra), why: "the row has more cells than the header: \(row.cells[extra].text.tidied)",
        next: "Perhaps a sum with a comma stands without quotes.")
    }
    if plan.kind == .party { return try registration(row) }
    let money = try money(row, read)
    var quotes: [String] = []
    let when = try date(row, "when")
    let body: EventBody
    switch plan.kind {
    case .payment:
      body = .paymentMade(
        PaymentMade(
          promise: try promise(row), to: try party(row, "to", &quotes), money: money,
          reference: try text(row, "reference"), creditor: try optionalParty(row, "for", &quotes)))
    case .saving:
      guard let period = try date(row, "period") else {
        throw Fault(
          place: place(row, "period"), why: "no period is given", next: "Write 2009/10, or --set period=2009/10.")
      }
      if let words = period.words { quotes.append(words) }
      body = .savingReported(
        SavingReported(
          saving: try savingKey(row), by: try party(row, "by", &quotes), money: money, period: period.date,
          measure: try measure(row), promise: try optionalPromise(row)))
    case .promise:
      let due = try date(row, "due")
      if let words = due?.words { quotes.append(words) }
      body = .paymentPromised(
        PaymentPromised(
          promise: try promise(row), to: try party(row, "to", &quotes), terms: .money(money), due: due?.date,
          purpose: try text(row, "purpose"), account: try text(row, "account")))
    case .party: return try registration(row)
    }
    return Statement(
      assertedBy: .init(party: plan.assertedBy), basis: .document, body: body, note: try text(row, "note"),
      sources: [source(row, quotes)], when: when)
  }

  private func registration(_ row: Row) throws(Fault) -> Statement {
    guard let name = try text(row, "name") else {
      throw Fault(place: place(row, "name"), why: "no name is given", next: "Write it, or leave the row out: --where …")
    }
    _ = try partyKey(row)
    return Statement(
      assertedBy: .init(party: plan.assertedBy), basis: .document,
      body: .partyRegistered(
        PartyRegistered(
          kind: try partyKind(row), identity: .named, name: name.tidied, ods: try text(row, "ods")?.tidied)),
      note: try text(row, "note"), sources: [source(row, [])])
  }

  /// Its own column; else the ODS code in small letters.
  private func partyKey(_ row: Row) throws(Fault) -> PartyKey {
    if let own = try text(row, "key")?.tidied {
      guard let key = PartyKey(rawValue: own) else {
        throw Fault(place: place(row, "key"), why: "“\(own)” is no key", next: "A key is 1 to 64 of a-z, 0-9 and -.")
      }
      return key
    }
    guard let code = try text(row, "ods")?.tidied else {
      throw Fault(place: place(row, "ods"), why: "neither a key nor a code is given", next: "Write one of them.")
    }
    guard let key = PartyKey(rawValue: code.lowercased()) else {
      throw Fault(place: place(row, "ods"), why: "“\(code)” is no code", next: "Give the party a key of its own.")
    }
    return key
  }

  private func partyKind(_ row: Row) throws(Fault) -> PartyRegistered.Kind {
    let text = cell(row, "kind").text.tidied.lowercased()
    guard let kind = PartyRegistered.Kind(rawValue: text) else {
      throw Fault(
        place: place(row, "kind"), why: text.isEmpty ? "no kind is given" : "“\(text)” is no kind of party",
        next: "Kinds: \(PartyRegistered.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return kind
  }

  /// The file by its name and digest, and the row.
  private func source(_ row: Row, _ quotes: [String]) -> Statement.Source {
    let place = sheet.isEmpty ? "row \(row.number)" : "sheet “\(sheet)”, row \(row.number)"
    return Statement.Source(
      citation: citation, locator: place,
      quote: quotes.isEmpty ? nil : quotes.joined(separator: "; "))
  }

  // MARK: Cells

  private func column(_ field: String) -> Int? { columns.first { $0.field == field }?.column }

  private func place(_ row: Row, _ field: String) -> Place? { column(field).map { row.place($0) } }

  private func cell(_ row: Row, _ field: String) -> Cell {
    guard let column = column(field) else { return Cell(plan.fixed[field] ?? "") }
    var cell = row[column]
    if cell.kind == .text, cell.text.utf8.first == 0x27 { cell.text = RejectsFile.unguarded(cell.text) }
    return cell
  }

  private func words<T>(_ row: Row, _ field: String, _ read: () throws(WordsFault) -> T) throws(Fault) -> T {
    do throws(WordsFault) { return try read() } catch {
      throw Fault(place: place(row, field), why: error.why, next: error.next)
    }
  }

  private func sum(_ row: Row) throws(Fault) -> CellMoney {
    for unit in match.units {
      let text = row[unit.column].text.tidied
      let isFine =
        switch unit.kind {
        case .currency: SumUnit.isPounds(text)
        case .unit: !SumUnit.isNamed(in: text, .header)
        case .scale: !SumUnit.isNamed(in: text, .header) && !SumUnit.isFactor(text) && text != "10"
        }
      guard isFine else {
        throw Fault(
          place: row.place(unit.column), why: "the sum of the row is in “\(text)”, and only pounds are read",
          next: "Write it in pounds. If the sums are in pounds whatever stands there: --map "
            + "\"\(header.names[unit.column])=ignore\"")
      }
    }
    return try words(row, "money") { () throws(WordsFault) in try CellMoney(cell(row, "money")) }
  }

  private func money(_ row: Row, _ read: CellMoney) throws(Fault) -> Money {
    switch read {
    case .nothing:
      throw Fault(place: place(row, "money"), why: "there is no sum", next: "Write “not known” if it is not.")
    case .back(let pence):
      throw Fault(
        place: place(row, "money"), why: "\(Amount.pounds(-pence)) is money that went back",
        next: "Record it by hand: tracker record reclaim, or tracker record set-off.")
    case .sum(let sum): return sum
    }
  }

  private func text(_ row: Row, _ field: String) throws(Fault) -> String? {
    let cell = cell(row, field)
    guard cell.kind != .covered, cell.kind != .unsaved, !cell.isBlank else { return nil }
    return cell.text
  }

  private func date(_ row: Row, _ field: String) throws(Fault) -> Statement.When? {
    let cell = cell(row, field)
    if cell.kind != .covered, cell.isBlank { return nil }
    try words(row, field) { () throws(WordsFault) in try CellFault.check(cell, for: "a date") }
    let text = cell.text.tidied
    if cell.kind == .date {
      guard let date = ImpreciseDate(edtf: text) else {
        throw Fault(place: place(row, field), why: "“\(text)” is no day", next: "Write 14 September 2010.")
      }
      return Statement.When(date: date)
    }
    // “not known” is an answer, as it is for a sum, and says what a blank cell says.
    if !(text.utf8.first.map { (0x30...0x39).contains($0) } ?? false),
      ["not known", "unknown", "?"].contains(text.lowercased())
    {
      return nil
    }
    guard let numeric = NumericDate(text) else {
      let date = try words(row, field) { () throws(WordsFault) in try ImpreciseDate(words: text) }
      return Statement.When(date: date, words: date.edtf == cell.text ? nil : cell.text)
    }
    guard !numeric.hasShortYear else {
      throw Fault(
        place: place(row, field), why: "the year of “\(text)” has two digits", next: "Write it with four.")
    }
    let decision = dates[field]
    // Where both orders give the same day, none was asked for.
    let order = decision?.order ?? numeric.settles ?? .dayFirst
    guard let date = numeric.date(order) else {
      throw Fault(
        place: place(row, field), why: "“\(text)” is no date with the \(order == .dayFirst ? "day" : "month") first",
        next: "Write 14 September 2010.")
    }
    return Statement.When(
      date: date, words: cell.text,
      inference: numeric.first == numeric.second ? nil : decision?.inference)
  }

  private func promise(_ row: Row) throws(Fault) -> PromiseKey {
    if let key = try optionalPromise(row) { return key }
    // An agreement with one promise needs no column for it.
    if plan.kind == .payment, match.columns["promise"] == nil, promises.count == 1 { return promises[0] }
    throw Fault(
      place: place(row, "promise"), why: "no promise is named",
      next: "Promises: \(listed(promises.map(\.rawValue))).")
  }

  private func optionalPromise(_ row: Row) throws(Fault) -> PromiseKey? {
    let cell = cell(row, "promise")
    try words(row, "promise") { () throws(WordsFault) in try CellFault.check(cell, for: "a promise") }
    guard !cell.isBlank else { return nil }
    guard let key = PromiseKey(rawValue: cell.text.tidied) else {
      throw Fault(
        place: place(row, "promise"), why: "“\(cell.text.tidied)” is no key of a promise",
        next: "A key is 1 to 64 of a-z, 0-9 and -.")
    }
    guard plan.kind == .promise || promises.contains(key) else {
      throw Fault(
        place: place(row, "promise"), why: "agreement \(plan.agreement?.rawValue ?? "") has no promise “\(key)”",
        next: "Promises: \(listed(promises.map(\.rawValue))).")
    }
    return key
  }

  private func listed(_ names: [String]) -> String {
    names.isEmpty ? "none yet" : names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
  }

  private func savingKey(_ row: Row) throws(Fault) -> SavingKey {
    let cell = cell(row, "saving")
    guard !cell.isBlank else {
      return SavingKey(unchecked: "import-\(file.digest.prefix(8))-row-\(row.number)")
    }
    guard let key = SavingKey(rawValue: cell.text.tidied) else {
      throw Fault(
        place: place(row, "saving"), why: "“\(cell.text.tidied)” is no key",
        next: "A key is 1 to 64 of a-z, 0-9 and -.")
    }
    return key
  }

  private func measure(_ row: Row) throws(Fault) -> SavingReported.Measure {
    let cell = cell(row, "measure")
    guard !cell.isBlank else { return .unknown }
    guard let measure = SavingReported.Measure(rawValue: cell.text.tidied.lowercased()) else {
      throw Fault(
        place: place(row, "measure"), why: "“\(cell.text.tidied)” is none of: gross, net, unknown",
        next: "Write one of them.")
    }
    return measure
  }

  // MARK: Parties

  private func optionalParty(_ row: Row, _ field: String, _ quotes: inout [String]) throws(Fault) -> PartyKey? {
    let cell = cell(row, field)
    if cell.kind != .covered, cell.isBlank { return nil }
    return try party(row, field, &quotes)
  }

  /// By key, name or ODS code; a name that is only near is asked about.
  private func party(_ row: Row, _ field: String, _ quotes: inout [String]) throws(Fault) -> PartyKey {
    let cell = cell(row, field)
    try words(row, field) { () throws(WordsFault) in try CellFault.check(cell, for: "a party") }
    let text = cell.text.tidied
    guard !text.isEmpty else {
      throw Fault(place: place(row, field), why: "no party is named", next: "Write its name or key.")
    }
    if let key = PartyKey(rawValue: text), keys.contains(key) { return key }
    let found = names[text.lowercased()] ?? []
    if found.count == 1 {
      quotes.append(cell.text)
      return found[0]
    }
    guard found.isEmpty else {
      let keys = found.map(\.rawValue).joined(separator: " and of ")
      throw Fault(place: place(row, field), why: "“\(text)” is the name of \(keys)", next: "Write the key.")
    }
    let near = closest(to: text)
    let other = match.format?.leavesStrangers == true ? ", if not: --stranger \"\(text)\"" : ""
    let hint = near.map { "Closest: \($0.name) (\($0.key)); if it is meant: --party \"\(text)=\($0.key)\"" + other }
    throw Fault(
      place: place(row, field), why: "no party of this book is called “\(text)”",
      next: hint ?? "Record it first: tracker record party KEY …")
  }

  private func closest(to text: String) -> (name: String, key: PartyKey)? {
    let wanted = Array(text.lowercased().prefix(60))
    let scored = shown.map { ($0, Self.distance(wanted, Array($0.name.lowercased().prefix(60)))) }
    if let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, wanted.count / 4) {
      return (best.0.name, best.0.key)
    }
    let core = Self.core(text)
    return shown.first { Self.isPart($0.core, of: core) || Self.isPart(core, of: $0.core) }.map { ($0.name, $0.key) }
  }

  private static let forms: Set<String> = ["the", "ltd", "limited", "llp", "plc", "inc", "cic", "and"]

  /// The words of a name without those that say only what kind of firm it is.
  private static func core(_ name: String) -> [String] {
    name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { !forms.contains($0) }
  }

  /// Do the words of one name stand one behind the other in another? A short word alone says nothing.
  private static func isPart(_ words: [String], of others: [String]) -> Bool {
    guard words.count > 1 || words.first.map({ $0.count > 5 }) ?? false, words.count <= others.count else {
      return words == others && !words.isEmpty
    }
    return (0...(others.count - words.count)).contains { others[$0..<($0 + words.count)].elementsEqual(words) }
  }

  /// Insertions, deletions and replacements from one to the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var next = [index + 1]
      for column in right.indices {
        next.append(min(row[column] + (character == right[column] ? 0 : 1), row[column + 1] + 1, next[column] + 1))
      }
      row = next
    }
    return row[right.count]
  }
}
