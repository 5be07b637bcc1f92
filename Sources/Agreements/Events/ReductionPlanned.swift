public import CanonicalJSON

/// Somebody plans to spend less: no promise, and no breach.
public struct ReductionPlanned: EventData {
  /// Who plans it.
  public var planner: PartyKey
  /// On what.
  public var scope: String
  /// How much less.
  public var money: Money
  /// In which period.
  public var period: ImpreciseDate?
  /// How.
  public var method: String?
  /// On what it depends.
  public var conditionalOn: String?
  /// How many practices it touches.
  public var practices: Int64?
  /// Plans that hold some of the same money.
  public var overlapsWith: [PlanKey]

  public static let type = "ReductionPlanned"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.plan]
  public static let meaning = "Somebody plans to spend less: no promise, and no breach."
  public static let fields: [Field] = [
    Field("planner", .key("party"), "who plans it"),
    Field("scope", .text, "on what"),
    Field("money", .money, "how much less"),
    .optional("period", .date, "in which period"),
    .optional("method", .text, "how"),
    .optional("conditionalOn", .text, "on what it depends"),
    .optional("practices", .count, "how many practices it touches"),
    .optional("overlapsWith", .list(.key("plan")), "plans that hold some of the same money"),
  ]

  public init(
    planner: PartyKey, scope: String, money: Money, period: ImpreciseDate? = nil, method: String? = nil,
    conditionalOn: String? = nil, practices: Int64? = nil, overlapsWith: [PlanKey] = []
  ) {
    self.planner = planner
    self.scope = scope
    self.money = money
    self.period = period
    self.method = method
    self.conditionalOn = conditionalOn
    self.practices = practices
    self.overlapsWith = overlapsWith
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    conditionalOn = try data.optionalText("conditionalOn")
    method = try data.optionalText("method")
    money = try data.money("money")
    overlapsWith = try data.optionalKeys("overlapsWith") ?? []
    period = try data.optionalDate("period")
    planner = try data.key("planner")
    practices = try data.optionalCount("practices")
    scope = try data.text("scope")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["conditionalOn"] = conditionalOn.json
    object["method"] = method.json
    object["money"] = money.json
    if !overlapsWith.isEmpty { object["overlapsWith"] = overlapsWith.json }
    object["period"] = period?.json
    object["planner"] = planner.json
    object["practices"] = practices.json
    object["scope"] = scope.json
    return object
  }
}
