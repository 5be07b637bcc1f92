public import CanonicalJSON

/// A private value, or a stored file, was deleted for good; its digest stays.
public struct PrivateErased: EventData {
  /// Which event.
  public var target: EventID
  /// Which private values; or.
  public var names: [String]
  /// The stored file of an exhibit.
  public var bytes: Bool
  /// Why.
  public var why: String
  /// On which legal basis.
  public var legalBasis: String

  public static let type = "PrivateErased"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .party, .plan, .exhibit, .log]
  public static let meaning = "A private value, or a stored file, was deleted for good; its digest stays."
  public static let fields: [Field] = [
    Field("target", .eventID, "which event"),
    .optional("names", .list(.text), "which private values; or"),
    .optional("bytes", .flag, "the stored file of an exhibit"),
    Field("why", .text, "why"),
    Field("legalBasis", .text, "on which legal basis"),
  ]

  public init(target: EventID, names: [String] = [], bytes: Bool = false, why: String, legalBasis: String) {
    self.target = target
    self.names = names
    self.bytes = bytes
    self.why = why
    self.legalBasis = legalBasis
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    bytes = try data.optionalBool("bytes") ?? false
    legalBasis = try data.text("legalBasis")
    names = try data.optionalTexts("names") ?? []
    target = try data.eventID("target")
    why = try data.text("why")
    guard !names.isEmpty || bytes else {
      throw data.fault(.missingMember, "either “names” of private values, or “bytes”")
    }
  }

  public var members: JSONObject {
    var object = JSONObject()
    if bytes { object["bytes"] = true }
    object["legalBasis"] = legalBasis.json
    if !names.isEmpty { object["names"] = names.json }
    object["target"] = target.json
    object["why"] = why.json
    return object
  }
}
