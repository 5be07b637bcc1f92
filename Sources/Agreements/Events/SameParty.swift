public import CanonicalJSON

/// The same body stands in another log under another key.
public struct SameParty: EventData {
  /// The ODS code that both share.
  public var ods: String?
  /// The origin of the other log.
  public var log: String?
  /// Its key there.
  public var party: PartyKey?

  public static let type = "SameParty"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.party]
  public static let meaning = "The same body stands in another log under another key."
  public static let fields: [Field] = [
    .optional("ods", .text, "the ODS code that both share"),
    .optional("log", .text, "the origin of the other log"),
    .optional("party", .key("party"), "its key there"),
  ]

  public init(ods: String? = nil, log: String? = nil, party: PartyKey? = nil) {
    self.ods = ods
    self.log = log
    self.party = party
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    log = try data.optionalText("log")
    ods = try data.optionalText("ods")
    party = try data.optionalKey("party")
    guard ods != nil || (log != nil && party != nil) else {
      throw data.fault(.missingMember, "either “ods”, or “log” and “party” there")
    }
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["log"] = log.json
    object["ods"] = ods.json
    object["party"] = party.json
    return object
  }
}
