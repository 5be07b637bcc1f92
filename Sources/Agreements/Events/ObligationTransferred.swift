public import CanonicalJSON

/// What one body owed is owed by another from now on.
public struct ObligationTransferred: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// Who owed it.
  public var from: PartyKey
  /// Who owes it now.
  public var to: PartyKey
  /// The scheme, order or letter that says so.
  public var instrument: String
  /// Only this part moves.
  public var money: Money?
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "ObligationTransferred"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "What one body owed is owed by another from now on."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("from", .key("party"), "who owed it"),
    Field("to", .key("party"), "who owes it now"),
    Field("instrument", .text, "the scheme, order or letter that says so"),
    .optional("money", .money, "only this part moves"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(
    promise: PromiseKey, from: PartyKey, to: PartyKey, instrument: String, money: Money? = nil,
    creditor: PartyKey? = nil
  ) {
    self.promise = promise
    self.from = from
    self.to = to
    self.instrument = instrument
    self.money = money
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    creditor = try data.optionalKey("for")
    from = try data.key("from")
    instrument = try data.text("instrument")
    money = try data.optionalMoney("money")
    promise = try data.key("promise")
    to = try data.key("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["for"] = creditor.json
    object["from"] = from.json
    object["instrument"] = instrument.json
    object["money"] = money?.json
    object["promise"] = promise.json
    object["to"] = to.json
    return object
  }
}
