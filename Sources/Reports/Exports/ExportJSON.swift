internal import Agreements
public import CanonicalJSON
internal import Projections

// An export in JSON: the answers of the reading commands in their stable forms, in one envelope.

extension ExportSource {
  /// `tracker.export/1`: what was asked, and an object for each table.
  public func json(_ kinds: [ExportKind]) throws -> JSONValue {
    var object = question.members(format: "tracker.export/1")
    object["book"] = .string(about.book)
    object["program"] = .string(about.program)
    object["filter"] = [
      "agreement": scope.agreement.map { .string($0.rawValue) } ?? .null,
      "practice": scope.creditor.map { .string($0.rawValue) } ?? .null,
    ]
    object["leftOut"] = about.leftOut.map { .integer(Int64($0)) } ?? .null
    var tables = JSONObject()
    for kind in kinds { tables[kind.rawValue] = try json(kind) }
    object["tables"] = .object(tables)
    return .object(object)
  }

  private func json(_ kind: ExportKind) throws -> JSONValue {
    switch kind {
    case .obligations:
      var view = try history.obligations(question, scope: scope)
      view.straddling.removeAll(where: isHidden)
      view.costs.removeAll(where: isHidden)
      return view.json
    case .reneged:
      var view = try history.reneged(question, scope: scope)
      func told(_ finding: RenegedView.Finding) -> RenegedView.Finding {
        var finding = finding
        finding.reasons.removeAll { discretion?.tells($0.quote) == false }
        return finding
      }
      view.findings = view.findings.map(told)
      view.notSettled = view.notSettled.map(told)
      view.straddling.removeAll(where: isHidden)
      return view.json
    case .timeline:
      var view = try history.timeline(question, scope: Scope(agreement: scope.agreement))
      view.entries.removeAll { !tells($0.event) }
      view.straddling.removeAll(where: isHidden)
      return view.json
    case .plans:
      var view = try history.plans(question)
      if scope.agreement != nil { view.plans = [] }
      for index in view.plans.indices {
        view.plans[index].accounts.removeAll { !tells($0) }
        view.plans[index].words.removeAll { !tells($0) }
      }
      view.straddling.removeAll(where: isHidden)
      return view.json
    case .promises, .payments, .agreements, .parties, .events: return rows(try table(kind))
    }
  }

  private func isHidden(_ id: EventID) -> Bool { discretion?.tells(id) == false }

  /// A table that no reading command answers: an object a row, sums in pence.
  private func rows(_ table: ExportTable) -> JSONValue {
    var object = question.members(format: "tracker.\(table.name)/1")
    object["rows"] = .array(
      table.rows.map { row in
        var members = JSONObject()
        for (column, value) in zip(table.columns, row) { members[column.name] = value.json }
        return .object(members)
      })
    return .object(object)
  }
}

extension ExportValue {
  fileprivate var json: JSONValue {
    switch self {
    case .none: .null
    case .text(let text): .string(text)
    case .whole(let number): .integer(number)
    case .money(let amount, let words):
      ["low": .integer(amount.low), "high": amount.high.json, "words": .string(words)]
    case .date(let edtf, _): .string(edtf)
    }
  }
}

extension Int64? {
  fileprivate var json: JSONValue { map(JSONValue.integer) ?? .null }
}
