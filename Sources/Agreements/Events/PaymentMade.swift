public import CanonicalJSON

/// Money promised was paid.
public struct PaymentMade: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// Who got it.
  public var to: PartyKey
  /// How much was paid.
  public var money: Money
  /// The reference of the payment.
  public var reference: String?
  /// Paid to a group: the one creditor it was for.
  public var creditor: PartyKey?

  public static let type = "PaymentMade"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Money promised was paid."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("to", .key("party"), "who got it"),
    Field("money", .money, "how much was paid"),
    .optional("reference", .text, "the reference of the payment"),
    .optional("for", .key("party"), "paid to a group: the one creditor it was for"),
  ]

  public init(promise: PromiseKey, to: PartyKey, money: Money, reference: String? = nil, creditor: PartyKey? = nil) {
    self.promise = promise
    self.to = to
    self.money = money
    self.reference = reference
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    creditor = try data.optionalKey("for")
    money = try data.money("money")
    promise = try data.key("promise")
    reference = try data.optionalText("reference")
    to = try data.key("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["for"] = creditor.json
    object["money"] = money.json
    object["promise"] = promise.json
    object["reference"] = reference.json
    object["to"] = to.json
    return object
  }
}
