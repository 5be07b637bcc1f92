public import CanonicalJSON

/// A dispute went a step further.
public struct DisputeStepTaken: EventData {
  /// Which dispute.
  public var dispute: DisputeKey
  /// What was done.
  public var step: String
  /// What came of it.
  public var outcome: String?

  public static let type = "DisputeStepTaken"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A dispute went a step further."
  public static let fields: [Field] = [
    Field("dispute", .key("dispute"), "which dispute"),
    Field("step", .text, "what was done"),
    .optional("outcome", .text, "what came of it"),
  ]

  public init(dispute: DisputeKey, step: String, outcome: String? = nil) {
    self.dispute = dispute
    self.step = step
    self.outcome = outcome
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    dispute = try data.key("dispute")
    outcome = try data.optionalText("outcome")
    step = try data.text("step")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["dispute"] = dispute.json
    object["outcome"] = outcome.json
    object["step"] = step.json
    return object
  }
}
