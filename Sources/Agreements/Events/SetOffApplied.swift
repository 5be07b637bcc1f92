public import CanonicalJSON

/// A counter-claim was deducted from what was owed.
public struct SetOffApplied: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// From whose money.
  public var to: PartyKey
  /// How much was claimed.
  public var money: Money
  /// How much of it was accepted, in pence.
  public var accepted: Int64
  /// Which set-off; a later event with the same key replaces it.
  public var setOff: SetOffKey?
  /// The reason that was given.
  public var reason: String?
  /// Set off against a group: the one creditor it was for.
  public var creditor: PartyKey?

  public static let type = "SetOffApplied"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A counter-claim was deducted from what was owed."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("to", .key("party"), "from whose money"),
    Field("money", .money, "how much was claimed"),
    Field("accepted", .pence, "how much of it was accepted, exactly"),
    .optional("setOff", .key("setOff"), "which set-off; a later event with the same key replaces it"),
    .optional("reason", .text, "the reason that was given"),
    .optional("for", .key("party"), "set off against a group: the one creditor it was for"),
  ]

  public init(
    promise: PromiseKey, to: PartyKey, money: Money, accepted: Int64, setOff: SetOffKey? = nil, reason: String? = nil,
    creditor: PartyKey? = nil
  ) {
    self.promise = promise
    self.to = to
    self.money = money
    self.accepted = accepted
    self.setOff = setOff
    self.reason = reason
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    accepted = try data.count("accepted", in: 0...Money.limit)
    creditor = try data.optionalKey("for")
    money = try data.money("money")
    promise = try data.key("promise")
    reason = try data.optionalText("reason")
    setOff = try data.optionalKey("setOff")
    to = try data.key("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["accepted"] = accepted.json
    object["for"] = creditor.json
    object["money"] = money.json
    object["promise"] = promise.json
    object["reason"] = reason.json
    object["setOff"] = setOff.json
    object["to"] = to.json
    return object
  }
}
