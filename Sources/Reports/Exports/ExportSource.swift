internal import Agreements
internal import CanonicalJSON
public import Projections

/// Makes the tables of an export out of a history, all with the same question and the same limits.
public struct ExportSource {
  let history: History
  public let about: ExportAbout
  let lexicon: Lexicon
  /// Only for an export for one practice.
  let discretion: Discretion?

  public init(_ history: History, _ question: Question, scope: Scope, book: String, program: String) throws {
    self.history = history
    lexicon = Lexicon(history.standingRegistrations)
    discretion = try scope.creditor.map { try Discretion($0, in: history) }
    var about = ExportAbout(question: question, scope: scope, book: book, program: program)
    if let discretion {
      var count = 0
      for stream in history.streams {
        for event in try history.events(of: stream) where !discretion.tells(event) { count += 1 }
      }
      about.leftOut = count
    }
    for stream in history.streams {
      if let agreement = scope.agreement, stream != .agreement(agreement) { continue }
      guard try history.events(of: stream).contains(where: { $0.happened(by: question.asOf) == .straddling }) else {
        continue
      }
      for event in try history.standing(in: stream) where event.happened(by: question.asOf) == .straddling {
        if discretion?.tells(event) ?? true { about.perhaps.append(event.position + 1) }
      }
    }
    about.perhaps.sort()
    self.about = about
  }

  var question: Question { about.question }
  var scope: Scope { about.scope }

  public func table(_ kind: ExportKind) throws -> ExportTable {
    switch kind {
    case .obligations:
      let view = try history.obligations(question, scope: scope)
      let numbers = try numbers(of: view.rows)
      return ExportTable(kind, view.rows.map { row($0) + notes(of: $0, numbers) })
    case .reneged: return ExportTable(kind, try findings())
    case .promises: return ExportTable(kind, try promises())
    case .payments: return ExportTable(kind, try payments())
    case .agreements: return ExportTable(kind, try agreements())
    case .parties: return ExportTable(kind, parties())
    case .timeline:
      let entries = try timeline()
      let events = entries.map(\.event)
      let (lexicon, firsts) = (try numbering(events), try FirstForms(events, of: history))
      return ExportTable(kind, entries.map { line(of: $0.event, $0.state, firsts, lexicon) })
    case .plans: return ExportTable(kind, try plans())
    case .events:
      let events = try events()
      let (lexicon, firsts) = (try numbering(events.map(\.0)), try FirstForms(events.map(\.0), of: history))
      return ExportTable(kind, events.map { line(of: $0, $1, firsts, lexicon) + [.text("\($0.id)")] })
    }
  }

  /// The same names, and the numbers of these events: their sentences speak of each other.
  private func numbering(_ events: [LoggedEvent]) throws -> Lexicon {
    var lexicon = lexicon
    for event in events { lexicon.number(event) }
    try lexicon.registerCorrections(among: events, of: history, discretion)
    let listed = Set(events.map(\.id))
    let mentioned = Set(events.flatMap(\.mentioned)).subtracting(listed)
    guard !mentioned.isEmpty else { return lexicon }
    for stream in history.streams {
      for event in try history.events(of: stream) where mentioned.contains(event.id) { lexicon.number(event) }
    }
    return lexicon
  }

  // MARK: What may be told

  func tells(_ event: LoggedEvent) -> Bool { discretion?.tells(event) ?? true }

  /// A text, or nothing where it names somebody that it must not.
  func told(_ text: String?) -> ExportValue {
    guard let text, !text.isEmpty, discretion?.tells(text) ?? true else { return .none }
    return .text(text)
  }

  func list(_ items: [String]) -> ExportValue { items.isEmpty ? .none : .text(items.joined(separator: "; ")) }

  /// The agreements that the export is about.
  var agreementKeys: [AgreementKey] {
    history.agreements.filter { key in
      (scope.agreement == nil || scope.agreement == key) && (discretion?.tells(key) ?? true)
    }
  }

  // MARK: Values

  static func money(_ amount: Amount) -> ExportValue { .money(amount, words: amount.description) }

  static func money(_ money: Money?) -> ExportValue {
    guard let money else { return .none }
    return .money(money.amount, words: money.description)
  }

  static func date(_ date: ImpreciseDate?) -> ExportValue {
    guard let date else { return .none }
    return .date(edtf: date.edtf, day: date.earliest == date.latest ? date.earliest : nil)
  }

  static func day(_ day: Day?) -> ExportValue { day.map { .date(edtf: $0.description, day: $0) } ?? .none }

  static func whole(_ number: Int64?) -> ExportValue { number.map(ExportValue.whole) ?? .none }

  func name(_ party: PartyKey?) -> ExportValue { party.map { .text(lexicon.name($0)) } ?? .none }
}

// MARK: - Rows of promises

extension ExportSource {
  /// In the order of the columns that obligations and the report share.
  private func row(_ row: ObligationRow) -> [ExportValue] {
    let due: ExportValue =
      row.due.map { .date(edtf: $0.edtf, day: $0.earliest == $0.latest ? $0.earliest : nil) } ?? .none
    return [
      .text(row.agreement.rawValue), .text(row.promise.rawValue), row.debtor.map { .text($0.rawValue) } ?? .none,
      name(row.debtor), .text(row.creditor.rawValue), name(row.creditor), Self.whole(row.count), due,
      Self.money(row.promised), Self.money(row.earned), Self.money(row.paid), Self.money(row.setOff),
      Self.money(row.withdrawn), Self.money(row.outstanding), .text(row.category.words), .text(row.category.rawValue),
      row.strength.map { .text($0.rawValue) } ?? .none,
    ]
  }

  private func notes(of row: ObligationRow, _ numbers: [EventID: [Int]]) -> [ExportValue] {
    [
      list(row.flags.sorted().map(\.rawValue)), list(row.missing), list(row.candidates.map(\.rawValue)),
      list(Set(row.reliedOn.flatMap { numbers[$0] ?? [] }).sorted().map(String.init)),
    ]
  }

  private func findings() throws -> [[ExportValue]] {
    let view = try history.reneged(question, scope: scope)
    let numbers = try numbers(of: (view.findings + view.notSettled).map(\.row))
    let parts = view.findings.map { ("finding", $0) } + view.notSettled.map { ("not settled", $0) }
    return parts.map { part, finding in
      let reasons = finding.reasons.filter { discretion?.tells($0.quote) ?? true }
        .map { $0.words(lexicon) }
      return [.text(part)] + row(finding.row) + [
        list(reasons), list(finding.notClaimed.map(\.words)),
      ] + notes(of: finding.row, numbers)
    }
  }

  /// People know events by their numbers: its own, and those of the events that put it right.
  private func numbers(of rows: [ObligationRow]) throws -> [EventID: [Int]] {
    var numbers: [EventID: [Int]] = [:]
    func take(_ events: [LoggedEvent], standing: [LoggedEvent]) {
      let own = Dictionary(events.map { ($0.id, $0.position + 1) }) { first, _ in first }
      for event in standing { numbers[event.id] = ([event.id] + event.corrections).compactMap { own[$0] } }
    }
    take(history.registrations, standing: history.standingRegistrations)
    for agreement in Set(rows.map(\.agreement)) {
      let events = try history.events(of: .agreement(agreement))
      take(events, standing: Knowledge.standing(events))
    }
    return numbers
  }
}
