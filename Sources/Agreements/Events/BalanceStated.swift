public import CanonicalJSON

/// A paper says what is owed.
public struct BalanceStated: EventData {
  /// On which promise.
  public var promise: PromiseKey?
  /// To whom.
  public var to: PartyKey?
  /// What it says is owed.
  public var outstanding: Money
  /// On which day.
  public var asOf: ImpreciseDate

  public static let type = "BalanceStated"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A paper says what is owed."
  public static let fields: [Field] = [
    .optional("promise", .key("promise"), "on which promise"),
    .optional("to", .key("party"), "to whom"),
    Field("outstanding", .money, "what it says is owed"),
    Field("asOf", .date, "on which day"),
  ]

  public init(promise: PromiseKey? = nil, to: PartyKey? = nil, outstanding: Money, asOf: ImpreciseDate) {
    self.promise = promise
    self.to = to
    self.outstanding = outstanding
    self.asOf = asOf
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    asOf = try data.date("asOf")
    outstanding = try data.money("outstanding")
    promise = try data.optionalKey("promise")
    to = try data.optionalKey("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["asOf"] = asOf.json
    object["outstanding"] = outstanding.json
    object["promise"] = promise.json
    object["to"] = to.json
    return object
  }
}
