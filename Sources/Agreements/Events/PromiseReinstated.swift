public import CanonicalJSON

/// A promise that was withdrawn or suspended was given again.
public struct PromiseReinstated: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// The new sum; absent: the old terms.
  public var money: Money?
  /// Whether the creditors agreed to another sum.
  public var consent: Consent?
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "PromiseReinstated"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A promise that was withdrawn or suspended was given again."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    .optional("money", .money, "the new sum; absent: the old terms"),
    .optional("consent", .choice(Consent.allCases.map(\.rawValue)), "whether the creditors agreed to another sum"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(promise: PromiseKey, money: Money? = nil, consent: Consent? = nil, creditor: PartyKey? = nil) {
    self.promise = promise
    self.money = money
    self.consent = consent
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    consent = try data.optionalChoice("consent")
    creditor = try data.optionalKey("for")
    money = try data.optionalMoney("money")
    promise = try data.key("promise")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["consent"] = consent.json
    object["for"] = creditor.json
    object["money"] = money?.json
    object["promise"] = promise.json
    return object
  }
}
