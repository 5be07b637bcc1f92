public import CanonicalJSON

/// The log's key was changed.
public struct KeyRotated: EventData {
  /// The verifier key until now.
  public var old: String
  /// The verifier key from now on.
  public var new: String
  /// Why.
  public var reason: String?

  public static let type = "KeyRotated"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.log]
  public static let meaning = "The log's key was changed."
  public static let fields: [Field] = [
    Field("old", .text, "the verifier key until now"),
    Field("new", .text, "the verifier key from now on"),
    .optional("reason", .text, "why"),
  ]

  public init(old: String, new: String, reason: String? = nil) {
    self.old = old
    self.new = new
    self.reason = reason
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    new = try data.text("new")
    old = try data.text("old")
    reason = try data.optionalText("reason")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["new"] = new.json
    object["old"] = old.json
    object["reason"] = reason.json
    return object
  }
}
