public import CanonicalJSON

/// A log begins.
public struct LogOpened: EventData {
  /// The name that its checkpoints bear.
  public var origin: String
  /// What people call it.
  public var name: String
  /// Its verifier key.
  public var vkey: String?
  /// The checkpoint of the log that it continues.
  public var continues: String?

  public static let type = "LogOpened"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.log]
  public static let meaning = "A log begins."
  public static let fields: [Field] = [
    Field("origin", .text, "the name that its checkpoints bear"),
    Field("name", .text, "what people call it"),
    .optional("vkey", .text, "its verifier key"),
    .optional("continues", .text, "the checkpoint of the log that it continues"),
  ]

  public init(origin: String, name: String, vkey: String? = nil, continues: String? = nil) {
    self.origin = origin
    self.name = name
    self.vkey = vkey
    self.continues = continues
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    continues = try data.optionalText("continues")
    name = try data.text("name")
    origin = try data.text("origin")
    vkey = try data.optionalText("vkey")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["continues"] = continues.json
    object["name"] = name.json
    object["origin"] = origin.json
    object["vkey"] = vkey.json
    return object
  }
}
