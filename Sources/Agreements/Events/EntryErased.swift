public import CanonicalJSON

/// The bytes of a line were deleted; its digest keeps its place.
public struct EntryErased: EventData {
  /// Position of the line, from 0.
  public var position: Int64
  /// Its entry digest.
  public var entry: String
  /// Why.
  public var why: String
  /// On which legal basis.
  public var legalBasis: String

  public static let type = "EntryErased"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.log]
  public static let meaning = "The bytes of a line were deleted; its digest keeps its place."
  public static let fields: [Field] = [
    Field("position", .count, "position of the line, from 0"),
    Field("entry", .digest, "its entry digest"),
    Field("why", .text, "why"),
    Field("legalBasis", .text, "on which legal basis"),
  ]

  public init(position: Int64, entry: String, why: String, legalBasis: String) {
    self.position = position
    self.entry = entry
    self.why = why
    self.legalBasis = legalBasis
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    entry = try data.digest("entry")
    legalBasis = try data.text("legalBasis")
    position = try data.count("position", in: 0...FieldReader.largest)
    why = try data.text("why")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["entry"] = entry.json
    object["legalBasis"] = legalBasis.json
    object["position"] = position.json
    object["why"] = why.json
    return object
  }
}
