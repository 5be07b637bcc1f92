internal import Agreements
internal import ArgumentParser
internal import Tables

/// What `import` takes for tables only.
struct TableOptions: ParsableArguments {
  @Option(name: .customLong("as"), help: "What the rows are: payment, saving or promise.")
  var kind: String?
  @Option(help: "The agreement that the rows belong to.")
  var agreement: String?
  @Option(help: "Who says what the table says; else the owner of the book.")
  var assertedBy: String?
  @Option(help: "COLUMN=FIELD: what a column holds; FIELD may be “ignore”. May be repeated.")
  var map: [String] = []
  @Option(help: "FIELD=VALUE: what is the same in every row. May be repeated.")
  var set: [String] = []
  @Option(help: "NAME=KEY: the party that the table calls NAME. May be repeated.")
  var party: [String] = []
  @Option(help: "day-first or month-first: how 04/05/2009 is meant, where no row settles it.")
  var dates: String?
  @Option(help: "The sheet of a workbook; needed where several hold something.")
  var sheet: String?
  @Option(help: "ROW: a row that is an event of its own although the book has its like. May be repeated.")
  var second: [Int] = []
  @Flag(help: "The file's own total is wrong, and its rows are right.")
  var despiteTotal = false
  @Flag(help: "Ask what cannot be known from the file, and read the answers.")
  var ask = false

  /// The first that was given, for a file that is no table.
  var firstGiven: String? {
    let given = [
      ("--as", kind != nil), ("--agreement", agreement != nil), ("--asserted-by", assertedBy != nil),
      ("--map", !map.isEmpty), ("--set", !set.isEmpty), ("--party", !party.isEmpty), ("--dates", dates != nil),
      ("--sheet", sheet != nil), ("--second", !second.isEmpty), ("--despite-total", despiteTotal), ("--ask", ask),
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
    if let dates {
      guard let order = DateOrder(rawValue: dates) else {
        throw Failure(.usage, what: "--dates is day-first or month-first, not “\(dates.shown)”")
      }
      plan.dateOrder = order
    }
    plan.acceptsTotal = despiteTotal
    return plan
  }

  func subject() throws -> (TableKind, AgreementKey) {
    guard let kind else {
      throw Failure(.usage, what: "what are the rows?", next: "Say so: --as payment, --as saving or --as promise")
    }
    guard let known = TableKind(rawValue: kind) else {
      throw Failure(
        .usage, what: "rows cannot be read as “\(kind.shown)”",
        next: "A table holds payments, savings or promises; other events come from a drafts file.")
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
