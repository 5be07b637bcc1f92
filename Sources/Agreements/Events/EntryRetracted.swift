public import CanonicalJSON

/// An event is taken back; it stays visible.
public struct EntryRetracted: EventData {
  /// Which event.
  public var target: EventID
  /// Why.
  public var why: String

  public static let type = "EntryRetracted"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .party, .plan, .exhibit, .log]
  public static let meaning = "An event is taken back; it stays visible."
  public static let fields: [Field] = [
    Field("target", .eventID, "which event"),
    Field("why", .text, "why"),
  ]

  public init(target: EventID, why: String) {
    self.target = target
    self.why = why
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    target = try data.eventID("target")
    why = try data.text("why")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["target"] = target.json
    object["why"] = why.json
    return object
  }
}
