public import CanonicalJSON

/// Another party signed that it has seen certain events.
public struct Acknowledged: EventData {
  /// Who signed.
  public var by: PartyKey
  /// Its verifier key.
  public var vkey: String
  /// Entry digests of the events.
  public var targets: [String]
  /// The signed note.
  public var note: String

  public static let type = "Acknowledged"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.log]
  public static let meaning = "Another party signed that it has seen certain events."
  public static let fields: [Field] = [
    Field("by", .key("party"), "who signed"),
    Field("vkey", .text, "its verifier key"),
    Field("targets", .list(.digest), "entry digests of the events"),
    Field("note", .text, "the signed note"),
  ]

  public init(by: PartyKey, vkey: String, targets: [String], note: String) {
    self.by = by
    self.vkey = vkey
    self.targets = targets
    self.note = note
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    by = try data.key("by")
    note = try data.text("note")
    targets = try data.digests("targets")
    vkey = try data.text("vkey")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["by"] = by.json
    object["note"] = note.json
    object["targets"] = targets.json
    object["vkey"] = vkey.json
    return object
  }
}
