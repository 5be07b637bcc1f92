public import CanonicalJSON

/// Somebody was asked for information.
public struct InformationRequested: EventData {
  public enum Law: String, Sendable, CaseIterable {
    case foi
    case other
  }

  /// Which request.
  public var request: RequestKey
  /// Who was asked.
  public var to: PartyKey
  /// Under which law.
  public var law: Law
  /// What was asked for.
  public var what: String

  public static let type = "InformationRequested"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .plan]
  public static let meaning = "Somebody was asked for information."
  public static let fields: [Field] = [
    Field("request", .key("request"), "which request"),
    Field("to", .key("party"), "who was asked"),
    Field("law", .choice(Law.allCases.map(\.rawValue)), "under which law"),
    Field("what", .text, "what was asked for"),
  ]

  public init(request: RequestKey, to: PartyKey, law: Law, what: String) {
    self.request = request
    self.to = to
    self.law = law
    self.what = what
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    law = try data.choice("law")
    request = try data.key("request")
    to = try data.key("to")
    what = try data.text("what")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["law"] = law.json
    object["request"] = request.json
    object["to"] = to.json
    object["what"] = what.json
    return object
  }
}
