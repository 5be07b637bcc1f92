public import CanonicalJSON

/// Something in an event is put right; both versions stay visible.
public struct EntryCorrected: EventData {
  public var target: EventID
  /// The members that take a new value, each replaced whole; `null` removes an optional one.
  public var set: JSONObject
  /// The version of the target's type in which `data` is written; nil = 1 as long as there is no other.
  public var setVersion: Int64?
  /// The correction that this one was made from, so that two people cannot undo each other unseen.
  public var replaces: EventID?
  public var why: String

  public static let type = "EntryCorrected"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .party, .plan, .exhibit, .log]
  public static let meaning = "Something in an event is put right; both versions stay visible."
  public static let fields: [Field] = [
    Field("target", .eventID, "which event"),
    Field("set", .shape("set"), "the members that take a new value"),
    .optional("setVersion", .count, "the version of the type in which “data” is written"),
    .optional("replaces", .eventID, "the correction that this one was made from"),
    Field("why", .text, "why"),
  ]

  /// What a correction may set.
  public static let settable = ["assertedBy", "basis", "data", "note", "private", "sources", "visibility", "when"]

  public init(target: EventID, set: JSONObject, setVersion: Int64? = nil, replaces: EventID? = nil, why: String) {
    self.target = target
    self.set = set
    self.setVersion = setVersion
    self.replaces = replaces
    self.why = why
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    replaces = try data.optionalEventID("replaces")
    let view = try data.view("set")
    guard let members = view.value.object else {
      throw JSONFault(.wrongType, at: view.offset, path: "set", "an object {…} must stand here")
    }
    for member in members.members where !Self.settable.contains(member.name) {
      throw JSONFault(.unknownMember, at: view.offset, path: "set", "“\(member.name)” cannot be corrected")
    }
    set = members
    setVersion = try data.optionalCount("setVersion", in: 1...1_000_000)
    target = try data.eventID("target")
    why = try data.text("why")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["replaces"] = replaces?.json
    object["set"] = .object(set)
    object["setVersion"] = setVersion.json
    object["target"] = target.json
    object["why"] = why.json
    return object
  }
}
