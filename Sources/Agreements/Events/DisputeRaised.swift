public import CanonicalJSON

/// A dispute was taken to a route.
public struct DisputeRaised: EventData {
  /// Which dispute.
  public var dispute: DisputeKey
  /// By which route.
  public var route: RouteKey
  /// Who raised it.
  public var claimant: PartyKey
  /// How much is claimed.
  public var money: Money?

  public static let type = "DisputeRaised"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A dispute was taken to a route."
  public static let fields: [Field] = [
    Field("dispute", .key("dispute"), "which dispute"),
    Field("route", .key("route"), "by which route"),
    Field("claimant", .key("party"), "who raised it"),
    .optional("money", .money, "how much is claimed"),
  ]

  public init(dispute: DisputeKey, route: RouteKey, claimant: PartyKey, money: Money? = nil) {
    self.dispute = dispute
    self.route = route
    self.claimant = claimant
    self.money = money
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    claimant = try data.key("claimant")
    dispute = try data.key("dispute")
    money = try data.optionalMoney("money")
    route = try data.key("route")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["claimant"] = claimant.json
    object["dispute"] = dispute.json
    object["money"] = money?.json
    object["route"] = route.json
    return object
  }
}
