public import CanonicalJSON

/// Advice was given on what to do.
public struct AdviceGiven: EventData {
  /// To whom.
  public var to: [PartyKey]
  /// What was advised.
  public var advice: String

  public static let type = "AdviceGiven"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Advice was given on what to do."
  public static let fields: [Field] = [
    Field("to", .list(.key("party")), "to whom"),
    Field("advice", .text, "what was advised"),
  ]

  public init(to: [PartyKey], advice: String) {
    self.to = to
    self.advice = advice
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    advice = try data.text("advice")
    to = try data.keys("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["advice"] = advice.json
    object["to"] = to.json
    return object
  }
}
