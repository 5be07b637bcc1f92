public import CanonicalJSON

/// Somebody stated a position; the words themselves stand in the sources.
public struct PositionStated: EventData {
  /// What was stated, in short.
  public var proposition: String
  /// Events that it admits.
  public var admits: [EventID]
  /// Events that it denies.
  public var denies: [EventID]

  public static let type = "PositionStated"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .plan]
  public static let meaning = "Somebody stated a position; the words themselves stand in the sources."
  public static let fields: [Field] = [
    Field("proposition", .text, "what was stated, in short"),
    .optional("admits", .list(.eventID), "events that it admits"),
    .optional("denies", .list(.eventID), "events that it denies"),
  ]

  public init(proposition: String, admits: [EventID] = [], denies: [EventID] = []) {
    self.proposition = proposition
    self.admits = admits
    self.denies = denies
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    admits = try data.optionalEventIDs("admits") ?? []
    denies = try data.optionalEventIDs("denies") ?? []
    proposition = try data.text("proposition")
  }

  public var members: JSONObject {
    var object = JSONObject()
    if !admits.isEmpty { object["admits"] = admits.json }
    if !denies.isEmpty { object["denies"] = denies.json }
    object["proposition"] = proposition.json
    return object
  }
}
