public import CanonicalJSON

/// A request for information was answered, or was not.
public struct InformationAnswered: EventData {
  public enum Outcome: String, Sendable, CaseIterable {
    case given
    case part
    case refused
    case none
  }

  /// Which request.
  public var request: RequestKey
  /// What came.
  public var outcome: Outcome
  /// The answer in words.
  public var text: String?

  public static let type = "InformationAnswered"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .plan]
  public static let meaning = "A request for information was answered, or was not."
  public static let fields: [Field] = [
    Field("request", .key("request"), "which request"),
    Field("outcome", .choice(Outcome.allCases.map(\.rawValue)), "what came"),
    .optional("text", .text, "the answer in words"),
  ]

  public init(request: RequestKey, outcome: Outcome, text: String? = nil) {
    self.request = request
    self.outcome = outcome
    self.text = text
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    outcome = try data.choice("outcome")
    request = try data.key("request")
    text = try data.optionalText("text")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["outcome"] = outcome.json
    object["request"] = request.json
    object["text"] = text.json
    return object
  }
}
