import Agreements
public import CanonicalJSON

// A row as it is answered in JSON and kept in the read model: one shape for both.

extension ObligationRow {
  /// The row as obligations are answered in JSON. Money in pence; `high` null = unknown.
  public var json: JSONValue {
    .object(members)
  }

  /// The members of the row, sorted.
  package var members: JSONObject {
    var object = JSONObject()
    object["agreement"] = .string(agreement.rawValue)
    object["candidates"] = .array(candidates.map { .string($0.rawValue) })
    object["category"] = .string(category.rawValue)
    object["count"] = count.map(JSONValue.integer) ?? .null
    object["creditor"] = .string(creditor.rawValue)
    object["debtor"] = debtor.map { .string($0.rawValue) } ?? .null
    object["due"] = due.map { .string($0.edtf) } ?? .null
    object["earned"] = earned.json
    object["flags"] = .array(flags.sorted().map { .string($0.rawValue) })
    object["missing"] = .array(missing.map(JSONValue.string))
    object["outstanding"] = outstanding.json
    object["paid"] = paid.json
    object["promise"] = .string(promise.rawValue)
    object["promised"] = promised.json
    object["reliedOn"] = .array(reliedOn.map { .string($0.description) })
    object["setOff"] = setOff.json
    object["strength"] = strength.map { .string($0.rawValue) } ?? .null
    object["withdrawn"] = withdrawn.json
    return object
  }
}
