public import CanonicalJSON

/// A saving was stated anew.
public struct SavingRevised: EventData {
  /// Which saving.
  public var saving: SavingKey
  /// The new figure.
  public var money: Money
  /// Whether both sides accept it.
  public var agreed: Consent
  /// Who revised it.
  public var byParty: PartyKey

  public static let type = "SavingRevised"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A saving was stated anew."
  public static let fields: [Field] = [
    Field("saving", .key("saving"), "which saving"),
    Field("money", .money, "the new figure"),
    Field("agreed", .choice(Consent.allCases.map(\.rawValue)), "whether both sides accept it"),
    Field("byParty", .key("party"), "who revised it"),
  ]

  public init(saving: SavingKey, money: Money, agreed: Consent, byParty: PartyKey) {
    self.saving = saving
    self.money = money
    self.agreed = agreed
    self.byParty = byParty
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    agreed = try data.choice("agreed")
    byParty = try data.key("byParty")
    money = try data.money("money")
    saving = try data.key("saving")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["agreed"] = agreed.json
    object["byParty"] = byParty.json
    object["money"] = money.json
    object["saving"] = saving.json
    return object
  }
}
