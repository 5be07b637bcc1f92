public import CanonicalJSON

/// A member of a group became known by name.
public struct MemberNamed: EventData {
  /// Who belongs to the group.
  public var member: PartyKey

  public static let type = "MemberNamed"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.party]
  public static let meaning = "A member of a group became known by name."
  public static let fields: [Field] = [
    Field("member", .key("party"), "who belongs to the group")
  ]

  public init(member: PartyKey) {
    self.member = member
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    member = try data.key("member")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["member"] = member.json
    return object
  }
}
