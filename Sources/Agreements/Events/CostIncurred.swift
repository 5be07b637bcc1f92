public import CanonicalJSON

/// Somebody spent money in reliance on the deal.
public struct CostIncurred: EventData {
  /// Who spent it.
  public var by: PartyKey
  /// How much.
  public var money: Money
  /// On what.
  public var what: String

  public static let type = "CostIncurred"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Somebody spent money in reliance on the deal."
  public static let fields: [Field] = [
    Field("by", .key("party"), "who spent it"),
    Field("money", .money, "how much"),
    Field("what", .text, "on what"),
  ]

  public init(by: PartyKey, money: Money, what: String) {
    self.by = by
    self.money = money
    self.what = what
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    by = try data.key("by")
    money = try data.money("money")
    what = try data.text("what")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["by"] = by.json
    object["money"] = money.json
    object["what"] = what.json
    return object
  }
}
