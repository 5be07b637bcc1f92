public import CanonicalJSON

/// A practice chose what to do.
public struct ChoiceMade: EventData {
  public enum Choice: String, Sendable, CaseIterable {
    case complain
    case acceptLoss = "accept-loss"
    case undecided
  }

  /// Who chose.
  public var by: PartyKey
  /// What was chosen.
  public var choice: Choice
  /// In which dispute.
  public var dispute: DisputeKey?

  public static let type = "ChoiceMade"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A practice chose what to do."
  public static let fields: [Field] = [
    Field("by", .key("party"), "who chose"),
    Field("choice", .choice(Choice.allCases.map(\.rawValue)), "what was chosen"),
    .optional("dispute", .key("dispute"), "in which dispute"),
  ]

  public init(by: PartyKey, choice: Choice, dispute: DisputeKey? = nil) {
    self.by = by
    self.choice = choice
    self.dispute = dispute
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    by = try data.key("by")
    choice = try data.choice("choice")
    dispute = try data.optionalKey("dispute")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["by"] = by.json
    object["choice"] = choice.json
    object["dispute"] = dispute.json
    return object
  }
}
