public import CanonicalJSON

/// A body, a role or a group of practices enters the record.
public struct PartyRegistered: EventData {
  public enum Kind: String, Sendable, CaseIterable {
    case commissioner
    case authority
    case department
    case committee
    case practice
    case group
    case personRole = "person-role"
    case other
  }

  public enum Identity: String, Sendable, CaseIterable {
    case named
    case unnamed
    case withheld
  }

  /// What it is.
  public var kind: Kind
  /// Whether its name is known and may be given.
  public var identity: Identity
  /// Its name, as it was at the time.
  public var name: String?
  /// Its ODS code; a code is no legal person.
  public var ods: String?
  /// How many a group has.
  public var count: Int64?

  public static let type = "PartyRegistered"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.party]
  public static let meaning = "A body, a role or a group of practices enters the record."
  public static let fields: [Field] = [
    Field("kind", .choice(Kind.allCases.map(\.rawValue)), "what it is"),
    Field("identity", .choice(Identity.allCases.map(\.rawValue)), "whether its name is known and may be given"),
    .optional("name", .text, "its name, as it was at the time"),
    .optional("ods", .text, "its ODS code; a code is no legal person"),
    .optional("count", .count, "how many a group has"),
  ]

  public init(kind: Kind, identity: Identity, name: String? = nil, ods: String? = nil, count: Int64? = nil) {
    self.kind = kind
    self.identity = identity
    self.name = name
    self.ods = ods
    self.count = count
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    count = try data.optionalCount("count")
    identity = try data.choice("identity")
    kind = try data.choice("kind")
    name = try data.optionalText("name")
    ods = try data.optionalText("ods")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["count"] = count.json
    object["identity"] = identity.json
    object["kind"] = kind.json
    object["name"] = name.json
    object["ods"] = ods.json
    return object
  }
}
