public import Agreements
public import Spreadsheets

/// How a table is to be read: what was typed, and what is remembered from the last time.
public struct TablePlan: Hashable, Sendable {
  public var kind: TableKind
  /// nil for parties, which belong to none.
  public var agreement: AgreementKey?
  /// Who says what the table says.
  public var assertedBy: PartyKey
  /// Columns by their header → the field, or “ignore”.
  public var columns: [String: String] = [:]
  /// Fields that are the same in every row.
  public var fixed: [String: String] = [:]
  /// For every date column that no row settles.
  public var dateOrder: DateOrder?
  /// Names in the table → keys in the book. Names are compared tidied and without case.
  public var parties: [String: PartyKey] = [:]
  /// Names in the table, tidied and in lower case, that are none of the book's parties, however near they sound.
  public var strangers: Set<String> = []
  /// Columns by their header → the value that a row must have to be taken.
  public var filters: [String: String] = [:]
  /// Columns by their header → values that a row must not have.
  public var exceptions: [String: Set<String>] = [:]
  /// Rows, by their number or by a text that stands in them (tidied, in lower case), that look like a total of others → is it one?
  public var totalRows: [String: Bool] = [:]
  /// Sums of few digits beside a column of three are no sums with a comma.
  public var acceptsCommas = false
  /// Days that a program may have turned round are known to be right.
  public var acceptsDays = false
  /// The file's own total is known to be wrong.
  public var acceptsTotal = false

  public init(kind: TableKind, agreement: AgreementKey?, assertedBy: PartyKey) {
    self.kind = kind
    self.agreement = agreement
    self.assertedBy = assertedBy
  }
}

extension TablePlan {
  /// The column of the sums, and whether it was named by whoever imports the table.
  public struct MoneyColumn: Hashable, Sendable {
    public var column: Int?
    public var isNamed: Bool

    public init(column: Int?, isNamed: Bool) {
      self.column = column
      self.isNamed = isNamed
    }
  }

  public func moneyColumn(in header: TableHeader?) -> MoneyColumn {
    let column = header.flatMap { try? ColumnMatch($0, self, promises: []).columns["money"] }
    return MoneyColumn(column: column, isNamed: columns.values.contains("money"))
  }
}

/// What the book says that a table must fit to.
public struct TableContext: Sendable {
  public struct Party: Hashable, Sendable {
    public var key: PartyKey
    public var name: String?
    public var ods: String?

    public init(key: PartyKey, name: String?, ods: String?) {
      self.key = key
      self.name = name
      self.ods = ods
    }
  }

  public var parties: [Party]
  public var promises: [PromiseKey]

  public init(parties: [Party], promises: [PromiseKey]) {
    self.parties = parties
    self.promises = promises
  }
}

/// What cannot be known from the table alone. Nothing is imported until it is answered.
public struct TableQuestion: Hashable, Sendable {
  public var what: String
  /// What to type.
  public var next: String
  /// What may be answered when the command asks, and the option that says the same.
  public var answers: [Answer]
  /// The field that has no column, if its value may be the same in every row.
  public var field: TableField?

  public struct Answer: Hashable, Sendable {
    public enum Effect: Hashable, Sendable {
      case dates(DateOrder)
      case column(header: String, field: String)
      case fixed(field: String, value: String)
      case total
      case days
      case commas
      case filter(header: String, value: String)
      case except(header: String, values: [String])
      /// Rows by number or text; a total, or rows of their own.
      case rows([String], isTotal: Bool)
      /// Who is meant by a name; nil: none of the book's parties.
      case party(name: String, key: PartyKey?)
    }

    public var words: String
    public var effect: Effect
  }

  init(_ what: String, next: String, answers: [Answer] = [], field: TableField? = nil) {
    self.what = what
    self.next = next
    self.answers = answers
    self.field = field
  }

  /// The answer that a plan goes by, with what stands for it in a prompt; nil if it has none.
  public func answered(in plan: TablePlan) -> (effect: Answer.Effect, words: String)? {
    for (index, answer) in answers.enumerated() where plan.has(answer.effect) { return (answer.effect, "\(index + 1)") }
    guard let field, let value = plan.fixed[field.name] else { return nil }
    return (.fixed(field: field.name, value: value), answers.isEmpty ? value : "=" + value)
  }

  /// Can it be answered by a number or a value? Else the table must be mended.
  public var canBeAnswered: Bool { !answers.isEmpty || field != nil }

  /// What a line means that was typed as the answer: the number of one of `answers`, or “=VALUE” for every row; where there are
  /// no numbers, the value alone.
  public func effect(of text: String) throws(WordsFault) -> Answer.Effect {
    if let field, answers.isEmpty || text.hasPrefix("=") {
      let value = (text.hasPrefix("=") ? String(text.dropFirst()) : text).tidied
      try field.check(value)
      return .fixed(field: field.name, value: value)
    }
    guard let number = Int(text), answers.indices.contains(number - 1) else {
      throw WordsFault("“\(text)” is none of the numbers 1 to \(answers.count)", next: next)
    }
    return answers[number - 1].effect
  }
}

extension TablePlan {
  /// Does the plan go by this answer already?
  public func has(_ effect: TableQuestion.Answer.Effect) -> Bool {
    var plan = self
    plan.take(effect)
    return plan == self
  }

  public mutating func take(_ effect: TableQuestion.Answer.Effect) {
    switch effect {
    case .dates(let order): dateOrder = order
    case .column(let header, let field): columns[header] = field
    case .fixed(let field, let value): fixed[field] = value
    case .total: acceptsTotal = true
    case .days: acceptsDays = true
    case .commas: acceptsCommas = true
    case .filter(let header, let value): filters[header] = value
    case .except(let header, let values): exceptions[header, default: []].formUnion(values)
    case .rows(let rows, let isTotal): for row in rows { totalRows[row.tidied.lowercased()] = isTotal }
    case .party(let name, let key):
      if let key { parties[name] = key } else { strangers.insert(name.tidied.lowercased()) }
    }
  }
}
