internal import Agreements
internal import ArgumentParser
internal import Reports
internal import Spreadsheets
internal import Tables

/// What `import` takes for tables only.
struct TableOptions: ParsableArguments {
  @Option(
    name: .customLong("as"), help: "What the rows are: payment, saving, promise or party.",
    completion: .list(TableKind.allCases.map(\.rawValue)))
  var kind: String?
  @Option(help: "The agreement that the rows belong to.", completion: .custom(Completing.agreements))
  var agreement: String?
  @Option(
    help: "Who says what the table says; else the owner of the book.", completion: .custom(Completing.parties))
  var assertedBy: String?
  @Option(help: "COLUMN=FIELD: what a column holds; FIELD may be “ignore”. May be repeated.")
  var map: [String] = []
  @Option(help: "FIELD=VALUE: what is the same in every row. May be repeated.")
  var set: [String] = []
  @Option(help: "NAME=KEY: the party that the table calls NAME. May be repeated.")
  var party: [String] = []
  @Option(help: "NAME: none of the book's parties, however near it sounds; its rows are set aside. May be repeated.")
  var stranger: [String] = []
  @Option(name: .customLong("where"), help: "COLUMN=VALUE: only rows that have this value. May be repeated.")
  var filters: [String] = []
  @Option(name: .customLong("except"), help: "COLUMN=VALUE: leave out the rows that have this value. May be repeated.")
  var exceptions: [String] = []
  @Option(
    help: "ROW, or a text that stands in it: a row that is a total of others. May be repeated.")
  var totalRow: [String] = []
  @Option(
    help: "ROW, or a text that stands in it: a row of its own, although it looks like a total. May be repeated.")
  var dataRow: [String] = []
  @Option(help: "day-first or month-first: how 04/05/2009 is meant, where no row settles it.")
  var dates: String?
  @Option(help: "The sheet of a workbook; needed where several hold something.")
  var sheet: String?
  @Option(
    help: "ROW or ROW=WHY: a row that is an event of its own although the book has its like. May be repeated.")
  var second: [String] = []
  @Option(help: "FIRST-LAST: the events of an earlier version of this table; only what is new is added.")
  var replaces: String?
  @Option(help: "With --replaces: put the events of changed rows right, for this reason.")
  var correctChanged: String?
  @Option(help: "With --replaces: take back the events whose rows are gone, for this reason.")
  var retractVanished: String?
  @Flag(help: "The file's own total is wrong, and its rows are right.")
  var despiteTotal = false
  @Flag(help: "Days that a program may have turned round (3 April for 4 March) are right as they stand.")
  var despiteDays = false
  @Flag(help: "Sums of up to three digits beside a column of three are no sums that a comma divided.")
  var despiteCommas = false
  @Flag(help: "The table is a list of refused rows, and all other rows of its table are in the book.")
  var rejectsAlone = false
  @Flag(help: "Ask what cannot be known from the file; each answer is kept as it is given.")
  var ask = false

  /// The first that was given, for a file that is no table.
  var firstGiven: String? {
    let given = [
      ("--as", kind != nil), ("--agreement", agreement != nil), ("--asserted-by", assertedBy != nil),
      ("--map", !map.isEmpty), ("--set", !set.isEmpty), ("--party", !party.isEmpty), ("--stranger", !stranger.isEmpty),
      ("--where", !filters.isEmpty), ("--except", !exceptions.isEmpty), ("--total-row", !totalRow.isEmpty),
      ("--data-row", !dataRow.isEmpty),
      ("--dates", dates != nil),
      ("--sheet", sheet != nil), ("--second", !second.isEmpty),
      ("--replaces", replaces != nil), ("--correct-changed", correctChanged != nil),
      ("--retract-vanished", retractVanished != nil), ("--despite-total", despiteTotal),
      ("--despite-days", despiteDays), ("--despite-commas", despiteCommas),
      ("--rejects-alone", rejectsAlone), ("--ask", ask),
    ]
    return given.first { $0.1 }?.0
  }

  /// - Parameter owner: of the book.
  func plan(owner: PartyKey?) throws -> TablePlan {
    let (kind, agreement) = try subject()
    let asserting = try assertedBy.map { try Self.key($0, "--asserted-by") } ?? owner
    guard let asserting else {
      throw Failure(.usage, what: "this book names no owner", next: "Say who says so: --asserted-by PARTY")
    }
    var plan = TablePlan(kind: kind, agreement: agreement, assertedBy: asserting)
    for text in map {
      let (column, field) = try Self.pair(text, "--map COLUMN=FIELD")
      plan.columns[column] = field
    }
    for text in set {
      let (field, value) = try Self.pair(text, "--set FIELD=VALUE", atFirst: true)
      plan.fixed[field] = value
    }
    for text in party {
      let (name, key) = try Self.pair(text, "--party NAME=KEY")
      plan.parties[name] = try Self.key(key, "--party")
    }
    plan.strangers = Set(stranger.map { $0.tidied.lowercased() })
    for text in filters {
      let (column, value) = try Self.pair(text, "--where COLUMN=VALUE")
      plan.filters[column] = value
    }
    for text in exceptions {
      let (column, value) = try Self.pair(text, "--except COLUMN=VALUE")
      plan.exceptions[column, default: []].insert(value)
    }
    for row in totalRow { plan.totalRows[row.tidied.lowercased()] = true }
    for row in dataRow { plan.totalRows[row.tidied.lowercased()] = false }
    if let dates {
      guard let order = DateOrder(rawValue: dates) else {
        throw Failure(.usage, what: "--dates is day-first or month-first, not “\(dates.shown)”")
      }
      plan.dateOrder = order
    }
    plan.acceptsTotal = despiteTotal
    plan.acceptsDays = despiteDays
    plan.acceptsCommas = despiteCommas
    return plan
  }

  /// Rows with the reason why each is a second one; empty where none was given.
  func secondRows() throws -> [Int: String] {
    var rows: [Int: String] = [:]
    for text in second {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let row = Int(parts[0]) else {
        throw Failure(.usage, what: "“\(text.shown)” is no row", place: "--second", next: "Write --second 5=\"why\".")
      }
      rows[row] = parts.count > 1 ? String(parts[1]).plainLine : ""
    }
    return rows
  }

  /// The numbers of an earlier import's events.
  func replacedNumbers() throws -> ClosedRange<Int>? {
    guard let replaces else {
      guard correctChanged == nil, retractVanished == nil else {
        throw Failure(
          .usage, what: "--correct-changed and --retract-vanished go with --replaces",
          next: "Name the events of the earlier import: --replaces 12-31")
      }
      return nil
    }
    let ends = replaces.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1, first <= last else {
      throw Failure(
        .usage, what: "“\(replaces.shown)” is no run of events", place: "--replaces",
        next: "Write the first and the last number: --replaces 12-31")
    }
    return first...last
  }

  func subject() throws -> (TableKind, AgreementKey?) {
    guard let kind else {
      throw Failure(.usage, what: "what are the rows?", next: "Say so: --as payment, saving, promise or party")
    }
    guard let known = TableKind(rawValue: kind) else {
      throw Failure(
        .usage, what: "rows cannot be read as “\(kind.shown)”",
        next: "A table holds payments, savings, promises or parties; other events come from a drafts file.")
    }
    if known == .party {
      guard agreement == nil else {
        throw Failure(.usage, what: "a party belongs to no agreement", next: "Leave --agreement out.")
      }
      return (known, nil)
    }
    guard let agreement else {
      throw Failure(.usage, what: "which agreement do the rows belong to?", next: "Name it: --agreement KEY")
    }
    guard let key = AgreementKey(rawValue: agreement) else {
      throw Failure(
        .usage, what: "“\(agreement.shown)” is no key", place: "--agreement",
        next: "A key is 1 to 64 of a-z, 0-9 and -, like gain-share.")
    }
    return (known, key)
  }

  private static func key(_ text: String, _ option: String) throws -> PartyKey {
    guard let key = PartyKey(rawValue: text) else {
      throw Failure(
        .usage, what: "“\(text.shown)” is no key", place: option,
        next: "A key is 1 to 64 of a-z, 0-9 and -, like gain-share.")
    }
    return key
  }

  /// A header may hold an equals sign, a field never does.
  private static func pair(_ text: String, _ form: String, atFirst: Bool = false) throws -> (String, String) {
    let equals = atFirst ? text.firstIndex(of: "=") : text.lastIndex(of: "=")
    guard let equals, equals != text.startIndex, text.index(after: equals) != text.endIndex else {
      throw Failure(.usage, what: "“\(text.shown)” is not of the form \(form)")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
