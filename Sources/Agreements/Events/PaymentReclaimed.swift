public import CanonicalJSON

/// Money already paid was taken back.
public struct PaymentReclaimed: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// From whom it was taken.
  public var to: PartyKey
  /// How much.
  public var money: Money
  /// Whether they agreed.
  public var agreed: Consent
  /// The reason that was given.
  public var reason: String?
  /// Taken from a group: the one creditor it was for.
  public var creditor: PartyKey?

  public static let type = "PaymentReclaimed"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Money already paid was taken back."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("to", .key("party"), "from whom it was taken"),
    Field("money", .money, "how much"),
    Field("agreed", .choice(Consent.allCases.map(\.rawValue)), "whether they agreed"),
    .optional("reason", .text, "the reason that was given"),
    .optional("for", .key("party"), "taken from a group: the one creditor it was for"),
  ]

  public init(
    promise: PromiseKey, to: PartyKey, money: Money, agreed: Consent, reason: String? = nil, creditor: PartyKey? = nil
  ) {
    self.promise = promise
    self.to = to
    self.money = money
    self.agreed = agreed
    self.reason = reason
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    agreed = try data.choice("agreed")
    creditor = try data.optionalKey("for")
    money = try data.money("money")
    promise = try data.key("promise")
    reason = try data.optionalText("reason")
    to = try data.key("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["agreed"] = agreed.json
    object["for"] = creditor.json
    object["money"] = money.json
    object["promise"] = promise.json
    object["reason"] = reason.json
    object["to"] = to.json
    return object
  }
}
