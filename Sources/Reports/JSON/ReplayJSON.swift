import Agreements
public import CanonicalJSON
public import Projections

// A replay in JSON, whole and in pieces: the same bytes.

extension ReplayView {
  public var json: JSONValue {
    var object = question.members(format: "tracker.replay/1")
    object["steps"] = .array(steps.map(\.json))
    object["rows"] = .array(rows.map(\.json))
    object["straddling"] = straddling.json
    return .object(object)
  }
}

/// A replay written piece by piece, so that the steps of a long log need not be held.
///
/// Law: opening, the steps and closing, one behind the other, are the canonical bytes of the whole.
public struct ReplayPieces {
  public let opening: [UInt8]
  public let closing: [UInt8]
  private var isFirst = true

  /// - Parameter view: its steps are left out.
  public init(_ view: ReplayView) {
    var object = view.question.members(format: "tracker.replay/1")
    object["rows"] = .array(view.rows.map(\.json))
    // “steps” and “straddling” are the last in canonical order.
    opening = JSONValue.object(object).canonicalBytes.dropLast() + Array(#","steps":["#.utf8)
    closing = Array(#"],"straddling":"#.utf8) + view.straddling.json.canonicalBytes + Array("}".utf8)
  }

  public mutating func bytes(_ step: ReplayView.Step) -> [UInt8] {
    defer { isFirst = false }
    return (isFirst ? [] : [UInt8(ascii: ",")]) + step.json.canonicalBytes
  }
}

extension ReplayView.Step {
  public var json: JSONValue {
    [
      "position": .integer(Int64(event.position)), "id": .string(event.id.description),
      "changes": .array(changes.map(\.json)),
    ]
  }
}

extension ReplayView.Change {
  public var json: JSONValue {
    [
      "agreement": .string(agreement.rawValue), "promise": .string(promise.rawValue),
      "creditor": .string(creditor.rawValue), "field": .string(field.rawValue),
      "before": before?.value(of: field) ?? .null, "after": after?.value(of: field) ?? .null,
    ]
  }
}

extension ObligationRow {
  /// Law: the member of that name in the row's own JSON; made alone, as a replay needs it often.
  package func value(of field: ReplayView.Field) -> JSONValue {
    switch field {
    case .candidates: .array(candidates.map { .string($0.rawValue) })
    case .category: .string(category.rawValue)
    case .count: count.map(JSONValue.integer) ?? .null
    case .debtor: debtor.map { .string($0.rawValue) } ?? .null
    case .due: due.map { .string($0.edtf) } ?? .null
    case .earned: earned.json
    case .flags: .array(flags.sorted().map { .string($0.rawValue) })
    case .missing: .array(missing.map(JSONValue.string))
    case .outstanding: outstanding.json
    case .paid: paid.json
    case .promised: promised.json
    case .setOff: setOff.json
    case .strength: strength.map { .string($0.rawValue) } ?? .null
    case .withdrawn: withdrawn.json
    }
  }
}
