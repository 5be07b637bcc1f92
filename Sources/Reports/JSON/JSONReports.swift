public import Agreements
public import CanonicalJSON
internal import LogStore
public import Projections

// Views to JSON: one object with a `format` name and version, keys sorted. Canonical bytes, so that equal answers are
// equal files.

extension Question {
  /// Members that every answer begins with.
  func members(format: String) -> JSONObject {
    var object = JSONObject()
    object["format"] = .string(format)
    object["asOf"] = .string(asOf.description)
    object["knownAt"] = knownAtText.map(JSONValue.string) ?? .null
    var log = JSONObject()
    log["size"] = .integer(Int64(size))
    log["root"] = root.map { .string(Base64.encode($0)) } ?? .null
    if leftOut > 0 { log["leftOut"] = .integer(Int64(leftOut)) }
    object["log"] = .object(log)
    return object
  }
}

extension Sequence where Element == EventID {
  var json: JSONValue { .array(map { .string($0.description) }) }
}

extension ObligationsView.Total {
  var json: JSONValue {
    ["promised": promised.json, "paid": paid.json, "withdrawn": withdrawn.json, "outstanding": outstanding.json]
  }
}

extension ObligationsView {
  public var json: JSONValue {
    var object = question.members(format: "tracker.obligations/1")
    object["rows"] = .array(rows.map(\.json))
    object["balances"] = .array(balances.map(\.json))
    object["costs"] = costs.json
    object["straddling"] = straddling.json
    object["total"] = total.json
    return .object(object)
  }
}

extension ObligationsAnswer {
  /// Writes the answer as `ObligationsView.json` has it, piece by piece.
  ///
  /// - Throws: what `History.obligations` throws, before the first byte is handed on.
  public static func write(
    _ history: History, _ question: Question, agreement: AgreementKey?, debtor: PartyKey? = nil,
    to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var answer = ObligationsAnswer(history, question, agreement: agreement, debtor: debtor)
    try answer.write(members: question.members(format: "tracker.obligations/1"), whole: \.json, to: sink)
  }
}

extension RenegedView {
  public var json: JSONValue {
    var object = question.members(format: "tracker.reneged/1")
    object["findings"] = .array(findings.map(\.json))
    object["notSettled"] = .array(notSettled.map(\.json))
    object["straddling"] = straddling.json
    return .object(object)
  }
}

extension RenegedView.Finding {
  var json: JSONValue {
    var object = row.members
    object["reasons"] = .array(
      reasons.map {
        ["party": .string($0.party.rawValue), "quote": .string($0.quote)]
      })
    object["notClaimed"] = .array(notClaimed.map { .string($0.sentence) })
    return .object(object)
  }
}

extension TimelineView {
  public var json: JSONValue {
    var object = question.members(format: "tracker.timeline/1")
    object["entries"] = .array(
      entries.map { entry in
        var member = entry.event.members
        member["state"] = .string(entry.state.rawValue)
        return .object(member)
      })
    object["straddling"] = straddling.json
    return .object(object)
  }
}

extension LoggedEvent {
  /// What an answer says of one event.
  var members: JSONObject {
    var object = JSONObject()
    let statement = statement.members
    object["position"] = .integer(Int64(position))
    object["id"] = .string(id.description)
    object["type"] = .string(body.typeName)
    object["when"] = statement["when"] ?? .null
    object["recordedAt"] = .string(recordedAt.description)
    object["assertedBy"] = .string(self.statement.assertedBy.party.rawValue)
    object["text"] = .string(sentence())
    object["sources"] = statement["sources"] ?? .array([])
    return object
  }
}

extension PlansView {
  public var json: JSONValue {
    var object = question.members(format: "tracker.plans/1")
    object["plans"] = .array(
      plans.map { plan in
        [
          "plan": .string(plan.key.rawValue), "accounts": .array(plan.accounts.map { .object($0.planMembers) }),
          "words": .array(plan.words.map { .object($0.members) }),
          "overlaps": .array(plan.overlaps.map { .string($0.rawValue) }),
        ]
      })
    object["straddling"] = straddling.json
    return .object(object)
  }
}

extension LoggedEvent {
  fileprivate var planMembers: JSONObject {
    var object = members
    guard case .reductionPlanned(let planned) = body else { return object }
    object["planner"] = .string(planned.planner.rawValue)
    object["money"] = planned.money.amount.json
    return object
  }
}
